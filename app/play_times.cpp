#include "app/play_times.h"

#include <algorithm>

namespace inbetween {
namespace {

/// A time computed from a frame's own stamp must give that frame back, whatever the last bit of the sum says.
constexpr double rounding_secs = 1e-9;

/// The usual distance of two frames: the middle one of those that are any.
double usual_distance(const Media& media) {
    std::vector<Pts> distances;
    for (std::size_t i = 1; i < media.pts.size(); ++i) {
        if (media.pts[i] > media.pts[i - 1]) distances.push_back(media.pts[i] - media.pts[i - 1]);
    }
    if (distances.empty()) return 1 / media.mean_fps();
    const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
    std::nth_element(distances.begin(), middle, distances.end());
    return media.timebase.seconds(*middle);
}

}  // namespace

PlayTimes::PlayTimes(const Media& media) {
    const auto frames = static_cast<std::size_t>(std::max<std::int64_t>(media.frames, 0));
    seconds_.reserve(frames);
    const double usual = usual_distance(media);
    double jumped = 0;  // what has been added where stamps jump back
    for (std::size_t n = 0; n < frames; ++n) {
        if (n == 0) {
            seconds_.push_back(0);
        } else if (n >= media.pts.size()) {
            seconds_.push_back(seconds_.back() + usual);
        } else {
            const double stamped = media.timebase.seconds(media.pts[n] - media.pts.front());
            if (stamped + jumped < seconds_.back()) jumped = seconds_.back() + usual - stamped;
            seconds_.push_back(stamped + jumped);
        }
    }
}

FrameIndex PlayTimes::last() const {
    return FrameIndex{std::max<std::int64_t>(static_cast<std::int64_t>(seconds_.size()) - 1, 0)};
}

double PlayTimes::at(FrameIndex n) const {
    if (seconds_.empty()) return 0;
    return seconds_[static_cast<std::size_t>(std::clamp(n, FrameIndex{0}, last()).value)];
}

FrameIndex PlayTimes::frame_at(double seconds) const {
    const auto after = std::upper_bound(seconds_.begin(), seconds_.end(), seconds + rounding_secs);
    return FrameIndex{std::max<std::int64_t>(0, after - seconds_.begin() - 1)};
}

FrameIndex PlayTimes::frame_from(double seconds) const {
    const auto found = std::lower_bound(seconds_.begin(), seconds_.end(), seconds - rounding_secs);
    return std::min(FrameIndex{found - seconds_.begin()}, last());
}

}  // namespace inbetween
