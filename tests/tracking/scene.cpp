#include "tests/tracking/scene.h"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/video/ff.h"
#include "tests/support/support.h"

namespace inbetween::test {

PaintedSource::PaintedSource(Size size, std::int64_t frames, std::function<cv::Mat(std::int64_t)> paint)
    : paint_(std::move(paint)) {
    info_.path = "painted";
    info_.frames = frames;
    info_.decoded_size = size;
    info_.exactness = Exactness::Proved;
}

Result<PicturePtr> PaintedSource::frame(FrameIndex n) {
    if (on_frame) on_frame(n);
    if (n < FrameIndex{0} || n.value >= info_.frames) return fail("painted: there is no frame {}", n.value);
    if (n >= damaged_from) return fail("painted: frame {} is damaged", n.value);
    ++stats_.frames;
    const cv::Mat image = paint_(n.value);
    const ff::FramePtr frame = ff::make_frame();
    frame->width = image.cols;
    frame->height = image.rows;
    frame->format = AV_PIX_FMT_BGR24;
    IB_CHECK(av_frame_get_buffer(frame.get(), 0) == 0);
    image.copyTo(
        cv::Mat(image.rows, image.cols, CV_8UC3, frame->data[0], static_cast<std::size_t>(frame->linesize[0])));
    return PicturePtr(std::make_shared<const Picture>(*frame, Orientation{}, 1.0));
}

cv::Mat texture(cv::Size size, int seed, const cv::Scalar& colour, double contrast) {
    cv::RNG random(static_cast<std::uint64_t>(seed));
    cv::Mat noise(size, CV_32FC3);
    random.fill(noise, cv::RNG::NORMAL, 0, 1);
    cv::GaussianBlur(noise, noise, {}, 3.5);
    cv::Mat image = noise * (contrast * 12.4);
    image += colour;
    image.convertTo(image, CV_8UC3);
    return image;
}

namespace {

constexpr Size picture{320, 240};

cv::Mat ground() { return texture({picture.width, picture.height}, 3, {90, 130, 80}, 28); }

/// Lays a texture over the ground where the quad is.
cv::Mat laid(const cv::Mat& ground, const cv::Mat& look, const Quad& quad) {
    std::vector<cv::Point2f> from{{-0.5F, -0.5F},
                                  {static_cast<float>(look.cols) - 0.5F, -0.5F},
                                  {static_cast<float>(look.cols) - 0.5F, static_cast<float>(look.rows) - 0.5F},
                                  {-0.5F, static_cast<float>(look.rows) - 0.5F}};
    std::vector<cv::Point2f> to;
    for (const Point& corner : quad.corners)
        to.emplace_back(static_cast<float>(corner.x - 0.5), static_cast<float>(corner.y - 0.5));
    const cv::Mat map = cv::getPerspectiveTransform(from, to);
    cv::Mat image = ground.clone();
    cv::Mat warped;
    cv::Mat mask;
    cv::warpPerspective(look, warped, map, ground.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::warpPerspective(cv::Mat(look.size(), CV_8U, cv::Scalar(255)), mask, map, ground.size());
    warped.copyTo(image, mask > 127);
    return image;
}

}  // namespace

Box square_at(std::int64_t frame) {
    const auto t = static_cast<double>(frame);
    return {50 + 3 * t, 95 + 25 * std::sin(t / 3.5), 44, 44};
}

PaintedSource sliding_square(std::int64_t frames) {
    const cv::Mat back = ground();
    const cv::Mat look = texture({44, 44}, 7, {60, 60, 190}, 35);
    return {picture, frames, [=](std::int64_t n) { return laid(back, look, quad_of(square_at(n))); }};
}

Quad card_at(std::int64_t frame) {
    const auto t = static_cast<double>(frame);
    const double turn = 0.03 * t;
    const double tilt = 0.7 * std::sin(t / 11);
    const double far = 500;
    Quad quad;
    const double corners[4][2] = {{-60, -40}, {60, -40}, {60, 40}, {-60, 40}};
    for (std::size_t i = 0; i < 4; ++i) {
        const double x = corners[i][0] * std::cos(turn) - corners[i][1] * std::sin(turn);
        const double y = corners[i][0] * std::sin(turn) + corners[i][1] * std::cos(turn);
        const double depth = far + x * std::sin(tilt);
        quad.corners[i] = {150 + 1.5 * t + x * std::cos(tilt) * far / depth,
                           120 + 20 * std::sin(t / 7) + y * far / depth};
    }
    return quad;
}

PaintedSource turning_card(std::int64_t frames) {
    const cv::Mat back = ground();
    const cv::Mat look = texture({120, 80}, 11, {150, 120, 120}, 40);
    return {picture, frames, [=](std::int64_t n) { return laid(back, look, card_at(n)); }};
}

Track track_of(const std::vector<std::int64_t>& frames, const std::function<Shape(std::int64_t)>& shape_at) {
    Track track;
    track.id = TrackId{1};
    track.kind = kind_of(shape_at(frames.front()));
    for (const std::int64_t n : frames) track.set_keyframe({.frame = FrameIndex{n}, .shape = on_grid(shape_at(n))});
    return track;
}

void write_images(PaintedSource& source, const std::filesystem::path& folder) {
    for (std::int64_t n = 0; n < source.info().frames; ++n) {
        const auto picture_n = source.frame(FrameIndex{n});
        ASSERT_TRUE(picture_n.has_value());
        const auto image = upright_image(**picture_n, ImageChannels::Bgr);
        ASSERT_TRUE(image.has_value());
        const auto png = encode_png(*image);
        ASSERT_TRUE(png.has_value());
        write_text(folder / fmt::format("{:05}.png", n), *png);
    }
}

}  // namespace inbetween::test
