#include "core/video/screen_colour.h"

#include <algorithm>
#include <cmath>

#include "core/video/colour_step.h"

namespace inbetween {
namespace {

// The gamma by which ordinary video is shown.   source: ITU-R BT.1886.
constexpr double video_gamma = 2.4;
// Saturation up to this share of what the screen can show is left alone.
constexpr double kept_saturation = 0.9;
// Less than that beyond the screen's colours is a rounding error.
constexpr double least_excess = 1.001;
// How sharply the curve that takes it back bends.
constexpr double bend_power = 1.2;

bool is_hdr(Transfer transfer) { return transfer == Transfer::Pq || transfer == Transfer::Hlg; }

double signal_of(Transfer transfer, double light) {
    switch (transfer) {
        case Transfer::Pq:
            return pq_from_nits(light * 10000);
        case Transfer::Hlg:
            return hlg_from_scene(light);
        case Transfer::Linear:
            return light;
        case Transfer::Sdr:
            break;
    }
    return sdr_from_scene(light);
}

double scene_of(Transfer transfer, double signal) {
    switch (transfer) {
        case Transfer::Pq:
            return nits_from_pq(signal) / 10000;
        case Transfer::Hlg:
            return scene_from_hlg(signal);
        case Transfer::Linear:
            return signal;
        case Transfer::Sdr:
            break;
    }
    return scene_from_sdr(signal);
}

// source: ITU-T H.273, 8.3, equations 52 to 60: differences scaled by what they can be at most, upward and downward.
Triple undo_constant_luminance(Transfer transfer, const Triple& colour) {
    const LumaShares luma = luma_shares(ColourMatrix::Bt2020Cl);
    const double y = colour[0];
    const auto component = [&](double difference, double share) {
        const double most = difference <= 0 ? signal_of(transfer, 1 - share) : 1 - signal_of(transfer, share);
        return y + 2 * most * difference;
    };
    const double blue = component(colour[1] - 0.5, luma.blue);
    const double red = component(colour[2] - 0.5, luma.red);
    const double green_light =
        (scene_of(transfer, y) - luma.red * scene_of(transfer, red) - luma.blue * scene_of(transfer, blue)) /
        (1 - luma.red - luma.blue);
    return {red, signal_of(transfer, green_light), blue};
}

// HLG's light of a scene as a screen of the usual peak shows it.
Triple shown_scene(const Triple& scene) {
    constexpr double system_gamma = 1.2;
    const double luminance =
        bt2020_luminance[0] * scene[0] + bt2020_luminance[1] * scene[1] + bt2020_luminance[2] * scene[2];
    const double gain = usual_peak_nits * std::pow(std::max(luminance, 0.0), system_gamma - 1);
    return {scene[0] * gain, scene[1] * gain, scene[2] * gain};
}

}  // namespace

bool ScreenColour::is_needed(const PixelFormat& format) {
    if (format.model == ColourModel::Gray) return is_hdr(format.transfer);
    if (has_nonlinear_matrix(format) || is_hdr(format.transfer)) return true;
    return format.primaries != Primaries::Bt709 && format.transfer == Transfer::Sdr;
}

ScreenColour::ScreenColour(const PixelFormat& format)
    : decodes_alone_(!has_nonlinear_matrix(format)),
      says_peak_(format.transfer == Transfer::Pq && format.peak_nits > 0),
      matrix_(format.matrix),
      transfer_(format.transfer),
      to_bt2020_(primaries_step(format.primaries, Primaries::Bt2020)),
      to_bt709_(primaries_step(is_hdr(transfer_) ? Primaries::Bt2020 : format.primaries, Primaries::Bt709)) {
    source_peak_ = pq_from_nits(says_peak_ ? std::max(format.peak_nits, white_nits) : usual_peak_nits);
    target_peak_ = pq_from_nits(white_nits);
    measure_gamut();
}

// Along the edges of the source's colours the components farthest outside the screen's are found.
void ScreenColour::measure_gamut() {
    constexpr int steps = 64;
    for (std::size_t edge = 0; edge < 3; ++edge) {
        for (int i = 0; i <= 2 * steps; ++i) {
            Triple pure{0, 0, 0};
            pure[edge] = std::min(static_cast<double>(i) / steps, 1.0);
            pure[(edge + 1) % 3] = std::min(2 - static_cast<double>(i) / steps, 1.0);
            const Triple light = transformed(to_bt709_, pure);
            const double most = std::max({light[0], light[1], light[2]});
            for (std::size_t c = 0; c < 3; ++c) farthest_[c] = std::max(farthest_[c], (most - light[c]) / most);
        }
    }
    for (std::size_t c = 0; c < 3; ++c) {
        const double beyond = farthest_[c] - kept_saturation;
        const double share = std::pow((1 - kept_saturation) / beyond, -bend_power);
        if (farthest_[c] > least_excess) bend_[c] = beyond / std::pow(share - 1, 1 / bend_power);
    }
}

double ScreenColour::light_of(double signal) const {
    if (transfer_ == Transfer::Pq) return nits_from_pq(signal);
    if (transfer_ == Transfer::Hlg) return scene_from_hlg(signal);
    return std::pow(std::clamp(signal, 0.0, 1.0), video_gamma);
}

Triple ScreenColour::light_of(const Triple& colour) const {
    if (!decodes_alone_ && matrix_ == ColourMatrix::ICtCp && is_hdr(transfer_)) {
        const Matrix3 to_lms = transfer_ == Transfer::Pq ? pq_lms_from_ictcp() : hlg_lms_from_ictcp();
        const Triple lms = transformed(to_lms, {colour[0], colour[1] - 0.5, colour[2] - 0.5});
        return transformed(bt2020_from_lms(), {light_of(lms[0]), light_of(lms[1]), light_of(lms[2])});
    }
    const Triple signal = decodes_alone_ ? colour : undo_constant_luminance(transfer_, colour);
    return {light_of(signal[0]), light_of(signal[1]), light_of(signal[2])};
}

double ScreenColour::highest_signal() const { return says_peak_ && decodes_alone_ ? source_peak_ : 1; }

// The Hermite roll-off of BT.2390 between PQ signals.
double ScreenColour::eetf(double signal) const {
    if (source_peak_ <= target_peak_) return std::min(signal, target_peak_);
    const double top = target_peak_ / source_peak_;
    const double x = std::clamp(signal / source_peak_, 0.0, 1.0);
    const double knee = 1.5 * top - 0.5;
    if (x < knee) return signal;
    const double t = (x - knee) / (1 - knee);
    const double t2 = t * t;
    const double t3 = t2 * t;
    const double y = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * top;
    return y * source_peak_;
}

// Intensity rolls off; colour differences shrink with it, or bright colours would glow.
Triple ScreenColour::tone_mapped(const Triple& nits) const {
    const Triple lms = transformed(lms_from_bt2020(), nits);
    const Triple coded{pq_from_nits(lms[0]), pq_from_nits(lms[1]), pq_from_nits(lms[2])};
    Triple ictcp = transformed(ictcp_from_pq_lms(), coded);
    const double mapped = eetf(ictcp[0]);
    if (mapped == ictcp[0]) return nits;
    const double share = ictcp[0] > 0 ? std::min(mapped / ictcp[0], 1.0) : 0;
    ictcp = {mapped, ictcp[1] * share, ictcp[2] * share};
    const Triple back = transformed(pq_lms_from_ictcp(), ictcp);
    return transformed(bt2020_from_lms(), {nits_from_pq(back[0]), nits_from_pq(back[1]), nits_from_pq(back[2])});
}

// The identity up to a knee, then slower and slower; 1 where the component is farthest outside.
double ScreenColour::nearer(double distance, std::size_t component) const {
    if (distance <= kept_saturation || farthest_[component] <= least_excess) return distance;
    const double beyond = (distance - kept_saturation) / bend_[component];
    return kept_saturation + bend_[component] * beyond / std::pow(1 + std::pow(beyond, bend_power), 1 / bend_power);
}

// What is too bright for the screen in one component loses half of that as brightness, the rest as saturation; what
// is too pure for it loses saturation, the nearer to its edge the more.
Triple ScreenColour::inside_gamut(Triple light) const {
    double most = std::max({light[0], light[1], light[2]});
    if (most <= 0) return {0, 0, 0};
    if (most > 1) {
        const double dim = 1 / std::sqrt(most);
        for (double& component : light) component *= dim;
        most *= dim;
        const double luminance =
            bt709_luminance[0] * light[0] + bt709_luminance[1] * light[1] + bt709_luminance[2] * light[2];
        if (luminance >= 1) return {1, 1, 1};
        const double kept = (1 - luminance) / (most - luminance);
        for (double& component : light) component = luminance + (component - luminance) * kept;
        most = 1;
    }
    for (std::size_t c = 0; c < 3; ++c) light[c] = most * (1 - nearer((most - light[c]) / most, c));
    return light;
}

Triple ScreenColour::shown(const Triple& light) const {
    if (!is_hdr(transfer_)) {
        Triple signal = inside_gamut(transformed(to_bt709_, light));
        for (double& component : signal) component = std::pow(std::clamp(component, 0.0, 1.0), 1 / video_gamma);
        return signal;
    }
    const Triple wide = transformed(to_bt2020_, light);
    Triple nits = transformed(to_bt709_, tone_mapped(transfer_ == Transfer::Hlg ? shown_scene(wide) : wide));
    for (double& component : nits) component /= white_nits;
    Triple signal = inside_gamut(nits);
    for (double& component : signal) component = srgb_from_light(component);
    return signal;
}

}  // namespace inbetween
