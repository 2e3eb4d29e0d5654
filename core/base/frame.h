#pragma once

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstdint>

namespace inbetween {

/// The number of a frame: 0-based, in presentation order, as a plain decode puts the frames out.
/// Formats that count from 1 convert in their own file only.
struct FrameIndex {
    std::int64_t value = 0;

    constexpr FrameIndex() = default;
    constexpr explicit FrameIndex(std::int64_t v) : value(v) {}
    template <std::floating_point Seconds>
    FrameIndex(Seconds) = delete;  // A time is not a frame; ask the video's pts table.

    friend constexpr auto operator<=>(FrameIndex, FrameIndex) = default;
    constexpr FrameIndex& operator++() {
        ++value;
        return *this;
    }
    constexpr FrameIndex& operator--() {
        --value;
        return *this;
    }
    friend constexpr FrameIndex operator+(FrameIndex f, std::int64_t n) { return FrameIndex{f.value + n}; }
    friend constexpr FrameIndex operator-(FrameIndex f, std::int64_t n) { return FrameIndex{f.value - n}; }
    /// How many frames `b` has to go on to reach `a`.
    friend constexpr std::int64_t operator-(FrameIndex a, FrameIndex b) { return a.value - b.value; }
};

/// The frames from `begin` up to, not including, `end`. Empty when end <= begin.
struct FrameRange {
    FrameIndex begin;
    FrameIndex end;

    friend constexpr bool operator==(const FrameRange&, const FrameRange&) = default;
    constexpr bool empty() const { return end <= begin; }
    constexpr std::int64_t size() const { return empty() ? 0 : end - begin; }
    constexpr bool contains(FrameIndex f) const { return begin <= f && f < end; }
    constexpr FrameRange intersect(const FrameRange& other) const {
        return {std::max(begin, other.begin), std::min(end, other.end)};
    }
};

}  // namespace inbetween
