#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <vector>

#include "app/cli/seek/pixels.h"
#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/video/plain_decode.h"

namespace inbetween::seek {

/// What a plain decode of a video gave, frame by frame: enough to tell of any picture whether it is frame n.
class Reference {
public:
    /// Decodes the file plainly, on every core, to its end or as far as the first `most` frames.
    /// errors: those of plain_decode; a video without frames; cancelled, when `progress` returns false.
    static Result<Reference> decode(const std::filesystem::path& path,
                                    const std::function<bool(std::int64_t frames)>& progress,
                                    std::int64_t most = std::numeric_limits<std::int64_t>::max());

    void add(const PlainFrame& frame);

    std::int64_t frames() const { return static_cast<std::int64_t>(frames_.size()); }
    /// Whether frames past these may be frames of the video, too.
    bool ends_early() const { return ends_early_; }
    /// The frames that decoding may begin with, rising.
    const std::vector<FrameIndex>& sync_frames() const { return sync_frames_; }
    /// When frame n is shown, as the container counts.   units: seconds.
    double seconds(FrameIndex n) const { return at(n).seconds; }
    /// Frames a second, over the whole.
    double frame_rate() const;

    /// Whether the samples, or samples with this hash, are those of frame n.
    bool is_frame(FrameIndex n, const Pixels& pixels) const { return is_frame(n, hash_of(pixels)); }
    bool is_frame(FrameIndex n, std::uint64_t hash) const;
    /// Whether of all frames none looks more like the picture than frame n does: for pictures that were scaled,
    /// compressed or turned into another colour space.
    bool looks_like(FrameIndex n, const Pixels& pixels) const { return looks_like(n, signature_of(pixels)); }
    bool looks_like(FrameIndex n, const Signature& signature) const;

private:
    struct Entry {
        std::uint64_t hash = 0;
        double seconds = 0;
        Signature signature;
    };
    const Entry& at(FrameIndex n) const { return frames_[static_cast<std::size_t>(n.value)]; }

    std::vector<Entry> frames_;
    std::vector<FrameIndex> sync_frames_;
    bool ends_early_ = false;
};

}  // namespace inbetween::seek
