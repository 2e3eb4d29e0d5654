#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "core/formats/text/compare.h"
#include "core/formats/text/export.h"
#include "tests/formats/support.h"
#include "tests/support/random_annotations.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;
using test::add_track;
using test::file_text;
using test::keyframe;
using test::made_annotations;
using test::TemporaryFolder;
using test::why;
using test::write_text;

std::int64_t lost_in_all(const std::vector<Loss>& losses) {
    return std::accumulate(losses.begin(), losses.end(), std::int64_t{0},
                           [](std::int64_t sum, const Loss& loss) { return sum + loss.count; });
}

std::set<fs::path> files_below(const fs::path& folder) {
    std::set<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (!entry.is_directory()) files.insert(entry.path());
    return files;
}

class EveryFormat : public testing::TestWithParam<const Format*> {
protected:
    fs::path out() const {
        return folder_ / (GetParam()->extension.empty() ? "out" : "out" + std::string(GetParam()->extension));
    }
    /// What a person would read again: the folder, else the files that the format knows for its own.
    std::vector<fs::path> files_of(const WriteReport& report) const {
        if (fs::is_directory(out())) return {out()};
        std::vector<fs::path> files = report.files;
        std::erase_if(files,
                      [](const fs::path& path) { return !GetParam()->sniff(path, file_text(path).substr(0, 4096)); });
        return files.empty() ? std::vector{report.files.front()} : files;
    }
    TemporaryFolder folder_;
};

TEST_P(EveryFormat, TellsAsALossWhateverItsOwnReaderDoesNotFindAgain) {
    const Format& format = *GetParam();
    if (format.write == nullptr) GTEST_SKIP() << "is read only";
    int written = 0;
    for (std::uint64_t seed = test::test_seed(); seed < test::test_seed() + 12; ++seed) {
        SCOPED_TRACE(seed);
        test::Random random(seed);
        const Annotations made = test::random_annotations(random, {.tracks = 5, .frames = 60});
        const MediaId media = made.media.begin()->first;
        fs::remove_all(out());
        const auto report = write_annotations(format, {made, media, out(), {}});
        if (!report) {
            EXPECT_EQ(report.error().message.find("read back"), std::string::npos) << report.error().message;
            EXPECT_TRUE(files_below(folder_.path()).empty()) << "refused, and yet there";
            continue;
        }
        ++written;
        EXPECT_EQ(files_below(folder_.path()), std::set<fs::path>(report->files.begin(), report->files.end()));
        for (const Loss& loss : report->losses) EXPECT_GT(loss.count, 0) << loss.what;
        FormatOptions options = report->read_options;
        const auto back = read_annotations(format, {files_of(*report), *made.find_media(media), options});
        IB_ASSERT_OK(back);
        const std::int64_t told = lost_in_all(report->losses);
        const Differences found = compare_statements(format.carries, made, media, back->annotations);
        EXPECT_LE(found.count, told) << found.first;
        for (const fs::path& path : report->files) fs::remove(path);
    }
    EXPECT_GT(written, 3) << "random projects are refused";
}

TEST_P(EveryFormat, AnEmptyProjectIsWrittenAndReadOrRefused) {
    const Format& format = *GetParam();
    if (format.write == nullptr) GTEST_SKIP() << "is read only";
    const Annotations made = made_annotations();
    const auto report = write_annotations(format, {made, MediaId{1}, out(), {}});
    if (report)
        EXPECT_TRUE(report->losses.empty());
    else
        EXPECT_EQ(report.error().message.find("read back"), std::string::npos) << report.error().message;
}

std::int64_t stated_places(const Annotations& annotations) {
    std::int64_t count = 0;
    for (const auto& [id, track] : annotations.tracks)
        count += std::count_if(track->keyframes.begin(), track->keyframes.end(),
                               [](const Keyframe& keyframe) { return !keyframe.outside; });
    return count;
}

TEST_P(EveryFormat, TellsHowManyFramesBetweenKeyframesBecomeKeyframes) {
    const Format& format = *GetParam();
    if (format.write == nullptr) GTEST_SKIP() << "is read only";
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{10, 20, 30, 40}), keyframe(9, Box{30, 20, 30, 40}, false, true)});
    add_track(made, "car", {keyframe(20, Box{10, 20, 30, 40}), keyframe(29, Box{30, 20, 30, 40})});
    const auto report = write_annotations(format, {made, MediaId{1}, out(), {}});
    IB_ASSERT_OK(report);
    std::int64_t told = 0;
    for (const Loss& loss : report->losses) told += loss.what == keyframes_loss ? loss.count : 0;
    if (format.carries.keyframes) {
        EXPECT_EQ(told, 0);
        return;
    }
    const auto back = read_annotations(format, {files_of(*report), *made.find_media(MediaId{1}), report->read_options});
    IB_ASSERT_OK(back);
    EXPECT_EQ(told, std::max<std::int64_t>(0, stated_places(back->annotations) - 3));
}

TEST(CompareStatements, AValueThatIsNotReadBackIsADifference) {
    const Carries carries{.boxes = true, .attributes = true, .fractions = true};
    Annotations made = made_annotations();
    Label label = made.labels.begin()->second;
    const Attribute colour{.id = AttributeId{90}, .name = "colour", .default_value = "grey"};
    label.attributes.push_back(colour);
    made.labels[label.id] = label;
    std::vector<TrackId> tracks;
    for (int i = 0; i < 2; ++i)
        tracks.push_back(add_track(made, label.name, {keyframe(0, Box{1, 2, 30, 40}), keyframe(9, Box{1, 2, 30, 40})}));
    const auto stating = [&](std::string_view first, std::string_view second) {
        Annotations changed = made;
        for (const auto& [id, value] : {std::pair(tracks[0], first), std::pair(tracks[1], second)}) {
            Track track = *changed.find_track(id);
            if (!value.empty()) track.attributes[colour.id] = value;
            changed.tracks[id] = std::make_shared<const Track>(track);
        }
        return changed;
    };
    const auto differences = [&](const Annotations& expected, const Annotations& found) {
        return compare_statements(carries, expected, MediaId{1}, found);
    };
    const Annotations expected = stating("red", "blue");
    EXPECT_EQ(differences(expected, expected).count, 0);
    // Two objects at one place are told apart by what is said of them.
    EXPECT_EQ(differences(expected, stating("blue", "red")).count, 0);
    EXPECT_EQ(differences(expected, stating("red", "green")).count, 1);
    EXPECT_EQ(differences(expected, stating("red", "green")).first,
              "frame 0: the value 'blue' of 'colour' is not there");
    EXPECT_EQ(differences(stating("grey", ""), stating("", "grey")).count, 0);
    Carries without = carries;
    without.attributes = false;
    EXPECT_EQ(compare_statements(without, expected, MediaId{1}, made).count, 0);
}

/// A reader that finds nothing, whatever there is.
Result<ReadResult> read_nothing(const ReadRequest& request) {
    ReadResult result;
    result.annotations.media[request.media.id] = std::make_shared<const Media>(request.media);
    return result;
}

Result<ReadResult> read_refuses(const ReadRequest&) { return fail("it is damaged"); }

TEST_P(EveryFormat, WritesNothingThatWouldBeReadBackOtherwise) {
    Format format = *GetParam();
    if (format.carries.proposals) GTEST_SKIP() << "is streamed, and reads itself back";
    if (format.write == nullptr) GTEST_SKIP() << "is read only";
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{1, 2, 30, 40}), keyframe(9, Box{1, 2, 30, 40})});
    Label action{.id = LabelId{9}, .name = "run", .kind = LabelKind::Action, .attributes = {}};
    made.labels[action.id] = action;
    for (std::int64_t i = 1; i < 40 && format.carries.video_segments; ++i)
        made.segments[SegmentId{i}] = std::make_shared<const Segment>(
            Segment{SegmentId{i}, MediaId{1}, action.id, TrackId{}, {FrameIndex{i}, FrameIndex{i + 20}}});
    const auto refused_by = [&](auto reader, std::string_view what) {
        format.read = reader;
        const auto refused = write_annotations(format, {made, MediaId{1}, out(), {}});
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().message.find(what), std::string::npos) << refused.error().message;
    };
    refused_by(read_refuses, "would not be read back: it is damaged");
    EXPECT_TRUE(files_below(folder_.path()).empty());
    if (format.extension.empty()) return;
    write_text(out(), "what was there");
    refused_by(read_refuses, "would not be read back: it is damaged");
    EXPECT_EQ(file_text(out()), "what was there");
    EXPECT_EQ(files_below(folder_.path()), std::set<fs::path>{out()});
    const auto honest = write_annotations(*GetParam(), {made, MediaId{1}, out(), {}});
    IB_ASSERT_OK(honest);
    // Where the one track is told as a loss, not finding it is no surprise.
    if (!format.carries.boxes || lost_in_all(honest->losses) > 0) return;
    write_text(out(), "what was there");
    refused_by(read_nothing, "would be read back otherwise,");
    EXPECT_EQ(file_text(out()), "what was there");
}

INSTANTIATE_TEST_SUITE_P(Table, EveryFormat, testing::ValuesIn(all_formats().begin(), all_formats().end()),
                         [](const auto& given) {
                             std::string name(given.param->id);
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

}  // namespace
}  // namespace inbetween
