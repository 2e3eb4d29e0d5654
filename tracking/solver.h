#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string_view>

#include "core/model/annotations.h"
#include "core/model/span_fill.h"
#include "core/video/frame_source.h"

namespace inbetween {

class ImageCache;
class SolveCache;

/// One span of a track to fill: between keyframes[left] and keyframes[left + 1], both in view.
struct SpanTask {
    Track track;
    std::size_t left = 0;
    /// The project as it was when the solve was asked for: what its other tracks state tells what may hide the object.
    /// Null: nothing is known of others.
    std::shared_ptr<const Annotations> scene;
};

/// What a running solve tells and asks.
struct SolveControl {
    std::stop_token stop;                        ///< looked at every frame at least
    std::function<void(double share)> progress;  ///< 0..1 of the span's work; may be empty
    ImageCache* cache = nullptr;  ///< converted frames of the same source, kept from span to span; null: none are kept
    SolveCache* known = nullptr;  ///< what earlier solves of the video found out; null: nothing is kept
};

/// A way to fill a span. Pure: the same pixels and keyframes give the same fill, bit for bit, on any thread.
struct Solver {
    std::string_view id;    ///< what --method takes: "csrt"
    std::string_view name;  ///< "CSRT from both ends"
    std::string_view help;  ///< one sentence: when to use it
    bool boxes = true;
    bool quads = false;
    bool reads_pixels = true;
    /// Fills the span. Never changes the keyframes; on_grid shapes.
    /// errors: a frame cannot be decoded; cancelled.
    Result<SpanFill> (*solve)(FrameSource& source, const SpanTask& task, const SolveControl& control);
    /// The frames over which the solve asks how the camera moved, which reach beyond the span: what solves many spans
    /// has that measured in one run through the video first. Null: no more than the span's.
    FrameRange (*camera_frames)(const SpanTask& task) = nullptr;
};

/// Every solver, best first for each kind of shape.
std::span<const Solver* const> all_solvers();
const Solver* find_solver(std::string_view id);

/// The solver that `track` uses when none is stated: the best one for the kind of shape.
const Solver& default_solver(ShapeKind kind);

/// The solver to use for a track when `id` was asked for: a box method given for a quad becomes the quads' own
/// (homography), "linear" stays linear; null for an unknown id.
const Solver* solver_for(std::string_view id, ShapeKind kind);

/// The spans of a track that a solver can fill: both keyframes in view and at least one frame between, inside `range`.
std::vector<SpanTask> spans_to_solve(const Track& track, const FrameRange& range,
                                     std::shared_ptr<const Annotations> scene = nullptr);

}  // namespace inbetween
