#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace inbetween {

/// A part of the machine that decodes video in place of the processor.
class HardwareDevice;

/// A device that may be there.
struct HardwareMaker {
    std::string name;  ///< FFmpeg's for the kind of device: "vaapi", "cuda"
    std::function<Result<std::shared_ptr<HardwareDevice>>()> open;
};

/// What a person may ask for, the default first.
inline constexpr std::array<std::string_view, 4> hardware_wishes{"off", "auto", "vaapi", "cuda"};

/// The devices to try for a wish, best first.   requires: one of hardware_wishes.
std::vector<HardwareMaker> hardware_for(std::string_view wish);

/// What decodes a video that no device does.
inline constexpr std::string_view software_decoder = "software";

}  // namespace inbetween
