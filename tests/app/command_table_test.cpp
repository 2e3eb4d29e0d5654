#include <algorithm>
#include <set>

#include "tests/app/app_support.h"

namespace inbetween {
namespace {

using test::Desk;

TEST(Commands, EveryCommandHasHelp) {
    ASSERT_GT(all_commands().size(), 80U);
    for (const Command* command : all_commands()) {
        EXPECT_FALSE(command->title.empty()) << command->id;
        EXPECT_LE(command->title.size(), 30U) << command->id;
        ASSERT_FALSE(command->help.empty()) << command->id;
        EXPECT_EQ(command->help.back(), '.') << command->id;
        EXPECT_NE(command->run, nullptr) << command->id;
        EXPECT_NE(command->enabled, nullptr) << command->id;
    }
}

TEST(Commands, IdsAndTitlesAreUnique) {
    std::set<std::string_view> ids;
    std::set<std::string_view> titles;
    for (const Command* command : all_commands()) {
        EXPECT_TRUE(ids.insert(command->id).second) << command->id;
        EXPECT_TRUE(titles.insert(command->title).second) << command->title;
        EXPECT_EQ(find_command(command->id), command);
    }
    EXPECT_EQ(find_command("no.such.command"), nullptr);
}

TEST(Commands, EveryCommandRunsOrIsDisabledOnAnEmptyProject) {
    Desk desk{Annotations{}};
    for (const Command* command : all_commands()) {
        EXPECT_EQ(run_command(desk.session(), command->id), command->enabled(desk.session())) << command->id;
        EXPECT_TRUE(desk->annotations().tracks.empty());
    }
}

TEST(Commands, EveryCommandRunsOnASelectedTrackAndCanBeUndone) {
    for (const Command* command : all_commands()) {
        if (command->id.starts_with("history.") || command->id.starts_with("view.")) continue;
        Desk desk;
        const TrackId id = desk.add_box({10, 50, 100});
        desk.at(30);
        const auto before = desk->snapshot();
        const std::size_t steps = desk->history().done();
        run_command(desk.session(), command->id);
        ASSERT_LE(desk->history().done(), steps + 1) << command->id;
        if (desk->history().done() == steps) {
            EXPECT_TRUE(same_statements(*before, desk->annotations())) << command->id;
            continue;
        }
        EXPECT_FALSE(same_statements(*before, desk->annotations())) << command->id;
        EXPECT_FALSE(find_breach(desk->annotations()).has_value()) << command->id;
        EXPECT_TRUE(desk->undo()) << command->id;
        EXPECT_TRUE(same_statements(*before, desk->annotations())) << command->id;
        EXPECT_NE(desk->annotations().find_track(id), nullptr);
    }
}

TEST(Commands, EverySolverCanBeChosen) {
    for (const Solver* solver : all_solvers()) {
        if (solver->id == "linear") continue;
        Desk desk;
        if (solver->boxes) {
            desk.add_box({0, 50});
        } else {
            desk.add_quad(0);
            desk.at(50);
            desk.press("s");
        }
        const Command* command = find_command("track.solve." + std::string(solver->id));
        ASSERT_NE(command, nullptr) << solver->id;
        EXPECT_TRUE(command->enabled(desk.session())) << solver->id;
    }
    EXPECT_NE(find_command("track.solve.linear"), nullptr);
}

TEST(Commands, HintsAreFiveToSevenThatCanRun) {
    Desk desk;
    const auto expect_hints = [&](std::string_view first) {
        const auto commands = hints(desk.session());
        EXPECT_GE(commands.size(), 5U);
        EXPECT_LE(commands.size(), 7U);
        for (const Command* command : commands) {
            ASSERT_NE(command, nullptr);
            EXPECT_FALSE(Keymap::workstation().keys_text(command->id).empty()) << command->id;
        }
        EXPECT_EQ(commands.front()->id, first);
    };
    expect_hints("track.new");
    desk.press("w");
    expect_hints("draw.corner");
    desk.press({"escape", "i"});
    expect_hints("segment.in");
    desk.press("escape");
    desk.add_box({10});
    desk.at(10);
    expect_hints("track.follow.forward");
    desk.add_box({10, 50});
    expect_hints("track.keyframe.toggle");
    desk.at(60);
    expect_hints("track.keyframe.toggle");
    desk.add_quad(60);
    desk.press("shift+r");
    expect_hints("quad.corner.next");
}

TEST(Commands, ContextsAreThoseOfTheSituation) {
    Desk desk;
    EXPECT_EQ(active_contexts(desk.session()), (std::vector{Context::Main, Context::Global}));
    desk.press("w");
    EXPECT_EQ(active_contexts(desk.session()), (std::vector{Context::Drawing, Context::Global}));
    desk.press({"escape", "o"});
    EXPECT_EQ(active_contexts(desk.session()), (std::vector{Context::Segment, Context::Main, Context::Global}));
    desk.press("escape");
    desk.add_quad(0);
    desk.press("shift+r");
    EXPECT_EQ(active_contexts(desk.session()), (std::vector{Context::Corner, Context::Main, Context::Global}));
}

TEST(Commands, OnlyHeldKeysThatMoveOnRepeat) {
    for (const char* id : {"frame.next", "frame.previous", "shape.nudge.left", "draw.left", "history.undo"})
        EXPECT_TRUE(find_command(id)->repeats) << id;
    for (const char* id : {"track.outside", "track.keyframe.toggle", "play.toggle", "track.new", "label.digit.1"})
        EXPECT_FALSE(find_command(id)->repeats) << id;
}

}  // namespace
}  // namespace inbetween
