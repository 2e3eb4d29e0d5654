#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/timebase.h"

namespace inbetween {

/// The time stamp of a frame of a Norpix sequence, as it stands there.
struct SeqStamp {
    std::uint32_t seconds = 0;
    std::uint16_t milliseconds = 0;
    std::uint16_t microseconds = 0;  ///< or anything, in files of writers that do not know of it
};

/// When the frames of a sequence are shown.
struct SeqTimes {
    std::vector<Pts> times;  ///< never falling
    Timebase timebase;
    std::string note;  ///< what was wrong with the stamps; empty where nothing was
};

/// Turns stamps, none where one is missing, into times. Stamps that go backward or leap are put between their
/// neighbours; where there are none to go by, frames follow each other at `fps`, or at 25 a second where that is none.
SeqTimes times_of(const std::vector<std::optional<SeqStamp>>& stamps, double fps);

}  // namespace inbetween
