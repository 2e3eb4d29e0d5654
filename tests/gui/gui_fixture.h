#pragma once

#include "app/project.h"
#include "tests/app/app_support.h"
#include "tests/gui/script.h"

namespace inbetween::test {

/// The real workstation on a project of a real, small video: 320x240, 40 frames, a striped square of 48 px at (20, 80)
/// that slides 3 px right a frame. Labels person and car, action walk.
class Gui : public testing::Test {
protected:
    static void SetUpTestSuite();
    static void TearDownTestSuite();
    void SetUp() override;

    /// Starts another workstation on a fresh copy of the project.
    std::unique_ptr<Script> start(const Script::Options& options = {});
    std::filesystem::path project() const { return folder_ / "slide.inbetween"; }
    const Annotations& annotations() { return gui_->session().annotations(); }
    Session& session() { return gui_->session(); }
    /// Draws a box with the mouse, by the W key, from corner to corner in the image.
    TrackId draw_box(const Box& box);
    /// The selected track's box at the frame on screen.
    Box box();

    std::unique_ptr<Script> gui_;

private:
    static std::unique_ptr<TemporaryFolder> video_folder;
    static bool has_video;
    TemporaryFolder folder_;
};

}  // namespace inbetween::test
