#include "core/model/annotations.h"

#include <gtest/gtest.h>

namespace inbetween {
namespace {

Annotations small_project() {
    Annotations a;
    Media media{.id = MediaId{1}, .path = "clips/walk.avi", .frames = 4, .width = 100, .height = 80};
    media.timebase = {1, 10};
    media.pts = {5, 6, 9, 10};
    a.media[media.id] = std::make_shared<const Media>(media);
    a.labels[LabelId{1}] = {.id = LabelId{1}, .name = "person"};
    Track track{.id = TrackId{3}, .media = MediaId{1}, .label = LabelId{1}};
    track.keyframes = {{.frame = FrameIndex{0}, .shape = Box{0, 0, 5, 5}},
                       {.frame = FrameIndex{2}, .shape = Box{4, 0, 5, 5}},
                       {.frame = FrameIndex{3}, .shape = Box{4, 0, 5, 5}, .outside = true}};
    a.tracks[track.id] = std::make_shared<const Track>(track);
    return a;
}

TEST(Media, TellsTimesFromItsTimeStamps) {
    const Annotations a = small_project();
    const Media& media = *a.find_media(MediaId{1});
    EXPECT_DOUBLE_EQ(media.seconds_at(FrameIndex{0}), 0);
    EXPECT_DOUBLE_EQ(media.seconds_at(FrameIndex{2}), 0.4);
    EXPECT_DOUBLE_EQ(media.mean_fps(), 6);
    EXPECT_DOUBLE_EQ(media.seconds_at(FrameIndex{6}), 1.0);
    EXPECT_EQ(media.name(), "walk.avi");
    EXPECT_DOUBLE_EQ(Media{}.seconds_at(FrameIndex{6}), 0);
}

TEST(Annotations, CountKeyframesAndShapesInView) {
    const Annotations a = small_project();
    EXPECT_EQ(a.keyframe_count(), 3);
    EXPECT_EQ(a.shape_count(), 3) << "frames 0, 1 and 2; frame 3 is outside";
}

TEST(Annotations, GiveTheNextFreeIds) {
    const Annotations a = small_project();
    EXPECT_EQ(a.next_track_id(), TrackId{4});
    EXPECT_EQ(a.next_segment_id(), SegmentId{1});
    EXPECT_EQ(a.next_attribute_id(), AttributeId{1});
}

TEST(Annotations, FindBreaches) {
    EXPECT_FALSE(find_breach(small_project()));
    Annotations without_label = small_project();
    without_label.labels.clear();
    EXPECT_EQ(find_breach(without_label), "track 3: its label is not in the project");
    Annotations two_names = small_project();
    two_names.labels[LabelId{2}] = {.id = LabelId{2}, .name = "person"};
    EXPECT_EQ(find_breach(two_names), "label 2: a second 'person'");
    Annotations disordered = small_project();
    Track track = *disordered.find_track(TrackId{3});
    std::swap(track.keyframes[0], track.keyframes[1]);
    disordered.tracks[track.id] = std::make_shared<const Track>(track);
    EXPECT_EQ(find_breach(disordered), "track 3: keyframes out of order at frame 0");
}

TEST(Label, ReadsAndWritesColours) {
    EXPECT_EQ(colour_of("#56b4e9"), (Colour{0x56, 0xb4, 0xe9}));
    EXPECT_EQ(hex_of({0x56, 0xb4, 0xe9}), "#56b4e9");
    for (const char* bad : {"", "#56b4e", "56b4e9#", "#56b4eg"}) EXPECT_FALSE(colour_of(bad)) << bad;
}

}  // namespace
}  // namespace inbetween
