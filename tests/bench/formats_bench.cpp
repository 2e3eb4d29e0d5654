// How long a million boxes take to be written and read, beside what the same library needs for the same bytes.
//
//   bench/formats [--boxes N] [--formats ID,...] [--work write,read,export] [--runs N] [--json]
//
// Each run is a process of its own, ours and the bare library's by turns. `write` makes the bytes and puts them into a
// file; `read` makes annotations of them; `export` is the whole of an export: written, read back, compared, on the
// disk. Beside `write` stands the library emitting the same bytes, beside `read` the library parsing them, beside
// `export` both. CPU time in milliseconds (median, 95th percentile, least and most of the runs); ratio of the medians;
// memory: the most that the work took beyond what was there before it, in bytes a box.

#include <fmt/format.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "core/base/files.h"
#include "core/formats/format.h"
#include "tests/bench/bare/bare.h"
#include "tests/support/support.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::int64_t tracks = 200;

Media made_media(std::int64_t frames) {
    Media media;
    media.id = MediaId{1};
    media.uuid = "00000000-0000-4000-8000-000000000000";
    media.path = "walk.mp4";
    media.frames = frames;
    media.width = 1920;
    media.height = 1080;
    media.timebase = {1, 30};
    for (std::int64_t n = 0; n < frames; ++n) media.pts.push_back(n);
    return media;
}

/// Boxes that wander through the picture, a keyframe each, some occluded; each track leaves for ten frames now and
/// then.
Track wandering(TrackId id, std::int64_t boxes) {
    std::mt19937 random(static_cast<std::uint32_t>(number(id)));
    const auto any = [&](double least, double most) { return std::uniform_real_distribution(least, most)(random); };
    Box box{any(0, 1600), any(0, 800), any(20, 300), any(20, 250)};
    Track track{.id = id, .media = MediaId{1}, .label = LabelId{1 + number(id) % 4}};
    FrameIndex frame{number(id) % 7};
    for (std::int64_t n = 0; n < boxes; ++n, ++frame) {
        box = {box.x + any(-3, 3), box.y + any(-3, 3), std::max(4.0, box.w + any(-1, 1)),
               std::max(4.0, box.h + any(-1, 1))};
        track.keyframes.push_back({frame, on_grid(box), n / 40 % 10 == 0, false, Source::Imported});
        if (n % 500 != 499) continue;
        track.keyframes.push_back({++frame, on_grid(box), false, true, Source::Imported});
        frame = frame + 9;
    }
    return track;
}

Annotations project_of(std::int64_t boxes) {
    const std::int64_t each = std::max<std::int64_t>(1, boxes / tracks);
    Annotations all;
    all.media[MediaId{1}] = std::make_shared<const Media>(made_media(each + each / 50 + 20));
    for (const char* name : {"pedestrian", "car", "bicycle", "crowd"}) {
        Label label;
        label.id = all.next_label_id();
        label.name = name;
        label.colour = default_colour(all.labels.size());
        all.labels[label.id] = label;
    }
    for (std::int64_t n = 1; n <= std::min(tracks, boxes); ++n)
        all.tracks[TrackId{n}] = std::make_shared<const Track>(wandering(TrackId{n}, each));
    return all;
}

/// What one run took.
struct Cost {
    double cpu_ms = 0;
    double wall_ms = 0;
    double peak_bytes = 0;
    double kept_bytes = 0;
    bool is_done = false;
};

double now_ms(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

/// A line of /proc/self/status.   units: bytes.
double status_of(std::string_view name) {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(name)) return std::stod(line.substr(name.size() + 1)) * 1024;
    return 0;
}

/// What a run makes ready, and the work itself, which says whether it was done.
using Work = std::function<bool()>;

Cost measured(const Work& work) {
    ::malloc_trim(0);
    // 5: the peak counts anew.
    std::ofstream("/proc/self/clear_refs") << 5 << std::flush;
    const double before = status_of("VmRSS");
    Cost cost{.cpu_ms = -now_ms(CLOCK_PROCESS_CPUTIME_ID), .wall_ms = -now_ms(CLOCK_MONOTONIC)};
    cost.is_done = work();
    cost.cpu_ms += now_ms(CLOCK_PROCESS_CPUTIME_ID);
    cost.wall_ms += now_ms(CLOCK_MONOTONIC);
    cost.peak_bytes = status_of("VmHWM") - before;
    cost.kept_bytes = status_of("VmRSS") - before;
    return cost;
}

/// Runs what was made ready in a process of its own.
Cost in_child(const std::function<Cost()>& run) {
    std::array<int, 2> pipe{};
    Cost cost;
    if (::pipe(pipe.data()) != 0) return cost;
    const pid_t child = ::fork();
    if (child == 0) {
        cost = run();
        const bool is_told = ::write(pipe[1], &cost, sizeof cost) == sizeof cost;
        ::_exit(is_told ? 0 : 1);
    }
    ::close(pipe[1]);
    if (::read(pipe[0], &cost, sizeof cost) != sizeof cost) cost.is_done = false;
    ::close(pipe[0]);
    ::waitpid(child, nullptr, 0);
    return cost;
}

struct Tried {
    std::string_view id;
    bare::Kind kind;
    std::string_view file;
};

constexpr std::array known{
    Tried{"cvat", bare::Kind::Xml, "a.xml"},       Tried{"cvat-images", bare::Kind::Xml, "a.xml"},
    Tried{"vatic", bare::Kind::Text, "a.txt"},     Tried{"mot", bare::Kind::Text, "a.txt"},
    Tried{"coco", bare::Kind::Json, "a.json"},     Tried{"youtube-vis", bare::Kind::Json, "a.json"},
    Tried{"csv", bare::Kind::Text, "a.csv"},       Tried{"json", bare::Kind::Json, "a.json"},
    Tried{"darklabel", bare::Kind::Text, "a.txt"}, Tried{"vatic-xml", bare::Kind::Xml, "a.xml"},
    Tried{"quads", bare::Kind::Text, "a.csv"}};

/// The runs of one format.
class Trial {
public:
    Trial(const Tried& tried, std::int64_t boxes)
        : tried_(tried),
          format_(*find_format(tried.id)),
          boxes_(boxes),
          file_(folder_ / std::string(tried.file)),
          own_(folder_.path() / "own" / tried.file) {
        fs::create_directory(folder_ / "own");
    }

    /// Writes the file that is read, and looks whether the library emits the same bytes.
    bool prepare() {
        const Cost made = in_child([&] {
            const Annotations all = project_of(boxes_);
            const auto report = write_annotations(format_, {all, MediaId{1}, file_, {}});
            if (!report) fmt::print(stderr, "{}\n", report.error().message);
            const auto text = read_file(file_, 1ULL << 34);
            if (!report || !text) return Cost{};
            const fs::path again = folder_ / "again";
            bare::calls_of(tried_.kind, *text)->write(again);
            const auto same = read_file(again, 1ULL << 34);
            if (!same || *same != *text) fmt::print(stderr, "{}: the library emits other bytes\n", tried_.id);
            return Cost{.is_done = true};
        });
        return made.is_done;
    }
    std::uintmax_t file_bytes() const { return fs::file_size(file_); }

    Cost write() const {
        return in_child([&] {
            const Annotations all = project_of(boxes_);
            return measured([&] {
                std::vector<FileBytes> files;
                const auto report = format_.write({all, MediaId{1}, own_, {}, nullptr, &files});
                for (const FileBytes& file : files)
                    if (file.streamed == nullptr) std::ofstream(file.path, std::ios::binary) << file.bytes;
                return report.has_value();
            });
        });
    }
    Cost export_whole() const {
        return in_child([&] {
            const Annotations all = project_of(boxes_);
            return measured([&] { return write_annotations(format_, {all, MediaId{1}, own_, {}}).has_value(); });
        });
    }
    Cost read() const {
        return in_child([&] {
            const std::int64_t each = std::max<std::int64_t>(1, boxes_ / tracks);
            const Media media = made_media(each + each / 50 + 20);
            return measured([&] {
                static std::optional<Result<ReadResult>> kept;
                kept = read_annotations(format_, {{file_}, media, {}});
                if (!*kept) fmt::print(stderr, "{}\n", kept->error().message);
                return kept->has_value();
            });
        });
    }
    Cost bare_write() const {
        return in_child([&] {
            auto text = read_file(file_, 1ULL << 34);
            const auto calls = bare::calls_of(tried_.kind, *text);
            *text = std::string();
            return measured([&] {
                calls->write(folder_ / "bare.out");
                return true;
            });
        });
    }
    Cost bare_read() const {
        return in_child([&] { return measured([&] { return bare::parse(tried_.kind, file_) > 0; }); });
    }

private:
    const Tried& tried_;
    const Format& format_;
    std::int64_t boxes_;
    test::TemporaryFolder folder_;
    fs::path file_;
    fs::path own_;  ///< what the runs write
};

struct Summary {
    double median = 0, p95 = 0, least = 0, most = 0;
};

Summary summary_of(const std::vector<Cost>& costs, double Cost::*what) {
    std::vector<double> values;
    for (const Cost& cost : costs) values.push_back(cost.*what);
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[std::min(values.size() - 1,
                               static_cast<std::size_t>(share * static_cast<double>(values.size())))];
    };
    return {at(0.5), at(0.95), values.front(), values.back()};
}

nlohmann::json row_of(const Tried& tried, std::string_view work, const std::vector<Cost>& own,
                      const std::vector<Cost>& bare, double boxes, std::uintmax_t file_bytes) {
    const Summary ours = summary_of(own, &Cost::cpu_ms);
    const Summary theirs = summary_of(bare, &Cost::cpu_ms);
    const bool is_done = std::all_of(own.begin(), own.end(), [](const Cost& cost) { return cost.is_done; });
    return {{"format", tried.id},
            {"work", work},
            {"done", is_done},
            {"file_mb", static_cast<double>(file_bytes) / 1e6},
            {"ours_ms", {{"p50", ours.median}, {"p95", ours.p95}, {"least", ours.least}, {"most", ours.most}}},
            {"bare_ms", {{"p50", theirs.median}, {"p95", theirs.p95}, {"least", theirs.least}, {"most", theirs.most}}},
            {"ratio", ours.median / theirs.median},
            {"wall_ms", summary_of(own, &Cost::wall_ms).median},
            {"peak_bytes_a_box", summary_of(own, &Cost::peak_bytes).most / boxes},
            {"kept_bytes_a_box", summary_of(own, &Cost::kept_bytes).most / boxes},
            {"bare_peak_bytes_a_box", summary_of(bare, &Cost::peak_bytes).most / boxes}};
}

void print(const nlohmann::json& row) {
    const auto number = [&](const char* of, const char* what) { return row[of][what].get<double>(); };
    fmt::print("{:12} {:7} {:>6.0f} {:>8.0f} {:>8.0f} {:>15} {:>8.0f} {:>15} {:>6.2f} {:>7.0f} {:>6.0f} {:>6.0f}{}\n",
               row["format"].get<std::string>(), row["work"].get<std::string>(), row["file_mb"].get<double>(),
               number("ours_ms", "p50"), number("ours_ms", "p95"),
               fmt::format("{:.0f}..{:.0f}", number("ours_ms", "least"), number("ours_ms", "most")),
               number("bare_ms", "p50"),
               fmt::format("{:.0f}..{:.0f}", number("bare_ms", "least"), number("bare_ms", "most")),
               row["ratio"].get<double>(), row["peak_bytes_a_box"].get<double>(), row["kept_bytes_a_box"].get<double>(),
               row["bare_peak_bytes_a_box"].get<double>(), row["done"].get<bool>() ? "" : "  FAILED");
    std::fflush(stdout);
}

bool run(const Tried& tried, std::int64_t boxes, int runs, const std::vector<std::string>& work, bool as_json,
         nlohmann::json& rows) {
    Trial trial(tried, boxes);
    if (!trial.prepare()) return false;
    const auto is_asked = [&](std::string_view what) {
        return std::find(work.begin(), work.end(), what) != work.end();
    };
    // The program's own two read back what they write as they write it.
    const bool writes = is_asked("write") && !find_format(tried.id)->carries.proposals;
    const bool reads = is_asked("read");
    const bool exports = is_asked("export");
    std::vector<Cost> write, read, whole, bare_write, bare_read, bare_both;
    for (int n = 0; n < runs; ++n) {
        if (writes) write.push_back(trial.write());
        if (writes || exports) bare_write.push_back(trial.bare_write());
        if (reads) read.push_back(trial.read());
        if (reads || exports) bare_read.push_back(trial.bare_read());
        if (!exports) continue;
        whole.push_back(trial.export_whole());
        bare_both.push_back(bare_write.back());
        bare_both.back().cpu_ms += bare_read.back().cpu_ms;
    }
    const auto tell = [&](std::string_view what, const std::vector<Cost>& own, const std::vector<Cost>& bare) {
        if (own.empty()) return;
        rows.push_back(row_of(tried, what, own, bare, static_cast<double>(boxes), trial.file_bytes()));
        if (!as_json) print(rows.back());
    };
    tell("write", write, bare_write);
    tell("read", read, bare_read);
    tell("export", whole, bare_both);
    return true;
}

}  // namespace
}  // namespace inbetween

int main(int argc, char** argv) {
    using namespace inbetween;
    CLI::App app("Formats");
    std::int64_t boxes = 1'000'000;
    std::vector<std::string> formats{"cvat", "cvat-images", "vatic", "mot", "coco", "youtube-vis", "csv", "json"};
    std::vector<std::string> work{"write", "read", "export"};
    int runs = 5;
    bool as_json = false;
    app.add_option("--boxes", boxes)->check(CLI::Range(200, 100'000'000));
    app.add_option("--formats", formats)->delimiter(',')->allow_extra_args(false);
    app.add_option("--work", work)->delimiter(',')->allow_extra_args(false);
    app.add_option("--runs", runs)->check(CLI::Range(1, 1000));
    app.add_flag("--json", as_json);
    CLI11_PARSE(app, argc, argv);
    if (!as_json)
        fmt::print("{:12} {:7} {:>6} {:>8} {:>8} {:>15} {:>8} {:>15} {:>6} {:>7} {:>6} {:>6}\n", "format", "work", "MB",
                   "CPU ms", "p95", "spread", "bare", "spread", "ratio", "B/box", "kept", "bare");
    nlohmann::json rows = nlohmann::json::array();
    bool is_done = true;
    for (const std::string& id : formats) {
        const auto* tried = std::find_if(known.begin(), known.end(), [&](const Tried& one) { return one.id == id; });
        if (tried == known.end()) {
            fmt::print(stderr, "{}: is none of the formats that are tried\n", id);
            return 2;
        }
        is_done = run(*tried, boxes, runs, work, as_json, rows) && is_done;
    }
    if (as_json) fmt::print("{}\n", rows.dump(1));
    return is_done ? 0 : 1;
}
