#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/json.h"
#include "app/cli/seek/measure.h"

namespace inbetween::seek {

/// What physics allows, measured in the same run.   units: CPU milliseconds.
struct Bounds {
    std::optional<double> nonref;        ///< an exact frame from its sync frame, mean over the targets of cold_random
    std::optional<double> proxy_decode;  ///< one frame of a proxy
    std::optional<double> open;          ///< libav opened, one frame decoded
    std::int64_t wrong = 0;              ///< frames of the first bound that were not frame n: 0 where it is valid
};

/// One of the figures this program is to reach.
struct Target {
    std::string pattern;
    std::string what;                ///< "times faster than ffms2", "p99 wall ms"
    double wanted = 0;               ///< at least, or at most
    bool at_most = false;            ///< whether less is better
    std::optional<double> measured;  ///< nothing where the run has no such figure

    bool is_met() const { return measured && (at_most ? *measured <= wanted : *measured >= wanted); }
};

/// The targets of the design, beside what was measured.
std::vector<Target> targets_of(const std::vector<PatternFigures>& all, const Bounds& bounds);

cli::Json json_of(const std::vector<Target>& targets);
cli::Json json_of(const Bounds& bounds);
/// As rows for a person, the first one the head.
std::vector<std::vector<std::string>> rows_of(const std::vector<Target>& targets);

}  // namespace inbetween::seek
