#include "app/cli/bench/annotator.h"

#include <algorithm>

#include "app/cli/bench/score.h"
#include "app/commands/useful.h"
#include "tracking/forward.h"

namespace inbetween::bench {

namespace {

std::int64_t to_nearest_keyframe(const Track& track, std::int64_t frame) {
    const Keyframe* before = track.keyframe_at_or_before(FrameIndex{frame});
    const Keyframe* after = track.keyframe_after(FrameIndex{frame});
    const std::int64_t back = before == nullptr ? 0 : frame - before->frame.value;
    return after == nullptr ? back : std::min(back, after->frame.value - frame);
}

}  // namespace

Annotator::Annotator(const Truth& truth, const Solver& solver, SpanFiller& filler) : solver_(solver), filler_(filler) {
    for (const TrueShapes& shapes : truth.objects) {
        std::vector<std::int64_t> ends;
        for (const Run& run : runs_of(shapes)) {
            ends.push_back(run.first);
            if (run.last != run.first) ends.push_back(run.last);
        }
        Object object;
        object.truth = &shapes;
        object.track = track_of(shapes, truth.kind, TrackId{static_cast<std::int64_t>(objects_.size()) + 1}, ends);
        for (const auto& [frame, shape] : shapes) object.iou[frame] = 0;
        for (const std::int64_t frame : ends) object.iou[frame] = 1;
        keyframes_ += static_cast<std::int64_t>(ends.size());
        frames_ += static_cast<std::int64_t>(shapes.size());
        objects_.push_back(std::move(object));
    }
}

std::shared_ptr<const Annotations> Annotator::scene() const {
    if (objects_.size() < 2) return nullptr;
    const auto scene = std::make_shared<Annotations>();
    for (const Object& object : objects_)
        scene->tracks[object.track.id] = std::make_shared<const Track>(object.track);
    return scene;
}

Result<Done> Annotator::fill(const std::stop_token& stop) {
    const auto before = scene();
    for (Object& object : objects_) {
        if (!object.changed) continue;
        if (const auto filled = fill(object, before, stop); !filled) return filled;
        object.changed = false;
        const auto useful = useful_frames(object.track, object.fills);
        object.suggested.reset();
        if (!useful.empty()) object.suggested = {useful.front().worth, useful.front().frame.value};
    }
    return Done{};
}

Result<SpanFill> Annotator::fill_span(const TrackFills& before, const SpanTask& task, const std::stop_token& stop) {
    const Keyframe& from = task.track.keyframes[task.left];
    const Keyframe& to = task.track.keyframes[task.left + 1];
    if (is_forward(solver_)) {
        const auto longer = std::ranges::find_if(
            before, [&](const SpanFillPtr& fill) { return fill->from() == from && fill->to().frame > to.frame; });
        if (longer != before.end()) {
            SpanFill fill = **longer;
            fill.inputs = {from, to};
            fill.frames.resize(static_cast<std::size_t>(fill.range().size()));
            return fill;
        }
    }
    ++spans_filled_;
    return filler_.fill(solver_, task, stop);
}

Result<Done> Annotator::fill(Object& object, const std::shared_ptr<const Annotations>& scene,
                             const std::stop_token& stop) {
    const TrackFills before = object.fills;
    std::erase_if(object.fills, [&](const SpanFillPtr& fill) { return !is_current(*fill, object.track); });
    for (const SpanTask& task : spans_to_solve(object.track, object.track.extent(), scene)) {
        const FrameIndex left = object.track.keyframes[task.left].frame;
        if (std::ranges::any_of(object.fills, [&](const SpanFillPtr& fill) { return fill->from().frame == left; }))
            continue;
        auto fill = fill_span(before, task, stop);
        if (!fill) return fill.error();
        std::int64_t frame = fill->range().begin.value;
        for (const FilledFrame& filled : fill->frames) {
            object.iou[frame] = sample_of(filled, object.truth->at(frame)).iou;
            ++frame;
        }
        object.fills.push_back(std::make_shared<const SpanFill>(*std::move(fill)));
    }
    std::ranges::sort(object.fills, {}, [](const SpanFillPtr& fill) { return fill->from().frame; });
    return Done{};
}

void Annotator::state(const Spot& spot) {
    Object& object = objects_[spot.object];
    object.track.set_keyframe({.frame = FrameIndex{spot.frame}, .shape = on_grid(object.truth->at(spot.frame))});
    object.iou[spot.frame] = 1;
    object.changed = true;
    ++keyframes_;
}

Annotator::Standing Annotator::standing() const {
    double good = 0;
    double sum = 0;
    for (const Object& object : objects_) {
        for (const auto& [frame, iou] : object.iou) {
            good += iou >= 0.7 ? 1 : 0;
            sum += iou;
        }
    }
    return {good / static_cast<double>(frames_), sum / static_cast<double>(frames_)};
}

std::optional<Spot> Annotator::next(Placement placement) const {
    if (placement == Placement::Uniform) return middle_of_longest();
    if (placement == Placement::Oracle) return worst();
    const auto spot = suggested();
    return spot ? spot : middle_of_longest();
}

std::optional<Spot> Annotator::middle_of_longest() const {
    std::optional<Spot> spot;
    std::int64_t longest = 1;
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        const auto& keyframes = objects_[i].track.keyframes;
        for (std::size_t k = 0; k + 1 < keyframes.size(); ++k) {
            const std::int64_t length = keyframes[k + 1].frame - keyframes[k].frame;
            if (keyframes[k].outside || keyframes[k + 1].outside || length <= longest) continue;
            longest = length;
            spot = {i, (keyframes[k].frame.value + keyframes[k + 1].frame.value) / 2};
        }
    }
    return spot;
}

std::optional<Spot> Annotator::worst() const {
    std::optional<Spot> spot;
    double lowest = 2;
    std::int64_t farthest = 0;
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        for (const auto& [frame, iou] : objects_[i].iou) {
            if (iou > lowest || objects_[i].track.find_keyframe(FrameIndex{frame}) != nullptr) continue;
            const std::int64_t far = to_nearest_keyframe(objects_[i].track, frame);
            if (iou == lowest && far <= farthest) continue;
            lowest = iou;
            farthest = far;
            spot = {i, frame};
        }
    }
    return spot;
}

std::optional<Spot> Annotator::suggested() const {
    std::optional<Spot> spot;
    double most = 0;
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        const auto& best = objects_[i].suggested;
        if (!best || best->first <= most) continue;
        most = best->first;
        spot = {i, best->second};
    }
    return spot;
}

}  // namespace inbetween::bench
