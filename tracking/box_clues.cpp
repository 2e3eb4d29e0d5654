#include "tracking/box_clues.h"

#include <algorithm>
#include <cmath>

#include "tracking/pinned_solve.h"

namespace inbetween {
namespace {

/// How sure a chain still is at each frame.
std::vector<double> lasting(const Chain& chain, ChainStart start) {
    const std::size_t n = chain.poses.size();
    std::vector<double> sure(n, 1);
    double risk = 0;
    for (std::size_t k = 1; k < n; ++k) {
        const std::size_t i = start == ChainStart::Left ? k : n - 1 - k;
        const double weak = 1 - std::clamp(chain.quality[i] / 0.5, 0.0, 1.0);
        risk += 0.01 + 0.25 * weak * weak;
        sure[i] = std::exp(-risk / 0.6);
    }
    return sure;
}

double mean_inner(const std::vector<double>& values) {
    double sum = 0;
    for (std::size_t i = 1; i + 1 < values.size(); ++i) sum += std::clamp(values[i], 0.0, 1.0);
    return sum / static_cast<double>(values.size() - 2);
}

Result<Done> lay_lattice(SpanImages& images, const BoxSpan& span, const Evidence& evidence, Clues& clues) {
    std::vector<double> meeting;
    for (const double agreement : clues.joined.agreement) meeting.push_back(2 * agreement);
    const std::vector<Lure> lures{{&clues.forward.poses, lasting(clues.forward, ChainStart::Left)},
                                  {&clues.backward.poses, lasting(clues.backward, ChainStart::Right)},
                                  {&clues.joined.path, meeting}};
    auto found = find_lattice_path(images, span, evidence, clues.joined.path, lures);
    if (!found) return found.error();
    clues.lattice = std::move(*found);
    clues.base = clues.joined.path;
    const auto& agreement = clues.joined.agreement;
    const double worst = *std::min_element(agreement.begin() + 1, agreement.end() - 1);
    if (clues.joined.met && worst >= 0.05) return Done{};
    // The chains lost each other, so the object may be far from both: look around the even path too.
    found = find_lattice_path(images, span, evidence, clues.even, lures);
    if (!found) return found.error();
    if (mean_inner(found->score) > mean_inner(clues.lattice.score) + 0.02) {
        clues.lattice = std::move(*found);
        clues.base = clues.even;
    }
    return Done{};
}

double log_size(const Pose& pose) { return (pose.log_w + pose.log_h) / 2; }

/// How much a chain's steps count: where it runs near the lattice's path and its own quality is good.
std::vector<double> step_weights(const Clues& clues, const Chain& chain, ChainStart start) {
    constexpr double near_sizes = 0.25;
    std::vector<double> near;
    for (std::size_t i = 0; i < chain.poses.size(); ++i) {
        const double gap =
            std::hypot(chain.poses[i].x - clues.lattice.centres[i].x, chain.poses[i].y - clues.lattice.centres[i].y) /
            clues.base[i].size() / near_sizes;
        near.push_back(std::exp(-gap * gap));
    }
    std::vector<double> weights;
    for (std::size_t t = 0; t + 1 < near.size(); ++t) {
        const double quality = chain.quality[start == ChainStart::Left ? t + 1 : t];
        weights.push_back(10 * std::min(near[t], near[t + 1]) * std::clamp(quality, 0.02, 1.0) + 1e-4);
    }
    return weights;
}

template <class Value>
std::vector<double> differences(const Path& path, Value value) {
    std::vector<double> steps;
    for (std::size_t t = 0; t + 1 < path.size(); ++t) steps.push_back(value(path[t + 1]) - value(path[t]));
    return steps;
}

/// The path that contradicts lattice, chains and evenness least.
Path fuse(const Clues& clues, const BoxSpan& span) {
    const std::size_t n = span.steps;
    const std::vector<double> forward = step_weights(clues, clues.forward, ChainStart::Left);
    const std::vector<double> backward = step_weights(clues, clues.backward, ChainStart::Right);
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> weight;
    for (std::size_t i = 0; i <= n; ++i) {
        x.push_back(clues.lattice.centres[i].x);
        y.push_back(clues.lattice.centres[i].y);
        const double score = std::clamp(clues.lattice.score[i], 0.0, 1.0);
        weight.push_back(0.05 + score * score);
    }
    const auto solve = [&](const std::vector<double>& anchors, auto value) {
        const std::vector<StepTerm> steps{{differences(clues.forward.poses, value), forward},
                                          {differences(clues.backward.poses, value), backward},
                                          {differences(clues.base, value), std::vector<double>(n, 0.3)}};
        return solve_pinned(anchors, weight, steps, value(pose_of(span.from)), value(pose_of(span.to)));
    };
    const std::vector<double> at_x = solve(x, [](const Pose& p) { return p.x; });
    const std::vector<double> at_y = solve(y, [](const Pose& p) { return p.y; });
    // Sizes: what the chains say beyond the even change, held close to it.
    const auto beyond = [&](const Chain& chain, const std::vector<double>& weights) {
        StepTerm term{differences(chain.poses, log_size), weights};
        const std::vector<double> even = differences(clues.even, log_size);
        for (std::size_t t = 0; t < n; ++t) {
            term.step[t] -= even[t];
            term.weight[t] /= 10;
        }
        return term;
    };
    const std::vector<double> growth = solve_pinned(std::vector<double>(n + 1, 0), std::vector<double>(n + 1, 0.02),
                                                    {beyond(clues.forward, forward),
                                                     beyond(clues.backward, backward),
                                                     {std::vector<double>(n, 0), std::vector<double>(n, 0.05)}},
                                                    0, 0);
    Path path;
    for (std::size_t i = 0; i <= n; ++i)
        path.push_back({at_x[i], at_y[i], clues.even[i].log_w + growth[i], clues.even[i].log_h + growth[i]});
    path.front() = pose_of(span.from);
    path.back() = pose_of(span.to);
    return path;
}

}  // namespace

Result<Clues> gather_clues(SpanImages& images, const BoxSpan& span, const Evidence& evidence, const Path& even) {
    Clues clues;
    const TrackerKind& kind = *find_tracker("anchored");
    auto forward = run_chain(images, span, kind, ChainStart::Left);
    if (!forward) return forward.error();
    auto backward = run_chain(images, span, kind, ChainStart::Right);
    if (!backward) return backward.error();
    clues.forward = std::move(*forward);
    clues.backward = std::move(*backward);
    clues.even = even;
    clues.joined = join(clues.forward, clues.backward, even, {});
    if (auto laid = lay_lattice(images, span, evidence, clues); !laid) return laid.error();
    clues.fused = fuse(clues, span);
    return clues;
}

}  // namespace inbetween
