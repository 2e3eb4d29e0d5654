#include "app/cli/exchange.h"

#include <fmt/ranges.h>

#include <fstream>

#include "app/cli/console.h"
#include "core/base/files.h"
#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

/// The first bytes of a file; none of a folder.
Result<std::string> head_of(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) return fail("{}: no such file or folder", path.string());
    if (fs::is_directory(status)) return std::string();
    constexpr std::size_t head_bytes = 4096;
    std::string head(head_bytes, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (in.bad() || !in.is_open()) return fail("{}: cannot be read", path.string());
    head.resize(static_cast<std::size_t>(in.gcount()));
    return head;
}

}  // namespace

Result<const Format*> named_format(std::string_view id) {
    if (const Format* format = find_format(id)) return format;
    std::vector<std::string_view> known;
    for (const Format* format : all_formats()) known.push_back(format->id);
    return fail("{}: no such format; there are {}", id, fmt::join(known, ", "));
}

Result<const Format*> format_to_read(std::string_view id, const std::vector<fs::path>& files) {
    if (id != "auto") return named_format(id);
    const auto head = head_of(files.front());
    if (!head) return head.error();
    for (const Format* format : all_formats()) {
        if (format->sniff(files.front(), *head)) return format;
    }
    return fail("{}: no format that is known here; state it with --format", files.front().string());
}

Result<std::map<std::string, std::string, std::less<>>> names_of(const std::vector<std::string>& stated) {
    std::map<std::string, std::string, std::less<>> names;
    const auto take = [&](std::string_view line, const std::string& place) -> Result<Done> {
        const auto equals = line.find('=');
        const std::string from(trim(line.substr(0, equals)));
        if (equals == std::string_view::npos || from.empty())
            return fail("{}: '{}' is not FROM=TO", place, one_line(line));
        if (!names.emplace(from, trim(line.substr(equals + 1))).second)
            return fail("{}: '{}' is stated twice", place, from);
        return Done{};
    };
    for (const std::string& piece : stated) {
        if (piece.find('=') != std::string::npos) {
            if (auto taken = take(piece, "names"); !taken) return taken.error();
            continue;
        }
        const auto text = read_file(piece, 1 << 20);
        if (!text) return text.error();
        std::int64_t number = 0;
        for (const std::string_view line : split(*text, '\n')) {
            ++number;
            const std::string_view content = trim(line);
            if (content.empty() || content.front() == '#') continue;
            if (auto taken = take(content, fmt::format("{}:{}", piece, number)); !taken) return taken.error();
        }
    }
    return names;
}

}  // namespace inbetween::cli
