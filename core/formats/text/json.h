#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace inbetween {

/// JSON as it is written: keys keep the order in which they were stated.
using JsonOut = nlohmann::ordered_json;

/// A JSON value as it was read, with all that is in it, in two pieces of memory that the next value may take over. Of
/// members of one name the last counts.
class Json {
public:
    enum class Kind : std::uint8_t { Null, Boolean, Number, Text, Array, Object };

    /// Forgets the value, not the memory. The next one stands there in its file: "/tracks[2]".
    void restart(std::string_view member, std::int64_t index);
    // The value's parts in the order of the file; a key comes before its value.
    void key(std::string_view text);
    void null() { add(Kind::Null); }
    void boolean(bool value) { add(Kind::Boolean).is_true = value; }
    void whole(std::int64_t value);
    void number(double value) { add(Kind::Number).number = value; }
    void text(std::string_view value);
    void open(Kind kind);
    void close() { open_.pop_back(); }
    /// How many arrays and objects are open.
    std::size_t depth() const { return open_.size(); }

private:
    friend class JsonAt;
    static constexpr std::uint32_t none = UINT32_MAX;

    struct Node {
        union {
            double number = 0;
            std::int64_t whole;
        };
        std::uint32_t parent = none;
        std::uint32_t next = none;   ///< in the same array or object
        std::uint32_t begin = none;  ///< of a text in texts_; of an array or object the first node in it
        std::uint32_t length = 0;
        std::uint32_t key_begin = 0;
        std::uint32_t key_length = 0;
        Kind kind = Kind::Null;
        bool is_whole = false;
        bool is_true = false;
    };
    struct Open {
        std::uint32_t node = none;
        std::uint32_t last = none;  ///< the last node in it so far
    };

    Node& add(Kind kind);
    std::string_view key_of(const Node& node) const { return {texts_.data() + node.key_begin, node.key_length}; }
    std::string_view text_of(const Node& node) const { return {texts_.data() + node.begin, node.length}; }
    std::string path_of(std::uint32_t node) const;

    std::vector<Node> nodes_;
    std::string texts_;
    std::vector<Open> open_;
    std::uint32_t key_begin_ = 0;
    std::uint32_t key_length_ = 0;
    std::string member_;  ///< of the file's root, in which the value stands; empty: it is the root
    std::int64_t index_ = -1;
};

/// Parses a whole file.   errors: not JSON; the error names file, line and byte.
Result<Json> parse_json(std::string_view file, std::string_view text);

/// The first thing that is wrong with a JSON file.
class JsonErrors {
public:
    explicit JsonErrors(std::string_view file) : file_(file) {}
    /// Keeps "file: path: why" unless something was wrong before.
    void reject(std::string_view path, std::string_view why);
    const std::optional<Error>& error() const { return error_; }

private:
    std::string file_;
    std::optional<Error> error_;
};

/// A value of a JSON file, which knows where it stands. What is asked of a value that has it not is kept as the file's
/// error, and what is read after that is of no meaning.
class JsonAt {
public:
    /// The whole value. Both must outlive it.
    JsonAt(JsonErrors& errors, const Json& json) : errors_(&errors), json_(&json), node_(0) {}

    /// Tells whether the value is there and not null.
    bool is_there() const { return node_ != Json::none && kind() != Json::Kind::Null; }
    bool is_array() const { return is(Json::Kind::Array); }
    bool is_object() const { return is(Json::Kind::Object); }
    bool is_number() const { return is(Json::Kind::Number); }
    bool is_true() const { return is(Json::Kind::Boolean) && node().is_true; }
    bool is_false() const { return is(Json::Kind::Boolean) && !node().is_true; }
    bool is_text() const { return is(Json::Kind::Text); }
    /// Tells whether the value is there, be it null.
    bool is_stated() const { return node_ != Json::none; }
    /// How many elements an array has, or members an object.
    std::size_t size() const { return is_array() || is_object() ? node().length : 0; }
    /// "/tracks[2]/label".
    std::string path() const;
    /// Its number among the elements of the array that it was handed over from; -1: it is no such element.
    std::int64_t index() const { return json_->index_; }

    /// A member of an object; one that is not there when the object has none of that name.
    JsonAt operator[](std::string_view name) const;
    /// The members of an object.
    std::vector<std::pair<std::string, JsonAt>> members() const;
    /// The elements of an array.
    std::vector<JsonAt> elements() const;
    /// The elements of an array that has so many.
    std::vector<JsonAt> elements(std::size_t count) const;
    /// A finite number whose amount is at most `most`.
    double number(double most) const;
    /// The numbers of an array that has so many.   returns: how many were put there.
    std::size_t numbers(double* values, std::size_t count, double most) const;
    /// A whole number from `least` to `most`.
    std::int64_t integer(std::int64_t least, std::int64_t most) const;
    /// Any whole number of 64 bits.
    std::int64_t whole() const;
    std::string text() const;
    /// A text that may become a name: not empty, clean UTF-8.
    std::string name() const;
    void reject(std::string_view why) const;
    /// States that the value is of another kind, or is missing.
    void want(std::string_view kind) const;

private:
    JsonAt(const JsonAt& from, std::uint32_t node) : errors_(from.errors_), json_(from.json_), node_(node) {}
    const Json::Node& node() const { return json_->nodes_[node_]; }
    Json::Kind kind() const { return node().kind; }
    bool is(Json::Kind wanted) const { return node_ != Json::none && kind() == wanted; }
    double amount() const;

    JsonErrors* errors_;
    const Json* json_;
    std::uint32_t node_;
    // Of a value that is not there: where it would be.
    std::uint32_t parent_ = Json::none;
    std::string missing_;
};

/// What a file turned out to be at its root.
struct JsonRoot {
    bool is_object = false;
    bool is_array = false;
    std::set<std::string, std::less<>> members;  ///< of an object
};

/// Parses a file as a stream, handing over each element of the arrays that the root object holds, and its other
/// members, one at a time: only one of them is held. Ends at the first error that is kept, and at a root that is no
/// object. errors: not JSON, as parse_json; what was kept in `errors`.
using TakeJson = std::function<void(std::string_view member, const JsonAt& value)>;
Result<JsonRoot> parse_json_members(const std::filesystem::path& path, JsonErrors& errors, const TakeJson& take);

/// The document as text, indented by two blanks, with a line end. Bytes that are not UTF-8 become U+FFFD.
std::string json_text(const JsonOut& json);

/// The document as text on one line, without a line end. Bytes that are not UTF-8 become U+FFFD.
std::string json_line(const JsonOut& json);

}  // namespace inbetween
