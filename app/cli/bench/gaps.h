#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/cli/bench/footage.h"
#include "app/cli/bench/method.h"
#include "app/cli/bench/pool.h"
#include "app/cli/bench/score.h"
#include "app/cli/bench/sequence.h"

namespace inbetween::bench {

/// How one method filled one sequence with a keyframe every so many frames.
struct GapResult {
    std::string sequence;
    ShapeKind kind = ShapeKind::Box;
    std::int64_t spacing = 0;
    std::string method;
    Score score;
    std::vector<Sample> samples;  ///< of every frame between keyframes, by object, then by frame
};

/// A way to fill every method's spans at every spacing: pieces of work that write into `results`, which must outlive
/// them and not move. The dearest methods come first, so that no thread is left with one at the end.
std::vector<Piece> gap_pieces(const Sequence& sequence, const Footage& footage, const std::vector<Method>& methods,
                              const std::vector<std::int64_t>& spacings, std::vector<GapResult>& results);

}  // namespace inbetween::bench
