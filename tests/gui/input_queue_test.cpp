#include "app/input/input_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace inbetween {
namespace {

using testing::ElementsAre;

constexpr Key left_control = 341;

/// Writes down what it is handed; commands are the keys in `commands`.
class RecordingSink : public InputSink {
public:
    TextFocus text_focus() const override { return focus; }
    bool on_command_key(Key key, int modifiers, std::span<const Key> held, KeyAction action) override {
        if (commands.find(static_cast<char>(key)) == std::string::npos) return false;
        std::string line = "run ";
        if (modifiers != 0) line += std::to_string(modifiers) + "+";
        for (const Key other : held) line += std::string(1, static_cast<char>(other)) + "+";
        line += static_cast<char>(key);
        if (action == KeyAction::Repeat) line += " again";
        log.push_back(line);
        return true;
    }
    void on_pointer(double x, double) override { log.push_back("pointer " + std::to_string(static_cast<int>(x))); }
    void on_button(MouseButton, KeyAction action, int) override {
        log.push_back(action == KeyAction::Press ? "button down" : "button up");
    }
    void on_wheel(double, double) override { log.push_back("wheel"); }
    void on_key(Key key, KeyAction action, int) override {
        log.push_back("key " + std::to_string(key) + (action == KeyAction::Release ? " up" : " down"));
    }
    void on_text(char32_t character) override { log.push_back(std::string("text ") + static_cast<char>(character)); }
    void on_focus(KeyAction) override { log.push_back("focus"); }
    void on_drop(const std::vector<std::filesystem::path>& files) override {
        log.push_back("drop " + files.at(0).string());
    }

    std::string commands;
    TextFocus focus = TextFocus::None;
    std::vector<std::string> log;
};

void press(InputQueue& queue, Key key, int modifiers = 0) {
    queue.push(InputEvent::key_event(key, KeyAction::Press, modifiers));
}
void release(InputQueue& queue, Key key) { queue.push(InputEvent::key_event(key, KeyAction::Release, 0)); }

/// How many frames it takes to hand over everything.
int frames_to_empty(InputQueue& queue, InputSink& sink) {
    int frames = 1;
    while (queue.apply(sink)) ++frames;
    return frames;
}

TEST(InputQueue, SeesAKeyPressedAndReleasedBetweenTwoFrames) {
    InputQueue queue;
    RecordingSink sink;
    press(queue, 'Q');
    release(queue, 'Q');
    EXPECT_EQ(frames_to_empty(queue, sink), 2);
    EXPECT_THAT(sink.log, ElementsAre("key 81 down", "key 81 up"));
}

TEST(InputQueue, RunsEachCommandInAFrameOfItsOwn) {
    InputQueue queue;
    RecordingSink sink;
    sink.commands = "DW";
    press(queue, 'D');
    release(queue, 'D');
    press(queue, 'W');
    release(queue, 'W');
    EXPECT_EQ(frames_to_empty(queue, sink), 3);
    EXPECT_THAT(sink.log, ElementsAre("run D", "run W"));
    EXPECT_FALSE(queue.is_down('D'));
}

TEST(InputQueue, StopsRepeatingWhenTheKeyGoesUp) {
    InputQueue queue;
    RecordingSink sink;
    sink.commands = "D";
    press(queue, 'D');
    for (int i = 0; i < 30; ++i) queue.push(InputEvent::key_event('D', KeyAction::Repeat, 0));
    frames_to_empty(queue, sink);
    EXPECT_THAT(sink.log, ElementsAre("run D", "run D again")) << "repeats that were not seen in time are one";
    for (int i = 0; i < 30; ++i) queue.push(InputEvent::key_event('D', KeyAction::Repeat, 0));
    release(queue, 'D');
    sink.log.clear();
    frames_to_empty(queue, sink);
    EXPECT_TRUE(sink.log.empty()) << "a repeat ran after the key went up";
}

TEST(InputQueue, TellsWhichPlainKeysAreHeld) {
    InputQueue queue;
    RecordingSink sink;
    sink.commands = "KJ";
    press(queue, 'K');
    press(queue, 'J');
    frames_to_empty(queue, sink);
    EXPECT_THAT(sink.log, ElementsAre("run K", "run K+J"));
}

TEST(InputQueue, DropsTheCharacterOfACommandsKey) {
    InputQueue queue;
    RecordingSink sink;
    sink.commands = "W";
    press(queue, 'W');
    queue.push(InputEvent::text(U'w'));
    release(queue, 'W');
    sink.focus = TextFocus::None;
    queue.apply(sink);
    sink.focus = TextFocus::Here;  // the command opened a field
    frames_to_empty(queue, sink);
    EXPECT_THAT(sink.log, ElementsAre("run W"));
}

TEST(InputQueue, GivesTypedKeysToATextField) {
    InputQueue queue;
    RecordingSink sink;
    sink.commands = "W";
    sink.focus = TextFocus::Here;
    press(queue, 'W');
    queue.push(InputEvent::text(U'w'));
    release(queue, 'W');
    frames_to_empty(queue, sink);
    EXPECT_THAT(sink.log, ElementsAre("key 87 down", "text w", "key 87 up"));
}

TEST(InputQueue, HoldsKeysBackForAFieldThatIsComing) {
    InputQueue queue;
    RecordingSink sink;
    sink.commands = "PT";
    press(queue, 'P', ModControl);
    queue.apply(sink);
    sink.focus = TextFocus::Coming;
    press(queue, 'T');
    queue.push(InputEvent::text(U't'));
    EXPECT_TRUE(queue.apply(sink));
    sink.focus = TextFocus::Here;
    frames_to_empty(queue, sink);
    EXPECT_THAT(sink.log, ElementsAre("run 2+P", "key 84 down", "text t"));
}

TEST(InputQueue, DoesNotWaitForAFieldForEver) {
    InputQueue queue;
    RecordingSink sink;
    sink.commands = "T";
    sink.focus = TextFocus::Coming;
    press(queue, 'T');
    EXPECT_LE(frames_to_empty(queue, sink), 10);
    EXPECT_THAT(sink.log, ElementsAre("run T"));
}

TEST(InputQueue, ChangesAModifierInAnotherFrameThanItsKey) {
    InputQueue queue;
    RecordingSink sink;
    press(queue, left_control, ModControl);
    press(queue, 'A', ModControl);
    release(queue, left_control);
    release(queue, 'A');
    EXPECT_TRUE(queue.apply(sink));
    EXPECT_THAT(sink.log, ElementsAre("key 341 down", "key 65 down"));
}

TEST(InputQueue, KeepsAClickApartFromWhatFollows) {
    InputQueue queue;
    RecordingSink sink;
    queue.push(InputEvent::pointer(1, 1));
    queue.push(InputEvent::pointer(2, 2));
    queue.push(InputEvent::button_event(MouseButton::Left, KeyAction::Press, 0));
    queue.push(InputEvent::pointer(9, 9));
    queue.push(InputEvent::button_event(MouseButton::Left, KeyAction::Release, 0));
    EXPECT_EQ(frames_to_empty(queue, sink), 2);
    EXPECT_THAT(sink.log, ElementsAre("pointer 2", "button down", "pointer 9", "button up"));
}

TEST(InputQueue, ReleasesEverythingWhenTheFocusGoes) {
    InputQueue queue;
    RecordingSink sink;
    sink.commands = "KJ";
    press(queue, 'K');
    queue.push(InputEvent::focus(KeyAction::Release));
    press(queue, 'J');
    frames_to_empty(queue, sink);
    EXPECT_THAT(sink.log, ElementsAre("run K", "focus", "run J"));
    EXPECT_FALSE(queue.is_down('K'));
}

TEST(InputQueue, HandsOverDroppedFiles) {
    InputQueue queue;
    RecordingSink sink;
    queue.push(InputEvent::drop({"walk.avi"}));
    frames_to_empty(queue, sink);
    EXPECT_THAT(sink.log, ElementsAre("drop walk.avi"));
}

}  // namespace
}  // namespace inbetween
