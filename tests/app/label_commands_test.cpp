#include "app/labelling.h"
#include "app/project.h"
#include "tests/app/app_support.h"

namespace inbetween {
namespace {

using test::Desk;

TEST(LabelKeys, ADigitThatBeginsNothingLongerActsAtOnce) {
    Desk desk;
    desk.add_box({0});
    ASSERT_TRUE(desk.press("2"));
    EXPECT_EQ(desk.track().label, LabelId{2});
    EXPECT_EQ(desk->view.label, LabelId{2});
    EXPECT_EQ(desk->history().undoable()->name, "Change label");
}

TEST(LabelKeys, ADigitThatBeginsANumberWaitsForThePause) {
    Desk desk;
    desk.add_box({0});
    desk.press("2");
    ASSERT_TRUE(desk.press("1"));
    EXPECT_EQ(desk.track().label, LabelId{2});
    desk.pass(0.5);
    EXPECT_EQ(desk.track().label, LabelId{2});
    desk.pass(0.2);
    EXPECT_EQ(desk.track().label, LabelId{1});
}

TEST(LabelKeys, TwoDigitsMakeANumber) {
    Desk desk;
    ASSERT_TRUE(desk.press("1"));
    desk.pass(0.3);
    ASSERT_TRUE(desk.press("2"));
    EXPECT_EQ(desk->view.action, LabelId{4});
    EXPECT_EQ(desk.last_message(), "Action: run");
    EXPECT_EQ(desk->view.pending_digit, -1);
}

TEST(LabelKeys, ASecondDigitAfterThePauseStandsForItself) {
    Desk desk;
    desk.add_box({0});
    desk.press("1");
    desk.pass(0.7);
    desk.press("2");
    EXPECT_EQ(desk.track().label, LabelId{2});
    EXPECT_NE(desk->view.action, LabelId{4});
}

TEST(LabelKeys, APendingDigitAsksToBePumpedInTime) {
    Desk desk;
    desk.press("1");
    EXPECT_NEAR(desk->pump(), digit_pause_secs, 1e-9);
}

TEST(LabelKeys, AnUnknownNumberIsSaid) {
    Desk desk;
    ASSERT_TRUE(desk.press("9"));
    EXPECT_EQ(desk.last_message(), "No label has the number 9");
    ASSERT_TRUE(desk.press("0"));
    EXPECT_EQ(desk.last_message(), "No label has the number 10");
}

TEST(LabelKeys, NameTheActionOfTheSelectedSegment) {
    Desk desk;
    ASSERT_TRUE(desk.press({"i", "e", "enter"}));
    const SegmentId segment = desk->view.segment;
    ASSERT_TRUE(is_set(segment));
    desk.press({"1", "2"});
    EXPECT_EQ(desk->annotations().segments.at(segment)->label, LabelId{4});
    desk.press("3");
    EXPECT_EQ(desk->annotations().segments.at(segment)->label, LabelId{3});
}

TEST(LabelKeys, OfAvaAreTheActionsNumbers) {
    Annotations ava = test::example_annotations();
    ava.labels.clear();
    for (const Preset& preset : all_presets()) {
        if (preset.id != "ava") continue;
        for (const Label& label : preset.labels()) ava.labels.emplace(label.id, label);
    }
    ASSERT_EQ(ava.labels.size(), 81U);
    Desk desk{ava};
    desk.press({"1", "4"});
    EXPECT_EQ(desk->annotations().label_name(desk->view.action), "walk");
    desk.press({"8", "0"});
    EXPECT_EQ(desk->annotations().label_name(desk->view.action), "watch (a person)");
    desk.press("0");
    EXPECT_EQ(desk->annotations().find_label(desk->view.action)->ava_id, 10);
    desk.press("9");
    EXPECT_EQ(desk->annotations().label_name(desk->view.action), "martial art");
}

}  // namespace
}  // namespace inbetween
