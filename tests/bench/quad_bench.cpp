// How well quads are filled in on painted scenes whose truth is exact: real textures that move in space over real
// video, covered, dull, tiny, partly out of the picture.
//
//   bench/quads [--half develop|report] [--style plain ...] [--k 25 100] [--frames 101] [--method homography]
//   [--seeds 1] [--dump FILE]
//
// The half says which textures and backgrounds: parameters are chosen on `develop`. Prints one row a style and K:
// median corner error, share of frames with the worst corner under 5 and 2 px and over 20 px, the worst of all, the
// share of frames called sure (confidence at least .9) and how many of those are over 5 px, CPU ms a frame, how many
// frames there are, and of how many at least a half of the object is visible, as it is at the keyframes beside them,
// how many of those are over 20 px and how far the worst is off; then what confidences are worth. Needs Debian's
// package opencv-doc for textures and backgrounds.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <opencv2/imgproc.hpp>

#include "tests/support/support.h"
#include "tests/tracking/quad_scenes.h"
#include "tracking/solver.h"

namespace inbetween {
namespace {

struct Options {
    std::string half = "develop";
    std::vector<std::string> styles;
    std::vector<std::int64_t> spacings{25, 100};
    std::int64_t frames = 101;
    std::string method = "homography";
    int seeds = 1;
    std::string dump;
};

struct Sample {
    double mean = 0;
    double worst = 0;
    double confidence = 0;
    bool in_view = false;
};

/// The first frames of a video or an image, scaled to fit the scenes.
std::vector<cv::Mat> images_of(const std::string& name, std::int64_t count, cv::Size size) {
    std::vector<cv::Mat> images;
    const auto path = test::opencv_sample(name);
    if (!path) return images;
    auto source = open_frame_source(*path);
    if (!source) return images;
    for (std::int64_t n = 0; n < count; ++n) {
        const auto frame = (*source)->frame(FrameIndex{n});
        if (!frame) break;
        auto image = upright_image(**frame, ImageChannels::Bgr);
        if (!image) break;
        cv::Mat bgr(image->size.height, image->size.width, CV_8UC3, image->pixels.data());
        if (!size.empty()) cv::resize(bgr, bgr, size, 0, 0, cv::INTER_AREA);
        images.push_back(bgr.clone());
    }
    return images;
}

double cpu_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Measured {
    std::vector<Sample> samples;
    double ms = 0;
};

void fill_scene(test::QuadScene& scene, std::int64_t spacing, const Options& options, const std::string& name,
                std::ofstream& dump, Measured& measured) {
    std::vector<std::int64_t> stated;
    for (std::int64_t n = 0; n < options.frames; n += spacing) stated.push_back(n);
    const Track track =
        test::track_of(stated, [&](std::int64_t n) { return scene.truth[static_cast<std::size_t>(n)]; });
    for (std::int64_t n = 0; n < options.frames; ++n) (void)scene.source.frame(FrameIndex{n});  // painted once, kept
    for (const SpanTask& task : spans_to_solve(track, track.extent())) {
        const double before = cpu_ms();
        const auto fill = find_solver(options.method)->solve(scene.source, task, {});
        measured.ms += cpu_ms() - before;
        if (!fill) {
            fmt::print(stderr, "{}: {}\n", name, fill.error().message);
            continue;
        }
        for (std::size_t i = 0; i < fill->frames.size(); ++i) {
            const auto n = fill->range().begin.value + static_cast<std::int64_t>(i);
            const Quad& truth = scene.truth[static_cast<std::size_t>(n)];
            const Quad& found = std::get<Quad>(fill->frames[i].shape);
            const auto seen = [&](FrameIndex at) { return scene.visible[static_cast<std::size_t>(at.value)]; };
            Sample sample{.confidence = fill->frames[i].confidence,
                          .in_view = seen(FrameIndex{n}) >= 0.5 &&
                                     std::min(seen(fill->from().frame), seen(fill->to().frame)) >= 0.9};
            for (std::size_t k = 0; k < 4; ++k) {
                const double off =
                    std::hypot(found.corners[k].x - truth.corners[k].x, found.corners[k].y - truth.corners[k].y);
                sample.mean += off / 4;
                sample.worst = std::max(sample.worst, off);
            }
            if (dump.is_open())
                dump << fmt::format("{},{},{},{:.3f},{:.4f},{:.2f},{}\n", name, spacing, n, sample.worst,
                                    sample.confidence, scene.visible[static_cast<std::size_t>(n)],
                                    sample.in_view ? 1 : 0);
            measured.samples.push_back(sample);
        }
    }
}

void print_row(const std::string& style, std::int64_t spacing, Measured measured) {
    auto& samples = measured.samples;
    if (samples.empty()) return;
    const auto count = static_cast<double>(samples.size());
    const auto share = [&](auto holds) {
        return static_cast<double>(std::count_if(samples.begin(), samples.end(), holds)) / count;
    };
    std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.mean < b.mean; });
    double worst = 0;
    int in_view = 0;
    int far = 0;
    double worst_in_view = 0;
    for (const Sample& s : samples) {
        worst = std::max(worst, s.worst);
        if (!s.in_view) continue;
        ++in_view;
        far += s.worst > 20 ? 1 : 0;
        worst_in_view = std::max(worst_in_view, s.worst);
    }
    fmt::print("{:<13} {:>4} {:7.2f}  {:.3f} {:.3f} {:.3f} {:8.1f}  {:.3f} {:.4f} {:6.1f} {:>6} {:>7} {:>5} {:8.1f}\n",
               style, spacing, samples[samples.size() / 2].mean, share([](const Sample& s) { return s.worst < 5; }),
               share([](const Sample& s) { return s.worst < 2; }), share([](const Sample& s) { return s.worst > 20; }),
               worst, share([](const Sample& s) { return s.confidence >= 0.9; }),
               share([](const Sample& s) { return s.confidence >= 0.9 && s.worst >= 5; }), measured.ms / count,
               samples.size(), in_view, far, worst_in_view);
    std::fflush(stdout);
}

void print_reliability(const std::vector<Sample>& samples) {
    fmt::print("confidence    frames  said   seen (worst corner under 5 px)\n");
    const std::vector<double> edges{0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01};
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        double said = 0;
        double seen = 0;
        int count = 0;
        for (const Sample& s : samples) {
            if (s.confidence < edges[i] || s.confidence >= edges[i + 1]) continue;
            said += s.confidence;
            seen += s.worst < 5 ? 1 : 0;
            ++count;
        }
        if (count > 0)
            fmt::print("{:.2f}..{:.2f} {:>9}  {:.3f}  {:.3f}\n", edges[i], std::min(1.0, edges[i + 1]), count,
                       said / count, seen / count);
    }
}

Options options_of(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        std::vector<std::string> values;
        while (i + 1 < argc && std::string_view(argv[i + 1]).substr(0, 2) != "--") values.emplace_back(argv[++i]);
        if (values.empty()) continue;
        if (name == "--half") options.half = values[0];
        if (name == "--style") options.styles = values;
        if (name == "--frames") options.frames = std::stoll(values[0]);
        if (name == "--seeds") options.seeds = std::stoi(values[0]);
        if (name == "--method") options.method = values[0];
        if (name == "--dump") options.dump = values[0];
        if (name == "--k") {
            options.spacings.clear();
            for (const std::string& v : values) options.spacings.push_back(std::stoll(v));
        }
    }
    return options;
}

int run(const Options& options) {
    const bool develop = options.half == "develop";
    const std::vector<std::string> looks = develop
                                               ? std::vector<std::string>{"graf1.png", "building.jpg", "board.jpg"}
                                               : std::vector<std::string>{"home.jpg", "box.png", "starry_night.jpg"};
    const auto backs = images_of(develop ? "Megamind.avi" : "vtest.avi", options.frames, {640, 360});
    if (backs.empty() || find_solver(options.method) == nullptr) {
        fmt::print(stderr, "the package opencv-doc or the method is not there\n");
        return 1;
    }
    std::ofstream dump;
    if (!options.dump.empty()) dump.open(options.dump);
    fmt::print(
        "style            K  median   <5px  <2px  >20px    worst   sure  wrong     ms frames in view >20px    worst\n");
    std::vector<Sample> all;
    std::map<std::int64_t, Measured> sums;
    int seed = develop ? 0 : 500;
    for (const test::QuadSceneStyle& style : test::quad_scene_styles()) {
        seed += 10;
        if (!options.styles.empty() && std::count(options.styles.begin(), options.styles.end(), style.name) == 0)
            continue;
        std::map<std::int64_t, Measured> rows;
        for (std::size_t i = 0; i < looks.size(); ++i) {
            const auto look = images_of(looks[i], 1, {});
            if (look.empty()) continue;
            for (int more = 0; more < options.seeds; ++more) {
                auto scene = test::quad_scene(style, seed + static_cast<int>(i) + 1000 * more, options.frames,
                                              look.front(), backs);
                for (const std::int64_t spacing : options.spacings)
                    fill_scene(scene, spacing, options, fmt::format("{}/{}/{}", style.name, looks[i], more), dump,
                               rows[spacing]);
            }
        }
        for (const auto& [spacing, row] : rows) {
            print_row(style.name, spacing, row);
            sums[spacing].ms += row.ms;
            sums[spacing].samples.insert(sums[spacing].samples.end(), row.samples.begin(), row.samples.end());
            all.insert(all.end(), row.samples.begin(), row.samples.end());
        }
    }
    for (const auto& [spacing, sum] : sums) print_row("all", spacing, sum);
    print_reliability(all);
    return 0;
}

}  // namespace
}  // namespace inbetween

int main(int argc, char** argv) { return inbetween::run(inbetween::options_of(argc, argv)); }
