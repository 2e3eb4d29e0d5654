#include <gtest/gtest.h>

#include "core/formats/suspects.h"
#include "core/formats/text/compare.h"
#include "tests/formats/support.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;

/// Files of the real annotations that go together, and the video that they were made for.
struct RealFile {
    const char* name;
    const char* format;
    std::vector<const char*> files;
    int width;
    int height;
    std::int64_t frames;
    int frames_a_second;
    FormatOptions options{};
    std::int64_t shapes = 0;  ///< in view, by another count of the file
    std::size_t segments = 0;
    std::size_t losses = 0;  ///< kinds
};

std::ostream& operator<<(std::ostream& out, const RealFile& file) { return out << file.name; }

const std::vector<RealFile>& real_files() {
    static const std::vector<RealFile> files{
        {"caltech_vbb", "vbb", {"caltech/V005.vbb"}, 640, 480, 2133, 30, {}, 97},
        {"caltech_vbb_text", "vbb-text", {"caltech/V005.txt"}, 640, 480, 2133, 30, {}, 97},
        {"kaist_bbgt",
         "bbgt",
         {"caltech/kaist_set08_V001_I02499.txt", "caltech/kaist_set08_V001_I02539.txt"},
         640,
         512,
         2540,
         20,
         {},
         39},
        {"ava",
         "ava",
         {"ava/ava_dataset_ava_sample.csv"},
         640,
         480,
         100,
         10,
         {{"time-offset", "900"}, {"video-id", "0f39OWEqJ24"}},
         11,
         3,
         1},  // between its seconds the format says nothing
        {"mot", "mot", {"mot/MOT17-02-mini.gt.txt"}, 1920, 1080, 600, 30, {}, -1},
        {"mot_of_cvat", "mot", {"cvat/mot_seq_gt.txt"}, 768, 576, 100, 10, {{"labels", "none"}}, 1},
        {"cvat_video", "cvat", {"cvat/for_video_annotations.xml"}, 768, 576, 100, 10, {}, -1, 0, 1},
        {"cvat_images", "cvat-images", {"cvat/for_images_train.xml"}, 768, 576, 100, 10, {{"frames", "id"}}, -1},
        {"activitynet",
         "activitynet",
         {"activitynet/eval_localization_gt.json"},
         1920,
         1080,
         6735,
         30,
         {{"video-id", "v_bYUmtLBL7W4"}},
         0,
         3},
        {"activitynet_other",
         "activitynet",
         {"activitynet/eval_localization_gt.json"},
         1280,
         720,
         2287,
         30,
         {{"video-id", "v_hDPLy21Yyuk"}},
         0,
         1}};
    return files;
}

Media media_of(const RealFile& file) {
    Media media = test::made_media(file.frames);
    media.width = file.width;
    media.height = file.height;
    media.timebase = {1, file.frames_a_second};
    return media;
}

class RealAnnotations : public testing::TestWithParam<RealFile> {};

TEST_P(RealAnnotations, ImportCleanAndExportBackEqual) {
    const RealFile& file = GetParam();
    std::vector<fs::path> paths;
    for (const char* name : file.files) {
        const auto path = test::shared_data(std::string("annotations/") + name);
        if (!path) GTEST_SKIP() << "the real annotations are not on this machine";
        paths.push_back(*path);
    }
    const Format& format = *find_format(file.format);
    const Media media = media_of(file);
    const auto read = read_annotations(format, {paths, media, file.options});
    IB_ASSERT_OK(read);
    if (file.shapes >= 0) {
        EXPECT_EQ(read->annotations.shape_count(), file.shapes);
    }
    EXPECT_EQ(read->annotations.segments.size(), file.segments);
    const auto suspects = suspects_in(*read, media, format);
    EXPECT_TRUE(suspects.empty()) << suspects.front();

    const test::TemporaryFolder folder;
    const fs::path out = folder / ("out" + std::string(format.extension));
    const auto report = write_annotations(format, {read->annotations, media.id, out, file.options});
    IB_ASSERT_OK(report);
    EXPECT_EQ(test::besides_keyframes(report->losses).size(), file.losses)
        << (report->losses.empty() ? "" : report->losses.front().what);
    const auto back = read_annotations(format, {{out}, media, file.options});
    IB_ASSERT_OK(back);
    const Differences found = compare_statements(format.carries, read->annotations, media.id, back->annotations);
    EXPECT_EQ(found.count, 0) << found.first;
    EXPECT_EQ(back->annotations.tracks.size(), read->annotations.tracks.size());
    EXPECT_EQ(back->annotations.keyframe_count(), read->annotations.keyframe_count());
    std::size_t values = 0;
    std::size_t values_back = 0;
    for (const auto& [id, track] : read->annotations.tracks)
        values += track->attributes.size() + track->attribute_ranges.size();
    for (const auto& [id, track] : back->annotations.tracks)
        values_back += track->attributes.size() + track->attribute_ranges.size();
    EXPECT_EQ(values_back, values) << "values of attributes";
}

INSTANTIATE_TEST_SUITE_P(Shared, RealAnnotations, testing::ValuesIn(real_files()),
                         [](const auto& given) { return std::string(given.param.name); });

}  // namespace
}  // namespace inbetween
