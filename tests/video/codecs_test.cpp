#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "core/video/frame_source.h"
#include "tests/support/support.h"
#include "tests/video/reference.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

TEST(RealFootage, EveryGoodFileIsExact) {
    const auto folder = shared_data("codecs/good");
    if (!folder) GTEST_SKIP() << "the shared footage is not here";
    for (const fs::path& file : files_of(*folder)) {
        SCOPED_TRACE(file.filename().string());
        auto source = open_frame_source(file);
        IB_ASSERT_OK(source);
        const auto hashes = ffmpeg_hashes(file);
        EXPECT_EQ((*source)->info().frames, static_cast<std::int64_t>(hashes.size()));
        expect_exact_frames(**source, hashes, 1);
        RecordProperty(file.filename().string(),
                       (*source)->info().exactness == Exactness::Proved ? "proved" : "provisional");
    }
}

TEST(RealFootage, StandsUprightAsFfmpegTurnsIt) {
    for (const char* name : {"sample_rotate_and_reflect.mp4", "nasa_13013_rotated.mp4", "video_90.mov", "video_180.mov",
                             "portrait_4k60.mp4", "dolbyVision-hdr.MOV"}) {
        const auto file = shared_data(std::string("codecs/good/") + name);
        if (!file) GTEST_SKIP() << "the shared footage is not here";
        TemporaryFolder folder;
        const auto out = folder / "frame.gray";
        const auto run = run_command("ffmpeg -nostdin -v error -i '" + file->string() +
                                     "' -frames:v 1 -vf format=gray -f rawvideo '" + out.string() + "'");
        ASSERT_EQ(run.status, 0) << run.output;
        const std::string expected = file_text(out);
        auto source = open_frame_source(*file);
        IB_ASSERT_OK(source);
        const auto picture = (*source)->frame(FrameIndex{0});
        IB_ASSERT_OK(picture);
        const auto image = upright_image(**picture, ImageChannels::Gray);
        IB_ASSERT_OK(image);
        ASSERT_EQ(image->pixels.size(), expected.size()) << name;
        std::int64_t difference = 0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            difference += std::abs(image->pixels[i] - static_cast<std::uint8_t>(expected[i]));
        }
        EXPECT_LT(static_cast<double>(difference) / static_cast<double>(expected.size()), 1.5) << name;
    }
}

TEST(RealFootage, AFolderOfImagesIsExact) {
    const auto folder = shared_data("codecs/good/imgseq_V25_2");
    if (!folder) GTEST_SKIP() << "the shared footage is not here";
    auto source = open_frame_source(*folder);
    IB_ASSERT_OK(source);
    const auto hashes = ffmpeg_hashes(*folder / "%08d.jpg");
    ASSERT_EQ((*source)->info().frames, static_cast<std::int64_t>(hashes.size()));
    expect_exact_frames(**source, hashes, 1);
}

TEST(RealFootage, ABrokenFileGivesFfmpegsFramesOrASentence) {
    const auto folder = shared_data("codecs/broken");
    if (!folder) GTEST_SKIP() << "the shared footage is not here";
    for (const fs::path& file : files_of(*folder)) {
        SCOPED_TRACE(file.filename().string());
        auto source = open_frame_source(file);
        const auto hashes = ffmpeg_hashes(file);
        if (hashes.empty()) {
            ASSERT_FALSE(source.has_value());
            EXPECT_NE(source.error().message.find(file.filename().string() + ": "), std::string::npos);
            continue;
        }
        IB_ASSERT_OK(source);
        EXPECT_EQ((*source)->info().frames, static_cast<std::int64_t>(hashes.size()));
        expect_exact_frames(**source, hashes, 2);
    }
}

}  // namespace
}  // namespace inbetween::test
