#pragma once

#include <memory>
#include <vector>

#include "tracking/box_path.h"
#include "tracking/image_cache.h"
#include "tracking/solver.h"

namespace inbetween {

struct SolveCacheState;

/// From which of a span's keyframes a tracker runs.
enum class ChainStart { Left, Right };

/// The frames that one solve looks at, in the coordinates it works in: pictures far larger than the object needs are
/// scaled down. Counts what was read for the progress report.
class SpanImages {
public:
    /// Reads the first frame to learn the scale. `reads` is about how many times a frame is going to be asked for.
    /// units: object_size in picture pixels, the geometric mean of its sides.
    static Result<SpanImages> open(FrameSource& source, const SolveControl& control, FrameIndex first,
                                   double object_size, std::int64_t reads);

    /// errors: the frame cannot be decoded; cancelled.
    Result<FrameImages> frame(FrameIndex n);
    /// The same, not counted: for what may be known from an earlier span.
    Result<FrameImages> glance(FrameIndex n);

    Box image_from_picture(const Box& box) const;
    Box picture_from_image(const Box& box) const;
    Quad image_from_picture(const Quad& quad) const;
    Quad picture_from_image(const Quad& quad) const;
    /// The size of the images.
    int width() const { return size_.width; }
    int height() const { return size_.height; }
    ImageCache& cache() { return *cache_; }
    const std::stop_token& stop() const { return control_->stop; }
    /// What earlier solves of the video found out; null when nothing is kept.
    SolveCacheState* known() const;

    /// Counts a frame that the caller kept as read.
    void count_read();

private:
    SpanImages(FrameSource& source, const SolveControl& control, std::int64_t reads);

    const SolveControl* control_;
    std::unique_ptr<ImageCache> own_;
    ImageCache* cache_;
    Size limit_;
    ImageScale scale_;
    Size size_;
    std::int64_t reads_ = 0;
    std::int64_t done_ = 0;
};

}  // namespace inbetween
