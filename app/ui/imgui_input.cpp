#include "app/ui/imgui_input.h"

#include <imgui.h>

#include <array>
#include <utility>

namespace inbetween {
namespace {

// GLFW's numbers, which Key has.
constexpr std::array<std::pair<ImGuiKey_, Key>, 22> key_map{{
    {ImGuiKey_Tab, 258},       {ImGuiKey_LeftArrow, 263}, {ImGuiKey_RightArrow, 262}, {ImGuiKey_UpArrow, 265},
    {ImGuiKey_DownArrow, 264}, {ImGuiKey_PageUp, 266},    {ImGuiKey_PageDown, 267},   {ImGuiKey_Home, 268},
    {ImGuiKey_End, 269},       {ImGuiKey_Insert, 260},    {ImGuiKey_Delete, 261},     {ImGuiKey_Backspace, 259},
    {ImGuiKey_Space, 32},      {ImGuiKey_Enter, 257},     {ImGuiKey_Escape, 256},     {ImGuiKey_KeyPadEnter, 335},
    {ImGuiKey_A, 'A'},         {ImGuiKey_C, 'C'},         {ImGuiKey_V, 'V'},          {ImGuiKey_X, 'X'},
    {ImGuiKey_Y, 'Y'},         {ImGuiKey_Z, 'Z'},
}};

void set_modifiers(int modifiers) {
    ImGuiIO& io = ImGui::GetIO();
    io.KeyShift = (modifiers & ModShift) != 0;
    io.KeyCtrl = (modifiers & ModControl) != 0;
    io.KeyAlt = (modifiers & ModAlt) != 0;
    io.KeySuper = (modifiers & ModSuper) != 0;
}

}  // namespace

ImGuiInput::ImGuiInput(Handlers handlers) : handlers_(std::move(handlers)) {
    ImGuiIO& io = ImGui::GetIO();
    for (const auto& [imgui, key] : key_map) io.KeyMap[imgui] = key;
}

bool ImGuiInput::on_command_key(Key key, int modifiers, std::span<const Key> held, KeyAction action) {
    set_modifiers(modifiers);
    return handlers_.on_command_key(key, modifiers, held, action);
}

void ImGuiInput::on_pointer(double x, double y) {
    ImGui::GetIO().MousePos = {static_cast<float>(x), static_cast<float>(y)};
}

void ImGuiInput::on_button(MouseButton button, KeyAction action, int modifiers) {
    set_modifiers(modifiers);
    ImGui::GetIO().MouseDown[static_cast<int>(button)] = action != KeyAction::Release;
}

void ImGuiInput::on_wheel(double dx, double dy) {
    ImGui::GetIO().MouseWheelH += static_cast<float>(dx);
    ImGui::GetIO().MouseWheel += static_cast<float>(dy);
}

void ImGuiInput::on_key(Key key, KeyAction action, int modifiers) {
    set_modifiers(modifiers);
    ImGui::GetIO().KeysDown[key] = action != KeyAction::Release;
}

void ImGuiInput::on_text(char32_t character) {
    handlers_.on_text(character);
    ImGui::GetIO().AddInputCharacter(static_cast<unsigned>(character));
}

void ImGuiInput::on_focus(KeyAction action) {
    ImGuiIO& io = ImGui::GetIO();
    io.AddFocusEvent(action != KeyAction::Release);
    if (action != KeyAction::Release) return;
    set_modifiers(0);
    for (bool& down : io.MouseDown) down = false;
}

}  // namespace inbetween
