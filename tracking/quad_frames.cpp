#include "tracking/quad_frames.h"

namespace inbetween {
namespace {

constexpr std::size_t budget_bytes = std::size_t{96} << 20;

}  // namespace

QuadFrames::QuadFrames(SpanImages& images, FrameIndex first, std::size_t steps)
    : images_(&images), first_(first), kept_(steps + 1) {}

Result<cv::Mat> QuadFrames::gray(std::size_t i) {
    if (images_->stop().stop_requested()) return cancelled();
    if (!kept_[i].empty()) {
        images_->count_read();
        return kept_[i];
    }
    auto frame = images_->frame(first_ + static_cast<std::int64_t>(i));
    if (!frame) return frame.error();
    cv::Mat gray = frame->gray();
    if (bytes_ + gray.total() <= budget_bytes) {
        kept_[i] = gray;
        bytes_ += gray.total();
    }
    return gray;
}

}  // namespace inbetween
