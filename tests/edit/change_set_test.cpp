#include "core/edit/change_set.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/edit/sample_project.h"

namespace inbetween {
namespace {

using namespace test;

/// One of the things a person does, at random, to a random track.
ChangeSet random_edit(const Annotations& a, std::mt19937& random) {
    const auto pick = [&](std::int64_t n) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(n)); };
    const FrameIndex frame{pick(video_frames)};
    const auto track_at = [&] {
        auto it = a.tracks.begin();
        std::advance(it, pick(static_cast<std::int64_t>(a.tracks.size())));
        return it->first;
    };
    const Shape box = Box{static_cast<double>(pick(600)) + 0.3, static_cast<double>(pick(400)), 20.7, 30};
    if (a.tracks.empty() || pick(6) == 0) return edit::add_track(a, media, pick(2) == 0 ? person : car, frame, box);
    switch (pick(13)) {
        case 0:
            return edit::remove_track(a, track_at());
        case 1:
            return edit::state_shape(a, track_at(), frame, box);
        case 2:
            return edit::toggle_keyframe(a, track_at(), frame);
        case 3:
            return edit::remove_keyframe(a, track_at(), frame);
        case 4:
            return edit::toggle_outside(a, track_at(), frame);
        case 5:
            return edit::toggle_occluded(a, track_at(), frame);
        case 6:
            return edit::end_track(a, track_at(), frame, video_frames);
        case 7:
            return edit::split_track(a, track_at(), frame);
        case 8:
            return edit::merge_tracks(a, track_at(), track_at());
        case 9:
            return edit::swap_tracks(a, track_at(), track_at(), frame);
        case 10:
            return edit::add_segment(a, media, wave, track_at(), {frame, frame + 5});
        case 11:
            return edit::set_attribute_range(a, track_at(), {AttributeId{1}, {frame, frame + 9}, "x"});
        default:
            return edit::state_shape(a, track_at(), frame, box);
    }
}

TEST(ChangeSet, ApplyThenInverseIsIdentityOnRandomEdits) {
    const auto seed = static_cast<unsigned>(std::random_device{}());
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    Annotations now = empty_project();
    std::vector<Annotations> states{now};
    std::vector<ChangeSet> changes;
    for (int i = 0; i < 400; ++i) {
        ChangeSet change = random_edit(now, random);
        if (change.empty()) continue;
        now = applied(change, now);
        ASSERT_FALSE(find_breach(now)) << change.name << ": " << *find_breach(now);
        changes.push_back(std::move(change));
        states.push_back(now);
    }
    ASSERT_GT(changes.size(), 100U);
    for (std::size_t i = changes.size(); i-- > 0;) {
        now = applied(changes[i].inverse(), now);
        ASSERT_TRUE(same_statements(now, states[i])) << changes[i].name;
    }
}

TEST(ChangeSet, FitsOnlyWhatItWasMadeFor) {
    const Annotations a = project_with_track();
    const ChangeSet change = edit::remove_track(a, TrackId{1});
    EXPECT_TRUE(fits(change, a));
    EXPECT_FALSE(fits(change, empty_project()));
    EXPECT_FALSE(fits(change.inverse(), a));
    EXPECT_TRUE(fits(change.inverse(), applied(change, a)));
    ChangeSet twice = change;
    twice.tracks.push_back(twice.tracks.front());
    EXPECT_FALSE(fits(twice, a)) << "one id twice";
}

TEST(ChangeSet, DifferenceTurnsOneIntoTheOther) {
    const Annotations before = project_with_track();
    Annotations after = applied(edit::add_track(before, media, car, FrameIndex{3}, Box{1, 2, 3, 4}), before);
    after = applied(edit::remove_track(after, TrackId{1}), after);
    const ChangeSet change = difference("Both", before, after);
    EXPECT_EQ(change.tracks.size(), 2U);
    EXPECT_TRUE(change.labels.empty());
    EXPECT_TRUE(same_statements(applied(change, before), after));
    EXPECT_TRUE(difference("None", before, before).empty());
}

}  // namespace
}  // namespace inbetween
