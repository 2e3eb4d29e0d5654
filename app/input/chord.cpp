#include "app/input/chord.h"

#include <array>
#include <vector>

#include "core/base/text.h"

namespace inbetween {
namespace {

/// A key that is not one printed character.
struct NamedKey {
    Key key;
    std::string_view name;   ///< in keymaps
    std::string_view shown;  ///< to a person
};

// source: GLFW 3.3's key constants.
constexpr std::array named_keys = {
    NamedKey{32, "space", "Space"},
    NamedKey{256, "escape", "Esc"},
    NamedKey{257, "enter", "Enter"},
    NamedKey{258, "tab", "Tab"},
    NamedKey{259, "backspace", "Backspace"},
    NamedKey{260, "insert", "Ins"},
    NamedKey{261, "delete", "Del"},
    NamedKey{262, "right", "Right"},
    NamedKey{263, "left", "Left"},
    NamedKey{264, "down", "Down"},
    NamedKey{265, "up", "Up"},
    NamedKey{266, "pageup", "PageUp"},
    NamedKey{267, "pagedown", "PageDown"},
    NamedKey{268, "home", "Home"},
    NamedKey{269, "end", "End"},
    NamedKey{330, "kp_decimal", "Kp_Decimal"},
    NamedKey{331, "kp_divide", "Kp_Divide"},
    NamedKey{332, "kp_multiply", "Kp_Multiply"},
    NamedKey{333, "kp_subtract", "Kp_Subtract"},
    NamedKey{334, "kp_add", "Kp_Add"},
    NamedKey{335, "kp_enter", "Kp_Enter"},
};

constexpr Key first_function_key = 290;
constexpr int function_keys = 12;
constexpr Key first_keypad_digit = 320;
constexpr std::string_view printed_keys = "'-./;=[\\]`,";

constexpr std::array<std::pair<std::string_view, int>, 4> modifiers = {
    {{"ctrl", ModControl}, {"alt", ModAlt}, {"shift", ModShift}, {"super", ModSuper}}};

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<Key> key_of(std::string_view name) {
    if (name.size() == 1) {
        const char c = name.front();
        if (is_letter(c)) return c - 'a' + 'A';
        if (is_digit(c) || printed_keys.find(c) != std::string_view::npos) return c;
        return std::nullopt;
    }
    for (const NamedKey& named : named_keys)
        if (named.name == name || to_lower(named.shown) == name) return named.key;
    if (name.starts_with('f')) {
        const auto number = parse_int(name.substr(1));
        if (number && *number >= 1 && *number <= function_keys)
            return first_function_key + static_cast<Key>(*number) - 1;
    }
    constexpr std::string_view keypad = "kp_";
    if (name.starts_with(keypad) && name.size() == keypad.size() + 1 && is_digit(name.back()))
        return first_keypad_digit + name.back() - '0';
    return std::nullopt;
}

std::string shown_key(Key key) {
    for (const NamedKey& named : named_keys)
        if (named.key == key) return std::string(named.shown);
    if (key >= first_function_key && key < first_function_key + function_keys)
        return "F" + std::to_string(key - first_function_key + 1);
    if (key >= first_keypad_digit && key < first_keypad_digit + 10)
        return "Kp_" + std::to_string(key - first_keypad_digit);
    return std::string(1, static_cast<char>(key));
}

int modifier_of(std::string_view name) {
    for (const auto& [known, bit] : modifiers)
        if (known == name) return bit;
    return 0;
}

}  // namespace

std::optional<Chord> chord_of(std::string_view text) {
    const std::string lower = to_lower(trim(text));
    Chord chord;
    const std::vector<std::string_view> parts = split(lower, '+');
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const int modifier = modifier_of(parts[i]);
        if ((chord.modifiers & modifier) != 0) return std::nullopt;
        chord.modifiers |= modifier;
        if (modifier != 0) continue;
        const auto held = key_of(parts[i]);
        if (!held || chord.held != 0) return std::nullopt;
        chord.held = *held;
    }
    const auto key = key_of(parts.back());
    if (!key || *key == chord.held) return std::nullopt;
    chord.key = *key;
    return chord;
}

std::string text_of(const Chord& chord) {
    std::string text;
    for (const auto& [name, bit] : modifiers) {
        if ((chord.modifiers & bit) == 0) continue;
        text += static_cast<char>(name.front() - 'a' + 'A');
        text += name.substr(1);
        text += '+';
    }
    if (chord.held != 0) text += shown_key(chord.held) + "+";
    return text + shown_key(chord.key);
}

}  // namespace inbetween
