#include "app/cli/seek/report.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "core/video/frame_source.h"

namespace inbetween::seek {

namespace {

using cli::Json;

double rounded(double value) { return std::stod(fmt::format("{:.3f}", value)); }

Json json_of(const Spread& s) {
    return Json{{"mean", rounded(s.mean)},
                {"p50", rounded(s.p50)},
                {"p95", rounded(s.p95)},
                {"p99", rounded(s.p99)},
                {"max", rounded(s.max)}};
}

Json json_of(const Figures& f) {
    Json json{{"cpu_ms", json_of(spread_of(f.cpu_ms))},
              {"wall_ms", json_of(spread_of(f.wall_ms))},
              {"wrong", f.wrong},
              {"requests", f.requests()},
              {"approximate", f.approximate},
              {"idle_cpu_ms", rounded(f.idle_cpu_ms)}};
    if (!f.error.empty()) json["error"] = f.error;
    return json;
}

std::string number(double value) { return value < 10 ? fmt::format("{:.2f}", value) : fmt::format("{:.0f}", value); }

std::string processor() {
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("model name")) continue;
        const auto colon = line.find(": ");
        return colon == std::string::npos ? line : line.substr(colon + 2);
    }
    return "unknown";
}

}  // namespace

Json json_of(const std::vector<PatternFigures>& all) {
    Json patterns = Json::object();
    for (const PatternFigures& each : all) {
        Json engines = Json::object();
        for (const auto& [id, figures] : each.engines) engines[id] = json_of(figures);
        patterns[each.pattern.id] = std::move(engines);
    }
    return patterns;
}

std::vector<std::vector<std::string>> rows_of(const std::vector<PatternFigures>& all) {
    std::vector<std::vector<std::string>> rows{{"pattern", "engine", "CPU ms", "p50", "p95", "p99", "max", "wall ms",
                                                "p50", "p95", "p99", "max", "wrong", "approximate", "requests"}};
    for (const PatternFigures& each : all) {
        for (const auto& [id, figures] : each.engines) {
            std::vector<std::string> row{each.pattern.id, id};
            for (const Spread& s : {spread_of(figures.cpu_ms), spread_of(figures.wall_ms)}) {
                for (const double value : {s.mean, s.p50, s.p95, s.p99, s.max}) row.push_back(number(value));
            }
            for (const auto count : {figures.wrong, figures.approximate, figures.requests()}) {
                row.push_back(std::to_string(count));
            }
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

Json json_of(const Survey& survey) {
    return Json{
        {"cpu_ms", rounded(survey.cpu_ms)}, {"wall_ms", rounded(survey.wall_ms)}, {"disk_bytes", survey.disk_bytes}};
}

std::string line_of(const Survey& survey) {
    return fmt::format("the survey before, once a video: {:.1f} s of CPU in {:.1f} s, {:.0f} MiB on disk",
                       survey.cpu_ms / 1e3, survey.wall_ms / 1e3, static_cast<double>(survey.disk_bytes) / (1 << 20));
}

Json machine_json() {
    double load[1] = {0};
    if (::getloadavg(load, 1) != 1) load[0] = -1;
    return Json{{"processor", processor()},
                {"cores", std::thread::hardware_concurrency()},
                {"load_at_start", rounded(load[0])}};
}

Result<Json> video_json(const std::filesystem::path& video, const Reference& reference) {
    OpenOptions options;
    options.proof_pixels = 0;
    const auto source = open_frame_source(video, options);
    if (!source) return source.error();
    const VideoInfo& info = (*source)->info();
    return Json{{"path", video.string()},
                {"codec", info.codec},
                {"container", info.container},
                {"width", info.decoded_size.width},
                {"height", info.decoded_size.height},
                {"pixel_format", info.format.name},
                {"frames", reference.frames()},
                {"frame_rate", rounded(reference.frame_rate())},
                {"sync_frames", reference.sync_frames().size()}};
}

}  // namespace inbetween::seek
