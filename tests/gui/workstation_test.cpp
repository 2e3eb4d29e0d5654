#include <gtest/gtest.h>

#include <algorithm>

#include "app/ui/go_to.h"
#include "app/ui/overlay.h"
#include "app/ui/start_screen.h"
#include "core/edit/operations.h"
#include "core/formats/format.h"
#include "tests/gui/gui_fixture.h"

namespace inbetween::test {
namespace {

TEST_F(Gui, EveryPanelOpens) {
    draw_box({20, 80, 48, 48});
    gui_->click("Tab/Segments");
    gui_->click("Tab/Labels");
    EXPECT_TRUE(gui_->shows("Labels/person"));
    gui_->click("Tab/History");
    EXPECT_TRUE(gui_->shows("History/1"));
    gui_->click("Tab/Tracks");
    EXPECT_TRUE(gui_->shows("Tracks/1"));
    EXPECT_TRUE(gui_->shows("Inspector/Keyframe/0"));
    EXPECT_TRUE(gui_->shows("Timeline/Ruler"));
    EXPECT_TRUE(gui_->shows("Status/Frame"));
    EXPECT_TRUE(gui_->shows("Status/Durable"));
    EXPECT_TRUE(gui_->shows("Bar/hints"));
    gui_->key("ctrl+p");
    EXPECT_TRUE(gui_->shows("Palette/track.new"));
    gui_->save("palette");
    gui_->key("escape");
    EXPECT_FALSE(gui_->shows("Palette"));
    gui_->key("ctrl+g");
    EXPECT_TRUE(gui_->shows("GoTo/Text"));
    gui_->key("escape");
    gui_->key("f1");
    EXPECT_TRUE(gui_->shows("Keys"));
    gui_->save("keys");
    gui_->key("escape");
    EXPECT_FALSE(gui_->shows("Keys"));
    gui_->click("Menu/File");
    gui_->save("menu");
    gui_->click("Menu/Export");
    EXPECT_TRUE(gui_->shows("Export/Write"));
    gui_->click("Export/Close");
    EXPECT_FALSE(gui_->shows("Export"));
    EXPECT_GE(all_panels().size(), 14U);
    gui_->save("every_panel");
}

TEST_F(Gui, EveryMenuNamesItsCommands) {
    std::size_t seen = 0;
    for (const char* menu : {"Edit", "Object", "Shape", "Segment", "Go", "View"}) {
        gui_->click(std::string("Menu/") + menu);
        for (const Command* command : all_commands()) seen += gui_->shows("Menu/" + std::string(command->id)) ? 1U : 0U;
        gui_->key("escape");
    }
    EXPECT_EQ(seen, all_commands().size()) << "a command stands in no menu, or in two";
}

TEST_F(Gui, SlidersAdjustThePictureAndNothingElse) {
    draw_box({20, 80, 48, 48});
    gui_->key("escape");
    const std::size_t steps = session().history().entries().size();
    gui_->move_to({3, 3});
    const Image before = gui_->shot_of("Canvas");
    gui_->click("ToolBar/Adjust");
    ASSERT_TRUE(gui_->shows("Adjust/Brightness"));
    EXPECT_FALSE(gui_->shows("Canvas/Adjusted"));
    const auto slider = gui_->workstation().items().find("Adjust/Brightness");
    ASSERT_TRUE(slider.has_value());
    const ImVec2 middle = slider->centre();
    gui_->drag(middle, {middle.x + (slider->max.x - slider->min.x) / 4, middle.y});
    EXPECT_NEAR(session().view.adjustment.brightness, 0.5, 0.1);
    EXPECT_TRUE(gui_->shows("Canvas/Adjusted"));
    gui_->save("adjust");
    gui_->drag(gui_->centre("Adjust/Gamma"), {slider->max.x - 4, gui_->centre("Adjust/Gamma").y});
    EXPECT_GT(session().view.adjustment.gamma, 2);
    gui_->click("Adjust/Reset");
    EXPECT_TRUE(session().view.adjustment.is_neutral());
    EXPECT_FALSE(gui_->shows("Canvas/Adjusted"));
    gui_->key("escape");
    EXPECT_FALSE(gui_->shows("Adjust/Brightness"));
    gui_->key("escape");
    gui_->move_to({3, 3});
    EXPECT_EQ(differing_pixels(before, gui_->shot_of("Canvas")), 0U);
    gui_->key("alt+shift+b");
    EXPECT_GT(differing_pixels(before, gui_->shot_of("Canvas")), before.pixels.size() / 16) << "darker everywhere";
    EXPECT_EQ(session().history().entries().size(), steps);
}

TEST_F(Gui, RunsAKeyAndItsMenuItemAlike) {
    gui_->key("d");
    EXPECT_EQ(session().view.frame, FrameIndex{1});
    gui_->click("Menu/Go");
    gui_->click("Menu/frame.next");
    EXPECT_EQ(session().view.frame, FrameIndex{2});
    gui_->click("ToolBar/Back");
    EXPECT_EQ(session().view.frame, FrameIndex{1});
    gui_->click("Hints/frame.next");
    EXPECT_EQ(session().view.frame, FrameIndex{2});
}

TEST_F(Gui, SteppingStopsWhenTheKeyGoesUp) {
    gui_->press("d", KeyAction::Press);
    for (int i = 0; i < 5; ++i) {
        gui_->press("d", KeyAction::Repeat);
        gui_->settle();
    }
    EXPECT_EQ(session().view.frame, FrameIndex{6});
    for (int i = 0; i < 50; ++i) gui_->press("d", KeyAction::Repeat);
    gui_->press("d", KeyAction::Release);
    gui_->settle();
    EXPECT_LE(session().view.frame.value, 7);
    gui_->press("x", KeyAction::Press);
    gui_->press("x", KeyAction::Release);
    gui_->settle();
}

TEST_F(Gui, HoldingKTurnsJAndLIntoSteps) {
    gui_->press("k", KeyAction::Press);
    gui_->settle();
    gui_->key("l");
    EXPECT_EQ(session().view.frame, FrameIndex{1});
    EXPECT_EQ(session().view.speed, 0);
    gui_->key("j");
    EXPECT_EQ(session().view.frame, FrameIndex{0});
    gui_->press("k", KeyAction::Release);
    gui_->settle();
}

TEST_F(Gui, PaletteRunsWhatIsTyped) {
    draw_box({20, 80, 48, 48});
    gui_->key("e");
    // Typed without waiting for the field, as fast fingers do.
    gui_->press("ctrl+p", KeyAction::Press);
    gui_->press("ctrl+p", KeyAction::Release);
    gui_->type("keyframe here");
    EXPECT_EQ(gui_->workstation().state().palette.text, "keyframe here");
    gui_->key("enter");
    EXPECT_FALSE(session().view.palette_open);
    EXPECT_EQ(session().view.frame, FrameIndex{10}) << "a typed letter ran as a key";
    gui_->key("d");
    EXPECT_EQ(session().view.frame, FrameIndex{11}) << "the keys are commands again";
}

TEST_F(Gui, GoesToATypedPlace) {
    gui_->key("ctrl+g");
    gui_->type("25");
    gui_->key("enter");
    EXPECT_EQ(session().view.frame, FrameIndex{25});
    gui_->key("ctrl+g");
    gui_->type("0:01");
    gui_->key("enter");
    EXPECT_EQ(session().view.frame, FrameIndex{25}) << "one second of 25 frames";
    gui_->key("ctrl+g");
    gui_->type("nonsense");
    gui_->key("enter");
    EXPECT_TRUE(session().view.goto_open);
    EXPECT_FALSE(gui_->workstation().state().go_to.problem.empty());
    gui_->key("escape");
    EXPECT_FALSE(session().view.goto_open);
}

TEST_F(Gui, TimelineScrubsAndSelects) {
    const TrackId track = draw_box({20, 80, 48, 48});
    gui_->key("escape");
    const auto ruler = gui_->workstation().items().find("Timeline/Ruler");
    ASSERT_TRUE(ruler.has_value());
    const float y = ruler->centre().y;
    gui_->drag({ruler->min.x + 5, y}, {ruler->centre().x, y});
    EXPECT_NEAR(static_cast<double>(session().view.frame.value), 20, 2);
    EXPECT_FALSE(is_set(session().view.track));
    const auto lane = gui_->workstation().items().find("Timeline/Track/1");
    ASSERT_TRUE(lane.has_value());
    gui_->click_at({ruler->min.x + 40, lane->centre().y});
    EXPECT_EQ(session().view.track, track);
    EXPECT_LT(session().view.frame.value, 5);
    const double before = gui_->workstation().state().timeline.pixels_per_frame;
    gui_->wheel_at({ruler->centre().x, lane->centre().y}, 2, "ctrl");
    EXPECT_GT(gui_->workstation().state().timeline.pixels_per_frame, before * 1.2);
}

TEST_F(Gui, TracksUndoesAndExports) {
    draw_box({20, 80, 48, 48});
    gui_->key("e");
    gui_->key("e");
    gui_->drag(gui_->on_screen({44, 104}), gui_->on_screen({104, 104}));
    ASSERT_EQ(session().selected_track()->keyframes.size(), 2U);
    gui_->key("q");
    gui_->key("enter");
    const TrackFills& fills = annotations().fills_of(session().view.track);
    ASSERT_EQ(fills.size(), 1U);
    EXPECT_NEAR(box().x, 50, 4) << "the square is at 20 + 3 * 10";
    gui_->save("tracked");
    const Keyframe stated = session().selected_track()->keyframes.front();
    gui_->click("Menu/File");
    gui_->click("Menu/Export");
    gui_->type("kitchen sink");
    EXPECT_FALSE(gui_->shows("Export/Format/mot"));
    gui_->key("ctrl+a");
    gui_->type("cvat images");
    EXPECT_TRUE(gui_->shows("Export/Option/first-frame"));
    EXPECT_FALSE(gui_->shows("Export/Option/step")) << "concerns reading only";
    gui_->key("ctrl+a");
    gui_->type("mot");
    EXPECT_FALSE(gui_->shows("Export/Format/vatic"));
    gui_->click("Export/Option/one-based");
    gui_->click("Export/Option/one-based/1");
    gui_->click("Export/Format/mot");
    gui_->save("export");
    const std::filesystem::path out = gui_->workstation().state().exporting.path;
    gui_->click("Export/Write");
    while (gui_->workstation().state().exporting.writing.valid()) gui_->settle();
    EXPECT_FALSE(gui_->workstation().state().exporting.failed) << gui_->workstation().state().exporting.outcome;
    ASSERT_TRUE(std::filesystem::exists(out)) << out;
    const std::string text = file_text(out);
    EXPECT_EQ(std::ranges::count(text, '\n'), 21);
    const double left = std::stod(text.substr(4));
    EXPECT_NEAR(left, bounding_box(stated.shape).x + 1, 0.01) << "counted from 1, as the option says";
    gui_->click("Export/Close");
    gui_->key("z");
    EXPECT_EQ(session().selected_track()->keyframes.size(), 1U);
    gui_->key("z");
    EXPECT_TRUE(annotations().tracks.empty());
    gui_->key("shift+z");
    gui_->key("shift+z");
    EXPECT_EQ(annotations().tracks.size(), 1U);
}

TEST_F(Gui, OffersWhatATrackerFollowsAndKeepsItOnAKey) {
    draw_box({20, 80, 48, 48});
    gui_->key("t");
    ASSERT_EQ(session().proposals().size(), 1U);
    EXPECT_EQ(session().selected_track()->keyframes.size(), 1U) << "nobody has accepted it yet";
    gui_->move_to({3, 3});
    const Image before = gui_->shot_of("Canvas");
    gui_->key("e");
    gui_->save("proposal");
    EXPECT_GT(differing_pixels(before, gui_->shot_of("Canvas")), 100U);
    gui_->key("y");
    EXPECT_TRUE(session().proposals().empty());
    EXPECT_GT(session().selected_track()->keyframes.size(), 1U);
    EXPECT_NEAR(box().x, 50, 6) << "the square is at 20 + 3 * 10";
    gui_->key("z");
    EXPECT_EQ(session().selected_track()->keyframes.size(), 1U);
}

TEST_F(Gui, DraggingAnOfferStatesAKeyframe) {
    draw_box({20, 80, 48, 48});
    gui_->key("t");
    gui_->key("e");
    ASSERT_EQ(session().proposals().size(), 1U);
    gui_->drag(gui_->on_screen({80, 104}), gui_->on_screen({85, 104}));
    ASSERT_EQ(session().selected_track()->keyframes.size(), 2U);
    EXPECT_NEAR(box().x, 55, 6) << "from where the tracker saw it, not from where it was drawn";
}

TEST_F(Gui, EveryEditIsInTheProjectFile) {
    draw_box({20, 80, 48, 48});
    gui_->key("e");
    gui_->key("x");
    IB_ASSERT_OK(session().flush());
    const Annotations now = annotations();
    gui_.reset();
    auto reopened = Session::open(project(), {.decode = false});
    IB_ASSERT_OK(reopened);
    EXPECT_TRUE(same_statements((*reopened)->annotations(), now));
    EXPECT_EQ((*reopened)->history().entries().size(), 2U);
}

TEST_F(Gui, MarksASegmentAndDragsItsEdge) {
    gui_->key("3");
    gui_->key("i");
    gui_->key("e");
    gui_->key("o");
    gui_->key("enter");
    ASSERT_EQ(annotations().segments.size(), 1U);
    const Segment segment = *annotations().segments.begin()->second;
    EXPECT_EQ(segment.range.begin, FrameIndex{0});
    gui_->click("Tab/Segments");
    const std::string row = "Segments/" + std::to_string(number(segment.id));
    ASSERT_TRUE(gui_->shows(row));
    gui_->click(row);
    EXPECT_EQ(session().view.segment, segment.id);
    const std::string bar = "Timeline/Segment/" + std::to_string(number(segment.id));
    const auto place = gui_->workstation().items().find(bar);
    ASSERT_TRUE(place.has_value());
    const float step = (place->max.x - place->min.x) / static_cast<float>(segment.range.size());
    gui_->drag({place->max.x - 1, place->centre().y}, {place->max.x - 1 + 5 * step, place->centre().y});
    EXPECT_EQ(annotations().segments.begin()->second->range.end, segment.range.end + 5);
}

TEST_F(Gui, InspectorChangesALabelAndGoesToKeyframes) {
    draw_box({20, 80, 48, 48});
    gui_->click("Inspector/Label");
    gui_->click("Inspector/Label/car");
    EXPECT_EQ(annotations().label_name(session().selected_track()->label), "car");
    gui_->key("e");
    EXPECT_EQ(session().view.frame, FrameIndex{10});
    gui_->click("Inspector/Keyframe/0");
    EXPECT_EQ(session().view.frame, FrameIndex{0});
}

TEST_F(Gui, InspectorStatesAttributes) {
    Label label = *annotations().find_label("person");
    label = edit::with_attribute(annotations(), label, "name", AttributeType::Text, false);
    ASSERT_TRUE(session().commit(edit::change_label(annotations(), label)));
    label = edit::with_attribute(annotations(), *annotations().find_label("person"), "seated", AttributeType::Checkbox,
                                 true);
    ASSERT_TRUE(session().commit(edit::change_label(annotations(), label)));
    draw_box({20, 80, 48, 48});
    gui_->click("Inspector/name");
    gui_->type("Wang");
    EXPECT_EQ(session().view.frame, FrameIndex{0}) << "a typed letter ran as a key";
    gui_->key("enter");
    const AttributeId name = annotations().find_label("person")->find_attribute("name")->id;
    EXPECT_EQ(session().selected_track()->attribute_at(name, FrameIndex{0}), "Wang");
    gui_->click("Inspector/seated");
    const AttributeId seated = annotations().find_label("person")->find_attribute("seated")->id;
    EXPECT_EQ(session().selected_track()->attribute_at(seated, FrameIndex{0}), "true");
}

TEST_F(Gui, HistoryGoesBackToAnyStep) {
    draw_box({20, 80, 48, 48});
    draw_box({120, 80, 48, 48});
    draw_box({220, 80, 48, 48});
    gui_->click("Tab/History");
    gui_->click("History/1");
    EXPECT_EQ(annotations().tracks.size(), 1U);
    gui_->click("History/3");
    EXPECT_EQ(annotations().tracks.size(), 3U);
}

TEST_F(Gui, DrawsTheSameBytesTwice) {
    const auto act = [](Script& gui) {
        gui.key("w");
        gui.drag(gui.on_screen({20, 80}), gui.on_screen({68, 128}));
        gui.key("e");
        gui.key("f");
        gui.move_to({3, 3});
        return gui.shot();
    };
    const Image first = act(*gui_);
    gui_ = start();
    const Image second = act(*gui_);
    EXPECT_EQ(differing_pixels(first, second), 0U);
}

TEST_F(Gui, ShadersShowWhatTheCpuShows) {
    Script::Options options;
    options.path = DisplayPath::Shader;
    gui_->move_to({3, 3});
    const Image by_cpu = gui_->shot_of("Canvas");
    gui_ = start(options);
    gui_->move_to({3, 3});
    const Image by_shader = gui_->shot_of("Canvas");
    // Chroma is blended between samples in another way; edges of the test pattern's bars may differ.
    EXPECT_LT(differing_pixels(by_cpu, by_shader, 12), by_cpu.pixels.size() / 4 / 10);
}

TEST_F(Gui, DrawsNothingWhileNothingChanges) {
    draw_box({20, 80, 48, 48});
    gui_->shot();
    const std::int64_t drawn = gui_->workstation().frames_drawn();
    for (int i = 0; i < 20; ++i) {
        gui_->platform().wake();
        gui_->workstation().frame();
    }
    EXPECT_EQ(gui_->workstation().frames_drawn(), drawn);
    gui_->key("d");
    EXPECT_GT(gui_->workstation().frames_drawn(), drawn);
}

TEST_F(Gui, FillsAScreenOfHighDensity) {
    Script::Options options;
    options.content_scale = 2;
    options.size = {2000, 1300};
    gui_ = start(options);
    draw_box({20, 80, 48, 48});
    gui_->save("high_density");
    const auto bar = gui_->workstation().items().find("Bar/status");
    ASSERT_TRUE(bar.has_value());
    EXPECT_NEAR(bar->max.y - bar->min.y, 52, 1);
    EXPECT_NEAR(bar->max.y, 1300, 1);
}

TEST_F(Gui, SurvivesASmallWindow) {
    for (const Size size : {Size{320, 200}, Size{60, 40}, Size{1, 1}, Size{900, 600}}) {
        IB_ASSERT_OK(gui_->platform().resize(size));
        gui_->settle();
    }
    EXPECT_TRUE(gui_->shows("Canvas"));
}

TEST_F(Gui, ShowsChineseNames) {
    gui_->click("Tab/Labels");
    gui_->move_to({3, 3});
    const Image before = gui_->shot_of("Lists");
    const Image canvas = gui_->shot_of("Canvas");
    ASSERT_TRUE(session().commit(edit::add_label(annotations(), "行人", LabelKind::Track)));
    EXPECT_EQ(differing_pixels(canvas, gui_->shot_of("Canvas")), 0U) << "new glyphs disturbed the rest";
    EXPECT_GT(differing_pixels(before, gui_->shot_of("Lists")), 40U);
    EXPECT_TRUE(gui_->shows("Labels/行人"));
    gui_->save("chinese");
}

TEST_F(Gui, OpensADroppedFile) {
    TemporaryFolder folder;
    std::filesystem::copy_file(session().video_path(), folder / "other.avi");
    gui_->platform().input().push(InputEvent::drop({folder / "other.avi"}));
    gui_->settle();
    EXPECT_EQ(session().media()->name(), "other.avi");
    EXPECT_NE(gui_->platform().title().find("other.avi"), std::string::npos);
    write_text(folder / "nonsense.avi", "this is no video");
    gui_->platform().input().push(InputEvent::drop({folder / "nonsense.avi"}));
    gui_->settle();
    EXPECT_EQ(session().media()->name(), "other.avi") << "what was open stays";
    ASSERT_FALSE(session().messages().empty());
    EXPECT_NE(session().messages().back().text.find("nonsense.avi"), std::string::npos);
}

TEST_F(Gui, StartsWithoutAFile) {
    gui_.reset();
    auto script = Script::start({});
    IB_ASSERT_OK(script);
    (*script)->settle();
    EXPECT_TRUE((*script)->shows("Start/Path"));
    (*script)->type("/nowhere/at/all.avi");
    (*script)->key("enter");
    EXPECT_NE((*script)->workstation().state().start.problem.find("/nowhere/at/all.avi"), std::string::npos);
    (*script)->save("start");
    (*script)->workstation().state().start.path = project().string();
    (*script)->click("Start/Open");
    ASSERT_NE((*script)->workstation().session(), nullptr);
    EXPECT_TRUE((*script)->shows("Canvas"));
    EXPECT_EQ((*script)->session().media()->name(), "slide.avi");
}

TEST(GoTo, ReadsFramesTimesAndTimeStamps) {
    Media media;
    media.frames = 100;
    media.timebase = {1, 1000};
    for (Pts i = 0; i < 100; ++i) media.pts.push_back(5000 + i * 40);
    const auto place = [&](std::string_view text) {
        const auto found = parse_place(text, media, FrameIndex{10});
        return found ? found->value : -1;
    };
    EXPECT_EQ(place("42"), 42);
    EXPECT_EQ(place(" 1000 "), 99);
    EXPECT_EQ(place("+5"), 15);
    EXPECT_EQ(place("-50"), 0);
    EXPECT_EQ(place("1s"), 25);
    EXPECT_EQ(place("1.039s"), 25);
    EXPECT_EQ(place("0:02"), 50);
    EXPECT_EQ(place("0:00:02.04"), 51);
    EXPECT_EQ(place("pts 5000"), 0);
    EXPECT_EQ(place("pts 5079"), 1);
    EXPECT_EQ(place("pts 1"), 0);
    EXPECT_EQ(place("pts x"), -1);
    EXPECT_EQ(place("abc"), -1);
    EXPECT_EQ(place("1:x"), -1);
    EXPECT_EQ(place(""), -1);
}

TEST(Palette, FindsByLettersInOrder) {
    EXPECT_LT(fuzzy_score("xyz", "Next frame"), 0);
    EXPECT_GE(fuzzy_score("", "Next frame"), 0);
    EXPECT_GE(fuzzy_score("nf", "Next frame"), 0);
    EXPECT_GT(fuzzy_score("nf", "Next frame"), fuzzy_score("nf", "Confine"));
    EXPECT_GT(fuzzy_score("next", "Next frame"), fuzzy_score("next", "No exit"));
}

}  // namespace
}  // namespace inbetween::test
