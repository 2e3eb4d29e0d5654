#include "tests/gui/gui_fixture.h"

namespace fs = std::filesystem;

namespace inbetween::test {

std::unique_ptr<TemporaryFolder> Gui::video_folder;
bool Gui::has_video = false;

void Gui::SetUpTestSuite() {
    video_folder = std::make_unique<TemporaryFolder>();
    has_video = make_sliding_video(*video_folder / "slide.avi", 40);
}

void Gui::TearDownTestSuite() { video_folder.reset(); }

void Gui::SetUp() {
    ASSERT_TRUE(has_video);
    {
        const auto platform = HeadlessPlatform::open({.size = {16, 16}});
        if (!platform) GTEST_SKIP() << platform.error().message;
    }
    gui_ = start();
    ASSERT_NE(gui_, nullptr);
}

std::unique_ptr<Script> Gui::start(const Script::Options& options) {
    gui_.reset();  // one display, one context
    fs::remove(project());
    fs::copy_file(*video_folder / "slide.avi", folder_ / "slide.avi", fs::copy_options::overwrite_existing);
    std::vector<Label> labels = labels_of({"person", "car"});
    for (Label& action : labels_of({"walk"}, LabelKind::Action)) {
        action.id = LabelId{3};
        action.hotkey = 3;
        action.colour = default_colour(2);
        labels.push_back(action);
    }
    const auto created = create_project(project(), {folder_ / "slide.avi"}, labels);
    IB_EXPECT_OK(created);
    auto script = Script::start(options);
    IB_EXPECT_OK(script);
    if (!script) return nullptr;
    (*script)->open(project());
    return std::move(*script);
}

TrackId Gui::draw_box(const Box& box) {
    gui_->key("w");
    gui_->drag(gui_->on_screen({box.x, box.y}), gui_->on_screen({box.right(), box.bottom()}));
    return session().view.track;
}

Box Gui::box() {
    const auto state = session().selected_state();
    EXPECT_TRUE(state.has_value());
    return state ? bounding_box(state->shape) : Box{};
}

}  // namespace inbetween::test
