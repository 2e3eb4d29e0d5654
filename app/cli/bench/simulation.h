#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/bench/annotator.h"
#include "app/cli/bench/footage.h"
#include "app/cli/bench/method.h"
#include "app/cli/bench/pool.h"
#include "app/cli/bench/sequence.h"

namespace inbetween::bench {

inline constexpr std::array all_placements{Placement::Uniform, Placement::Suggested, Placement::Oracle};
std::string_view name_of(Placement placement);

/// How good the frames have to be for a simulation to end.
enum class Goal { Share95, Mean80, All };
inline constexpr std::array all_goals{Goal::Share95, Goal::Mean80, Goal::All};
/// "share95", "mean80", "all".
std::string_view name_of(Goal goal);

/// How many keyframes it took; 0 where the simulation ended before.
struct Effort {
    std::int64_t frames = 0;
    std::int64_t share95 = 0;  ///< keyframes until 95 % of the frames have an IoU of at least 0.7
    std::int64_t mean80 = 0;   ///< until the mean IoU is at least 0.8
    std::int64_t strict = 0;   ///< until every frame has an IoU of at least 0.7
    std::int64_t spans_filled = 0;
};

/// Runs an annotator until one thing is reached, or all.   errors: those of the solver; cancelled.
Result<Effort> simulate(const Truth& truth, const Footage& footage, const Solver& solver, Placement placement,
                        Goal goal, const std::stop_token& stop);

/// What one method and placement took on one sequence.
struct SimulationResult {
    std::string sequence;
    std::string method;
    Placement placement = Placement::Uniform;
    Effort effort;
};

/// Pieces of work that simulate every method and placement; they write into `results`, which must outlive them and not
/// move.
std::vector<Piece> simulation_pieces(const Sequence& sequence, const Truth& truth, const Footage& footage,
                                     const std::vector<Method>& methods, Goal goal,
                                     std::vector<SimulationResult>& results);

/// The truth of a simulation: the frames before `frames`, and the first `objects` objects of those.
Truth simulated_part(const Truth& truth, std::int64_t frames, std::size_t objects);

}  // namespace inbetween::bench
