#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/console.h"
#include "core/model/annotations.h"
#include "tracking/detector.h"
#include "tracking/solve_job.h"

namespace inbetween::cli {

/// What came of solving.
struct Solved {
    std::vector<SpanFillPtr> fills;
    std::vector<std::string> errors;  ///< one sentence a span that could not be filled
    bool cancelled = false;           ///< Ctrl-C; `fills` holds what was done until then
};

/// Tells whether a project's video is there and the one that was annotated: another has pixels too, but hardly those
/// that the keyframes speak of.   errors: it is missing, cannot be read or has changed.
Result<Done> check_video(const Media& media, const std::filesystem::path& path);

/// Solves spans of one video to the end, with progress; Ctrl-C stops it.   requires: console.catch_interrupts().
Solved solve(Console& console, const std::filesystem::path& video, std::vector<SpanTask> spans,
             const std::string& method);

/// Runs an errand on a video to its end, with progress; Ctrl-C stops it.   requires: console.catch_interrupts().
/// errors: the video cannot be opened; the errand's; cancelled.
Result<Done> run_errand(Console& console, const std::filesystem::path& video, Errand errand);

/// Runs a detector over a video so.   errors: those of detect() too.
Result<Detections> detected_in(Console& console, const std::filesystem::path& video, DetectTask task);

/// errors: no solver has that id; the sentence names those there are. An empty id is the default.
Result<Done> check_method(const std::string& id);

/// Tells of a method that is not for all of the tracks: those are filled by another.
/// errors: it is for none of them. An empty id is for all.
Result<Done> check_fit(Console& console, const std::string& method, const std::vector<TrackPtr>& tracks);

/// How many frames the fills fill.
std::int64_t frames_in(const std::vector<SpanFillPtr>& fills);

}  // namespace inbetween::cli
