#pragma once

#include <string_view>

namespace inbetween {

/// The text of app/input/profiles/workstation.keymap, compiled in.
std::string_view workstation_profile();

}  // namespace inbetween
