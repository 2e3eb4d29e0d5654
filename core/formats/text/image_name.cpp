#include "core/formats/text/image_name.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/base/text.h"

namespace inbetween {

std::optional<std::int64_t> number_at_end(std::string_view image_name) {
    const std::string stem = std::filesystem::path(image_name).stem().string();
    const auto other = stem.find_last_not_of("0123456789");
    return parse_int(std::string_view(stem).substr(other == std::string::npos ? 0 : other + 1));
}

std::string image_name(std::string_view prefix, std::int64_t number, std::string_view extension) {
    return fmt::format("{}{:06}{}", prefix, number, extension);
}

}  // namespace inbetween
