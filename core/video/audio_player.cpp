#include "core/video/audio_player.h"

#include <array>
#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "core/video/audio_queue.h"

namespace inbetween {

struct AudioPlayer::State {
    explicit State(Options stated) : options(std::move(stated)) {}

    void run(const std::stop_token& stop);
    Result<Done> play(const std::stop_token& stop);
    void read_ahead(AudioSource& source, const std::stop_token& stop);
    void fail_with(std::string message);

    const Options options;
    AudioQueue queue;
    mutable std::mutex mutex;
    std::optional<AudioInfo> info;       // guarded by mutex
    std::optional<std::string> problem;  // guarded by mutex
    bool wanted = false;                 // the owner's: sound was asked for
    std::jthread thread;                 // last: ends before what it uses
};

void AudioPlayer::State::run(const std::stop_token& stop) {
    try {
        auto played = play(stop);
        if (!played && !stop.stop_requested()) fail_with(played.error().message);
    } catch (const std::exception& e) {
        fail_with(e.what());
    }
    queue.give_up();
}

void AudioPlayer::State::fail_with(std::string message) {
    {
        std::lock_guard lock(mutex);
        problem = std::move(message);
    }
    if (options.wake) options.wake();
}

Result<Done> AudioPlayer::State::play(const std::stop_token& stop) {
    auto source = AudioSource::open(options.file, stop);
    if (!source) return source.error();
    if (*source == nullptr) return Done{};
    {
        std::lock_guard lock(mutex);
        info = (*source)->info();
    }
    if (options.wake) options.wake();
    if (!queue.wait_until_playing(stop)) return Done{};
    auto output = options.open_output((*source)->info().rate, [this](std::span<float> samples, double latency_secs) {
        queue.fill(samples, options.clock(), latency_secs);
    });
    if (!output) return output.error();
    (*source)->set_output((*output)->rate(), options.origin_secs);
    queue.set_rate((*output)->rate());
    while (queue.wait_until_playing(stop) && !stop.stop_requested()) {
        (*output)->start();
        read_ahead(**source, stop);
        (*output)->stop();
    }
    return Done{};
}

void AudioPlayer::State::read_ahead(AudioSource& source, const std::stop_token& stop) {
    std::array<float, 2048> samples{};
    while (const auto want = queue.wait_for_want(stop)) {
        if (stop.stop_requested()) return;
        source.seek(want->first);
        const std::size_t most = std::min(want->pairs, samples.size() / 2);
        const std::size_t pairs = source.read(std::span(samples).first(most * 2));
        queue.push(*want, std::span(samples).first(pairs * 2));
    }
}

AudioPlayer::AudioPlayer(Options options) : state_(std::make_unique<State>(std::move(options))) {
    state_->thread = std::jthread([state = state_.get()](const std::stop_token& stop) { state->run(stop); });
}

AudioPlayer::~AudioPlayer() = default;

std::optional<AudioInfo> AudioPlayer::info() const {
    std::lock_guard lock(state_->mutex);
    return state_->info;
}

void AudioPlayer::start(double at_secs) {
    state_->wanted = true;
    state_->queue.start(at_secs, state_->options.clock());
}

void AudioPlayer::stop() { state_->queue.stop(); }

void AudioPlayer::set_gain(double gain) { state_->queue.set_gain(gain); }

double AudioPlayer::position() const { return state_->queue.position(state_->options.clock()); }

bool AudioPlayer::is_heard() const { return state_->queue.is_heard(); }

std::optional<std::string> AudioPlayer::take_problem() {
    if (!state_->wanted) return std::nullopt;
    std::lock_guard lock(state_->mutex);
    return std::exchange(state_->problem, std::nullopt);
}

void AudioPlayer::wait_until_ready() const { state_->queue.wait_until_full(); }

}  // namespace inbetween
