#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/base/timebase.h"
#include "core/video/frame_table.h"
#include "core/video/hardware.h"
#include "core/video/picture.h"

namespace inbetween {

/// Whether frame numbers are proved to be those of a plain decode, or only taken from time stamps.
enum class Exactness { Proved, Provisional };

/// What is known of a video or a folder of images once it is open.
struct VideoInfo {
    std::filesystem::path path;
    std::int64_t frames = 0;
    Size decoded_size;         ///< as the decoder puts it out
    Orientation orientation;   ///< what turns it upright
    int rotation_degrees = 0;  ///< clockwise turn by the file's metadata, 0..359
    double pixel_aspect = 1;   ///< of upright pixels, width over height
    Timebase timebase;
    std::string codec;  ///< FFmpeg's name of the codec, as ffprobe says it; "images" for a folder
    std::string container;
    PixelFormat format;
    /// Proved once the whole video has been decoded, by this program now or earlier: every frame's hash is known then.
    Exactness exactness = Exactness::Provisional;
    std::vector<std::string> reasons;  ///< why it is provisional; empty when proved
    std::vector<std::string> notes;    ///< what is damaged and was got round, a sentence each, without the file's name
    /// Nothing in the file speaks against the numbers; where they are provisional they are only not proved yet, and go
    /// by sound time stamps.
    bool sound = false;
    std::string decoder = "software";  ///< what decodes the frames asked for: that, or a device by FFmpeg's name
    std::string decoder_note;          ///< why no device does though one was asked for; else empty

    /// The size annotations refer to.
    Size upright_size() const { return inbetween::upright_size(decoded_size, orientation); }
};

/// Work done, for tests and benchmarks.
struct DecodeStats {
    std::int64_t seeks = 0;
    std::int64_t flushes = 0;
    std::int64_t packets = 0;  ///< packets given to the decoder
    std::int64_t frames = 0;   ///< frames that came out
};

/// Sees each frame that is decoded on the way to the one asked for; returns false to have that request end as
/// cancelled, with the decoder left where it stands.
using FrameWatch = std::function<bool(FrameIndex frame, const PicturePtr& picture)>;

class FrameCache;
struct OpenOptions;

/// Sees frame after frame of a proof, from frame 0 on; where decoding had to begin again it sees them again. Returns
/// false to have the proof end as cancelled; a later one goes on from there.
using ProofWatch = std::function<bool(FrameIndex frame, const PicturePtr& picture)>;

/// What a FrameSource has to do with a cache that several share.
enum class CacheRole {
    Keeper,  ///< empties it when the numbers of frames change
    Helper   ///< puts frames there as long as its numbers are the keeper's
};

/// Exact random access to the frames of a video or a folder of numbered images.
/// thread: one at a time; each thread opens its own.
class FrameSource {
public:
    virtual ~FrameSource() = default;

    virtual const VideoInfo& info() const = 0;
    /// The n-th frame of a plain decode.   errors: past the end, damaged data, unreadable file.
    virtual Result<PicturePtr> frame(FrameIndex n) = 0;
    /// When frame n is shown, in info().timebase.   requires: 0 <= n < info().frames.
    virtual Pts pts(FrameIndex n) const = 0;
    virtual DecodeStats stats() const = 0;
    /// The same frame, with the frames from `keep_from` on kept in the cache; those before it may be left out, which is
    /// faster.   requires: keep_from <= n.
    virtual Result<PicturePtr> frame(FrameIndex n, FrameIndex keep_from);
    /// The first frame of those that are decoded on the way to frame n; n itself where every frame stands alone.
    virtual FrameIndex decode_start(FrameIndex n) const;

    /// Decodes the whole video once where info() says provisional, after which it says proved, and the number of frames
    /// is exact. Nothing to do for a source that is proved.   errors: cancelled, unreadable file.
    virtual Result<Done> prove(const std::stop_token& stop, const std::function<void(double share)>& progress,
                               const ProofWatch& watch);
    Result<Done> prove(const std::stop_token& stop, const std::function<void(double share)>& progress) {
        return prove(stop, progress, {});
    }
    /// The proof, where info() says proved and there is more to it than the file's own order; else null.
    virtual std::shared_ptr<const FrameTable> table() const;
    /// Takes over what another decode of the same file has proved.
    virtual void adopt(const FrameTable& table);
    /// Opens further sources of the same video that know what this one knows now, without indexing it again.
    /// thread: the function may be called from any.
    using Opener = std::function<Result<std::unique_ptr<FrameSource>>(const OpenOptions& options)>;
    virtual Opener opener() const;
    /// States who sees the frames decoded on the way; nobody by default. A source need not have such frames.
    virtual void set_watch(FrameWatch watch);
    /// Has the source keep its frames in this cache, shared with others. A source without a cache takes none.
    /// returns: whether the source fills it.
    virtual bool use_cache(std::shared_ptr<FrameCache> cache, CacheRole role);
};

struct OpenOptions {
    std::size_t cache_bytes = std::size_t{256} << 20;  ///< decoded frames kept by the source
    int threads = 0;                                   ///< of the decoder; 0: one a core, at most 4
    /// How much may be decoded at open to prove the frame numbers: luma pixels, about 2.5 ns each. A longer video stays
    /// provisional until prove().
    std::int64_t proof_pixels = 800'000'000;
    /// What an earlier decode of this very file has proved; taken over instead of proving again.
    std::shared_ptr<const FrameTable> table;
    /// Devices to try for decoding, best first; none by default. The first whose frames equal those of software in the
    /// beginning of this file decodes what is sought. A proof is always made in software.
    std::vector<HardwareMaker> hardware;
    std::stop_token stop;                        ///< looked at while the file is indexed
    std::function<void(double share)> progress;  ///< share of the file indexed, 0..1
    std::function<void(PicturePtr)>
        first_picture;  ///< given frame 0 as soon as it is decoded, before the rest is indexed
};

/// Opens a video file or a folder of numbered images and indexes it.
/// errors: missing, empty, unreadable, not a video, no video stream, no frames; a playlist or other file that would
/// open further files.
Result<std::unique_ptr<FrameSource>> open_frame_source(const std::filesystem::path& path,
                                                       const OpenOptions& options = {});

/// Seconds from the first frame to frame n, by pts.
double seconds_at(const FrameSource& source, FrameIndex n);

/// The frame on screen `seconds` after the first frame: the last one that starts no later, clamped to the video.
FrameIndex frame_at_seconds(const FrameSource& source, double seconds);

}  // namespace inbetween
