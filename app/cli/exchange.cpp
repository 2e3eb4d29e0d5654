#include "app/cli/exchange.h"

#include <fmt/format.h>

#include "app/cli/arguments.h"
#include "app/cli/console.h"
#include "app/importing.h"

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

std::string check_format_to_read(const std::string& id) { return id == "auto" ? "" : check_format_to_write(id); }

std::string check_format_to_write(const std::string& id) { return wrong_in(named_format(id)); }

std::string format_misuse(const CLI::App& app) {
    const auto& named = app.get_option("--format")->results();
    const Format* format = named.empty() ? nullptr : find_format(named.back());
    if (format == nullptr) return {};
    return wrong_in(check_options(*format, format_options_of(app.get_option("--option")->results())));
}

}  // namespace inbetween::cli
