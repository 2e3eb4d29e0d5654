#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/cli/json.h"
#include "app/cli/seek/reference.h"
#include "core/video/video_engine.h"

namespace inbetween::seek {

/// A hand on the timeline that never does what one expects.
struct DragOptions {
    double secs = 10;
    double tick_secs = 0.008;  ///< from one place of the mouse to the next; 0: as fast as the engine takes them
    std::int64_t ticks = 0;    ///< the drag's length instead of `secs`; 0: by time
    unsigned seed = 1;
    double sample_secs = 0.5;                 ///< from one look at the memory to the next
    std::function<bool(double share)> go_on;  ///< false: cancelled
};

/// The memory at one moment.
struct MemorySample {
    double secs = 0;  ///< since the drag began
    std::uint64_t resident_bytes = 0;
    std::uint64_t cached_bytes = 0;
};

/// A picture that came on screen, as much of it as tells afterwards whether it was right.
struct Sighting {
    FrameIndex frame;  ///< which frame it was said to be
    ShownFrame::Kind kind = ShownFrame::Kind::Nearest;
    std::uint64_t hash = 0;
    Signature signature;  ///< of what is not exact
};

/// What came of a drag.
struct DragReport {
    std::int64_t places = 0;       ///< frames wished for
    std::vector<double> gaps_ms;   ///< from wanting another picture than the one on screen to a new one
    std::vector<double> rests_ms;  ///< from the hand coming to rest to the exact frame
    std::int64_t exact = 0, proxy = 0, nearest = 0;  ///< pictures shown
    std::vector<Sighting> unchecked;                 ///< of them, those not held against a plain decode
    std::int64_t wrong = 0;            ///< of the others, those that are not the frame they were said to be
    std::vector<MemorySample> memory;  ///< the first one before the engine was there
    std::uint64_t most_cached_bytes = 0;
    std::uint64_t most_resident_bytes = 0;  ///< between two samples, too
    bool ended_on_the_frame = false;        ///< the last place was shown, exact

    std::int64_t gaps_over(double ms) const;
    std::int64_t pictures() const { return exact + proxy + nearest; }
    std::int64_t checked() const { return pictures() - static_cast<std::int64_t>(unchecked.size()); }
    /// Holds what is unchecked against a plain decode of the same video, as far as that goes.
    void check(const Reference& reference);
};

/// Drags over the whole video: sweeps, creeps, rests, turns round, leaps elsewhere at random before anything came, and
/// ends somewhere. Notes each picture that appears on the way, for DragReport::check(). Where the disk cache knows
/// nothing of the video, the engine surveys it meanwhile, as it does when a video is new.
/// errors: those of opening; cancelled.
Result<DragReport> drag(const std::filesystem::path& video, const std::filesystem::path& cache, std::size_t cache_bytes,
                        const DragOptions& options);

/// The memory this process holds now.   units: bytes.
std::uint64_t resident_bytes();

/// The two drags that matter.
struct Drags {
    DragReport fresh;     ///< over a video that nothing is known of: the survey goes on meanwhile
    DragReport surveyed;  ///< over the same video when all of it has been surveyed
    std::size_t budget_bytes = 0;

    void check(const Reference& reference) {
        fresh.check(reference);
        surveyed.check(reference);
    }
};

/// Drags over a video that `cache` knows nothing of, has the survey end, and drags again.   errors: those of drag().
Result<Drags> drag_twice(const std::filesystem::path& video, const std::filesystem::path& cache,
                         std::size_t cache_bytes, const DragOptions& options);

/// `{"fresh": {...}, "surveyed": {...}, "budget_bytes"}`, each with places, pictures, checked, wrong, gaps_ms,
/// gaps_over_100_ms, rests_ms, ended_on_the_frame, most_cached_bytes, most_resident_bytes and the memory over time.
cli::Json json_of(const Drags& drags);
/// The same for a person.
std::vector<std::string> lines_of(const Drags& drags);

}  // namespace inbetween::seek
