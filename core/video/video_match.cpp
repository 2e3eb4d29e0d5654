#include "core/video/video_match.h"

#include <algorithm>
#include <numeric>

namespace inbetween {

namespace {

VideoMatch identical(const VideoSignature& video) {
    VideoMatch match;
    match.likeness = Likeness::Identical;
    match.aligned = true;
    match.alignment.frames.resize(video.frames.size());
    std::iota(match.alignment.frames.begin(), match.alignment.frames.end(), 0);
    match.alignment.matched = match.alignment.equal = video.size();
    match.alignment.movement = match.alignment.sure = 1;
    return match;
}

/// Whether the frames that were matched show that the videos are the same, in whole or in part.
bool shows_the_same(const Alignment& alignment, std::int64_t annotated_frames) {
    const auto frames = std::min(annotated_frames, static_cast<std::int64_t>(alignment.frames.size()));
    if (frames == 0 || 2 * alignment.matched < frames) return false;
    if (2 * alignment.equal >= alignment.matched) return true;
    // Measured: at least 0.9 for the same footage at the lowest quality, at most 0.6 for other footage of the same
    // scene.
    constexpr double same_movement = 0.75;
    constexpr double same_still = 3;  // levels
    return alignment.moves ? alignment.movement >= same_movement : alignment.difference <= same_still;
}

VideoSignature reversed(const VideoSignature& video) {
    return {{video.hashes.rbegin(), video.hashes.rend()}, {video.frames.rbegin(), video.frames.rend()}};
}

}  // namespace

Result<VideoMatch> match_videos(const VideoSignature& annotated, const VideoSignature& video,
                                const std::stop_token& stop) {
    const bool have_hashes = !video.hashes.empty() && video.hashes.size() == video.frames.size();
    VideoMatch match;
    if (have_hashes && video.hashes == annotated.hashes) {
        // The same samples, but turned another way: what is seen is not what was annotated.
        return video.frames == annotated.frames ? identical(video) : match;
    }
    auto forward = align(annotated, video, stop);
    if (!forward) return forward.error();
    match.alignment = *std::move(forward);
    if (shows_the_same(match.alignment, annotated.size())) {
        match.likeness = Likeness::Reencoded;
        match.aligned = match.alignment.is_identity(annotated.size()) && match.alignment.sure >= sure_enough;
        return match;
    }
    auto backward = align(annotated, reversed(video), stop);
    if (!backward) return backward.error();
    match.backwards = shows_the_same(*backward, annotated.size()) && backward->sure >= sure_enough;
    return match;
}

}  // namespace inbetween
