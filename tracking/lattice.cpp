#include "tracking/lattice.h"

#include <algorithm>
#include <array>
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
constexpr double lure_sigma = 1.5;  // cells
constexpr float forbidden = 1e6F;
constexpr double expectation_gain = 0.2;  // of a squared deviation, against looks of 0..1
constexpr double size_cost = 0.03;  // of growing or shrinking by a size in one frame: as rare as a jerk of 1.2 cells
constexpr double size_deviation = 0.2;  // of an object's size from the expected one, as a logarithm
constexpr double most_unexpected = 20;  // so that strong evidence far off is still heard

// Scores are kept in a byte: -0.5 .. 1.2 in steps of 1/150.
constexpr float code_steps = 150;
constexpr float code_offset = 0.5F;

/// A square of values around the base's place in one frame.
using Grid = cv::Mat1f;

/// The price of a step, which is so many cells along one axis.
float price_of(int cells) { return static_cast<float>(step_cost * cells * cells); }

/// Lowers `costs` to what coming from `other` costs where that is less.
void lower(float* costs, const float* other, float price, int count) {
    for (int x = 0; x < count; ++x) costs[x] = std::min(costs[x], other[x] + price);
}

/// The least cost to come to each place from the frame before: first down or up, then across.
Grid cheapest_moves(const Grid& costs) {
    const int n = costs.rows;
    Grid vertical(n, n, std::numeric_limits<float>::max());
    Grid moved(n, n, std::numeric_limits<float>::max());
    for (int y = 0; y < n; ++y) {
        for (int d = -std::min(step_cells, y); d <= std::min(step_cells, n - 1 - y); ++d)
            lower(vertical[y], costs[y + d], price_of(d), n);
        for (int d = -step_cells; d <= step_cells; ++d) {
            const int begin = std::max(0, -d);
            lower(moved[y] + begin, vertical[y] + begin + d, price_of(d), std::min(n, n - d) - begin);
        }
    }
    return moved;
}

/// Where the cheapest move to a place comes from: asked along one way only, so it is not noted for every place.
cv::Point cheapest_origin(const Grid& costs, cv::Point place) {
    const auto cheapest_step = [](int at, int count, auto cost_at) {
        float least = std::numeric_limits<float>::max();
        int step = 0;
        for (int d = -std::min(step_cells, at); d <= std::min(step_cells, count - 1 - at); ++d) {
            const float cost = cost_at(at + d) + price_of(d);
            if (cost < least) step = d;
            least = std::min(least, cost);
        }
        return std::pair(step, least);
    };
    const auto down = [&](int x) { return cheapest_step(place.y, costs.rows, [&](int y) { return costs(y, x); }); };
    const int x = place.x + cheapest_step(place.x, costs.cols, [&](int at) { return down(at).second; }).first;
    return {x, place.y + down(x).first};
}

cv::Mat1b coded(const cv::Mat& scores) {
    cv::Mat1b codes;
    scores.convertTo(codes, CV_8U, code_steps, code_offset * code_steps);
    return codes;
}

float score_of(uchar code) { return static_cast<float>(code) / code_steps - code_offset; }

/// Half the better keyframe's word, half both by nearness in time.
float joint_score(float a, float b, float t) { return 0.5F * std::max(a, b) + 0.5F * ((1 - t) * a + t * b); }

void lure(Grid& costs, Point to, double strength, int reach) {
    if (strength <= 0.01) return;
    constexpr double farthest = 20;  // beyond it the pull is the same small one
    const auto far_pull = static_cast<float>(strength * std::exp(-farthest));
    for (int y = 0; y < costs.rows; ++y) {
        float* const row = costs[y];
        for (int x = 0; x < costs.cols; ++x) {
            const double away = (x - reach - to.x) * (x - reach - to.x) + (y - reach - to.y) * (y - reach - to.y);
            const double off = away / (2 * lure_sigma * lure_sigma);
            row[x] -= off < farthest ? static_cast<float>(strength * std::exp(-off)) : far_pull;
        }
    }
}

void expect(Grid& costs, Point at, double deviation, int reach) {
    const double scale = 1 / (2 * deviation * deviation);
    for (int y = 0; y < costs.rows; ++y) {
        float* const row = costs[y];
        for (int x = 0; x < costs.cols; ++x) {
            const double away = (x - reach - at.x) * (x - reach - at.x) + (y - reach - at.y) * (y - reach - at.y);
            row[x] += static_cast<float>(expectation_gain * std::min(most_unexpected, away * scale));
        }
    }
}

/// A pose's place beside the base's.   units: cells.
Point beside_base(const LookMaps& maps, std::size_t i, const Pose& pose) {
    const double cell = maps.cell_px(i);
    return {(pose.x - maps.base[i].x) / cell, (pose.y - maps.base[i].y) / cell};
}

/// How much larger a pose is than the base, as a logarithm.
double growth_beside(const LookMaps& maps, std::size_t i, const Pose& pose) {
    return (pose.log_w + pose.log_h - maps.base[i].log_w - maps.base[i].log_h) / 2;
}

/// Costs of places, size by size.
using Grids = std::vector<Grid>;

Grids costs_at(const LookMaps& maps, const LatticeTerms& terms, std::size_t i) {
    const int side = 2 * maps.reach + 1;
    Grid places(side, side, 0.0F);
    for (const Lure& each : terms.lures)
        lure(places, beside_base(maps, i, (*each.path)[i]), terms.lure_gain * each.strength[i], maps.reach);
    if (terms.expected)
        expect(places, beside_base(maps, i, (*terms.expected->path)[i]), terms.expected->deviation[i] / maps.cell_px(i),
               maps.reach);
    const double likely = terms.expected ? growth_beside(maps, i, (*terms.expected->path)[i]) : 0;
    Grids all;
    Grid best;
    for (std::size_t size = 0; size < look_sizes; ++size) {
        all.push_back(maps.looks(i, size));
        best = size == 0 ? all.back().clone() : Grid(cv::max(best, all.back()));
    }
    for (std::size_t size = 0; size < look_sizes; ++size) {
        const double off = (log_look_size(static_cast<double>(size)) - likely) / size_deviation;
        const auto unlikely = static_cast<float>(expectation_gain * off * off / 2);
        for (int y = 0; y < side; ++y) {
            float* const costs = all[size][y];
            const float* const place = places[y];
            const float* const most = best[y];
            for (int x = 0; x < side; ++x) {
                // Places that look well enough are alike; a place's sizes are told apart by all that they look.
                const float worse = most[x] - costs[x];
                costs[x] = place[x] + unlikely + worse - std::min(std::max(most[x], least_score), most_score);
            }
        }
    }
    return all;
}

/// The sizes that a size may come from in one step, the cheapest change first.
std::array<int, 3> sizes_before(int size) { return {size, size - 1, size + 1}; }

bool is_size(int size) { return size >= 0 && size < static_cast<int>(look_sizes); }

/// The least cost to come to each place and size from the frame before.
Grids cheapest_moves(const Grids& costs) {
    Grids moved;
    for (const Grid& each : costs) moved.push_back(cheapest_moves(each));
    Grids all;
    for (int s = 0; is_size(s); ++s) {
        Grid best = moved[static_cast<std::size_t>(s)].clone();
        for (const int other : sizes_before(s)) {
            if (!is_size(other) || other == s) continue;
            for (int y = 0; y < best.rows; ++y)
                lower(best[y], moved[static_cast<std::size_t>(other)][y], static_cast<float>(size_cost), best.cols);
        }
        all.push_back(best);
    }
    return all;
}

/// All frames' costs, and the least costs of reaching each place from either keyframe.
struct Lattice {
    int reach = 0;
    std::vector<Grids> costs;
    std::vector<Grids> from_left;   ///< the place's own cost included
    std::vector<Grids> from_right;  ///< without it
};

Grids only_middle(int reach) {
    Grids all;
    for (std::size_t size = 0; size < look_sizes; ++size) all.emplace_back(2 * reach + 1, 2 * reach + 1, forbidden);
    all[expected_look_size](reach, reach) = 0;
    return all;
}

Grids sum_of(const Grids& a, const Grids& b) {
    Grids sums(a.size());
    for (std::size_t s = 0; s < a.size(); ++s) cv::add(a[s], b[s], sums[s]);
    return sums;
}

void sweep(Lattice& lattice) {
    const std::size_t n = lattice.costs.size() - 1;
    lattice.from_left.assign(1, lattice.costs.front());
    for (std::size_t i = 1; i <= n; ++i)
        lattice.from_left.push_back(sum_of(cheapest_moves(lattice.from_left.back()), lattice.costs[i]));
    lattice.from_right.resize(n + 1);
    for (const Grid& each : lattice.costs.back()) lattice.from_right[n].emplace_back(each.rows, each.cols, 0.0F);
    Grids onward = lattice.costs.back();
    for (std::size_t i = n; i-- > 0;) {
        lattice.from_right[i] = cheapest_moves(onward);
        onward = sum_of(lattice.from_right[i], lattice.costs[i]);
    }
}

/// A place in a frame and the size there.
struct Stand {
    cv::Point place;
    std::size_t size = expected_look_size;
};

/// Where the cheapest way to a place and size comes from in the frame before, of which `costs` are the least.
Stand origin_of(const Grids& costs, const Stand& stand) {
    float least = std::numeric_limits<float>::max();
    Stand origin;
    for (const int size : sizes_before(static_cast<int>(stand.size))) {
        if (!is_size(size)) continue;
        const Grid& from = costs[static_cast<std::size_t>(size)];
        const cv::Point place = cheapest_origin(from, stand.place);
        const float across = price_of(place.x - stand.place.x);
        float cost = from(place) + price_of(place.y - stand.place.y) + across;
        if (size != static_cast<int>(stand.size)) cost += static_cast<float>(size_cost);
        if (cost < least) origin = {place, static_cast<std::size_t>(size)};
        least = std::min(least, cost);
    }
    return origin;
}

std::vector<Stand> trace(const Lattice& lattice) {
    const std::size_t n = lattice.costs.size() - 1;
    std::vector<Stand> stands(n + 1, {{lattice.reach, lattice.reach}, expected_look_size});
    for (std::size_t i = n; i > 0; --i) stands[i - 1] = origin_of(lattice.from_left[i - 1], stands[i]);
    return stands;
}

/// How far beside a whole cell the lowest cost lies, by the parabola through three.
double between_cells(float before, float here, float after) {
    const float bend = before - 2 * here + after;
    return bend > 1e-3F ? std::clamp(0.5 * (before - after) / bend, -0.5, 0.5) : 0;
}

/// How much more the best way through any other place of this frame costs.
double margin_of(const Lattice& lattice, std::size_t i, cv::Point place) {
    cv::Mat whole = lattice.from_left[i][0] + lattice.from_right[i][0];
    for (std::size_t s = 1; s < lattice.from_left[i].size(); ++s)
        cv::min(whole, lattice.from_left[i][s] + lattice.from_right[i][s], whole);
    const float best = whole.at<float>(place);
    cv::Mat elsewhere = whole.clone();
    const cv::Rect near(place.x - apart_cells, place.y - apart_cells, 2 * apart_cells + 1, 2 * apart_cells + 1);
    elsewhere(near & cv::Rect({}, whole.size())) = forbidden;
    double other = 0;
    cv::minMaxLoc(elsewhere, &other);
    return other - best;
}

/// The size there, told between sizes by what the best ways through each of them cost.
double growth_at(const Lattice& lattice, std::size_t i, const Stand& stand) {
    const auto through = [&](std::size_t size) {
        return lattice.from_left[i][size](stand.place) + lattice.from_right[i][size](stand.place);
    };
    auto size = static_cast<double>(stand.size);
    if (stand.size > 0 && stand.size + 1 < look_sizes)
        size += between_cells(through(stand.size - 1), through(stand.size), through(stand.size + 1));
    return log_look_size(size);
}

LatticePath read_path(const Lattice& lattice, const LookMaps& maps) {
    const std::size_t n = maps.base.size() - 1;
    const std::vector<Stand> stands = trace(lattice);
    LatticePath path{{},
                     std::vector<double>(n + 1, 1),
                     std::vector<double>(n + 1, 1),
                     std::vector<double>(n + 1, 0),
                     std::vector<double>(n + 1, 0)};
    for (std::size_t i = 0; i <= n; ++i) {
        const auto [x, y] = stands[i].place;
        const std::size_t size = stands[i].size;
        cv::Point2d beside;
        if (i > 0 && i < n) {
            const Grid& costs = lattice.costs[i][size];
            path.growth[i] = growth_at(lattice, i, stands[i]);
            path.gain[i] = -costs(y, x);
            path.looks[i] = maps.look(i, size, stands[i].place);
            path.margin[i] = margin_of(lattice, i, stands[i].place);
            if (x > 0 && x + 1 < costs.cols && y > 0 && y + 1 < costs.rows) {
                beside.x = between_cells(costs(y, x - 1), costs(y, x), costs(y, x + 1));
                beside.y = between_cells(costs(y - 1, x), costs(y, x), costs(y + 1, x));
            }
        }
        const double cell = maps.cell_px(i);
        path.centres.push_back({maps.base[i].x + (x - lattice.reach + beside.x) * cell,
                                maps.base[i].y + (y - lattice.reach + beside.y) * cell});
    }
    return path;
}

/// A map's value between cells.
double value_at(const cv::Mat1b& map, double x, double y) {
    const int n = map.rows;
    if (x < 0 || y < 0 || x > n - 1 || y > n - 1) return 0;
    const int x0 = std::min(static_cast<int>(x), n - 2);
    const int y0 = std::min(static_cast<int>(y), n - 2);
    const double fx = x - x0;
    const double fy = y - y0;
    const double top = (1 - fx) * score_of(map(y0, x0)) + fx * score_of(map(y0, x0 + 1));
    const double bottom = (1 - fx) * score_of(map(y0 + 1, x0)) + fx * score_of(map(y0 + 1, x0 + 1));
    return (1 - fy) * top + fy * bottom;
}

}  // namespace

double LookMaps::cell_px(std::size_t i) const { return look_cell_px * std::max(1.0, base[i].size()) / look_object_px; }

cv::Mat1f LookMaps::looks(std::size_t i, std::size_t size) const {
    const cv::Mat1b& a = left[i][size];
    const cv::Mat1b& b = right[i][size];
    const auto t = static_cast<float>(i) / static_cast<float>(base.size() - 1);
    Grid scores(a.size());
    for (int y = 0; y < a.rows; ++y) {
        float* const row = scores[y];
        const uchar* const from_left = a[y];
        const uchar* const from_right = b[y];
        for (int x = 0; x < a.cols; ++x) row[x] = joint_score(score_of(from_left[x]), score_of(from_right[x]), t);
    }
    return scores;
}

float LookMaps::look(std::size_t i, std::size_t size, cv::Point cell) const {
    const auto t = static_cast<float>(i) / static_cast<float>(base.size() - 1);
    return joint_score(score_of(left[i][size](cell)), score_of(right[i][size](cell)), t);
}

std::vector<double> LookMaps::scores(const Path& path) const {
    const std::size_t n = base.size() - 1;
    std::vector<double> scores(n + 1, 1);
    for (std::size_t i = 1; i < n; ++i) {
        const Point at = beside_base(*this, i, path[i]);
        const double a = value_at(left[i][expected_look_size], at.x + reach, at.y + reach);
        const double b = value_at(right[i][expected_look_size], at.x + reach, at.y + reach);
        scores[i] =
            joint_score(static_cast<float>(a), static_cast<float>(b), static_cast<float>(i) / static_cast<float>(n));
    }
    return scores;
}

std::size_t LookMaps::bytes() const {
    const auto side = static_cast<std::size_t>(2 * reach + 1);
    return base.size() * (sizeof(Pose) + 2 * look_sizes * side * side);
}

double mean_between_ends(const std::vector<double>& values) {
    double sum = 0;
    for (std::size_t i = 1; i + 1 < values.size(); ++i) sum += values[i];
    return sum / static_cast<double>(values.size() - 2);
}

Result<SpanPlanes> planes_along(SpanImages& images, const BoxSpan& span, const Path& base, int reach) {
    SpanPlanes planes(span.steps + 1);
    for (std::size_t i = 1; i < span.steps; ++i) {
        auto frame = images.frame(span.frame(i));
        if (!frame) return frame.error();
        planes[i] = guarded_or(cv::Mat1b(), [&] {
            return packed(
                look_around(frame->bgr, base[i].x, base[i].y, base[i].size(), 2 * (reach + margin_cells) + 1));
        });
    }
    return planes;
}

LookMaps look_along(const SpanPlanes& planes, const Evidence& evidence, const Path& base, int reach) {
    const int inner = 2 * reach + 1;
    const cv::Rect middle(margin_cells, margin_cells, inner, inner);
    LookMaps maps{reach, base, {}, {}};
    maps.left.resize(planes.size());
    maps.right.resize(planes.size());
    for (std::size_t i = 1; i + 1 < planes.size(); ++i) {
        const auto look = [&] {
            const LookPlanes shown = unpacked(planes[i]);
            const LookFilter::Spectrum spectrum = LookFilter::spectrum_of(shown);
            for (const LookFilter& filter : evidence.left())
                maps.left[i].push_back(coded(filter.response(spectrum, shown.front().size())(middle)));
            for (const LookFilter& filter : evidence.right())
                maps.right[i].push_back(coded(filter.response(spectrum, shown.front().size())(middle)));
            return true;
        };
        if (!planes[i].empty() && guarded_or(false, look)) continue;
        maps.left[i].assign(evidence.left().size(), coded(cv::Mat::zeros(inner, inner, CV_32F)));
        maps.right[i] = maps.left[i];
    }
    return maps;
}

Result<LatticePath> find_lattice_path(const LookMaps& maps, const LatticeTerms& terms) {
    return guarded<LatticePath>("path through the frames", [&]() -> Result<LatticePath> {
        const std::size_t n = maps.base.size() - 1;
        Lattice lattice;
        lattice.reach = maps.reach;
        for (std::size_t i = 0; i <= n; ++i)
            lattice.costs.push_back(i == 0 || i == n ? only_middle(lattice.reach) : costs_at(maps, terms, i));
        sweep(lattice);
        return read_path(lattice, maps);
    });
}

}  // namespace inbetween
