#include "tracking/image_cache.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "tracking/guard.h"

namespace inbetween {
namespace {

constexpr std::size_t small_px = 640 * 480;  // of such a frame all is gray sooner than each chain's parts
constexpr int seen_beyond_px = 16;           // of a part: optical flow's window is 15 px wide

std::size_t bytes_of(const cv::Mat& image) { return image.total() * image.elemSize(); }
std::size_t bytes_of(const FrameImages& images) { return bytes_of(images.bgr) + bytes_of(images.small_gray); }

cv::Mat gray_of(const cv::Mat& bgr) {
    cv::Mat gray;
    cv::cvtColor(bgr, gray, cv::COLOR_BGR2GRAY);
    return gray;
}

}  // namespace

cv::Mat FrameImages::gray() const { return small_gray.empty() ? gray_of(bgr) : small_gray; }

cv::Mat FrameImages::gray(const cv::Rect& part) const {
    if (!small_gray.empty()) return small_gray(part);
    const cv::Point corner(std::max(0, part.x - seen_beyond_px), std::max(0, part.y - seen_beyond_px));
    const cv::Point end(std::min(bgr.cols, part.br().x + seen_beyond_px),
                        std::min(bgr.rows, part.br().y + seen_beyond_px));
    return gray_of(bgr(cv::Rect(corner, end)))(part - corner);
}

ImageCache::ImageCache(FrameSource& source, std::size_t budget_bytes) : source_(source), budget_(budget_bytes) {}

Result<FrameImages> ImageCache::load(FrameIndex n, Size limit) {
    auto picture = source_.frame(n);
    if (!picture) return picture.error();
    return guarded<FrameImages>("frame", [&]() -> Result<FrameImages> {
        const Size size = upright_image_size(**picture, limit);
        FrameImages images{cv::Mat(size.height, size.width, CV_8UC3)};
        auto written = write_upright_image(**picture, ImageChannels::Bgr, limit, images.bgr.data);
        if (!written) return written.error();
        if (images.bgr.total() <= small_px) images.small_gray = gray_of(images.bgr);
        return images;
    });
}

void ImageCache::make_room(std::size_t wanted) {
    while (!entries_.empty() && bytes_ + wanted > budget_) {
        const auto oldest = std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
            return a.second.used < b.second.used;
        });
        bytes_ -= bytes_of(oldest->second.images);
        entries_.erase(oldest);
    }
}

Result<FrameImages> ImageCache::frame(FrameIndex n, Size limit, const std::stop_token& stop) {
    if (stop.stop_requested()) return cancelled();
    const auto found = entries_.find(n.value);
    const bool backward = n < last_;
    last_ = n;
    if (found != entries_.end() && found->second.limit == limit) {
        found->second.used = ++clock_;
        return found->second.images;
    }
    // A run takes at most a third of the budget, so that what the caller still holds near by is not pushed out.
    const std::size_t each = std::max<std::size_t>(1, entries_.empty() ? budget_ : bytes_ / entries_.size());
    const auto run = static_cast<std::int64_t>(std::clamp<std::size_t>(budget_ / 3 / each, 1, 24));
    FrameIndex at = backward ? std::max(FrameIndex{0}, n - (run - 1)) : n;
    Result<FrameImages> images = cancelled();
    for (; at <= n; ++at) {
        if (stop.stop_requested()) return cancelled();
        const auto held = entries_.find(at.value);
        if (at < n && held != entries_.end() && held->second.limit == limit) {
            held->second.used = ++clock_;
            continue;
        }
        images = load(at, limit);
        if (!images) {
            if (at < n) continue;
            return images;
        }
        if (held != entries_.end()) {
            bytes_ -= bytes_of(held->second.images);
            entries_.erase(held);
        }
        make_room(bytes_of(*images));
        bytes_ += bytes_of(*images);
        entries_[at.value] = {*images, limit, ++clock_};
    }
    return images;
}

}  // namespace inbetween
