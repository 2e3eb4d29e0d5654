#include "tracking/follow_check.h"

namespace inbetween {
namespace {

constexpr std::size_t look_back_every = 10;  // frames; as many steps of flow as the path took
constexpr double same_place = 0.5;           // IoU; under it the box is more beside its object than on it

}  // namespace

PathCheck::PathCheck(SpanImages& images, FrameIndex from, Direction direction, const Box& start)
    : images_(images), from_(from), step_(direction == Direction::Forward ? 1 : -1), path_{start} {}

void PathCheck::add(const Box& box, bool hidden) {
    if (hidden || hidden_) {
        begin_ += static_cast<std::int64_t>(path_.size());
        path_.clear();
    }
    path_.push_back(box);
    hidden_ = hidden;
}

bool PathCheck::is_due() const { return !hidden_ && path_.size() > look_back_every; }

Result<bool> PathCheck::comes_back() {
    IB_CHECK(is_due());
    const auto frame_at = [&](std::size_t i) {
        return images_.glance(from_ + step_ * (begin_ + static_cast<std::int64_t>(i)));
    };
    std::size_t i = path_.size() - 1;
    auto frame = frame_at(i);
    if (!frame) return frame.error();
    const auto tracker = make_lk_tracker();
    Box box = path_.back();
    tracker->start(*frame, box);
    while (i-- > 0) {
        frame = frame_at(i);
        if (!frame) return frame.error();
        box = tracker->step(*frame).box;
    }
    const bool back = iou(box, path_.front()) >= same_place;
    begin_ += static_cast<std::int64_t>(path_.size()) - 1;
    path_.erase(path_.begin(), path_.end() - 1);
    return back;
}

}  // namespace inbetween
