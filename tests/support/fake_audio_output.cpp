#include "tests/support/fake_audio_output.h"

#include <utility>

namespace inbetween::test {

class FakeAudioDevice::Output final : public AudioOutput {
public:
    Output(FakeAudioDevice& device, Fill fill) : device_(device) {
        std::lock_guard lock(device_.mutex_);
        device_.fill_ = std::move(fill);
        ++device_.opened_;
    }
    ~Output() override {
        std::lock_guard lock(device_.mutex_);
        device_.fill_ = {};
        device_.running_ = false;
    }
    int rate() const override { return device_.rate_; }
    void start() override { run(true); }
    void stop() override { run(false); }

private:
    void run(bool running) {
        std::lock_guard lock(device_.mutex_);
        device_.running_ = running;
    }

    FakeAudioDevice& device_;
};

OpenAudioOutput FakeAudioDevice::opener() {
    return [this](int, AudioOutput::Fill fill) -> Result<std::unique_ptr<AudioOutput>> {
        return std::unique_ptr<AudioOutput>(std::make_unique<Output>(*this, std::move(fill)));
    };
}

std::vector<float> FakeAudioDevice::pull(std::size_t pairs) {
    std::vector<float> samples(pairs * 2);
    std::lock_guard lock(mutex_);
    if (running_ && fill_) fill_(samples, latency_secs_);
    return samples;
}

int FakeAudioDevice::opened() const {
    std::lock_guard lock(mutex_);
    return opened_;
}

bool FakeAudioDevice::is_running() const {
    std::lock_guard lock(mutex_);
    return running_;
}

OpenAudioOutput no_audio_device() {
    return [](int, const AudioOutput::Fill&) -> Result<std::unique_ptr<AudioOutput>> {
        return fail("no sound: there is no device");
    };
}

}  // namespace inbetween::test
