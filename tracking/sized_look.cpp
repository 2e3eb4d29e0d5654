#include "tracking/sized_look.h"

#include <cmath>

namespace inbetween {

SizedLooks sized_looks(const cv::Mat& bgr, const Box& box) {
    SizedLooks looks;
    for (std::size_t k = 0; k < look_sizes; ++k)
        looks.emplace_back(bgr, box, std::exp(log_look_size(static_cast<double>(k))));
    return looks;
}

SizedLooks joined_looks(const SizedLooks& looks, const std::vector<std::shared_ptr<const SizedLooks>>& others) {
    SizedLooks joined;
    for (std::size_t k = 0; k < looks.size(); ++k) {
        std::vector<const LookFilter*> same_size;
        for (const auto& other : others) same_size.push_back(&(*other)[k]);
        joined.push_back(looks[k].joined_with(same_size));
    }
    return joined;
}

std::size_t bytes_of(const SizedLooks& looks) {
    std::size_t bytes = 0;
    for (const LookFilter& each : looks) bytes += each.bytes();
    return bytes;
}

}  // namespace inbetween
