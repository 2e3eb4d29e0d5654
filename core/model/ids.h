#pragma once

#include <cstdint>

namespace inbetween {

// Numbers of things in one project, unique among those that are there. Zero is none.
enum class MediaId : std::int64_t {};
enum class LabelId : std::int64_t {};
enum class AttributeId : std::int64_t {};
enum class TrackId : std::int64_t {};
enum class SegmentId : std::int64_t {};

/// The number itself, for storing and showing.
template <class Id>
constexpr std::int64_t number(Id id) {
    return static_cast<std::int64_t>(id);
}

/// Tells whether the id names something.
template <class Id>
constexpr bool is_set(Id id) {
    return number(id) != 0;
}

}  // namespace inbetween
