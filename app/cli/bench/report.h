#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/bench/gaps.h"
#include "app/cli/bench/simulation.h"
#include "app/cli/json.h"

namespace inbetween::bench {

/// All that was measured.
struct Report {
    std::vector<GapResult> gaps;               ///< by sequence, then spacing, then method
    std::vector<SimulationResult> simulation;  ///< by sequence, then method, then placement
    std::vector<std::string> held;             ///< sequences whose frames were decoded beforehand
    std::int64_t measured_frames = 0;          ///< at most so many of a video were filled; 0: all
    std::int64_t simulated_frames = 0;         ///< at most so many of a video were simulated
    std::int64_t simulated_objects = 0;        ///< and so many of its objects
    std::string command;                       ///< what printed it
};

/// One method at one spacing, over all sequences.
struct MethodRow {
    std::int64_t spacing = 0;
    std::string method;
    Score mean;  ///< of the sequences' means; the area under the curve that of all frames
    std::vector<std::pair<std::string, Score>> each;  ///< by sequence
    int worse_than_linear = 0;                        ///< sequences whose share_70 is more than .02 below linear's
    int worse_by_any = 0;                             ///< by more than nothing
};

/// The rows of all sequences of one kind of shape, by spacing, then method, in the order in which they were measured.
std::vector<MethodRow> rows_of(const std::vector<GapResult>& gaps, ShapeKind kind);

/// Keyframes per 1,000 frames, over all sequences; nothing where a simulation ended before.
struct EffortRow {
    std::string method;
    Placement placement = Placement::Uniform;
    std::optional<double> share95;
    std::optional<double> mean80;
    std::optional<double> strict;
};
std::vector<EffortRow> rows_of(const std::vector<SimulationResult>& results);

/// The frames that the method used by default filled, of all sequences of one kind of shape.
std::vector<Sample> usual_samples(const std::vector<GapResult>& gaps, ShapeKind kind);

/// `{"gap": {"50": {METHOD: {"miou", "share_50", "share_70", "worse_than_linear", ..., "sequences": {NAME: {...}}}}},
/// "quads": {"50": {METHOD: {"median_px", "under_5", "under_2", "over_20", "miou", ..., "sequences"}}},
/// "simulation": {METHOD: {PLACEMENT: {"share95", "mean80", "strict"}}}, null where that was not asked for, "cpu_ms":
/// {METHOD: ms a frame}, "reliability": {METHOD: {"auc", "bins": [...]}}, "sequences": {NAME: {...}}, "machine",
/// "command"}`
cli::Json json_of(const Report& report);

/// A table for a person, its first row the head.
struct Section {
    std::string title;
    std::vector<std::vector<std::string>> rows;
};

/// The same as tables; with `each` the share of frames with an IoU of at least 0.7 sequence by sequence.
std::vector<Section> sections_of(const Report& report, bool each);

}  // namespace inbetween::bench
