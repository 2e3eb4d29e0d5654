#include "app/following.h"

#include "core/edit/continue_track.h"
#include "core/edit/operations.h"

namespace inbetween {
namespace {

constexpr double proposal_tolerance_px = 1.5;

std::optional<SpanFill> fill_of(const Follow& follow, const Track& track, const Keyframe& left) {
    const Keyframe* right = track.keyframe_after(left.frame);
    if (right == nullptr || left.outside || right->outside || right->frame == left.frame + 1) return std::nullopt;
    SpanFill fill{.track = track.id, .method = follow.method, .inputs = {left, *right}, .left = 0, .frames = {}};
    for (FrameIndex frame = left.frame + 1; frame < right->frame; ++frame) {
        const std::int64_t away = follow.direction == Direction::Forward ? frame - follow.from : follow.from - frame;
        if (away < 1 || away > static_cast<std::int64_t>(follow.frames.size())) return std::nullopt;
        fill.frames.push_back(follow.frames[static_cast<std::size_t>(away - 1)]);
        fill.frames.back().shape = on_grid(fill.frames.back().shape);
    }
    return fill;
}

}  // namespace

Track open_ended(const Track& track) {
    Track open = track;
    if (edit::ends_by_import(open)) open.keyframes.pop_back();
    return open;
}

ChangeSet accept_follow(const Annotations& annotations, const Follow& follow) {
    return edit::continue_track(annotations, follow.track, keyframes_of(follow, proposal_tolerance_px));
}

std::vector<SpanFillPtr> fills_of(const Follow& follow, const Track& track) {
    std::vector<SpanFillPtr> fills;
    for (const Keyframe& left : track.keyframes)
        if (auto fill = fill_of(follow, track, left))
            fills.push_back(std::make_shared<const SpanFill>(*std::move(fill)));
    return fills;
}

ChangeSet accept_found_again(const Annotations& annotations, TrackId id, const FoundAgain& found, std::int64_t frames) {
    const Track* track = annotations.find_track(id);
    if (track == nullptr || track->keyframes.empty() || found.frame.value >= frames) return {};
    Shape shape = found.box;
    if (track->kind == ShapeKind::Quad) shape = quad_of(found.box);
    std::vector<Keyframe> keyframes;
    const Keyframe* before = track->keyframe_at_or_before(found.frame);
    const Keyframe* after = track->keyframe_after(found.frame);
    if (before != nullptr && !before->outside && before->frame + 1 < found.frame)
        keyframes.push_back(
            {.frame = before->frame + 1, .shape = before->shape, .outside = true, .source = Source::Tracked});
    keyframes.push_back({.frame = found.frame, .shape = shape, .source = Source::Tracked});
    if (before == nullptr && after != nullptr && found.frame + 1 < after->frame)
        keyframes.push_back({.frame = found.frame + 1, .shape = shape, .outside = true, .source = Source::Tracked});
    ChangeSet change = edit::add_keyframes(annotations, id, keyframes);
    change.name = "Found again";
    return change;
}

}  // namespace inbetween
