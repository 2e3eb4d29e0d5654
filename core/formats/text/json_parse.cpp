#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "core/formats/text/json.h"
#include "core/formats/text/rows.h"
#include "core/formats/text/streamed_file.h"

namespace inbetween {
namespace {

using Parser = nlohmann::json;

/// What the parser had to say of a text that is no JSON.
struct Fault {
    std::size_t byte = 0;  ///< how many bytes it had taken in
    std::string message;
    bool is_number = false;  ///< one that no computer can hold
};

/// Where a byte stands in a text.
struct LineAndColumn {
    std::int64_t line = 1;
    std::int64_t column = 1;
    void pass(std::string_view text) {
        for (const char c : text) {
            line += c == '\n' ? 1 : 0;
            column = c == '\n' ? 1 : column + 1;
        }
    }
};

/// `before` is of the last byte that the parser took in, which is the one at fault, unless the text ended.
Error error_of(std::string_view file, const Fault& fault, const LineAndColumn& before, bool is_empty) {
    if (is_empty) return row_error({file, 1}, "JSON", "the file is empty: nothing to read");
    if (fault.is_number) return fail("{}: JSON: holds a number that no computer can", file);
    const auto says = [&](std::string_view words) { return fault.message.find(words) != std::string::npos; };
    const std::size_t byte = std::max<std::size_t>(fault.byte, 1) - 1;
    const std::string place = fmt::format("byte {} (column {})", byte, before.column);
    if (says("ill-formed UTF-8"))
        return row_error({file, before.line}, "JSON", fmt::format("is not UTF-8 at {}; save it as UTF-8", place));
    if (says("end of input") || says("missing closing quote") || says("'<U+0000>'"))
        return row_error({file, before.line}, "JSON", fmt::format("is cut: it ends within a value at {}", place));
    return row_error({file, before.line}, "JSON", fmt::format("is malformed at {}", place));
}

/// Hands what the parser finds on to a value.
class Whole {
public:
    explicit Whole(Json& json) : json_(json) {}
    bool null() { return json_.null(), true; }
    bool boolean(bool value) { return json_.boolean(value), true; }
    bool number_integer(std::int64_t value) { return json_.whole(value), true; }
    bool number_unsigned(std::uint64_t value) { return add_unsigned(json_, value), true; }
    bool number_float(double value, const std::string&) { return json_.number(value), true; }
    bool string(std::string& value) { return json_.text(value), true; }
    bool binary(std::vector<std::uint8_t>&) { return false; }
    bool start_object(std::size_t) { return json_.open(Json::Kind::Object), true; }
    bool key(std::string& name) { return json_.key(name), true; }
    bool end_object() { return json_.close(), true; }
    bool start_array(std::size_t) { return json_.open(Json::Kind::Array), true; }
    bool end_array() { return json_.close(), true; }
    bool parse_error(std::size_t byte, const std::string&, const Parser::exception& error) {
        fault_ = {byte, error.what(), dynamic_cast<const Parser::out_of_range*>(&error) != nullptr};
        return false;
    }
    const Fault& fault() const { return fault_; }

    static void add_unsigned(Json& json, std::uint64_t value) {
        if (value <= static_cast<std::uint64_t>(INT64_MAX))
            json.whole(static_cast<std::int64_t>(value));
        else
            json.number(static_cast<double>(value));
    }

private:
    Json& json_;
    Fault fault_;
};

/// Makes a value of one member of the root object after another, or of one element where the member is an array.
class Members {
public:
    Members(JsonErrors& errors, const TakeJson& take) : errors_(errors), take_(take) {}
    const JsonRoot& root() const { return root_; }
    const std::optional<Fault>& fault() const { return fault_; }

    bool null() {
        return scalar([&] { json_.null(); });
    }
    bool boolean(bool value) {
        return scalar([&] { json_.boolean(value); });
    }
    bool number_integer(std::int64_t value) {
        return scalar([&] { json_.whole(value); });
    }
    bool number_unsigned(std::uint64_t value) {
        return scalar([&] { Whole::add_unsigned(json_, value); });
    }
    bool number_float(double value, const std::string&) {
        return scalar([&] { json_.number(value); });
    }
    bool string(std::string& value) {
        return scalar([&] { json_.text(value); });
    }
    bool binary(std::vector<std::uint8_t>&) { return false; }
    bool start_object(std::size_t) { return open(Json::Kind::Object); }
    bool start_array(std::size_t) { return open(Json::Kind::Array); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        if (json_.depth() > 0) {
            json_.key(name);
            return true;
        }
        member_ = name;
        root_.members.insert(name);
        return true;
    }
    bool parse_error(std::size_t byte, const std::string&, const Parser::exception& error) {
        fault_ = {byte, error.what(), dynamic_cast<const Parser::out_of_range*>(&error) != nullptr};
        return false;
    }

private:
    /// What is not within a value that is being made begins one.
    void begin() {
        if (json_.depth() == 0) json_.restart(member_, is_in_array_ ? next_++ : -1);
    }
    bool hand_over() {
        if (json_.depth() > 0) return true;
        take_(member_, JsonAt(errors_, json_));
        return !errors_.error();
    }
    template <class Add>
    bool scalar(const Add& add) {
        if (!root_.is_object) return false;
        begin();
        add();
        return hand_over();
    }
    bool open(Json::Kind kind) {
        if (!root_.is_object) {
            root_.is_object = kind == Json::Kind::Object;
            root_.is_array = kind == Json::Kind::Array;
            return root_.is_object;
        }
        if (json_.depth() == 0 && !is_in_array_ && kind == Json::Kind::Array) {
            is_in_array_ = true;
            next_ = 0;
            return true;
        }
        begin();
        json_.open(kind);
        return true;
    }
    bool close() {
        if (json_.depth() > 0) {
            json_.close();
            return hand_over();
        }
        is_in_array_ = false;
        return true;
    }

    JsonErrors& errors_;
    const TakeJson& take_;
    Json json_;
    JsonRoot root_;
    std::string member_;
    bool is_in_array_ = false;  ///< that is a member of the root
    std::int64_t next_ = 0;
    std::optional<Fault> fault_;
};

/// A file's bytes, some thousands of which are held.
class Bytes {
public:
    explicit Bytes(std::istream& in) : in_(in) { fill(); }
    bool is_at_end() const { return at_ == end_; }
    char front() const { return buffer_[at_]; }
    void pop() {
        if (++at_ == end_) fill();
    }

private:
    void fill() {
        in_.read(buffer_.data(), buffer_.size());
        at_ = 0;
        end_ = static_cast<std::size_t>(in_.gcount());
    }
    std::istream& in_;
    std::array<char, 1 << 16> buffer_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

/// What the parser goes through the bytes with; one without bytes is the end.
class ByteIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = char;

    ByteIterator() = default;
    explicit ByteIterator(Bytes& bytes) : bytes_(&bytes) {}
    char operator*() const { return bytes_->front(); }
    ByteIterator& operator++() {
        bytes_->pop();
        return *this;
    }
    friend bool operator==(const ByteIterator& a, const ByteIterator& b) { return a.is_at_end() == b.is_at_end(); }

private:
    bool is_at_end() const { return bytes_ == nullptr || bytes_->is_at_end(); }
    Bytes* bytes_ = nullptr;
};

/// Goes through the file again, up to where it is at fault.
Error stream_error(const std::filesystem::path& path, const Fault& fault) {
    auto in = open_to_read(path);
    if (!in) return in.error();
    LineAndColumn at;
    std::array<char, 4096> piece;
    for (std::size_t left = std::max<std::size_t>(fault.byte, 1) - 1; left > 0 && *in;) {
        in->read(piece.data(), static_cast<std::streamsize>(std::min(left, piece.size())));
        at.pass({piece.data(), static_cast<std::size_t>(in->gcount())});
        left -= std::min(left, piece.size());
    }
    std::error_code error;
    return error_of(path.string(), fault, at, std::filesystem::file_size(path, error) == 0);
}

}  // namespace

Result<Json> parse_json(std::string_view file, std::string_view text) {
    const std::string_view plain = without_bom(text);
    Json json;
    Whole whole(json);
    if (Parser::sax_parse(plain.begin(), plain.end(), &whole)) return json;
    LineAndColumn at;
    at.pass(plain.substr(0, std::max<std::size_t>(whole.fault().byte, 1) - 1));
    return error_of(file, whole.fault(), at, plain.empty());
}

Result<JsonRoot> parse_json_members(const std::filesystem::path& path, JsonErrors& errors, const TakeJson& take) {
    auto in = open_to_read(path);
    if (!in) return in.error();
    const auto bytes = std::make_unique<Bytes>(*in);
    Members members(errors, take);
    Parser::sax_parse(ByteIterator(*bytes), ByteIterator(), &members);
    if (errors.error()) return *errors.error();
    if (members.fault()) return stream_error(path, *members.fault());
    return members.root();
}

}  // namespace inbetween
