#pragma once

#include "core/video/light.h"
#include "core/video/pixel_format.h"

namespace inbetween {

/// How a screen that shows sRGB shows the colours of a format that are not made for one: HDR is tone-mapped, wide
/// colours are brought inside, constant luminance and ICtCp are undone.
/// Tone mapping keeps what is darker than about half of white and rolls off from there, so that the brightest light of
/// the film is the screen's white; paper white comes out a little below. Colours that the screen lacks lose saturation
/// gradually; grays stay gray.
/// source: ITU-R BT.2390-10, 5.4.1 (EETF, in ICtCp); BT.2408 (white); BT.2100 (HLG for a screen of 1000 cd/m2); ACES
/// Reference Gamut Compression (the curve that saturation follows).
class ScreenColour {
public:
    /// Whether such a format needs more than colour_step().
    static bool is_needed(const PixelFormat& format);
    explicit ScreenColour(const PixelFormat& format);
    /// The screen's red, green and blue, 0..1 as sRGB codes them, of what colour_step() leads to.
    Triple operator()(const Triple& colour) const { return shown(light_of(colour)); }

    /// Linear light by the format's own primaries, in two halves: this one is the same for each component alone where
    /// decodes_alone(), so that a table of it serves many colours.
    Triple light_of(const Triple& colour) const;
    double light_of(double signal) const;
    bool decodes_alone() const { return decodes_alone_; }
    /// The other half, from that light to the screen.
    Triple shown(const Triple& light) const;
    /// The signal beyond which no more light is in the film: tables need not reach further.
    double highest_signal() const;

private:
    Triple tone_mapped(const Triple& nits) const;
    double eetf(double signal) const;
    Triple inside_gamut(Triple light) const;
    double nearer(double distance, std::size_t component) const;
    void measure_gamut();

    bool decodes_alone_;
    bool says_peak_;
    ColourMatrix matrix_;
    Transfer transfer_;
    Matrix3 to_bt2020_;
    Matrix3 to_bt709_;    // from BT.2020 for HDR, else from the format's own
    double source_peak_;  // PQ signals
    double target_peak_;
    Triple farthest_{1, 1, 1};  // how far beyond BT.709 each component gets; see inside_gamut()
    Triple bend_{};             // how fast saturation is taken back
};

}  // namespace inbetween
