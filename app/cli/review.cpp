#include <algorithm>
#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/json.h"
#include "app/cli/open.h"
#include "app/cli/subcommand.h"
#include "core/base/plural.h"
#include "core/base/text.h"
#include "core/edit/proposals.h"

namespace inbetween::cli {

namespace {

struct Options {
    std::string project;
    std::vector<std::string> accepted;
    std::vector<std::string> rejected;
    bool accepts_all = false;
    bool rejects_all = false;
    bool lists = false;
    bool json = false;
};

void print_list(Console& console, const Annotations& all, const Options& o) {
    const std::vector<TrackId> ids = edit::proposals_of(all);
    Json list = Json::array();
    for (const TrackId id : ids) {
        const Track& track = *all.find_track(id);
        const std::string label = all.label_name(track.label);
        const double certainty = track.proposal.value_or(0) / 1000.0;
        const FrameRange extent = track.extent();
        if (o.json) {
            list.push_back(Json{{"id", number(id)},
                                {"label", label},
                                {"certainty", certainty},
                                {"first", extent.begin.value},
                                {"last", extent.end.value - 1},
                                {"keyframes", track.keyframes.size()}});
        } else {
            console.line(one_line(fmt::format("track {} {}: frames {} to {}, {}, {:.2f} certain", number(id), label,
                                              extent.begin.value, extent.end.value - 1,
                                              counted(std::ssize(track.keyframes), "keyframe"), certainty)));
        }
    }
    if (o.json) console.line(text_of(list));
}

/// The proposals of these numbers.   errors: one that is none.
Result<std::vector<TrackId>> named(const Annotations& all, const std::vector<std::string>& stated, const Options& o) {
    std::vector<TrackId> ids;
    for (const auto& text : split_lists(stated)) {
        const TrackId id{parse_int(text).value_or(0)};
        const Track* track = all.find_track(id);
        if (track == nullptr || !track->proposal) return fail("{}: track {} is no proposal", o.project, text);
        ids.push_back(id);
    }
    return ids;
}

Result<Done> decide(Console& console, Session& session, const Options& o) {
    const Annotations& all = session.annotations();
    auto accepted = named(all, o.accepted, o);
    if (!accepted) return accepted.error();
    auto rejected = named(all, o.rejected, o);
    if (!rejected) return rejected.error();
    if (o.rejects_all) *rejected = edit::proposals_of(all);
    for (const TrackId id : *accepted) {
        if (std::ranges::find(*rejected, id) != rejected->end())
            return fail("{}: track {} is to be both accepted and rejected", o.project, number(id));
    }
    if (o.accepts_all) *accepted = edit::proposals_of(all);
    const std::size_t before = edit::proposals_of(all).size();
    session.commit(edit::reject_proposals(all, *rejected));
    const std::size_t left = edit::proposals_of(session.annotations()).size();
    session.commit(edit::accept_proposals(session.annotations(), *accepted));
    const std::size_t after = edit::proposals_of(session.annotations()).size();
    if (const auto durable = session.flush(); !durable) return durable.error();
    console.print("{} accepted, {} rejected, {} left", left - after, before - left, after);
    return Done{};
}

Result<Done> run(Console& console, const Options& o) {
    const bool decides = o.accepts_all || o.rejects_all || !o.accepted.empty() || !o.rejected.empty();
    auto session = open_project(o.project, decides ? StoreMode::ReadWrite : StoreMode::ReadOnly);
    if (!session) return session.error();
    if (decides) {
        console.catch_interrupts();
        return decide(console, **session, o);
    }
    print_list(console, (*session)->annotations(), o);
    return Done{};
}

std::string check_tracks(const std::string& text) {
    return is_number_list(text) ? std::string() : text + " is not a track's number";
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("PROJECT", o->project, "Project whose proposals to look through")->required();
    auto* list = app.add_flag("--list", o->lists, "Print the proposals, the most doubtful first; so does no option");
    app.add_flag("--json", o->json, "The list as JSON");
    auto* all = app.add_flag("--accept-all", o->accepts_all, "Make tracks of all of them");
    app.add_flag("--reject-all", o->rejects_all, "Take all of them away")->excludes(all)->excludes(list);
    all->excludes(list);
    app.add_option("--accept", o->accepted, "Numbers of tracks to accept")
        ->allow_extra_args(false)
        ->check(check_tracks)
        ->excludes(list);
    app.add_option("--reject", o->rejected, "Numbers of tracks to reject")
        ->allow_extra_args(false)
        ->check(check_tracks)
        ->excludes(list);
    app.footer("With --accept-all those that --reject names are rejected first. Each kind of answer is one undo step.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace

const Subcommand review_subcommand{
    "review",
    "PROJECT [--list] [--json] | [--accept ID...] [--reject ID...] [--accept-all | --reject-all]",
    "Accept or reject what detectors propose",
    declare,
    {{"--accept", is_number_list}, {"--reject", is_number_list}}};

}  // namespace inbetween::cli
