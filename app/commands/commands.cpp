#include <algorithm>
#include <array>

#include "app/commands/areas.h"
#include "app/session.h"

namespace inbetween {
namespace {

std::vector<const Command*> table() {
    std::vector<const Command*> all;
    for (const auto area : {commands::navigate(), commands::playback(), commands::draw(), commands::track(),
                            commands::shape(), commands::solve(), commands::label(), commands::segment(),
                            commands::review(), commands::view(), commands::history()})
        for (const Command& command : area) all.push_back(&command);
    return all;
}

bool marks_segment(const Session& session) { return session.view.segment_in || session.view.segment_out; }

std::vector<std::string_view> hint_ids(const Session& session) {
    if (session.view.tool != Tool::Select)
        return {"draw.corner", "draw.right", "draw.right.fine", "draw.back", "track.kind", "draw.cancel"};
    if (marks_segment(session))
        return {"segment.in", "segment.out", "segment.commit", "segment.commit.video", "play.toggle", "segment.cancel"};
    if (session.view.corner_edit)
        return {"quad.corner.next", "shape.nudge.right", "track.keyframe.toggle",
                "track.solve",      "quad.corner.edit",  "history.undo"};
    if (!session.proposals().empty() || session.search() ||
        (session.selected_track() != nullptr && session.selected_track()->proposal))
        return {"proposal.accept",      "proposal.reject",   "proposal.skip", "frame.previous",
                "track.follow.forward", "frame.useful.next", "history.undo"};
    const Track* track = session.selected_track();
    if (track == nullptr)
        return {"track.new", "track.next", "frame.next", "play.toggle", "segment.in", "view.palette", "view.keys"};
    if (!session.selected_state())
        return {"track.keyframe.toggle", "track.follow.forward", "track.last_frame", "track.next", "track.new",
                "history.undo"};
    if (track->keyframes.size() == 1)
        return {"track.follow.forward", "frame.next_many", "track.keyframe.toggle", "track.outside",
                "track.occluded",       "track.new",       "history.undo"};
    return {"track.keyframe.toggle", "track.solve",          "frame.useful.next", "track.outside",
            "track.occluded",        "track.follow.forward", "history.undo"};
}

}  // namespace

std::string_view name_of(Context context) {
    switch (context) {
        case Context::Global:
            return "global";
        case Context::Main:
            return "main";
        case Context::Drawing:
            return "drawing";
        case Context::Segment:
            return "segment";
        case Context::Corner:
            return "corner";
    }
    return "";
}

std::span<const Command* const> all_commands() {
    static const std::vector<const Command*> all = table();
    return all;
}

const Command* find_command(std::string_view id) {
    const auto all = all_commands();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Command* command) { return command->id == id; });
    return found == all.end() ? nullptr : *found;
}

bool run_command(Session& session, std::string_view id) {
    const Command* command = find_command(id);
    if (command == nullptr || !command->enabled(session)) return false;
    command->run(session);
    return true;
}

std::vector<Context> active_contexts(const Session& session) {
    if (session.view.tool != Tool::Select) return {Context::Drawing, Context::Global};
    std::vector<Context> contexts;
    if (marks_segment(session)) contexts.push_back(Context::Segment);
    if (session.view.corner_edit) contexts.push_back(Context::Corner);
    contexts.push_back(Context::Main);
    contexts.push_back(Context::Global);
    return contexts;
}

std::vector<const Command*> hints(const Session& session) {
    std::vector<const Command*> commands;
    for (const std::string_view id : hint_ids(session)) commands.push_back(find_command(id));
    return commands;
}

}  // namespace inbetween
