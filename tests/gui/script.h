#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/platform/headless_platform.h"
#include "app/workstation.h"
#include "tests/support/support.h"

namespace inbetween::test {

/// Drives the real workstation without a display, step by step, as a person would: by names of what stands on screen,
/// by keys, and by places in the image. Its clock moves only as the steps say.
class Script {
public:
    struct Options {
        Size size{1280, 800};
        double content_scale = 1;
        std::optional<DisplayPath> path;
        OpenAudioOutput sound;
        ProjectOpening::Find find_project = project_for;
    };
    /// errors: those of HeadlessPlatform::open and Workstation::create.
    static Result<std::unique_ptr<Script>> start(const Options& options);

    Workstation& workstation() { return *workstation_; }
    Session& session() { return *workstation_->session(); }
    const Session& session() const { return *workstation_->session(); }
    HeadlessPlatform& platform() { return *platform_; }

    /// Opens a file and waits for its first picture and the end of the background pass over a video.
    void open(const std::filesystem::path& file);
    /// Waits until the background pass is over, and what it found is on screen and kept with the project.
    void finish_background();
    /// Turns the loop until nothing is left to be done: pictures decoded, jobs finished, panels at rest.
    void settle();
    /// Presses and releases keys: "ctrl+p", "w".
    void key(std::string_view chord);
    void press(std::string_view chord, KeyAction action);
    /// Types a text into the field that has the keys.
    void type(std::string_view text);
    /// Clicks in the middle of a named thing; a failed expectation when it is not on screen.
    void click(const std::string& item, MouseButton button = MouseButton::Left);
    void click_at(ImVec2 screen, MouseButton button = MouseButton::Left);
    void double_click_at(ImVec2 screen);
    void move_to(ImVec2 screen);
    void wheel_at(ImVec2 screen, double notches, std::string_view held = {});
    void drag(ImVec2 from, ImVec2 to, MouseButton button = MouseButton::Left);
    /// Where a place of the image, or a named thing, stands on screen.
    ImVec2 on_screen(Point image) const;
    ImVec2 centre(const std::string& item) const;
    bool shows(const std::string& item) const { return workstation_->items().find(item).has_value(); }

    /// What is on screen once every edit is durable.
    Image shot();
    /// A part of it around a named thing.
    Image shot_of(const std::string& item);
    /// Writes what is on screen into the build folder's gui-pictures, to be looked at.
    void save(const std::string& name);
    /// The same without waiting for anything.
    void save_as_it_is(const std::string& name) const;

private:
    Script() = default;
    void click_here(MouseButton button);
    void push_modifiers(int modifiers, KeyAction action);
    void pass(double seconds) { now_ += seconds; }

    double now_ = 1000;
    std::unique_ptr<HeadlessPlatform> platform_;
    std::unique_ptr<Workstation> workstation_;
};

/// How many pixels differ between two images of one size by more than `tolerance` in any channel.
std::size_t differing_pixels(const Image& a, const Image& b, int tolerance = 0);

}  // namespace inbetween::test
