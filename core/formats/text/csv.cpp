#include "core/formats/text/csv.h"

#include <algorithm>

#include "core/base/text.h"

namespace inbetween {
namespace {

/// Takes a quoted field off the front of the line, up to its comma.
std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string field;
    rest.remove_prefix(1);
    while (true) {
        const auto quote = rest.find('"');
        if (quote == std::string_view::npos) return std::nullopt;
        field += rest.substr(0, quote);
        rest.remove_prefix(quote + 1);
        if (rest.empty() || rest.front() != '"') break;
        field += '"';
        rest.remove_prefix(1);
    }
    const auto comma = rest.find(',');
    if (!trim(rest.substr(0, comma)).empty()) return std::nullopt;
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma);
    return field;
}

}  // namespace

std::optional<std::vector<std::string>> csv_fields(std::string_view line) {
    std::vector<std::string> fields;
    std::string_view rest = line;
    while (true) {
        const auto filled = rest.find_first_not_of(" \t");
        if (filled != std::string_view::npos && rest[filled] == '"') {
            rest.remove_prefix(filled);
            auto field = take_quoted(rest);
            if (!field) return std::nullopt;
            fields.push_back(std::move(*field));
        } else {
            const auto comma = rest.find(',');
            fields.emplace_back(trim(rest.substr(0, comma)));
            rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma);
        }
        if (rest.empty()) return fields;
        rest.remove_prefix(1);
    }
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos && trim(text) == text) return std::string(text);
    std::string field = "\"";
    for (const char c : text) {
        if (c == '"') field += '"';
        field += c;
    }
    return field + "\"";
}

std::optional<std::string_view> CsvRecords::next() {
    // A quote left open would otherwise gather the whole file.
    constexpr std::size_t longest = std::size_t{1} << 24;
    std::string line;
    record_.clear();
    while (std::getline(*in_, line)) {
        if (++line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
        if (record_.empty()) {
            if (trim(line).empty()) continue;
            first_line_ = line_;
        } else {
            record_ += '\n';
        }
        record_ += line;
        const bool is_open = std::count(record_.begin(), record_.end(), '"') % 2 != 0;
        if (is_open && record_.size() < longest) continue;
        if (record_.ends_with('\r')) record_.pop_back();
        return record_;
    }
    if (record_.empty()) return std::nullopt;
    return record_;
}

}  // namespace inbetween
