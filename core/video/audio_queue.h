#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace inbetween {

/// Samples on their way from a reader to a device, and the clock that both make.
/// What is heard and when is a line: position = now + a constant. It begins as the owner says; once samples are heard
/// it leans towards the device, which may run faster or slower than the system's clock. Where the device has no
/// samples, or asks for none, the line goes on, and sound joins in again where the line is by then. So the picture that
/// follows position() never waits and never jumps. A pair is a left and a right sample. thread: any; nothing is held
/// longer than a copy of some thousand samples.
class AudioQueue {
public:
    /// What the reader is to bring next.
    struct Want {
        std::uint64_t turn = 0;  ///< to be given back with the samples; those of an earlier turn are dropped
        std::int64_t first = 0;  ///< pair of the line
        std::size_t pairs = 0;   ///< at most
    };

    // --- the owner's side ---
    /// Sounds from a place of the line on, which is heard now.   units: seconds.
    void start(double at_secs, double now);
    /// Fades out.
    void stop();
    /// How loud: 0 silent, 1 as recorded.
    void set_gain(double gain);
    /// What is heard now.   units: seconds.
    double position(double now) const;
    /// Whether samples are being heard.
    bool is_heard() const;

    // --- the reader's side ---
    /// States how many pairs a second the device plays; before that nothing is wanted.
    void set_rate(int rate);
    /// Waits until the owner has it sound.   returns: false when asked to stop before that.
    bool wait_until_playing(const std::stop_token& stop);
    /// Waits until samples are wanted.
    /// returns: nullopt when asked to stop before that, or when nothing has sounded for a while.
    std::optional<Want> wait_for_want(const std::stop_token& stop);
    void push(const Want& want, std::span<const float> samples);
    /// States that there will be no sound; nobody waits any longer.
    void give_up();
    /// Waits until as much lies ready as fits, or there will be no sound. For tests, whose device is as fast as they
    /// are.
    void wait_until_full() const;

    // --- the device's side ---
    /// Fills all of the samples; the first of them is heard at now + latency.
    void fill(std::span<float> out, double now, double latency_secs);

private:
    void restart_ring(double at_secs);
    void drop(std::size_t pairs);
    std::size_t join(double wanted, std::size_t pairs);
    std::size_t copy_out(std::span<float> out);
    std::size_t capacity() const { return ring_.size() / 2; }

    mutable std::mutex mutex_;
    mutable std::condition_variable_any changed_;
    // All below guarded by mutex_.
    bool playing_ = false;
    bool given_up_ = false;
    bool joined_ = false;   // the device plays what the ring holds, without a gap
    int rate_ = 0;          // 0: not known yet
    double line_secs_ = 0;  // position - now
    double start_secs_ = 0;
    float gain_ = 1;
    float gain_now_ = 0;  // on its way to gain_, or to silence
    std::uint64_t turn_ = 0;
    std::vector<float> ring_;
    std::size_t begin_ = 0;   // pair of the ring where it begins
    std::size_t size_ = 0;    // pairs
    std::int64_t first_ = 0;  // pair of the line at begin_
};

}  // namespace inbetween
