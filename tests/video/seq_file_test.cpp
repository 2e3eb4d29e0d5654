#include "core/video/seq_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/video/audio_source.h"
#include "core/video/encode_jpeg.h"
#include "core/video/picture.h"
#include "tests/support/made_seq.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"
#include "tests/video/reference.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;

/// The files of one of the test's folders of 40 images.
std::vector<std::string> images(const std::string& folder) {
    std::vector<std::string> all;
    for (int i = 0; i < 40; ++i) {
        const std::string name =
            folder == "images_png" ? fmt::format("frame_{}.png", i + 1) : fmt::format("{:05}.jpg", i);
        all.push_back(file_text(test_media(folder) / name));
    }
    return all;
}

/// What a test has of a sequence that it made.
class SeqFileTest : public testing::Test {
protected:
    std::unique_ptr<FrameSource> open(const MadeSeq& made, const std::string& name = "made.seq") {
        write_text(folder_ / name, made.bytes());
        auto source = open_frame_source(folder_ / name);
        if (source) return *std::move(source);
        ADD_FAILURE() << source.error().message;
        return nullptr;
    }
    std::string refusal(const MadeSeq& made) {
        write_text(folder_ / "made.seq", made.bytes());
        const auto source = open_frame_source(folder_ / "made.seq");
        return source ? "" : source.error().message;
    }
    TemporaryFolder folder_;
};

class SeqPictures : public SeqFileTest, public testing::WithParamInterface<std::pair<const char*, unsigned>> {};

TEST_P(SeqPictures, FrameNIsFrameNWithThePixelsOfTheImages) {
    const auto& [folder, format] = GetParam();
    const auto source = open({.format = format, .pictures = images(folder)});
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(source->info().frames, 40);
    EXPECT_EQ(source->info().decoded_size, (Size{192, 128}));
    EXPECT_EQ(source->info().exactness, Exactness::Proved);
    EXPECT_EQ(source->info().container, "norpix_seq");
    EXPECT_TRUE(source->info().notes.empty());
    const auto same = open_frame_source(test_media(folder), small_cache());
    IB_ASSERT_OK(same);
    for (const std::int64_t n : {39, 0, 9, 10, 11, 2, 1}) {
        const auto picture = source->frame(FrameIndex{n});
        IB_ASSERT_OK(picture);
        EXPECT_EQ(stamped_index(**picture), static_cast<int>(n));
        EXPECT_EQ(framemd5(**picture), framemd5(**(*same)->frame(FrameIndex{n})));
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, SeqPictures,
                         testing::Values(std::pair{"images_jpg", 201U}, std::pair{"images_jpg", 102U},
                                         std::pair{"images_png", 2U}, std::pair{"images_png", 1U}),
                         [](const auto& given) { return fmt::format("Format{}", given.param.second); });

TEST_F(SeqFileTest, AnyFrameCostsOneDecode) {
    const auto source = open({.pictures = images("images_jpg")});
    ASSERT_NE(source, nullptr);
    IB_ASSERT_OK(source->frame(FrameIndex{39}));
    IB_ASSERT_OK(source->frame(FrameIndex{3}));
    IB_ASSERT_OK(source->frame(FrameIndex{39}));
    EXPECT_EQ(source->stats().packets, 2) << "the third is cached";
    EXPECT_EQ(source->decode_start(FrameIndex{39}), FrameIndex{39});
}

TEST_F(SeqFileTest, FurtherSourcesKnowTheSameFramesWithoutReadingTheFileAgain) {
    const auto source = open({.pictures = images("images_jpg")});
    ASSERT_NE(source, nullptr);
    const auto opener = source->opener();
    const auto further = opener({});
    IB_ASSERT_OK(further);
    EXPECT_EQ((*further)->info().frames, 40);
    EXPECT_EQ((*further)->pts(FrameIndex{7}), source->pts(FrameIndex{7}));
    EXPECT_EQ(framemd5(**(*further)->frame(FrameIndex{7})), framemd5(**source->frame(FrameIndex{7})));
}

TEST_F(SeqFileTest, IsKnownByItsContentAndNotByItsName) {
    const auto source = open({.pictures = images("images_jpg")}, "made.avi");
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(source->info().container, "norpix_seq");
}

TEST_F(SeqFileTest, HasNoSound) {
    ASSERT_NE(open({.pictures = images("images_jpg")}), nullptr);
    const auto audio = audio_info(folder_ / "made.seq");
    IB_ASSERT_OK(audio);
    EXPECT_FALSE(audio->has_value());
}

/// Uncompressed pictures whose samples are all different from frame to frame.
MadeSeq uncompressed(std::uint32_t format, std::uint32_t bit_depth, int frames = 5) {
    MadeSeq made{.width = 19, .height = 7, .bit_depth = bit_depth, .image_bytes = 19 * 7 * bit_depth / 8};
    made.format = format;
    made.true_image_bytes = made.image_bytes + 6 + 512 - (made.image_bytes + 6) % 512;
    for (int n = 0; n < frames; ++n) {
        std::string picture(made.image_bytes, '\0');
        for (std::size_t i = 0; i < picture.size(); ++i)
            picture[i] = static_cast<char>(i * 7 + static_cast<std::size_t>(n) * 31);
        made.pictures.push_back(picture);
    }
    return made;
}

/// The samples of a picture of one plane, without what lies between its rows.
std::string samples_of(const Picture& picture, std::size_t row_bytes) {
    std::string samples;
    const Plane& plane = picture.planes().front();
    for (int y = 0; y < picture.decoded_size().height; ++y)
        samples.append(reinterpret_cast<const char*>(plane.data) + plane.stride * y, row_bytes);
    return samples;
}

TEST_F(SeqFileTest, UncompressedFramesAreTheBytesOfTheFile) {
    for (const auto& [format, depth, name] :
         {std::tuple{200U, 24U, "bgr24"}, std::tuple{100U, 8U, "gray"}, std::tuple{100U, 16U, "gray12le"}}) {
        SCOPED_TRACE(name);
        MadeSeq made = uncompressed(format, depth);
        if (depth == 16) made.bit_depth_real = 12;
        const auto source = open(made);
        ASSERT_NE(source, nullptr);
        EXPECT_EQ(source->info().frames, 5);
        EXPECT_EQ(source->info().codec, "rawvideo");
        EXPECT_EQ(source->info().format.name, name);
        for (std::int64_t n = 4; n >= 0; --n) {
            const auto picture = source->frame(FrameIndex{n});
            IB_ASSERT_OK(picture);
            EXPECT_EQ(samples_of(**picture, 19 * depth / 8), made.pictures[static_cast<std::size_t>(n)]);
        }
    }
}

TEST_F(SeqFileTest, ColoursOfUncompressedFramesAreBlueGreenRed) {
    MadeSeq made = uncompressed(200, 24, 1);
    for (std::size_t i = 0; i < made.pictures[0].size(); i += 3) made.pictures[0].replace(i, 3, "\x0A\x64\xF0");
    const auto source = open(made);
    ASSERT_NE(source, nullptr);
    const auto picture = source->frame(FrameIndex{0});
    IB_ASSERT_OK(picture);
    const auto image = upright_image(**picture, ImageChannels::Rgba);
    IB_ASSERT_OK(image);
    EXPECT_EQ(image->pixels[0], 240);
    EXPECT_EQ(image->pixels[1], 100);
    EXPECT_EQ(image->pixels[2], 10);
}

TEST_F(SeqFileTest, RowsMayBeWiderThanTheirPixels) {
    MadeSeq made = uncompressed(100, 8, 1);
    made.image_bytes = 20 * 7;
    made.pictures[0].assign(20 * 7, 'x');
    for (std::size_t y = 0; y < 7; ++y) made.pictures[0][20 * y + 19] = '-';
    const auto source = open(made);
    ASSERT_NE(source, nullptr);
    const auto picture = source->frame(FrameIndex{0});
    IB_ASSERT_OK(picture);
    EXPECT_EQ(samples_of(**picture, 19), std::string(19 * 7, 'x'));
}

/// Every pixel is of about this colour.
void expect_colour(const Picture& picture, int red, int green, int blue, int tolerance) {
    const auto image = upright_image(picture, ImageChannels::Rgba);
    IB_ASSERT_OK(image);
    for (std::size_t i = 0; i < image->pixels.size(); i += 4) {
        ASSERT_NEAR(image->pixels[i], red, tolerance) << i / 4;
        ASSERT_NEAR(image->pixels[i + 1], green, tolerance) << i / 4;
        ASSERT_NEAR(image->pixels[i + 2], blue, tolerance) << i / 4;
    }
}

/// A Bayer pattern of one colour, blue at the top left.
std::string bayer_pattern(std::size_t width, std::size_t height, int red, int green, int blue) {
    std::string samples(width * height, '\0');
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x)
            samples[y * width + x] =
                static_cast<char>(y % 2 == 0 ? (x % 2 == 0 ? blue : green) : (x % 2 == 0 ? green : red));
    return samples;
}

TEST_F(SeqFileTest, ABayerPatternBeginsWithBlue) {
    MadeSeq made{.width = 32, .height = 16, .bit_depth = 8, .image_bytes = 32 * 16, .format = 101};
    made.true_image_bytes = 1024;
    made.pictures = {bayer_pattern(32, 16, 50, 100, 200)};
    const auto source = open(made);
    ASSERT_NE(source, nullptr);
    const auto picture = source->frame(FrameIndex{0});
    IB_ASSERT_OK(picture);
    expect_colour(**picture, 50, 100, 200, 0);
}

TEST_F(SeqFileTest, AJpegMayHoldABayerPattern) {
    const std::string pattern = bayer_pattern(32, 16, 60, 100, 180);
    Image image{{32, 16}, 3, {}};
    for (const char sample : pattern) image.pixels.insert(image.pixels.end(), 3, static_cast<std::uint8_t>(sample));
    const auto jpeg = encode_jpeg(image);
    IB_ASSERT_OK(jpeg);
    const auto source = open({.width = 32, .height = 16, .bit_depth = 8, .format = 103, .pictures = {*jpeg}});
    ASSERT_NE(source, nullptr);
    const auto picture = source->frame(FrameIndex{0});
    IB_ASSERT_OK(picture);
    expect_colour(**picture, 60, 100, 180, 8);
}

TEST_F(SeqFileTest, TimesComeFromTheStampsWhateverRateIsStated) {
    MadeSeq made{.fps = 999, .pictures = images("images_jpg")};
    for (std::int64_t i = 0; i < 40; ++i)
        made.times_us.push_back(1'211'000'000'500'000 + i * 33'000 + i / 10 * 500'000);
    const auto source = open(made);
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(source->info().timebase, (Timebase{1, 1000}));
    EXPECT_EQ(source->pts(FrameIndex{0}), 1'211'000'000'500);
    EXPECT_NEAR(seconds_at(*source, FrameIndex{9}), 0.297, 1e-9);
    EXPECT_NEAR(seconds_at(*source, FrameIndex{10}), 0.830, 1e-9);
    EXPECT_EQ(frame_at_seconds(*source, 0.6), FrameIndex{9}) << "a pause";
}

TEST_F(SeqFileTest, MicrosecondsAreKept) {
    MadeSeq made{.version = 5, .pictures = images("images_jpg")};
    made.first = 8192;
    for (std::int64_t i = 0; i < 40; ++i) made.times_us.push_back(i * 33'367);
    const auto source = open(made);
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(source->pts(FrameIndex{3}), 3 * 33'367);
    EXPECT_EQ(stamped_index(**source->frame(FrameIndex{3})), 3) << "frames begin after 8192 bytes";
}

TEST_F(SeqFileTest, NewerUncompressedSequencesBeginLater) {
    for (const std::uint32_t version : {4U, 5U, 6U}) {
        MadeSeq made = uncompressed(100, 8);
        made.version = version;
        made.first = version >= 5 ? 8192 : 1024;
        const auto source = open(made);
        ASSERT_NE(source, nullptr);
        ASSERT_EQ(source->info().frames, 5) << version;
        EXPECT_EQ(samples_of(**source->frame(FrameIndex{4}), 19), made.pictures[4]);
    }
}

TEST_F(SeqFileTest, WhatCannotBeReadIsToldInOneSentence) {
    MadeSeq made = uncompressed(100, 8);
    made.format = 610;
    EXPECT_NE(refusal(made).find("made.seq: its pictures are of format 610, which is none of 1, 2, 100"),
              std::string::npos)
        << refusal(made);
    made = uncompressed(200, 24);
    made.width = 0;
    EXPECT_NE(refusal(made).find("its head says that pictures are 0x7"), std::string::npos) << refusal(made);
    made = uncompressed(200, 24);
    made.height = 4000;
    EXPECT_NE(refusal(made).find("says that a picture of 19x4000 takes 399 bytes"), std::string::npos) << refusal(made);
    made = uncompressed(200, 24);
    made.bit_depth = 31;
    EXPECT_NE(refusal(made).find("31 bits a pixel"), std::string::npos) << refusal(made);
    EXPECT_NE(refusal({.pictures = {}}).find("the sequence holds no frames"), std::string::npos);
    EXPECT_NE(refusal({.pictures = {"\xFF\xD8\xFF" + std::string(300, 'x'), "\xFF\xD8\xFF" + std::string(200, 'y')}})
                  .find("no frame of it can be decoded"),
              std::string::npos);
    const auto source = open({.pictures = images("images_jpg")});
    const auto past = source->frame(FrameIndex{40});
    ASSERT_FALSE(past);
    EXPECT_NE(past.error().message.find("there is no frame 40; the sequence has 40 frames"), std::string::npos);
}

TEST_F(SeqFileTest, AFrameOfAnotherSizeIsNamed) {
    MadeSeq made{.pictures = images("images_jpg")};
    made.pictures[3] = *encode_jpeg(Image{{64, 32}, 3, std::vector<std::uint8_t>(64 * 32 * 3, 90)});
    const auto source = open(made);
    ASSERT_NE(source, nullptr);
    const auto odd = source->frame(FrameIndex{3});
    ASSERT_FALSE(odd);
    EXPECT_NE(odd.error().message.find("frame 3: is 64x32, but the frames before are 192x128"), std::string::npos)
        << odd.error().message;
    IB_EXPECT_OK(source->frame(FrameIndex{4}));
}

}  // namespace
}  // namespace inbetween::test
