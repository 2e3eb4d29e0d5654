#include "tracking/quad_seek.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tracking/guard.h"

namespace inbetween {
namespace {

constexpr double poor_step = 0.25;
constexpr std::size_t long_lost = 2;
constexpr double search_reach = 0.6;  // of the patch's sides

/// How alike a frame has to look to be taken for the object.
struct Likeness {
    double ncc;
    double share;
};
constexpr Likeness after_a_step{0.7, 0.45};
constexpr Likeness by_the_far_look{0.75, 0.5};
constexpr Likeness after_a_search{0.78, 0.5};

bool is_alike(const QuadMatch& match, Likeness least) {
    return match.weighted_ncc >= least.ncc && match.share >= least.share && match.inliers >= 0.3 && match.ncc > 0.15;
}

/// Where the keyframe's look lies best, shifted only, in the frame as seen from `around`.
std::optional<Quad> coarse_search(const QuadLook& look, GrayRegion& frame, const Quad& around) {
    const QuadPatch& patch = look.patch();
    const QuadLook::Level& level =
        look.level(std::min(patch.width(), patch.height()) >= 48 ? LookSize::Quarter : LookSize::Half);
    const cv::Size margin(static_cast<int>(level.grid.width * search_reach) + 2,
                          static_cast<int>(level.grid.height * search_reach) + 2);
    const Rectified seen = rectify(frame, around, patch, level.grid, margin);
    if (seen.visible < 0.2) return std::nullopt;
    cv::Mat likeness;
    cv::matchTemplate(seen.pixels, level.seen.pixels, likeness, cv::TM_CCOEFF_NORMED);
    double best = 0;
    cv::Point at;
    cv::minMaxLoc(likeness, nullptr, &best, nullptr, &at);
    const auto image_from_patch = homography_between(patch.corners(), around);
    if (!(best >= 0.5) || !image_from_patch) return std::nullopt;
    const double dx = (at.x - margin.width) * level.grid.step_x;
    const double dy = (at.y - margin.height) * level.grid.step_y;
    const Quad found = apply(*image_from_patch, std::get<Quad>(moved(patch.corners(), dx, dy)));
    return is_convex(found) ? std::optional(found) : std::nullopt;
}

/// Of all eight corner coordinates together.   units: patch pixels squared.
double variance_of(const QuadMatch& match) {
    const Matrix8 information = match.information + Matrix8::eye() * 1e-3;
    return cv::trace(information.inv(cv::DECOMP_CHOLESKY)) / std::clamp(2 * match.share, 0.1, 1.0) + 8 * 0.0144;
}

/// The samples that fit, without specks.
QuadMask mask_of(const QuadMatch& match) {
    QuadMask mask;
    if (match.score() <= 0.5) return mask;
    cv::medianBlur(match.fits, mask, 5);
    cv::erode(mask, mask, cv::Mat::ones(3, 3, CV_8U));
    return mask;
}

class Seeker {
public:
    Seeker(const QuadLooks& looks, const QuadHole& hole, const Quad& quad, std::size_t last)
        : looks_(looks), hole_(hole), patch_(looks.patch()), quad_(quad), last_(last) {}

    void begin(const cv::Mat& gray) { before_ = gray; }

    QuadFind step(std::size_t t, const cv::Mat& gray) {
        const Quad was = quad_;
        const double quality = predict(gray);
        before_ = gray;
        const Quad& expected = hole_.expected[t - hole_.left];
        QuadFind find{quad_, look_around(t, gray, quality, expected), false};
        if (find.match) {
            const double unsure = variance_of(*find.match);
            if (unsure < variance_) {
                quad_ = find.match->quad;
                variance_ = unsure;
            }
            find.quad = quad_;
            mask_ = mask_of(*find.match);
            unfound_ = 0;
        } else {
            mask_.release();
            ++unfound_;
            unbroken_ = false;
        }
        find.unbroken = unbroken_;
        const Point a = bounding_box(was).centre();
        const Point b = bounding_box(quad_).centre();
        velocity_ =
            quality > 0 || find.match ? Point{b.x - a.x, b.y - a.y} : Point{velocity_.x * 0.8, velocity_.y * 0.8};
        return find;
    }

private:
    /// Moves the quad on by optical flow; returns how well that went.
    double predict(const cv::Mat& gray) {
        const double size = patch_.size();
        const auto step = step_quad(before_, gray, quad_, patch_, mask_);
        if (!step || !is_sane(step->quad)) {
            quad_ = std::get<Quad>(moved(quad_, velocity_.x, velocity_.y));
            variance_ += 8 * (0.12 * size) * (0.12 * size);
            return 0;
        }
        quad_ = step->quad;
        const double drift = (step->quality < 0.12 ? 0.03 : 0.0003) * size;
        variance_ += step->variance / std::max(0.03, step->quality) + 8 * drift * drift;
        return step->quality;
    }

    std::optional<QuadMatch> look_around(std::size_t t, const cv::Mat& gray, double quality, const Quad& expected) {
        GrayRegion region(gray, quad_);
        const std::size_t near = 2 * t < last_ ? 0 : 1;
        const double reach =
            std::max(0.12 * patch_.size(), 4 * std::sqrt(variance_ / 4)) * size_of(quad_) / patch_.size();
        for (const std::size_t side : {near, 1 - near}) {
            auto match = register_quad(looks_.sides[side], region, quad_);
            const Likeness least = side == near ? after_a_step : by_the_far_look;
            if (match && is_alike(*match, least) && is_sane(match->quad) &&
                (corner_gap(match->quad, quad_) < reach || match->score() > 0.75))
                return match;
        }
        if (quality >= poor_step && unfound_ < long_lost) return std::nullopt;
        std::optional<QuadMatch> best;
        for (const Quad& around : {quad_, expected}) {
            GrayRegion wide(gray, grown(around));
            for (const QuadLook& look : looks_.sides) {
                const auto start = guarded_or(std::optional<Quad>(), [&] { return coarse_search(look, wide, around); });
                if (!start) continue;
                auto match = register_quad(look, wide, *start, {LookSize::Quarter, 2});
                if (match && is_alike(*match, after_a_search) && is_sane(match->quad) &&
                    (!best || match->score() > best->score()))
                    best = std::move(match);
            }
        }
        return best;
    }

    /// Large enough to search in.
    static Quad grown(const Quad& quad) {
        const Point middle = bounding_box(quad).centre();
        Quad grown = quad;
        for (Point& corner : grown.corners)
            corner = {middle.x + 2.4 * (corner.x - middle.x), middle.y + 2.4 * (corner.y - middle.y)};
        return grown;
    }

    /// Whether it could be the object that both ends of the hole show.
    bool is_sane(const Quad& quad) const {
        if (!is_convex(quad)) return false;
        const double a = size_of(hole_.expected.front());
        const double b = size_of(hole_.expected.back());
        const double size = size_of(quad);
        if (size < 0.35 * std::min(a, b) || size > 2.8 * std::max(a, b)) return false;
        const Point middle = bounding_box(quad).centre();
        return middle.x > -size && middle.y > -size && middle.x < before_.cols + size && middle.y < before_.rows + size;
    }

    const QuadLooks& looks_;
    const QuadHole& hole_;
    const QuadPatch& patch_;
    Quad quad_;
    std::size_t last_;
    cv::Mat before_;
    QuadMask mask_;
    Point velocity_;
    double variance_ = 0;
    std::size_t unfound_ = 0;
    bool unbroken_ = true;
};

}  // namespace

Result<std::vector<QuadFind>> seek(QuadFrames& frames, const QuadLooks& looks, const QuadHole& hole, ChainStart start) {
    const bool forward = start == ChainStart::Left;
    const std::size_t steps = hole.right - hole.left;
    Seeker seeker(looks, hole, forward ? hole.expected.front() : hole.expected.back(), frames.steps());
    std::vector<QuadFind> finds(steps - 1);
    auto first = frames.gray(forward ? hole.left : hole.right);
    if (!first) return first.error();
    seeker.begin(*first);
    for (std::size_t i = 1; i < steps; ++i) {
        const std::size_t t = forward ? hole.left + i : hole.right - i;
        auto gray = frames.gray(t);
        if (!gray) return gray.error();
        finds[t - hole.left - 1] = seeker.step(t, *gray);
    }
    return finds;
}

}  // namespace inbetween
