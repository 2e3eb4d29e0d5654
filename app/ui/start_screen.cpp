#include "app/ui/start_screen.h"

#include <algorithm>
#include <array>

#include "app/ui/draw2d.h"
#include "app/ui/widgets.h"
#include "core/base/files.h"
#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::size_t most_recent = 10;

fs::path recent_list() { return user_data_folder() / "recent.txt"; }

/// What a listing shows: folders, and files that may be a video, an image or a project.
bool is_offered(const fs::directory_entry& entry) {
    std::error_code error;
    const std::string name = entry.path().filename().string();
    if (name.empty() || name[0] == '.') return false;
    if (entry.is_directory(error)) return true;
    constexpr std::array known{".inbetween", ".avi", ".mp4", ".mkv",  ".mov", ".webm", ".mpg",  ".mpeg", ".ts", ".m4v",
                               ".flv",       ".wmv", ".ogv", ".m2ts", ".3gp", ".gif",  ".h264", ".mts",  ".seq"};
    return std::ranges::find(known, to_lower(entry.path().extension().string())) != known.end();
}

struct Listing {
    std::vector<fs::path> folders;
    std::vector<fs::path> files;
};

Listing list_folder(const fs::path& folder) {
    Listing listing;
    std::error_code error;
    constexpr std::size_t most = 2000;  // a folder of a million frames is not listed to its end
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (listing.folders.size() + listing.files.size() >= most) break;
        if (!is_offered(*at)) continue;
        std::error_code ignored;
        (at->is_directory(ignored) ? listing.folders : listing.files).push_back(at->path());
    }
    std::ranges::sort(listing.folders);
    std::ranges::sort(listing.files);
    return listing;
}

void choose(const UiFrame& ui, const fs::path& path) {
    ui.state.start.problem.clear();
    ui.state.start.chosen = path;
    ui.wake_in(0);
}

void draw_recent(const UiFrame& ui) {
    if (ui.state.start.recent.empty()) return;
    heading(ui, "Recent");
    for (std::size_t i = 0; i < ui.state.start.recent.size(); ++i) {
        const fs::path& path = ui.state.start.recent[i];
        const std::string name = fmt::format("Start/Recent/{}", i);
        if (ImGui::Selectable(fmt::format("{}##{}", path.filename().string(), name).c_str())) choose(ui, path);
        ui.items.set_last(name);
        ImGui::SameLine(0, ui.px(12));
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.faint);
        const std::string folder = path.parent_path().string();
        ImGui::TextUnformatted(
            elided(ui.theme.regular, ui.theme.regular->FontSize, folder, ImGui::GetContentRegionAvail().x).c_str());
        ImGui::PopStyleColor();
    }
}

void draw_folder(const UiFrame& ui) {
    StartState& state = ui.state.start;
    if (state.folder.empty()) {
        std::error_code error;
        state.folder = fs::current_path(error);
    }
    heading(ui, state.folder.string().c_str());
    ImGui::BeginChild("folder", {0, 0});
    const Listing listing = list_folder(state.folder);
    std::optional<fs::path> enter;
    if (state.folder.has_parent_path() && state.folder != state.folder.root_path()) {
        if (ImGui::Selectable("↑ up")) enter = state.folder.parent_path();
        ui.items.set_last("Start/Up");
    }
    for (const fs::path& folder : listing.folders) {
        const std::string name = folder.filename().string();
        if (ImGui::Selectable((name + "/").c_str(), false, ImGuiSelectableFlags_AllowDoubleClick)) enter = folder;
        ui.items.set_last("Start/Folder/" + name);
    }
    for (const fs::path& file : listing.files) {
        const std::string name = file.filename().string();
        if (ImGui::Selectable(name.c_str())) choose(ui, file);
        ui.items.set_last("Start/File/" + name);
    }
    ImGui::EndChild();
    if (!enter) return;
    state.folder = *enter;
    state.path = enter->string();
    ui.wake_in(0);
}

/// What is going on while a project is made, in place of what can be chosen.
void draw_opening(const UiFrame& ui, const ProjectProgress& at) {
    StartState& state = ui.state.start;
    const std::string name = at.video.filename().string();
    const std::string which = at.videos > 1 ? fmt::format(", video {} of {}", at.number, at.videos) : "";
    ImGui::TextWrapped("%s", fmt::format("New project: reading through {}{}", name, which).c_str());
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TextWrapped("Its frames are counted and numbered. This is done once.");
    ImGui::PopStyleColor();
    ImGui::PushStyleColor(ImGuiCol_PlotHistogram, ui.theme.selected);
    ImGui::ProgressBar(static_cast<float>(at.share), {ImGui::GetContentRegionAvail().x - ui.px(90), 0});
    ImGui::PopStyleColor();
    ui.items.set_last("Start/Opening");
    ImGui::SameLine();
    const bool pressed = ImGui::Button("Cancel", {-1, 0});
    ui.items.set_last("Start/Cancel");
    text_tooltip(ui, "Esc");
    if (pressed || ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape))) state.cancels_opening = true;
    state.was_open = false;
}

/// returns: whether the person wants back to the project that is open.
bool draw_choice(const UiFrame& ui, float width, bool can_go_back) {
    StartState& state = ui.state.start;
    if (!state.was_open) focus_next_field(ui);
    state.was_open = true;
    const bool entered = text_field(ui, "Start/Path", state.path, "path", width - ui.px(90));
    ImGui::SameLine();
    const bool clicked = ImGui::Button("Open", {-1, 0});
    ui.items.set_last("Start/Open");
    const std::string typed(trim(state.path));
    if ((entered || clicked) && !typed.empty()) choose(ui, typed);
    if (!state.problem.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.warning);
        ImGui::TextWrapped("%s", state.problem.c_str());
        ImGui::PopStyleColor();
        ui.items.set_last("Start/Problem");
    }
    bool back = false;
    if (can_go_back) {
        back = ImGui::Button("Back to the project") || ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape));
        ui.items.set_last("Start/Back");
    }
    draw_recent(ui);
    draw_folder(ui);
    return back;
}

}  // namespace

bool draw_start_screen(const UiFrame& ui, bool can_go_back) {
    const StartState& state = ui.state.start;
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(screen);
    ImGui::Begin("start", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus);
    const float width = std::min(ui.px(680), screen.x - ui.px(40));
    const float height = screen.y - ui.px(100);
    ImGui::SetCursorPos({(screen.x - width) / 2, ui.px(50)});
    ImGui::BeginChild("sheet", {width, height});
    ImGui::PushFont(ui.theme.title);
    ImGui::TextUnformatted("Inbetween");
    ImGui::PopFont();
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TextUnformatted("Open a video, a folder of images, or a project. Or drop it on this window.");
    ImGui::PopStyleColor();
    ImGui::Dummy({0, ui.px(10)});
    bool back = false;
    if (state.opening)
        draw_opening(ui, *state.opening);
    else
        back = draw_choice(ui, width, can_go_back);
    ImGui::EndChild();
    ImGui::End();
    return back;
}

std::vector<fs::path> load_recent_files() {
    std::vector<fs::path> files;
    const auto text = read_file(recent_list(), 1 << 20);
    if (!text) return files;
    for (const std::string_view line : split(*text, '\n')) {
        std::error_code error;
        if (!trim(line).empty() && fs::exists(fs::path(trim(line)), error)) files.emplace_back(trim(line));
    }
    return files;
}

Result<Done> remember_file(const fs::path& file) {
    std::error_code error;
    const fs::path absolute = fs::absolute(file, error).lexically_normal();
    std::vector<fs::path> files = load_recent_files();
    std::erase(files, absolute);
    files.insert(files.begin(), absolute);
    if (files.size() > most_recent) files.resize(most_recent);
    std::string text;
    for (const fs::path& one : files) text += one.string() + "\n";
    fs::create_directories(recent_list().parent_path(), error);
    return write_file_atomic(recent_list(), text);
}

}  // namespace inbetween
