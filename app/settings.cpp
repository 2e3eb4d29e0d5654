#include "app/settings.h"

#include <algorithm>

#include "core/base/files.h"
#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween {

namespace {

constexpr std::string_view tolerance_key = "tolerance";

}  // namespace

fs::path settings_file() { return user_config_folder() / "settings"; }

Settings load_settings(const fs::path& file) {
    Settings settings;
    constexpr std::uint64_t most_bytes = 1 << 16;
    const auto text = read_file(file, most_bytes);
    if (!text) return settings;
    for (const std::string_view line : split(*text, '\n')) {
        const auto equals = line.find('=');
        if (equals == std::string_view::npos || trim(line.substr(0, equals)) != tolerance_key) continue;
        if (const auto value = parse_double(trim(line.substr(equals + 1))))
            settings.tolerance = std::clamp(*value, Settings::least_tolerance, Settings::most_tolerance);
    }
    return settings;
}

Result<Done> save_settings(const fs::path& file, const Settings& settings) {
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error) return fail("{}: {}", file.parent_path().string(), error.message());
    const std::string text = fmt::format("{} = {}\n", tolerance_key, format_number(settings.tolerance, 3));
    return write_file_atomic(file, text, Durability::Loose);
}

}  // namespace inbetween
