#pragma once

#include <memory>

#include "app/cli/bench/truth.h"
#include "core/video/frame_source.h"

namespace inbetween::test {

/// The same video with every picture `times` as wide and high.   requires: 8-bit planes.
std::unique_ptr<FrameSource> enlarged(std::unique_ptr<FrameSource> source, int times);

/// The same boxes in such a video.
bench::Truth enlarged(bench::Truth truth, int times);

}  // namespace inbetween::test
