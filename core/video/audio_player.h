#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/video/audio_output.h"
#include "core/video/audio_source.h"

namespace inbetween {

/// Lets a file's sound be heard, and tells what is heard at the moment, which the picture follows. A thread of its own
/// opens the file, and the device when sound is first wanted, and reads ahead.
/// thread: the owner's; no call waits for the file or the device.
class AudioPlayer {
public:
    struct Options {
        std::filesystem::path file;
        double origin_secs = 0;         ///< time of the file's clock at which its first picture is shown
        OpenAudioOutput open_output;    ///< called on the player's thread
        std::function<double()> clock;  ///< seconds, monotonic; called from the device's thread too
        std::function<void()> wake;     ///< from any thread: info() or take_problem() have something new
    };
    explicit AudioPlayer(Options options);
    ~AudioPlayer();
    AudioPlayer(const AudioPlayer&) = delete;
    AudioPlayer& operator=(const AudioPlayer&) = delete;

    /// What sound there is; nullopt until that is known, and where there is none.
    std::optional<AudioInfo> info() const;
    /// Sounds from so many seconds after the first picture on.
    void start(double at_secs);
    void stop();
    /// 0 silent, 1 as recorded.
    void set_gain(double gain);
    /// What is heard now, between start() and stop(). Goes on at the clock's pace where there is no sound.
    /// units: seconds from the first picture.
    double position() const;
    /// Whether it is sound that makes the clock.
    bool is_heard() const;
    /// Why nothing will be heard though it was wanted; told once.
    std::optional<std::string> take_problem();
    /// Waits until samples lie ready for the device, or it is known that none will. For tests with a device of their
    /// own.
    void wait_until_ready() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace inbetween
