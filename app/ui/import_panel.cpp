#include <algorithm>
#include <chrono>

#include "app/ui/format_options.h"
#include "app/ui/overlay.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

void forget_plan(ImportState& state) {
    state.plan.reset();
    state.problem.clear();
    state.done.clear();
}

/// The reader runs on a thread of its own; what it says is shown before anything is changed.
void start_reading(const Ui& ui) {
    ImportState& state = ui.state.importing;
    forget_plan(state);
    state.reading = std::async(std::launch::async, [snapshot = ui.session.snapshot(), id = ui.session.media_id(),
                                                    file = fs::path(state.path), format = state.format,
                                                    options = state.options]() -> Result<ImportPlan> {
        return plan_import(format, ReadRequest{{file}, *snapshot->find_media(id), options});
    });
}

void take_in_plan(const Ui& ui) {
    ImportState& state = ui.state.importing;
    if (!state.reading.valid()) return;
    if (state.reading.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        ui.wake_in(0.1);
        return;
    }
    Result<ImportPlan> plan = state.reading.get();
    if (!plan) {
        state.problem = plan.error().message;
        return;
    }
    state.plan = std::make_shared<const ImportPlan>(*std::move(plan));
    state.counted_for.clear();
}

/// What the plan adds with the keyframes that were chosen; counted again when that choice changes.
void count(const Ui& ui) {
    ImportState& state = ui.state.importing;
    if (state.plan == nullptr || state.counted_for == state.keyframes) return;
    state.counted_for = state.keyframes;
    const auto thinning = edit::parse_thinning(state.keyframes);
    state.problem = thinning ? std::string() : thinning.error().message;
    if (!thinning) return;
    const ChangeSet change = change_of(*state.plan, ui.session.annotations(), ui.session.media_id(), *thinning);
    state.adds = text_of(counts_of(change), state.plan->read.annotations.keyframe_count());
}

void format_choice(const Ui& ui) {
    ImportState& state = ui.state.importing;
    const Format* chosen = find_format(state.format);
    const std::string shown = chosen == nullptr ? "told by the content" : std::string(chosen->name);
    ImGui::SetNextItemWidth(ui.px(260));
    const bool open = ImGui::BeginCombo("##import_format", shown.c_str(), ImGuiComboFlags_HeightLarge);
    ui.items.set_last("Import/Format");
    if (!open) return;
    const auto row = [&](const std::string& id, const std::string& name) {
        if (ImGui::Selectable(name.c_str(), id == state.format) && id != state.format) {
            state.format = id;
            state.options.clear();
            forget_plan(state);
        }
        ui.items.set_last("Import/Format/" + id);
    };
    row("auto", "told by the content");
    std::vector<const Format*> formats(all_formats().begin(), all_formats().end());
    std::ranges::sort(formats, {}, &Format::name);
    for (const Format* format : formats)
        if (format->read != nullptr) row(std::string(format->id), std::string(format->name));
    ImGui::EndCombo();
}

void thinning_choice(const Ui& ui) {
    ImportState& state = ui.state.importing;
    ImGui::SameLine();
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted("keyframes");
    ImGui::SameLine();
    text_field(ui, "Import/Keyframes", state.keyframes, "all, every=N, tolerance=PX", ui.px(150));
    text_tooltip(ui, "all: every frame that the file states. every=25: one in 25. tolerance=2: the fewest between "
                     "which a straight way stays within 2 pixels of what the file states.");
}

void lines(const Ui& ui, const std::vector<std::string>& texts, ImU32 colour, const char* before) {
    constexpr std::size_t most = 6;
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    for (std::size_t i = 0; i < std::min(texts.size(), most); ++i)
        ImGui::TextWrapped("%s%s", before, texts[i].c_str());
    if (texts.size() > most) ImGui::TextWrapped("%s%zu more", before, texts.size() - most);
    ImGui::PopStyleColor();
    ui.items.set_last(std::string("Import/") + before);
}

void show_plan(const Ui& ui) {
    const ImportState& state = ui.state.importing;
    const ImportPlan& plan = *state.plan;
    ImGui::TextWrapped("%s", std::string(plan.format->name).c_str());
    ui.items.set_last("Import/Plan");
    ImGui::TextWrapped("adds %s", state.adds.c_str());
    lines(ui, plan.suspects, ui.theme.warning, "suspect: ");
    lines(ui, plan.read.notes, ui.theme.dim, "note: ");
}

void import_now(const Ui& ui) {
    ImportState& state = ui.state.importing;
    const auto thinning = edit::parse_thinning(state.keyframes);
    if (!thinning || state.plan == nullptr) return;
    ui.ask([plan = state.plan, thinning = *thinning](Session& session) {
        ChangeSet change = change_of(*plan, session.annotations(), session.media_id(), thinning);
        const auto fills = edit::imported_fills(change, plan->read.annotations);
        if (session.commit(std::move(change))) session.set_fills(fills);
    });
    state.done = "✓ imported: " + state.adds;
    state.plan.reset();
}

}  // namespace

void draw_import(const Ui& ui) {
    ImportState& state = ui.state.importing;
    if (!state.open) return;
    take_in_plan(ui);
    count(ui);
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    Overlay overlay(ui, "Import", {std::min(ui.px(640), screen.x - ui.px(40)), std::min(ui.px(480), screen.y * 0.85F)},
                    0.1F);
    heading(ui, "Import annotations");
    if (!state.was_open) focus_next_field(ui);
    state.was_open = true;
    const bool busy = state.reading.valid();
    ImGui::BeginDisabled(busy);
    const std::string before = state.path;
    const bool entered = text_field(ui, "Import/Path", state.path, "file or folder to read; or drop it here", -1);
    if (state.path != before) forget_plan(state);
    format_choice(ui);
    thinning_choice(ui);
    if (const Format* format = state.plan != nullptr ? state.plan->format : find_format(state.format)) {
        const FormatOptions stated = state.options;
        draw_format_options(ui, "Import/Option/", *format, Way::In, state.options);
        if (stated != state.options) {
            state.format = format->id;
            forget_plan(state);
        }
    }
    ImGui::BeginDisabled(state.path.empty());
    const bool looks = ImGui::Button("Look");
    ui.items.set_last("Import/Look");
    ImGui::EndDisabled();
    if ((looks || entered || state.looks_soon) && !busy && !state.path.empty()) start_reading(ui);
    state.looks_soon = false;
    ImGui::SameLine();
    ImGui::BeginDisabled(state.plan == nullptr || !state.problem.empty());
    if (ImGui::Button("Import")) import_now(ui);
    ui.items.set_last("Import/Import");
    ImGui::EndDisabled();
    ImGui::EndDisabled();
    ImGui::SameLine();
    if (ImGui::Button("Close")) overlay.wants_to_close = true;
    ui.items.set_last("Import/Close");
    ImGui::BeginChild("plan");
    const auto tell = [&](const std::string& text, ImU32 colour) {
        if (text.empty()) return;
        ImGui::PushStyleColor(ImGuiCol_Text, colour);
        ImGui::TextWrapped("%s", text.c_str());
        ImGui::PopStyleColor();
    };
    tell(busy ? "reading…" : "", ui.theme.dim);
    tell(state.problem, ui.theme.bad);
    tell(state.done, ui.theme.good);
    if (state.plan != nullptr) show_plan(ui);
    ImGui::EndChild();
    if (overlay.wants_to_close && !busy) {
        state = {};
        ui.active_field.clear();
    }
}

}  // namespace inbetween
