#include <gtest/gtest.h>

#include "app/ui/timeline.h"
#include "core/edit/operations.h"
#include "tests/gui/gui_fixture.h"

namespace inbetween::test {
namespace {

TEST(ConfidenceWord, FollowsTheHeat) {
    EXPECT_EQ(confidence_word(1), "sure");
    EXPECT_EQ(confidence_word(0.9F), "sure");
    EXPECT_EQ(confidence_word(0.75F), "fairly sure");
    EXPECT_EQ(confidence_word(0.5F), "doubtful");
    EXPECT_EQ(confidence_word(0.1F), "a guess");
    EXPECT_EQ(confidence_word(0), "a guess");
}

/// Fills the selected track's only span with this confidence all along.
void fill_with(Session& session, float confidence) {
    const Track& track = *session.selected_track();
    SpanFill fill{.track = track.id, .method = "csrt", .inputs = track.keyframes};
    const FrameRange range = fill.range();
    fill.frames.assign(static_cast<std::size_t>(range.size()), {track.keyframes.front().shape, confidence, false});
    session.set_fill(std::make_shared<const SpanFill>(fill));
}

TEST_F(Gui, TheTimelineHeatsUpWhereAFillIsUnsure) {
    const TrackId id = draw_box({20, 80, 48, 48});
    session().commit(
        edit::add_keyframes(annotations(), id, {{.frame = FrameIndex{30}, .shape = Box{110, 80, 48, 48}}}));
    gui_->settle();
    gui_->move_to({3, 3});
    const std::string lane = "Timeline/Track/" + std::to_string(number(id));
    fill_with(session(), 0.97F);
    gui_->settle();
    const Image sure = gui_->shot_of(lane);
    std::size_t last = 0;
    for (const float confidence : {0.8F, 0.5F, 0.1F}) {
        fill_with(session(), confidence);
        gui_->settle();
        gui_->save("heat");
        const std::size_t heat = differing_pixels(sure, gui_->shot_of(lane));
        EXPECT_GT(heat, last) << "the less sure, the higher: " << confidence;
        last = heat;
    }
    EXPECT_TRUE(gui_->shows("Inspector/Tolerance"));
    const double before = session().settings().tolerance;
    gui_->click("Inspector/Looser");
    EXPECT_NEAR(session().settings().tolerance, before + 0.01, 1e-9);
    gui_->click("Inspector/Look");
    EXPECT_EQ(session().view.frame, FrameIndex{15}) << "the middle of a span that is doubted alike everywhere";
}

}  // namespace
}  // namespace inbetween::test
