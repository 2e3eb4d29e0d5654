#include <algorithm>

#include "app/commands/areas.h"
#include "app/commands/common.h"
#include "core/base/plural.h"
#include "core/edit/proposals.h"

namespace inbetween::commands {
namespace {

/// Tracks of the video that a detector offers, the most doubtful first.
std::vector<TrackId> offered_tracks(const Session& session) {
    return edit::proposals_of(session.annotations(), session.media_id());
}

bool has_offered_tracks(const Session& session) {
    const auto& tracks = session.annotations().tracks;
    return std::any_of(tracks.begin(), tracks.end(), [&](const auto& entry) {
        return entry.second->proposal && entry.second->media == session.media_id();
    });
}

bool has_proposals(const Session& session) {
    return session.search() || !session.proposals().empty() || has_offered_tracks(session);
}

/// The selected track's follow, else the oldest.
std::size_t follow_in_question(const Session& session) {
    const auto& proposals = session.proposals();
    for (std::size_t i = 0; i < proposals.size(); ++i)
        if (proposals[i].track == session.view.track) return i;
    return 0;
}

/// The offered track that an answer is about: the selected one, else the most doubtful.
/// returns: unset where a follow is in question.
TrackId track_in_question(const Session& session) {
    const Track* selected = session.selected_track();
    if (selected != nullptr && selected->proposal) return selected->id;
    if (!session.proposals().empty()) return {};
    const std::vector<TrackId> offered = offered_tracks(session);
    return offered.empty() ? TrackId{} : offered.front();
}

/// Goes to the middle of an offered track and says how many there are.
void show(Session& session, TrackId id) {
    const Track& track = *session.annotations().find_track(id);
    session.view.track = id;
    const FrameRange extent = track.extent();
    session.go_to(FrameIndex{(extent.begin.value + extent.end.value - 1) / 2});
    inform(session,
           fmt::format("{} left; this one is {:.0f} % certain",
                       counted(std::ssize(offered_tracks(session)), "proposal"), track.proposal.value_or(0) / 10.0));
}

/// Goes on to the track after `answered` in the order of doubt as it was before.
void show_next(Session& session, const std::vector<TrackId>& order, TrackId answered) {
    const auto at = std::find(order.begin(), order.end(), answered);
    const auto count = static_cast<std::ptrdiff_t>(order.size());
    for (std::ptrdiff_t i = 1; i <= count; ++i) {
        const TrackId next = order[static_cast<std::size_t>((at - order.begin() + i) % count)];
        const Track* track = session.annotations().find_track(next);
        if (track != nullptr && track->proposal) return show(session, next);
    }
    inform(session, "No proposals left");
}

void accept(Session& session) {
    if (session.search()) return session.accept_found();
    if (const TrackId offered = track_in_question(session); is_set(offered)) {
        const std::vector<TrackId> order = offered_tracks(session);
        if (session.commit(edit::accept_proposals(session.annotations(), {offered})))
            show_next(session, order, offered);
        return;
    }
    const std::size_t index = follow_in_question(session);
    session.view.track = session.proposals()[index].track;
    session.accept_proposal(index);
}

void reject(Session& session) {
    if (session.search()) return session.pass_found();
    if (const TrackId offered = track_in_question(session); is_set(offered)) {
        const std::vector<TrackId> order = offered_tracks(session);
        if (session.commit(edit::reject_proposals(session.annotations(), {offered})))
            show_next(session, order, offered);
        return;
    }
    session.reject_proposal(follow_in_question(session));
    inform(session, "Proposal rejected");
}

void skip(Session& session) {
    const std::vector<TrackId> order = offered_tracks(session);
    const Track* selected = session.selected_track();
    if (selected == nullptr || !selected->proposal) return show(session, order.front());
    show_next(session, order, selected->id);
}

void accept_all(Session& session) {
    if (session.search()) session.accept_found();
    // A read-only project keeps its proposals; the count says when nothing moves any more.
    for (std::size_t left = session.proposals().size(); left > 0; --left) session.accept_proposal(0);
    session.commit(edit::accept_proposals(session.annotations(), offered_tracks(session)));
}

void reject_all(Session& session) {
    if (session.commit(edit::reject_proposals(session.annotations(), offered_tracks(session))))
        session.say_undoable("All proposals of detectors rejected");
}

void detect(Session& session, std::string_view detector) {
    auto spec = parse_detector(detector);
    if (!spec) return warn(session, spec.error().message);
    session.detect({.detector = *std::move(spec), .range = {FrameIndex{0}, FrameIndex{session.frames()}}});
}

bool can_find_again(const Session& session) {
    const Track* track = session.selected_track();
    return has_video(session) && track != nullptr && !track->keyframes.empty();
}

void find_again(Session& session) {
    const Track& track = *session.selected_track();
    const FrameRange range = lost_range(track, session.view.frame, session.frames());
    if (range.empty()) return inform(session, "The track is in view to the end of the video");
    session.find_again({.track = track, .range = range});
}

constexpr Command table[] = {
    {.id = "proposal.accept",
     .title = "Accept proposal",
     .help = "Accepts the place, the follow or the track that is proposed, the selected one before others.",
     .run = accept,
     .enabled = has_proposals},
    {.id = "proposal.reject",
     .title = "Reject proposal",
     .help = "Throws away what is proposed, the selected one before others, and goes on to the next.",
     .run = reject,
     .enabled = has_proposals},
    {.id = "proposal.skip",
     .title = "Next proposal",
     .help = "Goes to the next track that a detector proposes, the most doubtful first, and leaves this one as it is.",
     .run = skip,
     .enabled = has_offered_tracks},
    {.id = "proposal.accept_all",
     .title = "Accept all proposals",
     .help = "Accepts every follow, the oldest first, each an undo step, and in one more every track proposed.",
     .run = accept_all,
     .enabled = has_proposals},
    {.id = "proposal.reject_all",
     .title = "Reject all proposed tracks",
     .help = "Takes away every track that a detector proposes, in one undo step.",
     .run = reject_all,
     .enabled = has_offered_tracks},
    {.id = "detect.people",
     .title = "Propose people",
     .help = "Looks through the video for people who stand or walk, and proposes a track for each.",
     .run = [](Session& session) { detect(session, "hog"); },
     .enabled = has_video},
    {.id = "detect.faces",
     .title = "Propose faces",
     .help =
         "Looks through the video for faces, by the cascades of Debian's opencv-data, and proposes a track for each.",
     .run = [](Session& session) { detect(session, "haar"); },
     .enabled = has_video},
    {.id = "track.find_again",
     .title = "Find again",
     .help = "Looks where the selected track's object may be in view again, and shows the likeliest places one by one.",
     .run = find_again,
     .enabled = can_find_again},
};

}  // namespace

std::span<const Command> review() { return table; }

}  // namespace inbetween::commands
