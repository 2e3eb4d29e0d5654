#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <opencv2/core.hpp>
#include <stop_token>
#include <utility>

#include "core/video/frame_source.h"

namespace inbetween {

/// A frame as OpenCV wants it, upright, perhaps scaled down.
struct FrameImages {
    cv::Mat bgr;
    cv::Mat gray;
};

/// How a picture was scaled down: image = picture * scale.
struct ImageScale {
    double x = 1;
    double y = 1;
};

/// Converted frames of one source within a byte budget, the longest unused dropped first. A miss while going backward
/// reads a run of frames in forward order, since decoders only go forward.
/// thread: one at a time, that of its source.
class ImageCache {
public:
    explicit ImageCache(FrameSource& source, std::size_t budget_bytes = std::size_t{192} << 20);

    const FrameSource& source() const { return source_; }
    /// The frame, scaled to fit inside `limit` when it is larger ({0,0}: never scaled).
    /// errors: the frame cannot be decoded; cancelled.
    Result<FrameImages> frame(FrameIndex n, Size limit, const std::stop_token& stop);
    std::size_t cached_bytes() const { return bytes_; }

    /// Camera steps from frame n to n + 1 in image pixels, by n and the width that images were limited to: a step is
    /// kept once it is known.
    using CameraSteps = std::map<std::pair<std::int64_t, int>, cv::Matx23d>;
    CameraSteps& camera_steps() { return camera_steps_; }

private:
    struct Entry {
        FrameImages images;
        Size limit;
        std::uint64_t used = 0;
    };
    Result<FrameImages> load(FrameIndex n, Size limit);
    void make_room(std::size_t wanted);

    FrameSource& source_;
    std::size_t budget_;
    std::size_t bytes_ = 0;
    std::uint64_t clock_ = 0;
    FrameIndex last_;
    std::map<std::int64_t, Entry> entries_;
    CameraSteps camera_steps_;
};

}  // namespace inbetween
