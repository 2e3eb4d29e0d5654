#include "app/labelling.h"

#include <limits>
#include <utility>

#include "core/edit/operations.h"

namespace inbetween {
namespace {

bool works_on_segment(const Session& session) {
    return session.view.segment_in || session.view.segment_out || is_set(session.view.segment);
}

/// Whether a label's two-digit hotkey begins with this digit.
bool begins_longer_hotkey(const Session& session, int digit) {
    for (const auto& [id, label] : session.annotations().labels)
        if (label.hotkey >= 10 && label.hotkey / 10 == digit) return true;
    return false;
}

void give_label_of(Session& session, int hotkey) {
    if (const Label* label = label_of_hotkey(session, hotkey)) return give_label(session, *label);
    session.say(Message::Kind::Warning, fmt::format("No label has the number {}", hotkey));
}

}  // namespace

const Label* label_of_hotkey(const Session& session, int hotkey) {
    const LabelKind first = works_on_segment(session) ? LabelKind::Action : LabelKind::Track;
    const Label* other = nullptr;
    for (const auto& [id, label] : session.annotations().labels) {
        if (label.hotkey != hotkey) continue;
        if (label.kind == first) return &label;
        other = &label;
    }
    return other;
}

void give_label(Session& session, const Label& given) {
    const Label label = given;  // an edit may replace what `given` refers to
    ViewState& view = session.view;
    const bool is_action = label.kind == LabelKind::Action;
    (is_action ? view.action : view.label) = label.id;
    if (is_action && is_set(view.segment))
        session.commit(edit::set_segment_label(session.annotations(), view.segment, label.id));
    else if (!is_action && view.tool == Tool::Select && is_set(view.track))
        session.commit(edit::set_track_label(session.annotations(), view.track, label.id));
    session.say(Message::Kind::Info, fmt::format("{}: {}", is_action ? "Action" : "Label", label.name));
}

void press_digit(Session& session, int digit) {
    ViewState& view = session.view;
    settle_digits(session);
    if (view.pending_digit > 0) {
        const int hotkey = std::exchange(view.pending_digit, -1) * 10 + digit;
        return give_label_of(session, hotkey);
    }
    if (digit == 0) return give_label_of(session, 10);
    if (!begins_longer_hotkey(session, digit)) return give_label_of(session, digit);
    view.pending_digit = digit;
    view.pending_digit_until = session.now() + digit_pause_secs;
}

double settle_digits(Session& session) {
    ViewState& view = session.view;
    if (view.pending_digit < 0) return std::numeric_limits<double>::infinity();
    const double left = view.pending_digit_until - session.now();
    if (left > 0) return left;
    give_label_of(session, std::exchange(view.pending_digit, -1));
    return std::numeric_limits<double>::infinity();
}

}  // namespace inbetween
