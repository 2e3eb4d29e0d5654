#include "core/edit/document.h"

#include <gtest/gtest.h>

#include "core/edit/history.h"
#include "tests/edit/sample_project.h"

namespace inbetween {
namespace {

using namespace test;

TEST(Document, SnapshotsDoNotFollowLaterEdits) {
    Document document(project_with_track());
    const auto before = document.snapshot();
    document.apply(edit::remove_track(document.annotations(), TrackId{1}));
    EXPECT_EQ(before->tracks.size(), 1U);
    EXPECT_TRUE(document.annotations().tracks.empty());
}

TEST(Document, ShowsLinearOnceAKeyframeChangesAndTheFillAgainAfterUndo) {
    Document document(project_with_track());
    ASSERT_TRUE(document.set_fill(fill_of(*document.annotations().find_track(TrackId{1}), 0)));
    const auto x_at_15 = [&] {
        const Track& track = *document.annotations().find_track(TrackId{1});
        return std::get<Box>(document.annotations().state_at(track, FrameIndex{15})->shape).x;
    };
    EXPECT_EQ(x_at_15(), 1000);
    const ChangeSet change = edit::state_shape(document.annotations(), TrackId{1}, FrameIndex{20}, Box{200, 5, 10, 20});
    document.apply(change);
    EXPECT_EQ(x_at_15(), 100) << "linear to the new keyframe";
    EXPECT_FALSE(find_breach(document.annotations()));
    document.apply(change.inverse());
    EXPECT_EQ(x_at_15(), 1000) << "the fill came back with its keyframes";
}

TEST(Document, DropsAFillForKeyframesThatAreGone) {
    Document document(project_with_track());
    const SpanFillPtr fill = fill_of(*document.annotations().find_track(TrackId{1}), 0);
    document.apply(edit::state_shape(document.annotations(), TrackId{1}, FrameIndex{15}, Box{7, 5, 10, 20}));
    EXPECT_FALSE(document.set_fill(fill));
    EXPECT_TRUE(document.annotations().fills.empty());
}

TEST(Document, ClearedFillsDoNotComeBack) {
    Document document(project_with_track());
    document.set_fill(fill_of(*document.annotations().find_track(TrackId{1}), 0));
    document.set_fill(fill_of(*document.annotations().find_track(TrackId{1}), 1));
    document.clear_fills(TrackId{1}, {FrameIndex{10}, FrameIndex{20}});
    EXPECT_EQ(document.annotations().fills_of(TrackId{1}).size(), 1U);
    document.apply(edit::toggle_occluded(document.annotations(), TrackId{1}, FrameIndex{40}));
    EXPECT_TRUE(document.annotations().fills_of(TrackId{1}).empty()) << "keyframe 40 changed";
}

TEST(History, CutsWhatCouldBeRedoneOnANewStep) {
    History history;
    EXPECT_EQ(history.undoable(), nullptr);
    EXPECT_EQ(history.push("a"), 1);
    EXPECT_EQ(history.push("b"), 2);
    history.step_back();
    EXPECT_EQ(history.redoable()->name, "b");
    EXPECT_EQ(history.head(), 1);
    EXPECT_EQ(history.push("c"), 3) << "numbers are not used again";
    EXPECT_EQ(history.redoable(), nullptr);
    EXPECT_EQ(history.entries().size(), 2U);
}

}  // namespace
}  // namespace inbetween
