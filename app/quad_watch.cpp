#include "app/quad_watch.h"

#include <cstdlib>
#include <utility>

namespace inbetween {
namespace {

constexpr std::size_t own_cache_bytes = std::size_t{16} << 20;

/// What the worker keeps of a video: a source for frames that nobody has at hand, and the keyframe, which stays the
/// same from frame to frame.
struct Kept {
    std::unique_ptr<FrameSource> source;
    FrameIndex frame{-1};
    PicturePtr keyframe;

    PicturePtr decoded(const FrameSource::Opener& open, FrameIndex n, const std::stop_token& stop) {
        if (source == nullptr) {
            OpenOptions options;
            options.cache_bytes = own_cache_bytes;
            options.stop = stop;
            auto opened = open(options);
            if (!opened) return nullptr;
            source = std::move(*opened);
        }
        auto picture = source->frame(n);
        return picture ? *picture : nullptr;
    }
};

}  // namespace

const Keyframe* nearest_other_keyframe(const Track& track, FrameIndex frame) {
    const Keyframe* nearest = nullptr;
    for (const Keyframe& keyframe : track.keyframes) {
        if (keyframe.outside || keyframe.frame == frame) continue;
        if (nearest == nullptr || std::abs(keyframe.frame - frame) < std::abs(nearest->frame - frame))
            nearest = &keyframe;
    }
    return nearest;
}

QuadWatch::QuadWatch(std::function<void()> wake)
    : answers_(std::move(wake)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

QuadWatch::~QuadWatch() { thread_.request_stop(); }

void QuadWatch::want(const FrameSource::Opener& video, const QuadGlance& glance,
                     std::pair<PicturePtr, PicturePtr> pictures) {
    if (wanted_ == glance) return;
    wanted_ = glance;
    answered_ = false;
    {
        const std::lock_guard lock(mutex_);
        wish_ = Wish{video, glance, std::move(pictures)};
    }
    wished_.notify_one();
}

void QuadWatch::forget() {
    wanted_.reset();
    seen_.reset();
    const std::lock_guard lock(mutex_);
    wish_.reset();
    forgotten_ = true;
}

void QuadWatch::pump() {
    for (Answer& answer : answers_.drain()) {
        if (!wanted_) continue;
        answered_ = answered_ || answer.glance == *wanted_;
        if (answer.view != nullptr) seen_ = Seen{answer.glance, std::move(answer.view)};
    }
}

void QuadWatch::work(const std::stop_token& stop) {
    Kept kept;
    while (!stop.stop_requested()) {
        Wish wish;
        {
            std::unique_lock lock(mutex_);
            if (!wished_.wait(lock, stop, [this] { return wish_.has_value(); })) return;
            wish = std::move(*wish_);
            wish_.reset();
            if (std::exchange(forgotten_, false)) kept = {};
        }
        const QuadGlance& glance = wish.glance;
        auto [keyframe, here] = wish.pictures;
        if (keyframe == nullptr && kept.frame == glance.keyframe) keyframe = kept.keyframe;
        if (keyframe == nullptr) keyframe = kept.decoded(wish.video, glance.keyframe, stop);
        if (here == nullptr) here = kept.decoded(wish.video, glance.frame, stop);
        kept.frame = glance.keyframe;
        kept.keyframe = keyframe;
        Answer answer{glance, nullptr};
        if (keyframe != nullptr && here != nullptr) {
            auto view = view_quad(*keyframe, glance.keyframe_quad, *here, glance.quad);
            if (view) answer.view = std::make_shared<const QuadView>(std::move(*view));
        }
        answers_.post(std::move(answer));
    }
}

}  // namespace inbetween
