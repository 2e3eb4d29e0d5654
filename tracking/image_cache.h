#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <opencv2/core.hpp>
#include <stop_token>
#include <utility>
#include <vector>

#include "core/video/frame_source.h"

namespace inbetween {

/// A frame as OpenCV wants it, upright, perhaps scaled down. Copies share the pixels.
struct FrameImages {
    cv::Mat bgr;
    cv::Mat small_gray = {};  ///< gray(), made at once where that costs less than parts of it; else empty

    cv::Mat gray() const;
    /// A part of gray(), which lies in as much of the rest as OpenCV's optical flow and filters look at beyond the part.
    /// requires: the part lies inside the frame.
    cv::Mat gray(const cv::Rect& part) const;
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

    /// A frame as the camera's motion is measured on it, small.
    struct CameraView {
        double scale = 1;  ///< against the frame's images
        cv::Mat gray;
        std::vector<cv::Mat> pyramid;
    };
    /// The view last made, by frame and width limited to: the next step begins where the last one ended.
    std::pair<std::pair<std::int64_t, int>, CameraView>& last_camera_view() { return last_camera_view_; }

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
    std::pair<std::pair<std::int64_t, int>, CameraView> last_camera_view_{{-1, 0}, {}};
};

}  // namespace inbetween
