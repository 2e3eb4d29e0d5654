#include "core/video/clip.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "core/video/audio_source.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"
#include "tests/video/reference.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;

const std::function<void(double)> nobody = [](double) {};

FrameRange frames(std::int64_t begin, std::int64_t end) { return {FrameIndex{begin}, FrameIndex{end}}; }

/// Mean difference of the upright pictures' brightness.
double difference(const Picture& a, const Picture& b) {
    const auto one = upright_image(a, ImageChannels::Gray);
    const auto other = upright_image(b, ImageChannels::Gray);
    if (!one || !other || one->size != other->size) return 255;
    double sum = 0;
    for (std::size_t i = 0; i < one->pixels.size(); ++i) sum += std::abs(int{one->pixels[i]} - int{other->pixels[i]});
    return sum / static_cast<double>(one->pixels.size());
}

/// Every frame of the clip is that of the video, at the video's own time after the clip's first frame.
void expect_frames(FrameSource& video, const Clip& clip, double most_different) {
    const auto back = proved_source(clip.file);
    ASSERT_NE(back, nullptr);
    ASSERT_EQ(back->info().frames, clip.frames.size());
    for (std::int64_t i = 0; i < clip.frames.size(); ++i) {
        const FrameIndex n = clip.frames.begin + i;
        const auto there = video.frame(n);
        const auto here = back->frame(FrameIndex{i});
        IB_ASSERT_OK(there);
        IB_ASSERT_OK(here);
        EXPECT_LE(difference(**there, **here), most_different) << n.value;
        EXPECT_NEAR(seconds_at(*back, FrameIndex{i}), seconds_at(video, n) - seconds_at(video, clip.frames.begin),
                    0.0011)
            << n.value;
    }
}

class ExactClip : public testing::TestWithParam<const char*> {};

TEST_P(ExactClip, FrameNIsFrameBeginPlusN) {
    const auto video = proved_source(test_media(GetParam()));
    ASSERT_NE(video, nullptr);
    const TemporaryFolder folder;
    const std::int64_t all = video->info().frames;
    const FrameRange wanted = all > 62 ? frames(37, 62) : frames(all / 3, all);
    const auto clip = cut_clip(*video, {wanted, folder / "clip", ClipCut::Exact, 12}, {}, nobody);
    IB_ASSERT_OK(clip);
    EXPECT_EQ(clip->frames, wanted);
    EXPECT_EQ(clip->file, folder / "clip.mp4");
    expect_frames(*video, *clip, 3);
}

INSTANTIATE_TEST_SUITE_P(Media, ExactClip,
                         testing::Values("h264_b.mp4", "h264_vfr.mp4", "h264_open_gop.mp4", "h264_odd.mp4",
                                         "h264_10bit.mp4", "rotated_90.mp4", "mpeg4_b.avi", "vp9.webm",
                                         "h264_start_10s.mp4", "images_png"),
                         [](const auto& given) {
                             std::string name = given.param;
                             for (char& c : name)
                                 if (c == '.') c = '_';
                             return name;
                         });

TEST(ExactClip, TheStampsOfItsFramesAreTheVideos) {
    const auto video = proved_source(test_media("h264_b.mp4"));
    const TemporaryFolder folder;
    const auto clip = cut_clip(*video, {frames(41, 44), folder / "clip", ClipCut::Exact, 0}, {}, nobody);
    IB_ASSERT_OK(clip);
    const auto back = proved_source(clip->file);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(stamped_index(**back->frame(FrameIndex{i})), 41 + i);
}

/// What ffprobe says of a file's video stream or of its frames.
std::string probed(const fs::path& path, const std::string& what) {
    return run_command("ffprobe -v error -select_streams v:0 " + what + " -of default=nk=1:nw=1 '" + path.string() +
                       "'")
        .output;
}

TEST(ExactClip, FieldsStayFields) {
    for (const char* order : {"tff", "bff"}) {
        const TemporaryFolder folder;
        const auto made = run_command("ffmpeg -nostdin -v error -i " + test_media("master.mkv").string() +
                                      " -frames:v 20 -vf setfield=" + order +
                                      " -c:v mpeg2video -flags +ildct+ilme -q:v 2 " + (folder / "fields.mpg").string());
        ASSERT_EQ(made.status, 0) << made.output;
        const auto video = proved_source(folder / "fields.mpg");
        ASSERT_NE(video, nullptr);
        const auto clip = cut_clip(*video, {frames(4, 12), folder / "clip", ClipCut::Exact, 12}, {}, nobody);
        IB_ASSERT_OK(clip);
        EXPECT_TRUE(clip->notes.empty());
        std::string expected;
        for (int i = 0; i < 8; ++i) expected += std::string(order) == "tff" ? "1\n1\n" : "1\n0\n";
        EXPECT_EQ(probed(clip->file, "-show_entries frame=interlaced_frame,top_field_first"), expected);
        expect_frames(*video, *clip, 3);
    }
}

TEST(ExactClip, AnOddSizeThatCostsThePixelFormatIsTold) {
    const TemporaryFolder folder;
    const auto made =
        run_command("ffmpeg -nostdin -v error -i " + test_media("master.mkv").string() +
                    " -frames:v 20 -vf scale=175:99 -c:v mpeg2video -q:v 2 " + (folder / "odd.mpg").string());
    ASSERT_EQ(made.status, 0) << made.output;
    const auto video = proved_source(folder / "odd.mpg");
    ASSERT_NE(video, nullptr);
    const auto clip = cut_clip(*video, {frames(4, 12), folder / "clip", ClipCut::Exact, 12}, {}, nobody);
    IB_ASSERT_OK(clip);
    expect_frames(*video, *clip, 3);
    ASSERT_EQ(clip->notes.size(), 1U);
    EXPECT_NE(clip->notes[0].find("yuv444p in place of yuv420p, for H.264 halves no odd size"), std::string::npos);
}

TEST(Clip, TheLastFrameOfAVideoLastsAsLongAsTheFileSays) {
    const TemporaryFolder folder;
    const auto made =
        run_command("ffmpeg -nostdin -v error -i " + test_media("h264_no_b.mp4").string() +
                    " -c copy -bsf:v setts=duration='if(eq(N\\,99)\\,5120\\,512)' " + (folder / "long.mp4").string());
    ASSERT_EQ(made.status, 0) << made.output;
    const auto video = proved_source(folder / "long.mp4");
    ASSERT_NE(video, nullptr);
    const auto clip = cut_clip(*video, {frames(90, 100), folder / "clip", ClipCut::Exact, 12}, {}, nobody);
    IB_ASSERT_OK(clip);
    EXPECT_NEAR(std::atof(probed(clip->file, "-show_entries format=duration").c_str()), 9 * 0.04 + 0.4, 0.001);
}

class CopiedClip : public testing::TestWithParam<const char*> {};

TEST_P(CopiedClip, HoldsTheFramesItSaysAndNoOther) {
    const auto video = proved_source(test_media(GetParam()));
    ASSERT_NE(video, nullptr);
    const TemporaryFolder folder;
    const auto clip = cut_clip(*video, {frames(64, 71), folder / "clip", ClipCut::Copy}, {}, nobody);
    IB_ASSERT_OK(clip);
    EXPECT_LE(clip->frames.begin, FrameIndex{64});
    EXPECT_GE(clip->frames.end, FrameIndex{71});
    EXPECT_LT(clip->frames.size(), 60);
    expect_frames(*video, *clip, 0);
}

INSTANTIATE_TEST_SUITE_P(Media, CopiedClip,
                         testing::Values("h264_b.mp4", "h264_b.mkv", "h264_vfr.mp4", "h264_open_gop.mp4",
                                         "rotated_90.mp4", "hevc.mp4", "mjpeg.avi"),
                         [](const auto& given) {
                             std::string name = given.param;
                             for (char& c : name)
                                 if (c == '.') c = '_';
                             return name;
                         });

TEST(CopiedClip, WhereItCannotBeSaidSo) {
    const TemporaryFolder folder;
    const auto images = proved_source(test_media("images_png"));
    const auto refused = cut_clip(*images, {frames(3, 5), folder / "clip", ClipCut::Copy}, {}, nobody);
    ASSERT_FALSE(refused);
    EXPECT_NE(
        refused.error().message.find("cannot be cut by copying: images are no packets of a video; an exact cut can"),
        std::string::npos)
        << refused.error().message;
    const auto doubtful = proved_source(test_media("h264_no_order.mp4"));
    const auto copied = cut_clip(*doubtful, {frames(40, 44), folder / "other", ClipCut::Copy}, {}, nobody);
    if (copied) expect_frames(*doubtful, *copied, 0);
}

/// How loud the sound is in each tenth of a second from the file's first picture on.
std::vector<double> loudness(const fs::path& path, double from_secs, int tenths) {
    const auto video = proved_source(path);
    auto audio = AudioSource::open(path);
    if (!audio || !*audio) return {};
    const double origin = video->info().timebase.seconds(video->pts(FrameIndex{0})) + from_secs;
    (*audio)->set_output(8000, origin);
    std::vector<double> loud;
    std::vector<float> samples(1600);
    for (int i = 0; i < tenths; ++i) {
        for (std::size_t have = 0; have < 800;) have += (*audio)->read(std::span(samples).subspan(2 * have));
        double sum = 0;
        for (const float sample : samples) sum += double{sample} * sample;
        loud.push_back(std::sqrt(sum / 1600));
    }
    return loud;
}

TEST(Clip, TheSoundIsCutAlong) {
    const fs::path path = build_folder() / "sound" / "aac.mp4";
    const auto video = proved_source(path);
    ASSERT_NE(video, nullptr);
    const std::int64_t begin = video->info().frames / 3;
    const std::int64_t end = video->info().frames * 2 / 3;
    for (const ClipCut cut : {ClipCut::Exact, ClipCut::Copy}) {
        const TemporaryFolder folder;
        const auto clip = cut_clip(*video, {frames(begin, end), folder / "clip", cut}, {}, nobody);
        IB_ASSERT_OK(clip);
        EXPECT_TRUE(clip->has_sound);
        const double from = seconds_at(*video, clip->frames.begin);
        const int tenths = static_cast<int>((seconds_at(*video, clip->frames.end - 1) - from) * 10) - 1;
        const auto there = loudness(path, from, tenths);
        const auto here = loudness(clip->file, 0, tenths);
        ASSERT_EQ(there.size(), here.size());
        for (std::size_t i = 1; i + 1 < here.size(); ++i) EXPECT_NEAR(here[i], there[i], 0.1) << i;
    }
}

TEST(Clip, OneThatIsStoppedEndsAsCancelled) {
    const auto video = proved_source(test_media("h264_b.mp4"));
    const TemporaryFolder folder;
    std::stop_source stop;
    const auto clip = cut_clip(*video, {frames(0, 90), folder / "clip", ClipCut::Exact}, stop.get_token(),
                               [&](double share) { share > 0.2 ? static_cast<void>(stop.request_stop()) : void(); });
    ASSERT_FALSE(clip);
    EXPECT_EQ(clip.error().kind, ErrorKind::Cancelled);
}

TEST(Clip, RealVideosAreCutRight) {
    const auto folder = shared_data("codecs/good");
    if (!folder) GTEST_SKIP() << "the real videos are not on this machine";
    for (const char* name : {"sample_edit_list.mp4", "derived_vfr_dropped.mp4", "derived_opengop.mp4", "sample_h264.ts",
                             "nasa_13013.mp4", "car-detection.gif", "testsrc2_odd_height_and_width_vp9.mp4",
                             "bbb_800x640_768kbps_30fps_avc_pyramid_3b.mp4"}) {
        SCOPED_TRACE(name);
        const auto video = proved_source(*folder / name);
        ASSERT_NE(video, nullptr);
        const std::int64_t begin = video->info().frames / 2;
        const FrameRange wanted = frames(begin, std::min(begin + 8, video->info().frames));
        const TemporaryFolder out;
        const auto exact = cut_clip(*video, {wanted, out / "exact", ClipCut::Exact, 12}, {}, nobody);
        IB_ASSERT_OK(exact);
        EXPECT_EQ(exact->frames, wanted);
        expect_frames(*video, *exact, 4);
        const auto copy = cut_clip(*video, {wanted, out / "copy", ClipCut::Copy}, {}, nobody);
        if (copy)
            expect_frames(*video, *copy, 0);
        else
            EXPECT_NE(copy.error().message.find("an exact cut can"), std::string::npos) << copy.error().message;
    }
}

}  // namespace
}  // namespace inbetween::test
