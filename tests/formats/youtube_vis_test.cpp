#include <gtest/gtest.h>

#include "tests/formats/support.h"

namespace inbetween {
namespace {

using test::add_track;
using test::Coordinates;
using test::in_view;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::sample;
using test::write_text_of;

TEST(YoutubeVis, AFrameIsTheNumberInAFilesName) {
    const auto read = read_path("youtube-vis", sample("youtube-vis/walk.json"), made_media());
    IB_ASSERT_OK(read);
    const Track& walker = *read->annotations.find_track(TrackId{4});
    EXPECT_EQ(read->annotations.label_name(walker.label), "person");
    EXPECT_EQ(walker.keyframes[0].frame, FrameIndex{5});
    EXPECT_EQ(std::get<Box>(walker.keyframes[0].shape), (Box{10.5, 20, 19.5, 40}));
    EXPECT_EQ(read->annotations.shape_count(), 2);
    const auto filled = read_path("youtube-vis", sample("youtube-vis/walk.json"), made_media(), {{"step", "5"}});
    IB_ASSERT_OK(filled);
    EXPECT_EQ(filled->annotations.shape_count(), 6);
    const auto ordered = read_path("youtube-vis", sample("youtube-vis/walk.json"), made_media(), {{"frames", "order"}});
    IB_ASSERT_OK(ordered);
    EXPECT_EQ(ordered->annotations.find_track(TrackId{4})->keyframes[0].frame, FrameIndex{1});
}

TEST(YoutubeVis, ReadOfWriteIsWhatWasInViewButForOcclusion) {
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{2}].name = "caf\xC3\xA9 \"\xE8\xA1\x8C\"";
        const auto written = write_text_of("youtube-vis", made, {{"first-frame", seed % 2 == 0 ? "0" : "1"}});
        IB_ASSERT_OK(written);
        auto expected = in_view(made);
        std::int64_t occluded = 0;
        for (auto& [key, state] : expected) occluded += std::exchange(state.second, false) ? 1 : 0;
        EXPECT_EQ(written->lost("occluded flags left out"), occluded);
        const auto back =
            read_text("youtube-vis", written->text, made_media(), {{"first-frame", seed % 2 == 0 ? "0" : "1"}});
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->notes.empty());
        EXPECT_EQ(test::first_difference(in_view(back->annotations), expected), "");
        for (const auto& [id, track] : back->annotations.tracks)
            EXPECT_EQ(back->annotations.label_name(track->label), made.label_name(made.find_track(id)->label));
    }
}

TEST(YoutubeVis, EveryListIsAsLongAsTheVideoWithNullWhereNothingIsSeen) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(1, Box{1, 2, 3, 4})});
    const auto written = write_text_of("youtube-vis", made);
    IB_ASSERT_OK(written);
    std::size_t nulls = 0;
    for (std::size_t at = 0; (at = written->text.find("null", at)) != std::string::npos; ++at) ++nulls;
    EXPECT_EQ(nulls, 3U * 99U);
}

TEST(YoutubeVis, WhatIsWrongIsSaidByPlaceAndField) {
    const auto file = [](const std::string& files, const std::string& boxes) {
        return R"({"videos":[{"id":1,"file_names":[)" + files +
               R"(]}],"annotations":[{"id":1,"video_id":1,"category_id":1,"bboxes":[)" + boxes +
               R"(]}],"categories":[{"id":1,"name":"a"}]})";
    };
    const std::map<std::string, std::string> cases{
        {file(R"("a/0.jpg","a/1.jpg")", "null"), "/annotations[0]/bboxes: has 1 elements, not 2"},
        {file(R"("a/0.jpg")", "[1,2,3]"), "/annotations[0]/bboxes[0]: has 3 elements, not 4"},
        {file(R"("a/0.jpg")", "[1,2,-3,4]"), "/annotations[0]/bboxes[0][2]: is negative"},
        {file(R"("a/x.jpg")", "null"), "/videos[0]/file_names[0]: does not end with the number of a frame"},
        {file(R"("a/2.jpg","a/1.jpg")", "null,null"), "/videos[0]/file_names[1]: is not after the file before it"},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = read_text("youtube-vis", text);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
    const auto none = read_path("youtube-vis", sample("youtube-vis/walk.json"), made_media(), {{"video", "run"}});
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("/videos: has no 'run' among its 1"), std::string::npos);
}

}  // namespace
}  // namespace inbetween
