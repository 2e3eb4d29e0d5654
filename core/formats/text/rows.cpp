#include "core/formats/text/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

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

FileLines::FileLines(std::string_view file, std::istream& in) : file_(file), in_(in), buffer_(std::size_t{1} << 16) {}

/// Puts what is held to the front and more of the file behind it.   returns: false at the file's end.
bool FileLines::read_more() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
    in_.read(buffer_.data() + end_, static_cast<std::streamsize>(buffer_.size() - end_));
    const auto got = static_cast<std::size_t>(in_.gcount());
    end_ += got;
    return got > 0;
}

std::optional<std::string_view> FileLines::next() {
    // A file without line ends is not gathered whole: what is longer is no line of any format.
    constexpr std::size_t longest = std::size_t{1} << 24;
    std::size_t looked_at = 0;
    std::size_t length = 0;
    while (true) {
        const std::string_view held(buffer_.data() + begin_, end_ - begin_);
        length = held.find('\n', looked_at);
        looked_at = held.size();
        if (length != std::string_view::npos || held.size() > longest || !read_more()) break;
    }
    if (begin_ == end_) return std::nullopt;
    std::string_view line(buffer_.data() + begin_, std::min(length, end_ - begin_));
    begin_ = std::min(begin_ + line.size() + 1, end_);
    if (++line_ == 1) line = without_bom(line);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

std::optional<std::string_view> FileLines::next_filled() {
    while (auto line = next())
        if (!trim(*line).empty()) return line;
    return std::nullopt;
}

void split_into(std::vector<std::string_view>& pieces, std::string_view line, char separator) {
    while (true) {
        const auto at = line.find(separator);
        pieces.push_back(trim(line.substr(0, at)));
        if (at == std::string_view::npos) return;
        line.remove_prefix(at + 1);
    }
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
    // Most names are plain.
    while (!text.empty() && static_cast<unsigned char>(text.front()) < 0x80 && !is_control(text.front()))
        text.remove_prefix(1);
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

void append_number(std::string& text, std::int64_t number) {
    const fmt::format_int digits(number);
    text.append(digits.data(), digits.size());
}

void append_grid_number(std::string& text, double stated) {
    const double steps = std::round(stated * shape_grid_per_px);
    constexpr double largest_exact = 1e12;
    if (!(std::abs(steps) < largest_exact)) {
        text += format_number(steps / shape_grid_per_px, 4);
        return;
    }
    // The value is scaled to a whole number, which is exact, so that its digits are those of the decimals.
    constexpr std::array<std::int64_t, 5> powers{1, 10, 100, 1000, 10000};
    std::int64_t scaled = 0;
    std::size_t decimals = 0;
    for (; decimals < powers.size(); ++decimals) {
        const auto power = static_cast<double>(powers[decimals]);
        scaled = std::llround(std::abs(steps) * power / shape_grid_per_px);
        if (std::round(static_cast<double>(scaled) / power * shape_grid_per_px) == std::abs(steps)) break;
    }
    decimals = std::min(decimals, powers.size() - 1);
    if (steps < 0) text += '-';
    append_number(text, scaled / powers[decimals]);
    if (decimals == 0) return;
    std::array<char, 5> fraction{'.', '0', '0', '0', '0'};
    std::int64_t rest = scaled % powers[decimals];
    for (std::size_t at = decimals; rest != 0; --at, rest /= 10) fraction[at] = static_cast<char>('0' + rest % 10);
    text.append(fraction.data(), decimals + 1);
}

std::string grid_number(double stated) {
    std::string text;
    append_grid_number(text, stated);
    return text;
}

}  // namespace inbetween
