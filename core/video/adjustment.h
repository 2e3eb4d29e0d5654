#pragma once

#include <string>

namespace inbetween {

/// What a number of an adjustment may be.
struct AdjustmentRange {
    double least = 0;
    double most = 0;
};

/// How a person wants pictures shown: a state of looking, which touches neither the stored numbers nor what is
/// exported. Applies to the colours of the screen, as it codes them.
struct Adjustment {
    static constexpr AdjustmentRange brightness_range{-1, 1};
    static constexpr AdjustmentRange contrast_range{0.25, 4};
    static constexpr AdjustmentRange gamma_range{0.25, 4};

    double brightness = 0;  ///< added; -1 makes everything black, 1 white
    double contrast = 1;    ///< multiplies the distance from middle gray
    double gamma = 1;       ///< over 1 brightens the dark parts, under 1 darkens them; black and white stay

    /// What becomes of a component.   units: 0..1.
    double applied(double component) const;
    bool is_neutral() const { return *this == Adjustment{}; }
    /// "brightness +0.10, gamma 1.21": what is not neutral.
    std::string text() const;
    friend bool operator==(const Adjustment&, const Adjustment&) = default;
};

}  // namespace inbetween
