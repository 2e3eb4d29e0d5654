#include "tracking/span_images.h"

#include <algorithm>
#include <cmath>

#include "tracking/guard.h"
#include "tracking/solve_cache.h"

namespace inbetween {
namespace {

constexpr double full_picture_px = 1024;  // pictures up to this long are taken as they are
constexpr double full_object_px = 96;     // an object is never scaled under this size

}  // namespace

SpanImages::SpanImages(FrameSource& source, const SolveControl& control, std::int64_t reads)
    : control_(&control), reads_(std::max<std::int64_t>(1, reads)) {
    if (control.cache == nullptr) own_ = std::make_unique<ImageCache>(source);
    cache_ = control.cache != nullptr ? control.cache : own_.get();
}

Result<SpanImages> SpanImages::open(FrameSource& source, const SolveControl& control, FrameIndex first,
                                    double object_size, std::int64_t reads) {
    use_one_opencv_thread();
    SpanImages images(source, control, reads);
    const Size full = source.info().upright_size();
    const double longer = std::max({1, full.width, full.height});
    // By halves, so that objects of about one size share pictures, and what is known of the camera.
    double wanted = 1;
    while (longer * wanted > full_picture_px && object_size * wanted / 2 >= full_object_px) wanted /= 2;
    if (wanted < 1) {
        images.limit_ = {static_cast<int>(std::ceil(full.width * wanted)),
                         static_cast<int>(std::ceil(full.height * wanted))};
    }
    auto frame = images.frame(first);
    if (!frame) return frame.error();
    images.size_ = {frame->bgr.cols, frame->bgr.rows};
    if (wanted < 1) {
        images.scale_ = {static_cast<double>(images.size_.width) / full.width,
                         static_cast<double>(images.size_.height) / full.height};
    }
    return images;
}

Result<FrameImages> SpanImages::frame(FrameIndex n) {
    auto images = glance(n);
    if (images) count_read();
    return images;
}

SolveCacheState* SpanImages::known() const { return control_->known == nullptr ? nullptr : &control_->known->state(); }

Result<FrameImages> SpanImages::glance(FrameIndex n) { return cache_->frame(n, limit_, control_->stop); }

void SpanImages::count_read() {
    done_ = std::min(reads_, done_ + 1);
    if (control_->progress) control_->progress(static_cast<double>(done_) / static_cast<double>(reads_));
}

Box SpanImages::image_from_picture(const Box& box) const {
    return {box.x * scale_.x, box.y * scale_.y, box.w * scale_.x, box.h * scale_.y};
}

Box SpanImages::picture_from_image(const Box& box) const {
    return {box.x / scale_.x, box.y / scale_.y, box.w / scale_.x, box.h / scale_.y};
}

Quad SpanImages::image_from_picture(const Quad& quad) const {
    Quad scaled = quad;
    for (Point& corner : scaled.corners) corner = {corner.x * scale_.x, corner.y * scale_.y};
    return scaled;
}

Quad SpanImages::picture_from_image(const Quad& quad) const {
    Quad scaled = quad;
    for (Point& corner : scaled.corners) corner = {corner.x / scale_.x, corner.y / scale_.y};
    return scaled;
}

}  // namespace inbetween
