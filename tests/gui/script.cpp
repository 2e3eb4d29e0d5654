#include "tests/gui/script.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "core/base/files.h"

namespace inbetween::test {
namespace {

/// A step of the clock between two clicks that are not a double click.
constexpr double pause_secs = 1;
constexpr double frame_secs = 1.0 / 64;
constexpr std::array<std::pair<int, Key>, 3> modifier_keys{{{ModShift, 340}, {ModControl, 341}, {ModAlt, 342}}};

}  // namespace

Result<std::unique_ptr<Script>> Script::start(const Options& options) {
    std::unique_ptr<Script> script(new Script);
    auto platform = HeadlessPlatform::open({.size = options.size, .content_scale = options.content_scale});
    if (!platform) return platform.error();
    script->platform_ = std::move(*platform);
    Workstation::Options of_workstation;
    of_workstation.clock = [clock = &script->now_] { return *clock; };
    of_workstation.remembers_files = false;
    of_workstation.path = options.path;
    of_workstation.sound = options.sound;
    of_workstation.find_project = options.find_project;
    auto workstation = Workstation::create(*script->platform_, of_workstation);
    if (!workstation) return workstation.error();
    script->workstation_ = std::move(*workstation);
    return script;
}

void Script::open(const std::filesystem::path& file) {
    const auto opened = workstation_->open(file);
    IB_EXPECT_OK(opened);
    settle();
    if (opened && workstation_->session() != nullptr) finish_background();
}

void Script::finish_background() {
    while (!session().is_surveyed()) std::this_thread::yield();
    settle();
    IB_EXPECT_OK(session().flush());
    settle();
}

void Script::settle() {
    workstation_->redraw();
    const auto is_busy = [this] { return workstation_->session() != nullptr && session().is_busy(); };
    do {
        EXPECT_TRUE(workstation_->frame());
        pass(frame_secs);
    } while (is_busy() || !workstation_->is_settled());
    // What arrived between the last drawing and the last question.
    workstation_->redraw();
    while (!workstation_->is_settled()) EXPECT_TRUE(workstation_->frame());
}

void Script::press(std::string_view text, KeyAction action) {
    const auto chord = chord_of(text);
    ASSERT_TRUE(chord.has_value()) << text;
    // A keyboard sends the modifiers' own keys too.
    if (action == KeyAction::Press) push_modifiers(chord->modifiers, KeyAction::Press);
    platform_->input().push(InputEvent::key_event(chord->key, action, chord->modifiers));
    if (action == KeyAction::Release) push_modifiers(chord->modifiers, KeyAction::Release);
}

void Script::push_modifiers(int modifiers, KeyAction action) {
    int held = action == KeyAction::Press ? 0 : modifiers;
    for (const auto& [modifier, key] : modifier_keys) {
        if ((modifiers & modifier) == 0) continue;
        held ^= modifier;
        platform_->input().push(InputEvent::key_event(key, action, held));
    }
}

void Script::key(std::string_view text) {
    press(text, KeyAction::Press);
    press(text, KeyAction::Release);
    settle();
}

void Script::type(std::string_view text) {
    for (const char character : text) {
        platform_->input().push(InputEvent::text(static_cast<unsigned char>(character)));
    }
    settle();
}

ImVec2 Script::centre(const std::string& item) const {
    const auto place = workstation_->items().find(item);
    EXPECT_TRUE(place.has_value()) << item << " is not on screen";
    return place ? place->centre() : ImVec2{0, 0};
}

ImVec2 Script::on_screen(Point image) const {
    const auto canvas = workstation_->items().find("Canvas");
    EXPECT_TRUE(canvas.has_value());
    const Point at = session().view.viewport.screen_from_image(image);
    return {canvas->min.x + static_cast<float>(at.x), canvas->min.y + static_cast<float>(at.y)};
}

void Script::move_to(ImVec2 screen) {
    platform_->input().push(InputEvent::pointer(static_cast<double>(screen.x), static_cast<double>(screen.y)));
    settle();
}

void Script::click_here(MouseButton button) {
    platform_->input().push(InputEvent::button_event(button, KeyAction::Press, 0));
    platform_->input().push(InputEvent::button_event(button, KeyAction::Release, 0));
    settle();
}

void Script::click(const std::string& item, MouseButton button) {
    ASSERT_TRUE(shows(item)) << item << " is not on screen";
    click_at(centre(item), button);
}

void Script::click_at(ImVec2 screen, MouseButton button) {
    pass(pause_secs);
    move_to(screen);
    click_here(button);
}

void Script::double_click_at(ImVec2 screen) {
    click_at(screen);
    click_here(MouseButton::Left);
}

void Script::wheel_at(ImVec2 screen, double notches, std::string_view held) {
    move_to(screen);
    const int modifiers = held == "ctrl" ? ModControl : held == "shift" ? ModShift : 0;
    push_modifiers(modifiers, KeyAction::Press);
    platform_->input().push(InputEvent::wheel(0, notches));
    push_modifiers(modifiers, KeyAction::Release);
    settle();
}

void Script::drag(ImVec2 from, ImVec2 to, MouseButton button) {
    pass(pause_secs);
    move_to(from);
    platform_->input().push(InputEvent::button_event(button, KeyAction::Press, 0));
    settle();
    constexpr int steps = 5;
    for (int i = 1; i <= steps; ++i) {
        const float t = static_cast<float>(i) / steps;
        move_to({from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t});
    }
    platform_->input().push(InputEvent::button_event(button, KeyAction::Release, 0));
    settle();
}

Image Script::shot() {
    if (workstation_->session() != nullptr) {
        IB_EXPECT_OK(session().flush());
    }
    settle();
    return platform_->read_pixels();
}

Image Script::shot_of(const std::string& item) {
    const Image whole = shot();
    const auto place = workstation_->items().find(item);
    EXPECT_TRUE(place.has_value()) << item << " is not on screen";
    if (!place) return {};
    const int left = std::clamp(static_cast<int>(std::floor(place->min.x)), 0, whole.size.width);
    const int top = std::clamp(static_cast<int>(std::floor(place->min.y)), 0, whole.size.height);
    const int right = std::clamp(static_cast<int>(std::ceil(place->max.x)), left, whole.size.width);
    const int bottom = std::clamp(static_cast<int>(std::ceil(place->max.y)), top, whole.size.height);
    Image part;
    part.size = {right - left, bottom - top};
    part.channels = whole.channels;
    const auto row = static_cast<std::size_t>(whole.size.width) * 4;
    for (int y = top; y < bottom; ++y) {
        const auto begin = whole.pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y) * row) +
                           std::ptrdiff_t{left} * 4;
        part.pixels.insert(part.pixels.end(), begin, begin + std::ptrdiff_t{part.size.width} * 4);
    }
    return part;
}

void Script::save(const std::string& name) {
    shot();
    save_as_it_is(name);
}

void Script::save_as_it_is(const std::string& name) const {
    const std::filesystem::path folder = build_folder() / "gui-pictures";
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const auto png = encode_png(platform_->read_pixels());
    IB_ASSERT_OK(png);
    IB_EXPECT_OK(write_file_atomic(folder / (name + ".png"), *png));
}

std::size_t differing_pixels(const Image& a, const Image& b, int tolerance) {
    EXPECT_EQ(a.size, b.size);
    if (a.pixels.size() != b.pixels.size()) return a.pixels.size();
    std::size_t count = 0;
    for (std::size_t i = 0; i < a.pixels.size(); i += 4) {
        bool differs = false;
        for (std::size_t c = 0; c < 3; ++c) differs |= std::abs(a.pixels[i + c] - b.pixels[i + c]) > tolerance;
        if (differs) ++count;
    }
    return count;
}

}  // namespace inbetween::test
