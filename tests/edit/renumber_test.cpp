#include "core/edit/renumber.h"

#include <gtest/gtest.h>

#include "tests/edit/sample_project.h"
#include "tests/support/support.h"

namespace inbetween {
namespace {

using namespace test;

std::vector<Pts> stamps_without(std::int64_t frames, std::int64_t left_out) {
    std::vector<Pts> pts;
    for (std::int64_t n = 0; n < frames; ++n) {
        if (n != left_out) pts.push_back(n * 512);
    }
    return pts;
}

TEST(Renumber, FollowsThePicturesByTheirTimeStamps) {
    const auto map = edit::map_by_pts(stamps_without(100, -1), stamps_without(100, 15));
    EXPECT_EQ(map(FrameIndex{0}), FrameIndex{0});
    EXPECT_EQ(map(FrameIndex{14}), FrameIndex{14});
    EXPECT_EQ(map(FrameIndex{15}), FrameIndex{14});
    EXPECT_EQ(map(FrameIndex{16}), FrameIndex{15});
    EXPECT_EQ(map(FrameIndex{99}), FrameIndex{98});
}

TEST(Renumber, MovesKeyframesRangesAndSegmentsAndIsUndone) {
    Annotations before = project_with_track();
    before.segments.emplace(SegmentId{1}, std::make_shared<const Segment>(
                                              Segment{SegmentId{1}, media, wave, {}, {FrameIndex{5}, FrameIndex{30}}}));
    Media stamped = *before.media.at(media);
    stamped.pts = stamps_without(100, -1);
    before.media[media] = std::make_shared<const Media>(stamped);
    Media after = stamped;
    after.frames = 99;
    after.pts = stamps_without(100, 15);
    const ChangeSet change = edit::renumber(before, after, edit::Renumbering::ByTime);
    EXPECT_TRUE(edit::is_renumbering(change.name));
    ASSERT_TRUE(fits(change, before));
    const Annotations moved = applied(change, before);
    EXPECT_EQ(find_breach(moved), std::nullopt);
    EXPECT_EQ(moved.media.at(media)->frames, 99);
    std::vector<std::int64_t> frames;
    for (const Keyframe& keyframe : moved.tracks.begin()->second->keyframes) frames.push_back(keyframe.frame.value);
    EXPECT_EQ(frames, (std::vector<std::int64_t>{10, 19, 39}));
    EXPECT_EQ(moved.segments.at(SegmentId{1})->range, (FrameRange{FrameIndex{5}, FrameIndex{29}}));
    EXPECT_TRUE(same_statements(applied(change.inverse(), moved), before));
}

TEST(Renumber, ByNumberMovesOnlyWhatIsPastTheEnd) {
    const Annotations before = project_with_track();
    Media after = *before.media.at(media);
    after.frames = 25;
    after.pts.resize(25);
    const ChangeSet change = edit::renumber(before, after, edit::Renumbering::ByNumber);
    EXPECT_TRUE(edit::is_renumbering(change.name));
    const Annotations moved = applied(change, before);
    EXPECT_EQ(find_breach(moved), std::nullopt);
    std::vector<std::int64_t> frames;
    for (const Keyframe& keyframe : moved.tracks.begin()->second->keyframes) frames.push_back(keyframe.frame.value);
    EXPECT_EQ(frames, (std::vector<std::int64_t>{10, 20, 24}));
}

TEST(Renumber, IsMadeAgainOfAnotherState) {
    Annotations with = project_with_track();
    Media stamped = *with.media.at(media);
    stamped.pts = stamps_without(100, -1);
    with.media[media] = std::make_shared<const Media>(stamped);
    Annotations without = with;
    without.tracks.clear();
    Media after = stamped;
    after.frames = 99;
    after.pts = stamps_without(100, 15);
    const ChangeSet of_nothing = edit::renumber(without, after, edit::Renumbering::ByTime);
    const ChangeSet again = edit::renumber_again(with, of_nothing);
    EXPECT_EQ(again.name, of_nothing.name);
    EXPECT_TRUE(
        same_statements(applied(again, with), applied(edit::renumber(with, after, edit::Renumbering::ByTime), with)));
}

TEST(Renumber, KeyframesThatFallTogetherBecomeTheEarlier) {
    const Annotations before = project_with_track();
    const ChangeSet change = edit::renumber_by("Thin", before, *before.media.at(media),
                                               [](FrameIndex n) { return FrameIndex{n.value / 20 * 20}; });
    const Annotations moved = applied(change, before);
    const Track& track = *moved.tracks.begin()->second;
    ASSERT_EQ(track.keyframes.size(), 3U);
    EXPECT_EQ(track.keyframes[0].frame, FrameIndex{0});
    EXPECT_EQ(track.keyframes[1].frame, FrameIndex{20});
    EXPECT_EQ(track.keyframes[2].frame, FrameIndex{40});
}

}  // namespace
}  // namespace inbetween
