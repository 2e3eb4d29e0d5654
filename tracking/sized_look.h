#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "tracking/look_filter.h"

namespace inbetween {

/// Sizes that an object is looked for in: the one it is expected to have in the middle, and one on each side.
inline constexpr std::size_t look_sizes = 3;
inline constexpr std::size_t expected_look_size = look_sizes / 2;
/// By how much a size differs from the next, as a logarithm: half of it off, a box still overlaps by 0.86.
inline constexpr double look_size_step = 0.15;

/// A size beside the expected one, as a logarithm; `at` may lie between two sizes.
constexpr double log_look_size(double at) { return (at - static_cast<double>(expected_look_size)) * look_size_step; }

/// What a keyframe shows, as filters that find it smaller, as large as expected and larger: [0] the smallest.
using SizedLooks = std::vector<LookFilter>;

/// Learns from a frame in which the object is at `box`.
SizedLooks sized_looks(const cv::Mat& bgr, const Box& box);

/// Each size's filter joined with those of other keyframes.   requires: one other.
SizedLooks joined_looks(const SizedLooks& looks, const std::vector<std::shared_ptr<const SizedLooks>>& others);

/// Bytes that the filters of every size take.
std::size_t bytes_of(const SizedLooks& looks);

}  // namespace inbetween
