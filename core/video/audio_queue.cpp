#include "core/video/audio_queue.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace inbetween {

namespace {

constexpr double ring_secs = 0.5;
// Sound joins in only with as much in store as a reader needs to stay ahead.
constexpr double join_secs = 0.05;
// Nearer than this the line leans towards the device, in so many seconds; farther off, sound is joined anew.
constexpr double lean_secs = 0.15;
constexpr double resync_secs = 0.08;
// So far behind the line a reader does better to jump than to catch up.
constexpr double jump_secs = 0.5;
// From silence to full loudness, so that nothing clicks.
constexpr double fade_secs = 0.005;
// A device is kept running so long after the last sound.
constexpr std::chrono::seconds idle_time{1};

}  // namespace

void AudioQueue::restart_ring(double at_secs) {
    ++turn_;
    begin_ = size_ = 0;
    first_ = std::llround(at_secs * rate_);
    joined_ = false;
}

void AudioQueue::start(double at_secs, double now) {
    {
        std::lock_guard lock(mutex_);
        playing_ = true;
        line_secs_ = at_secs - now;
        start_secs_ = at_secs;
        gain_now_ = 0;
        restart_ring(at_secs);
    }
    changed_.notify_all();
}

void AudioQueue::stop() {
    {
        std::lock_guard lock(mutex_);
        playing_ = false;
        if (!joined_) gain_now_ = 0;
    }
    changed_.notify_all();
}

void AudioQueue::set_gain(double gain) {
    std::lock_guard lock(mutex_);
    gain_ = static_cast<float>(std::clamp(gain, 0.0, 1.0));
}

double AudioQueue::position(double now) const {
    std::lock_guard lock(mutex_);
    return now + line_secs_;
}

bool AudioQueue::is_heard() const {
    std::lock_guard lock(mutex_);
    return playing_ && joined_;
}

void AudioQueue::set_rate(int rate) {
    std::lock_guard lock(mutex_);
    rate_ = rate;
    ring_.assign(static_cast<std::size_t>(ring_secs * rate) * 2, 0);
    restart_ring(start_secs_);
}

bool AudioQueue::wait_until_playing(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, stop, [this] { return playing_; });
}

std::optional<AudioQueue::Want> AudioQueue::wait_for_want(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto is_wanted = [this] { return playing_ && size_ < capacity(); };
    while (!is_wanted()) {
        if (playing_) {
            changed_.wait(lock, stop, [&] { return !playing_ || is_wanted(); });
        } else if (!changed_.wait_for(lock, stop, idle_time, [this] { return playing_; })) {
            return std::nullopt;
        }
        if (stop.stop_requested()) return std::nullopt;
    }
    return Want{turn_, first_ + static_cast<std::int64_t>(size_), capacity() - size_};
}

void AudioQueue::push(const Want& want, std::span<const float> samples) {
    {
        std::lock_guard lock(mutex_);
        if (want.turn != turn_) return;
        const std::size_t pairs = std::min(samples.size() / 2, capacity() - size_);
        const std::size_t end = (begin_ + size_) % capacity();
        const std::size_t before_wrap = std::min(pairs, capacity() - end);
        const auto from = samples.begin();
        std::copy_n(from, before_wrap * 2, ring_.begin() + static_cast<std::ptrdiff_t>(end * 2));
        std::copy_n(from + static_cast<std::ptrdiff_t>(before_wrap * 2), (pairs - before_wrap) * 2, ring_.begin());
        size_ += pairs;
    }
    changed_.notify_all();
}

void AudioQueue::give_up() {
    {
        std::lock_guard lock(mutex_);
        given_up_ = true;
    }
    changed_.notify_all();
}

void AudioQueue::wait_until_full() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return given_up_ || !playing_ || (rate_ > 0 && size_ == capacity()); });
}

void AudioQueue::drop(std::size_t pairs) {
    begin_ = (begin_ + pairs) % capacity();
    size_ -= pairs;
    first_ += static_cast<std::int64_t>(pairs);
}

// Has the ring begin where the line is.   returns: pairs of silence before it; all of them where it cannot join yet.
std::size_t AudioQueue::join(double wanted, std::size_t pairs) {
    joined_ = false;
    const auto behind = std::llround(wanted) - first_;
    if (behind > 0) drop(std::min(size_, static_cast<std::size_t>(behind)));
    const auto still_behind = std::llround(wanted) - first_;
    if (still_behind > static_cast<std::int64_t>(jump_secs * rate_)) restart_ring(wanted / rate_);
    const auto silence = static_cast<std::size_t>(std::max<std::int64_t>(0, first_ - std::llround(wanted)));
    const auto enough = std::min(capacity(), pairs + static_cast<std::size_t>(join_secs * rate_));
    if (still_behind > 0 || silence >= pairs || size_ < enough) return pairs;
    joined_ = true;
    return silence;
}

// Takes samples out of the ring, louder or softer on the way to the gain that is set.   returns: how many pairs.
std::size_t AudioQueue::copy_out(std::span<float> out) {
    const std::size_t pairs = std::min(out.size() / 2, size_);
    const auto step = static_cast<float>(1 / (fade_secs * rate_));
    const float target = playing_ ? gain_ : 0;
    for (std::size_t i = 0; i < pairs; ++i) {
        gain_now_ += std::clamp(target - gain_now_, -step, step);
        const std::size_t at = (begin_ + i) % capacity() * 2;
        out[i * 2] = ring_[at] * gain_now_;
        out[i * 2 + 1] = ring_[at + 1] * gain_now_;
    }
    drop(pairs);
    return pairs;
}

void AudioQueue::fill(std::span<float> out, double now, double latency_secs) {
    std::ranges::fill(out, 0.0F);
    {
        std::lock_guard lock(mutex_);
        const std::size_t pairs = out.size() / 2;
        if (rate_ == 0 || pairs == 0 || (!playing_ && !joined_)) return;
        const double wanted = (now + line_secs_ + latency_secs) * rate_;
        const double ahead_secs = (static_cast<double>(first_) - wanted) / rate_;
        std::size_t at = 0;
        if (!joined_ || std::abs(ahead_secs) > resync_secs) {
            if (playing_) at = join(wanted, pairs);
            if (!playing_) joined_ = false;
        } else {
            const double share = 1 - std::exp(-static_cast<double>(pairs) / rate_ / lean_secs);
            line_secs_ += ahead_secs * share;
        }
        if (joined_) {
            const std::size_t copied = copy_out(out.subspan(at * 2));
            // It ran dry, or has faded out.
            if (copied < pairs - at || (!playing_ && gain_now_ == 0)) joined_ = false;
        }
    }
    changed_.notify_all();
}

}  // namespace inbetween
