#include <gtest/gtest.h>

#include "core/video/signature.h"
#include "core/video/video_match.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"

// Real files held against each other: one master encoded in many ways, each frame with its number in its pixels.
namespace inbetween::test {
namespace {

std::shared_ptr<const VideoSignature> signature(const std::string& name) {
    OpenOptions options;
    options.threads = 1;
    options.proof_pixels = 0;
    const auto source = open_frame_source(test_media(name), options);
    EXPECT_TRUE(source.has_value()) << why(source);
    if (!source) return nullptr;
    const auto signed_video = sign_video(**source);
    EXPECT_TRUE(signed_video.has_value()) << why(signed_video);
    return signed_video ? *signed_video : nullptr;
}

VideoMatch match_of(const std::string& annotated, const std::string& video) {
    const auto a = signature(annotated);
    const auto b = signature(video);
    const auto match = match_videos(*a, *b);
    EXPECT_TRUE(match.has_value()) << why(match);
    return match ? *match : VideoMatch{};
}

TEST(VideoMatchMedia, SamplesInAnotherContainerAreIdentical) {
    for (const char* name : {"h264_b.mkv", "h264_fragmented.mp4", "h264_raw.h264"}) {
        const VideoMatch match = match_of("h264_b.mp4", name);
        EXPECT_EQ(match.likeness, Likeness::Identical) << name;
        EXPECT_TRUE(match.aligned);
    }
}

TEST(VideoMatchMedia, AnotherEncodingIsFrameForFrame) {
    for (const char* name : {"h264_no_b.mp4", "h264_vfr.mp4", "h264_10bit.mp4", "h264_444.mp4", "h264_odd.mp4",
                             "full_range.mp4", "hevc.mp4", "vp9.webm", "vp8.webm", "mpeg4.avi", "mpeg2.ts", "mjpeg.avi",
                             "theora.ogv", "huffyuv.avi", "bottom_up.avi"}) {
        const VideoMatch match = match_of("h264_b.mp4", name);
        EXPECT_EQ(match.likeness, Likeness::Reencoded) << name;
        EXPECT_TRUE(match.aligned) << name << " " << match.alignment.sure;
    }
}

TEST(VideoMatchMedia, APartIsFoundWhereItLies) {
    for (const char* name : {"h264_edit_list.mp4", "cut_start.ts", "truncated.mp4", "animated.gif"}) {
        OpenOptions options;
        options.threads = 1;
        const auto source = open_frame_source(test_media(name), options);
        IB_ASSERT_OK(source);
        const auto first = (*source)->frame(FrameIndex{0});
        IB_ASSERT_OK(first);
        const auto stamped = stamped_index(**first);
        ASSERT_TRUE(stamped.has_value()) << name;
        const VideoMatch match = match_of("h264_b.mp4", name);
        EXPECT_EQ(match.likeness, Likeness::Reencoded) << name;
        const auto runs = match.alignment.runs();
        ASSERT_EQ(runs.size(), 1U) << name;
        EXPECT_EQ(runs[0].annotated.value, *stamped) << name;
        EXPECT_EQ(runs[0].length, (*source)->info().frames) << name;
    }
}

TEST(VideoMatchMedia, TurnedMetadataMakesAnotherPicture) {
    // The file says that its pictures stand upside down: what is seen is not what was annotated.
    EXPECT_EQ(match_of("h264_b.mp4", "rotated_180.mp4").likeness, Likeness::Other);
}

TEST(VideoMatchMedia, SignsWithOneDecodeOfAFileThatIsNotProved) {
    OpenOptions options;
    options.threads = 1;
    options.proof_pixels = 0;
    const auto source = open_frame_source(test_media("h264_b.mp4"), options);
    IB_ASSERT_OK(source);
    ASSERT_EQ((*source)->info().exactness, Exactness::Provisional);
    const std::int64_t before = (*source)->stats().frames;
    IB_ASSERT_OK(sign_video(**source));
    EXPECT_LE((*source)->stats().frames - before, 100);
    EXPECT_EQ((*source)->info().exactness, Exactness::Proved);
    // Once more, of a source that is proved, gives the same.
    const auto again = sign_video(**source);
    IB_ASSERT_OK(again);
    EXPECT_EQ(**again, *signature("h264_b.mp4"));
}

TEST(VideoMatchMedia, SigningStopsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    const auto source = open_frame_source(test_media("h264_b.mp4"));
    IB_ASSERT_OK(source);
    const auto cut_short = sign_video(**source, stop.get_token());
    ASSERT_FALSE(cut_short.has_value());
    EXPECT_EQ(cut_short.error().kind, ErrorKind::Cancelled);
}

}  // namespace
}  // namespace inbetween::test
