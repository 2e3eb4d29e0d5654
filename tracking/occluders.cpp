#include "tracking/occluders.h"

#include <algorithm>
#include <optional>

#include "tracking/camera_motion.h"
#include "tracking/motion_prior.h"

namespace inbetween {
namespace {

/// Tells whether a track was in view somewhere in the frames, and of the same video.
bool may_meet(const Track& track, const SpanTask& task, const FrameRange& frames) {
    return track.id != task.track.id && track.media == task.track.media && !track.keyframes.empty() &&
           !track.extent().intersect(frames).empty();
}

bool in_view(const Keyframe* keyframe) { return keyframe != nullptr && !keyframe->outside && !keyframe->occluded; }

/// Where other objects are, by their keyframes and the camera.
class Others {
public:
    Others(const SpanImages& images, const CameraTrack& camera, const FrameRange& known, bool camera_stands)
        : images_(images), camera_(camera), known_(known), camera_stands_(camera_stands) {}

    std::optional<Box> at(const Track& track, FrameIndex frame) const {
        const Keyframe* left = track.keyframe_at_or_before(frame);
        if (!in_view(left)) return std::nullopt;
        if (left->frame == frame) return box_of_keyframe(*left);
        const Keyframe* right = track.keyframe_after(frame);
        if (right == nullptr || right->outside) return std::nullopt;
        const double way = static_cast<double>(frame - left->frame) / static_cast<double>(right->frame - left->frame);
        const Pose a = pose_of(box_of_keyframe(*left));
        const Pose b = pose_of(box_of_keyframe(*right));
        Pose pose = mix(a, b, way);
        if (known_.contains(left->frame) && known_.contains(right->frame)) {
            const Point from = camera_.ground_from_image(left->frame, {a.x, a.y});
            const Point to = camera_.ground_from_image(right->frame, {b.x, b.y});
            const Point there =
                camera_.image_from_ground(frame, {from.x + (to.x - from.x) * way, from.y + (to.y - from.y) * way});
            pose.x = there.x;
            pose.y = there.y;
        } else if (!camera_stands_) {
            return std::nullopt;
        }
        return box_of(pose);
    }

private:
    Box box_of_keyframe(const Keyframe& keyframe) const {
        return images_.image_from_picture(bounding_box(keyframe.shape));
    }

    const SpanImages& images_;
    const CameraTrack& camera_;
    FrameRange known_;
    bool camera_stands_;
};

}  // namespace

Result<std::vector<double>> hidden_by_others(SpanImages& images, const SpanTask& task, const BoxSpan& span,
                                             const Path& expected, bool camera_stands) {
    std::vector<double> hidden(span.steps + 1, 0);
    if (!task.scene) return hidden;
    const FrameRange known = prior_frames(task);
    auto camera = CameraTrack::measure(images, known.begin, known.end - 1);
    if (!camera) return camera.error();
    const Others others(images, *camera, known, camera_stands);
    const FrameRange frames{span.frame(0), span.frame(span.steps) + 1};
    for (const auto& [id, track] : task.scene->tracks) {
        if (!may_meet(*track, task, frames)) continue;
        for (std::size_t i = 1; i < span.steps; ++i) {
            const auto other = others.at(*track, span.frame(i));
            if (!other) continue;
            const Box own = box_of(expected[i]);
            if (other->bottom() > own.bottom()) hidden[i] = std::max(hidden[i], overlap_share(own, *other));
        }
    }
    return hidden;
}

}  // namespace inbetween
