#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "core/video/cursor.h"
#include "core/video/frame_source.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

std::string why_not(const fs::path& path) {
    const auto source = open_frame_source(path);
    EXPECT_FALSE(source.has_value()) << path;
    return source ? std::string() : source.error().message;
}

TEST(BadVideo, IsRefusedWithOneSentence) {
    EXPECT_THAT(why_not(test_media("missing.mp4")), EndsWith("missing.mp4: No such file or directory"));
    EXPECT_THAT(why_not(test_media("empty.mp4")), EndsWith("empty.mp4: the file is empty"));
    EXPECT_THAT(why_not(test_media("text.mp4")), EndsWith("text.mp4: the file is damaged, cut short or not a video"));
    EXPECT_THAT(why_not(test_media("truncated_no_moov.mp4")),
                EndsWith("truncated_no_moov.mp4: the file is damaged, cut short or not a video"));
    EXPECT_THAT(why_not(test_media("audio.m4a")), EndsWith("audio.m4a: no video stream"));
    EXPECT_THAT(why_not(test_media("no_images")), EndsWith("no_images: the folder holds no images"));
    EXPECT_THAT(why_not("/dev/zero"), EndsWith("/dev/zero: not a regular file"));
}

TEST(BadVideo, APlaylistOpensNoOtherFile) {
    EXPECT_THAT(why_not(test_media("playlist.mp4")),
                EndsWith("playlist.mp4: a file of format hls may point at other files, and is not opened"));
    EXPECT_THAT(why_not(test_media("concat.mp4")),
                EndsWith("concat.mp4: a file of format concat may point at other files, and is not opened"));
}

TEST(BadVideo, NamesThatLookLikeAddressesAreFiles) {
    TemporaryFolder folder;
    const fs::path name = folder / "concat:a|b.mp4";
    fs::copy_file(test_media("h264_b.mp4"), name);
    const auto source = open_frame_source(name);
    IB_ASSERT_OK(source);
    EXPECT_EQ((*source)->info().frames, 100);
    EXPECT_THAT(why_not("http://127.0.0.1/a.mp4"), HasSubstr("No such file or directory"));
}

TEST(BadVideo, CutAnywhereNeverCrashes) {
    TemporaryFolder folder;
    for (const char* name : {"h264_b.mp4", "h264_b.mkv", "mpeg2.ts", "mpeg4_b.avi", "vp9.webm", "animated.gif"}) {
        const std::string whole = file_text(test_media(name));
        for (int tenth = 0; tenth <= 10; ++tenth) {
            const fs::path cut = folder / name;
            write_text(cut, whole.substr(0, whole.size() * static_cast<std::size_t>(tenth) / 10));
            auto source = open_frame_source(cut);
            if (!source) {
                EXPECT_THAT(source.error().message, HasSubstr(name));
                continue;
            }
            ASSERT_GT((*source)->info().frames, 0);
            IB_EXPECT_OK((*source)->frame(FrameIndex{(*source)->info().frames - 1}));
        }
    }
}

TEST(BadVideo, WithBytesTurnedNeverCrashes) {
    TemporaryFolder folder;
    unsigned state = 1;
    const auto next = [&] { return state = state * 1664525U + 1013904223U; };
    for (const char* name : {"h264_b.mp4", "mpeg2.ts", "mpeg4_b.avi", "vp9.webm", "hevc.mp4"}) {
        const std::string whole = file_text(test_media(name));
        for (int round = 0; round < 6; ++round) {
            std::string damaged = whole;
            for (int i = 0; i < 20; ++i) damaged[next() % damaged.size()] = static_cast<char>(next() >> 24);
            const fs::path path = folder / name;
            write_text(path, damaged);
            auto source = open_frame_source(path);
            if (!source) continue;
            const std::int64_t frames = (*source)->info().frames;
            for (const std::int64_t n : {frames - 1, frames / 2, std::int64_t{0}}) {
                const auto picture = (*source)->frame(FrameIndex{n});
                EXPECT_TRUE(picture.has_value() || !picture.error().message.empty());
            }
        }
    }
}

TEST(BadVideo, BeginningAgainWaitsForADecoderThatComplains) {
    TemporaryFolder folder;
    const fs::path path = folder / "damaged.mp4";
    std::string bytes = file_text(test_media("h264_b.mp4"));
    for (std::size_t at = 1000; at + 3000 < bytes.size(); at += 40) bytes[at] ^= 0x10;
    write_text(path, bytes);
    auto cursor = Cursor::open(path, 4);
    IB_ASSERT_OK(cursor);
    for (int round = 0; round < 100; ++round) {
        // Threads of the decoder are at work on what is damaged when it is put aside.
        for (int i = 0; i < 3; ++i) (void)cursor->next();
        IB_ASSERT_OK(cursor->restart(4));
    }
    EXPECT_GT((cursor->next(), cursor->errors()), 0);
}

TEST(BadVideo, APartOfAPictureThatIsMadeUpIsHeardOfOnEveryNumberOfThreads) {
    auto demuxer = Demuxer::open(test_media("h264_b.mp4"), Demuxer::Probe::Streams);
    IB_ASSERT_OK(demuxer);
    const auto index = VideoIndex::scan(*demuxer, 0, {}, {}, {});
    IB_ASSERT_OK(index);
    const PacketEntry& packet = index->packets()[31];  // the decoder reads on over the hole and calls nothing an error
    std::string bytes = file_text(test_media("h264_b.mp4"));
    std::fill_n(bytes.begin() + packet.pos + packet.size * 3 / 10, std::min(40, packet.size / 6), '\0');
    TemporaryFolder folder;
    const fs::path path = folder / "hole.mp4";
    write_text(path, bytes);
    for (const int threads : {1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4}) {
        auto cursor = Cursor::open(path, threads);
        IB_ASSERT_OK(cursor);
        while (cursor->next()) {
        }
        EXPECT_GT(cursor->errors(), 0) << threads << " threads";
    }
}

TEST(BadImages, AreNamed) {
    EXPECT_THAT(why_not(test_media("images_mixed")),
                EndsWith("frame_10.png: the image is 96x64, but the folder's first image frame_1.png is 192x128"));
    auto broken = open_frame_source(test_media("images_broken"));
    IB_ASSERT_OK(broken);  // its head is whole, so the size is known
    IB_EXPECT_OK((*broken)->frame(FrameIndex{1}));
    TemporaryFolder folder;
    fs::copy_file(test_media("images_png/frame_1.png"), folder / "a1.png");
    write_text(folder / "a2.png", "no image at all");
    EXPECT_THAT(why_not(folder.path()), HasSubstr("a2.png: "));
}

}  // namespace
}  // namespace inbetween::test
