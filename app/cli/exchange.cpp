#include "app/cli/exchange.h"

#include <fmt/format.h>

#include "app/cli/console.h"

#include "core/base/files.h"
#include "core/base/text.h"

namespace inbetween::cli {

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
