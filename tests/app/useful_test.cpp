#include "app/commands/useful.h"

#include "tests/app/app_support.h"

namespace inbetween {
namespace {

/// A track with keyframes at these frames, each span filled with this confidence but for one doubtful frame in it.
Annotations annotations_with_doubt(FrameIndex doubtful) {
    Annotations a = test::example_annotations();
    Track track{.id = TrackId{1}, .media = MediaId{1}, .label = LabelId{1}};
    for (const int frame : {0, 40, 80}) track.set_keyframe({.frame = FrameIndex{frame}, .shape = Box{10, 10, 20, 20}});
    for (std::size_t left = 0; left < 2; ++left) {
        auto fill = std::make_shared<SpanFill>();
        fill->track = track.id;
        fill->method = "csrt";
        fill->inputs = {track.keyframes[left], track.keyframes[left + 1]};
        for (FrameIndex frame = fill->range().begin; frame < fill->range().end; ++frame)
            fill->frames.push_back({Box{10, 10, 20, 20}, frame == doubtful ? 0.1F : 0.95F, false});
        a.fills[track.id].push_back(fill);
    }
    a.tracks.emplace(track.id, std::make_shared<const Track>(track));
    return a;
}

TEST(UsefulFrames, TheMostDoubtfulFrameComesFirst) {
    const Annotations a = annotations_with_doubt(FrameIndex{51});
    const auto frames = useful_frames(a, *a.find_track(TrackId{1}));
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0].frame, FrameIndex{51});
    EXPECT_EQ(frames[1].frame, FrameIndex{20});
}

TEST(UsefulFrames, OneBesideAKeyframeIsWorthLittle) {
    Annotations beside = annotations_with_doubt(FrameIndex{41});
    Annotations apart = annotations_with_doubt(FrameIndex{50});
    const double worth_beside = useful_frames(beside, *beside.find_track(TrackId{1}))[0].worth;
    const double worth_apart = useful_frames(apart, *apart.find_track(TrackId{1}))[0].worth;
    EXPECT_LT(worth_beside, worth_apart / 2);
}

TEST(UsefulFrames, NoneWhereEveryFrameIsStated) {
    Annotations a = test::example_annotations();
    Track track{.id = TrackId{1}, .media = MediaId{1}, .label = LabelId{1}};
    for (const int frame : {0, 1, 2}) track.set_keyframe({.frame = FrameIndex{frame}, .shape = Box{10, 10, 20, 20}});
    EXPECT_TRUE(useful_frames(a, track).empty());
}

}  // namespace
}  // namespace inbetween
