#include "core/video/proxy.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/video/picture_shrinker.h"
#include "tests/support/faults.h"
#include "tests/support/support.h"
#include "tests/video/looks.h"
#include "tests/video/synthetic.h"

namespace fs = std::filesystem;

namespace inbetween::test {
namespace {

/// The gray in the middle of a picture: how the frames of these tests are told apart.
int gray_of(const Picture& picture) {
    const Plane& luma = picture.planes()[0];
    return luma.data[luma.stride * (luma.size.height / 2) + luma.size.width / 2];
}

constexpr Size flat_size{64, 48};

int gray(std::int64_t n) { return static_cast<int>(20 + 7 * n % 200); }

PicturePtr flat(std::int64_t n) {
    return flat_picture(flat_size.width, flat_size.height, AV_PIX_FMT_YUV420P, static_cast<std::uint8_t>(gray(n)));
}

void append(Proxy& proxy, std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) EXPECT_TRUE(proxy.append(FrameIndex{n}, *flat(n))) << n;
}

void expect_frames(const Proxy& proxy, std::int64_t count) {
    ASSERT_EQ(proxy.frames(), count);
    for (std::int64_t n = count - 1; n >= 0; --n) {
        const auto picture = proxy.frame(FrameIndex{n});
        IB_ASSERT_OK(picture);
        EXPECT_NEAR(gray_of(**picture), gray(n), 2) << n;
    }
    EXPECT_TRUE(count == 0 || proxy.has(FrameIndex{count - 1}));
    EXPECT_FALSE(proxy.has(FrameIndex{count}));
    EXPECT_FALSE(proxy.has(FrameIndex{-1}));
    EXPECT_FALSE(proxy.frame(FrameIndex{count}).has_value());
}

class ProxyTest : public ::testing::Test {
protected:
    std::shared_ptr<Proxy> create(const ProxyOptions& options = {.keep_free_bytes = 0}) const {
        auto proxy = Proxy::create(path_, options);
        EXPECT_TRUE(proxy.has_value()) << why(proxy);
        return *proxy;
    }

    TemporaryFolder folder_;
    fs::path path_ = folder_ / "proxy";
};

TEST_F(ProxyTest, HalvesWhatIsNotSmall) {
    EXPECT_EQ(proxy_halvings({1920, 1080}), 1);
    EXPECT_EQ(proxy_halvings({3840, 2160}), 1);
    EXPECT_EQ(proxy_halvings({7680, 4320}), 2);
    EXPECT_EQ(proxy_halvings({640, 360}), 1);
    EXPECT_EQ(proxy_halvings({320, 240}), 0);
    EXPECT_EQ(proxy_halvings({2, 2}), 0);
}

TEST_F(ProxyTest, FramesLookLikeTheirSourcesInEveryFormat) {
    for (const AVPixelFormat format : many_formats()) {
        const bool coarse = av_pix_fmt_desc_get(format)->comp[0].depth < 8;
        for (const Size size : {Size{64, 48}, Size{501, 333}}) {
            const PicturePtr picture = colourful_picture(size, format);
            SCOPED_TRACE(testing::Message() << picture->format().name << " " << size.width << "x" << size.height);
            const auto proxy = create();
            ASSERT_TRUE(proxy->append(FrameIndex{0}, *picture));
            const auto small = proxy->frame(FrameIndex{0});
            IB_ASSERT_OK(small);
            EXPECT_EQ((*small)->decoded_size(), halved_size(size, proxy_halvings(size)));
            EXPECT_LT(difference_on_screen(*picture, **small), coarse ? 6 : 3);
        }
    }
}

TEST_F(ProxyTest, FramesKeepColoursTurnAndAspectAfterReopening) {
    struct Case {
        AVPixelFormat format;
        AVColorSpace matrix;
        AVColorRange range;
        Orientation orientation;
        double aspect;
    };
    for (const Case& c : {Case{AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, {0, false}, 1},
                          Case{AV_PIX_FMT_YUVJ420P, AVCOL_SPC_SMPTE170M, AVCOL_RANGE_JPEG, {1, false}, 1},
                          Case{AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_JPEG, {2, true}, 1.5},
                          Case{AV_PIX_FMT_YUV420P10LE, AVCOL_SPC_BT2020_NCL, AVCOL_RANGE_MPEG, {3, true}, 0.75},
                          Case{AV_PIX_FMT_GRAY8, AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_JPEG, {1, true}, 1},
                          Case{AV_PIX_FMT_BGRA, AVCOL_SPC_RGB, AVCOL_RANGE_UNSPECIFIED, {3, false}, 1}}) {
        const PicturePtr picture = colourful_picture({600, 400}, c.format, c.matrix, c.range, c.orientation, c.aspect);
        {
            const auto proxy = create();
            ASSERT_TRUE(proxy->append(FrameIndex{0}, *picture));
            IB_ASSERT_OK(proxy->finish());
        }
        const auto proxy = Proxy::open(path_);
        IB_ASSERT_OK(proxy);
        const auto small = (*proxy)->frame(FrameIndex{0});
        IB_ASSERT_OK(small);
        EXPECT_EQ((*small)->orientation(), c.orientation);
        EXPECT_DOUBLE_EQ((*small)->pixel_aspect(), picture->pixel_aspect());
        EXPECT_EQ((*small)->format().range, picture->format().range);
        if (picture->format().model == ColourModel::Yuv) {
            EXPECT_EQ((*small)->format().matrix, picture->format().matrix);
        }
        EXPECT_LT(difference_on_screen(*picture, **small), 3) << picture->format().name;
    }
}

TEST_F(ProxyTest, TransferAndPrimariesAreNotTouched) {
    const PicturePtr source = colourful_picture({600, 400}, AV_PIX_FMT_YUV420P10LE, AVCOL_SPC_BT2020_NCL);
    const ff::FramePtr frame(av_frame_clone(&source->av_frame()));
    frame->color_trc = AVCOL_TRC_SMPTE2084;
    frame->color_primaries = AVCOL_PRI_BT2020;
    frame->chroma_location = AVCHROMA_LOC_TOPLEFT;
    const auto proxy = create();
    const Picture picture(*frame, {}, 1, 1500);
    ASSERT_TRUE(proxy->append(FrameIndex{0}, picture));
    const auto small = proxy->frame(FrameIndex{0});
    IB_ASSERT_OK(small);
    EXPECT_EQ((*small)->av_frame().color_trc, AVCOL_TRC_SMPTE2084);
    EXPECT_EQ((*small)->av_frame().color_primaries, AVCOL_PRI_BT2020);
    EXPECT_EQ((*small)->av_frame().chroma_location, AVCHROMA_LOC_TOPLEFT);
    EXPECT_EQ((*small)->format().transfer, Transfer::Pq);
    EXPECT_EQ((*small)->format().primaries, Primaries::Bt2020);
    EXPECT_EQ((*small)->format().chroma_site, ChromaSite::TopLeft);
    EXPECT_EQ((*small)->format().peak_nits, 1500);
    EXPECT_LT(difference_on_screen(picture, **small), 3);
}

TEST_F(ProxyTest, HoldsPicturesOfAnySize) {
    for (const Size size : {Size{1, 1}, {2, 2}, {3, 1}, {1, 7}, {16, 16}, {17, 15}, {1000, 2}, {2, 1000}, {4096, 33}}) {
        SCOPED_TRACE(testing::Message() << size.width << "x" << size.height);
        const auto proxy = create();
        const PicturePtr picture = flat_picture(size.width, size.height, AV_PIX_FMT_YUV420P, 90);
        ASSERT_TRUE(proxy->append(FrameIndex{0}, *picture));
        const auto small = proxy->frame(FrameIndex{0});
        IB_ASSERT_OK(small);
        EXPECT_EQ((*small)->decoded_size(), halved_size(size, proxy_halvings(size)));
        EXPECT_NEAR(gray_of(**small), 90, 2);
    }
}

TEST_F(ProxyTest, CanBeReadInAnyOrderWhileItGrows) {
    const auto proxy = create();
    for (std::int64_t n = 0; n < 12; ++n) {
        append(*proxy, n, n + 1);
        expect_frames(*proxy, n + 1);
    }
    IB_ASSERT_OK(proxy->finish());
    EXPECT_TRUE(proxy->finished());
    EXPECT_FALSE(proxy->growing());
    expect_frames(*proxy, 12);
    expect_frames(**Proxy::open(path_), 12);
}

TEST_F(ProxyTest, ReadersOnOtherThreadsSeeTheirFrames) {
    const auto proxy = create();
    constexpr std::int64_t count = 120;
    std::vector<std::jthread> readers;
    for (std::int64_t i = 1; i <= 3; ++i) {
        readers.emplace_back([&proxy, i] {
            for (std::int64_t asked = 0; proxy->frames() < count; asked += i) {
                const std::int64_t frames = proxy->frames();
                if (frames == 0) continue;
                const FrameIndex n{asked % frames};
                const auto picture = proxy->frame(n);
                ASSERT_TRUE(picture.has_value()) << why(picture);
                ASSERT_NEAR(gray_of(**picture), gray(n.value), 2);
            }
        });
    }
    append(*proxy, 0, count);
    readers.clear();
    expect_frames(*proxy, count);
}

TEST_F(ProxyTest, TakesAFrameOnceAndNoneOutOfOrder) {
    const auto proxy = create();
    append(*proxy, 0, 3);
    EXPECT_TRUE(proxy->append(FrameIndex{1}, *flat(50))) << "there already";
    EXPECT_FALSE(proxy->append(FrameIndex{4}, *flat(4)));
    append(*proxy, 3, 5);
    expect_frames(*proxy, 5);
}

TEST_F(ProxyTest, GoesOnAfterItsProgramWasEnded) {
    {
        const auto proxy = create();
        append(*proxy, 0, 5);
    }
    {
        // Half of a record, as a program leaves it that is ended while it writes.
        const std::string part = file_text(folder_ / "proxy.part");
        write_text(folder_ / "proxy.part", part.substr(0, part.size() - 10));
    }
    const auto proxy = Proxy::resume(path_, {.keep_free_bytes = 0}, {});
    IB_ASSERT_OK(proxy);
    expect_frames(**proxy, 4);
    append(**proxy, 0, 8);
    expect_frames(**proxy, 8);
    IB_ASSERT_OK((*proxy)->finish());
    expect_frames(**Proxy::open(path_), 8);
    EXPECT_FALSE(Proxy::resume(path_, {}, {}).has_value());
}

TEST_F(ProxyTest, EndsAtItsLimit) {
    const auto proxy = create({.limit_bytes = 8'000, .keep_free_bytes = 0});
    std::int64_t n = 0;
    while (proxy->append(FrameIndex{n}, *flat(n))) ++n;
    EXPECT_GT(n, 1);
    EXPECT_LE(proxy->size_bytes(), 8'000U);
    EXPECT_FALSE(proxy->growing());
    EXPECT_FALSE(proxy->append(FrameIndex{n}, *flat(n)));
    expect_frames(*proxy, n);
    IB_ASSERT_OK(proxy->finish());
    expect_frames(**Proxy::open(path_), n);
}

TEST_F(ProxyTest, EndsBeforeTheDiskIsFull) {
    const auto proxy = create({.keep_free_bytes = ~std::uint64_t{0}});
    EXPECT_FALSE(proxy->append(FrameIndex{0}, *flat(0)));
    EXPECT_EQ(proxy->frames(), 0);
    EXPECT_FALSE(proxy->finish().has_value());
}

TEST_F(ProxyTest, EndsOnAFullDisk) {
    const auto proxy = create();
    append(*proxy, 0, 4);
    {
        const FullDisk full(proxy->size_bytes() + 100);
        EXPECT_FALSE(proxy->append(FrameIndex{4}, *flat(4)));
        EXPECT_FALSE(proxy->growing());
        expect_frames(*proxy, 4);
    }
    EXPECT_FALSE(proxy->append(FrameIndex{4}, *flat(4))) << "a proxy that has ended does not go on";
    IB_ASSERT_OK(proxy->finish());
    expect_frames(**Proxy::open(path_), 4);
}

TEST_F(ProxyTest, EndsWhereFramesChangeTheirSize) {
    const auto proxy = create();
    append(*proxy, 0, 2);
    EXPECT_FALSE(proxy->append(FrameIndex{2}, *flat_picture(32, 32, AV_PIX_FMT_YUV420P, 9)));
    expect_frames(*proxy, 2);
}

TEST_F(ProxyTest, ADamagedFrameIsSaidToBe) {
    {
        const auto proxy = create();
        append(*proxy, 0, 4);
        IB_ASSERT_OK(proxy->finish());
    }
    std::string bytes = file_text(path_);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_text(path_, bytes);
    const auto proxy = Proxy::open(path_);
    IB_ASSERT_OK(proxy);
    int damaged = 0;
    for (std::int64_t n = 0; n < 4; ++n) damaged += (*proxy)->frame(FrameIndex{n}) ? 0 : 1;
    EXPECT_EQ(damaged, 1);
}

TEST_F(ProxyTest, ATemporaryOneLeavesNothing) {
    auto proxy = Proxy::temporary({.keep_free_bytes = 0});
    IB_ASSERT_OK(proxy);
    append(**proxy, 0, 3);
    IB_ASSERT_OK((*proxy)->finish());
    expect_frames(**proxy, 3);
    EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(ProxyTest, FramesOutliveIt) {
    PicturePtr picture;
    {
        const auto proxy = create();
        append(*proxy, 0, 2);
        picture = *proxy->frame(FrameIndex{1});
        EXPECT_TRUE(proxy->frame(FrameIndex{0}).has_value());
    }
    EXPECT_NEAR(gray_of(*picture), gray(1), 2);
}

}  // namespace
}  // namespace inbetween::test
