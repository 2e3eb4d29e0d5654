// What the background pass over a video costs besides decoding, and how fast its proxy is shown.
//
//   bench/proxy VIDEO [--frames N] [--quality Q]
//
// Decodes the first N frames (600), and prints for each step the CPU time of its thread a frame, mean and 95th
// percentile, and the bytes of the proxy a frame.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string_view>
#include <vector>

#include "core/video/disk_cache.h"
#include "core/video/frame_source.h"
#include "core/video/proxy.h"
#include "core/video/thumbnails.h"
#include "tests/support/support.h"

namespace inbetween {
namespace {

double cpu_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

/// The costs of one step.
struct Costs {
    std::vector<double> ms;

    template <class Work>
    decltype(auto) measure(const Work& work) {
        const double start = cpu_ms();
        auto result = work();
        ms.push_back(cpu_ms() - start);
        return result;
    }
    void print(std::string_view name) {
        if (ms.empty()) return;
        std::sort(ms.begin(), ms.end());
        double sum = 0;
        for (const double each : ms) sum += each;
        fmt::print("{:<44} {:>8.3f} {:>8.3f} {:>8.3f} {:>6}\n", name, sum / static_cast<double>(ms.size()),
                   ms[ms.size() / 2], ms[ms.size() * 95 / 100], ms.size());
    }
};

struct Steps {
    Costs decode, shrink, append, show, thumbnail;
};

void survey(FrameSource& source, std::int64_t frames, Proxy& proxy, ThumbnailStrip& strip, Steps& steps) {
    PictureShrinker shrinker;
    for (FrameIndex n{0}; n.value < frames; ++n) {
        const auto picture = steps.decode.measure([&] { return source.frame(n); });
        if (!picture) {
            fmt::print(stderr, "{}\n", picture.error().message);
            return;
        }
        const int times = proxy_halvings((*picture)->decoded_size());
        steps.shrink.measure([&] { return shrinker.halved(**picture, times).has_value(); });
        steps.append.measure([&] { return proxy.append(n, **picture); });
        if (strip.wants(n)) steps.thumbnail.measure([&] { return strip.offer(n, **picture).has_value(); });
    }
}

int run(const std::string& video, std::int64_t frames, int quality) {
    const auto source = open_frame_source(video, {.threads = 1});
    const test::TemporaryFolder folder;
    const auto proxy = Proxy::create(folder / "proxy", {.keep_free_bytes = 0, .quality = quality});
    if (!source || !proxy) {
        fmt::print(stderr, "{}\n", source ? proxy.error().message : source.error().message);
        return 1;
    }
    frames = std::min(frames, (*source)->info().frames);
    ThumbnailStrip strip((*source)->info().frames);
    Steps steps;
    survey(**source, frames, **proxy, strip, steps);
    // A stride that is odd to the length reaches every frame, far from the one before.
    for (std::int64_t i = 0; i < (*proxy)->frames(); ++i) {
        const FrameIndex n{i * 389 % (*proxy)->frames()};
        steps.show.measure([&] { return (*proxy)->frame(n).has_value(); });
    }
    const Size size = (*source)->info().decoded_size;
    fmt::print("{}: {}x{}, {} frames, quality {}\n", video, size.width, size.height, frames, quality);
    fmt::print("{:<44} {:>8} {:>8} {:>8} {:>6}\n", "CPU ms", "mean", "p50", "p95", "n");
    steps.decode.print("decode, hash and keep a frame");
    steps.shrink.print("halve it");
    steps.append.print("halve, encode and write it to the proxy");
    steps.show.print("read and decode a proxy frame, at random");
    steps.thumbnail.print("make a thumbnail");
    fmt::print("proxy: {} bytes a frame; thumbnails: {} bytes\n",
               (*proxy)->size_bytes() / static_cast<std::uint64_t>(std::max<std::int64_t>(1, (*proxy)->frames())),
               strip.bytes().size());
    return 0;
}

}  // namespace
}  // namespace inbetween

int main(int argc, char** argv) {
    std::string video;
    std::int64_t frames = 600;
    int quality = 5;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        const bool has_value = i + 1 < argc;
        if (word == "--frames" && has_value) {
            frames = std::stoll(argv[++i]);
        } else if (word == "--quality" && has_value) {
            quality = std::stoi(argv[++i]);
        } else {
            video = word;
        }
    }
    if (video.empty()) {
        fmt::print(stderr, "usage: proxy VIDEO [--frames N] [--quality Q]\n");
        return 2;
    }
    return inbetween::run(video, frames, quality);
}
