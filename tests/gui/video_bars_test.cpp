#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "app/ui/timeline.h"
#include "tests/gui/gui_fixture.h"
#include "tests/support/fake_audio_output.h"

namespace inbetween::test {
namespace {

/// The workstation on a video, with what the status bar and the timeline tell of it.
class VideoBars : public Gui {
protected:
    /// How far a part of the screen is from the part of a thumbnail that is to be shown there: the mean over pixels.
    static double difference(const Image& shot, ImVec2 min, ImVec2 max, const Image& thumbnail,
                             const ThumbnailCells& cells) {
        const auto sample = [](const Image& image, double x, double y, std::size_t channel) {
            const auto column = static_cast<std::size_t>(std::clamp(x, 0.0, image.size.width - 1.0));
            const auto row = static_cast<std::size_t>(std::clamp(y, 0.0, image.size.height - 1.0));
            return static_cast<double>(
                image.pixels[(row * static_cast<std::size_t>(image.size.width) + column) * 4 + channel]);
        };
        double sum = 0;
        constexpr int grid = 24;
        for (int i = 0; i < grid * grid; ++i) {
            const double across = (i % grid + 0.5) / grid;
            const double down = (static_cast<double>(i / grid) + 0.5) / grid;
            const double x = (0.5 + (across - 0.5) * cells.shown_across) * thumbnail.size.width;
            const double y = (0.5 + (down - 0.5) * cells.shown_down) * thumbnail.size.height;
            for (std::size_t c = 0; c < 3; ++c) {
                sum += std::abs(sample(shot, static_cast<double>(min.x) + across * static_cast<double>(max.x - min.x),
                                       static_cast<double>(min.y) + down * static_cast<double>(max.y - min.y), c) -
                                sample(thumbnail, x, y, c));
            }
        }
        return sum / (3 * grid * grid);
    }

    void expect_thumbnails_at_their_frames(float scale) {
        const auto strip = gui_->workstation().items().find("Timeline/Thumbnails");
        ASSERT_TRUE(strip.has_value());
        const Image shot = gui_->shot();
        const auto thumbnails = session().thumbnails();
        ASSERT_NE(thumbnails, nullptr);
        const double pixels = gui_->workstation().state().timeline.pixels_per_frame;
        const float height = strip->max.y - strip->min.y - 2 * scale;
        const ThumbnailCells cells = thumbnail_cells(pixels, static_cast<double>(height) * 320 / 240);
        std::vector<std::shared_ptr<const Thumbnail>> all;
        for (std::int64_t f = 0; f + cells.step <= session().frames(); f += cells.step) {
            all.push_back(thumbnails->nearest(FrameIndex{f + (cells.step - 1) / 2}));
            ASSERT_NE(all.back(), nullptr);
            EXPECT_GE(all.back()->frame.value, f);
            EXPECT_LT(all.back()->frame.value, f + cells.step) << "each cell has a picture of its own";
        }
        ASSERT_GE(all.size(), 5U);
        // The playhead stands in the first.
        for (std::size_t k = 1; k < all.size(); ++k) {
            const auto left = static_cast<float>(static_cast<double>(k) * static_cast<double>(cells.step) * pixels);
            const ImVec2 min{std::round(strip->min.x + left), strip->min.y + scale};
            const ImVec2 max{std::round(strip->min.x + left + static_cast<float>(cells.width)) - scale, min.y + height};
            std::vector<double> off;
            for (const auto& one : all) off.push_back(difference(shot, min, max, one->image, cells));
            const auto best = std::ranges::min_element(off);
            EXPECT_EQ(all[static_cast<std::size_t>(best - off.begin())]->frame, all[k]->frame);
            EXPECT_LT(*best, 20);
        }
    }
};

TEST(ThumbnailCells, FillTheirFramesWithoutGaps) {
    for (const double width : {20.0, 50.0, 71.0, 160.0}) {
        for (double pixels = 0.001; pixels < 3 * width; pixels *= 1.17) {
            const ThumbnailCells cells = thumbnail_cells(pixels, width);
            const double frames_width = static_cast<double>(cells.step) * pixels;
            EXPECT_GE(cells.step, 1);
            EXPECT_LE(cells.width, frames_width + 1e-9);
            if (frames_width < width * 1.34) {
                EXPECT_NEAR(cells.width, frames_width, 1e-6) << "no gap, " << pixels;
            }
            // What is shown keeps the picture's proportions.
            EXPECT_NEAR(cells.width / width, cells.shown_across / cells.shown_down, 1e-9);
            EXPECT_GE(cells.shown_across * cells.shown_down, 0.6);
            EXPECT_TRUE(cells.shown_across == 1 || cells.shown_down == 1);
        }
    }
}

TEST_F(VideoBars, ThumbnailsLieAtTheirFrames) {
    expect_thumbnails_at_their_frames(1);
    gui_->save("thumbnails");
}

TEST_F(VideoBars, ThumbnailsLieAtTheirFramesOnAFineScreen) {
    gui_ = start({.size = {2560, 1600}, .content_scale = 2, .path = {}, .sound = {}});
    expect_thumbnails_at_their_frames(2);
    gui_->save("thumbnails_2x");
}

TEST_F(VideoBars, ThumbnailsHideByTheirKey) {
    ASSERT_TRUE(gui_->shows("Timeline/Thumbnails"));
    gui_->key("alt+t");
    EXPECT_FALSE(gui_->shows("Timeline/Thumbnails"));
    gui_->key("alt+t");
    EXPECT_TRUE(gui_->shows("Timeline/Thumbnails"));
}

TEST_F(VideoBars, ThumbnailsCostNothingWhileNothingChanges) {
    gui_->settle();
    const std::int64_t drawn = gui_->workstation().frames_drawn();
    for (int i = 0; i < 5; ++i) {
        gui_->workstation().redraw();
        gui_->workstation().frame();
    }
    EXPECT_EQ(gui_->workstation().frames_drawn(), drawn);
}

TEST_F(VideoBars, TheStatusBarTellsOfPictureAndProof) {
    EXPECT_TRUE(gui_->shows("Status/Picture"));
    EXPECT_TRUE(gui_->shows("Status/Exactness"));
    EXPECT_FALSE(gui_->shows("Status/Sound")) << "the video has none";
    EXPECT_EQ(session().shown_frame().kind, ShownFrame::Kind::Exact);
}

TEST_F(VideoBars, ALoudspeakerTellsOfSoundAndMutesIt) {
    FakeAudioDevice device(48000, 0.02);
    gui_ = start({.size = {1280, 800}, .content_scale = 1, .path = {}, .sound = device.opener()});
    TemporaryFolder folder;
    std::filesystem::copy_file(build_folder() / "sound" / "pcm.mov", folder / "tone.mov");
    gui_->open(folder / "tone.mov");
    while (!session().audio()) std::this_thread::yield();
    gui_->settle();
    ASSERT_TRUE(gui_->shows("Status/Sound"));
    const Image idle = gui_->shot_of("Status/Sound");
    gui_->click("Status/Sound");
    EXPECT_TRUE(session().view.muted);
    gui_->move_to({600, 300});
    gui_->settle();
    const Image muted = gui_->shot_of("Status/Sound");
    EXPECT_GT(differing_pixels(idle, muted, 20), 10U);
    gui_->save("sound_off");
    gui_->key("ctrl+m");
    EXPECT_FALSE(session().view.muted);
    EXPECT_EQ(differing_pixels(idle, gui_->shot_of("Status/Sound"), 20), 0U);
    gui_->save("sound_on");
    gui_.reset();  // before the device
}

}  // namespace
}  // namespace inbetween::test
