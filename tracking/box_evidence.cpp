#include "tracking/box_evidence.h"

#include <algorithm>
#include <cmath>

#include "tracking/motion_prior.h"
#include "tracking/pinned_solve.h"
#include "tracking/solve_memory.h"

namespace inbetween {
namespace {

constexpr double agreement_of_lost_chains = 0.05;
constexpr double worth_of_slow_steps = 0.5;  // CSRT says nothing of how sure it is

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

StatedBox stated(const SpanImages& images, const BoxSpan& span, ChainStart end) {
    const bool left = end == ChainStart::Left;
    return {span.frame(left ? 0 : span.steps).value, left ? span.from : span.to, images.width()};
}

/// The optical flow chain from a keyframe over the span; goes on from where an earlier solve left it.
Result<Chain> flow_chain(SpanImages& images, const BoxSpan& span, ChainStart start) {
    const bool forward = start == ChainStart::Left;
    const ChainKey key{stated(images, span, start), forward};
    SolveCacheState* const known = images.known();
    FlowChain states{{.pose = pose_of(key.start.box), .velocity = {}}};
    if (known != nullptr) {
        const std::lock_guard lock(known->mutex);
        if (const auto kept = known->chains.find(key)) states = *kept;
    }
    const auto frame_at = [&](std::size_t k) { return images.frame(span.frame(forward ? k : span.steps - k)); };
    if (states.size() <= span.steps) {
        auto before = frame_at(states.size() - 1);
        if (!before) return before.error();
        while (states.size() <= span.steps) {
            auto after = frame_at(states.size());
            if (!after) return after.error();
            states.push_back(lk_followed(states.back(), *before, *after));
            states.back().pose = tamed(states.back().pose, states.front().pose, states.front().pose, images);
            before = std::move(after);
        }
        if (known != nullptr) {
            const std::lock_guard lock(known->mutex);
            known->chains.keep(key, std::make_shared<const FlowChain>(states), states.size() * sizeof(LkState),
                               known->budget / 8);
        }
    }
    Chain chain{Path(span.steps + 1), std::vector<double>(span.steps + 1)};
    for (std::size_t k = 0; k <= span.steps; ++k) {
        const std::size_t i = forward ? k : span.steps - k;
        chain.poses[i] = states[k].pose;
        chain.quality[i] = states[k].quality;
    }
    return chain;
}

/// What CSRT says from a keyframe on, known already or run: moving the other keyframe does not change it.
Result<std::shared_ptr<const std::vector<TrackerStep>>> slow_run(SpanImages& images, const BoxSpan& span,
                                                                 ChainStart start) {
    const SlowKey key{stated(images, span, start), start == ChainStart::Left, span.steps};
    SolveCacheState* const known = images.known();
    if (known != nullptr) {
        const std::lock_guard lock(known->mutex);
        if (auto kept = known->slow_runs.find(key)) return kept;
    }
    auto run = run_tracker(images, span, *find_tracker("csrt"), start);
    if (!run) return run.error();
    auto steps = std::make_shared<const std::vector<TrackerStep>>(*std::move(run));
    if (known != nullptr) {
        const std::lock_guard lock(known->mutex);
        known->slow_runs.keep(key, steps, steps->size() * sizeof(TrackerStep), known->budget / 16);
    }
    return steps;
}

/// CSRT from a keyframe; its own quality is worth nothing.
Result<Chain> slow_chain(SpanImages& images, const BoxSpan& span, ChainStart start) {
    const auto steps = slow_run(images, span, start);
    if (!steps) return steps.error();
    Chain chain = chain_of(**steps, images, span, start);
    for (double& quality : chain.quality) quality = std::min(quality, worth_of_slow_steps);
    return chain;
}

/// Places that the lattice has on each side: enough to come from the chains to an even motion, and more where they are
/// lost.
int reach_of(const BoxSpan& span, const Joined& joined, const Path& even, bool lost) {
    const auto most = static_cast<double>(std::clamp<std::size_t>(8 + span.steps, 12, 28));
    if (lost) return static_cast<int>(most);
    double apart = 0;
    for (std::size_t i = 0; i <= span.steps; ++i) {
        const double cell = look_cell_px * std::max(1.0, joined.path[i].size()) / look_object_px;
        apart = std::max(apart, std::hypot(even[i].x - joined.path[i].x, even[i].y - joined.path[i].y) / cell);
    }
    constexpr double around = 8;
    constexpr double least = 12;
    return static_cast<int>(std::min(most, std::max(least, std::ceil(apart) + around)));
}

bool lost_each_other(const Joined& joined) {
    const auto& agreement = joined.agreement;
    return !joined.met || *std::min_element(agreement.begin() + 1, agreement.end() - 1) < agreement_of_lost_chains;
}

double mean_gain(const LatticePath& path) {
    std::vector<double> gains;
    for (const double gain : path.gain) gains.push_back(std::clamp(gain, 0.0, 1.0));
    return mean_between_ends(gains);
}

PlanesKey planes_key(const SpanImages& images, const BoxSpan& span, Around around) {
    return {stated(images, span, ChainStart::Left), stated(images, span, ChainStart::Right), around};
}

/// The features around a path, known already or taken.
Result<std::shared_ptr<const SpanPlanes>> planes_around(SpanImages& images, const BoxSpan& span, Around around,
                                                        const Path& base, int reach) {
    const PlanesKey key = planes_key(images, span, around);
    SolveCacheState* const known = images.known();
    if (known != nullptr) {
        const std::lock_guard lock(known->mutex);
        if (auto kept = known->planes.find(key)) return kept;
    }
    auto taken = planes_along(images, span, base, reach);
    if (!taken) return taken.error();
    auto planes = std::make_shared<const SpanPlanes>(*std::move(taken));
    if (known != nullptr) {
        std::size_t bytes = 0;
        for (const cv::Mat1b& each : *planes) bytes += each.total();
        const std::lock_guard lock(known->mutex);
        known->planes.keep(key, planes, bytes, known->budget / 2);
    }
    return planes;
}

/// Lays the lattice around a path, and keeps it if the object is seen better along it than along the one before.
Result<Done> look_around_path(SpanImages& images, const BoxSpan& span, const Evidence& filters, Around around,
                              const Path& base, int reach, BoxEvidence& evidence) {
    const auto planes = planes_around(images, span, around, base, reach);
    if (!planes) return planes.error();
    LookMaps maps = look_along(**planes, filters, base, reach);
    auto found = find_lattice_path(maps, {.lures = lures_of(evidence), .expected = {}});
    if (!found) return found.error();
    constexpr double clearly = 0.02;
    if (!evidence.maps.base.empty() && mean_gain(*found) <= mean_gain(evidence.lattice) + clearly) return Done{};
    evidence.maps = std::move(maps);
    evidence.lattice = *std::move(found);
    return Done{};
}

double log_size(const Pose& pose) { return (pose.log_w + pose.log_h) / 2; }

/// How much a chain's steps count: where it runs near the lattice's path and its own quality is good.
std::vector<double> step_weights(const BoxEvidence& evidence, const Chain& chain, ChainStart start) {
    constexpr double near_sizes = 0.25;
    std::vector<double> near;
    for (std::size_t i = 0; i < chain.poses.size(); ++i) {
        const Point& centre = evidence.lattice.centres[i];
        const double gap = std::hypot(chain.poses[i].x - centre.x, chain.poses[i].y - centre.y) /
                           evidence.maps.base[i].size() / near_sizes;
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

/// How strongly each frame's size is held to the even change: so that a change over the whole span is held as much
/// however long the span is.
double evenness_of_sizes(std::size_t steps) {
    constexpr double of_ten_steps = 0.02;
    const double tens = static_cast<double>(steps) / 10;
    return std::min(of_ten_steps, of_ten_steps / (tens * tens));
}

/// Chains, with what each of their steps counts.
using WeighedChains = std::vector<std::pair<const Chain*, std::vector<double>>>;

/// How much larger than by the even change the object is at each frame: what chains and lattice say, held close to 0.
std::vector<double> fused_growth(const BoxEvidence& evidence, const WeighedChains& chains) {
    // Against a chain's step of full worth: half a size of the lattice, and a step's own deviation.
    constexpr double step_deviation = 0.02;
    constexpr double seen_worth = 4 * step_deviation * step_deviation / (look_size_step * look_size_step);
    const std::size_t n = evidence.even.size() - 1;
    const std::vector<double> even = differences(evidence.even, log_size);
    std::vector<StepTerm> growths{{std::vector<double>(n, 0), std::vector<double>(n, 0.05)}};
    for (const auto& [chain, weights] : chains) {
        StepTerm term{differences(chain->poses, log_size), weights};
        for (std::size_t t = 0; t < n; ++t) {
            term.step[t] -= even[t];
            term.weight[t] /= 10;
        }
        growths.push_back(std::move(term));
    }
    std::vector<double> size(n + 1, 0);
    std::vector<double> weight(n + 1, evenness_of_sizes(n));
    for (std::size_t i = 1; i < n; ++i) {
        const double looks = std::clamp(evidence.lattice.looks[i], 0.0, 1.0);
        const double worth = seen_worth * looks * looks;
        const double seen = log_size(evidence.maps.base[i]) + evidence.lattice.growth[i] - log_size(evidence.even[i]);
        size[i] = worth * seen / (worth + weight[i]);
        weight[i] += worth;
    }
    return solve_pinned(size, weight, growths, 0, 0);
}

/// The path that contradicts lattice, chains and evenness least.
Path fuse(const BoxEvidence& evidence, const BoxSpan& span) {
    const std::size_t n = span.steps;
    WeighedChains chains;
    for (const Chain& c : evidence.forward) chains.emplace_back(&c, step_weights(evidence, c, ChainStart::Left));
    for (const Chain& c : evidence.backward) chains.emplace_back(&c, step_weights(evidence, c, ChainStart::Right));
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> weight;
    for (std::size_t i = 0; i <= n; ++i) {
        x.push_back(evidence.lattice.centres[i].x);
        y.push_back(evidence.lattice.centres[i].y);
        const double score = std::clamp(evidence.lattice.gain[i], 0.0, 1.0);
        weight.push_back(0.05 + score * score);
    }
    const auto solve = [&](const std::vector<double>& anchors, auto value) {
        std::vector<StepTerm> steps{{differences(evidence.maps.base, value), std::vector<double>(n, 0.3)}};
        for (const auto& [chain, weights] : chains) steps.push_back({differences(chain->poses, value), weights});
        return solve_pinned(anchors, weight, steps, value(pose_of(span.from)), value(pose_of(span.to)));
    };
    const std::vector<double> at_x = solve(x, [](const Pose& p) { return p.x; });
    const std::vector<double> at_y = solve(y, [](const Pose& p) { return p.y; });
    const std::vector<double> growth = fused_growth(evidence, chains);
    Path path;
    for (std::size_t i = 0; i <= n; ++i)
        path.push_back({at_x[i], at_y[i], evidence.even[i].log_w + growth[i], evidence.even[i].log_h + growth[i]});
    path.front() = pose_of(span.from);
    path.back() = pose_of(span.to);
    return path;
}

Result<BoxEvidence> gather(SpanImages& images, const BoxSpan& span) {
    BoxEvidence evidence;
    auto even = even_path(images, span);
    if (!even) return even.error();
    evidence.even = *std::move(even);
    // First what reads the span in order: a decoder only goes forward.
    auto forward = flow_chain(images, span, ChainStart::Left);
    if (!forward) return forward.error();
    auto filters = Evidence::open(images, span);
    if (!filters) return filters.error();
    auto backward = flow_chain(images, span, ChainStart::Right);
    if (!backward) return backward.error();
    evidence.forward.push_back(*std::move(forward));
    evidence.backward.push_back(*std::move(backward));
    evidence.joined = join(evidence.forward[0], evidence.backward[0], evidence.even, {});
    evidence.hard = lost_each_other(evidence.joined);
    const int reach = reach_of(span, evidence.joined, evidence.even, evidence.hard);
    auto looked = look_around_path(images, span, *filters, Around::Flow, evidence.joined.path, reach, evidence);
    // The chains lost each other, so the object may be far from both: look around the even path too.
    if (looked && evidence.hard)
        looked = look_around_path(images, span, *filters, Around::Even, evidence.even, reach, evidence);
    if (!looked) return looked.error();
    evidence.fused = fuse(evidence, span);
    return evidence;
}

/// What the slow tracker adds.
Result<BoxEvidence> gather_slowly(SpanImages& images, const BoxSpan& span, BoxEvidence evidence) {
    auto filters = Evidence::open(images, span);
    if (!filters) return filters.error();
    auto forward = slow_chain(images, span, ChainStart::Left);
    if (!forward) return forward.error();
    auto backward = slow_chain(images, span, ChainStart::Right);
    if (!backward) return backward.error();
    Joined joined = join(*forward, *backward, evidence.even, {});
    // Two chains that end on different things say nothing of which is the object.
    if (!joined.met) return evidence;
    evidence.forward.push_back(*std::move(forward));
    evidence.backward.push_back(*std::move(backward));
    evidence.joined = std::move(joined);
    auto again = find_lattice_path(evidence.maps, {.lures = lures_of(evidence), .expected = {}});
    if (!again) return again.error();
    evidence.lattice = *std::move(again);
    const int reach = reach_of(span, evidence.joined, evidence.even, true);
    const auto looked = look_around_path(images, span, *filters, Around::Slow, evidence.joined.path, reach, evidence);
    if (!looked) return looked.error();
    evidence.fused = fuse(evidence, span);
    return evidence;
}

}  // namespace

std::size_t BoxEvidence::bytes() const {
    const std::size_t poses = (forward.size() + backward.size() + 4) * even.size();
    return maps.bytes() + poses * (sizeof(Pose) + sizeof(double));
}

std::vector<Lure> lures_of(const BoxEvidence& evidence) {
    std::vector<Lure> lures;
    for (const Chain& chain : evidence.forward) lures.push_back({&chain.poses, lasting(chain, ChainStart::Left)});
    for (const Chain& chain : evidence.backward) lures.push_back({&chain.poses, lasting(chain, ChainStart::Right)});
    std::vector<double> meeting;
    for (const double agreement : evidence.joined.agreement) meeting.push_back(2 * agreement);
    lures.push_back({&evidence.joined.path, std::move(meeting)});
    return lures;
}

Result<std::shared_ptr<const BoxEvidence>> evidence_of(SpanImages& images, const BoxSpan& span, bool slow) {
    const EvidenceKey key{stated(images, span, ChainStart::Left), stated(images, span, ChainStart::Right), slow,
                          span.others};
    SolveCacheState* const known = images.known();
    if (known != nullptr) {
        const std::lock_guard lock(known->mutex);
        if (auto kept = known->evidence.find(key)) return kept;
    }
    std::optional<Result<BoxEvidence>> gathered;
    if (slow) {
        auto quick = evidence_of(images, span, false);
        if (!quick) return quick.error();
        gathered = gather_slowly(images, span, **quick);
    } else {
        gathered = gather(images, span);
    }
    if (!*gathered) return gathered->error();
    auto evidence = std::make_shared<const BoxEvidence>(**std::move(gathered));
    if (known != nullptr) {
        const std::lock_guard lock(known->mutex);
        known->evidence.keep(key, evidence, evidence->bytes(), known->budget / 4);
    }
    return evidence;
}

}  // namespace inbetween
