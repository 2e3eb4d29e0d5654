#pragma once

#include <array>

#include "core/video/pixel_format.h"

namespace inbetween {

/// Red, green and blue, or whatever three numbers a colour is told by.
using Triple = std::array<double, 3>;
/// A step from one such triple to another, row by row.
using Matrix3 = std::array<double, 9>;

/// The triple after the step.
constexpr Triple transformed(const Matrix3& m, const Triple& c) {
    return {m[0] * c[0] + m[1] * c[1] + m[2] * c[2], m[3] * c[0] + m[4] * c[1] + m[5] * c[2],
            m[6] * c[0] + m[7] * c[1] + m[8] * c[2]};
}

/// The light of paper white on a screen that shows HDR.   units: cd/m2.   source: ITU-R BT.2408, 2.1.
inline constexpr double white_nits = 203;
/// The brightest light of HDR that says nothing of it, and of the screen that HLG is rendered for.
/// units: cd/m2.   source: ITU-R BT.2100, table 5; BT.2408, 2.
inline constexpr double usual_peak_nits = 1000;

/// The light of a PQ signal 0..1, and the signal of a light.   units: cd/m2.   source: SMPTE ST 2084.
double nits_from_pq(double signal);
double pq_from_nits(double nits);
/// The light of the scene, 0..1, of an HLG signal 0..1, and back.   source: ARIB STD-B67; ITU-R BT.2100, table 5.
double scene_from_hlg(double signal);
double hlg_from_scene(double light);
/// The same of ordinary video.   source: ITU-R BT.709-6, 1.2; BT.2020-2, table 4.
double scene_from_sdr(double signal);
double sdr_from_scene(double light);
/// The sRGB signal of light 0..1.   source: IEC 61966-2-1.
double srgb_from_light(double light);

/// From linear light of some primaries to that of others, all with D65 as white; what the others cannot show comes out
/// negative.
Matrix3 primaries_step(Primaries from, Primaries to);
/// Shares of red, green and blue light of BT.709 in luminance.
inline constexpr Triple bt709_luminance{0.2126, 0.7152, 0.0722};
inline constexpr Triple bt2020_luminance{0.2627, 0.6780, 0.0593};

/// From linear BT.2020 light to the light that the three kinds of cones take, and back.
/// source: ITU-R BT.2100, table 7.
Matrix3 lms_from_bt2020();
Matrix3 bt2020_from_lms();
/// From PQ-coded light of the cones to intensity and two differences (ICtCp), and back; back also for HLG.
/// source: ITU-R BT.2100, table 7.
Matrix3 ictcp_from_pq_lms();
Matrix3 pq_lms_from_ictcp();
Matrix3 hlg_lms_from_ictcp();

}  // namespace inbetween
