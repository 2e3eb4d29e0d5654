#include <gtest/gtest.h>

#include "tests/formats/support.h"

namespace inbetween {
namespace {

using test::add_track;
using test::Coordinates;
using test::file_text;
using test::in_view;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::sample;
using test::TemporaryFolder;

/// Writes into a folder of its own and reads that.
struct Trip {
    TemporaryFolder folder;
    Result<WriteReport> report;
    Result<ReadResult> back;
    Trip(const Annotations& made, const FormatOptions& options)
        : report(write_annotations(*find_format("vatic-pascal"), {made, MediaId{1}, folder / "out", options})),
          back(report ? read_path("vatic-pascal", folder / "out", made_media(), options)
                      : Result<ReadResult>(report.error())) {}
    std::string file(const std::string& name) const { return file_text(folder / ("out/" + name)); }
    std::int64_t lost(std::string_view what) const {
        for (const Loss& loss : report->losses)
            if (loss.what == what) return loss.count;
        return 0;
    }
};

TEST(VaticPascal, AFilesNumberIsItsFrameAndOneAndTheFakeBoxIsDropped) {
    const auto read = read_path("vatic-pascal", sample("vatic-pascal"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 3U);
    EXPECT_EQ(a.find_label("not-a-real-object"), nullptr);
    const Track& person = *a.find_track(TrackId{1});
    EXPECT_EQ(person.keyframes[0].frame, FrameIndex{0});
    EXPECT_EQ(std::get<Box>(person.keyframes[0].shape), (Box{302, 25, 210, 455}));
    EXPECT_TRUE(person.keyframes[0].occluded);
    EXPECT_EQ(a.find_track(TrackId{3})->keyframes[0].frame, FrameIndex{15});
    // A box of 50 square pixels is difficult by itself.
    EXPECT_TRUE(a.find_label("Traffic light")->attributes.empty());
    EXPECT_EQ(read->notes, (std::vector<std::string>{"1 frames hold VATIC's not-a-real-object, which is left out"}));
}

TEST(VaticPascal, BoxesOfNeighbouringFilesAreLinkedWhenAskedFor) {
    const auto read = read_path("vatic-pascal", sample("vatic-pascal"), made_media(), {{"link", "0.5"}});
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 2U);
    EXPECT_FALSE(read->annotations.state_at(*read->annotations.find_track(TrackId{1}), FrameIndex{7})->outside);
}

TEST(VaticPascal, TheSizeIsSwappedAsVaticSwapsItAndEitherWayIsRead) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{1, 2, 30, 40})});
    const Trip swapped(made, {});
    IB_ASSERT_OK(swapped.back);
    EXPECT_NE(swapped.file("Annotations/000001.xml").find("<height>768</height>"), std::string::npos);
    EXPECT_NE(swapped.file("Annotations/000001.xml").find("<width>576</width>"), std::string::npos);
    const Trip right(made, {{"size", "right"}});
    IB_ASSERT_OK(right.back);
    EXPECT_NE(right.file("Annotations/000001.xml").find("<height>576</height>"), std::string::npos);
    for (const Trip* trip : {&swapped, &right})
        for (const std::string& note : trip->back->notes)
            EXPECT_EQ(note.find("pictures of"), std::string::npos) << note;
}

TEST(VaticPascal, EveryFifteenthFrameIsWrittenWithListsOfWhatItShows) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{1, 2, 30, 40}), keyframe(29, Box{1, 2, 30, 40})});
    add_track(made, "pedestrian", {keyframe(45, Box{1, 2, 3, 4})});
    const Trip trip(made, {});
    IB_ASSERT_OK(trip.back);
    EXPECT_EQ(trip.lost("boxes in frames that are not written"), 28);
    EXPECT_EQ(trip.file("ImageSets/Main/trainval.txt"), "000001\n000016\n000031\n000046\n000061\n000076\n000091\n");
    EXPECT_EQ(trip.file("ImageSets/Main/car_train.txt"),
              "000001 1\n000016 1\n000031 -1\n000046 -1\n000061 -1\n000076 -1\n000091 -1\n");
    // A frame that shows nothing gets VATIC's box, whose upper end comes first and lies below the lower.
    EXPECT_NE(trip.file("Annotations/000031.xml").find("not-a-real-object"), std::string::npos);
    EXPECT_NE(trip.file("Annotations/000046.xml").find("<difficult>1</difficult>"), std::string::npos);
    EXPECT_NE(trip.file("Annotations/000001.xml").find("<difficult>0</difficult>"), std::string::npos);
    const Trip plain(made, {{"empty", "none"}});
    EXPECT_EQ(plain.file("Annotations/000031.xml").find("<object>"), std::string::npos);
}

TEST(VaticPascal, ReadOfWriteIsWhatWasInViewButForIdentities) {
    for (std::uint32_t seed = 0; seed < 3; ++seed) {
        const Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        const Trip trip(made, {{"skip", "1"}});
        IB_ASSERT_OK(trip.back);
        std::multiset<std::tuple<std::int64_t, std::string, bool>> expected;
        std::multiset<std::tuple<std::int64_t, std::string, bool>> found;
        const auto say = [](const Annotations& a, auto& into) {
            for (const auto& [key, state] : in_view(a))
                into.emplace(key.second, a.label_name(a.find_track(key.first)->label), state.second);
        };
        say(made, expected);
        say(trip.back->annotations, found);
        EXPECT_EQ(found, expected);
    }
}

TEST(VaticPascal, DamageIsSaidByFileElementAndField) {
    const auto text = [](const std::string& object) {
        return "<annotation>\n<object>" + object + "</object><source><database>vatic</database></source></annotation>";
    };
    const std::vector<std::pair<std::string, std::string>> cases{
        {text("<bndbox/>"), "object: name: is missing"},
        {text("<name>a</name><bndbox><xmin>1</xmin></bndbox>"), "object: ymin: is missing"},
        {text("<name>a</name><bndbox><xmin>x</xmin></bndbox>"), "xmin: text: 'x' is not a number of pixels"},
        {text("<name>a</name><bndbox><xmin>5</xmin><ymin>1</ymin><xmax>5</xmax><ymax>3</ymax></bndbox>"),
         "xmax: is not"},
        {"<annotation><object>", "XML: ends before"},
        {"<other/>", "is not the element 'annotation'"}};
    for (const auto& [damaged, expected] : cases) {
        const auto read = test::read_text("vatic-pascal", damaged, made_media(), {}, "000001.xml");
        ASSERT_FALSE(read) << damaged;
        EXPECT_NE(read.error().message.find("000001.xml:"), std::string::npos) << read.error().message;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
}

}  // namespace
}  // namespace inbetween
