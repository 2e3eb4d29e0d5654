#include "tracking/quad_look.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace inbetween {
namespace {

constexpr int most_halvings = 4;
constexpr double smoothing_px = 0.7;
constexpr double light_reach = 0.2;   // of the patch: what varies more slowly than that may be light
constexpr double enough_texture = 8;  // gray levels: what has as much without what varies slowly can do without it

/// How often the frame is halved so that a sample of the grid stands for about a pixel.
int halvings_for(const Quad& quad, const QuadPatch& patch, const PatchGrid& grid) {
    const double px_per_sample = size_of(quad) / patch.size() * std::sqrt(grid.step_x * grid.step_y);
    return std::clamp(static_cast<int>(std::lround(std::log2(std::max(px_per_sample, 1e-3)) - 0.2)), 0, most_halvings);
}

/// Fills one row by bilinear interpolation; returns how many samples lie inside.
int sample_row(const cv::Mat& from, const cv::Matx33d& at, int row, float* pixels, float* inside, int width) {
    double x = at(0, 1) * row + at(0, 2);
    double y = at(1, 1) * row + at(1, 2);
    double w = at(2, 1) * row + at(2, 2);
    const double right = from.cols - 1;
    const double bottom = from.rows - 1;
    int count = 0;
    for (int i = 0; i < width; ++i, x += at(0, 0), y += at(1, 0), w += at(2, 0)) {
        const double u = x / w;
        const double v = y / w;
        // Written so that a NaN, or what lies behind the horizon, is outside.
        const bool in = w > 0 && u >= 0 && v >= 0 && u <= right && v <= bottom;
        inside[i] = in ? 1.0F : 0.0F;
        count += in ? 1 : 0;
        const double px = in ? u : std::clamp(std::isfinite(u) ? u : 0, 0.0, right);
        const double py = in ? v : std::clamp(std::isfinite(v) ? v : 0, 0.0, bottom);
        const int iu = std::min(static_cast<int>(px), std::max(0, from.cols - 2));
        const int iv = std::min(static_cast<int>(py), std::max(0, from.rows - 2));
        const auto fu = static_cast<float>(px - iu);
        const auto fv = static_cast<float>(py - iv);
        const int next = from.cols > 1 ? 1 : 0;
        const unsigned char* upper = from.ptr<unsigned char>(iv) + iu;
        const unsigned char* lower = from.ptr<unsigned char>(std::min(iv + 1, from.rows - 1)) + iu;
        const float top = static_cast<float>(upper[0]) + fu * static_cast<float>(upper[next] - upper[0]);
        const float low = static_cast<float>(lower[0]) + fu * static_cast<float>(lower[next] - lower[0]);
        pixels[i] = top + fv * (low - top);
    }
    return count;
}

/// The levels less their mean around each place.
cv::Mat without_light(const cv::Mat& pixels) {
    constexpr int coarse = 4;
    const double reach = std::sqrt(static_cast<double>(pixels.total())) * light_reach / coarse;
    cv::Mat light;
    cv::resize(pixels, light, {std::max(2, pixels.cols / coarse), std::max(2, pixels.rows / coarse)}, 0, 0,
               cv::INTER_AREA);
    cv::GaussianBlur(light, light, {}, std::max(0.5, reach));
    cv::resize(light, light, pixels.size());
    return pixels - light;
}

}  // namespace

GrayRegion::GrayRegion(const cv::Mat& gray, const Quad& around) {
    const double margin = 16 + 0.4 * size_of(around);
    const Box box = bounding_box(around);
    const auto within = [](double v, int end) {
        return std::isfinite(v) ? static_cast<int>(std::clamp(v, 0.0, static_cast<double>(end))) : 0;
    };
    const cv::Point last(within(std::ceil(box.right() + margin), gray.cols),
                         within(std::ceil(box.bottom() + margin), gray.rows));
    origin_ = {within(std::floor(box.x - margin), gray.cols), within(std::floor(box.y - margin), gray.rows)};
    levels_.push_back(gray(cv::Rect(origin_, last)));
}

const cv::Mat& GrayRegion::level(int halvings) {
    while (!levels_.front().empty() && static_cast<int>(levels_.size()) <= halvings) {
        cv::Mat half;
        cv::pyrDown(levels_.back(), half);
        levels_.push_back(half);
    }
    return levels_.front().empty() ? levels_.front() : levels_[static_cast<std::size_t>(halvings)];
}

PatchGrid::PatchGrid(const QuadPatch& patch, LookSize size) {
    constexpr std::array<double, 3> scales{0.25, 0.5, 1.0};
    const double scale = scales[static_cast<std::size_t>(size)];
    width = std::max(10, static_cast<int>(std::lround(patch.width() * scale)));
    height = std::max(10, static_cast<int>(std::lround(patch.height() * scale)));
    step_x = patch.width() / width;
    step_y = patch.height() / height;
}

Rectified rectify(GrayRegion& frame, const Quad& quad, const QuadPatch& patch, const PatchGrid& grid, cv::Size margin) {
    const int width = grid.width + 2 * margin.width;
    const int height = grid.height + 2 * margin.height;
    Rectified seen{cv::Mat::zeros(height, width, CV_32F), cv::Mat::zeros(height, width, CV_32F), 0};
    const int halvings = halvings_for(quad, patch, grid);
    const cv::Mat& from = frame.level(halvings);
    const auto frame_from_patch = homography_between(patch.corners(), quad);
    if (from.empty() || !frame_from_patch) return seen;
    const double shrink = std::ldexp(1.0, -halvings);
    const cv::Matx33d level_from_frame(shrink, 0, -frame.origin().x * shrink, 0, shrink, -frame.origin().y * shrink, 0,
                                       0, 1);
    const cv::Matx33d skip(1, 0, -margin.width, 0, 1, -margin.height, 0, 0, 1);
    const cv::Matx33d at = level_from_frame * *frame_from_patch * grid.patch_from_grid() * skip;
    int inside = 0;
    for (int row = 0; row < height; ++row)
        inside += sample_row(from, at, row, seen.pixels.ptr<float>(row), seen.inside.ptr<float>(row), width);
    seen.visible = static_cast<double>(inside) / (static_cast<double>(width) * height);
    cv::GaussianBlur(seen.pixels, seen.pixels, {5, 5}, smoothing_px);
    return seen;
}

void slopes(const cv::Mat& pixels, cv::Mat& dx, cv::Mat& dy) {
    cv::Scharr(pixels, dx, CV_32F, 1, 0, 1.0 / 32);
    cv::Scharr(pixels, dy, CV_32F, 0, 1, 1.0 / 32);
}

Rectified QuadLook::see(GrayRegion& frame, const Quad& quad, const PatchGrid& grid, Light light) const {
    Rectified seen = rectify(frame, quad, patch_, grid);
    if (light == Light::Evened) seen.pixels = without_light(seen.pixels);
    return seen;
}

void QuadLook::keep_only(const cv::Mat& shown) {
    for (auto& levels : levels_) {
        for (Level& level : levels) {
            cv::Mat kept;
            cv::resize(shown, kept, level.seen.inside.size(), 0, 0, cv::INTER_AREA);
            cv::Mat inside = level.seen.inside.clone();  // another look may share it
            inside.setTo(0, kept < 250);
            level.seen.inside = inside;
        }
    }
    kept_ = cv::mean(level(LookSize::Full).seen.inside)[0];
}

QuadLook::QuadLook(const cv::Mat& gray, const Quad& quad, const QuadPatch& patch) : patch_(patch) {
    GrayRegion region(gray, quad);
    for (const Light light : {Light::AsSeen, Light::Evened}) {
        for (const LookSize size : {LookSize::Quarter, LookSize::Half, LookSize::Full}) {
            const PatchGrid grid(patch, size);
            Level level{grid, see(region, quad, grid, light), {}, {}};
            slopes(level.seen.pixels, level.dx, level.dy);
            levels_[static_cast<std::size_t>(light)].push_back(level);
        }
    }
    kept_ = cv::mean(level(LookSize::Full).seen.inside)[0];
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(level(LookSize::Full, Light::Evened).seen.pixels, mean, deviation);
    can_even_light_ = deviation[0] >= enough_texture;
}

}  // namespace inbetween
