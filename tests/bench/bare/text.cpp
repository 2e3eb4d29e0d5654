#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <vector>

#include "tests/bench/bare/bare.h"

namespace inbetween::bare {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;
constexpr std::string_view separators = " ,\n";

/// A field and the character after it.
struct Field {
    double value = 0;
    std::int32_t decimals = 0;  ///< -1 - n: the n-th text
    char separator = 0;         ///< 0: none, at the end of the file
};

class TextCalls : public Calls {
public:
    explicit TextCalls(std::string_view text) {
        std::map<std::string_view, std::int32_t> known;
        while (!text.empty()) {
            const auto end = std::min(text.find_first_of(separators), text.size());
            const std::string_view digits = text.substr(0, end);
            const Number number = number_of(digits);
            Field field{number.value, number.decimals, end < text.size() ? text[end] : '\0'};
            if (number.decimals < 0) {
                const auto [at, is_new] = known.try_emplace(digits, static_cast<std::int32_t>(texts_.size()));
                if (is_new) texts_.emplace_back(digits);
                field.decimals = -1 - at->second;
            }
            fields_.push_back(field);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }

    void write(const std::filesystem::path& path) const override {
        std::FILE* file = std::fopen(path.c_str(), "wb");
        fmt::memory_buffer buffer;
        for (const Field& field : fields_) {
            if (field.decimals == 0)
                fmt::format_to(std::back_inserter(buffer), "{}", static_cast<std::int64_t>(field.value));
            else if (field.decimals > 0)
                fmt::format_to(std::back_inserter(buffer), "{:.{}f}", field.value, field.decimals);
            else
                buffer.append(texts_[static_cast<std::size_t>(-1 - field.decimals)]);
            if (field.separator != 0) buffer.push_back(field.separator);
            if (buffer.size() < buffer_bytes) continue;
            std::fwrite(buffer.data(), 1, buffer.size(), file);
            buffer.clear();
        }
        std::fwrite(buffer.data(), 1, buffer.size(), file);
        std::fclose(file);
    }

private:
    std::vector<Field> fields_;
    std::vector<std::string> texts_;
};

/// Splits a line into fields and converts those that are numbers.
std::int64_t convert(const char* line, const char* end, double& sum) {
    std::int64_t fields = 0;
    while (line < end) {
        const char* stop = line;
        while (stop < end && *stop != ' ' && *stop != ',') ++stop;
        double value = 0;
        if (std::from_chars(line, stop, value).ec == std::errc{}) sum += value;
        ++fields;
        line = stop + 1;
    }
    return fields;
}

}  // namespace

Number number_of(std::string_view digits) {
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return {};
    const auto point = digits.find('.');
    const int decimals = point == digits.npos ? 0 : static_cast<int>(digits.size() - point - 1);
    if (fmt::format("{:.{}f}", value, decimals) != digits) return {};
    return {value, decimals};
}

std::unique_ptr<Calls> calls_of_text(std::string_view text) { return std::make_unique<TextCalls>(text); }

std::int64_t parse_text(const std::filesystem::path& path) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    std::vector<char> buffer(buffer_bytes);
    std::size_t held = 0;
    std::int64_t fields = 0;
    double sum = 0;
    while (const std::size_t got = std::fread(buffer.data() + held, 1, buffer.size() - held, file)) {
        held += got;
        const char* line = buffer.data();
        const char* end = line + held;
        while (const void* found = std::memchr(line, '\n', static_cast<std::size_t>(end - line))) {
            const char* stop = static_cast<const char*>(found);
            fields += convert(line, stop, sum);
            line = stop + 1;
        }
        held = static_cast<std::size_t>(end - line);
        std::memmove(buffer.data(), line, held);
        if (held == buffer.size()) buffer.resize(2 * held);
    }
    fields += convert(buffer.data(), buffer.data() + held, sum);
    std::fclose(file);
    return fields + (sum == 0 ? 1 : 0);
}

std::unique_ptr<Calls> calls_of(Kind kind, std::string_view text) {
    return kind == Kind::Text ? calls_of_text(text) : kind == Kind::Xml ? calls_of_xml(text) : calls_of_json(text);
}

std::int64_t parse(Kind kind, const std::filesystem::path& path) {
    return kind == Kind::Text ? parse_text(path) : kind == Kind::Xml ? parse_xml(path) : parse_json(path);
}

}  // namespace inbetween::bare
