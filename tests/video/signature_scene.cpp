#include "tests/video/signature_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

namespace inbetween::test {
namespace {

double draw(std::mt19937_64& engine, double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(engine);
}

struct Wave {
    double across = 0;
    double down = 0;
    double turn = 0;  // a frame
    double phase = 0;
    double height = 0;
};

Wave random_wave(std::mt19937_64& engine, double height) {
    const double pace = draw(engine, 0.02, 0.12);
    return {draw(engine, -0.8, 0.8), draw(engine, -0.8, 0.8), draw(engine, 0, 1) < 0.5 ? -pace : pace,
            draw(engine, 0, 2 * std::numbers::pi), height};
}

std::uint8_t level_of(double brightness) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(brightness, 0.0, 255.0)));
}

}  // namespace

VideoSignature filmed(std::int64_t frames, const SceneOptions& options) {
    std::mt19937_64 place(options.place);
    std::array<double, FrameSignature::columns * FrameSignature::rows> background{};
    for (double& level : background) level = draw(place, -options.background, options.background);
    std::mt19937_64 engine(options.seed);
    std::vector<Wave> waves;
    for (int n = 0; n < 6; ++n) waves.push_back(random_wave(engine, draw(engine, 4, 12)));
    VideoSignature video;
    for (std::int64_t n = 0; n < frames; ++n) {
        FrameSignature frame;
        for (std::size_t part = 0; part < frame.luma.size(); ++part) {
            const auto x = static_cast<double>(part % FrameSignature::columns);
            const auto y = static_cast<double>(part / FrameSignature::columns);
            double level = 128 + background[part];
            for (const Wave& wave : waves) {
                const double turned = wave.turn * options.speed * static_cast<double>(n);
                level += wave.height * std::sin(wave.across * x + wave.down * y + turned + wave.phase);
            }
            frame.luma[part] = level_of(level);
        }
        video.frames.push_back(frame);
        video.hashes.push_back(engine());
    }
    return video;
}

VideoSignature encoded(const VideoSignature& video, const Encoding& encoding) {
    std::mt19937_64 engine(encoding.seed);
    std::normal_distribution<double> noise(0, encoding.noise);
    VideoSignature again = video;
    for (FrameSignature& frame : again.frames) {
        for (std::uint8_t& level : frame.luma) {
            const double curved = 255 * std::pow(level / 255.0, encoding.gamma);
            level = level_of(encoding.offset + encoding.gain * curved + noise(engine));
        }
    }
    for (std::uint64_t& hash : again.hashes) hash = engine();
    return again;
}

VideoSignature edited(const VideoSignature& video, const std::vector<std::int64_t>& frames) {
    const VideoSignature other = filmed(std::ssize(frames), {.seed = 99, .place = 99});
    VideoSignature cut;
    for (std::size_t j = 0; j < frames.size(); ++j) {
        const VideoSignature& from = frames[j] < 0 ? other : video;
        const std::size_t n = frames[j] < 0 ? j : static_cast<std::size_t>(frames[j]);
        cut.frames.push_back(from.frames[n]);
        cut.hashes.push_back(from.hashes[n]);
    }
    return cut;
}

std::vector<std::int64_t> numbers(std::int64_t begin, std::int64_t end) {
    std::vector<std::int64_t> list(static_cast<std::size_t>(std::max<std::int64_t>(0, end - begin)));
    std::iota(list.begin(), list.end(), begin);
    return list;
}

}  // namespace inbetween::test
