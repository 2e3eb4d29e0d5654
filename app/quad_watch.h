#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/base/frame.h"
#include "core/base/mailbox.h"
#include "core/model/track.h"
#include "core/video/frame_source.h"
#include "tracking/quad_view.h"

namespace inbetween {

/// A quad at a frame, and the keyframe that it is to look like.
struct QuadGlance {
    FrameIndex keyframe;
    Quad keyframe_quad;
    FrameIndex frame;
    Quad quad;
    friend bool operator==(const QuadGlance&, const QuadGlance&) = default;
};

/// The keyframe in view that lies nearest to a frame, but not on it; null when there is none.
const Keyframe* nearest_other_keyframe(const Track& track, FrameIndex frame);

/// Sees the selected quad straight on, on a thread of its own. Only the newest wish counts.
/// thread: the owner's; `wake` is called from its own.
class QuadWatch {
public:
    explicit QuadWatch(std::function<void()> wake);
    ~QuadWatch();
    QuadWatch(const QuadWatch&) = delete;
    QuadWatch& operator=(const QuadWatch&) = delete;

    /// Asks for a view, once. `pictures` as far as they are at hand: the keyframe's and the frame's; a missing one is
    /// decoded from a source that `video` opens.
    void want(const FrameSource::Opener& video, const QuadGlance& glance, std::pair<PicturePtr, PicturePtr> pictures);
    /// Nothing is wanted any more, and the next wish may be of another video.
    void forget();
    /// Takes in what has been seen.
    void pump();

    /// The newest view, and what it is of.
    struct Seen {
        QuadGlance glance;
        std::shared_ptr<const QuadView> view;
    };
    const std::optional<Seen>& seen() const { return seen_; }
    /// Whether this was what was wanted last, and it has come, or cannot.
    bool has_answered(const QuadGlance& glance) const { return answered_ && wanted_ == glance; }

private:
    struct Wish {
        FrameSource::Opener video;
        QuadGlance glance;
        std::pair<PicturePtr, PicturePtr> pictures;
    };
    struct Answer {
        QuadGlance glance;
        std::shared_ptr<const QuadView> view;  // null where it could not be made
    };
    void work(const std::stop_token& stop);

    std::optional<QuadGlance> wanted_;
    bool answered_ = false;
    std::optional<Seen> seen_;
    std::mutex mutex_;
    std::condition_variable_any wished_;
    std::optional<Wish> wish_;  // guarded by mutex_
    bool forgotten_ = false;    // guarded by mutex_: what is kept of the video is to go
    Mailbox<Answer> answers_;
    std::jthread thread_;  // last: joined before the rest goes
};

}  // namespace inbetween
