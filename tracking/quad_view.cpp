#include "tracking/quad_view.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tracking/guard.h"
#include "tracking/quad_register.h"

namespace inbetween {
namespace {

Quad at_pixel_centres(const Quad& quad) { return std::get<Quad>(moved(quad, -0.5, -0.5)); }

/// The part of an image around a quad, so that no more than that is worked on, and the quad in it.
struct Part {
    cv::Mat rgba;
    cv::Mat gray;
    Quad quad;
};

Part part_of(Image& image, const Quad& quad) {
    const cv::Mat whole(image.size.height, image.size.width, CV_8UC4, image.pixels.data());
    const double margin = 16 + 0.5 * size_of(quad);
    const Box box = bounding_box(quad);
    const auto within = [](double v, int end) {
        return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(end)));
    };
    const cv::Rect part(
        cv::Point(within(std::floor(box.x - margin), whole.cols), within(std::floor(box.y - margin), whole.rows)),
        cv::Point(within(std::ceil(box.right() + margin), whole.cols),
                  within(std::ceil(box.bottom() + margin), whole.rows)));
    Part result{whole(part), {}, std::get<Quad>(moved(quad, -part.x, -part.y))};
    if (!part.empty()) cv::cvtColor(result.rgba, result.gray, cv::COLOR_RGBA2GRAY);
    return result;
}

Image straightened(const Part& part, Size size) {
    Image image;
    image.size = size;
    image.channels = 4;
    image.pixels.assign(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) * 4, 0);
    cv::Mat to(size.height, size.width, CV_8UC4, image.pixels.data());
    const Quad target =
        at_pixel_centres(quad_of({0, 0, static_cast<double>(size.width), static_cast<double>(size.height)}));
    const auto map = homography_between(target, part.quad);
    if (!map || part.rgba.empty()) return image;
    // Smoothed where it is shrunk, so that it does not alias.
    cv::Mat from = part.rgba;
    const double shrink = size_of(part.quad) / std::sqrt(static_cast<double>(size.width) * size.height);
    if (shrink > 1.3) cv::GaussianBlur(from, from, {}, 0.4 * shrink);
    cv::warpPerspective(from, to, *map, to.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT,
                        cv::Scalar(0, 0, 0, 0));
    return image;
}

}  // namespace

Result<QuadView> view_quad(const Picture& keyframe_picture, const Quad& keyframe, const Picture& picture,
                           const Quad& quad, int longest_px) {
    auto before = upright_image(keyframe_picture, ImageChannels::Rgba);
    if (!before) return before.error();
    auto now = upright_image(picture, ImageChannels::Rgba);
    if (!now) return now.error();
    return guarded<QuadView>("the view of a quadrilateral", [&]() -> Result<QuadView> {
        const QuadPatch patch = QuadPatch::of(keyframe, keyframe);
        const double scale = longest_px / std::max(patch.width(), patch.height());
        const Size size{std::max(1, static_cast<int>(std::lround(patch.width() * scale))),
                        std::max(1, static_cast<int>(std::lround(patch.height() * scale)))};
        const Part there = part_of(*before, at_pixel_centres(keyframe));
        const Part here = part_of(*now, at_pixel_centres(quad));
        QuadView view{straightened(there, size), straightened(here, size)};
        if (there.gray.empty() || here.gray.empty()) return view;
        const QuadLook look(there.gray, there.quad, patch);
        GrayRegion region(here.gray, here.quad);
        const QuadMatch match = match_of(look, region, here.quad);
        view.score = std::clamp(match.score(), 0.0, 1.0);
        view.visible = match.visible;
        view.fits = std::clamp(match.inliers, 0.0, 1.0);
        return view;
    });
}

}  // namespace inbetween
