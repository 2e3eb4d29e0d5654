#pragma once

#include <string_view>

namespace inbetween::cli {

/// The program's version, as the build states it.
inline constexpr std::string_view program_version = INBETWEEN_VERSION;

}  // namespace inbetween::cli
