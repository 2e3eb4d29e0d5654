#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The hashes that FFmpeg gives, by frame; none where its program is not installed.
std::vector<std::string> ffmpeg_hashes(const std::string& video) {
    const Ran ran = run_shell("ffmpeg -nostdin -v quiet -noautorotate -threads 1 -i " + shell_word(video) +
                              " -map 0:v:0 -fps_mode passthrough -f framemd5 -");
    std::vector<std::string> hashes;
    for (const auto& line : lines_of(ran.out)) {
        if (!line.starts_with("#")) hashes.push_back(line.substr(line.find_last_of(' ') + 1));
    }
    return hashes;
}

TEST(CliInfo, DescribesAVideo) {
    const auto info = json_of(run_program({"info", media(), "--json"}));
    EXPECT_EQ(info["path"], media());
    EXPECT_EQ(info["frames"], 100);
    EXPECT_EQ(info["width"], 192);
    EXPECT_EQ(info["height"], 128);
    EXPECT_EQ(info["timebase"], "1/12800");
    EXPECT_EQ(info["rotation"], 0);
    EXPECT_EQ(info["codec"], "h264");
    EXPECT_EQ(info["decoder"], "software");
    EXPECT_EQ(info["decoder_note"], nullptr);
    EXPECT_EQ(info["exactness"], "proved");
    EXPECT_TRUE(info["reasons"].empty());
}

TEST(CliInfo, SaysTheDecodedSizeAndTheUprightOne) {
    const auto info = json_of(run_program({"info", media("rotated_90.mp4"), "--json"}));
    EXPECT_EQ(info["width"], 192);
    EXPECT_EQ(info["height"], 128);
    EXPECT_EQ(info["upright_width"], 128);
    EXPECT_EQ(info["upright_height"], 192);
    EXPECT_NE(info["rotation"], 0);
}

TEST(CliInfo, SaysWhichDecoderIsUsedAndWhy) {
    const auto info = json_of(run_program({"info", media(), "--hardware", "vaapi", "--json"}));
    if (info["decoder"] == "vaapi") {
        EXPECT_EQ(info["decoder_note"], nullptr);
    } else {
        EXPECT_EQ(info["decoder"], "software");
        EXPECT_TRUE(info["decoder_note"].get<std::string>().starts_with("vaapi: ")) << info["decoder_note"];
    }
    const Ran wrong = run_program({"info", media(), "--hardware", "abacus"});
    EXPECT_EQ(wrong.status, 2);
}

/// A video without time stamps that is too long to be proved while it is opened: 33000 frames, the test video's again
/// and again.
std::string unproved_video(const TemporaryFolder& folder) {
    const std::string once = file_text(media("h264_raw.h264"));
    std::string bytes;
    for (int i = 0; i < 330; ++i) bytes += once;
    write_text(folder / "long.h264", bytes);
    return (folder / "long.h264").string();
}

TEST(CliInfo, GivesReasonsWhereFramesAreNotProved) {
    const TemporaryFolder folder;
    const auto info = json_of(run_program({"info", unproved_video(folder), "--json"}));
    EXPECT_EQ(info["exactness"], "provisional");
    EXPECT_FALSE(info["reasons"].empty());
}

TEST(CliInfo, SaysWhatSoundThereIs) {
    const std::string file = (build_folder() / "sound" / "six_channels.mkv").string();
    const auto audio = json_of(run_program({"info", file, "--json"}))["audio"];
    EXPECT_EQ(audio, (nlohmann::json{{"codec", "flac"}, {"rate", 48000}, {"channels", 6}}));
    EXPECT_EQ(lines_of(run_program({"info", file}).out).back(), "audio      flac, 48000 Hz, 6 channels");
    const auto silent = json_of(run_program({"info", media(), "--json"}));
    EXPECT_TRUE(silent.contains("audio") && silent["audio"].is_null());
}

TEST(CliInfo, PrintsOneFactALine) {
    const Ran ran = run_program({"info", media()});
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(lines_of(ran.out),
                ElementsAre("video      " + media(), "frames     100", "size       192x128", "timebase   1/12800",
                            "codec      h264", "exactness  proved", "decoder    software"));
}

TEST(CliFrame, HashesAreThoseOfFfmpegInTheOrderAsked) {
    const auto hashes = ffmpeg_hashes(media());
    if (hashes.empty()) GTEST_SKIP() << "ffmpeg is not installed";
    ASSERT_EQ(hashes.size(), 100U);
    const Ran ran = run_program({"frame", media(), "--at", "57,3,98-99", "0:2", "--hash"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_THAT(lines_of(ran.out), ElementsAre("57 " + hashes[57], "3 " + hashes[3], "98 " + hashes[98],
                                               "99 " + hashes[99], "0 " + hashes[0], "1 " + hashes[1]));
}

TEST(CliFrame, SaysProvisionalInOneLineAndPrintsTheSameLines) {
    const TemporaryFolder folder;
    const Ran ran = run_program({"frame", unproved_video(folder), "--at", "0,37", "--hash", "--provisional"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("provisional: "));
    EXPECT_EQ(ran.out, run_program({"frame", media("h264_raw.h264"), "--at", "0,37", "--hash"}).out);
}

TEST(CliFrame, DecodesUpToTheFrameWhereNumbersAreNotProved) {
    const TemporaryFolder folder;
    const Ran ran = run_program({"frame", unproved_video(folder), "--at", "37,137", "--hash"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    const auto once = lines_of(run_program({"frame", media("h264_raw.h264"), "--at", "37", "--hash"}).out);
    ASSERT_EQ(once.size(), 1U);
    const std::string hash = once[0].substr(once[0].find(' '));
    EXPECT_THAT(lines_of(ran.out), ElementsAre("37" + hash, "137" + hash));
}

TEST(CliInfo, WhatWasProvedOnceIsRemembered) {
    const TemporaryFolder folder;
    const std::string video = shell_word(unproved_video(folder));
    const std::string here = "export XDG_CACHE_HOME=" + shell_word((folder / "kept").string()) + "\n";
    const auto before = json_of(run_shell(here + "$IB info " + video + " --json"));
    EXPECT_EQ(before["exactness"], "provisional");
    const auto proved = json_of(run_shell(here + "$IB info " + video + " --prove --json"));
    EXPECT_EQ(proved["exactness"], "proved");
    EXPECT_EQ(proved["frames"], 33000);
    const auto after = json_of(run_shell(here + "$IB info " + video + " --json"));
    EXPECT_EQ(after, proved);
}

TEST(CliFrame, WritesUprightPicturesNamedByFrame) {
    const TemporaryFolder folder;
    const std::string out = (folder / "made/here").string();
    const Ran ran = run_program({"frame", media("rotated_90.mp4"), "--at", "12,7", "--out", out});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(lines_of(ran.out), ElementsAre(out + "/frame_000012.png", out + "/frame_000007.png"));
    const std::string png = file_text(out + "/frame_000012.png");
    ASSERT_GT(png.size(), 24U);
    EXPECT_EQ(png.substr(1, 3), "PNG");
    EXPECT_EQ(static_cast<unsigned char>(png[19]), 128) << "the width, upright";
    EXPECT_EQ(static_cast<unsigned char>(png[23]), 192) << "the height, upright";
}

TEST(CliFrame, WritesIntoTheCurrentFolderWithoutOutAndNothingWithHash) {
    const TemporaryFolder folder;
    const std::string here = "cd " + shell_word(folder.path().string()) + " && ";
    EXPECT_EQ(run_shell(here + "\"$IB\" frame " + shell_word(media()) + " --at 1 --hash && ls").out.find("png"),
              std::string::npos);
    EXPECT_THAT(run_shell(here + "\"$IB\" frame " + shell_word(media()) + " --at 1 && ls").out,
                HasSubstr("\nframe_000001.png\n"));
}

TEST(CliFrame, PastTheEndIsOneSentenceAndNothingIsWritten) {
    const TemporaryFolder folder;
    const std::string out = (folder / "out").string();
    expect_failure(run_program({"frame", media(), "--at", "100", "--hash"}), "no frame 100: it has 100 frames");
    expect_failure(run_program({"frame", media(), "--at", "0:1000000000", "--out", out}), "no frame 100");
    EXPECT_FALSE(std::filesystem::exists(out));
}

TEST(CliVideo, NeverMixesDecoderNoiseIntoItsOutput) {
    for (const char* name : {"truncated.mp4", "cut_start.ts"}) {
        const Ran ran = run_program({"frame", media(name), "--at", "0:3", "--hash"});
        EXPECT_LE(lines_of(ran.err).size(), 1U) << ran.err;
        EXPECT_THAT(ran.err, StartsWith(ran.err.empty() ? "" : media(name))) << ran.err;
    }
}

TEST(CliVideo, ReadsTheSampleOfOpenCv) {
    const auto sample = opencv_sample("vtest.avi");
    if (!sample) GTEST_SKIP() << "opencv-doc is not installed";
    const auto info = json_of(run_program({"info", sample->string(), "--json"}));
    EXPECT_EQ(info["frames"], 795);
    EXPECT_EQ(info["width"], 768);
    EXPECT_EQ(info["height"], 576);
    EXPECT_EQ(info["exactness"], "proved");
    const auto hashes = ffmpeg_hashes(sample->string());
    if (hashes.empty()) GTEST_SKIP() << "ffmpeg is not installed";
    const Ran ran = run_program({"frame", sample->string(), "--at", "794,0,400", "--hash"});
    EXPECT_THAT(lines_of(ran.out), ElementsAre("794 " + hashes[794], "0 " + hashes[0], "400 " + hashes[400]));
}

}  // namespace
}  // namespace inbetween::test
