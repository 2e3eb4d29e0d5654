#include <gmock/gmock.h>

#include "app/following.h"
#include "core/edit/proposals.h"
#include "tests/app/app_support.h"

namespace inbetween::test {
namespace {

using ::testing::HasSubstr;

/// A desk on which a detector has offered three tracks; the second is the most doubtful.
class Review : public ::testing::Test {
protected:
    void SetUp() override {
        std::vector<edit::OfferedTrack> offered;
        for (const auto& [first, certainty] : {std::pair(10, 0.6), std::pair(50, 0.2), std::pair(90, 0.4)}) {
            edit::OfferedTrack track{"person", certainty, {}};
            for (int frame = first; frame <= first + 20; ++frame)
                track.seen.push_back({.frame = FrameIndex{frame}, .shape = Box{2.0 * frame, 50, 20, 40}});
            offered.push_back(std::move(track));
        }
        ASSERT_TRUE(
            desk_->commit(edit::propose(desk_->annotations(), desk_->media_id(), offered, std::nullopt, "Detect")));
    }
    std::size_t left() { return edit::proposals_of(desk_->annotations()).size(); }
    std::int64_t selected() { return number(desk_->view.track); }

    Desk desk_;
};

TEST_F(Review, ShowsThemInTheOrderOfDoubtAndCountsThem) {
    ASSERT_TRUE(desk_.press("shift+u"));
    EXPECT_EQ(selected(), 2);
    EXPECT_EQ(desk_->view.frame, FrameIndex{60});
    EXPECT_THAT(desk_.last_message(), HasSubstr("3 proposals left; this one is 20 % certain"));
    ASSERT_TRUE(desk_.press("y"));
    EXPECT_FALSE(desk_.track(TrackId{2}).proposal);
    EXPECT_EQ(selected(), 3);
    EXPECT_THAT(desk_.last_message(), HasSubstr("2 proposals left"));
    ASSERT_TRUE(desk_.press("u"));
    EXPECT_EQ(desk_->annotations().find_track(TrackId{3}), nullptr);
    EXPECT_EQ(selected(), 1);
    ASSERT_TRUE(desk_.press("z"));
    EXPECT_EQ(left(), 2U);
    ASSERT_TRUE(desk_.press({"shift+u", "y"}));
    EXPECT_EQ(left(), 1U);
}

TEST_F(Review, SkippingGoesRoundAndLeavesThemAsTheyAre) {
    ASSERT_TRUE(desk_.press({"shift+u", "shift+u", "shift+u"}));
    EXPECT_EQ(selected(), 1);
    ASSERT_TRUE(desk_.press("shift+u"));
    EXPECT_EQ(selected(), 2);
    EXPECT_EQ(left(), 3U);
}

TEST_F(Review, GoesOnAfterARestart) {
    ASSERT_TRUE(desk_.press({"shift+u", "y"}));
    desk_.reopen();
    EXPECT_EQ(left(), 2U);
    ASSERT_TRUE(desk_.press("shift+u"));
    EXPECT_EQ(selected(), 3);
}

TEST_F(Review, AnswersAllAtOnceInOneStep) {
    ASSERT_TRUE(run_command(desk_.session(), "proposal.reject_all"));
    EXPECT_EQ(desk_.tracks(), 0U);
    ASSERT_TRUE(desk_.press("z"));
    EXPECT_EQ(left(), 3U);
    ASSERT_TRUE(desk_.press("shift+y"));
    EXPECT_EQ(left(), 0U);
    EXPECT_EQ(desk_.tracks(), 3U);
    EXPECT_FALSE(desk_.press("y"));
    EXPECT_FALSE(desk_.press("shift+u"));
}

TEST(FoundAgain, IsStatedBehindAnOutsideSpan) {
    Desk desk;
    const TrackId id = desk.add_box({0, 10});
    const FoundAgain found{FrameIndex{60}, {300, 100, 20, 40}, 0.8};
    ASSERT_TRUE(desk->commit(accept_found_again(desk->annotations(), id, found, 200)));
    EXPECT_EQ(keyframes_text(desk.track(id)), "0 10 11x 60");
    EXPECT_EQ(desk->history().undoable()->name, "Found again");
    // Within a stretch outside only the place itself is stated.
    const FoundAgain earlier{FrameIndex{30}, {250, 100, 20, 40}, 0.5};
    ASSERT_TRUE(desk->commit(accept_found_again(desk->annotations(), id, earlier, 200)));
    EXPECT_EQ(keyframes_text(desk.track(id)), "0 10 11x 30 60");
    // A keyframe that is there stands.
    EXPECT_TRUE(accept_found_again(desk->annotations(), id, found, 200).empty());
    EXPECT_TRUE(accept_found_again(desk->annotations(), id, {FrameIndex{500}, {1, 1, 9, 9}, 1}, 200).empty());
    EXPECT_TRUE(accept_found_again(desk->annotations(), TrackId{99}, found, 200).empty());
}

TEST(FoundAgain, BeforeTheTrackDoesNotSlideToItsBeginning) {
    Desk desk;
    const TrackId id = desk.add_box({50});
    ASSERT_TRUE(desk->commit(accept_found_again(desk->annotations(), id, {FrameIndex{20}, {9, 9, 9, 9}, 1}, 200)));
    EXPECT_EQ(keyframes_text(desk.track(id)), "20 21x 50");
}

}  // namespace
}  // namespace inbetween::test
