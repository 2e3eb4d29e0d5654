#pragma once

#include <string>
#include <vector>

#include "app/cli/json.h"
#include "app/cli/seek/measure.h"
#include "app/cli/seek/own_engine.h"

namespace inbetween::seek {

/// `{"cold_random": {"inbetween": {"cpu_ms": {"mean", "p50", "p95", "p99", "max"}, "wall_ms": {...}, "wrong",
/// "requests", "approximate", "idle_cpu_ms"}, ...}, ...}`
cli::Json json_of(const std::vector<PatternFigures>& all);

/// The same as rows for a person, the first one the head.
std::vector<std::vector<std::string>> rows_of(const std::vector<PatternFigures>& all);

/// What the survey before cost, once a video.
cli::Json json_of(const Survey& survey);
std::string line_of(const Survey& survey);

/// What was measured on: processor, cores, their load at the start.
cli::Json machine_json();

/// What was measured: path, codec, size, frames, frames a second, sync frames.   errors: the video cannot be opened.
Result<cli::Json> video_json(const std::filesystem::path& video, const Reference& reference);

}  // namespace inbetween::seek
