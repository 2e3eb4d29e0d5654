#include "tracking/lattice.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "tracking/guard.h"

namespace inbetween {
namespace {

constexpr double step_cost = 0.02;  // a cell squared
constexpr int step_cells = 6;       // the farthest step beside the base's own
constexpr int margin_cells = 8;     // around the lattice, for the filters' support
constexpr int apart_cells = 3;      // a place farther away than this is another place
constexpr float least_score = -0.1F;
constexpr float most_score = 0.7F;  // beyond it all places look alike
constexpr double lure_gain = 0.5;
constexpr double lure_sigma = 1.5;  // cells
constexpr float forbidden = 1e6F;

/// A square of values around the base's place in one frame.
using Grid = cv::Mat1f;

/// Places on each side of the base.
int reach_cells(std::size_t steps) { return static_cast<int>(std::clamp<std::size_t>(8 + steps, 12, 28)); }

/// Pixels of the image a cell is wide, where the object is as large as the base says.
double cell_px(const Pose& base) { return look_cell_px * std::max(1.0, base.size()) / look_object_px; }

/// The least cost to come to each place from the frame before, and from where.
struct Move {
    Grid cost;
    cv::Mat1b from_x;  ///< offset + step_cells; of the second, horizontal pass
    cv::Mat1b from_y;  ///< offset + step_cells; of the first, vertical pass, at the column it came from
};

Move cheapest_moves(const Grid& costs) {
    const int n = costs.rows;
    Grid vertical(n, n, std::numeric_limits<float>::max());
    Move move{Grid(n, n, std::numeric_limits<float>::max()), cv::Mat1b(n, n, uchar{0}), cv::Mat1b(n, n, uchar{0})};
    for (int d = -step_cells; d <= step_cells; ++d) {
        const auto price = static_cast<float>(step_cost * d * d);
        for (int y = std::max(0, -d); y < std::min(n, n - d); ++y) {
            for (int x = 0; x < n; ++x) {
                const float cost = costs(y + d, x) + price;
                if (cost >= vertical(y, x)) continue;
                vertical(y, x) = cost;
                move.from_y(y, x) = static_cast<uchar>(d + step_cells);
            }
        }
    }
    for (int d = -step_cells; d <= step_cells; ++d) {
        const auto price = static_cast<float>(step_cost * d * d);
        for (int y = 0; y < n; ++y) {
            for (int x = std::max(0, -d); x < std::min(n, n - d); ++x) {
                const float cost = vertical(y, x + d) + price;
                if (cost >= move.cost(y, x)) continue;
                move.cost(y, x) = cost;
                move.from_x(y, x) = static_cast<uchar>(d + step_cells);
            }
        }
    }
    return move;
}

/// What each place of a frame costs by its looks: minus the score.
Grid look_costs(const cv::Mat& bgr, const Pose& base, const Evidence& evidence, double t, int reach) {
    const int inner = 2 * reach + 1;
    const LookPlanes planes = look_around(bgr, base.x, base.y, base.size(), inner + 2 * margin_cells);
    const LookFilter::Spectrum spectrum = LookFilter::spectrum_of(planes);
    const cv::Rect middle(margin_cells, margin_cells, inner, inner);
    const cv::Mat1f a = evidence.left().response(spectrum, planes.front().size())(middle);
    const cv::Mat1f b = evidence.right().response(spectrum, planes.front().size())(middle);
    Grid costs(inner, inner);
    const auto weight_b = static_cast<float>(t);
    for (int y = 0; y < inner; ++y) {
        for (int x = 0; x < inner; ++x) {
            const float both = (1 - weight_b) * a(y, x) + weight_b * b(y, x);
            const float score = 0.5F * std::max(a(y, x), b(y, x)) + 0.5F * both;
            costs(y, x) = -std::clamp(score, least_score, most_score);
        }
    }
    return costs;
}

void lure(Grid& costs, const Pose& to, double strength, const Pose& base, int reach) {
    if (strength <= 0.02) return;
    const double at_x = (to.x - base.x) / cell_px(base) + reach;
    const double at_y = (to.y - base.y) / cell_px(base) + reach;
    for (int y = 0; y < costs.rows; ++y) {
        for (int x = 0; x < costs.cols; ++x) {
            const double away = (x - at_x) * (x - at_x) + (y - at_y) * (y - at_y);
            const double pull = std::exp(-std::min(20.0, away / (2 * lure_sigma * lure_sigma)));
            costs(y, x) -= static_cast<float>(lure_gain * strength * pull);
        }
    }
}

/// All frames' costs, and the least costs of reaching each place from either keyframe.
struct Lattice {
    int reach = 0;
    std::vector<Grid> costs;
    std::vector<Grid> from_left;   ///< the place's own cost included
    std::vector<Grid> from_right;  ///< without it
    std::vector<Move> moves;       ///< [i] leads from frame i - 1 to i
};

Grid only_middle(int reach) {
    Grid costs(2 * reach + 1, 2 * reach + 1, forbidden);
    costs(reach, reach) = 0;
    return costs;
}

void sweep(Lattice& lattice) {
    const std::size_t n = lattice.costs.size() - 1;
    lattice.from_left.assign(1, lattice.costs.front());
    lattice.moves.resize(1);
    for (std::size_t i = 1; i <= n; ++i) {
        lattice.moves.push_back(cheapest_moves(lattice.from_left.back()));
        Grid sum;
        cv::add(lattice.moves.back().cost, lattice.costs[i], sum);
        lattice.from_left.push_back(sum);
    }
    lattice.from_right.assign(n + 1, Grid(lattice.costs.front().rows, lattice.costs.front().cols, 0.0F));
    Grid onward = lattice.costs.back();
    for (std::size_t i = n; i-- > 0;) {
        lattice.from_right[i] = cheapest_moves(onward).cost;
        Grid sum;
        cv::add(lattice.from_right[i], lattice.costs[i], sum);
        onward = sum;
    }
}

std::vector<cv::Point> trace(const Lattice& lattice) {
    const std::size_t n = lattice.costs.size() - 1;
    std::vector<cv::Point> places(n + 1, {lattice.reach, lattice.reach});
    for (std::size_t i = n; i > 0; --i) {
        const auto [x, y] = places[i];
        const int from_x = x + lattice.moves[i].from_x(y, x) - step_cells;
        places[i - 1] = {from_x, y + lattice.moves[i].from_y(y, from_x) - step_cells};
    }
    return places;
}

/// How far beside a whole cell the lowest cost lies, by the parabola through three.
double between_cells(float before, float here, float after) {
    const float bend = before - 2 * here + after;
    return bend > 1e-3F ? std::clamp(0.5 * (before - after) / bend, -0.5, 0.5) : 0;
}

/// How much more the best way through any other place of this frame costs.
double margin_of(const Lattice& lattice, std::size_t i, cv::Point place) {
    const cv::Mat whole = lattice.from_left[i] + lattice.from_right[i];
    const float best = whole.at<float>(place);
    cv::Mat elsewhere = whole.clone();
    const cv::Rect near(place.x - apart_cells, place.y - apart_cells, 2 * apart_cells + 1, 2 * apart_cells + 1);
    elsewhere(near & cv::Rect({}, whole.size())) = forbidden;
    double other = 0;
    cv::minMaxLoc(elsewhere, &other);
    return other - best;
}

LatticePath read_path(const Lattice& lattice, const Path& base) {
    const std::size_t n = base.size() - 1;
    const std::vector<cv::Point> places = trace(lattice);
    LatticePath path{{}, std::vector<double>(n + 1, 1), std::vector<double>(n + 1, 0)};
    for (std::size_t i = 0; i <= n; ++i) {
        const auto [x, y] = places[i];
        cv::Point2d beside;
        if (i > 0 && i < n) {
            const Grid& costs = lattice.costs[i];
            path.score[i] = -costs(y, x);
            path.margin[i] = margin_of(lattice, i, places[i]);
            if (x > 0 && x + 1 < costs.cols && y > 0 && y + 1 < costs.rows) {
                beside.x = between_cells(costs(y, x - 1), costs(y, x), costs(y, x + 1));
                beside.y = between_cells(costs(y - 1, x), costs(y, x), costs(y + 1, x));
            }
        }
        const double cell = cell_px(base[i]);
        path.centres.push_back(
            {base[i].x + (x - lattice.reach + beside.x) * cell, base[i].y + (y - lattice.reach + beside.y) * cell});
    }
    return path;
}

}  // namespace

Result<LatticePath> find_lattice_path(SpanImages& images, const BoxSpan& span, const Evidence& evidence,
                                      const Path& base, const std::vector<Lure>& lures) {
    Lattice lattice;
    lattice.reach = reach_cells(span.steps);
    lattice.costs.push_back(only_middle(lattice.reach));
    for (std::size_t i = 1; i < span.steps; ++i) {
        auto frame = images.frame(span.frame(i));
        if (!frame) return frame.error();
        const double t = static_cast<double>(i) / static_cast<double>(span.steps);
        const int side = lattice.costs.front().rows;
        Grid costs = guarded_or(Grid(side, side, 0.0F),
                                [&] { return look_costs(frame->bgr, base[i], evidence, t, lattice.reach); });
        for (const Lure& each : lures) lure(costs, (*each.path)[i], each.strength[i], base[i], lattice.reach);
        lattice.costs.push_back(costs);
    }
    lattice.costs.push_back(only_middle(lattice.reach));
    return guarded<LatticePath>("path through the frames", [&]() -> Result<LatticePath> {
        sweep(lattice);
        return read_path(lattice, base);
    });
}

}  // namespace inbetween
