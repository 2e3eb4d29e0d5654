#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/cli/bench/keyframes.h"
#include "core/model/span_fill.h"
#include "tracking/span_filler.h"

namespace inbetween::bench {

/// Where the next keyframe goes.
enum class Placement {
    Uniform,    ///< the middle of the longest span
    Oracle,     ///< the frame with the lowest IoU; of several the one farthest from a keyframe
    Suggested,  ///< where the workstation's `V` goes; the middle of the longest span where it says nothing
};

/// A frame of an object.
struct Spot {
    std::size_t object = 0;
    std::int64_t frame = 0;
};

/// Someone who annotates by stating the truth, one keyframe at a time, and has a solver fill the rest.
class Annotator {
public:
    /// The first and last frame of each unbroken run are stated. The truth must outlive it.
    Annotator(const Truth& truth, const Solver& solver, SpanFiller& filler);

    /// Fills the spans whose keyframes are not those they were filled by; a solver knows the other objects as they
    /// stood before.   errors: those of the solver.
    Result<Done> fill(const std::stop_token& stop);
    /// The spot to state next; nullopt when all frames are stated.   requires: fill().
    std::optional<Spot> next(Placement placement) const;
    void state(const Spot& spot);

    std::int64_t keyframes() const { return keyframes_; }
    std::int64_t frames() const { return frames_; }
    std::int64_t spans_filled() const { return spans_filled_; }

    /// What the frames come to by now, keyframes among them with an IoU of 1.   requires: fill().
    struct Standing {
        double share_70 = 0;
        double miou = 0;
    };
    Standing standing() const;

private:
    struct Object {
        const TrueShapes* truth = nullptr;
        Track track;
        TrackFills fills;
        std::map<std::int64_t, double> iou;
        bool changed = true;
        std::optional<std::pair<double, std::int64_t>> suggested;  ///< worth and frame
    };
    /// The keyframes of all objects: what a solve is told of the others. Null: there is only one.
    std::shared_ptr<const Annotations> scene() const;
    Result<Done> fill(Object& object, const std::shared_ptr<const Annotations>& scene, const std::stop_token& stop);
    /// Solves a span, or takes it from a longer one where that says the same.
    Result<SpanFill> fill_span(const TrackFills& before, const SpanTask& task, const std::stop_token& stop);
    std::optional<Spot> middle_of_longest() const;
    std::optional<Spot> worst() const;
    std::optional<Spot> suggested() const;

    const Solver& solver_;
    SpanFiller& filler_;
    std::vector<Object> objects_;
    std::int64_t keyframes_ = 0;
    std::int64_t frames_ = 0;
    std::int64_t spans_filled_ = 0;
};

}  // namespace inbetween::bench
