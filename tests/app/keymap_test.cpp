#include "app/input/keymap.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "app/input/profiles.h"
#include "tests/support/support.h"

namespace inbetween {
namespace {

TEST(Keymap, EveryBindingNamesACommand) {
    ASSERT_GT(Keymap::workstation().bindings().size(), 100U);
    for (const Binding& binding : Keymap::workstation().bindings())
        EXPECT_NE(find_command(binding.command), nullptr) << binding.command;
}

TEST(Keymap, NoChordTwiceInAContext) {
    std::set<std::pair<Context, Chord>> seen;
    for (const Binding& binding : Keymap::workstation().bindings())
        EXPECT_TRUE(seen.insert({binding.context, binding.chord}).second)
            << name_of(binding.context) << " " << text_of(binding.chord);
}

TEST(Keymap, EveryChordIsReadAsItIsShown) {
    for (const Binding& binding : Keymap::workstation().bindings())
        EXPECT_EQ(chord_of(text_of(binding.chord)), binding.chord) << text_of(binding.chord);
}

TEST(Keymap, EveryKeyOfTheWorkstationIsBound) {
    // What a person was promised, by context; each of these does exactly this.
    const std::array<std::array<std::string_view, 3>, 94> promised = {{
        {"main", "a", "frame.previous"},
        {"main", "d", "frame.next"},
        {"main", "left", "frame.previous"},
        {"main", "right", "frame.next"},
        {"main", ",", "frame.previous"},
        {"main", ".", "frame.next"},
        {"main", "q", "frame.previous_many"},
        {"main", "e", "frame.next_many"},
        {"main", "shift+a", "keyframe.previous"},
        {"main", "shift+d", "keyframe.next"},
        {"main", "home", "track.first_frame"},
        {"main", "end", "track.last_frame"},
        {"main", "g", "keyframe.midpoint"},
        {"main", "v", "frame.useful.next"},
        {"main", "shift+v", "frame.useful.previous"},
        {"main", "space", "play.toggle"},
        {"main", "j", "play.backward"},
        {"main", "k", "play.stop"},
        {"main", "l", "play.forward"},
        {"main", "k+j", "frame.previous"},
        {"main", "k+l", "frame.next"},
        {"main", "[", "play.slower"},
        {"main", "]", "play.faster"},
        {"main", "\\", "play.normal_speed"},
        {"main", "w", "track.new"},
        {"main", "n", "track.new"},
        {"main", "r", "track.kind"},
        {"main", "s", "track.keyframe.toggle"},
        {"main", "x", "track.outside"},
        {"main", "c", "track.occluded"},
        {"main", "t", "track.follow.forward"},
        {"main", "shift+t", "track.follow.backward"},
        {"main", "enter", "track.solve"},
        {"main", "ctrl+enter", "track.solve_all"},
        {"main", "b", "track.split"},
        {"main", "m", "track.merge"},
        {"main", "shift+m", "track.swap"},
        {"main", "1", "label.digit.1"},
        {"main", "2", "label.digit.2"},
        {"main", "3", "label.digit.3"},
        {"main", "4", "label.digit.4"},
        {"main", "5", "label.digit.5"},
        {"main", "6", "label.digit.6"},
        {"main", "7", "label.digit.7"},
        {"main", "8", "label.digit.8"},
        {"main", "9", "label.digit.9"},
        {"main", "0", "label.digit.0"},
        {"main", "i", "segment.in"},
        {"main", "o", "segment.out"},
        {"segment", "enter", "segment.commit"},
        {"segment", "i", "segment.in"},
        {"segment", "o", "segment.out"},
        {"segment", "escape", "segment.cancel"},
        {"segment", "d", "frame.next"},
        {"main", "f", "view.zoom.track"},
        {"main", "shift+f", "view.lock"},
        {"main", "h", "view.overlays"},
        {"main", "tab", "track.next"},
        {"main", "shift+tab", "track.previous"},
        {"main", "y", "proposal.accept"},
        {"main", "u", "proposal.reject"},
        {"main", "shift+u", "proposal.skip"},
        {"main", "ctrl+f", "track.find_again"},
        {"main", "z", "history.undo"},
        {"main", "shift+z", "history.redo"},
        {"main", "ctrl+z", "history.undo"},
        {"main", "ctrl+y", "history.redo"},
        {"main", "delete", "track.keyframe.remove"},
        {"main", "shift+delete", "track.end"},
        {"main", "ctrl+shift+delete", "track.remove"},
        {"main", "alt+left", "shape.nudge.left"},
        {"main", "alt+right", "shape.nudge.right"},
        {"main", "alt+up", "shape.nudge.up"},
        {"main", "alt+down", "shape.nudge.down"},
        {"main", "alt+shift+left", "shape.narrower"},
        {"main", "alt+shift+right", "shape.wider"},
        {"main", "alt+shift+up", "shape.shorter"},
        {"main", "alt+shift+down", "shape.taller"},
        {"corner", "tab", "quad.corner.next"},
        {"corner", "alt+left", "shape.nudge.left"},
        {"main", "ctrl+p", "view.palette"},
        {"main", "ctrl+g", "view.goto"},
        {"main", "f1", "view.keys"},
        {"main", "=", "view.zoom.in"},
        {"main", "-", "view.zoom.out"},
        {"main", "ctrl+0", "view.fit"},
        {"drawing", "enter", "draw.corner"},
        {"drawing", "escape", "draw.cancel"},
        {"drawing", "backspace", "draw.back"},
        {"drawing", "left", "draw.left"},
        {"drawing", "alt+right", "draw.right.fine"},
        {"drawing", "shift+up", "draw.up.far"},
        {"drawing", "down", "draw.down"},
        {"drawing", "1", "label.digit.1"},
    }};
    const auto contexts_of = [](std::string_view name) -> std::vector<Context> {
        if (name == "drawing") return {Context::Drawing, Context::Global};
        if (name == "segment") return {Context::Segment, Context::Main, Context::Global};
        if (name == "corner") return {Context::Corner, Context::Main, Context::Global};
        return {Context::Main, Context::Global};
    };
    for (const auto& [context, keys, id] : promised) {
        const auto chord = chord_of(keys);
        ASSERT_TRUE(chord.has_value()) << keys;
        const Command* command = Keymap::workstation().find(contexts_of(context), *chord);
        ASSERT_NE(command, nullptr) << context << " " << keys;
        EXPECT_EQ(command->id, id) << context << " " << keys;
    }
}

TEST(Keymap, EditingKeysDoNothingWhileDrawing) {
    for (const char* keys : {"s", "x", "c", "t", "b", "m", "delete", "tab", "i", "space"})
        EXPECT_EQ(Keymap::workstation().find({Context::Drawing, Context::Global}, *chord_of(keys)), nullptr) << keys;
}

TEST(Keymap, AKeyHeldByChanceDoesNotHideTheBinding) {
    const std::vector<Context> contexts{Context::Main, Context::Global};
    const Command* command = Keymap::workstation().find(contexts, Chord{'W', 0, 'D'});
    ASSERT_NE(command, nullptr);
    EXPECT_EQ(command->id, "track.new");
    EXPECT_EQ(Keymap::workstation().find(contexts, Chord{'J', 0, 'K'})->id, "frame.previous");
}

TEST(Keymap, ShowsKeysInTheOrderOfTheFile) {
    EXPECT_EQ(Keymap::workstation().keys_text("frame.next"), "D, Right, ., K+L");
    EXPECT_EQ(Keymap::workstation().keys_text("track.remove"), "Ctrl+Shift+Del");
    EXPECT_EQ(Keymap::workstation().keys_text("track.solve.kcf"), "");
}

TEST(Keymap, CompiledInTextIsTheFile) {
    EXPECT_EQ(workstation_profile(), test::file_text(test::source_folder() / "app/input/profiles/workstation.keymap"));
}

TEST(Keymap, ErrorsNameTheLine) {
    const auto error_of = [](std::string_view text) {
        const auto keymap = Keymap::parse(text, "my.keymap");
        return keymap ? std::string() : keymap.error().message;
    };
    EXPECT_EQ(error_of("# fine\nmain d\n"),
              "my.keymap, line 2: a binding is a context, a chord and a command, but there are 2 words");
    EXPECT_EQ(error_of("nowhere d frame.next"), "my.keymap, line 1: no context is called 'nowhere'");
    EXPECT_EQ(error_of("\n\nmain hyper+d frame.next"), "my.keymap, line 3: 'hyper+d' is not a key");
    EXPECT_EQ(error_of("main d frame.fly"), "my.keymap, line 1: no command is called 'frame.fly'");
    EXPECT_EQ(error_of("main d frame.next\nmain D frame.previous # again"),
              "my.keymap, line 2: D is bound to frame.next already in the context 'main'");
    EXPECT_EQ(error_of("main d frame.next\nglobal d frame.next"), "");
}

TEST(Chord, ReadsNamesWithoutRegardToCase) {
    EXPECT_EQ(chord_of("Ctrl+Shift+Del"), (Chord{261, ModControl | ModShift, 0}));
    EXPECT_EQ(chord_of("f12"), (Chord{301, 0, 0}));
    EXPECT_EQ(chord_of("K+j"), (Chord{'J', 0, 'K'}));
    EXPECT_EQ(chord_of("shift+="), (Chord{'=', ModShift, 0}));
    EXPECT_EQ(chord_of("kp_5"), (Chord{325, 0, 0}));
}

TEST(Chord, RefusesWhatIsNotAKey) {
    for (const char* text : {"", "+", "ctrl+", "ctrl", "f13", "f0", "a+b+c", "a+a", "ctrl+ctrl+a", "ä", "dd", "!"})
        EXPECT_FALSE(chord_of(text).has_value()) << text;
}

TEST(Chord, EveryKeyIsReadAsItIsShown) {
    // GLFW has no keys of the small letters' codes; everything else that is a key has a name of its own.
    std::set<std::string> names;
    for (Key key = 1; key < 400; ++key) {
        const std::string text = text_of({key, 0, 0});
        const auto read = chord_of(text);
        if (!read || read->key != key) continue;
        EXPECT_TRUE(names.insert(text).second) << text;
        EXPECT_EQ(chord_of(text_of({key, ModAlt | ModShift, 0})), (Chord{key, ModAlt | ModShift, 0})) << text;
    }
    EXPECT_EQ(names.size(), 26U + 10U + 11U + 21U + 12U + 10U);
}

}  // namespace
}  // namespace inbetween
