#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tracking/follow.h"
#include "tracking/solve_cache.h"
#include "tracking/solver.h"

namespace inbetween {

/// Other work on a video than solving: what it finds it keeps itself, to be looked at once the job is done.
struct Errand {
    std::string title;  ///< "Detecting with hog"
    /// Runs on the job's thread; opens frame sources of its own.   errors: one sentence, or cancelled.
    std::function<Result<Done>(const FrameSource::Opener& open, const SolveControl& control)> run;
};

/// What a job has to say since it was last asked.
struct JobReport {
    std::vector<SpanFillPtr> fills;   ///< spans solved
    std::optional<Follow> follow;     ///< a finished follow
    std::vector<std::string> errors;  ///< what could not be done, one sentence each
};

/// Fills spans, follows or runs an errand, on threads of its own with frame sources of its own. Cancelled when
/// destroyed. Results do not depend on the number of threads. thread: all calls from the owner's; none waits but the
/// destructor, which waits for at most a frame's work.
class SolveJob {
public:
    struct Request {
        std::filesystem::path video;
        FrameSource::Opener
            opener;  ///< of the video, where one that knows it is at hand; else it is opened by its path
        std::vector<SpanTask> spans;
        std::string method;                        ///< a solver's id, or empty for the default of each shape
        std::optional<FollowTask> follow;          ///< instead of spans
        std::optional<Errand> errand;              ///< instead of both
        int threads = 0;                           ///< 0: one a core
        std::shared_ptr<const Annotations> scene;  ///< for spans that come without one
        std::optional<FrameIndex> looked_at;       ///< spans around it are solved first
        std::shared_ptr<SolveCache> known;         ///< what earlier jobs on this video found out; null: nothing
    };
    SolveJob(Request request, std::function<void()> wake);
    ~SolveJob();
    SolveJob(const SolveJob&) = delete;
    SolveJob& operator=(const SolveJob&) = delete;

    void cancel();
    bool is_done() const;       ///< nothing more will come but what drain() still has
    double progress() const;    ///< 0..1
    std::string title() const;  ///< "Filling 12 spans with csrt"
    JobReport drain();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace inbetween
