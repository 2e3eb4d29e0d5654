#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/beyond.h"
#include "app/cli/open.h"
#include "app/cli/solving.h"
#include "app/cli/subcommand.h"
#include "app/cli/suggest.h"
#include "app/project.h"
#include "app/settings.h"
#include "core/base/files.h"
#include "core/base/plural.h"
#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

constexpr std::int64_t default_suggested = 3;

struct Options {
    std::string project;
    std::vector<std::string> tracks;
    std::string method;
    std::string range = ":";
    std::vector<std::string> suggested;  ///< the N of --suggest, if any
    double tolerance = 0;                ///< 0: the user's setting
    bool json = false;
    BeyondOptions beyond;
};

/// The tracks stated, or all of them.   errors: a number that names none.
Result<std::vector<TrackPtr>> stated_tracks(const Annotations& annotations, const Options& o) {
    std::vector<TrackPtr> tracks;
    if (o.tracks.empty()) {
        for (const auto& [id, track] : annotations.tracks) tracks.push_back(track);
        return tracks;
    }
    for (const auto& text : split_lists(o.tracks)) {
        const auto found = annotations.tracks.find(TrackId{parse_int(text).value_or(0)});
        if (found != annotations.tracks.end()) {
            tracks.push_back(found->second);
            continue;
        }
        std::vector<std::int64_t> known;
        for (const auto& [id, track] : annotations.tracks) known.push_back(number(id));
        constexpr std::size_t most = 40;
        const bool too_many = known.size() > most;
        if (too_many) known.resize(most);
        return fail("{}: no track {}; it has {}{}", o.project, text, fmt::join(known, ", "), too_many ? ", ..." : "");
    }
    return tracks;
}

struct Tally {
    std::size_t spans = 0;
    std::size_t filled = 0;
    std::int64_t frames = 0;
    std::vector<std::string> errors;
    bool cancelled = false;
};

void solve_media(Console& console, Session& session, const Media& media, std::vector<SpanTask> spans,
                 const std::string& method, Tally& tally) {
    const fs::path path = media_path(media, session.project());
    tally.spans += spans.size();
    const Solved solved = solve(console, path, std::move(spans), method);
    for (const auto& fill : solved.fills) session.set_fill(fill);
    tally.filled += solved.fills.size();
    tally.frames += frames_in(solved.fills);
    tally.errors.insert(tally.errors.end(), solved.errors.begin(), solved.errors.end());
    tally.cancelled = solved.cancelled;
}

Result<Done> solve_all(Console& console, Session& session, const std::vector<TrackPtr>& tracks, const Options& o,
                       const FrameRange& range, Tally& tally) {
    std::map<MediaId, std::vector<SpanTask>> by_media;
    for (const auto& track : tracks) {
        for (auto& task : spans_to_solve(*track, range, session.snapshot()))
            by_media[track->media].push_back(std::move(task));
    }
    // All of them before the first is filled: with one that is not the annotated video, nothing changes.
    for (const auto& [id, spans] : by_media) {
        const Media& media = *session.annotations().find_media(id);
        const auto there = check_video(media, media_path(media, session.project()));
        if (!there) return there.error();
    }
    for (auto& [id, spans] : by_media) {
        if (tally.cancelled) break;
        solve_media(console, session, *session.annotations().find_media(id), std::move(spans), o.method, tally);
    }
    return Done{};
}

Result<Done> make_linear(Console& console, Session& session, const std::vector<TrackPtr>& tracks,
                         const FrameRange& range) {
    std::size_t spans = 0;
    std::int64_t frames = 0;
    for (const auto& track : tracks) {
        for (const auto& task : spans_to_solve(*track, range)) {
            ++spans;
            frames += task.track.keyframes[task.left + 1].frame - task.track.keyframes[task.left].frame - 1;
        }
        session.clear_fills(track->id, range);
    }
    const auto durable = session.flush();
    if (!durable) return durable.error();
    console.print("filled {}, {} (linear)", counted(spans, "span"), counted(frames, "frame"));
    return Done{};
}

/// Follows a track or looks for it again, which is done to one track at a time.
Result<Done> go_beyond(Console& console, Session& session, const std::vector<TrackPtr>& tracks, const Options& o,
                       const FrameRange& range) {
    if (o.tracks.empty() || tracks.size() != 1)
        return fail("{}: --follow and --find-again take one track: --track ID", o.project);
    BeyondOptions beyond = o.beyond;
    beyond.method = o.method;
    beyond.json = o.json;
    if (o.range != ":") beyond.range = range;
    return beyond.finds_again ? find_track_again(console, session, *tracks.front(), beyond)
                              : follow_track(console, session, *tracks.front(), beyond);
}

/// Refuses a range in which no span lies whole, and says in which one would.
Result<Done> check_some_span(const std::vector<TrackPtr>& tracks, const Options& o, const FrameRange& range) {
    if (o.range == ":" || tracks.empty()) return Done{};
    std::optional<FrameRange> wider;
    for (const auto& track : tracks) {
        if (!spans_to_solve(*track, range).empty()) return Done{};
        for (const SpanTask& task : spans_to_solve(*track, track->extent())) {
            const FrameRange span{task.track.keyframes[task.left].frame, task.track.keyframes[task.left + 1].frame + 1};
            if (span.intersect(range).empty()) continue;
            wider = wider ? FrameRange{std::min(wider->begin, span.begin), std::max(wider->end, span.end)} : span;
        }
    }
    const std::string hint =
        wider ? fmt::format("; those that begin or end there lie in {}:{}", wider->begin.value, wider->end.value)
              : std::string();
    return fail("{}: no span to fill lies whole in {}{}", o.project, o.range, hint);
}

Result<Done> run(Console& console, const Options& o) {
    const auto known = check_method(o.method);
    if (!known) return known.error();
    const auto range = parse_range(o.range);
    if (!range) return range.error();
    auto session = open_project(o.project, StoreMode::ReadWrite);
    if (!session) return session.error();
    const auto tracks = stated_tracks((*session)->annotations(), o);
    if (!tracks) return tracks.error();
    std::int64_t frames = 0;  // of the longest video
    for (const auto& track : *tracks)
        frames = std::max(frames, (*session)->annotations().find_media(track->media)->frames);
    if (!tracks->empty()) {
        if (const auto inside = check_in_video(*range, o.project, frames); !inside) return inside.error();
    }
    if (const auto fits = check_fit(console, o.method, *tracks); !fits) return fits.error();
    console.catch_interrupts();
    if (!o.beyond.follow.empty() || o.beyond.finds_again) return go_beyond(console, **session, *tracks, o, *range);
    if (auto some = check_some_span(*tracks, o, *range); !some) return some;
    if (o.method == "linear") return make_linear(console, **session, *tracks, *range);

    const auto began = std::chrono::steady_clock::now();
    Tally tally;
    const auto solved = solve_all(console, **session, *tracks, o, *range, tally);
    if (!solved) return solved.error();
    const auto durable = (*session)->flush();
    if (!durable) return durable.error();
    const double secs = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    console.print("filled {} of {}, {} in {:.1f} s", tally.filled, counted(tally.spans, "span"),
                  counted(tally.frames, "frame"), secs);
    if (tally.cancelled) {
        return fail("{}: cancelled; {} of {} spans are filled and kept", o.project, tally.filled, tally.spans);
    }
    if (tally.errors.empty()) return Done{};
    return fail("{}: {} of {} spans could not be filled: {}", o.project, tally.spans - tally.filled, tally.spans,
                tally.errors.front());
}

/// errors: the project cannot be read; a number that names no track.
Result<Done> run_suggest(Console& console, const Options& o) {
    auto session = open_project(o.project, StoreMode::ReadOnly);
    if (!session) return session.error();
    const auto tracks = stated_tracks((*session)->annotations(), o);
    if (!tracks) return tracks.error();
    const double tolerance = o.tolerance > 0 ? o.tolerance : load_settings(settings_file()).tolerance;
    const auto most = parse_int(o.suggested.empty() ? "" : o.suggested.front()).value_or(default_suggested);
    suggest(console, (*session)->annotations(), *tracks, {most, tolerance, o.json, o.project});
    return Done{};
}

std::string method_help() {
    std::string text = "Methods:\n";
    for (const Solver* solver : all_solvers()) text += fmt::format("  {:<12} {}\n", solver->id, solver->help);
    return text + "Without --method the best one for each shape is used. Keyframes are never changed.";
}

std::string check_track(const std::string& text) {
    return is_number_list(text) ? std::string() : text + " is not a track's number";
}

/// What is done beyond a track's keyframes.
void declare_beyond(CLI::App& app, Options& o) {
    auto* follow =
        app.add_option("--follow", o.beyond.follow,
                       "Run a tracker past the track's last keyframe, or before its first: forward, backward")
            ->check(CLI::IsMember({"forward", "backward"}));
    app.add_flag("--find-again", o.beyond.finds_again,
                 "List where the track's object may be in view again, the likeliest first")
        ->excludes(follow);
    app.add_option("--from", o.beyond.from, "Frame of the keyframe to follow from, or from which on it is lost")
        ->check(check_frame);
    auto* frames = app.add_option("--frames", o.beyond.frames, "Follow at most so many frames; 50 if not stated")
                       ->needs(follow)
                       ->check(check_count);
    app.add_flag("--to-end", o.beyond.to_end, "Follow until the object is lost or the video ends")
        ->needs(follow)
        ->excludes(frames);
    app.add_flag("--accept", o.beyond.accepts, "Make keyframes of what was followed, or of the likeliest place");
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("PROJECT", o->project, "Project whose spans to fill")->required();
    app.add_option("--track", o->tracks, "Numbers of tracks; all if not stated")
        ->allow_extra_args(false)
        ->check(check_track);
    app.add_option("--method", o->method, "How to fill; see below")->check([](const std::string& id) {
        return wrong_in(check_method(id));
    });
    app.add_option("--range", o->range, "Only spans in the frames from A up to, not including, B")->check(check_range);
    auto* const suggests = app.add_option("--suggest", o->suggested,
                                          "Fill nothing; print up to N frames (3) of each track where a keyframe is\n"
                                          "expected to change it most, or that it is done")
                               ->type_name("[N]")
                               ->expected(0, 1)
                               ->check([](const std::string& text) {
                                   return text.empty() || parse_int(text).value_or(0) > 0
                                              ? std::string()
                                              : text + " is no number of frames";
                               });
    app.add_option("--tolerance", o->tolerance,
                   "A track is done when no frame is expected to move by this share of the object's size")
        ->needs(suggests)
        ->check(CLI::Range(Settings::least_tolerance, Settings::most_tolerance));
    declare_beyond(app, *o);
    app.add_flag("--json", o->json, "What is suggested, followed or found, as JSON");
    app.footer(method_help());
    return
        [o, suggests](Console& console) { return suggests->count() > 0 ? run_suggest(console, *o) : run(console, *o); };
}

/// An option that means nothing without one of others, or beside any of others.
struct Companions {
    const char* option;
    std::vector<const char*> others;
};

/// What is wrong with the options stated together: none is left unheeded.
std::string misuse(const CLI::App& app) {
    const std::vector<Companions> needed{{"--accept", {"--follow", "--find-again"}},
                                         {"--from", {"--follow", "--find-again"}},
                                         {"--json", {"--suggest", "--follow", "--find-again"}}};
    const std::vector<Companions> barred{{"--suggest", {"--method", "--range", "--follow", "--find-again"}},
                                         {"--follow", {"--range"}},
                                         {"--find-again", {"--method"}}};
    const auto stated = [&app](const char* option) { return app.count(option) > 0; };
    for (const auto& [option, others] : needed) {
        if (stated(option) && std::ranges::none_of(others, stated))
            return fmt::format("{} needs {}", option, fmt::join(others, " or "));
    }
    for (const auto& [option, others] : barred) {
        const auto other = std::ranges::find_if(others, stated);
        if (stated(option) && other != others.end()) return fmt::format("{} does not go with {}", option, *other);
    }
    return {};
}

}  // namespace

const Subcommand track_subcommand{
    "track",
    "PROJECT [--track ID...] [--method M] [--range A:B] | PROJECT --suggest [N] [--tolerance X] [--json] | PROJECT "
    "--track ID (--follow forward|backward [--from FRAME] [--frames N|--to-end] | --find-again [--range A:B]) "
    "[--accept] [--json]",
    "Fill the frames between keyframes, or follow an object past them",
    declare,
    {{"--track", is_number_list}},
    misuse};

}  // namespace inbetween::cli
