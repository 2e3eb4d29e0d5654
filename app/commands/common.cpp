#include "app/commands/common.h"

#include <utility>

namespace inbetween::commands {

bool always(const Session&) { return true; }

bool has_video(const Session& session) { return session.frames() > 0; }

bool has_track(const Session& session) { return session.selected_track() != nullptr; }

bool is_drawing(const Session& session) { return session.view.tool != Tool::Select; }

std::optional<Shape> shown_shape(const Session& session) {
    const Track* track = session.selected_track();
    if (track == nullptr || track->keyframes.empty()) return std::nullopt;
    if (const auto state = session.selected_state()) return state->shape;
    if (auto proposed = session.proposed_shape(track->id, session.view.frame)) return proposed;
    const bool is_before = session.view.frame < track->keyframes.front().frame;
    return is_before ? track->keyframes.front().shape : track->keyframes.back().shape;
}

std::vector<const Track*> tracks_of_media(const Session& session) {
    std::vector<const Track*> tracks;
    for (const auto& [id, track] : session.annotations().tracks)
        if (track->media == session.media_id()) tracks.push_back(track.get());
    return tracks;
}

void inform(Session& session, std::string text) { session.say(Message::Kind::Info, std::move(text)); }

void warn(Session& session, std::string text) { session.say(Message::Kind::Warning, std::move(text)); }

}  // namespace inbetween::commands
