#include <gtest/gtest.h>

#include "tests/app/app_support.h"

namespace inbetween {
namespace {

using test::Desk;

TEST(View, KeysAdjustThePictureAndBackAgain) {
    Desk desk;
    const Adjustment& adjustment = desk->view.adjustment;
    EXPECT_TRUE(adjustment.is_neutral());
    ASSERT_TRUE(desk.press({"alt+b", "alt+b", "alt+c", "alt+shift+g"}));
    EXPECT_DOUBLE_EQ(adjustment.brightness, 0.1);
    EXPECT_DOUBLE_EQ(adjustment.contrast, 1.1);
    EXPECT_DOUBLE_EQ(adjustment.gamma, 0.91);
    EXPECT_EQ(adjustment.text(), "brightness +0.10, contrast 1.10, gamma 0.91");
    ASSERT_TRUE(desk.press({"alt+shift+b", "alt+shift+b", "alt+shift+c", "alt+g"}));
    EXPECT_TRUE(adjustment.is_neutral()) << adjustment.text();
    ASSERT_TRUE(desk.press({"alt+shift+b", "alt+0"}));
    EXPECT_TRUE(adjustment.is_neutral());
    EXPECT_FALSE(run_command(desk.session(), "view.adjust.reset")) << "there is nothing to take back";
}

TEST(View, AdjustmentsKeepWithinTheirRanges) {
    Desk desk;
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(desk.press({"alt+b", "alt+c", "alt+shift+g"}));
    EXPECT_DOUBLE_EQ(desk->view.adjustment.brightness, Adjustment::brightness_range.most);
    EXPECT_DOUBLE_EQ(desk->view.adjustment.contrast, Adjustment::contrast_range.most);
    EXPECT_DOUBLE_EQ(desk->view.adjustment.gamma, Adjustment::gamma_range.least);
}

TEST(View, AnAdjustmentIsNoEdit) {
    Desk desk;
    desk.add_box({10});
    const auto before = desk->snapshot();
    const std::size_t steps = desk->history().entries().size();
    ASSERT_TRUE(desk.press({"alt+b", "alt+c", "alt+g"}));
    EXPECT_EQ(desk->snapshot(), before);
    EXPECT_EQ(desk->history().entries().size(), steps);
    ASSERT_TRUE(desk.press("z"));
    EXPECT_FALSE(desk->view.adjustment.is_neutral()) << "undo is for edits";
}

TEST(View, PressingPTwiceOpensAndClosesTheSliders) {
    Desk desk;
    ASSERT_TRUE(desk.press("p"));
    EXPECT_TRUE(desk->view.adjust_open);
    ASSERT_TRUE(desk.press("p"));
    EXPECT_FALSE(desk->view.adjust_open);
}

}  // namespace
}  // namespace inbetween
