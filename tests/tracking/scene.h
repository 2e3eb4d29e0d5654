#pragma once

#include <functional>
#include <opencv2/core.hpp>

#include "core/model/track.h"
#include "core/video/frame_source.h"

namespace inbetween::test {

/// A video that is painted frame by frame as it is asked for.
class PaintedSource : public FrameSource {
public:
    PaintedSource(Size size, std::int64_t frames, std::function<cv::Mat(std::int64_t)> paint);
    const VideoInfo& info() const override { return info_; }
    Result<PicturePtr> frame(FrameIndex n) override;
    Pts pts(FrameIndex n) const override { return Pts{n.value}; }
    DecodeStats stats() const override { return stats_; }
    /// Called before each frame is painted.
    std::function<void(FrameIndex)> on_frame;
    /// From this frame on every frame is damaged.
    FrameIndex damaged_from{1 << 30};

private:
    VideoInfo info_;
    DecodeStats stats_;
    std::function<cv::Mat(std::int64_t)> paint_;
};

/// Smooth noise of one size and seed, around a colour.
cv::Mat texture(cv::Size size, int seed, const cv::Scalar& colour, double contrast);

/// A textured reddish square that slides along a curve over a textured ground, 320 x 240.
PaintedSource sliding_square(std::int64_t frames = 40);
Box square_at(std::int64_t frame);

/// A textured card that turns in space over the same ground, 320 x 240.
PaintedSource turning_card(std::int64_t frames = 30);
Quad card_at(std::int64_t frame);

/// A track with keyframes at the given frames.
Track track_of(const std::vector<std::int64_t>& frames, const std::function<Shape(std::int64_t)>& shape_at);

/// The images of a source as numbered PNG files in a folder, to be opened by path.
void write_images(PaintedSource& source, const std::filesystem::path& folder);

}  // namespace inbetween::test
