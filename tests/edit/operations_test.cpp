#include "core/edit/operations.h"

#include <gtest/gtest.h>

#include "core/edit/continue_track.h"
#include "tests/edit/sample_project.h"

namespace inbetween {
namespace {

using namespace test;

constexpr TrackId one{1};
constexpr TrackId two{2};

struct Edited {
    Annotations a = project_with_track();
    void make(const ChangeSet& change) {
        ASSERT_FALSE(change.empty());
        a = applied(change, a);
        ASSERT_FALSE(find_breach(a)) << *find_breach(a);
    }
    const Track& track(TrackId id = one) { return *a.find_track(id); }
    std::optional<TrackState> state(std::int64_t frame, TrackId id = one) {
        return a.state_at(track(id), FrameIndex{frame});
    }
    double x(std::int64_t frame, TrackId id = one) { return std::get<Box>(state(frame, id)->shape).x; }
};

TEST(Operations, AShapeIsStatedOnTheGridWithTheFlagsShown) {
    Edited e;
    e.make(edit::state_shape(e.a, one, FrameIndex{30}, Box{0.3, 0.3, 10, 10}));
    const Keyframe& keyframe = *e.track().find_keyframe(FrameIndex{30});
    EXPECT_EQ(keyframe.shape, on_grid(Box{0.3, 0.3, 10, 10}));
    EXPECT_TRUE(keyframe.occluded);
    EXPECT_EQ(keyframe.source, Source::Manual);
}

TEST(Operations, AShapeStatedWhereTheTrackIsOutsideBringsItBack) {
    Edited e;
    e.make(edit::toggle_outside(e.a, one, FrameIndex{30}));
    EXPECT_TRUE(e.state(35)->outside);
    e.make(edit::state_shape(e.a, one, FrameIndex{35}, Box{1, 1, 10, 10}));
    EXPECT_TRUE(e.state(34)->outside);
    EXPECT_FALSE(e.state(35)->outside);
}

TEST(Operations, AShapeStatedPastTheEndMakesTheTrackLonger) {
    Edited e;
    e.make(edit::state_shape(e.a, one, FrameIndex{60}, Box{500, 5, 10, 20}));
    EXPECT_EQ(e.x(50), 400);
}

TEST(Operations, ToggleKeyframeStatesWhatIsShownAndTakesItAway) {
    Edited e;
    e.make(edit::toggle_keyframe(e.a, one, FrameIndex{30}));
    EXPECT_EQ(e.track().keyframes.size(), 4U);
    EXPECT_EQ(e.x(30), 200);
    e.make(edit::toggle_keyframe(e.a, one, FrameIndex{30}));
    EXPECT_EQ(e.track().keyframes.size(), 3U);
}

TEST(Operations, TheLastKeyframeTakesTheTrackWithIt) {
    Edited e;
    e.make(edit::add_segment(e.a, media, wave, one, {FrameIndex{10}, FrameIndex{12}}));
    for (const std::int64_t frame : {10, 20}) e.make(edit::remove_keyframe(e.a, one, FrameIndex{frame}));
    EXPECT_TRUE(edit::toggle_keyframe(e.a, one, FrameIndex{40}).empty()) << "a toggle does not remove a track";
    e.make(edit::remove_keyframe(e.a, one, FrameIndex{40}));
    EXPECT_TRUE(e.a.tracks.empty());
    EXPECT_TRUE(e.a.segments.empty()) << "a segment of a track goes with it";
}

TEST(Operations, EndingATrackCutsItAndPutsAnOutsideKeyframeBehind) {
    Edited e;
    e.make(edit::end_track(e.a, one, FrameIndex{30}, video_frames));
    EXPECT_EQ(e.x(30), 200);
    EXPECT_TRUE(e.state(31)->outside);
    EXPECT_FALSE(e.state(32));
    Edited at_the_end;
    at_the_end.make(edit::state_shape(at_the_end.a, one, FrameIndex{99}, Box{1, 1, 10, 10}));
    at_the_end.make(edit::end_track(at_the_end.a, one, FrameIndex{98}, 99));
    EXPECT_EQ(at_the_end.track().extent().end, FrameIndex{99}) << "no keyframe past the video's last frame";
}

TEST(Operations, SplitKeepsEveryFrame) {
    Edited e;
    const Edited before;
    e.make(edit::split_track(e.a, one, FrameIndex{30}));
    EXPECT_EQ(e.track(one).extent(), (FrameRange{FrameIndex{10}, FrameIndex{30}}));
    EXPECT_EQ(e.track(two).extent(), (FrameRange{FrameIndex{30}, FrameIndex{41}}));
    for (std::int64_t f = 10; f <= 40; ++f) {
        Edited whole;
        EXPECT_NEAR(e.x(f, f < 30 ? one : two), whole.x(f), 0.01) << f;
    }
    EXPECT_TRUE(edit::split_track(e.a, one, FrameIndex{10}).empty());
    EXPECT_TRUE(edit::split_track(e.a, one, FrameIndex{50}).empty());
}

TEST(Operations, MergeUndoesASplitAndBridgesAGapOutside) {
    Edited e;
    e.make(edit::split_track(e.a, one, FrameIndex{30}));
    e.make(edit::merge_tracks(e.a, two, one));
    EXPECT_EQ(e.track(two).extent(), (FrameRange{FrameIndex{10}, FrameIndex{41}}));
    EXPECT_EQ(e.a.find_track(one), nullptr);
    e.make(edit::add_track(e.a, media, car, FrameIndex{60}, Box{0, 0, 10, 10}));
    e.make(edit::add_segment(e.a, media, wave, TrackId{3}, {FrameIndex{60}, FrameIndex{62}}));
    e.make(edit::merge_tracks(e.a, two, TrackId{3}));
    EXPECT_TRUE(e.state(50, two)->outside) << "not a slide across the picture";
    EXPECT_FALSE(e.state(60, two)->outside);
    EXPECT_EQ(e.a.segments.begin()->second->track, two);
}

TEST(Operations, SwapTwiceIsWhereItStarted) {
    Edited e;
    e.make(edit::add_track(e.a, media, car, FrameIndex{5}, Box{600, 5, 10, 20}));
    e.make(edit::state_shape(e.a, two, FrameIndex{45}, Box{500, 5, 10, 20}));
    Edited before = e;
    e.make(edit::swap_tracks(e.a, one, two, FrameIndex{25}));
    EXPECT_NEAR(e.x(24, one), before.x(24, one), 0.01);
    EXPECT_NEAR(e.x(25, one), before.x(25, two), 0.01);
    EXPECT_NEAR(e.x(35, two), before.x(35, one), 0.01);
    e.make(edit::swap_tracks(e.a, one, two, FrameIndex{25}));
    for (std::int64_t f = 10; f <= 40; ++f) EXPECT_NEAR(e.x(f, one), before.x(f, one), 0.02) << f;
}

TEST(Operations, OnThingsThatAreNotThereDoNothing) {
    const Annotations a = project_with_track();
    constexpr TrackId none{77};
    const FrameIndex f{20};
    for (const ChangeSet& change : {edit::remove_track(a, none), edit::state_shape(a, none, f, Box{0, 0, 1, 1}),
                                    edit::toggle_keyframe(a, none, f), edit::remove_keyframe(a, one, FrameIndex{11}),
                                    edit::toggle_outside(a, none, f), edit::toggle_occluded(a, none, f),
                                    edit::end_track(a, one, FrameIndex{3}, 100), edit::merge_tracks(a, one, one),
                                    edit::swap_tracks(a, one, none, f), edit::set_track_label(a, one, wave),
                                    edit::set_track_label(a, one, person), edit::remove_segment(a, SegmentId{4})})
        EXPECT_TRUE(change.empty()) << change.name;
}

TEST(Operations, LabelsGetTheNextColourAndHotkey) {
    Edited e;
    e.make(edit::add_label(e.a, "dog", LabelKind::Track));
    const Label& dog = *e.a.find_label("dog");
    EXPECT_EQ(dog.hotkey, 4);
    EXPECT_EQ(dog.colour, default_colour(3));
    const Label with_two =
        edit::with_attribute(e.a, edit::with_attribute(e.a, dog, "breed", AttributeType::Text, false), "runs",
                             AttributeType::Checkbox, true);
    e.make(edit::change_label(e.a, with_two));
    EXPECT_EQ(e.a.find_label("dog")->attributes.size(), 2U);
    EXPECT_NE(with_two.attributes[0].id, with_two.attributes[1].id);
}

TEST(Operations, AcceptedKeyframesDoNotReplaceStatedOnes) {
    Edited e;
    e.make(edit::add_keyframes(e.a, one, {box_keyframe(40, 0), box_keyframe(50, 350)}));
    EXPECT_EQ(e.x(40), 300);
    EXPECT_EQ(e.x(50), 350);
}

/// What an import would have left: a track whose file ends at frame 40.
Edited ends_by_import_at_41() {
    Edited e;
    Track track = e.track();
    track.set_keyframe({FrameIndex{41}, Box{300, 5, 10, 20}, false, true, Source::Imported});
    e.a.tracks[one] = std::make_shared<const Track>(std::move(track));
    return e;
}

TEST(Operations, WhatIsFollowedMovesTheEndOfAnImport) {
    Edited e = ends_by_import_at_41();
    e.make(edit::continue_track(e.a, one, {box_keyframe(45, 320), box_keyframe(50, 350)}));
    EXPECT_EQ(e.x(45), 320);
    EXPECT_FALSE(e.state(41)->outside);
    EXPECT_FALSE(e.state(50)->outside);
    EXPECT_TRUE(e.state(51)->outside);
    EXPECT_TRUE(edit::ends_by_import(e.track())) << "it can be followed on from there";
}

TEST(Operations, WhatIsFollowedToTheVideosEndLeavesNoEndBehind) {
    Edited e = ends_by_import_at_41();
    const std::int64_t last = e.a.find_media(e.track().media)->frames - 1;
    e.make(edit::continue_track(e.a, one, {box_keyframe(last, 350)}));
    EXPECT_EQ(e.track().keyframes.back().frame, FrameIndex{last});
    EXPECT_FALSE(e.track().keyframes.back().outside);
}

TEST(Operations, WhatIsFollowedLeavesAnEndThatAPersonStated) {
    Edited e;
    e.make(edit::end_track(e.a, one, FrameIndex{40}, e.a.find_media(e.track().media)->frames));
    const Keyframe end = e.track().keyframes.back();
    ASSERT_TRUE(end.outside);
    e.make(edit::continue_track(e.a, one, {box_keyframe(45, 320)}));
    EXPECT_EQ(*e.track().find_keyframe(end.frame), end);
}

}  // namespace
}  // namespace inbetween
