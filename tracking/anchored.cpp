#include <algorithm>
#include <cmath>

#include "tracking/box_posterior.h"
#include "tracking/methods.h"
#include "tracking/motion_prior.h"
#include "tracking/occluders.h"

namespace inbetween {
namespace {

constexpr std::int64_t reads_per_frame = 5;  // two chains, lattice once or twice, camera
constexpr double escalation_error = 0.25;    // sizes; where the motion is surer than this, a slow search adds nothing
constexpr double clearly_better = 0.02;      // looks; a slow tracker may settle on somebody alike
constexpr double same_object = 0.7;          // IoU of two slow trackers, from either keyframe, over the span
constexpr double clearly_worse = 0.05;       // looks; agreeing trackers need not look better
constexpr double seen_enough = 0.5;          // share of a keyframe's box in the picture, to tell how the object looks
constexpr double hidden_in_part = 0.4;       // share; of frames so called, most are by MOT16-13's own visibility too

/// The chance that a frame's box overlaps the truth by 0.7 or more. The weights are fitted, by logistic regression, to
/// every other person of vtest.avi and three single objects, with keyframes every 12, 25 and 50 frames; on the others,
/// frames said to be good with .99, .97, .92 and .79 were so in .99, .94, .91 and .80 of cases.
std::vector<double> chances(const BoxPosterior& posterior, const BoxSpan& span) {
    const std::size_t n = span.steps;
    std::vector<double> sure(n + 1, 1);
    for (std::size_t i = 1; i < n; ++i) {
        const double good = -1.37 + 5.33 * std::clamp(posterior.looks[i], 0.0, 1.0) -
                            0.90 * std::min(1.0, posterior.off_prior[i]) - 0.42 * std::log(posterior.error + 0.03) +
                            0.96 * std::clamp(posterior.margin[i], 0.0, 1.5);
        sure[i] = 1 / (1 + std::exp(-good));
    }
    return sure;
}

/// The likeliest path; where optical flow lost the object and its motion is in doubt, CSRT is heard too, and kept if
/// the object is seen better along its path, or if it finds the same one from both keyframes.
Result<BoxPosterior> likeliest(SpanImages& images, const SpanTask& task, const BoxSpan& span,
                               const MotionPrior& prior) {
    auto evidence = evidence_of(images, span, false);
    if (!evidence) return evidence.error();
    const auto hidden = hidden_by_others(images, task, span, prior.path, prior.camera_stands);
    if (!hidden) return hidden.error();
    auto posterior = posterior_of(**evidence, prior, span, *hidden);
    if (!posterior || !(*evidence)->hard || posterior->error <= escalation_error) return posterior;
    auto slow = evidence_of(images, span, true);
    if (!slow) return slow.error();
    auto other = posterior_of(**slow, prior, span, *hidden);
    if (!other) return other;
    const double gain = mean_between_ends(other->looks) - mean_between_ends(posterior->looks);
    const Joined& pair = (*slow)->joined;
    const bool agree = pair.met && mean_between_ends(pair.agreement) >= same_object;
    return gain > clearly_better || (agree && gain > -clearly_worse) ? other : posterior;
}

/// The keyframes beside the span that the fill names anyway and that show the object: not those a person calls
/// occluded.
std::vector<StatedBox> others_beside(const SpanTask& task, const SpanImages& images) {
    const auto [before, after] = neighbours_of(task);
    std::vector<StatedBox> others;
    const auto add = [&](const Keyframe& keyframe) {
        const Box box = images.image_from_picture(std::get<Box>(keyframe.shape));
        const Box picture{0, 0, static_cast<double>(images.width()), static_cast<double>(images.height())};
        if (keyframe.occluded || overlap_share(box, picture) < seen_enough) return;
        others.push_back({keyframe.frame.value, box, images.width()});
    };
    for (std::size_t k = 1; k <= before; ++k) add(task.track.keyframes[task.left - k]);
    for (std::size_t k = 1; k <= after; ++k) add(task.track.keyframes[task.left + 1 + k]);
    return others;
}

Result<SpanFill> solve(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    auto open = open_box_span(source, task, control, reads_per_frame);
    if (!open) return open.error();
    auto& [images, span] = *open;
    span.others = others_beside(task, images);
    auto prior = motion_prior(images, task, span);
    if (!prior) return prior.error();
    auto posterior = likeliest(images, task, span, *prior);
    if (!posterior) return posterior.error();
    SpanFill fill = empty_fill(task, "anchored", prior->before, prior->after);
    set_box_frames(fill, task, images, posterior->path, chances(*posterior, span));
    const auto hidden = hidden_by_others(images, task, span, posterior->path, prior->camera_stands);
    if (!hidden) return hidden.error();
    for (std::size_t i = 1; i < span.steps; ++i) fill.frames[i - 1].occluded = (*hidden)[i] >= hidden_in_part;
    return fill;
}

}  // namespace

const Solver anchored_solver{
    .id = "anchored",
    .name = "Anchored to both keyframes",
    .help =
        "The best for most boxes: optical flow from both keyframes, and in every frame a search for what both show.",
    .solve = solve,
    .camera_frames = [](const SpanTask& task) { return check_task(task) ? prior_frames(task) : FrameRange{}; }};

}  // namespace inbetween
