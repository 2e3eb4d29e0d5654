#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/base/text.h"
#include "core/formats/text/rle.h"
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
using test::read_text;
using test::sample;
using test::TemporaryFolder;
using test::write_text;
using test::write_text_of;

/// The mask of the example on MOTS's own page, of a picture of 1242x375.
const std::string published =
    "WSV:2d;1O10000O10000O1O100O100O1O100O1000000000000000O100O102N5K00O1O1N2O110OO2O001O1NTga3";

TEST(Rle, APublishedMaskIsDecodedAndComesBackByteForByte) {
    const auto mask = decode_rle(published, 1242, 375);
    ASSERT_TRUE(mask);
    EXPECT_EQ(box_around(*mask, 375), (Box{890, 168, 41, 11}));
    EXPECT_EQ(encode_rle(*mask, 1242, 375), published);
    EXPECT_FALSE(decode_rle(published, 1242, 376));
    EXPECT_FALSE(decode_rle(published.substr(0, 20), 1242, 375));
    EXPECT_FALSE(decode_rle("\x01\x02", 1242, 375));
    EXPECT_FALSE(decode_rle("", 2, 2));
    EXPECT_FALSE(decode_rle(std::string(100, 'o'), 1242, 375));
}

TEST(Rle, MasksAreCodedAsCocoCodesThem) {
    // Coded by the published algorithm, of a picture of 5x4.
    const std::vector<std::pair<Box, std::string>> cases{
        {{2, 1, 2, 2}, "92203"}, {{0, 0, 5, 4}, "0d0"}, {{1, 0, 2, 4}, "488"}, {{9, 9, 2, 2}, "d0"}};
    for (const auto& [box, text] : cases) {
        const PixelRuns mask = pixels_of(box, 5, 4);
        EXPECT_EQ(encode_rle(mask, 5, 4), text);
        EXPECT_EQ(decode_rle(text, 5, 4), mask);
        if (mask.empty()) continue;
        EXPECT_EQ(box_around(mask, 4), box);
    }
}

TEST(Rle, WhatIsTakenIsCutOutAndPutTogetherAgain) {
    const PixelRuns a = pixels_of(Box{0, 0, 4, 4}, 10, 10);
    const PixelRuns b = pixels_of(Box{2, 2, 5, 3}, 10, 10);
    EXPECT_EQ(pixel_count(a), 16);
    EXPECT_EQ(pixel_count(without(a, b)), 12);
    EXPECT_EQ(pixel_count(united(a, b)), 16 + 15 - 4);
    EXPECT_EQ(united(without(a, b), b), united(a, b));
    EXPECT_TRUE(without(a, a).empty());
}

TEST(Rle, AQuadHoldsThePixelsWhoseCentresLieInIt) {
    const Quad diamond{{Point{5, 0}, Point{10, 5}, Point{5, 10}, Point{0, 5}}};
    const PixelRuns mask = pixels_of(diamond, 10, 10);
    // A centre on the left or upper edge is within, one on the right or lower edge is not.
    EXPECT_EQ(pixel_count(mask), 50);
    EXPECT_EQ(box_around(mask, 10), (Box{0, 0, 10, 9}));
    // What lies outside of the picture is cut.
    EXPECT_EQ(pixel_count(pixels_of(diamond, 5, 10)), 25);
}

TEST(Mots, ReadsTheSample) {
    const auto read = read_path("mots", sample("mots/gt.txt"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 3U);
    // The id 2001 is object 1 of class 2; 10000 has no number of its own, so ids stay whole.
    const Track& person = *a.find_track(TrackId{2001});
    EXPECT_EQ(a.label_name(person.label), "pedestrian");
    EXPECT_EQ(person.keyframes[0].frame, FrameIndex{0});
    EXPECT_EQ(std::get<Box>(person.keyframes[0].shape), (Box{301, 25, 210, 455}));
    // Two parts of one mask are one object.
    EXPECT_EQ(std::get<Box>(a.find_track(TrackId{1002})->keyframes[0].shape), (Box{6, 6, 26, 84}));
    EXPECT_EQ(a.label_name(a.find_track(TrackId{10000})->label), "ignore");
    const auto kitti = read_path("mots", sample("mots/gt.txt"), made_media(), {{"first-frame", "0"}});
    IB_ASSERT_OK(kitti);
    EXPECT_EQ(kitti->annotations.find_track(TrackId{2001})->keyframes[0].frame, FrameIndex{1});
}

std::set<std::string> ids_in(const std::string& text) {
    std::set<std::string> ids;
    for (const auto row : split(text, '\n'))
        if (const auto fields = split_blanks(row); fields.size() == 6) ids.emplace(fields[1]);
    return ids;
}

TEST(Mots, IdsAreThoseOfTheFileThatWasReadAndOthersAreTold) {
    std::string text = file_text(sample("mots/gt.txt"));
    for (auto at = text.find("2001 2 "); at != std::string::npos; at = text.find("2001 2 "))
        text.replace(at, 4, "2031");
    const auto read = read_text("mots", text);
    IB_ASSERT_OK(read);
    const auto written = write_text_of("mots", read->annotations);
    IB_ASSERT_OK(written);
    EXPECT_EQ(ids_in(written->text), (std::set<std::string>{"10000", "1002", "2031"}));
    EXPECT_EQ(written->lost("tracks whose number is another one in the file"), 0);

    // Of another class, or too large for any.
    Annotations made = made_annotations();
    for (const std::int64_t id : {1002, 70001, 7}) {
        const TrackId was =
            add_track(made, "pedestrian", {keyframe(0, Box{10.0 * static_cast<double>(id % 9), 2, 3, 4})});
        auto track = std::make_shared<Track>(*made.find_track(was));
        made.tracks.erase(was);
        track->id = TrackId{id};
        made.tracks[track->id] = track;
    }
    const auto other = write_text_of("mots", made);
    IB_ASSERT_OK(other);
    EXPECT_EQ(ids_in(other->text), (std::set<std::string>{"2001", "2002", "2007"}));
    EXPECT_EQ(other->lost("tracks whose number is another one in the file"), 2);
}

TEST(Mots, BoxesOnWholePixelsComeBackAndMasksNeverOverlap) {
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Whole);
        made.fills.clear();
        for (auto& [id, label] : made.labels) label.name = id == LabelId{3} ? "bicycle" : label.name;
        const TemporaryFolder folder;
        IB_ASSERT_OK(write_annotations(*find_format("mots"), {made, MediaId{1}, folder / "a.txt", {}}));
        const auto back = read_path("mots", folder / "a.txt", made_media());
        IB_ASSERT_OK(back);
        EXPECT_EQ(back->annotations.label_name(back->annotations.find_track(TrackId{3})->label), "bicycle");
        std::map<std::int64_t, PixelRuns> taken;
        std::int64_t masks = 0;
        const std::string text = file_text(folder / "a.txt");
        for (const auto row : split(text, '\n')) {
            const auto fields = split_blanks(row);
            if (fields.empty()) continue;
            ASSERT_EQ(fields.size(), 6U);
            EXPECT_EQ(parse_int(fields[1]).value_or(0) / 1000, parse_int(fields[2]));
            EXPECT_EQ(fields[3], "576");
            EXPECT_EQ(fields[4], "768");
            const auto mask = decode_rle(fields[5], 768, 576);
            ASSERT_TRUE(mask);
            PixelRuns& others = taken[*parse_int(fields[0])];
            EXPECT_EQ(pixel_count(without(*mask, others)), pixel_count(*mask));
            others = united(others, *mask);
            ++masks;
        }
        EXPECT_EQ(back->annotations.shape_count(), masks);
        // A box that nothing covers comes back as it was at its keyframes.
        const auto view = in_view(back->annotations);
        for (const auto& [id, track] : made.tracks)
            for (const auto& [key, state] : view)
                if (key.first == id) {
                    const auto was = made.state_at(*track, FrameIndex{key.second});
                    ASSERT_TRUE(was && !was->outside);
                    const Box box = bounding_box(was->shape);
                    EXPECT_GE(state.first.x, box.x - 0.501);
                    EXPECT_LE(state.first.right(), box.right() + 0.501);
                }
    }
}

TEST(Mots, WhatIsHiddenLiesBehindAndWhatIsCoveredIsCounted) {
    Annotations made = made_annotations();
    add_track(made, "pedestrian", {keyframe(0, Box{10, 10, 20, 20}, true)});
    add_track(made, "pedestrian", {keyframe(0, Box{20, 10, 20, 20})});
    add_track(made, "car", {keyframe(0, Box{22, 12, 2, 2}, true)});
    const auto written = write_text_of("mots", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->lost("masks cut where another one covers them"), 1);
    EXPECT_EQ(written->lost("masks left out, for nothing of them is in the picture or uncovered"), 1);
    const auto back = read_text("mots", written->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(std::get<Box>(back->annotations.find_track(TrackId{1})->keyframes[0].shape), (Box{10, 10, 10, 20}));
    EXPECT_EQ(std::get<Box>(back->annotations.find_track(TrackId{2})->keyframes[0].shape), (Box{20, 10, 20, 20}));
}

TEST(Mots, WhatIsWrongIsSaidByLineAndField) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"1 2001 2 375 1242", "row: has 5 fields, not 6"},
        {"0 2001 2 375 1242 " + published,
         "frame: 0 is before the first, which is 1; option first-frame=N states another"},
        {"1 x 2 375 1242 " + published, "id: 'x' is not a whole number"},
        {"1 2001 2 1242 376 " + published, "rle: is no mask of 376 by 1242 pixels"},
        {"2 2001 2 375 1242 " + published, "id: 2001 stands twice in frame 2, first in line 1"}};
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("mots", "2 2001 2 375 1242 " + published + "\n" + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:2: " + expected), std::string::npos) << read.error().message;
    }
    // Nobody else notices height and width the wrong way round.
    Media media = made_media();
    media.width = 375;
    media.height = 1242;
    const auto swapped = read_text("mots", "1 2001 2 375 1242 " + published + "\n", media);
    ASSERT_FALSE(swapped);
    EXPECT_NE(swapped.error().message.find("height: 375 and width 1242 are those of the video the other way round"),
              std::string::npos);
}

TEST(MotFiles, ResultsAndDetectionsHaveTenColumns) {
    Annotations made = made_annotations();
    add_track(made, "pedestrian", {keyframe(3, Box{10.5, 20, 30, 40}), keyframe(4, Box{10.5, 20, 30, 40}, true)});
    const auto results = write_text_of("mot", made, {{"as", "results"}});
    IB_ASSERT_OK(results);
    EXPECT_EQ(results->text, "4,1,10.5,20,30,40,1,-1,-1,-1\n5,1,10.5,20,30,40,1,-1,-1,-1\n");
    EXPECT_EQ(results->lost("occluded flags left out"), 1);
    const auto back = read_text("mot", results->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(back->annotations.find_track(TrackId{1})->keyframes.size(), 3U);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("mot"), {made, MediaId{1}, folder / "seq", {{"as", "det"}}}));
    EXPECT_EQ(file_text(folder / "seq/det/det.txt"), "4,-1,10.5,20,30,40,1,-1,-1,-1\n5,-1,10.5,20,30,40,1,-1,-1,-1\n");
    EXPECT_NE(file_text(folder / "seq/seqinfo.ini").find("imWidth=768"), std::string::npos);
    EXPECT_TRUE(find_format("mot")->sniff(folder / "seq", ""));
    const auto detections = read_path("mot", folder / "seq", made_media(), {{"as", "det"}});
    IB_ASSERT_OK(detections);
    EXPECT_EQ(detections->annotations.tracks.size(), 2U);
    EXPECT_TRUE(detections->notes.empty());
}

TEST(MotFiles, ASequenceOfAnotherVideoIsTold) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "seq/gt");
    write_text(folder / "seq/gt/gt.txt", "1,1,10,20,30,40,1,1,1\n");
    write_text(folder / "seq/seqinfo.ini",
               "[Sequence]\nname=a\nframeRate=30\nseqLength=600\nimWidth=1920\nimHeight=576\nimExt=.jpg\n");
    const auto read = read_path("mot", folder / "seq", made_media());
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->notes, (std::vector<std::string>{"seqinfo.ini says frameRate 30, the video's is 10",
                                                     "seqinfo.ini says seqLength 600, the video's is 100",
                                                     "seqinfo.ini says imWidth 1920, the video's is 768"}));
}

}  // namespace
}  // namespace inbetween
