#include <cmath>

#include "app/project.h"
#include "app/session.h"
#include "core/edit/operations.h"
#include "tests/app/app_support.h"

namespace inbetween {
namespace {

constexpr int frames = 60;

/// A session on a video in which a square slides 3 px right a frame, opened as the workstation does.
class SessionOnVideo : public testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = new test::TemporaryFolder;
        ASSERT_TRUE(test::make_sliding_video(*folder_ / "slide.avi", frames));
    }
    static void TearDownTestSuite() { delete folder_; }

    void SetUp() override {
        project = own / "slide.inbetween";
        const auto made = create_project(project, {*folder_ / "slide.avi"}, labels_of({"square"}));
        IB_ASSERT_OK(made);
        open();
    }

    void open(StoreMode mode = StoreMode::ReadWrite) {
        session.reset();
        auto opened = Session::open(project, {.mode = mode});
        IB_ASSERT_OK(opened);
        session = *std::move(opened);
        wait();
        ASSERT_NE(session->video(), nullptr);
    }

    void wait() {
        const auto done = session->wait();
        IB_ASSERT_OK(done);
    }

    static Box truth(std::int64_t frame) { return {20.0 + 3.0 * static_cast<double>(frame), 80, 48, 48}; }

    /// States the square at these frames and selects its track.
    TrackId add_square(std::initializer_list<std::int64_t> keyframes) {
        TrackId id{};
        for (const std::int64_t frame : keyframes) {
            const Annotations& now = session->annotations();
            ChangeSet change =
                is_set(id) ? edit::state_shape(now, id, FrameIndex{frame}, truth(frame))
                           : edit::add_track(now, session->media_id(), LabelId{1}, FrameIndex{frame}, truth(frame));
            id = change.tracks.front().id;
            EXPECT_TRUE(session->commit(std::move(change)));
        }
        session->view.track = id;
        return id;
    }

    std::string methods(TrackId id) {
        std::string text;
        for (const SpanFillPtr& fill : session->annotations().fills_of(id)) {
            if (!text.empty()) text += ' ';
            text += std::to_string(fill->from().frame.value) + "-" + std::to_string(fill->to().frame.value);
        }
        return text;
    }

    test::TemporaryFolder own;
    std::filesystem::path project;
    std::unique_ptr<Session> session;

private:
    static inline test::TemporaryFolder* folder_ = nullptr;
};

TEST_F(SessionOnVideo, ShowsTheExactFrameAskedFor) {
    EXPECT_EQ(session->video()->frames, frames);
    session->go_to(FrameIndex{37});
    wait();
    const ShownFrame shown = session->shown_frame();
    ASSERT_NE(shown.picture, nullptr);
    EXPECT_EQ(shown.kind, ShownFrame::Kind::Exact);
    EXPECT_EQ(shown.frame, FrameIndex{37});
    auto source = open_frame_source(session->video_path());
    IB_ASSERT_OK(source);
    const auto expected = (*source)->frame(FrameIndex{37});
    IB_ASSERT_OK(expected);
    EXPECT_EQ(framemd5(*shown.picture), framemd5(**expected));
}

TEST_F(SessionOnVideo, ClampsToTheVideo) {
    session->go_to(FrameIndex{1000});
    EXPECT_EQ(session->view.frame, FrameIndex{frames - 1});
    session->go_to(FrameIndex{-5});
    EXPECT_EQ(session->view.frame, FrameIndex{0});
}

TEST_F(SessionOnVideo, SolvesASpanAndKeepsItAcrossReopening) {
    const TrackId id = add_square({0, 40});
    session->go_to(FrameIndex{10});
    ASSERT_TRUE(run_command(*session, "track.solve.csrt"));
    wait();
    EXPECT_EQ(methods(id), "0-40");
    EXPECT_EQ(session->annotations().fills_of(id).front()->method, "csrt");
    const auto before = session->annotations().state_at(*session->selected_track(), FrameIndex{20});
    ASSERT_TRUE(before.has_value());
    EXPECT_EQ(before->source, Source::Tracked);
    EXPECT_GT(iou(std::get<Box>(before->shape), truth(20)), 0.7);
    open();
    EXPECT_EQ(session->annotations().state_at(*session->annotations().find_track(id), FrameIndex{20}), before);
}

TEST_F(SessionOnVideo, AKeyframeInATrackedSpanSolvesBothHalvesAgain) {
    const TrackId id = add_square({0, 40});
    ASSERT_TRUE(run_command(*session, "track.solve.medianflow"));
    wait();
    ASSERT_EQ(methods(id), "0-40");
    session->go_to(FrameIndex{20});
    ASSERT_TRUE(run_command(*session, "shape.nudge.down"));
    EXPECT_EQ(methods(id), "") << "linear is shown at once";
    wait();
    EXPECT_EQ(methods(id), "0-20 20-40");
    EXPECT_EQ(session->annotations().fills_of(id).front()->method, "medianflow");
    ASSERT_TRUE(session->undo());
    EXPECT_EQ(methods(id), "0-40") << "the fill of before is back at once";
    wait();
    EXPECT_EQ(methods(id), "0-40");
    EXPECT_EQ(session->history().done(), 2U);
}

TEST_F(SessionOnVideo, UndoAfterReopeningSolvesAgain) {
    const TrackId id = add_square({0, 40});
    ASSERT_TRUE(run_command(*session, "track.solve.medianflow"));
    wait();
    const auto shown = session->annotations().state_at(*session->selected_track(), FrameIndex{30});
    session->go_to(FrameIndex{20});
    ASSERT_TRUE(run_command(*session, "shape.nudge.down"));
    wait();
    open();
    ASSERT_TRUE(session->undo());
    wait();
    EXPECT_EQ(methods(id), "0-40");
    EXPECT_EQ(session->annotations().state_at(*session->annotations().find_track(id), FrameIndex{30}), shown);
}

TEST_F(SessionOnVideo, EditsInQuickSuccessionEndInFillsOfTheLast) {
    const TrackId id = add_square({0, 20, 40});
    ASSERT_TRUE(run_command(*session, "track.solve_all"));
    wait();
    ASSERT_EQ(methods(id), "0-20 20-40");
    session->go_to(FrameIndex{20});
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(run_command(*session, i % 2 == 0 ? "shape.nudge.down" : "shape.nudge.right"));
        session->pump();
    }
    wait();
    EXPECT_EQ(methods(id), "0-20 20-40");
    for (const SpanFillPtr& fill : session->annotations().fills_of(id))
        EXPECT_TRUE(is_current(*fill, *session->annotations().find_track(id)));
}

TEST_F(SessionOnVideo, AnEditWhileItsSpanIsBeingSolvedEndsInFillsOfWhatIsThere) {
    const TrackId id = add_square({0, 40, 59});
    ASSERT_TRUE(run_command(*session, "track.solve_all"));
    session->go_to(FrameIndex{20});
    ASSERT_TRUE(run_command(*session, "shape.nudge.down"));
    wait();
    EXPECT_EQ(methods(id), "0-20 20-40 40-59");
}

TEST_F(SessionOnVideo, AFollowCountsOnlyOnceItIsAccepted) {
    const TrackId id = add_square({0});
    ASSERT_TRUE(run_command(*session, "track.follow.forward"));
    wait();
    ASSERT_EQ(session->proposals().size(), 1U);
    const Follow follow = session->proposals().front();
    ASSERT_GE(follow.frames.size(), 20U);
    EXPECT_EQ(test::keyframes_text(*session->annotations().find_track(id)), "0");
    EXPECT_EQ(session->history().done(), 1U);

    ASSERT_TRUE(run_command(*session, "proposal.accept"));
    EXPECT_TRUE(session->proposals().empty());
    EXPECT_EQ(session->history().undoable()->name, "Accept proposal");
    const Track track = *session->annotations().find_track(id);
    EXPECT_LT(track.keyframes.size(), follow.frames.size() / 2);
    EXPECT_EQ(track.keyframes.front().source, Source::Manual);
    for (std::size_t i = 1; i < track.keyframes.size(); ++i) EXPECT_EQ(track.keyframes[i].source, Source::Tracked);
    for (std::size_t i = 0; i < follow.frames.size(); ++i) {
        const auto state = session->annotations().state_at(track, FrameIndex{1 + static_cast<std::int64_t>(i)});
        ASSERT_TRUE(state.has_value());
        EXPECT_EQ(state->shape, on_grid(follow.frames[i].shape)) << i;
    }
    EXPECT_GT(iou(bounding_box(session->annotations().state_at(track, FrameIndex{20})->shape), truth(20)), 0.6);
    ASSERT_TRUE(session->undo());
    EXPECT_EQ(test::keyframes_text(*session->annotations().find_track(id)), "0");
    wait();
}

TEST_F(SessionOnVideo, ARejectedProposalLeavesNothing) {
    const TrackId id = add_square({30});
    ASSERT_TRUE(run_command(*session, "track.follow.backward"));
    wait();
    ASSERT_EQ(session->proposals().size(), 1U);
    EXPECT_EQ(session->proposals().front().direction, Direction::Backward);
    ASSERT_TRUE(run_command(*session, "proposal.reject"));
    EXPECT_TRUE(session->proposals().empty());
    EXPECT_EQ(test::keyframes_text(*session->annotations().find_track(id)), "30");
}

TEST_F(SessionOnVideo, AcceptsAFollowBackward) {
    const TrackId id = add_square({30});
    ASSERT_TRUE(run_command(*session, "track.follow.backward"));
    wait();
    ASSERT_EQ(session->proposals().size(), 1U);
    const Follow follow = session->proposals().front();
    ASSERT_TRUE(run_command(*session, "proposal.accept"));
    const Track& track = *session->annotations().find_track(id);
    EXPECT_EQ(track.keyframes.back().frame, FrameIndex{30});
    for (std::size_t i = 0; i < follow.frames.size(); ++i) {
        const auto state = session->annotations().state_at(track, FrameIndex{29 - static_cast<std::int64_t>(i)});
        ASSERT_TRUE(state.has_value());
        EXPECT_EQ(state->shape, on_grid(follow.frames[i].shape)) << i;
    }
}

TEST_F(SessionOnVideo, AProposalGoesWithItsKeyframe) {
    add_square({0});
    ASSERT_TRUE(run_command(*session, "track.follow.forward"));
    wait();
    ASSERT_EQ(session->proposals().size(), 1U);
    ASSERT_TRUE(run_command(*session, "shape.nudge.down"));
    EXPECT_TRUE(session->proposals().empty());
}

TEST_F(SessionOnVideo, AKeyframeStatedOnAProposalTakesItsPlaceAndSolvesTheSpan) {
    const TrackId id = add_square({0});
    ASSERT_TRUE(run_command(*session, "track.follow.forward"));
    wait();
    const Shape proposed = *session->proposed_shape(id, FrameIndex{20});
    session->go_to(FrameIndex{20});
    ASSERT_TRUE(run_command(*session, "track.keyframe.toggle"));
    EXPECT_EQ(session->annotations().find_track(id)->find_keyframe(FrameIndex{20})->shape, on_grid(proposed));
    EXPECT_TRUE(session->proposals().empty());
    wait();
    EXPECT_EQ(methods(id), "0-20");
}

TEST_F(SessionOnVideo, ANudgeMovesWhatIsProposed) {
    const TrackId id = add_square({0});
    ASSERT_TRUE(run_command(*session, "track.follow.forward"));
    wait();
    const Shape proposed = *session->proposed_shape(id, FrameIndex{15});
    session->go_to(FrameIndex{15});
    ASSERT_TRUE(run_command(*session, "shape.nudge.down"));
    EXPECT_EQ(session->selected_state()->shape, on_grid(moved(proposed, 0, 1)));
}

TEST_F(SessionOnVideo, AnOutsideKeyframeEndsTheProposalThere) {
    const TrackId id = add_square({0});
    ASSERT_TRUE(run_command(*session, "track.follow.forward"));
    wait();
    ASSERT_GE(session->proposals().front().frames.size(), 20U);
    session->go_to(FrameIndex{16});
    ASSERT_TRUE(run_command(*session, "track.outside"));
    ASSERT_EQ(session->proposals().size(), 1U);
    EXPECT_EQ(session->proposals().front().frames.size(), 15U);
    ASSERT_TRUE(run_command(*session, "proposal.accept"));
    const Track& track = *session->annotations().find_track(id);
    ASSERT_GE(track.keyframes.size(), 3U);
    EXPECT_TRUE(track.keyframes.back().outside);
    EXPECT_EQ(track.keyframes[track.keyframes.size() - 2].frame, FrameIndex{15});
}

TEST_F(SessionOnVideo, FollowsOnWhereAnImportEnded) {
    const TrackId id = add_square({0});
    Track track = *session->annotations().find_track(id);
    track.set_keyframe({FrameIndex{1}, truth(0), false, true, Source::Imported});
    ChangeSet change{.name = "Import"};
    change.tracks.push_back({id, session->annotations().tracks.at(id), std::make_shared<const Track>(track)});
    ASSERT_TRUE(session->commit(std::move(change)));
    ASSERT_TRUE(run_command(*session, "track.follow.forward"));
    wait();
    ASSERT_EQ(session->proposals().size(), 1U);
    const auto length = static_cast<std::int64_t>(session->proposals().front().frames.size());
    ASSERT_GE(length, 20);
    ASSERT_TRUE(run_command(*session, "proposal.accept"));
    const auto state = [&](std::int64_t frame) {
        return *session->annotations().state_at(*session->annotations().find_track(id), FrameIndex{frame});
    };
    EXPECT_FALSE(state(length).outside);
    EXPECT_GT(iou(bounding_box(state(20).shape), truth(20)), 0.6);
    EXPECT_TRUE(state(length + 1).outside);
}

TEST_F(SessionOnVideo, FollowingAgainGoesOn) {
    add_square({0});
    session->follow({.track = *session->selected_track(), .from = FrameIndex{0}, .frames = 5, .method = {}});
    wait();
    ASSERT_EQ(session->proposals().size(), 1U);
    ASSERT_EQ(session->proposals().front().frames.size(), 5U);
    ASSERT_TRUE(run_command(*session, "track.follow.forward"));
    wait();
    ASSERT_EQ(session->proposals().size(), 1U);
    EXPECT_GT(session->proposals().front().frames.size(), 20U);
}

TEST_F(SessionOnVideo, CancelledJobsLeaveWhatTheyFoundAndEnd) {
    add_square({0, 40});
    ASSERT_TRUE(run_command(*session, "track.solve.csrt"));
    ASSERT_FALSE(session->jobs().empty());
    ASSERT_TRUE(run_command(*session, "jobs.cancel"));
    wait();
    EXPECT_TRUE(session->jobs().empty());
    for (const Message& message : session->messages()) EXPECT_NE(message.kind, Message::Kind::Error) << message.text;
}

TEST_F(SessionOnVideo, AReadOnlyProjectKeepsTheProposalAndSaysWhy) {
    add_square({0});
    open(StoreMode::ReadOnly);
    session->view.track = TrackId{1};
    ASSERT_TRUE(run_command(*session, "track.follow.forward"));
    wait();
    ASSERT_EQ(session->proposals().size(), 1U);
    ASSERT_TRUE(run_command(*session, "proposal.accept"));
    EXPECT_EQ(session->proposals().size(), 1U);
    EXPECT_EQ(session->messages().back().text, "Not changed: the project is open read-only");
}

TEST_F(SessionOnVideo, SaysSoWhenTheVideoIsAnotherOne) {
    session.reset();
    ASSERT_TRUE(test::make_sliding_video(own / "short.avi", 20));
    const auto made = create_project(own / "short.inbetween", {own / "short.avi"}, labels_of({"square"}));
    IB_ASSERT_OK(made);
    ASSERT_TRUE(test::make_sliding_video(own / "short.avi", 10));
    auto opened = Session::open(own / "short.inbetween", {});
    IB_ASSERT_OK(opened);
    IB_EXPECT_OK((*opened)->wait());
    ASSERT_FALSE((*opened)->messages().empty());
    EXPECT_NE((*opened)->messages().back().text.find("has 10 frames, but the annotations are of a video with 20"),
              std::string::npos);
    EXPECT_EQ((*opened)->video_difference(), (*opened)->messages().back().text) << "stays when the message is gone";
    (*opened)->go_to(FrameIndex{19});
    EXPECT_EQ((*opened)->view.frame, FrameIndex{19});
    IB_EXPECT_OK((*opened)->wait());
    const ShownFrame shown = (*opened)->shown_frame();
    EXPECT_EQ(shown.frame, FrameIndex{9});
    EXPECT_EQ(shown.kind, ShownFrame::Kind::Nearest);
}

TEST_F(SessionOnVideo, SeesTheSelectedQuadStraightOn) {
    EXPECT_FALSE(session->quad_seen().has_value());
    TrackId id{};
    for (const std::int64_t frame : {4, 30}) {
        const Annotations& now = session->annotations();
        const Quad quad = quad_of(truth(frame));
        ChangeSet change = is_set(id) ? edit::state_shape(now, id, FrameIndex{frame}, quad)
                                      : edit::add_track(now, session->media_id(), LabelId{1}, FrameIndex{frame}, quad);
        id = change.tracks.front().id;
        ASSERT_TRUE(session->commit(std::move(change)));
    }
    session->view.track = id;
    session->go_to(FrameIndex{12});
    wait();
    ASSERT_TRUE(session->quad_seen().has_value());
    EXPECT_EQ(session->quad_seen()->glance.keyframe, FrameIndex{4});
    EXPECT_EQ(session->quad_seen()->glance.frame, FrameIndex{12});
    EXPECT_GT(session->quad_seen()->view->score, 0.8);
    // At a keyframe the other one is what it is held against.
    session->go_to(FrameIndex{30});
    wait();
    EXPECT_EQ(session->quad_seen()->glance.keyframe, FrameIndex{4});
    EXPECT_EQ(session->quad_seen()->glance.frame, FrameIndex{30});
    // Past the track, and with nothing selected, there is nothing to see.
    session->view.track = {};
    wait();
    EXPECT_FALSE(session->quad_seen().has_value());
}

}  // namespace
}  // namespace inbetween
