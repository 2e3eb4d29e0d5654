#pragma once

#include "core/edit/document.h"
#include "core/edit/operations.h"

namespace inbetween::test {

inline constexpr MediaId media{1};
inline constexpr LabelId person{1};
inline constexpr LabelId car{2};
inline constexpr LabelId wave{3};
inline constexpr std::int64_t video_frames = 100;

/// A project with one video of 100 frames and three labels, and no tracks.
Annotations empty_project();

/// The same with a track 1 (box) that has keyframes in view at 10, 20 and 40, occluded from 20 on.
Annotations project_with_track();

/// A fill of the span that starts at keyframe number `left`, every frame of it at x = 1000.
SpanFillPtr fill_of(const Track& track, std::size_t left);

Keyframe box_keyframe(std::int64_t frame, double x);

}  // namespace inbetween::test
