#include "app/gl/image_pair.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/check.h"

namespace inbetween {

void ImagePair::show(std::shared_ptr<const void> what, const Image& left, const Image& right) {
    if (what == what_) return;
    IB_CHECK(left.channels == 4 && right.channels == 4 && left.size == right.size);
    const std::size_t row = static_cast<std::size_t>(left.size.width) * 4;
    std::vector<std::uint8_t> both(2 * left.pixels.size());
    for (std::size_t y = 0; y < static_cast<std::size_t>(left.size.height); ++y) {
        const auto from = static_cast<std::ptrdiff_t>(y * row);
        const auto to = both.begin() + 2 * from;
        std::copy_n(left.pixels.begin() + from, row, to);
        std::copy_n(right.pixels.begin() + from, row, to + static_cast<std::ptrdiff_t>(row));
    }
    texture_.upload({2 * left.size.width, left.size.height}, TexelFormat::Rgba8, both.data(),
                    static_cast<std::ptrdiff_t>(2 * row));
    what_ = std::move(what);
    ++generation_;
}

}  // namespace inbetween
