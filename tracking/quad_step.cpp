#include "tracking/quad_step.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "tracking/guard.h"
#include "tracking/quad_covers.h"

namespace inbetween {
namespace {

constexpr double large_px = 180;  // larger quads are looked at at half size, which is still finer than a patch
constexpr double round_trip_px = 0.8;
constexpr double poor_drift = 0.03;  // of the size, in a step that little speaks for
constexpr int most_points = 120;  // near points say the same twice
constexpr std::size_t least_points = 4;
constexpr std::size_t homography_points = 12;
/// How much a quad may change in a frame along each direction of the patch.   units: patch sizes.
constexpr std::array<double, 8> step_prior{.5, .5, .10, .10, .04, .04, .02, .02};

/// Both frames around the quad, and how to go between their pixels and the crop's.
struct Crop {
    cv::Mat before;
    cv::Mat after;
    cv::Point origin;
    double sx = 1;
    double sy = 1;
    cv::Point2d to(Point p) const { return {(p.x - origin.x + 0.5) * sx - 0.5, (p.y - origin.y + 0.5) * sy - 0.5}; }
    Point from(cv::Point2d p) const { return {(p.x + 0.5) / sx - 0.5 + origin.x, (p.y + 0.5) / sy - 0.5 + origin.y}; }
};

std::optional<Crop> crop_around(const cv::Mat& before, const cv::Mat& after, const Quad& quad) {
    const double size = size_of(quad);
    const double margin = std::max(24.0, 0.35 * size);
    const Box box = bounding_box(quad);
    const auto within = [](double v, int end) {
        return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(end)));
    };
    const cv::Rect part(
        cv::Point(within(std::floor(box.x - margin), before.cols), within(std::floor(box.y - margin), before.rows)),
        cv::Point(within(std::ceil(box.right() + margin), before.cols),
                  within(std::ceil(box.bottom() + margin), before.rows)));
    if (part.width < 16 || part.height < 16 || before.size() != after.size()) return std::nullopt;
    Crop crop{before(part), after(part), part.tl()};
    if (size > large_px) {
        cv::resize(crop.before, crop.before, {}, 0.5, 0.5, cv::INTER_AREA);
        cv::resize(crop.after, crop.after, {}, 0.5, 0.5, cv::INTER_AREA);
        crop.sx = static_cast<double>(crop.before.cols) / part.width;
        crop.sy = static_cast<double>(crop.before.rows) / part.height;
    }
    return crop;
}

/// Points in both frames' image pixels.
struct Matches {
    std::vector<Point> from;
    std::vector<Point> to;
    double came_back = 0;  ///< share of the points looked for
};

/// Where in the crop points are looked for.
cv::Mat places(const Crop& crop, const Quad& quad, const QuadPatch& patch, const QuadMask& mask) {
    cv::Mat inside = cv::Mat::zeros(crop.before.size(), CV_8U);
    std::vector<cv::Point> outline;
    for (const Point& corner : quad.corners) outline.emplace_back(crop.to(corner));
    cv::fillConvexPoly(inside, outline, 255);
    const auto image_from_patch = homography_between(patch.corners(), quad);
    if (mask.empty() || !image_from_patch) return inside;
    const cv::Matx33d crop_from_image(crop.sx, 0, (0.5 - crop.origin.x) * crop.sx - 0.5, 0, crop.sy,
                                      (0.5 - crop.origin.y) * crop.sy - 0.5, 0, 0, 1);
    const double sx = patch.width() / mask.cols;
    const double sy = patch.height() / mask.rows;
    const cv::Matx33d patch_from_mask(sx, 0, sx / 2, 0, sy, sy / 2, 0, 0, 1);
    const cv::Matx33d at = crop_from_image * *image_from_patch * patch_from_mask;
    cv::Mat shown;
    cv::warpPerspective(mask, shown, at, inside.size(), cv::INTER_NEAREST);
    shown &= inside;
    return cv::countNonZero(shown) > 0.2 * cv::countNonZero(inside) ? shown : inside;
}

/// The corners of `inside`, found no farther around it than they need.
std::vector<cv::Point2f> corners_in(const cv::Mat& gray, const cv::Mat& inside, int apart) {
    constexpr int rim = 3;  // what the slopes and their maxima look at
    const cv::Rect shown = cv::boundingRect(inside);
    const cv::Rect part = cv::Rect(shown.x - rim, shown.y - rim, shown.width + 2 * rim, shown.height + 2 * rim) &
                          cv::Rect({}, gray.size());
    std::vector<cv::Point2f> points;
    if (shown.empty()) return points;
    cv::goodFeaturesToTrack(gray(part), points, most_points, 0.003, apart, inside(part), 3);
    for (cv::Point2f& p : points) p += cv::Point2f(part.tl());
    return points;
}

Matches match_points(const Crop& crop, const Quad& quad, const cv::Mat& inside) {
    const double size = size_of(quad);
    const std::vector<cv::Point2f> points =
        corners_in(crop.before, inside, std::max(3, static_cast<int>(size * crop.sx / 22)));
    Matches matches;
    if (points.size() < least_points) return matches;
    std::vector<cv::Point2f> there;
    std::vector<cv::Point2f> back;
    std::vector<unsigned char> found;
    std::vector<unsigned char> returned;
    constexpr int levels = 3;
    const int side = size > 40 ? 17 : 11;
    const cv::Size window(side, side);
    std::vector<cv::Mat> before;
    std::vector<cv::Mat> after;
    cv::buildOpticalFlowPyramid(crop.before, before, window, levels);
    cv::buildOpticalFlowPyramid(crop.after, after, window, levels);
    const cv::TermCriteria fine(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 30, 0.01);
    // The way back only has to come within round_trip_px.
    const cv::TermCriteria rough(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 15, 0.05);
    cv::calcOpticalFlowPyrLK(before, after, points, there, found, cv::noArray(), window, levels, fine);
    cv::calcOpticalFlowPyrLK(after, before, there, back, returned, cv::noArray(), window, levels, rough);
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!found[i] || !returned[i] || cv::norm(back[i] - points[i]) >= round_trip_px) continue;
        matches.from.push_back(crop.from(points[i]));
        matches.to.push_back(crop.from(there[i]));
    }
    matches.came_back = static_cast<double>(matches.from.size()) / static_cast<double>(points.size());
    return matches;
}

/// Which matches one plane's motion explains; empty when too few agree.
std::vector<unsigned char> agreeing(const Matches& matches) {
    std::vector<cv::Point2f> p;
    std::vector<cv::Point2f> q;
    for (std::size_t i = 0; i < matches.from.size(); ++i) {
        p.emplace_back(static_cast<float>(matches.from[i].x), static_cast<float>(matches.from[i].y));
        q.emplace_back(static_cast<float>(matches.to[i].x), static_cast<float>(matches.to[i].y));
    }
    const auto count = [](const std::vector<unsigned char>& mask) {
        return static_cast<std::size_t>(std::count_if(mask.begin(), mask.end(), [](auto in) { return in != 0; }));
    };
    cv::setRNGSeed(1);
    std::vector<unsigned char> by_plane;
    if (p.size() >= homography_points && cv::findHomography(p, q, cv::RANSAC, 1.5, by_plane, 400, 0.995).empty())
        by_plane.clear();
    const double enough = std::max(8.0, 0.3 * static_cast<double>(p.size()));
    if (static_cast<double>(count(by_plane)) < enough) {
        std::vector<unsigned char> by_similarity;
        const cv::Mat similarity = cv::estimateAffinePartial2D(p, q, by_similarity, cv::RANSAC, 2.5, 400, 0.995);
        if (!similarity.empty() && count(by_similarity) >= count(by_plane)) by_plane = by_similarity;
    }
    if (count(by_plane) < least_points) by_plane.clear();
    return by_plane;
}

double median(std::vector<double>& values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The patch's motion by robust Gauss-Newton steps.
struct Fit {
    cv::Matx33d motion = cv::Matx33d::eye();  ///< in patch pixels
    Matrix8 information;                      ///< along the patch's directions
    double together = 0;                      ///< share of the matches that follow it
};

std::optional<Fit> fit_motion(const std::vector<Point>& from, const std::vector<Point>& to,
                              const std::vector<unsigned char>& inlier, const QuadPatch& patch, double px) {
    Matrix8 prior = Matrix8::zeros();
    for (int k = 0; k < 8; ++k) {
        const double deviation = step_prior[static_cast<std::size_t>(k)] * patch.size() * 2;
        prior(k, k) = 1 / (deviation * deviation);
    }
    const Matrix8 to_directions = patch.directions().t();
    const double share = std::min(1.0, 60.0 / static_cast<double>(from.size()));  // near points say the same twice
    std::vector<double> weights(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) weights[i] = inlier[i] != 0 ? 1 : 0;
    Fit fit;
    double spread = 1.5;
    for (int round = 0; round < 6; ++round) {
        std::vector<Point> here;
        std::vector<double> errors;
        for (std::size_t i = 0; i < from.size(); ++i) {
            here.push_back(apply(fit.motion, from[i]));
            errors.push_back(std::hypot(to[i].x - here[i].x, to[i].y - here[i].y) * px);
        }
        if (round > 0) {
            std::vector<double> of_inliers;
            for (std::size_t i = 0; i < from.size(); ++i) {
                const double e = errors[i] / spread;
                weights[i] = 1 / ((1 + e * e) * (1 + e * e));
                if (round < 2 ? inlier[i] != 0 : weights[i] > 0.1) of_inliers.push_back(errors[i]);
            }
            spread = std::max(0.3, 1.4826 * median(of_inliers));
        }
        const double noise = std::max(0.15, spread / 2);
        Matrix8 a = Matrix8::zeros();
        Corners b;
        for (std::size_t i = 0; i < from.size(); ++i) {
            const cv::Matx<double, 2, 8> j = patch.jacobian(here[i]) * px;
            const cv::Vec2d r((to[i].x - here[i].x) * px, (to[i].y - here[i].y) * px);
            const double w = weights[i] * share / (noise * noise);
            a += (j.t() * j) * w;
            b += Corners((j.t() * r * w).val);
        }
        const Corners so_far = to_directions * patch.displacement_of(apply(fit.motion, patch.corners()));
        fit.information = a + prior;
        Corners step;
        if (!cv::solve(fit.information, Corners((b - prior * so_far).val), step, cv::DECOMP_CHOLESKY))
            return std::nullopt;
        const auto moved = homography_between(patch.corners(), patch.displaced(patch.directions() * step));
        if (!moved) return std::nullopt;
        fit.motion = *moved * fit.motion;
        fit.motion *= 1 / fit.motion(2, 2);
        if (round > 1 && cv::norm(step, cv::NORM_INF) < 0.02) break;
    }
    const auto following = std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0.3; });
    fit.together = static_cast<double>(following) / static_cast<double>(weights.size());
    return fit;
}

std::optional<QuadStep> measure(const cv::Mat& before, const cv::Mat& after, const Quad& quad, const QuadPatch& patch,
                                const QuadMask& mask) {
    const auto crop = crop_around(before, after, quad);
    if (!crop || !is_convex(quad)) return std::nullopt;
    const Matches matches = match_points(*crop, quad, places(*crop, quad, patch, mask));
    if (matches.from.size() < least_points) return std::nullopt;
    const std::vector<unsigned char> inlier = agreeing(matches);
    const auto image_from_patch = homography_between(patch.corners(), quad);
    if (inlier.empty() || !image_from_patch) return std::nullopt;
    const cv::Matx33d patch_from_image = image_from_patch->inv();
    std::vector<Point> from;
    std::vector<Point> to;
    for (std::size_t i = 0; i < matches.from.size(); ++i) {
        from.push_back(apply(patch_from_image, matches.from[i]));
        to.push_back(apply(patch_from_image, matches.to[i]));
    }
    const auto fit = fit_motion(from, to, inlier, patch, size_of(quad) / patch.size());
    if (!fit) return std::nullopt;
    const Quad moved = apply(*image_from_patch * fit->motion, patch.corners());
    const double growth = size_of(moved) / std::max(1e-3, size_of(quad));
    if (!is_convex(moved) || growth * growth <= 0.5 || growth * growth >= 2) return std::nullopt;
    return QuadStep{moved, cv::trace(fit->information.inv(cv::DECOMP_CHOLESKY)), matches.came_back * fit->together};
}

}  // namespace

std::optional<QuadStep> step_quad(const cv::Mat& before, const cv::Mat& after, const Quad& quad, const QuadPatch& patch,
                                  const QuadMask& mask) {
    return guarded_or(std::optional<QuadStep>(), [&] { return measure(before, after, quad, patch, mask); });
}

QuadFollower::QuadFollower(const QuadPatch& patch, const cv::Mat& gray, const Quad& quad)
    : QuadFollower(QuadLook(gray, quad, patch), gray, quad) {}

QuadFollower::QuadFollower(QuadLook look, cv::Mat gray, const Quad& quad)
    : look_(std::move(look)), last_(std::move(gray)), quad_(quad) {
    see();
}

void QuadFollower::see() {
    GrayRegion region(last_, quad_);
    Uncovered seen = uncovered(look_, region, quad_);
    shown_ = seen.shown;
    is_alike_ = seen.is_alike;
}

QuadStep QuadFollower::step(const cv::Mat& gray) {
    const double size = look_.patch().size();
    const auto found = step_quad(last_, gray, quad_, look_.patch(), shown_);
    last_ = gray;
    QuadStep result;
    if (!found) {
        result.quad = std::get<Quad>(moved(quad_, velocity_.x, velocity_.y));
        result.variance = 8 * (0.12 * size) * (0.12 * size);
        velocity_ = {velocity_.x * 0.8, velocity_.y * 0.8};
    } else {
        result = *found;
        const Point was = bounding_box(quad_).centre();
        const Point is = bounding_box(result.quad).centre();
        velocity_ = {is.x - was.x, is.y - was.y};
        // Drift that no step's own numbers show, more where few points held together.
        const double drift = (result.quality < 0.12 ? poor_drift : 0.0003) * size;
        result.variance = result.variance / std::max(0.03, result.quality) + 8 * drift * drift;
    }
    quad_ = result.quad;
    const bool was_alike = is_alike_;
    see();
    // What from one frame to the next no longer looks like the object may be something else that is followed.
    if (was_alike && !is_alike_) result.variance += 8 * (poor_drift * size) * (poor_drift * size);
    return result;
}

Result<QuadChain> run_quad_chain(QuadFrames& frames, const QuadSpan& span, const QuadLook& look, ChainStart start) {
    QuadChain chain;
    std::optional<QuadFollower> follower;
    for (std::size_t i = 0; i <= span.steps; ++i) {
        auto gray = frames.gray(span.first + (start == ChainStart::Left ? i : span.steps - i));
        if (!gray) return gray.error();
        QuadStep at{start == ChainStart::Left ? span.from : span.to, 0, 1};
        if (!follower)
            follower.emplace(look, *gray, at.quad);
        else
            at = follower->step(*gray);
        chain.quads.push_back(at.quad);
        chain.variance.push_back(at.variance);
        chain.quality.push_back(at.quality);
    }
    return chain;
}

}  // namespace inbetween
