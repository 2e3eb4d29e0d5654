#include <gtest/gtest.h>

#include "core/video/frame_source.h"
#include "core/video/proxy.h"
#include "core/video/thumbnails.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"
#include "tests/video/looks.h"

namespace fs = std::filesystem;

// Proxies and thumbnails of decoded video, as a background pass makes them.
namespace inbetween::test {
namespace {

struct Made {
    std::shared_ptr<Proxy> proxy;
    std::unique_ptr<FrameSource> source;
    std::int64_t frames = 0;
};

/// A proxy of the first frames of a video.
Made proxy_of(const fs::path& video, std::int64_t most) {
    auto source = open_frame_source(video, {.threads = 1, .proof_pixels = 0});
    EXPECT_TRUE(source.has_value()) << why(source);
    auto proxy = Proxy::temporary({.keep_free_bytes = 0});
    EXPECT_TRUE(proxy.has_value()) << why(proxy);
    if (!source || !proxy) return {};
    Made made{*std::move(proxy), *std::move(source), 0};
    made.frames = std::min(most, made.source->info().frames);
    for (FrameIndex n{0}; n.value < made.frames; ++n) {
        const auto picture = made.source->frame(n);
        EXPECT_TRUE(picture.has_value()) << why(picture);
        if (!picture || !made.proxy->append(n, **picture)) break;
    }
    EXPECT_EQ(made.proxy->frames(), made.frames) << video;
    return made;
}

TEST(ProxyOfVideo, CarriesTheFramesNumbers) {
    for (const char* name : {"h264_b.mp4", "vfr.mp4", "h264_10bit.mp4", "rotated_90.mp4"}) {
        if (!fs::exists(test_media(name))) continue;
        const Made made = proxy_of(test_media(name), 40);
        ASSERT_TRUE(made.proxy);
        for (std::int64_t n = made.frames - 1; n >= 0; --n) {
            const auto picture = made.proxy->frame(FrameIndex{n});
            IB_ASSERT_OK(picture);
            EXPECT_EQ(stamped_index(**picture), n) << name;
        }
    }
}

TEST(ProxyOfVideo, LooksLikeItsSourceForEveryRealFile) {
    const auto folder = shared_data("codecs/good");
    if (!folder) GTEST_SKIP() << "there is no real footage";
    int videos = 0;
    for (const auto& file : fs::directory_iterator(*folder)) {
        if (!file.is_regular_file()) continue;
        SCOPED_TRACE(file.path().filename().string());
        const Made made = proxy_of(file.path(), 2);
        if (!made.proxy) continue;
        ++videos;
        ThumbnailStrip strip(made.frames);
        for (std::int64_t n = 0; n < made.frames; ++n) {
            const auto picture = made.source->frame(FrameIndex{n});
            const auto small = made.proxy->frame(FrameIndex{n});
            IB_ASSERT_OK(picture);
            IB_ASSERT_OK(small);
            EXPECT_EQ((*small)->orientation(), (*picture)->orientation());
            const auto shown = upright_image(**picture, ImageChannels::Rgba);
            IB_ASSERT_OK(shown);
            EXPECT_LT(difference_on_screen(*shown, **small), 2.5) << n;
            const auto on_screen = screen_image(**picture);  // thumbnails are tone-mapped, too
            IB_ASSERT_OK(on_screen);
            IB_ASSERT_OK(strip.offer(FrameIndex{n}, **picture));
            EXPECT_LT(difference_on_screen(*on_screen, strip.nearest(FrameIndex{n})->image), 5) << n;
        }
    }
    EXPECT_GT(videos, 20);
}

}  // namespace
}  // namespace inbetween::test
