#include "tracking/quad_rescue.h"

#include <algorithm>
#include <cmath>

#include "tracking/quad_between.h"
#include "tracking/quad_bridge.h"
#include "tracking/quad_seek.h"

namespace inbetween {
namespace {

constexpr double clear_score = 0.5;
constexpr double sure_score = 0.75;
constexpr double better_by = 0.15;

/// How far apart two answers may lie to be called the same.
double same_px(const Quad& quad) { return std::max(2.0, 0.03 * size_of(quad)); }

/// How far apart two independent answers may lie for the solve to settle it.
double near_px(const Quad& quad) { return std::max(3.0, 0.05 * size_of(quad)); }

/// A quad of differences, in a step.
std::optional<Quad> velocity(const std::vector<Quad>& quads, const std::vector<bool>& confirmed, std::size_t from,
                             std::size_t to) {
    if (to >= quads.size() || from >= quads.size() || !confirmed[from] || !confirmed[to]) return std::nullopt;
    Quad by;
    for (std::size_t k = 0; k < 4; ++k)
        by.corners[k] = {(quads[to].corners[k].x - quads[from].corners[k].x) / 2,
                         (quads[to].corners[k].y - quads[from].corners[k].y) / 2};
    return by;
}

class Rescue {
public:
    Rescue(QuadFrames& frames, const QuadLooks& looks, const QuadRescue& state)
        : frames_(frames),
          looks_(looks),
          way_(*state.way),
          sightings_(*state.sightings),
          confirmed_(*state.confirmed),
          gap_(*state.gap) {}

    Result<Done> run() {
        for (const QuadHole& hole : holes())
            if (auto done = search(hole); !done) return done;
        for (const QuadHole& hole : holes())
            if (auto done = fill(hole); !done) return done;
        return Done{};
    }

private:
    /// The runs of frames that are not confirmed, with the confirmed ones beside them.
    std::vector<QuadHole> holes() const {
        std::vector<QuadHole> found;
        for (std::size_t t = 1; t < confirmed_.size(); ++t) {
            if (confirmed_[t]) continue;
            const std::size_t left = t - 1;
            while (!confirmed_[t]) ++t;
            const std::size_t steps = t - left;
            found.push_back(
                {left, t, smooth_motion(way_.quads[left], way_.quads[t], steps, leaving(left), arriving(t))});
        }
        return found;
    }

    std::optional<Quad> leaving(std::size_t left) const {
        return left < 2 ? std::nullopt : velocity(way_.quads, confirmed_, left - 2, left);
    }
    std::optional<Quad> arriving(std::size_t right) const { return velocity(way_.quads, confirmed_, right, right + 2); }

    Result<Done> search(const QuadHole& hole) {
        auto forward = seek(frames_, looks_, hole, ChainStart::Left);
        if (!forward) return forward.error();
        auto backward = seek(frames_, looks_, hole, ChainStart::Right);
        if (!backward) return backward.error();
        for (std::size_t t = hole.left + 1; t < hole.right; ++t) {
            const QuadFind& f = (*forward)[t - hole.left - 1];
            const QuadFind& b = (*backward)[t - hole.left - 1];
            const QuadFind* best = chosen(f, b);
            if (best == nullptr) continue;
            auto gray = frames_.gray(t);
            if (!gray) return gray.error();
            if (!stands_against_way(*best, t, *gray)) continue;
            way_.quads[t] = best->quad;
            sightings_[t] = sight(looks_, *gray, best->quad, 0);
            confirmed_[t] = sightings_[t].best() != nullptr;
            gap_[t] = f.match && b.match ? corner_gap(f.quad, b.quad) : same_px(way_.quads[t]);
        }
        const double step = 0.01 * looks_.patch().size();
        for (std::size_t t = hole.left; t < hole.right; ++t) way_.step_variance[t] = 8 * step * step;
        return Done{};
    }

    /// Whether a find is to replace the way from both keyframes: near it always, far from it when it looks a good deal
    /// more like the object. What passes in front of the object draws finds away one by one, all to one side.
    bool stands_against_way(const QuadFind& find, std::size_t t, const cv::Mat& gray) const {
        const Quad& quad = way_.quads[t];
        const double px = size_of(quad) / looks_.patch().size();
        const double reach = std::max(near_px(quad), 3 * std::sqrt(way_.variance[t] / 8) * px);
        if (corner_gap(find.quad, quad) < reach) return true;
        GrayRegion region(gray, quad);
        double score = sightings_[t].score();
        for (const QuadLook& look : looks_.sides) score = std::max(score, match_of(look, region, quad).score());
        return find.match->score() > score + better_by;
    }

    /// Which of both sides' finds to believe, if any.
    static const QuadFind* chosen(const QuadFind& f, const QuadFind& b) {
        if (f.match && b.match) {
            const QuadFind& better = f.match->score() >= b.match->score() ? f : b;
            const QuadFind& other = &better == &f ? b : f;
            const bool agree = corner_gap(f.quad, b.quad) < same_px(f.quad);
            if (agree || better.match->score() > other.match->score() + better_by) return &better;
            if (f.unbroken != b.unbroken) return f.unbroken ? &f : &b;
            return nullptr;
        }
        const QuadFind& only = f.match ? f : b;
        return only.match && (only.unbroken || only.match->score() > sure_score) ? &only : nullptr;
    }

    /// Bridges what is left between confirmed frames.
    Result<Done> fill(const QuadHole& hole) {
        const QuadPatch& patch = looks_.patch();
        const QuadSpan span{hole.left, hole.right - hole.left, hole.expected.front(), hole.expected.back()};
        auto forward = run_quad_chain(frames_, span, looks_.sides[0], ChainStart::Left);
        if (!forward) return forward.error();
        auto backward = run_quad_chain(frames_, span, looks_.sides[1], ChainStart::Right);
        if (!backward) return backward.error();
        const QuadBridge bridge = bridge_quads(span, patch, *forward, *backward, hole.expected,
                                               smooth_deviation(span.from, span.to, span.steps, patch));
        for (std::size_t i = 1; i < span.steps; ++i) {
            const std::size_t t = hole.left + i;
            auto gray = frames_.gray(t);
            if (!gray) return gray.error();
            way_.quads[t] = bridge.quads[i];
            gap_[t] = bridge.gap[i];
            sightings_[t] = sight(looks_, *gray, bridge.quads[i], bridge.variance[i]);
        }
        for (std::size_t i = 0; i < span.steps; ++i) way_.step_variance[hole.left + i] = bridge.step_variance[i];
        return Done{};
    }

    QuadFrames& frames_;
    const QuadLooks& looks_;
    QuadWay& way_;
    std::vector<QuadSighting>& sightings_;
    std::vector<bool>& confirmed_;
    std::vector<double>& gap_;
};

}  // namespace

std::vector<bool> confirmed_frames(const std::vector<Quad>& quads, const std::vector<double>& gap,
                                   const std::vector<QuadSighting>& sightings) {
    std::vector<bool> confirmed(quads.size(), true);
    for (std::size_t t = 1; t + 1 < quads.size(); ++t) {
        const QuadMatch* best = sightings[t].best();
        const double same = same_px(quads[t]);
        const double agreement = sightings[t].agreement();
        const double near = near_px(quads[t]);
        confirmed[t] = best != nullptr && best->score() >= clear_score && corner_gap(best->quad, quads[t]) < same &&
                       (gap[t] < near || (agreement >= 0 && agreement < near) || best->score() > sure_score);
    }
    return confirmed;
}

Result<Done> rescue(QuadFrames& frames, const QuadLooks& looks, QuadRescue state) {
    return Rescue(frames, looks, state).run();
}

}  // namespace inbetween
