#include "app/cli/suggest.h"

#include <algorithm>

#include "app/cli/json.h"
#include "app/cli/table.h"
#include "app/commands/useful.h"
#include "tracking/solver.h"

namespace inbetween::cli {

namespace {

/// A track and where to look at it; done when that is nowhere.
struct Advice {
    TrackPtr track;
    std::vector<UsefulFrame> frames;
    std::size_t unfilled = 0;  ///< spans that no method filled: nothing was seen of their frames
};

std::size_t unfilled_spans(const Annotations& annotations, const Track& track) {
    const TrackFills& fills = annotations.fills_of(track.id);
    const auto spans = spans_to_solve(track, {FrameIndex{0}, track.extent().end});
    return static_cast<std::size_t>(std::ranges::count_if(spans, [&](const SpanTask& span) {
        const FrameIndex left = track.keyframes[span.left].frame;
        return std::ranges::none_of(fills, [&](const SpanFillPtr& fill) { return fill->from().frame == left; });
    }));
}

std::vector<Advice> advice_on(const Annotations& annotations, const std::vector<TrackPtr>& tracks,
                              const SuggestRequest& request) {
    std::vector<Advice> all;
    for (const TrackPtr& track : tracks) {
        Advice advice{track, useful_frames(annotations, *track, request.tolerance),
                      unfilled_spans(annotations, *track)};
        const auto most = static_cast<std::size_t>(request.most);
        if (advice.frames.size() > most) advice.frames.resize(most);
        all.push_back(std::move(advice));
    }
    std::ranges::stable_sort(all, [](const Advice& a, const Advice& b) {
        const auto worth = [](const Advice& advice) {
            return advice.frames.empty() ? -1 : advice.frames.front().worth;
        };
        return worth(a) > worth(b);
    });
    return all;
}

Json json_of(const Annotations& annotations, const std::vector<Advice>& all, const SuggestRequest& request) {
    Json tracks = Json::array();
    for (const Advice& advice : all) {
        Json frames = Json::array();
        for (const UsefulFrame& useful : advice.frames)
            frames.push_back(
                {{"frame", useful.frame.value}, {"expected_change", useful.expected_change}, {"worth", useful.worth}});
        tracks.push_back({{"track", number(advice.track->id)},
                          {"label", annotations.label_name(advice.track->label)},
                          {"done", advice.frames.empty()},
                          {"unfilled_spans", advice.unfilled},
                          {"frames", std::move(frames)}});
    }
    return Json{{"tolerance", request.tolerance}, {"tracks", std::move(tracks)}};
}

void print_table(Console& console, const Annotations& annotations, const std::vector<Advice>& all,
                 const SuggestRequest& request) {
    std::vector<std::vector<std::string>> rows{{"track", "label", "frame", "expected change"}};
    std::size_t done = 0;
    std::size_t unfilled = 0;
    for (const Advice& advice : all) {
        done += advice.frames.empty();
        unfilled += advice.unfilled;
        for (const UsefulFrame& useful : advice.frames)
            rows.push_back({std::to_string(number(advice.track->id)), annotations.label_name(advice.track->label),
                            std::to_string(useful.frame.value),
                            fmt::format("{:.2f} of its size", useful.expected_change)});
    }
    if (rows.size() > 1) {
        for (const auto& line : aligned(rows)) console.line(line);
    }
    console.print("{} of {} tracks are done (no frame expected to move by {:.2f} of the object's size or more)", done,
                  all.size(), request.tolerance);
    if (unfilled > 0)
        console.print(
            "{} {} not been tracked, and nothing is known of what moves there: run `inbetween track {}` first",
            unfilled, unfilled == 1 ? "span has" : "spans have", one_line(request.project));
}

}  // namespace

void suggest(Console& console, const Annotations& annotations, const std::vector<TrackPtr>& tracks,
             const SuggestRequest& request) {
    const auto all = advice_on(annotations, tracks, request);
    if (request.json) {
        console.line(text_of(json_of(annotations, all, request)));
    } else {
        print_table(console, annotations, all, request);
    }
}

}  // namespace inbetween::cli
