#include "app/ui/go_to.h"

#include <algorithm>

#include "app/ui/overlay.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"
#include "core/base/text.h"

namespace inbetween {
namespace {

FrameIndex clamped(std::int64_t frame, const Media& media) {
    return FrameIndex{std::clamp<std::int64_t>(frame, 0, std::max<std::int64_t>(media.frames - 1, 0))};
}

/// The last frame that begins no later.
FrameIndex frame_at(const Media& media, double seconds) {
    std::int64_t low = 0;
    std::int64_t high = std::max<std::int64_t>(media.frames - 1, 0);
    // A time typed as it is shown is a millisecond short of its frame at most.
    constexpr double rounding = 0.0005;
    while (low < high) {
        const std::int64_t middle = (low + high + 1) / 2;
        if (media.seconds_at(FrameIndex{middle}) <= seconds + rounding) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return FrameIndex{low};
}

std::optional<double> seconds_of(std::string_view text) {
    double seconds = 0;
    for (const std::string_view part : split(text, ':')) {
        const auto number = parse_double(part);
        if (!number || *number < 0) return std::nullopt;
        seconds = seconds * 60 + *number;
    }
    return seconds;
}

}  // namespace

Result<FrameIndex> parse_place(std::string_view text, const Media& media, FrameIndex now) {
    text = trim(text);
    if (text.starts_with("pts")) {
        const auto pts = parse_int(trim(text.substr(3)));
        if (!pts) return fail("\"{}\" is no time stamp: write pts 90000", text);
        const auto after = std::ranges::upper_bound(media.pts, *pts);
        return clamped(after - media.pts.begin() - 1, media);
    }
    if (text.starts_with('+') || text.starts_with('-')) {
        const auto by = parse_int(text.substr(text[0] == '+' ? 1 : 0));
        if (by) return clamped(now.value + *by, media);
    } else if (const auto frame = parse_int(text)) {
        return clamped(*frame, media);
    }
    const bool is_time = text.ends_with('s') || text.find(':') != std::string_view::npos;
    if (is_time) {
        if (text.ends_with('s')) text.remove_suffix(1);
        if (const auto seconds = seconds_of(trim(text))) return frame_at(media, *seconds);
    }
    return fail("\"{}\" is neither a frame (1200, +25), a time (1:02.5, 62.5s) nor a pts (pts 90000)", text);
}

void draw_go_to(const Ui& ui) {
    GoToState& state = ui.state.go_to;
    if (!ui.session.view.goto_open) {
        state = {};
        return;
    }
    const auto close = [&ui] {
        ui.active_field.clear();
        ui.ask([](Session& s) { s.view.goto_open = false; });
    };
    const Media* media = ui.session.media();
    if (media == nullptr) return close();
    Overlay overlay(ui, "GoTo", {ui.px(440), ui.px(96)}, 0.2F);
    if (!state.was_open) focus_next_field(ui);
    state.was_open = true;
    const std::string before = state.text;
    const bool entered = text_field(ui, "GoTo/Text", state.text, "frame 1200, +25, time 1:02.5 or pts 90000", -1);
    if (state.text != before) state.problem.clear();
    if (!trim(state.text).empty()) {
        const auto place = parse_place(state.text, *media, ui.session.view.frame);
        ImGui::PushStyleColor(ImGuiCol_Text, state.problem.empty() ? ui.theme.dim : ui.theme.warning);
        if (!state.problem.empty()) {
            ImGui::TextWrapped("%s", state.problem.c_str());
        } else if (place) {
            ImGui::TextUnformatted(
                fmt::format("frame {}, {}", place->value, clock_text(media->seconds_at(*place))).c_str());
        }
        ImGui::PopStyleColor();
        if (entered && place) {
            ui.go_to(*place);
            return close();
        }
        if (entered) {
            state.problem = place.error().message;
            focus_next_field(ui);
            ImGui::SetKeyboardFocusHere(-1);
        }
    }
    if (overlay.wants_to_close) close();
}

}  // namespace inbetween
