#pragma once

#include <imgui.h>

#include <set>
#include <string_view>

#include "app/ui/theme.h"

namespace inbetween {

/// The fonts of the workstation: DejaVu Sans, with WenQuanYi Micro Hei for what it lacks, drawn by FreeType. Holds the
/// glyphs of the characters in use only; a new character makes it dirty, and it is built again between two frames.
class Fonts {
public:
    Fonts();
    /// Takes note of a text that is going to be shown, in UTF-8.
    void note(std::string_view text);
    void note(char32_t character);
    /// Builds the atlas if a character or the scale has changed, and puts the fonts into the theme.
    /// returns: whether it did, so that the texture has to be uploaded again.
    bool build(Theme& theme);

private:
    std::set<ImWchar> characters_;  // beyond Latin-1
    bool dirty_ = true;
    float scale_ = 0;
};

}  // namespace inbetween
