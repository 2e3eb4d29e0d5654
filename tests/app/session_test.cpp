#include <gmock/gmock.h>

#include <cmath>

#include "core/edit/operations.h"
#include "tests/app/app_support.h"

namespace inbetween {
namespace {

using test::Desk;
using test::keyframes_text;

TEST(Session, UndoAndRedoGoOnAfterReopening) {
    Desk desk;
    const TrackId id = desk.add_box({0, 50});
    desk.at(25);
    desk.press({"alt+right", "c", "b"});
    const auto whole = desk->snapshot();
    ASSERT_EQ(desk->history().done(), 5U);
    desk.reopen();
    EXPECT_TRUE(same_statements(*whole, desk->annotations()));
    ASSERT_EQ(desk->history().done(), 5U);
    ASSERT_TRUE(desk.press({"z", "ctrl+z"}));
    EXPECT_EQ(keyframes_text(desk.track(id)), "0 25 50");
    desk.reopen();
    ASSERT_TRUE(desk.press({"z", "z", "z"}));
    EXPECT_EQ(desk.tracks(), 0U);
    ASSERT_TRUE(desk.press({"shift+z", "ctrl+y", "shift+z", "shift+z", "shift+z"}));
    EXPECT_TRUE(same_statements(*whole, desk->annotations()));
    EXPECT_FALSE(desk->redo());
    EXPECT_EQ(desk.last_message(), "Nothing to redo");
}

TEST(Session, AFillComesBackByUndoAfterReopening) {
    Desk desk;
    const TrackId id = desk.add_box({0, 50});
    SpanFill fill{.track = id, .method = "csrt", .inputs = desk.track(id).keyframes, .left = 0, .frames = {}};
    fill.frames.resize(49, {Box{7, 7, 10, 10}, 0.5F});
    desk->set_fill(std::make_shared<const SpanFill>(fill));
    desk.at(50);
    ASSERT_TRUE(desk.press("alt+right"));
    EXPECT_TRUE(desk->annotations().fills.empty()) << "the keyframe it was computed from has moved";
    desk.reopen();
    EXPECT_TRUE(desk->annotations().fills.empty());
    ASSERT_TRUE(desk.press("z"));
    const TrackFills& fills = desk->annotations().fills_of(id);
    ASSERT_EQ(fills.size(), 1U);
    EXPECT_EQ(*fills.front(), fill);
}

TEST(Session, SaysWhenItsFileWasMovedAway) {
    Desk desk;
    desk.add_box({0});
    IB_ASSERT_OK(desk->wait());
    const std::filesystem::path project = desk->project();
    std::filesystem::rename(project, project.string() + ".moved");
    desk.at(9);
    desk.press("s");
    IB_ASSERT_OK(desk->wait());
    desk->pump();
    EXPECT_THAT(desk.last_message(), testing::HasSubstr(project.filename().string()));
    EXPECT_TRUE(Store::is_project(project)) << "the project is written anew at its place";
}

TEST(Session, ANewEditForgetsWhatCouldBeRedone) {
    Desk desk;
    desk.add_box({0});
    desk.press({"z", "w", "enter", "right", "down", "enter"});
    EXPECT_EQ(desk->history().redoable(), nullptr);
    desk.reopen();
    EXPECT_EQ(desk->history().redoable(), nullptr);
    EXPECT_EQ(desk.tracks(), 1U);
}

TEST(Session, UndoReachesBackBeyondWhatItKeepsInMemory) {
    Desk desk;
    desk.add_box({0});
    constexpr int steps = 600;
    ASSERT_TRUE(desk.press_times("alt+right", steps));
    EXPECT_EQ(bounding_box(desk.state().shape).x, 700);
    ASSERT_TRUE(desk.press_times("z", steps));
    EXPECT_EQ(bounding_box(desk.state().shape).x, 100);
    ASSERT_TRUE(desk.press("z"));
    EXPECT_EQ(desk.tracks(), 0U);
}

TEST(Session, UndoSelectsAndShowsWhatItChanged) {
    Desk desk;
    const TrackId first = desk.add_box({0, 50});
    desk.at(20);
    desk.press("s");
    desk.add_box({0});
    desk.press("z");
    desk.at(90);
    desk.press("z");
    EXPECT_EQ(desk->view.track, first);
    EXPECT_EQ(desk->view.frame, FrameIndex{20});
    EXPECT_EQ(desk.last_message(), "Undone: State keyframe");
}

TEST(Session, AReadOnlyProjectRefusesEdits) {
    Desk desk;
    const TrackId id = desk.add_box({0, 50});
    desk.reopen(StoreMode::ReadOnly);
    desk->view.track = id;
    const auto before = desk->snapshot();
    desk.at(25);
    for (const char* keys : {"s", "x", "c", "b", "delete", "ctrl+shift+delete", "alt+left", "2", "z"}) {
        desk.press(keys);
        EXPECT_EQ(desk->snapshot(), before) << keys;
    }
    EXPECT_EQ(desk.last_message(), "Not changed: the project is open read-only");
    EXPECT_FALSE(desk->commit(edit::remove_track(*before, id)));
    EXPECT_EQ(desk->store_status().queued, 0);
}

TEST(Session, AnEmptyChangeIsNoStep) {
    Desk desk;
    EXPECT_FALSE(desk->commit({}));
    EXPECT_EQ(desk->history().done(), 0U);
}

TEST(Session, LetsGoOfWhatIsNoLongerThere) {
    Desk desk;
    desk.add_box({0});
    desk->view.merge_with = desk->view.track;
    desk->view.drag = DragPreview{desk->view.track, Box{0, 0, 10, 10}};
    desk.press("ctrl+shift+delete");
    EXPECT_FALSE(is_set(desk->view.track));
    EXPECT_FALSE(is_set(desk->view.merge_with));
    EXPECT_FALSE(desk->view.drag.has_value());
}

TEST(Session, MessagesGoWhenTheyAreOld) {
    Desk desk;
    desk->say(Message::Kind::Info, "short");
    desk->say(Message::Kind::Warning, "long");
    EXPECT_NEAR(desk->pump(), 6, 1e-9);
    desk.pass(7);
    ASSERT_EQ(desk->messages().size(), 1U);
    EXPECT_EQ(desk->messages().front().text, "long");
    desk.pass(9);
    EXPECT_TRUE(desk->messages().empty());
    EXPECT_TRUE(std::isinf(desk->pump()));
}

TEST(Session, FillsAreShownStoredAndDroppedWithTheirKeyframes) {
    Desk desk;
    const TrackId id = desk.add_box({0, 3});
    const auto keyframes = desk.track(id).keyframes;
    auto fill = std::make_shared<SpanFill>();
    fill->track = id;
    fill->method = "csrt";
    fill->inputs = keyframes;
    fill->frames = {{Box{1, 2, 3, 4}, 0.5F, false}, {Box{2, 2, 3, 4}, 0.25F, true}};
    desk->set_fill(fill);
    desk.at(2);
    EXPECT_EQ(desk.state().shape, (Shape{Box{2, 2, 3, 4}}));
    EXPECT_EQ(desk.state().source, Source::Tracked);
    desk.reopen();
    desk->view.track = id;
    desk.at(2);
    EXPECT_EQ(desk.state().shape, (Shape{Box{2, 2, 3, 4}}));
    desk.at(3);
    desk.press("alt+right");
    desk.at(2);
    EXPECT_EQ(desk.state().source, Source::Interpolated);
    desk.press("z");
    desk.at(2);
    EXPECT_EQ(desk.state().source, Source::Tracked);
    desk->clear_fills(id, {FrameIndex{0}, FrameIndex{200}});
    EXPECT_EQ(desk.state().source, Source::Interpolated);
    EXPECT_EQ(desk->history().done(), 2U);
}

TEST(Session, RefusesAFileThatIsNoProject) {
    const test::TemporaryFolder folder;
    test::write_text(folder / "notes.txt", "not a project");
    const auto opened = Session::open(folder / "notes.txt", {});
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(test::file_text(folder / "notes.txt"), "not a project");
}

TEST(Session, AMissingVideoIsAMessageAndEditsGoOn) {
    Desk desk;
    auto opened = Session::open(desk->project(), {.mode = StoreMode::ReadOnly});
    IB_ASSERT_OK(opened);
    Session& session = **opened;
    IB_EXPECT_OK(session.wait());
    EXPECT_EQ(session.video(), nullptr);
    ASSERT_FALSE(session.messages().empty());
    EXPECT_EQ(session.messages().back().kind, Message::Kind::Error);
    EXPECT_NE(session.messages().back().text.find("walk.avi"), std::string::npos);
    EXPECT_EQ(session.frames(), 200);
    EXPECT_EQ(session.shown_frame().picture, nullptr);
    EXPECT_FALSE(session.is_busy());
}

}  // namespace
}  // namespace inbetween
