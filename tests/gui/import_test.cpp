#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gui/gui_fixture.h"

namespace inbetween::test {
namespace {

TEST_F(Gui, ImportsWhatWasLookedAtAsOneStep) {
    const TemporaryFolder folder;
    const auto file = folder / "gt.txt";
    write_text(file, "1,1,10,20,30,40,1,1,1\n2,1,11,20,30,40,1,1,1\n3,1,12,20,30,40,1,1,1\n");
    gui_->click("Menu/File");
    gui_->click("Menu/Import");
    gui_->type(file.string());
    gui_->click("Import/Look");
    while (gui_->workstation().state().importing.reading.valid()) gui_->settle();
    gui_->settle();
    EXPECT_TRUE(gui_->shows("Import/Plan")) << gui_->workstation().state().importing.problem;
    EXPECT_EQ(gui_->workstation().state().importing.adds,
              "1 track, 4 keyframes, 0 segments, new labels: pedestrian");
    EXPECT_TRUE(annotations().tracks.empty()) << "looking changes nothing";
    gui_->click("Import/Keyframes");
    gui_->key("ctrl+a");
    gui_->type("tolerance=1");
    gui_->settle();
    EXPECT_EQ(gui_->workstation().state().importing.adds,
              "1 track, 3 keyframes of 4 stated frames, 0 segments, new labels: pedestrian");
    gui_->save("import");
    gui_->click("Import/Import");
    gui_->settle();
    ASSERT_EQ(annotations().tracks.size(), 1U);
    gui_->click("Import/Close");
    gui_->key("z");
    EXPECT_TRUE(annotations().tracks.empty());
}

TEST_F(Gui, AFileOfAnnotationsDroppedOnTheWindowIsLookedAt) {
    const TemporaryFolder folder;
    const auto file = folder / "broken.txt";
    write_text(file, "1,1,10,20,30,40,1,1,1\n2,1,eleven,20,30,40,1,1,1\n");
    EXPECT_FALSE(gui_->workstation().import_soon(folder / "none.txt"));
    gui_->platform().input().push(InputEvent::drop({file}));
    gui_->settle();
    while (!gui_->shows("Import/Look") || gui_->workstation().state().importing.reading.valid()) gui_->settle();
    gui_->settle();
    EXPECT_THAT(gui_->workstation().state().importing.problem, testing::HasSubstr(":2: left: 'eleven' is not a number"));
    gui_->click("Import/Close");
    EXPECT_FALSE(gui_->shows("Import/Look"));
}

}  // namespace
}  // namespace inbetween::test
