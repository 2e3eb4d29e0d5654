#include "core/formats/text/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/formats/text/rows.h"
#include "core/formats/text/streamed_file.h"

namespace inbetween {

Result<Json> parse_json(std::string_view file, std::string_view text) {
    const std::string_view plain = without_bom(text);
    try {
        return Json::parse(plain);
    } catch (const Json::parse_error& error) {
        const std::size_t at = std::min(error.byte, plain.size());
        const auto line = 1 + std::count(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        return row_error({file, line}, "JSON", plain.empty() ? "the file is empty" : "is malformed or cut here");
    } catch (const Json::exception&) {
        return fail("{}: JSON: holds a number that no computer can", file);
    }
}

namespace {

Error json_stream_error(const std::filesystem::path& path, std::size_t byte) {
    std::ifstream in(path, std::ios::binary);
    std::int64_t line = 1;
    for (std::size_t i = 0; i < byte; ++i) {
        const int c = in.get();
        if (c == std::char_traits<char>::eof()) break;
        line += c == '\n' ? 1 : 0;
    }
    const std::string file = path.string();
    return row_error({file, line}, "JSON", byte <= 1 ? "the file is empty or none" : "is malformed or cut here");
}

/// Tells a callback of the parser which member of the root object it is in.
class JsonMembers {
public:
    explicit JsonMembers(const TakeJson& take) : take_(take) {}

    bool operator()(int depth, Json::parse_event_t event, Json& value) {
        using Event = Json::parse_event_t;
        if (depth == 0 && event == Event::object_start) is_object_ = true;
        if (!is_object_) return false;
        if (depth == 1 && event == Event::key) {
            member_ = value.get<std::string>();
            index_ = -1;
            return true;
        }
        if (depth == 1 && event == Event::array_start) index_ = 0;
        const bool is_end = event == Event::object_end || event == Event::array_end || event == Event::value;
        if (depth == 2 && is_end && index_ >= 0) {
            take_(member_, value, fmt::format("/{}[{}]", member_, index_++));
            return false;
        }
        // The elements of an array were handed over one by one.
        if (depth == 1 && is_end && !(event == Event::array_end && index_ >= 0)) {
            take_(member_, value, "/" + member_);
            return false;
        }
        return true;
    }
    bool is_object() const { return is_object_; }

private:
    const TakeJson& take_;
    std::string member_;
    std::int64_t index_ = -1;
    bool is_object_ = false;
};

}  // namespace

Result<Done> parse_json_members(const std::filesystem::path& path, const TakeJson& take) {
    auto in = open_to_read(path);
    if (!in) return in.error();
    JsonMembers members(take);
    try {
        const Json rest = Json::parse(
            *in, [&](int depth, Json::parse_event_t event, Json& value) { return members(depth, event, value); });
    } catch (const Json::parse_error& wrong) {
        return json_stream_error(path, wrong.byte);
    } catch (const Json::exception&) {
        return fail("{}: JSON: holds a number that no computer can", path.string());
    }
    if (!members.is_object()) return fail("{}: JSON: is no object", path.string());
    return Done{};
}

std::string json_text(const JsonOut& json) {
    return json.dump(2, ' ', false, JsonOut::error_handler_t::replace) + "\n";
}

void JsonErrors::reject(std::string_view path, std::string_view why) {
    if (!error_) error_ = fail("{}: {}: {}", file_, path, why);
}

void JsonAt::want(std::string_view kind) const {
    if (value_ == nullptr)
        reject(fmt::format("is missing; {} is wanted", kind));
    else
        reject(fmt::format("is {}, not {}", value_->type_name(), kind));
}

namespace {

/// A path through names that may hold anything.
std::string step(const std::string& path, std::string_view name) {
    const std::string shown = in_quotes(name);
    return path + "/" + shown.substr(1, shown.size() - 2);
}

}  // namespace

JsonAt JsonAt::operator[](std::string_view name) const {
    if (!is_object()) {
        want("an object");
        return {*errors_, nullptr, step(path_, name)};
    }
    const auto found = value_->find(name);
    return {*errors_, found == value_->end() ? nullptr : &*found, step(path_, name)};
}

std::vector<std::pair<std::string, JsonAt>> JsonAt::members() const {
    std::vector<std::pair<std::string, JsonAt>> members;
    if (!is_object()) {
        want("an object");
        return members;
    }
    for (auto at = value_->begin(); at != value_->end(); ++at)
        members.emplace_back(at.key(), JsonAt(*errors_, &*at, step(path_, at.key())));
    return members;
}

std::vector<JsonAt> JsonAt::elements() const {
    std::vector<JsonAt> elements;
    if (!is_array()) {
        want("an array");
        return elements;
    }
    elements.reserve(value_->size());
    for (const Json& element : *value_)
        elements.push_back(JsonAt(*errors_, &element, fmt::format("{}[{}]", path_, elements.size())));
    return elements;
}

std::vector<JsonAt> JsonAt::elements(std::size_t count) const {
    std::vector<JsonAt> all = elements();
    if (is_array() && all.size() != count) reject(fmt::format("has {} elements, not {}", all.size(), count));
    // What is asked of the elements stays within them; the error is kept.
    while (all.size() < count) all.push_back(JsonAt(*errors_, nullptr, fmt::format("{}[{}]", path_, all.size())));
    return all;
}

double JsonAt::number(double most) const {
    if (!is_number()) {
        want("a number");
        return 0;
    }
    const auto value = value_->get<double>();
    if (!std::isfinite(value) || std::abs(value) > most) {
        reject(fmt::format("{} is larger than {} can be", value, most));
        return 0;
    }
    return value;
}

std::int64_t JsonAt::integer(std::int64_t least, std::int64_t most) const {
    const double value = number(9e15);
    if (!is_number()) return least;
    if (value != std::floor(value)) {
        reject(fmt::format("{} is not whole", value));
        return least;
    }
    const auto whole = static_cast<std::int64_t>(value);
    if (whole < least || whole > most) {
        reject(fmt::format("{} is not within {} and {}", whole, least, most));
        return least;
    }
    return whole;
}

std::int64_t JsonAt::whole() const {
    if (value_ != nullptr && value_->is_number_integer()) return value_->get<std::int64_t>();
    want("a whole number");
    return 0;
}

std::string JsonAt::text() const {
    if (is_text()) return value_->get<std::string>();
    want("a text");
    return {};
}

std::string JsonAt::name() const {
    std::string value = text();
    if (is_text() && (value.empty() || !is_clean_utf8(value))) reject("is no name");
    return value;
}

}  // namespace inbetween
