#include "core/video/thumbnails.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "tests/support/made_picture.h"
#include "tests/support/support.h"
#include "tests/video/looks.h"
#include "tests/video/synthetic.h"

namespace inbetween::test {
namespace {

/// A gray that tells the frame.
std::uint8_t gray(std::int64_t n) { return static_cast<std::uint8_t>(n * 13 % 256); }
PicturePtr flat(std::int64_t n) { return flat_picture(64, 48, AV_PIX_FMT_GRAY8, gray(n)); }

void offer(ThumbnailStrip& strip, std::int64_t n) { IB_EXPECT_OK(strip.offer(FrameIndex{n}, *flat(n))); }

void expect_is(const std::shared_ptr<const Thumbnail>& thumbnail, std::int64_t n) {
    ASSERT_NE(thumbnail, nullptr) << n;
    EXPECT_EQ(thumbnail->frame, FrameIndex{n});
    ASSERT_FALSE(thumbnail->image.pixels.empty());
    EXPECT_NEAR(thumbnail->image.pixels[0], gray(n), 1) << n;
    EXPECT_EQ(thumbnail->image.pixels[3], 255);
}

TEST(Thumbnails, FitTheirHeightByPixelAspect) {
    EXPECT_EQ(thumbnail_size({1920, 1080}, 1), (Size{96, 54}));
    EXPECT_EQ(thumbnail_size({1080, 1920}, 1), (Size{30, 54}));
    EXPECT_EQ(thumbnail_size({720, 576}, 64.0 / 45), (Size{96, 54}));
    EXPECT_EQ(thumbnail_size({40, 30}, 1), (Size{40, 30})) << "nothing is enlarged";
    EXPECT_EQ(thumbnail_size({8000, 100}, 1), (Size{216, 3}));
    EXPECT_EQ(thumbnail_size({1, 10000}, 1), (Size{1, 54}));
    EXPECT_EQ(thumbnail_size({10000, 1}, 1), (Size{216, 1}));
}

TEST(Thumbnails, ShowHdrAsTheScreenDoes) {
    for (const AVColorTransferCharacteristic transfer : {AVCOL_TRC_SMPTE2084, AVCOL_TRC_ARIB_STD_B67}) {
        const PicturePtr picture = make_flat({.format = AV_PIX_FMT_YUV420P10LE,
                                              .size = {192, 108},
                                              .matrix = AVCOL_SPC_BT2020_NCL,
                                              .transfer = transfer,
                                              .primaries = AVCOL_PRI_BT2020},
                                             {480, 470, 560});
        ThumbnailStrip strip(1);
        IB_ASSERT_OK(strip.offer(FrameIndex{0}, *picture));
        const Image& image = strip.nearest(FrameIndex{0})->image;
        const auto shown = screen_image(*picture);
        const auto plain = upright_image(*picture, ImageChannels::Rgba);
        IB_ASSERT_OK(shown);
        IB_ASSERT_OK(plain);
        EXPECT_EQ(image.size, (Size{96, 54}));
        int from_plain = 0;
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_NEAR(image.pixels[c], shown->pixels[c], 4) << c;
            from_plain = std::max(from_plain, std::abs(image.pixels[c] - plain->pixels[c]));
        }
        EXPECT_GT(from_plain, 20);
    }
}

TEST(Thumbnails, OfEveryKthFrameFilledInOrder) {
    ThumbnailStrip strip(100, {.most = 10});
    EXPECT_EQ(strip.nearest(FrameIndex{5}), nullptr);
    for (std::int64_t n = 0; n < 100; ++n) {
        EXPECT_EQ(strip.wants(FrameIndex{n}), n % 10 == 0) << n;
        offer(strip, n);
    }
    const auto all = strip.snapshot();
    EXPECT_EQ(all->spacing, 10);
    ASSERT_EQ(all->slots.size(), 10U);
    for (std::int64_t i = 0; i < 10; ++i) expect_is(all->slots[static_cast<std::size_t>(i)], 10 * i);
}

TEST(Thumbnails, NearestIsNearestByFrame) {
    ThumbnailStrip strip(100, {.most = 10});
    for (const std::int64_t n : {3, 17, 50, 59, 99}) offer(strip, n);
    for (std::int64_t n = -5; n < 120; ++n) {
        std::int64_t best = 3;
        for (const std::int64_t there : {3, 17, 50, 99}) {  // 59 has no slot of its own
            if (std::abs(there - n) < std::abs(best - n)) best = there;
        }
        expect_is(strip.nearest(FrameIndex{n}), best);
    }
}

TEST(Thumbnails, TakesFramesInAnyOrderAndTheBetterOnesIntoTheirPlace) {
    ThumbnailStrip strip(100, {.most = 10});
    offer(strip, 37);  // a sync frame, long before the rest
    expect_is(strip.nearest(FrameIndex{0}), 37);
    EXPECT_FALSE(strip.wants(FrameIndex{38}));
    EXPECT_TRUE(strip.wants(FrameIndex{33}));
    EXPECT_FALSE(*strip.offer(FrameIndex{39}, *flat(39)));
    EXPECT_TRUE(*strip.offer(FrameIndex{31}, *flat(31)));
    expect_is(strip.nearest(FrameIndex{35}), 31);
    for (std::int64_t n = 99; n >= 0; --n) offer(strip, n);
    for (std::int64_t i = 0; i < 10; ++i) expect_is(strip.nearest(FrameIndex{10 * i}), 10 * i);
}

TEST(Thumbnails, ThinOutWhereThereAreMoreFramesThanExpected) {
    ThumbnailStrip strip(20, {.most = 10});
    for (std::int64_t n = 0; n < 200; ++n) offer(strip, n);
    const auto all = strip.snapshot();
    EXPECT_EQ(all->spacing, 32);
    ASSERT_EQ(all->slots.size(), 7U);
    for (std::int64_t i = 0; i < 7; ++i) expect_is(all->slots[static_cast<std::size_t>(i)], 32 * i);
}

TEST(Thumbnails, ASnapshotDoesNotFollowAndCostsNothingTwice) {
    ThumbnailStrip strip(100, {.most = 10});
    offer(strip, 0);
    const auto before = strip.snapshot();
    EXPECT_EQ(strip.snapshot(), before) << "the same object";
    offer(strip, 10);
    EXPECT_EQ(before->slots.size(), 1U);
    EXPECT_EQ(strip.snapshot()->slots.size(), 2U);
    EXPECT_EQ(strip.snapshot()->slots[0], before->slots[0]) << "pictures are shared";
}

TEST(Thumbnails, LookLikeTheirFramesUpright) {
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P10LE, AV_PIX_FMT_BGRA, AV_PIX_FMT_PAL8}) {
        for (int turns = 0; turns < 4; ++turns) {
            const PicturePtr picture = colourful_picture({480, 272}, format, AVCOL_SPC_UNSPECIFIED,
                                                         AVCOL_RANGE_UNSPECIFIED, {turns, turns == 1}, 1.5);
            ThumbnailStrip strip(1);
            IB_ASSERT_OK(strip.offer(FrameIndex{0}, *picture));
            const Image& image = strip.nearest(FrameIndex{0})->image;
            EXPECT_EQ(image.size, thumbnail_size(picture->upright_size(), picture->pixel_aspect()));
            EXPECT_EQ(image.channels, 4);
            ASSERT_EQ(image.pixels.size(), static_cast<std::size_t>(image.size.width * image.size.height * 4));
            EXPECT_LT(difference_on_screen(image, *picture), 4) << picture->format().name << " " << turns;
        }
    }
}

TEST(Thumbnails, ComeBackFromTheirBytes) {
    ThumbnailStrip strip(100, {.most = 10});
    IB_EXPECT_OK(strip.offer(FrameIndex{0}, *colourful_picture({96, 54}, AV_PIX_FMT_YUV420P)));
    for (const std::int64_t n : {20, 50, 77}) offer(strip, n);
    const std::string bytes = strip.bytes();
    ThumbnailStrip other(1, {.most = 10});
    ASSERT_TRUE(other.restore(bytes));
    const auto before = strip.snapshot();
    const auto after = other.snapshot();
    EXPECT_EQ(after->spacing, before->spacing);
    ASSERT_EQ(after->slots.size(), before->slots.size());
    for (std::size_t i = 0; i < before->slots.size(); ++i) {
        ASSERT_EQ(after->slots[i] == nullptr, before->slots[i] == nullptr) << i;
        if (!before->slots[i]) continue;
        EXPECT_EQ(after->slots[i]->frame, before->slots[i]->frame);
        EXPECT_EQ(after->slots[i]->image.size, before->slots[i]->image.size);
        EXPECT_EQ(after->slots[i]->image.pixels, before->slots[i]->image.pixels);
    }
    EXPECT_FALSE(other.wants(FrameIndex{50}));
    EXPECT_TRUE(other.wants(FrameIndex{70}));
}

TEST(Thumbnails, BytesThatAreNoneChangeNothing) {
    ThumbnailStrip strip(30, {.height = 4, .most = 3});
    for (const std::int64_t n : {0, 10, 20}) offer(strip, n);
    const std::string bytes = strip.bytes();
    ThumbnailStrip other(30, {.height = 4, .most = 3});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ASSERT_FALSE(other.restore(std::string_view(bytes).substr(0, size))) << size;
    }
    EXPECT_FALSE(other.restore(bytes + "x"));
    EXPECT_EQ(other.nearest(FrameIndex{0}), nullptr);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x80);
        other.restore(damaged);  // the file's checksum tells; here it must only do no harm
    }
    EXPECT_TRUE(other.restore(bytes));
}

TEST(Thumbnails, MayBeOfferedAndShownOnManyThreads) {
    ThumbnailStrip strip(200, {.most = 50});
    {
        std::vector<std::jthread> threads;
        for (std::int64_t first = 0; first < 2; ++first) {
            threads.emplace_back([&strip, first] {
                for (std::int64_t n = first; n < 200; n += 2) offer(strip, n);
            });
        }
        threads.emplace_back([&strip](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                const auto nearest = strip.nearest(FrameIndex{100});
                if (!nearest) continue;
                ASSERT_NEAR(nearest->image.pixels[0], gray(nearest->frame.value), 1);
            }
        });
    }
    for (std::int64_t n = 0; n < 200; n += 4) expect_is(strip.nearest(FrameIndex{n}), n);
}

}  // namespace
}  // namespace inbetween::test
