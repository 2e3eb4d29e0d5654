#include "app/input/input_queue.h"

#include <algorithm>

namespace inbetween {
namespace {

constexpr Key key_count = 512;
/// GLFW numbers its modifier keys from left Shift to right Super.
constexpr Key first_modifier_key = 340;
constexpr Key last_modifier_key = 347;
/// A field that was asked for takes the keys within two frames; when it never comes, keys are commands again.
constexpr int most_frames_waited = 8;

bool is_modifier(Key key) { return key >= first_modifier_key && key <= last_modifier_key; }

std::size_t index_of(Key key) { return static_cast<std::size_t>(key); }

unsigned bit_of(MouseButton button) { return 1U << static_cast<unsigned>(button); }

}  // namespace

InputEvent InputEvent::pointer(double x, double y) {
    InputEvent event;
    event.x = x;
    event.y = y;
    return event;
}

InputEvent InputEvent::button_event(MouseButton button, KeyAction action, int modifiers) {
    InputEvent event;
    event.kind = Kind::ButtonChanged;
    event.button = button;
    event.action = action;
    event.modifiers = modifiers;
    return event;
}

InputEvent InputEvent::wheel(double dx, double dy) {
    InputEvent event;
    event.kind = Kind::WheelTurned;
    event.x = dx;
    event.y = dy;
    return event;
}

InputEvent InputEvent::key_event(Key key, KeyAction action, int modifiers) {
    InputEvent event;
    event.kind = Kind::KeyChanged;
    event.key = key;
    event.action = action;
    event.modifiers = modifiers;
    return event;
}

InputEvent InputEvent::text(char32_t character) {
    InputEvent event;
    event.kind = Kind::TextTyped;
    event.character = character;
    return event;
}

InputEvent InputEvent::focus(KeyAction action) {
    InputEvent event;
    event.kind = Kind::FocusChanged;
    event.action = action;
    return event;
}

InputEvent InputEvent::drop(std::vector<std::filesystem::path> files) {
    InputEvent event;
    event.kind = Kind::FilesDropped;
    event.files = std::move(files);
    return event;
}

void InputQueue::push(InputEvent event) {
    switch (event.kind) {
        case InputEvent::Kind::PointerMoved:
            if (!events_.empty() && events_.back().kind == InputEvent::Kind::PointerMoved) {
                events_.back() = event;
                return;
            }
            break;
        case InputEvent::Kind::KeyChanged:
            if (event.key < 0 || event.key >= key_count) return;
            // A repeat replaces the one that waits; a release takes it away.
            if (event.action != KeyAction::Press) drop_repeats(event.key);
            break;
        default:
            break;
    }
    events_.push_back(std::move(event));
}

void InputQueue::drop_repeats(Key key) {
    std::erase_if(events_, [key](const InputEvent& e) {
        return e.kind == InputEvent::Kind::KeyChanged && e.key == key && e.action == KeyAction::Repeat;
    });
}

bool InputQueue::is_down(Key key) const { return std::ranges::find(down_, key) != down_.end(); }

void InputQueue::set_down(Key key, KeyAction action) {
    if (action == KeyAction::Repeat) return;
    std::erase(down_, key);
    if (action == KeyAction::Press) down_.insert(down_.begin(), key);
}

bool InputQueue::apply(InputSink& sink) {
    Seen seen;
    while (!events_.empty()) {
        const InputEvent event = events_.front();
        const Step step = apply_one(sink, event, seen);
        if (step == Step::Stop) break;
        events_.pop_front();
        if (step == Step::TakenLast) break;
    }
    return !events_.empty();
}

InputQueue::Step InputQueue::apply_one(InputSink& sink, const InputEvent& event, Seen& seen) {
    switch (event.kind) {
        case InputEvent::Kind::PointerMoved:
            if (seen.buttons != 0 || seen.wheel || seen.any_key || seen.text) return Step::Stop;
            seen.moved = true;
            sink.on_pointer(event.x, event.y);
            return Step::Taken;
        case InputEvent::Kind::ButtonChanged:
            if ((seen.buttons & bit_of(event.button)) != 0 || seen.wheel || seen.any_key) return Step::Stop;
            seen.buttons |= bit_of(event.button);
            sink.on_button(event.button, event.action, event.modifiers);
            return Step::Taken;
        case InputEvent::Kind::WheelTurned:
            if (seen.buttons != 0 || seen.any_key) return Step::Stop;
            seen.wheel = true;
            sink.on_wheel(event.x, event.y);
            return Step::Taken;
        case InputEvent::Kind::KeyChanged:
            return apply_key(sink, event, seen);
        case InputEvent::Kind::TextTyped:
            return apply_text(sink, event, seen);
        case InputEvent::Kind::FocusChanged:
            if (event.action == KeyAction::Release) {
                down_.clear();
                of_commands_.reset();
                swallow_text_ = false;
            }
            sink.on_focus(event.action);
            return Step::Taken;
        case InputEvent::Kind::FilesDropped:
            sink.on_drop(event.files);
            return Step::TakenLast;
    }
    return Step::Taken;
}

bool InputQueue::waits_for_field(InputSink& sink) {
    if (sink.text_focus() != TextFocus::Coming) {
        frames_waited_ = 0;
        return false;
    }
    return frames_waited_++ < most_frames_waited;
}

InputQueue::Step InputQueue::apply_key(InputSink& sink, const InputEvent& event, Seen& seen) {
    const std::size_t index = index_of(event.key);
    if (event.action == KeyAction::Release && of_commands_[index]) {
        of_commands_.reset(index);
        swallow_text_ = false;
        set_down(event.key, event.action);
        return Step::Taken;
    }
    const bool pressed = event.action != KeyAction::Release;
    if (pressed && !is_modifier(event.key)) {
        if (seen.buttons != 0 || seen.text || seen.wheel) return Step::Stop;
        if (waits_for_field(sink)) return Step::Stop;
        if (sink.text_focus() != TextFocus::Here) {
            std::vector<Key> held;
            std::ranges::copy_if(down_, std::back_inserter(held),
                                 [&](Key key) { return !is_modifier(key) && key != event.key; });
            if (sink.on_command_key(event.key, event.modifiers, held, event.action)) {
                of_commands_.set(index);
                swallow_text_ = true;
                set_down(event.key, event.action);
                return Step::TakenLast;
            }
        }
    }
    const bool changes_twice = seen.keys[index];
    const bool qualifies_another = is_modifier(event.key) && (seen.any_key || seen.wheel);
    if (changes_twice || seen.text || seen.buttons != 0 || qualifies_another) return Step::Stop;
    swallow_text_ = false;
    seen.keys.set(index);
    seen.any_key = true;
    set_down(event.key, event.action);
    sink.on_key(event.key, event.action, event.modifiers);
    return Step::Taken;
}

InputQueue::Step InputQueue::apply_text(InputSink& sink, const InputEvent& event, Seen& seen) {
    if (swallow_text_) return Step::Taken;
    if (seen.buttons != 0 || seen.wheel) return Step::Stop;
    if (waits_for_field(sink)) return Step::Stop;
    seen.text = true;
    if (sink.text_focus() == TextFocus::Here) sink.on_text(event.character);
    return Step::Taken;
}

}  // namespace inbetween
