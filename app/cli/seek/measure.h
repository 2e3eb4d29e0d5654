#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/seek/pattern.h"
#include "app/cli/seek/reference.h"
#include "app/cli/seek/seeker.h"

namespace inbetween::seek {

/// What the requests of one pattern cost one engine.
struct Figures {
    std::vector<double> cpu_ms;    ///< of the whole process, threads in the background included
    std::vector<double> wall_ms;   ///< from the request to its picture
    std::int64_t wrong = 0;        ///< pictures that are not frame n, and requests without one
    std::int64_t approximate = 0;  ///< pictures that were proxies, of frame n
    double idle_cpu_ms = 0;        ///< the part of cpu_ms that was computed after the last answers
    std::string error;             ///< of the first request without a picture

    std::int64_t requests() const { return static_cast<std::int64_t>(wall_ms.size()); }
};

/// A list of numbers in five.
struct Spread {
    double mean = 0, p50 = 0, p95 = 0, p99 = 0, max = 0;
};
/// Percentiles by nearest rank; all 0 for an empty list.
Spread spread_of(std::vector<double> values);

/// One pattern's figures, engine by engine.
struct PatternFigures {
    Pattern pattern;
    std::vector<std::pair<std::string, Figures>> engines;

    /// Null where the engine was not measured.
    const Figures* find(const std::string& engine) const;
};

/// How much is measured.
struct Plan {
    std::size_t piece = 4;     ///< requests in a row, of engines that are asked for samples
    double sample_secs = 1e9;  ///< how long one of them is sampled in one pattern, but a piece each way at least
    std::function<bool(const std::string& what)> go_on;  ///< looked at between chains; false: cancelled
};

/// Engines that keep no frames, opened once for all patterns, and the frame each has shown last.
struct Standing {
    std::unique_ptr<Seeker> seeker;
    std::optional<FrameIndex> at;
};
using Standings = std::map<std::string, Standing>;

/// Plays a pattern to each engine, by turns, chain after chain, and looks at every picture that comes.
/// requires: `standings` are of the same video.
/// errors: an engine that does not open the file; cancelled.
Result<PatternFigures> measure(const Pattern& pattern, const std::vector<Engine>& engines,
                               const std::filesystem::path& video, const Reference& reference, const Plan& plan,
                               Standings& standings);

/// Waits until the process computes nothing.
/// returns: the CPU time that went by, without that of the wait itself.   units: milliseconds.
double settle();

/// The CPU time the process has used so far.   units: milliseconds.
double process_cpu_ms();

}  // namespace inbetween::seek
