#include "tracking/box_posterior.h"

#include <algorithm>
#include <cmath>

#include "tracking/pinned_solve.h"

namespace inbetween {
namespace {

constexpr double usual_error = 0.4;       // of a motion that no keyframe was tried on   units: sizes
constexpr double usual_steps = 25;        // over which it strays so far, and farther over no more
constexpr double usual_growth = 1.5;      // with the steps to this power: what speeds up and slows down at random
constexpr double usual_weight = 1;        // in witnesses
constexpr double least_deviation = 0.03;  // of an expectation, in sizes
constexpr double lure_gain = 0.25;        // less than without a prior, which knows where chains go astray
constexpr double step_deviation = 0.02;   // of a chain's step, in sizes
constexpr double anchor_variance = 4 * 0.08 * 0.08;
constexpr double size_deviation = 0.05;  // of a chain's size, and of a prior's, at the best
constexpr double near_chain = 0.25;      // a chain farther away than this is on something else
constexpr double robust_anchor = 0.12;   // the same of a lattice place
constexpr double full_looks = 1.2;       // looks times this are as sure as can be from 1
constexpr double no_better = 0.02;       // looks; what is not seen this much better than straight on is not believed
constexpr double about = 0.005;          // looks; how sharply
constexpr double agreed = 0.15;          // mean IoU of the chains, from which on they are believed

/// One frame's place beside the prior's path, in sizes.
struct Beside {
    double x = 0;
    double y = 0;
    double distance_to(const Beside& other) const { return std::hypot(x - other.x, y - other.y); }
};

Beside beside(const Point& place, const Pose& prior, double size) {
    return {(place.x - prior.x) / size, (place.y - prior.y) / size};
}

std::vector<Beside> beside(const Path& path, const Path& prior, double size) {
    std::vector<Beside> places;
    for (std::size_t i = 0; i < path.size(); ++i) places.push_back(beside(Point{path[i].x, path[i].y}, prior[i], size));
    return places;
}

double gap_between(const Pose& a, const Pose& b, double size) { return std::hypot(a.x - b.x, a.y - b.y) / size; }

/// By how much a chain missed the far keyframe, in sizes.
double closure_of(const Chain& chain, ChainStart start, const BoxSpan& span, double size) {
    constexpr double lost = 3;
    return start == ChainStart::Left ? std::min(lost, gap_between(chain.poses.back(), pose_of(span.to), size))
                                     : std::min(lost, gap_between(chain.poses.front(), pose_of(span.from), size));
}

/// How much of what is seen in a frame is the object's.
double in_view(double hidden) {
    const double view = std::clamp(1 - hidden, 0.02, 1.0);
    return view * view;
}

/// A chain as seen from the prior, with what its steps are worth.
struct ChainWord {
    std::vector<Beside> places;
    std::vector<double> worth;  ///< of each step, before closeness
};

/// What the pixels and the prior say, in the prior's coordinates.
struct Words {
    double size = 1;
    std::vector<ChainWord> chains;
    std::vector<Beside> anchors;
    std::vector<double> anchor_worth;
    std::vector<Beside> start;  ///< where the solve begins
};

ChainWord word_of(const Chain& chain, ChainStart start, const Path& prior, const BoxSpan& span, double size,
                  const std::vector<double>& hidden) {
    const std::size_t n = span.steps;
    const double closure = closure_of(chain, start, span, size);
    const double variance = step_deviation * step_deviation + closure * closure / static_cast<double>(n);
    ChainWord word{beside(chain.poses, prior, size), {}};
    for (std::size_t t = 0; t < n; ++t) {
        const double quality = chain.quality[start == ChainStart::Left ? t + 1 : t];
        const double view = std::min(in_view(hidden[t]), in_view(hidden[t + 1]));
        word.worth.push_back(std::clamp(quality, 0.02, 1.0) * view / variance);
    }
    return word;
}

Words words_of(const BoxEvidence& evidence, const LatticePath& lattice, const Path& prior, const BoxSpan& span,
               const std::vector<double>& hidden) {
    Words words;
    words.size = std::sqrt(pose_of(span.from).size() * pose_of(span.to).size());
    for (const Chain& chain : evidence.forward)
        words.chains.push_back(word_of(chain, ChainStart::Left, prior, span, words.size, hidden));
    for (const Chain& chain : evidence.backward)
        words.chains.push_back(word_of(chain, ChainStart::Right, prior, span, words.size, hidden));
    for (std::size_t i = 0; i <= span.steps; ++i) {
        words.anchors.push_back(beside(lattice.centres[i], prior[i], words.size));
        const double looks = std::clamp(lattice.looks[i] * full_looks, 0.0, 1.0);
        words.anchor_worth.push_back(looks * looks * std::clamp(0.2 + lattice.margin[i], 0.0, 1.0) *
                                     in_view(hidden[i]) / anchor_variance);
    }
    words.start = beside(evidence.fused, prior, words.size);
    return words;
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

/// Where the object is beside the prior's path: three rounds of least squares; from the second on, an anchor far from
/// the path counts little.
std::vector<Beside> settle(const Words& words, double error) {
    const std::size_t n = words.anchors.size() - 1;
    // A path that starts and ends on the prior's and strays by `error` in the middle, at random from step to step.
    const double step_variance = 4 * (error + 0.01) * (error + 0.01) / static_cast<double>(n);
    const StepTerm even{std::vector<double>(n, 0), std::vector<double>(n, 1 / step_variance)};
    std::vector<Beside> here = words.start;
    for (int round = 0; round < 3; ++round) {
        std::vector<double> weight = words.anchor_worth;
        for (std::size_t i = 0; i <= n && round > 0; ++i) {
            const double r = words.anchors[i].distance_to(here[i]) / robust_anchor;
            weight[i] /= (1 + r * r) * (1 + r * r);
        }
        std::vector<Beside> next(n + 1);
        for (double Beside::*axis : {&Beside::x, &Beside::y}) {
            std::vector<double> places;
            for (const Beside& anchor : words.anchors) places.push_back(anchor.*axis);
            std::vector<StepTerm> steps{even};
            for (const ChainWord& word : words.chains) steps.push_back(step_term(word, here, axis));
            const std::vector<double> values = solve_pinned(places, weight, steps, 0, 0);
            for (std::size_t i = 0; i <= n; ++i) next[i].*axis = values[i];
        }
        here = next;
    }
    return here;
}

/// The prior's error grows where the pixels speak clearly for a path that lies off it.
double grown_error(double error, const BoxEvidence& evidence, const MotionPrior& prior, const BoxSpan& span) {
    const Path linear = linear_path(span.from, span.to, span.steps);
    const double of_fused = mean_between_ends(evidence.maps.scores(evidence.fused));
    const double of_even = std::max(mean_between_ends(evidence.maps.scores(evidence.even)),
                                    mean_between_ends(evidence.maps.scores(linear)));
    const double clearly = std::clamp((of_fused - of_even - 0.04) / 0.08, 0.0, 1.0);
    const double said = clearly * std::clamp((error - 0.05) / 0.05, 0.0, 1.0);
    if (said <= 0) return error;
    const double size = std::sqrt(pose_of(span.from).size() * pose_of(span.to).size());
    const auto n = static_cast<double>(span.steps);
    double away = 0;
    for (std::size_t i = 1; i < span.steps; ++i) {
        const double t = static_cast<double>(i) / n;
        const double gap = gap_between(evidence.fused[i], prior.path[i], size);
        away += gap * gap / (4 * t * (1 - t) + 0.05);
    }
    return std::sqrt(error * error + said * away / (n - 1));
}

double log_size(const Pose& pose) { return (pose.log_w + pose.log_h) / 2; }

/// How much the prior's size counts against what the pixels came to: half where both differ as little as the chains
/// from the two keyframes do among themselves, and nothing where the chains agree on what the prior knows nothing of.
double prior_share_of_size(const BoxEvidence& evidence, const MotionPrior& prior, std::size_t i) {
    const double apart = log_size(evidence.forward.front().poses[i]) - log_size(evidence.backward.front().poses[i]);
    const double beyond = log_size(evidence.fused[i]) - log_size(prior.path[i]);
    const double doubt = apart * apart + size_deviation * size_deviation;
    return doubt / (doubt + beyond * beyond + size_deviation * size_deviation);
}

/// How far to go back to the straight way from keyframe to keyframe: all the way where no other keyframe tells how the
/// object moves, the chains never meet, and it is seen no better along the path that was found.
double share_of_straight(const BoxEvidence& evidence, const MotionPrior& prior, const Path& straight,
                         const std::vector<double>& looks) {
    if (prior.witnesses > 0) return 0;
    const double gain = mean_between_ends(looks) - mean_between_ends(evidence.maps.scores(straight));
    const double apart = std::max(0.0, 1 - mean_between_ends(evidence.joined.agreement) / agreed);
    return apart / (1 + std::exp((gain - no_better) / about));
}

/// The lattice's way with the prior in it.
Result<LatticePath> search_again(const BoxEvidence& evidence, const MotionPrior& prior, const BoxSpan& span,
                                 double error) {
    const double size = std::sqrt(pose_of(span.from).size() * pose_of(span.to).size());
    LatticeTerms terms{lures_of(evidence), lure_gain, Expectation{&prior.path, {}}};
    for (std::size_t i = 0; i <= span.steps; ++i) {
        const double t = static_cast<double>(i) / static_cast<double>(span.steps);
        terms.expected->deviation.push_back(
            size * std::sqrt(4 * t * (1 - t) * error * error + least_deviation * least_deviation));
    }
    return find_lattice_path(evidence.maps, terms);
}

}  // namespace

double expected_error(const MotionPrior& prior) {
    const double m = prior.witnesses;
    const auto steps = static_cast<double>(prior.path.size() - 1);
    const double usual = usual_error * std::min(1.0, std::pow(steps / usual_steps, usual_growth));
    return std::sqrt((m * prior.error * prior.error + usual_weight * usual * usual) / (m + usual_weight));
}

Result<BoxPosterior> posterior_of(const BoxEvidence& evidence, const MotionPrior& prior, const BoxSpan& span,
                                  const std::vector<double>& hidden) {
    BoxPosterior posterior;
    posterior.error = expected_error(prior);
    auto lattice = search_again(evidence, prior, span, posterior.error);
    if (!lattice) return lattice.error();
    const Words words = words_of(evidence, *lattice, prior.path, span, hidden);
    const std::vector<Beside> here = settle(words, grown_error(posterior.error, evidence, prior, span));
    for (std::size_t i = 0; i <= span.steps; ++i) {
        Pose pose = mix(evidence.fused[i], prior.path[i], prior_share_of_size(evidence, prior, i));
        pose.x = prior.path[i].x + here[i].x * words.size;
        pose.y = prior.path[i].y + here[i].y * words.size;
        posterior.path.push_back(pose);
        posterior.off_prior.push_back(std::hypot(here[i].x, here[i].y));
    }
    const Path straight = linear_path(span.from, span.to, span.steps);
    const double back = share_of_straight(evidence, prior, straight, evidence.maps.scores(posterior.path));
    for (std::size_t i = 0; i <= span.steps; ++i) posterior.path[i] = mix(posterior.path[i], straight[i], back);
    posterior.path.front() = pose_of(span.from);
    posterior.path.back() = pose_of(span.to);
    posterior.looks = evidence.maps.scores(posterior.path);
    posterior.margin = lattice->margin;
    return posterior;
}

}  // namespace inbetween
