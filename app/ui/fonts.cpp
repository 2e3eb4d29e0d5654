#include "app/ui/fonts.h"

#include <imgui_freetype.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace inbetween {
namespace {

constexpr const char* latin_regular = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
constexpr const char* latin_bold = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";
constexpr const char* chinese = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc";
/// Signs that the panels draw as text.
constexpr const char* signs = "–—…·×±→←↑↓↶↷▶◀◆◇■□●○✓✕⚠⏎≈";

struct Sizes {
    float regular = 14;
    float small = 12;
    float title = 26;
};

bool exists(const char* path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
}

/// The next character of a UTF-8 text, and where it ends; U+FFFD for what is none.
char32_t next_character(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at++);
    if (first < 0x80) return first;
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    if (more == 0) return U'\uFFFD';
    char32_t character = static_cast<char32_t>(first & (0x3F >> more));
    for (int i = 0; i < more; ++i) {
        if (at >= text.size() || (byte(at) & 0xC0) != 0x80) return U'\uFFFD';
        character = (character << 6) | (byte(at++) & 0x3F);
    }
    return character;
}

/// Ranges stay where they are until the atlas is built.
ImVector<ImWchar> ranges_of(const std::set<ImWchar>& characters) {
    ImFontGlyphRangesBuilder builder;
    builder.AddRanges(ImGui::GetIO().Fonts->GetGlyphRangesDefault());
    for (const ImWchar character : characters) builder.AddChar(character);
    ImVector<ImWchar> ranges;
    builder.BuildRanges(&ranges);
    return ranges;
}

ImFont* add(ImFontAtlas& atlas, const char* latin, float pixels, const ImWchar* ranges) {
    if (!exists(latin)) {
        ImFontConfig config;
        config.SizePixels = pixels;
        return atlas.AddFontDefault(&config);
    }
    ImFontConfig config;
    config.OversampleH = 1;
    config.OversampleV = 1;
    config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    ImFont* font = atlas.AddFontFromFileTTF(latin, pixels, &config, ranges);
    if (exists(chinese)) {
        config.MergeMode = true;
        atlas.AddFontFromFileTTF(chinese, pixels * 1.1F, &config, ranges);
    }
    return font;
}

}  // namespace

Fonts::Fonts() { note(signs); }

void Fonts::note(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) note(next_character(text, at));
}

void Fonts::note(char32_t character) {
    // ImGui of this build knows the basic plane only; beyond it stands its sign for an unknown character.
    if (character < 0x100 || character > 0xFFFF) return;
    if (characters_.insert(static_cast<ImWchar>(character)).second) dirty_ = true;
}

bool Fonts::build(Theme& theme) {
    if (!dirty_ && scale_ == theme.scale) return false;
    dirty_ = false;
    scale_ = theme.scale;
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    const ImVector<ImWchar> ranges = ranges_of(characters_);
    const Sizes sizes;
    theme.regular = add(atlas, latin_regular, theme.px(sizes.regular), ranges.Data);
    theme.bold = add(atlas, latin_bold, theme.px(sizes.regular), ranges.Data);
    theme.small = add(atlas, latin_regular, theme.px(sizes.small), ranges.Data);
    // The program's own name only.
    theme.title = add(atlas, latin_bold, theme.px(sizes.title), ImGui::GetIO().Fonts->GetGlyphRangesDefault());
    atlas.Build();
    ImGui::GetIO().FontDefault = theme.regular;
    return true;
}

}  // namespace inbetween
