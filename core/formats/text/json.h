#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace inbetween {

/// JSON as it is read, and JSON as it is written, whose keys keep the order in which they were stated.
using Json = nlohmann::json;
using JsonOut = nlohmann::ordered_json;

/// Parses a whole file.   errors: not JSON; the error names file and line.
Result<Json> parse_json(std::string_view file, std::string_view text);

/// Parses a file as a stream, handing over each element of the arrays that the root object holds, and its other
/// members, one at a time: only one of them is held. errors: not JSON, no object; the error names file and line.
using TakeJson = std::function<void(const std::string& member, const Json& value, const std::string& path)>;
Result<Done> parse_json_members(const std::filesystem::path& path, const TakeJson& take);

/// The document as text, indented by two blanks, with a line end. Bytes that are not UTF-8 become U+FFFD.
std::string json_text(const JsonOut& json);

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
    /// The whole file. Both must outlive it.
    JsonAt(JsonErrors& errors, const Json& value) : errors_(&errors), value_(&value) {}
    /// A part of the file that stands at this path: "/tracks[2]".
    JsonAt(JsonErrors& errors, const Json& value, std::string path)
        : errors_(&errors), value_(&value), path_(std::move(path)) {}

    /// Tells whether the value is there and not null.
    bool is_there() const { return value_ != nullptr && !value_->is_null(); }
    bool is_array() const { return value_ != nullptr && value_->is_array(); }
    bool is_object() const { return value_ != nullptr && value_->is_object(); }
    bool is_number() const { return value_ != nullptr && value_->is_number(); }
    bool is_true() const { return value_ != nullptr && value_->is_boolean() && value_->get<bool>(); }
    bool is_false() const { return value_ != nullptr && value_->is_boolean() && !value_->get<bool>(); }
    bool is_text() const { return value_ != nullptr && value_->is_string(); }
    const std::string& path() const { return path_; }

    /// A member of an object; one that is not there when the object has none of that name.
    JsonAt operator[](std::string_view name) const;
    /// The members of an object, by name.
    std::vector<std::pair<std::string, JsonAt>> members() const;
    /// The elements of an array.
    std::vector<JsonAt> elements() const;
    /// The elements of an array that has so many.
    std::vector<JsonAt> elements(std::size_t count) const;
    /// A finite number whose amount is at most `most`.
    double number(double most) const;
    /// A whole number from `least` to `most`.
    std::int64_t integer(std::int64_t least, std::int64_t most) const;
    /// Any whole number of 64 bits.
    std::int64_t whole() const;
    std::string text() const;
    /// A text that may become a name: not empty, clean UTF-8.
    std::string name() const;
    void reject(std::string_view why) const { errors_->reject(path_.empty() ? "/" : path_, why); }

private:
    JsonAt(JsonErrors& errors, const Json* value, std::string path)
        : errors_(&errors), value_(value), path_(std::move(path)) {}
    /// States that the value is of another kind, or is missing.
    void want(std::string_view kind) const;

    JsonErrors* errors_;
    const Json* value_;
    std::string path_;
};

}  // namespace inbetween
