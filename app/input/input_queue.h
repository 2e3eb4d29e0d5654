#pragma once

#include <bitset>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <span>
#include <vector>

#include "app/input/chord.h"

namespace inbetween {

enum class KeyAction { Press, Repeat, Release };

enum class MouseButton { Left = 0, Right = 1, Middle = 2 };

/// Something that came from the window system, a replay or a test.
struct InputEvent {
    enum class Kind { PointerMoved, ButtonChanged, WheelTurned, KeyChanged, TextTyped, FocusChanged, FilesDropped };
    Kind kind = Kind::PointerMoved;
    double x = 0;  ///< of the pointer, in framebuffer pixels; of the wheel, in notches to the right
    double y = 0;  ///< likewise; of the wheel, notches away from the person
    MouseButton button = MouseButton::Left;
    Key key = 0;
    KeyAction action = KeyAction::Press;         ///< of keys and buttons; Release says the focus was lost
    int modifiers = 0;                           ///< bits of Modifier
    char32_t character = 0;                      ///< of TextTyped
    std::vector<std::filesystem::path> files{};  ///< of FilesDropped

    static InputEvent pointer(double x, double y);
    static InputEvent button_event(MouseButton button, KeyAction action, int modifiers);
    static InputEvent wheel(double dx, double dy);
    static InputEvent key_event(Key key, KeyAction action, int modifiers);
    static InputEvent text(char32_t character);
    static InputEvent focus(KeyAction action);
    static InputEvent drop(std::vector<std::filesystem::path> files);
};

/// Whether typed keys belong to a text field.
enum class TextFocus {
    None,    ///< keys are commands
    Coming,  ///< a field was opened and takes the keys with the next drawn frame
    Here,    ///< a field takes them
};

/// What an InputQueue hands its events to.
class InputSink {
public:
    virtual ~InputSink() = default;
    virtual TextFocus text_focus() const = 0;
    /// A key that may be a command; `held` are the plain keys that are down beside it, the latest first.
    /// returns: whether it is one; the key, its repeats and its release then go nowhere else.
    virtual bool on_command_key(Key key, int modifiers, std::span<const Key> held, KeyAction action) = 0;
    virtual void on_pointer(double x, double y) = 0;
    virtual void on_button(MouseButton button, KeyAction action, int modifiers) = 0;
    virtual void on_wheel(double dx, double dy) = 0;
    virtual void on_key(Key key, KeyAction action, int modifiers) = 0;
    virtual void on_text(char32_t character) = 0;
    virtual void on_focus(KeyAction action) = 0;
    virtual void on_drop(const std::vector<std::filesystem::path>& files) = 0;
};

/// Input in the order in which it happened. A frame sees as much of it as it can without losing any: a key pressed and
/// released between two frames is seen, and a modifier never changes in the frame of the key it qualifies.
/// thread: the UI's.
class InputQueue {
public:
    /// Pointer moves join. At most one repeat of a key waits, and its release takes it away, so that what repeats stops
    /// when the key goes up.
    void push(InputEvent event);
    /// Hands over as many events as one frame may see. A command ends the frame's share, since it may change what the
    /// next key means.   returns: whether events are left, so that another frame is wanted at once.
    bool apply(InputSink& sink);
    bool empty() const { return events_.empty(); }
    bool is_down(Key key) const;

private:
    /// What the frame being applied has seen.
    struct Seen {
        bool moved = false;
        bool wheel = false;
        bool text = false;
        unsigned buttons = 0;
        bool any_key = false;
        std::bitset<512> keys;
    };
    enum class Step { Taken, TakenLast, Stop };

    Step apply_one(InputSink& sink, const InputEvent& event, Seen& seen);
    Step apply_key(InputSink& sink, const InputEvent& event, Seen& seen);
    Step apply_text(InputSink& sink, const InputEvent& event, Seen& seen);
    bool waits_for_field(InputSink& sink);
    void set_down(Key key, KeyAction action);
    void drop_repeats(Key key);

    std::deque<InputEvent> events_;
    std::vector<Key> down_;         // plain keys and modifiers, the latest first
    std::bitset<512> of_commands_;  // keys whose press was a command
    bool swallow_text_ = false;     // the next character belongs to a command's key
    int frames_waited_ = 0;         // for a text field to take the keys
};

}  // namespace inbetween
