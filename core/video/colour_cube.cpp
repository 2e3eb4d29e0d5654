#include "core/video/colour_cube.h"

#include <array>

namespace inbetween {

std::shared_ptr<const ColourCube> ColourCube::make(const PixelFormat& format) {
    if (!ScreenColour::is_needed(format)) return nullptr;
    return std::shared_ptr<const ColourCube>(new ColourCube(format));
}

bool ColourCube::serves(const PixelFormat& format) const {
    return format.model == format_.model && format.matrix == format_.matrix && format.transfer == format_.transfer &&
           format.primaries == format_.primaries && format.peak_nits == format_.peak_nits;
}

ColourCube::ColourCube(const PixelFormat& format) : format_(format) {
    const ScreenColour screen(format);
    scale_ = 1 / screen.highest_signal();
    const auto signal = [this](std::size_t i) { return static_cast<double>(i) / (side - 1) / scale_; };
    std::array<double, side> light{};
    for (std::size_t i = 0; i < side; ++i) light[i] = screen.light_of(signal(i));
    entries_.reserve(std::size_t{side} * side * side * 4);
    for (std::size_t third = 0; third < side; ++third) {
        for (std::size_t second = 0; second < side; ++second) {
            for (std::size_t first = 0; first < side; ++first) {
                const Triple shown = screen.decodes_alone() ? screen.shown({light[first], light[second], light[third]})
                                                            : screen({signal(first), signal(second), signal(third)});
                for (const double component : shown) entries_.push_back(static_cast<float>(component));
                entries_.push_back(0);
            }
        }
    }
}

}  // namespace inbetween
