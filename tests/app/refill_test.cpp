#include "app/refill.h"

#include "core/edit/document.h"
#include "core/edit/operations.h"
#include "tests/app/app_support.h"

namespace inbetween {
namespace {

/// A document with one box track, keyframes at 0, 20 and 40, its first span tracked by csrt.
class Refill : public testing::Test {
protected:
    Refill() {
        Annotations a = test::example_annotations();
        Track track{.id = id, .media = MediaId{1}, .label = LabelId{1}};
        for (const int frame : {0, 20, 40})
            track.set_keyframe({.frame = FrameIndex{frame}, .shape = Box{10.0 + frame, 10, 20, 20}});
        a.tracks.emplace(id, std::make_shared<const Track>(track));
        document = Document(a);
        fill(0);
    }

    void fill(std::size_t left) {
        const auto& keyframes = document.annotations().find_track(id)->keyframes;
        auto fill = std::make_shared<SpanFill>();
        fill->track = id;
        fill->method = "csrt";
        fill->inputs = {keyframes[left], keyframes[left + 1]};
        const auto frames = static_cast<std::size_t>(fill->range().size());
        fill->frames.assign(frames, {Box{1, 1, 5, 5}, 0.9F, false});
        ASSERT_TRUE(document.set_fill(fill));
    }

    /// What is to be renewed once the change is made.
    std::string renewed(const ChangeSet& change, const std::vector<FillWish>& under_way = {}) {
        const auto before = document.snapshot();
        document.apply(change);
        std::string text;
        for (const FillWish& wish : fills_to_renew(*before, document.annotations(), change, under_way)) {
            if (!text.empty()) text += ' ';
            text += std::to_string(number(wish.track)) + ":" + std::to_string(wish.left.value) + ":" + wish.method;
        }
        return text;
    }

    const Annotations& now() const { return document.annotations(); }

    TrackId id{1};
    Document document;
};

TEST_F(Refill, BothHalvesOfATrackedSpanAreSolvedAgain) {
    EXPECT_EQ(renewed(edit::state_shape(now(), id, FrameIndex{10}, Box{30, 10, 20, 20})), "1:0:csrt 1:10:csrt");
}

TEST_F(Refill, ASpanThatWasLinearStaysLinear) {
    EXPECT_EQ(renewed(edit::remove_keyframe(now(), id, FrameIndex{40})), "");
}

TEST_F(Refill, AMovedKeyframeRenewsTheTrackedSideAndTheNewOneBesideIt) {
    EXPECT_EQ(renewed(edit::state_shape(now(), id, FrameIndex{20}, Box{31, 10, 20, 20})), "1:0:csrt");
}

TEST_F(Refill, ANewSpanBesideATrackedOneIsTracked) {
    fill(1);
    EXPECT_EQ(renewed(edit::state_shape(now(), id, FrameIndex{60}, Box{80, 10, 20, 20})), "1:40:csrt");
}

TEST_F(Refill, ANewSpanBesideALinearOneIsNot) {
    EXPECT_EQ(renewed(edit::state_shape(now(), id, FrameIndex{60}, Box{80, 10, 20, 20})), "");
}

TEST_F(Refill, ASplitTracksBothParts) {
    EXPECT_EQ(renewed(edit::split_track(now(), id, FrameIndex{10})), "1:0:csrt 2:10:csrt");
}

TEST_F(Refill, UndoRevivesTheFillInsteadOfSolvingAgain) {
    const ChangeSet change = edit::state_shape(now(), id, FrameIndex{10}, Box{30, 10, 20, 20});
    renewed(change);
    EXPECT_EQ(renewed(change.inverse()), "");
    EXPECT_EQ(now().fills_of(id).size(), 1U);
}

TEST_F(Refill, SpansBeingSolvedCountAsTracked) {
    const std::vector<FillWish> under_way = {{id, FrameIndex{20}, "kcf"}};
    EXPECT_EQ(renewed(edit::state_shape(now(), id, FrameIndex{30}, Box{50, 10, 20, 20}), under_way),
              "1:20:kcf 1:30:kcf");
}

TEST_F(Refill, OutsideSpansAreNotSolved) { EXPECT_EQ(renewed(edit::toggle_outside(now(), id, FrameIndex{10})), ""); }

TEST_F(Refill, OtherTracksAreLeftAlone) {
    EXPECT_EQ(renewed(edit::add_track(now(), MediaId{1}, LabelId{1}, FrameIndex{5}, Box{1, 1, 5, 5})), "");
}

}  // namespace
}  // namespace inbetween
