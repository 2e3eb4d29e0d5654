#pragma once

namespace inbetween {

/// How a person wants pictures shown: a state of looking, which touches neither the stored numbers nor what is
/// exported. Applies to the colours of the screen, as it codes them.
struct Adjustment {
    double brightness = 0;  ///< added; -1 makes everything black, 1 white
    double contrast = 1;    ///< multiplies the distance from middle gray
    double gamma = 1;       ///< over 1 brightens the dark parts, under 1 darkens them; black and white stay

    /// What becomes of a component.   units: 0..1.
    double applied(double component) const;
    bool is_neutral() const { return *this == Adjustment{}; }
    friend bool operator==(const Adjustment&, const Adjustment&) = default;
};

}  // namespace inbetween
