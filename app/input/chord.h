#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace inbetween {

/// Keys by position on a US keyboard, so that letters keep their place under IMEs and other layouts.
/// Values are those of GLFW's key constants, which are ASCII for letters, digits and punctuation.
using Key = int;

enum Modifier : int { ModShift = 1, ModControl = 2, ModAlt = 4, ModSuper = 8 };

/// One key with its modifiers, and optionally another key held down: "ctrl+shift+delete", "k+j".
struct Chord {
    Key key = 0;
    int modifiers = 0;
    Key held = 0;  ///< a plain key that must be down too; 0: none
    friend auto operator<=>(const Chord&, const Chord&) = default;
};

/// Reads "ctrl+p", "shift+a", "delete", "f1", "[", "alt+left", "k+l". Case does not matter; nullopt for an unknown
/// name.
std::optional<Chord> chord_of(std::string_view text);

/// The chord as a person reads it: "Ctrl+Shift+Del", "D", "K+J".
std::string text_of(const Chord& chord);

}  // namespace inbetween
