#pragma once

#include <cstdint>

namespace inbetween {

/// A presentation time stamp in ticks of a Timebase. Exact; compared and stored as it is.
using Pts = std::int64_t;

/// The length of one tick in seconds, as an exact fraction.   requires: num > 0, den > 0.
struct Timebase {
    std::int32_t num = 1;
    std::int32_t den = 1;

    friend constexpr bool operator==(const Timebase&, const Timebase&) = default;
    /// For display, and for formats that state seconds; never to find a frame.   units: seconds.
    constexpr double seconds(Pts pts) const { return static_cast<double>(pts) * num / den; }
};

}  // namespace inbetween
