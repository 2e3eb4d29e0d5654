#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/formats/quads.h"

namespace inbetween {
namespace {

using test::add_track;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::quads_in_view;
using test::random_quads;
using test::read_path;
using test::read_text;
using test::sample;
using test::TemporaryFolder;
using test::why;
using test::write_text_of;

TEST(Quads, ReadsTheSampleWithItsPausesAndLabels) {
    const auto read = read_path("quads", sample("quads/poster.csv"), made_media());
    IB_ASSERT_OK(read);
    const Track& poster = *read->annotations.find_track(TrackId{1});
    ASSERT_EQ(poster.keyframes.size(), 5U);
    EXPECT_TRUE(poster.keyframes[1].occluded);
    EXPECT_TRUE(poster.keyframes[2].outside);
    EXPECT_EQ(poster.keyframes[2].frame, FrameIndex{2});
    EXPECT_EQ(poster.kind, ShapeKind::Quad);
    const Track& round = *read->annotations.find_track(TrackId{4});
    EXPECT_EQ(read->annotations.label_name(round.label), "sign, round");
    EXPECT_EQ(std::get<Quad>(round.keyframes[0].shape).corners[2], (Point{38, 60.75}));
}

TEST(Quads, EveryFrameComesBackToTheCorner) {
    for (std::uint32_t seed = 0; seed < 12; ++seed) {
        SCOPED_TRACE(seed);
        const Annotations made = random_quads(seed);
        const auto written = write_text_of("quads", made, {{"first-frame", seed % 2 == 0 ? "0" : "1"}});
        IB_ASSERT_OK(written);
        EXPECT_TRUE(test::besides_keyframes(written->losses).empty());
        const auto back = read_text("quads", written->text, made_media(), {{"first-frame", seed % 2 == 0 ? "0" : "1"}});
        IB_ASSERT_OK(back);
        EXPECT_EQ(quads_in_view(back->annotations), quads_in_view(made));
    }
}

TEST(Quads, BoxesAndWhatElseCannotBeSaidIsCounted) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(98, Box{1, 2, 3, 4}), keyframe(101, Box{1, 2, 3, 4})});
    const auto written = write_text_of("quads", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text,
              "frame,track,x1,y1,x2,y2,x3,y3,x4,y4,occluded,label\n"
              "98,1,1,2,4,2,4,6,1,6,0,car\n99,1,1,2,4,2,4,6,1,6,0,car\n");
    EXPECT_EQ(written->lost("boxes written as quads"), 2);
    EXPECT_EQ(written->lost("quads past the video's last frame left out"), 2);
}

TEST(Quads, RowsOfNanAreFramesOutOfView) {
    const auto read = read_text("quads",
                                "frame,x1,y1,x2,y2,x3,y3,x4,y4\n0,0,0,9,0,9,9,0,9\n"
                                "1,nan,nan,nan,nan,nan,nan,nan,nan\n2,0,0,9,0,9,9,0,9\n3,0,0,9,9,9,0,0,9\n");
    IB_ASSERT_OK(read);
    const auto shown = quads_in_view(read->annotations);
    EXPECT_EQ(shown.size(), 2U);
    EXPECT_TRUE(shown.contains({TrackId{1}, 2}));
    EXPECT_EQ(read->notes, (std::vector<std::string>{"1 quads are flat or cross themselves and are left out"}));
}

TEST(Quads, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"0,1,0,0,9,0,9,9,0,9,0,a", "track: 1 stands twice in frame 0, first in line 2"},
        {"-1,1,0,0,9,0,9,9,0,9,0,a", "frame: -1 is not within 0"},
        {"1,0,0,0,9,0,9,9,0,9,0,a", "track: 0 is not within 1"},
        {"1,1,0,0,9,0,9,9,0,x,0,a", "y4: 'x' is not a number"},
        {"1,1,0,0,9,0,nan,9,0,9,0,a", "row: states some corners as nan, but not all"},
        {"1,1,0,0,9,0,9,9,0,9,2,a", "occluded: '2' is neither 0 nor 1"},
        {"1,1,0,0,9,0,9,9,0,9,0,", "label: is no name"},
        {"1,1,0,0,9,0,9", "label: is missing: the row has 7 fields"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("quads",
                                    "frame,track,x1,y1,x2,y2,x3,y3,x4,y4,occluded,label\n"
                                    "0,1,0,0,9,0,9,9,0,9,0,a\n" +
                                        row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:3: " + expected), std::string::npos) << read.error().message;
    }
}

TEST(Quads, TheRealTruthsAreReadAndWrittenBackEqual) {
    for (const char* name : {"box_top", "composite_graf", "poster_V25_2", "vot_bag"}) {
        const auto path = test::shared_data(std::string("quads/") + name + "/gt.txt");
        if (!path) GTEST_SKIP() << "the real annotations are not on this machine";
        const auto read = read_path("quads", *path, made_media(455));
        IB_ASSERT_OK(read);
        EXPECT_TRUE(read->notes.empty()) << name;
        const auto written = write_text_of("quads", read->annotations);
        IB_ASSERT_OK(written);
        const auto back = read_text("quads", written->text, made_media(455));
        IB_ASSERT_OK(back);
        EXPECT_EQ(quads_in_view(back->annotations), quads_in_view(read->annotations));
        EXPECT_GE(quads_in_view(back->annotations).size(), 50U);
    }
}

}  // namespace
}  // namespace inbetween
