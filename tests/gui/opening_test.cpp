#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "tests/gui/gui_fixture.h"

// A project that takes long to be made: the window says so, goes on drawing and can be told to stop.
namespace inbetween::test {
namespace {

namespace fs = std::filesystem;

/// Stands in for the making of a project: 43 % of a video done, and no further until it is told to stop.
class Making {
public:
    Result<fs::path> operator()(const fs::path& file, const ProjectWork& work) {
        if (file.extension() == ".inbetween") return file;
        std::unique_lock lock(mutex_);
        ++begun_;
        lock.unlock();
        work.progress({file, 2, 7, 0.43});
        lock.lock();
        stopped_.wait(lock, work.stop, [] { return false; });
        return cancelled();
    }
    int begun() {
        std::lock_guard lock(mutex_);
        return begun_;
    }

private:
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    int begun_ = 0;  // guarded by mutex_
};

class Opening : public Gui {
protected:
    void SetUp() override {
        Gui::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        Script::Options options;
        options.find_project = [this](const fs::path& file, const ProjectWork& work) { return making_(file, work); };
        gui_ = start(options);
        ASSERT_NE(gui_, nullptr);
    }
    void TearDown() override { gui_.reset(); }  // it ends the making
    /// Chooses a file, and turns the loop until its making is on screen.
    void choose(const fs::path& file) {
        gui_->workstation().open_soon(file);
        while (!gui_->shows("Start/Opening")) turn();
    }
    void press(std::string_view key) {
        gui_->press(key, KeyAction::Press);
        gui_->press(key, KeyAction::Release);
        turn();
    }
    void turn() {
        gui_->workstation().redraw();
        ASSERT_TRUE(gui_->workstation().frame());
    }

    Making making_;
};

TEST_F(Opening, SaysWhatItReadsAndHowFarItIs) {
    choose("/films/long.mp4");
    const auto& opening = gui_->workstation().state().start.opening;
    ASSERT_TRUE(opening.has_value());
    EXPECT_EQ(opening->video, "/films/long.mp4");
    EXPECT_EQ(opening->share, 0.43);
    EXPECT_FALSE(gui_->shows("Start/Path"));
    EXPECT_FALSE(gui_->shows("Canvas"));
    const auto drawn = gui_->workstation().frames_drawn();
    gui_->platform().input().push(InputEvent::pointer(640, 300));
    for (int i = 0; i < 4; ++i) turn();
    EXPECT_EQ(gui_->workstation().frames_drawn(), drawn) << "nothing to draw again";
    gui_->save_as_it_is("opening");
}

TEST_F(Opening, EscapeGivesItUpAndGoesBackToWhatWasOpen) {
    choose("/films/long.mp4");
    press("esc");
    gui_->settle();
    EXPECT_TRUE(gui_->shows("Canvas"));
    EXPECT_EQ(session().media()->name(), "slide.avi");
    EXPECT_TRUE(gui_->workstation().state().start.problem.empty());
    // What was given up can be chosen again.
    choose("/films/long.mp4");
    EXPECT_EQ(making_.begun(), 2);
}

TEST_F(Opening, TheButtonGivesItUpToo) {
    choose("/films/long.mp4");
    const ImVec2 button = gui_->centre("Start/Cancel");
    auto& input = gui_->platform().input();
    input.push(InputEvent::pointer(static_cast<double>(button.x), static_cast<double>(button.y)));
    turn();
    input.push(InputEvent::button_event(MouseButton::Left, KeyAction::Press, 0));
    turn();
    input.push(InputEvent::button_event(MouseButton::Left, KeyAction::Release, 0));
    turn();
    gui_->settle();
    EXPECT_TRUE(gui_->shows("Canvas"));
}

TEST_F(Opening, AnotherFileTakesItsPlace) {
    choose("/films/long.mp4");
    gui_->platform().input().push(InputEvent::drop({project()}));
    gui_->settle();
    EXPECT_TRUE(gui_->shows("Canvas"));
    EXPECT_EQ(session().media()->name(), "slide.avi");
    EXPECT_EQ(making_.begun(), 1);
}

TEST_F(Opening, TheWindowClosesWithoutWaitingForIt) {
    choose("/films/long.mp4");
    gui_->platform().close();
    EXPECT_FALSE(gui_->workstation().frame());
    gui_.reset();
    EXPECT_EQ(making_.begun(), 1);
}

}  // namespace
}  // namespace inbetween::test
