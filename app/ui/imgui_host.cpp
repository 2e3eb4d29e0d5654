#include "app/ui/imgui_host.h"

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>
#include <imgui_internal.h>
#include <xxhash.h>

#include <algorithm>
#include <string>
#include <utility>

#include "app/gl/screen.h"

namespace inbetween {
namespace {

Platform& platform_of(void* user) { return *static_cast<Platform*>(user); }

const char* read_clipboard(void* user) {
    // ImGui reads the text before it asks again.
    static thread_local std::string text;
    text = platform_of(user).clipboard();
    return text.c_str();
}

void write_clipboard(void* user, const char* text) { platform_of(user).set_clipboard(text); }

/// Each hash is the seed of the next, so that one number stands for all.
class DrawHash {
public:
    void add(const void* data, std::size_t bytes) { hash_ = XXH3_64bits_withSeed(data, bytes, hash_); }
    template <class T>
    void add_value(const T& value) {
        add(&value, sizeof value);
    }
    std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 0;
};

void add_lists(DrawHash& hash, const ImDrawData& data) {
    hash.add_value(data.DisplaySize.x);
    hash.add_value(data.DisplaySize.y);
    for (int i = 0; i < data.CmdListsCount; ++i) {
        const ImDrawList& list = *data.CmdLists[i];
        hash.add(list.VtxBuffer.Data, static_cast<std::size_t>(list.VtxBuffer.size_in_bytes()));
        hash.add(list.IdxBuffer.Data, static_cast<std::size_t>(list.IdxBuffer.size_in_bytes()));
        for (const ImDrawCmd& command : list.CmdBuffer) {
            hash.add_value(command.ClipRect);
            hash.add_value(command.TextureId);
            hash.add_value(command.ElemCount);
        }
    }
}

}  // namespace

void ImGuiHost::ContextDeleter::operator()(ImGuiContext* context) const {
    ImGui::SetCurrentContext(context);
    ImGui_ImplOpenGL3_Shutdown();
    ImGui::DestroyContext(context);
}

ImGuiHost::ImGuiHost(Platform& platform, ImGuiInput::Handlers handlers)
    : platform_(platform), context_(ImGui::CreateContext()) {
    make_current();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.ConfigInputTextCursorBlink = false;  // a blinking cursor would redraw for ever
    io.ClipboardUserData = &platform_;
    io.GetClipboardTextFn = read_clipboard;
    io.SetClipboardTextFn = write_clipboard;
    io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
    ImGui_ImplOpenGL3_Init("#version 330");
    handlers.on_text = [this, then = std::move(handlers.on_text)](char32_t character) {
        fonts_.note(character);
        if (then) then(character);
    };
    input_ = std::make_unique<ImGuiInput>(std::move(handlers));
}

ImGuiHost::~ImGuiHost() = default;

void ImGuiHost::make_current() { ImGui::SetCurrentContext(context_.get()); }

bool ImGuiHost::set_scale(float scale) {
    if (has_scale_ && theme_.scale == scale) return false;
    has_scale_ = true;
    theme_.scale = scale;
    theme_.apply();
    return true;
}

void ImGuiHost::update_fonts() {
    if (!fonts_.build(theme_)) return;
    if (has_texture_) {
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        ImGui_ImplOpenGL3_CreateFontsTexture();
    } else {
        ImGui_ImplOpenGL3_CreateDeviceObjects();
        has_texture_ = true;
    }
    drawn_hash_ = 0;
}

void ImGuiHost::begin_frame(Size size, double seconds) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(size.width), static_cast<float>(size.height)};
    io.DeltaTime = static_cast<float>(std::clamp(seconds, 1e-5, 1.0));
    ImGui::NewFrame();
    if (std::exchange(closes_popups_, false)) ImGui::ClosePopupToLevel(0, true);
}

void ImGuiHost::end_frame() { ImGui::Render(); }

bool ImGuiHost::has_changed(std::initializer_list<std::uint64_t> generations) {
    DrawHash hash;
    for (const std::uint64_t generation : generations) hash.add_value(generation);
    add_lists(hash, *ImGui::GetDrawData());
    return std::exchange(drawn_hash_, hash.value()) != hash.value();
}

void ImGuiHost::render() {
    const ImVec4 back = ImGui::ColorConvertU32ToFloat4(theme_.window);
    begin_screen(platform_.framebuffer(), platform_.size(), back.x, back.y, back.z);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

bool ImGuiHost::is_popup_open() const { return ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup); }

}  // namespace inbetween
