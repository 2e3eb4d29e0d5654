#include "app/commands/areas.h"
#include "app/commands/common.h"

namespace inbetween::commands {
namespace {

bool has_proposals(const Session& session) { return !session.proposals().empty(); }

/// The selected track's proposal, else the oldest.
std::size_t proposal_in_question(const Session& session) {
    const auto& proposals = session.proposals();
    for (std::size_t i = 0; i < proposals.size(); ++i)
        if (proposals[i].track == session.view.track) return i;
    return 0;
}

void accept(Session& session) {
    const std::size_t index = proposal_in_question(session);
    session.view.track = session.proposals()[index].track;
    session.accept_proposal(index);
}

void reject(Session& session) {
    session.reject_proposal(proposal_in_question(session));
    inform(session, "Proposal rejected");
}

void accept_all(Session& session) {
    // A read-only project keeps its proposals; the count says when nothing moves any more.
    for (std::size_t left = session.proposals().size(); left > 0; --left) session.accept_proposal(0);
}

constexpr Command table[] = {
    {.id = "proposal.accept",
     .title = "Accept proposal",
     .help = "Makes keyframes of what a tracker proposes for the selected track, or of the oldest proposal.",
     .run = accept,
     .enabled = has_proposals},
    {.id = "proposal.reject",
     .title = "Reject proposal",
     .help = "Throws away what a tracker proposes for the selected track, or the oldest proposal.",
     .run = reject,
     .enabled = has_proposals},
    {.id = "proposal.accept_all",
     .title = "Accept all proposals",
     .help = "Accepts every proposal, the oldest first; each is an undo step.",
     .run = accept_all,
     .enabled = has_proposals},
};

}  // namespace

std::span<const Command> review() { return table; }

}  // namespace inbetween::commands
