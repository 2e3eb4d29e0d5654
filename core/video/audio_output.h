#pragma once

#include <functional>
#include <memory>
#include <span>

#include "core/base/result.h"

namespace inbetween {

/// Where sound is heard: a device that asks for samples as it plays them.
/// thread: one at a time, which may be another than the device's own.
class AudioOutput {
public:
    /// Fills all of the samples, pairs of left and right, at once. The first of them is heard in so many seconds.
    /// thread: the device's own.
    using Fill = std::function<void(std::span<float> samples, double latency_secs)>;

    AudioOutput() = default;
    /// Asks for no more samples afterwards.
    virtual ~AudioOutput() = default;
    AudioOutput(const AudioOutput&) = delete;
    AudioOutput& operator=(const AudioOutput&) = delete;

    /// Pairs a second.
    virtual int rate() const = 0;
    /// Begins to ask for samples, or no longer does. At first it does not.
    virtual void start() = 0;
    virtual void stop() = 0;
};

/// Opens a device that plays so many pairs a second, or nearly; its rate() counts.   errors: there is none, it is busy.
using OpenAudioOutput = std::function<Result<std::unique_ptr<AudioOutput>>(int rate, AudioOutput::Fill fill)>;

}  // namespace inbetween
