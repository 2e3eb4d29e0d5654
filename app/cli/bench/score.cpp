#include "app/cli/bench/score.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace inbetween::bench {

namespace {

using Polygon = std::vector<Point>;

double cross(const Point& o, const Point& a, const Point& b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

double area_of(const Polygon& polygon) {
    double twice = 0;
    for (std::size_t i = 2; i < polygon.size(); ++i) twice += cross(polygon[0], polygon[i - 1], polygon[i]);
    return twice / 2;
}

/// The part of a convex polygon on the inner side of the line through `a` and `b`.
/// source: Sutherland, Hodgman, "Reentrant polygon clipping", 1974.
Polygon clipped(const Polygon& polygon, const Point& a, const Point& b) {
    Polygon kept;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const Point& here = polygon[i];
        const Point& next = polygon[(i + 1) % polygon.size()];
        const double side = cross(a, b, here);
        const double next_side = cross(a, b, next);
        if (side >= 0) kept.push_back(here);
        if ((side > 0 && next_side < 0) || (side < 0 && next_side > 0)) {
            const double t = side / (side - next_side);
            kept.push_back({here.x + t * (next.x - here.x), here.y + t * (next.y - here.y)});
        }
    }
    return kept;
}

/// The two triangles of a quadrilateral from its first corner, and what each adds to its area: where it is concave, one
/// of them takes away.
struct Part {
    Polygon triangle;  ///< of positive area
    double sign = 1;
};

std::array<Part, 2> parts_of(const Quad& quad) {
    std::array<Part, 2> parts;
    for (std::size_t i = 0; i < 2; ++i) {
        parts[i].triangle = {quad.corners[0], quad.corners[i + 1], quad.corners[i + 2]};
        if (area_of(parts[i].triangle) >= 0) continue;
        std::swap(parts[i].triangle[1], parts[i].triangle[2]);
        parts[i].sign = -1;
    }
    return parts;
}

double common_area(const Polygon& a, const Polygon& b) {
    Polygon common = a;
    for (std::size_t i = 0; i < b.size() && !common.empty(); ++i) common = clipped(common, b[i], b[(i + 1) % b.size()]);
    return area_of(common);
}

template <class Holds>
double share(const std::vector<Sample>& samples, Holds holds) {
    return static_cast<double>(std::count_if(samples.begin(), samples.end(), holds)) /
           static_cast<double>(samples.size());
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace

double iou(const Quad& a, const Quad& b) {
    double common = 0;
    for (const Part& p : parts_of(a)) {
        for (const Part& q : parts_of(b)) common += p.sign * q.sign * common_area(p.triangle, q.triangle);
    }
    common = std::abs(common);
    const double both = std::abs(signed_area(a)) + std::abs(signed_area(b)) - common;
    return both > 0 ? std::clamp(common / both, 0.0, 1.0) : 0;
}

Sample sample_of(const FilledFrame& filled, const Shape& truth) {
    Sample sample{.confidence = static_cast<double>(filled.confidence)};
    if (const Box* box = std::get_if<Box>(&truth)) {
        sample.iou = inbetween::iou(std::get<Box>(filled.shape), *box);
        return sample;
    }
    const Quad& a = std::get<Quad>(filled.shape);
    const Quad& b = std::get<Quad>(truth);
    sample.iou = iou(a, b);
    for (std::size_t i = 0; i < 4; ++i) {
        const double off = std::hypot(a.corners[i].x - b.corners[i].x, a.corners[i].y - b.corners[i].y);
        sample.mean_px += off / 4;
        sample.worst_px = std::max(sample.worst_px, off);
    }
    return sample;
}

Score score_of(const std::vector<Sample>& samples) {
    Score score;
    score.frames = static_cast<std::int64_t>(samples.size());
    if (samples.empty()) return score;
    std::vector<double> corner_px;
    for (const Sample& sample : samples) {
        score.miou += sample.iou / static_cast<double>(samples.size());
        corner_px.push_back(sample.mean_px);
    }
    score.share_50 = share(samples, [](const Sample& s) { return s.iou >= 0.5; });
    score.share_70 = share(samples, [](const Sample& s) { return s.iou >= 0.7; });
    score.median_px = median(std::move(corner_px));
    score.under_5 = share(samples, [](const Sample& s) { return s.worst_px < 5; });
    score.under_2 = share(samples, [](const Sample& s) { return s.worst_px < 2; });
    score.over_20 = share(samples, [](const Sample& s) { return s.worst_px > 20; });
    score.auc = roc_area(samples);
    return score;
}

Score mean_of(const std::vector<Score>& sequences) {
    Score mean;
    const auto n = static_cast<double>(sequences.size());
    for (const Score& s : sequences) {
        mean.frames += s.frames;
        mean.keyframes += s.keyframes;
        mean.cpu_secs += s.cpu_secs;
        for (const auto figure : {&Score::miou, &Score::share_50, &Score::share_70, &Score::median_px, &Score::under_5,
                                  &Score::under_2, &Score::over_20})
            mean.*figure += s.*figure / n;
    }
    return mean;
}

double roc_area(const std::vector<Sample>& samples) {
    std::vector<std::pair<double, bool>> sorted;
    for (const Sample& s : samples) sorted.emplace_back(s.confidence, s.iou >= 0.7);
    std::sort(sorted.begin(), sorted.end());
    double rank_sum = 0;
    double good = 0;
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t end = i;
        while (end < sorted.size() && sorted[end].first == sorted[i].first) ++end;
        for (std::size_t k = i; k < end; ++k) {
            if (!sorted[k].second) continue;
            rank_sum += static_cast<double>(i + end + 1) / 2;
            ++good;
        }
        i = end;
    }
    const double bad = static_cast<double>(sorted.size()) - good;
    return good > 0 && bad > 0 ? (rank_sum - good * (good + 1) / 2) / (good * bad) : 0.5;
}

std::vector<Bin> reliability_of(const std::vector<Sample>& samples) {
    constexpr std::array edges{0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0};
    std::vector<Bin> bins;
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) bins.push_back({.from = edges[i], .to = edges[i + 1]});
    for (const Sample& s : samples) {
        const auto above = std::upper_bound(edges.begin() + 1, edges.end() - 1, s.confidence);
        Bin& bin = bins[static_cast<std::size_t>(above - edges.begin()) - 1];
        ++bin.frames;
        bin.said += s.confidence;
        bin.share_70 += s.iou >= 0.7 ? 1 : 0;
        bin.miou += s.iou;
    }
    for (Bin& bin : bins) {
        if (bin.frames == 0) continue;
        for (double* sum : {&bin.said, &bin.share_70, &bin.miou}) *sum /= static_cast<double>(bin.frames);
    }
    return bins;
}

}  // namespace inbetween::bench
