#include "core/edit/proposals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/edit/operations.h"
#include "tests/edit/sample_project.h"

namespace inbetween {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Seen in every frame of a range, going right by `speed` a frame.
edit::OfferedTrack offered(std::string label, std::int64_t first, std::int64_t last, double certainty, double speed = 1,
                           double y = 300) {
    edit::OfferedTrack track{std::move(label), certainty, {}};
    for (std::int64_t frame = first; frame <= last; ++frame)
        track.seen.push_back({.frame = FrameIndex{frame}, .shape = Box{speed * static_cast<double>(frame), y, 20, 40}});
    return track;
}

TEST(Proposals, AreTracksThatNobodyHasAcceptedInOneStep) {
    const Annotations a = project_with_track();
    const ChangeSet change =
        edit::propose(a, media, {offered("person", 5, 60, 0.4), offered("dog", 10, 30, 0.9)}, std::nullopt, "Detect");
    ASSERT_TRUE(fits(change, a));
    const Annotations after = applied(change, a);
    EXPECT_FALSE(find_breach(after)) << *find_breach(after);
    ASSERT_EQ(after.tracks.size(), 3U);
    EXPECT_NE(after.find_label("dog"), nullptr);
    EXPECT_TRUE(same_statements(applied(change.inverse(), after), a));
    const Track& person = *after.find_track(TrackId{2});
    EXPECT_EQ(person.proposal, 400);
    EXPECT_EQ(after.label_name(person.label), "person");
    // It went evenly: two keyframes say all of it.
    EXPECT_EQ(person.keyframes.size(), 2U);
    for (const Keyframe& keyframe : person.keyframes) EXPECT_EQ(keyframe.source, Source::Detected);
}

TEST(Proposals, KeepToTheToleranceStated) {
    edit::OfferedTrack curve = offered("person", 0, 80, 1);
    for (Keyframe& keyframe : curve.seen)
        std::get<Box>(keyframe.shape).y += 0.02 * static_cast<double>(keyframe.frame.value * keyframe.frame.value);
    std::size_t before = 1000;
    for (const double tolerance : {0.5, 2.0, 8.0}) {
        const Annotations a = empty_project();
        const Annotations after = applied(edit::propose(a, media, {curve}, tolerance, "Detect"), a);
        const Track& track = *after.tracks.begin()->second;
        for (const Keyframe& keyframe : curve.seen)
            EXPECT_LE(distance(after.state_at(track, keyframe.frame)->shape, keyframe.shape), tolerance + 0.01);
        EXPECT_LT(track.keyframes.size(), before);
        before = track.keyframes.size();
    }
}

TEST(Proposals, TakeAnotherLabelWhereTheNameIsAnActions) {
    const Annotations a = empty_project();
    const Annotations after = applied(edit::propose(a, media, {offered("wave", 0, 9, 1)}, 1, "Detect"), a);
    EXPECT_EQ(after.label_name(after.tracks.begin()->second->label), "wave (object)");
}

TEST(Proposals, OfWhatIsThereAlreadyAreNotMade) {
    const Annotations a = empty_project();
    const auto found = offered("person", 10, 50, 0.8);
    const Annotations once = applied(edit::propose(a, media, {found}, 1, "Detect"), a);
    EXPECT_THAT(edit::not_covered(once, media, {found}), IsEmpty());
    EXPECT_EQ(edit::not_covered(once, media, {offered("person", 10, 50, 0.8, 1, 400)}).size(), 1U);
    // Covered for less than half of the way.
    EXPECT_EQ(edit::not_covered(once, media, {offered("person", 40, 90, 0.8)}).size(), 1U);
}

class Reviewed : public ::testing::Test {
protected:
    Reviewed() {
        a_ = project_with_track();
        a_ = applied(edit::propose(a_, media,
                                   {offered("person", 0, 20, 0.7), offered("person", 30, 50, 0.2, 1, 200),
                                    offered("car", 60, 80, 0.5)},
                                   std::nullopt, "Detect"),
                     a_);
    }
    Annotations a_;
};

TEST_F(Reviewed, TheMostDoubtfulComesFirst) {
    EXPECT_THAT(edit::proposals_of(a_), ElementsAre(TrackId{3}, TrackId{4}, TrackId{2}));
    EXPECT_THAT(edit::proposals_of(a_, MediaId{9}), IsEmpty());
}

TEST_F(Reviewed, AcceptingTakesTheMarkAwayAndNothingElse) {
    const ChangeSet change = edit::accept_proposals(a_, {TrackId{3}, TrackId{3}, TrackId{1}, TrackId{99}});
    ASSERT_EQ(change.tracks.size(), 1U);
    const Annotations after = applied(change, a_);
    Track expected = *a_.find_track(TrackId{3});
    expected.proposal.reset();
    EXPECT_EQ(*after.find_track(TrackId{3}), expected);
    EXPECT_THAT(edit::proposals_of(after), ElementsAre(TrackId{4}, TrackId{2}));
}

TEST_F(Reviewed, RejectingTakesProposalsOnly) {
    const Annotations after = applied(edit::reject_proposals(a_, {TrackId{1}, TrackId{2}, TrackId{3}}), a_);
    EXPECT_NE(after.find_track(TrackId{1}), nullptr);
    EXPECT_EQ(after.find_track(TrackId{2}), nullptr);
    EXPECT_THAT(edit::proposals_of(after), ElementsAre(TrackId{4}));
    EXPECT_TRUE(edit::reject_proposals(after, {TrackId{1}}).empty());
}

TEST_F(Reviewed, WhoCorrectsAProposalAcceptsIt) {
    const Annotations stated = applied(edit::state_shape(a_, TrackId{3}, FrameIndex{40}, Box{42, 205, 20, 40}), a_);
    EXPECT_FALSE(stated.find_track(TrackId{3})->proposal);
    // A person's keyframe cannot be rejected with what was offered.
    EXPECT_TRUE(edit::reject_proposals(stated, {TrackId{3}}).empty());
    const Annotations split = applied(edit::split_track(a_, TrackId{2}, FrameIndex{10}), a_);
    EXPECT_THAT(edit::proposals_of(split), ElementsAre(TrackId{3}, TrackId{4}));
    EXPECT_TRUE(edit::set_track_label(a_, TrackId{3}, person).empty());
}

TEST_F(Reviewed, WhatNobodyAcceptedIsNotExported) {
    const Annotations accepted = without_proposals(a_);
    EXPECT_EQ(accepted.tracks.size(), 1U);
    EXPECT_FALSE(find_breach(accepted));
}

}  // namespace
}  // namespace inbetween
