#include "core/model/track.h"

#include <gtest/gtest.h>

#include "core/model/span_fill.h"

namespace inbetween {
namespace {

Keyframe box_at(std::int64_t frame, double x, bool outside = false, bool occluded = false) {
    return {.frame = FrameIndex{frame}, .shape = Box{x, 0, 10, 10}, .occluded = occluded, .outside = outside};
}

Track walker() {
    Track track{.id = TrackId{1}, .media = MediaId{1}, .label = LabelId{1}};
    track.keyframes = {box_at(10, 0), box_at(20, 100, false, true), box_at(30, 120, true), box_at(40, 200)};
    return track;
}

SpanFillPtr fill_of(const Track& track, std::size_t left, std::string method = "csrt") {
    SpanFill fill{.track = track.id, .method = std::move(method), .left = 0};
    fill.inputs = {track.keyframes[left], track.keyframes[left + 1]};
    for (FrameIndex f = fill.range().begin; f < fill.range().end; ++f)
        fill.frames.push_back({Box{static_cast<double>(f.value), 7, 10, 10}, 0.5F});
    return std::make_shared<const SpanFill>(fill);
}

TEST(Track, AKeyframesStateIsThatKeyframe) {
    const Track track = walker();
    for (const Keyframe& keyframe : track.keyframes) {
        const auto state = state_at(track, {fill_of(track, 0)}, keyframe.frame);
        ASSERT_TRUE(state);
        EXPECT_EQ(state->shape, keyframe.shape);
        EXPECT_EQ(state->outside, keyframe.outside);
        EXPECT_EQ(state->occluded, keyframe.occluded);
        EXPECT_TRUE(state->is_keyframe);
    }
}

TEST(Track, ExistsFromItsFirstToItsLastKeyframe) {
    const Track track = walker();
    EXPECT_FALSE(state_at(track, {}, FrameIndex{9}));
    EXPECT_TRUE(state_at(track, {}, FrameIndex{10}));
    EXPECT_TRUE(state_at(track, {}, FrameIndex{40}));
    EXPECT_FALSE(state_at(track, {}, FrameIndex{41}));
    EXPECT_EQ(track.extent(), (FrameRange{FrameIndex{10}, FrameIndex{41}}));
    EXPECT_TRUE(Track{}.extent().empty());
}

TEST(Track, BlendsBetweenKeyframesInView) {
    const auto state = state_at(walker(), {}, FrameIndex{13});
    EXPECT_EQ(std::get<Box>(state->shape).x, 30);
    EXPECT_EQ(state->source, Source::Interpolated);
    EXPECT_FALSE(state->occluded);
}

TEST(Track, HoldsTheShapeBeforeItGoesOutside) {
    const auto state = state_at(walker(), {}, FrameIndex{29});
    EXPECT_EQ(std::get<Box>(state->shape).x, 100);
    EXPECT_FALSE(state->outside);
    EXPECT_TRUE(state->occluded) << "the left keyframe's flag holds";
}

TEST(Track, IsOutsideUntilTheNextKeyframe) {
    EXPECT_TRUE(state_at(walker(), {}, FrameIndex{30})->outside);
    EXPECT_TRUE(state_at(walker(), {}, FrameIndex{39})->outside);
    EXPECT_FALSE(state_at(walker(), {}, FrameIndex{40})->outside);
}

TEST(Track, KeepsKeyframesInOrder) {
    Track track = walker();
    track.set_keyframe(box_at(15, 1));
    track.set_keyframe(box_at(5, 2));
    track.set_keyframe(box_at(10, 3));
    EXPECT_FALSE(find_breach(track));
    EXPECT_EQ(track.keyframes.size(), 6U);
    EXPECT_EQ(std::get<Box>(track.find_keyframe(FrameIndex{10})->shape).x, 3);
    EXPECT_EQ(track.keyframe_at_or_before(FrameIndex{4}), nullptr);
    EXPECT_EQ(track.keyframe_after(FrameIndex{40}), nullptr);
    track.remove_keyframe(FrameIndex{15});
    EXPECT_EQ(track.find_keyframe(FrameIndex{15}), nullptr);
}

TEST(Track, CutsAndJoinsAttributeRanges) {
    constexpr AttributeId pose{1};
    Track track = walker();
    const auto range = [&](std::int64_t begin, std::int64_t end, const char* value) {
        return AttributeRange{pose, {FrameIndex{begin}, FrameIndex{end}}, value};
    };
    track.set_attribute_range(range(10, 40, "walks"));
    track.set_attribute_range(range(20, 30, "runs"));
    ASSERT_EQ(track.attribute_ranges.size(), 3U);
    EXPECT_EQ(track.attribute_at(pose, FrameIndex{19}), "walks");
    EXPECT_EQ(track.attribute_at(pose, FrameIndex{20}), "runs");
    EXPECT_EQ(track.attribute_at(pose, FrameIndex{30}), "walks");
    track.set_attribute_range(range(15, 35, "walks"));
    ASSERT_EQ(track.attribute_ranges.size(), 1U);
    EXPECT_EQ(track.attribute_ranges.front(), range(10, 40, "walks"));
    EXPECT_FALSE(find_breach(track));
}

TEST(SpanFill, ShowsWhereItsKeyframesStand) {
    const Track track = walker();
    const TrackFills fills{fill_of(track, 0)};
    const auto state = state_at(track, fills, FrameIndex{13});
    EXPECT_EQ(std::get<Box>(state->shape).x, 13);
    EXPECT_EQ(state->source, Source::Tracked);
    EXPECT_EQ(state->confidence, 0.5F);
    EXPECT_EQ(span_method(track, fills, track.keyframes[0]), "csrt");
    EXPECT_EQ(span_method(track, fills, track.keyframes[1]), "hold");
    EXPECT_EQ(span_method(track, fills, track.keyframes[2]), "outside");
    EXPECT_EQ(states_in(track, fills, {FrameIndex{0}, FrameIndex{100}}).size(), 31U);
}

TEST(SpanFill, IsStaleOnceAKeyframeOfItChanges) {
    Track track = walker();
    const SpanFillPtr fill = fill_of(track, 0);
    EXPECT_TRUE(is_current(*fill, track));
    track.set_keyframe(box_at(40, 500));
    EXPECT_TRUE(is_current(*fill, track)) << "a keyframe it does not name";
    track.set_keyframe(box_at(15, 1));
    EXPECT_FALSE(is_current(*fill, track)) << "a keyframe inside its span";
    track.remove_keyframe(FrameIndex{15});
    EXPECT_TRUE(is_current(*fill, track));
    track.set_keyframe(box_at(20, 101));
    EXPECT_FALSE(is_current(*fill, track));
}

}  // namespace
}  // namespace inbetween
