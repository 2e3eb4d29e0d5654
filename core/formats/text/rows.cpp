#include "core/formats/text/rows.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/text.h"

namespace inbetween {

Error row_error(const Place& place, std::string_view field, std::string_view why) {
    if (place.line == 0) return fail("{}: {}: {}", place.file, field, why);
    return fail("{}:{}: {}: {}", place.file, place.line, field, why);
}

std::string_view without_bom(std::string_view text) {
    constexpr std::string_view bom = "\xEF\xBB\xBF";
    if (text.substr(0, bom.size()) == bom) text.remove_prefix(bom.size());
    return text;
}

Lines::Lines(std::string_view file, std::string_view text) : file_(file), rest_(without_bom(text)) {}

std::optional<std::string_view> Lines::next() {
    if (rest_.empty()) return std::nullopt;
    ++line_;
    const auto end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

std::optional<std::string_view> Lines::next_filled() {
    while (auto line = next())
        if (!trim(*line).empty()) return line;
    return std::nullopt;
}

namespace {

/// How many bytes the UTF-8 sequence at the start takes; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length == 0 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool beyond = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
    return overlong || beyond ? 0 : length;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

bool is_clean_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0 || is_control(text.front())) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string one_line_of(std::string_view text, std::size_t longest) {
    std::string shown;
    for (std::string_view rest = text; !rest.empty();) {
        if (shown.size() >= longest) return shown + "...";
        const std::size_t length = sequence_length(rest);
        if (length == 0 || is_control(rest.front()))
            shown += '?';
        else
            shown += rest.substr(0, length);
        rest.remove_prefix(length == 0 ? 1 : length);
    }
    return shown;
}

std::string in_quotes(std::string_view text) { return fmt::format("'{}'", one_line_of(text, 40)); }

std::string_view Fields::text(std::size_t index, std::string_view name) {
    if (index < fields_.size()) return fields_[index];
    reject(name, fmt::format("is missing: the row has {} fields", fields_.size()));
    return {};
}

std::int64_t Fields::integer(std::size_t index, std::string_view name, std::int64_t least, std::int64_t most) {
    const std::string_view field = text(index, name);
    if (error_) return 0;
    const auto value = parse_int(field);
    if (!value) {
        reject(name, fmt::format("{} is not a whole number", in_quotes(field)));
        return 0;
    }
    if (*value < least || *value > most) {
        reject(name, fmt::format("{} is not within {} and {}", *value, least, most));
        return 0;
    }
    return *value;
}

double Fields::number(std::size_t index, std::string_view name, double most) {
    const std::string_view field = text(index, name);
    if (error_) return 0;
    const auto value = parse_double(field);
    if (!value) {
        reject(name, fmt::format("{} is not a number", in_quotes(field)));
        return 0;
    }
    if (std::abs(*value) > most) {
        reject(name, fmt::format("{} is larger than {} can be", in_quotes(field), most));
        return 0;
    }
    return *value;
}

bool Fields::flag(std::size_t index, std::string_view name) {
    const std::string_view field = text(index, name);
    if (!error_ && field != "0" && field != "1") reject(name, fmt::format("{} is neither 0 nor 1", in_quotes(field)));
    return field == "1";
}

void Fields::reject(std::string_view name, std::string_view why) {
    if (!error_) error_ = row_error(place_, name, why);
}

std::string grid_number(double stated) {
    const auto step_of = [](double v) { return std::round(v * shape_grid_per_px); };
    const double value = step_of(stated) / shape_grid_per_px;
    for (int decimals = 0; decimals < 4; ++decimals) {
        std::string text = format_number(value, decimals);
        if (step_of(*parse_double(text)) == step_of(value)) return text;
    }
    return format_number(value, 4);
}

}  // namespace inbetween
