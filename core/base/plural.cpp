#include "core/base/plural.h"

#include <fmt/format.h>

namespace inbetween {

std::string counted(std::int64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace inbetween
