#include "app/cli/bench/gaps.h"

#include <algorithm>

#include "app/cli/bench/keyframes.h"
#include "tracking/span_filler.h"

namespace inbetween::bench {

namespace {

Result<Done> fill_and_score(const Sequence& sequence, const Footage& footage, const Method& method, GapResult& result,
                            const std::stop_token& stop) {
    auto source = footage.open();
    if (!source) return source.error();
    SpanFiller filler(**source);
    const auto tracks = tracks_every(sequence.truth, result.spacing);
    const auto scene = std::make_shared<Annotations>();
    for (const Track& track : tracks) scene->tracks[track.id] = std::make_shared<const Track>(track);
    double cpu_secs = 0;
    std::int64_t keyframes = 0;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        const TrueShapes& truth = sequence.truth.objects[i];
        keyframes += std::ranges::count_if(tracks[i].keyframes, [](const Keyframe& k) { return !k.outside; });
        for (const SpanTask& task : spans_to_solve(tracks[i], tracks[i].extent(), scene)) {
            const double before_secs = thread_cpu_secs();
            const auto fill = filler.fill(*method.solver, task, stop);
            cpu_secs += thread_cpu_secs() - before_secs;
            if (!fill) return named(fill.error(), sequence.name, method.name);
            std::int64_t at = fill->range().begin.value;
            for (const FilledFrame& filled : fill->frames) result.samples.push_back(sample_of(filled, truth.at(at++)));
        }
    }
    result.score = score_of(result.samples);
    result.score.keyframes = keyframes;
    result.score.cpu_secs = cpu_secs;
    return Done{};
}

}  // namespace

std::vector<Piece> gap_pieces(const Sequence& sequence, const Footage& footage, const std::vector<Method>& methods,
                              const std::vector<std::int64_t>& spacings, std::vector<GapResult>& results) {
    std::vector<std::pair<std::size_t, const Method*>> plan;
    for (const std::int64_t spacing : spacings) {
        for (const Method& method : methods) {
            if (!method.fits(sequence.truth.kind)) continue;
            plan.emplace_back(results.size(), &method);
            results.push_back({sequence.name, sequence.truth.kind, spacing, method.name, {}, {}});
        }
    }
    std::vector<Piece> pieces;
    for (const auto& [index, method] : plan) {
        pieces.push_back([&sequence, &footage, method = method, &results, index = index](const std::stop_token& stop) {
            return fill_and_score(sequence, footage, *method, results[index], stop);
        });
    }
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
}

}  // namespace inbetween::bench
