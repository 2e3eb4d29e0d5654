#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "core/base/result.h"

namespace inbetween {

/// What is known of a file's sound.
struct AudioInfo {
    std::string codec;  ///< FFmpeg's name of the codec, as ffprobe says it
    int rate = 0;       ///< samples a second, as recorded
    int channels = 0;   ///< as recorded

    friend bool operator==(const AudioInfo&, const AudioInfo&) = default;
};

/// The sound of a file's first audio stream as a line of samples that has no beginning and no end: silence lies before
/// the sound begins, in its gaps and after it. A sample's place comes from the file's own time stamps, edit lists
/// applied, so that it is heard with the picture of the same time wherever one begins to listen.
/// A *pair* is a left and a right sample, interleaved; other layouts are mixed down.
/// thread: one at a time.
class AudioSource {
public:
    /// returns: null where the file holds no sound.   errors: those of Demuxer::open; no decoder for the sound.
    static Result<std::unique_ptr<AudioSource>> open(const std::filesystem::path& path,
                                                     const std::stop_token& stop = {});
    ~AudioSource();
    AudioSource(const AudioSource&) = delete;
    AudioSource& operator=(const AudioSource&) = delete;

    const AudioInfo& info() const;
    /// States how many pairs a second read() gives, and which time of the file's clock pair 0 lies at: that of the
    /// first picture. Goes to pair 0. At the start it is the recorded rate, and time 0.   requires: rate > 0.
    void set_output(int rate, double origin_secs);
    /// Goes to a pair, exactly; those before 0 lie before the origin.
    void seek(std::int64_t pair);
    /// The pair that read() gives next.
    std::int64_t position() const;
    /// Gives the next pairs.   returns: how many; fewer than fit, or none, where much had to be read on the way, to let
    /// the caller look whether they are still wanted. Asked again it goes on.
    std::size_t read(std::span<float> out);

private:
    struct State;
    explicit AudioSource(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// What sound a video file holds; nullopt where it holds none, and for a folder of images.   errors: those of open.
Result<std::optional<AudioInfo>> audio_info(const std::filesystem::path& path);

}  // namespace inbetween
