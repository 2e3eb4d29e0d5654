#include "core/formats/text/image_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "core/base/text.h"

namespace inbetween {

namespace {

/// The stem without what Roboflow puts behind it: what the name ended with, ".rf." and a hash.
std::string_view without_roboflow(std::string_view stem) {
    constexpr std::string_view mark = ".rf.";
    constexpr std::size_t shortest_hash = 16;
    const auto at = stem.rfind(mark);
    if (at == std::string_view::npos || stem.size() - at - mark.size() < shortest_hash) return stem;
    const std::string_view hash = stem.substr(at + mark.size());
    const bool is_hash = std::all_of(hash.begin(), hash.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
    const std::string_view name = stem.substr(0, at);
    for (const std::string_view end : {"_jpg", "_jpeg", "_png", "_bmp", "_webp", "_JPG", "_PNG"})
        if (is_hash && name.ends_with(end)) return name.substr(0, name.size() - end.size());
    return is_hash ? name : stem;
}

}  // namespace

std::optional<std::int64_t> number_at_end(std::string_view image_name) {
    const std::string whole = std::filesystem::path(image_name).stem().string();
    const std::string_view stem = without_roboflow(whole);
    const auto other = stem.find_last_not_of("0123456789");
    return parse_int(stem.substr(other == std::string_view::npos ? 0 : other + 1));
}

std::string image_name(std::string_view prefix, std::int64_t number, std::string_view extension) {
    return fmt::format("{}{:06}{}", prefix, number, extension);
}

}  // namespace inbetween
