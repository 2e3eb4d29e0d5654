#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inbetween {

/// "1 track", "3 tracks": how many of what `noun` says of one. Its plural is the noun and an s.
std::string counted(std::int64_t count, std::string_view noun);

}  // namespace inbetween
