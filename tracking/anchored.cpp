#include <algorithm>
#include <cmath>

#include "tracking/box_clues.h"
#include "tracking/methods.h"
#include "tracking/motion_prior.h"
#include "tracking/pinned_solve.h"

namespace inbetween {
namespace {

constexpr std::int64_t reads_per_frame = 6;  // two chains, lattice once or twice, scores twice
constexpr double usual_error = 0.3;          // of a motion that no keyframe was tried on   units: sizes
constexpr double usual_weight = 1;           // in witnesses
constexpr double step_deviation = 0.02;      // of a chain's step, in sizes
constexpr double anchor_variance = 4 * 0.08 * 0.08;
constexpr double near_chain = 0.25;     // a chain farther away than this is on something else
constexpr double robust_anchor = 0.12;  // the same of a lattice place

/// How far the object is to be expected from the prior's path, in sizes.
double expected_error(const MotionPrior& prior) {
    const double m = prior.witnesses;
    return std::sqrt((m * prior.error * prior.error + usual_weight * usual_error * usual_error) / (m + usual_weight));
}

/// One frame's place beside the prior's path, in sizes.
struct Beside {
    double x = 0;
    double y = 0;
    double distance_to(const Beside& other) const { return std::hypot(x - other.x, y - other.y); }
};

std::vector<Beside> beside(const Path& path, const Path& prior, double size) {
    std::vector<Beside> places;
    for (std::size_t i = 0; i < path.size(); ++i)
        places.push_back({(path[i].x - prior[i].x) / size, (path[i].y - prior[i].y) / size});
    return places;
}

/// A chain as seen from the prior, with what its steps are worth.
struct ChainWord {
    std::vector<Beside> places;
    std::vector<double> worth;  ///< of each step, before closeness
};

ChainWord word_of(const Chain& chain, const Path& prior, double size, ChainStart start, const Pose& far_end) {
    const std::size_t n = prior.size() - 1;
    const Pose& end = start == ChainStart::Left ? chain.poses.back() : chain.poses.front();
    const double closure = std::min(3.0, std::hypot(end.x - far_end.x, end.y - far_end.y) / size);
    const double variance = step_deviation * step_deviation + closure * closure / static_cast<double>(n);
    ChainWord word{beside(chain.poses, prior, size), {}};
    for (std::size_t t = 0; t < n; ++t) {
        const double quality = chain.quality[start == ChainStart::Left ? t + 1 : t];
        word.worth.push_back(std::clamp(quality, 0.02, 1.0) / variance);
    }
    return word;
}

StepTerm step_term(const ChainWord& word, const std::vector<Beside>& here, double Beside::*axis) {
    StepTerm term;
    const auto near = [&](std::size_t i) {
        const double gap = word.places[i].distance_to(here[i]) / near_chain;
        return std::exp(-gap * gap);
    };
    for (std::size_t t = 0; t + 1 < here.size(); ++t) {
        term.step.push_back(word.places[t + 1].*axis - word.places[t].*axis);
        term.weight.push_back(std::min(near(t), near(t + 1)) * word.worth[t] + 1e-6);
    }
    return term;
}

/// The likeliest path: a prior that is sure of itself holds against weak evidence, and gives way to strong.
struct Settled {
    Path path;
    std::vector<double> deviation;  ///< what is left of doubt at each frame, in sizes
};

Settled settle(const Clues& clues, const MotionPrior& prior, const BoxSpan& span, double error) {
    const std::size_t n = span.steps;
    const double size = std::sqrt(pose_of(span.from).size() * pose_of(span.to).size());
    const ChainWord words[2] = {word_of(clues.forward, prior.path, size, ChainStart::Left, pose_of(span.to)),
                                word_of(clues.backward, prior.path, size, ChainStart::Right, pose_of(span.from))};
    const double step_variance = 4 * (error + 0.01) * (error + 0.01) / static_cast<double>(n);
    const StepTerm even{std::vector<double>(n, 0), std::vector<double>(n, 1 / step_variance)};
    std::vector<Beside> anchors;
    std::vector<double> anchor_worth;
    for (std::size_t i = 0; i <= n; ++i) {
        anchors.push_back({(clues.lattice.centres[i].x - prior.path[i].x) / size,
                           (clues.lattice.centres[i].y - prior.path[i].y) / size});
        const double score = std::clamp(clues.lattice.score[i], 0.0, 1.0);
        anchor_worth.push_back(score * score * std::clamp(0.2 + clues.lattice.margin[i], 0.0, 1.0) / anchor_variance);
    }
    std::vector<Beside> here = beside(clues.fused, prior.path, size);
    Settled settled;
    for (int round = 0; round < 3; ++round) {
        std::vector<double> weight = anchor_worth;
        for (std::size_t i = 0; i <= n && round > 0; ++i) {
            const double r = anchors[i].distance_to(here[i]) / robust_anchor;
            weight[i] /= (1 + r * r) * (1 + r * r);
        }
        std::vector<Beside> next(n + 1);
        for (double Beside::*axis : {&Beside::x, &Beside::y}) {
            std::vector<double> places;
            for (const Beside& anchor : anchors) places.push_back(anchor.*axis);
            const std::vector<StepTerm> steps{step_term(words[0], here, axis), step_term(words[1], here, axis), even};
            const std::vector<double> values = solve_pinned(places, weight, steps, 0, 0);
            for (std::size_t i = 0; i <= n; ++i) next[i].*axis = values[i];
            if (round == 2) settled.deviation = pinned_variance(weight, steps);
        }
        here = next;
    }
    for (std::size_t i = 0; i <= n; ++i) {
        Pose pose = mix(clues.fused[i], prior.path[i], 0.5);
        pose.x = prior.path[i].x + here[i].x * size;
        pose.y = prior.path[i].y + here[i].y * size;
        settled.path.push_back(pose);
        settled.deviation[i] = std::sqrt(std::max(0.0, settled.deviation[i]));
    }
    return settled;
}

double mean_inner(const std::vector<double>& values) {
    double sum = 0;
    for (std::size_t i = 1; i + 1 < values.size(); ++i) sum += values[i];
    return sum / static_cast<double>(values.size() - 2);
}

/// The prior's error grows where the pixels speak clearly for a path that lies off it.
double grown_error(double error, const Clues& clues, const MotionPrior& prior, const BoxSpan& span, double gain) {
    const double said = std::clamp((gain - 0.04) / 0.08, 0.0, 1.0) * std::clamp((error - 0.05) / 0.05, 0.0, 1.0);
    if (said <= 0) return error;
    const double size = std::sqrt(pose_of(span.from).size() * pose_of(span.to).size());
    const auto n = static_cast<double>(span.steps);
    double away = 0;
    for (std::size_t i = 1; i < span.steps; ++i) {
        const double t = static_cast<double>(i) / n;
        const double gap = std::hypot(clues.fused[i].x - prior.path[i].x, clues.fused[i].y - prior.path[i].y) / size;
        away += gap * gap / (4 * t * (1 - t) + 0.05);
    }
    return std::sqrt(error * error + said * away / (n - 1));
}

/// How much of the path without prior comes back because the pixels like it better.
double share_of_evidence(double gain, double error, int witnesses) {
    const double threshold = 0.1 * witnesses / (witnesses + 2.0);
    const double said = 1 / (1 + std::exp(-std::clamp((gain - threshold) / 0.015, -30.0, 30.0)));
    return said * std::clamp((error - 0.05) / 0.05, 0.0, 1.0);
}

/// The chance that a frame's box overlaps the truth by 0.7 or more. The weights are fitted, by logistic regression, to
/// vtest.avi, MOT16-13 and seven single objects with a keyframe every 25 and 50 frames.
std::vector<double> chances(const Choice& chosen, const Settled& settled, const MotionPrior& prior,
                            const BoxSpan& span) {
    const std::size_t n = span.steps;
    const double size = std::sqrt(pose_of(span.from).size() * pose_of(span.to).size());
    std::vector<double> sure(n + 1, 1);
    for (std::size_t i = 1; i < n; ++i) {
        const Pose& pose = chosen.path[i];
        const double off_prior = std::hypot(pose.x - prior.path[i].x, pose.y - prior.path[i].y) / size;
        const double doubt =
            1.54 + 0.77 * std::log(settled.deviation[i] + 0.003) - 2.71 * std::clamp(chosen.score[i], 0.0, 1.0) -
            0.085 * std::log(static_cast<double>(std::min(i, n - i))) + 1.65 * std::min(1.0, off_prior);
        sure[i] = 1 / (1 + std::exp(doubt));
    }
    return sure;
}

Result<SpanFill> solve(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    auto open = open_box_span(source, task, control, reads_per_frame);
    if (!open) return open.error();
    auto& [images, span] = *open;
    auto evidence = Evidence::open(images, span);
    if (!evidence) return evidence.error();
    auto prior = motion_prior(images, task, span);
    if (!prior) return prior.error();
    auto clues = gather_clues(images, span, *evidence, prior->even);
    if (!clues) return clues.error();
    const Path linear = linear_path(span.from, span.to, span.steps);
    const double error = expected_error(*prior);
    auto before = evidence->scores(images, span, {clues->fused, prior->even, linear});
    if (!before) return before.error();
    const double fused_score = mean_inner((*before)[0]);
    const double gain_on_even = fused_score - std::max(mean_inner((*before)[1]), mean_inner((*before)[2]));
    const Settled settled = settle(*clues, *prior, span, grown_error(error, *clues, *prior, span, gain_on_even));
    auto after = evidence->scores(images, span, {settled.path});
    if (!after) return after.error();
    const double share = share_of_evidence(fused_score - mean_inner((*after)[0]), error, prior->witnesses);
    Choice chosen{settled.path, 0, (*after)[0]};
    for (std::size_t i = 0; i <= span.steps; ++i) {
        chosen.path[i] = mix(settled.path[i], clues->fused[i], share);
        chosen.score[i] += share * ((*before)[0][i] - chosen.score[i]);
    }
    SpanFill fill = empty_fill(task, "anchored", prior->before, prior->after);
    set_box_frames(fill, task, images, chosen.path, chances(chosen, settled, *prior, span));
    return fill;
}

}  // namespace

const Solver anchored_solver{
    .id = "anchored",
    .name = "Anchored to both keyframes",
    .help =
        "The best for most boxes: optical flow from both keyframes, and in every frame a search for what both show.",
    .solve = solve};

}  // namespace inbetween
