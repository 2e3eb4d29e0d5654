#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "core/video/audio_output.h"

namespace inbetween::test {

/// A sound device whose samples a test takes, as fast as it likes. Lives longer than who plays on it.
class FakeAudioDevice {
public:
    FakeAudioDevice(int rate, double latency_secs) : rate_(rate), latency_secs_(latency_secs) {}

    /// To be given to an AudioPlayer.
    OpenAudioOutput opener();
    /// Takes the next pairs, which are heard after the device's latency; silence while nobody plays.
    std::vector<float> pull(std::size_t pairs);
    int rate() const { return rate_; }
    double latency_secs() const { return latency_secs_; }
    /// How often it was opened.
    int opened() const;
    bool is_running() const;

private:
    class Output;

    const int rate_;
    const double latency_secs_;
    mutable std::mutex mutex_;
    AudioOutput::Fill fill_;  // guarded by mutex_
    bool running_ = false;    // guarded by mutex_
    int opened_ = 0;          // guarded by mutex_
};

/// Has no sound device to offer.
OpenAudioOutput no_audio_device();

}  // namespace inbetween::test
