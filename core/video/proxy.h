#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>

#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/video/picture.h"

namespace inbetween {

struct ProxyOptions {
    std::uint64_t limit_bytes = std::uint64_t{4} << 30;      ///< of the file
    std::uint64_t keep_free_bytes = std::uint64_t{1} << 30;  ///< on the disk
    int quality = 5;                                         ///< 2 (best) to 31
};

/// How often the sides of a video's frames are halved for its proxy: once, but not at all where they are small, and
/// more often where half of them is still larger than 1080p.
int proxy_halvings(Size decoded_size);

/// What the proxy of a video will hardly exceed.
std::uint64_t likely_proxy_bytes(Size decoded_size, std::int64_t frames);

/// Half-size pictures of the frames 0, 1, 2 and so on of a video, in a file, that are decoded in about a millisecond
/// and look like the frames themselves. Can be read while it grows.
/// thread: any for reading; one at a time for append() and finish().
class Proxy {
public:
    /// Begins a new proxy; what is unfinished there is thrown away.   errors: another program writes it; the file
    /// cannot be made.
    static Result<std::shared_ptr<Proxy>> create(const std::filesystem::path& path, const ProxyOptions& options = {});
    /// Begins one in a file without a name, gone with this object.   errors: the file cannot be made.
    static Result<std::shared_ptr<Proxy>> temporary(const ProxyOptions& options = {});
    /// Goes on with one that was not finished, because its program was ended: reads it once to see how far it is sound.
    /// errors: none there, or another program writes it; cancelled.
    static Result<std::shared_ptr<Proxy>> resume(const std::filesystem::path& path, const ProxyOptions& options,
                                                 const std::stop_token& stop);
    /// Opens a finished one.   errors: none there, or a damaged one, which is removed.
    static Result<std::shared_ptr<Proxy>> open(const std::filesystem::path& path);

    ~Proxy();
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;

    /// Frames that are there: those before this number.
    std::int64_t frames() const;
    bool has(FrameIndex n) const { return n.value >= 0 && n.value < frames(); }
    /// Frame n, small.   errors: not there; damaged.
    Result<PicturePtr> frame(FrameIndex n) const;
    std::uint64_t size_bytes() const;

    /// Adds frame n. Nothing happens for a frame that is there already.   returns: false when the proxy has come to its
    /// end before frame n: at its limit, on a full disk, at a frame of another size or that cannot be converted, after
    /// finish(), or because a frame before n is missing.
    bool append(FrameIndex n, const Picture& picture);
    /// Whether append() would add a frame.
    bool growing() const;
    /// Makes the proxy one that open() opens, with as many frames as are there.   errors: full disk.
    Result<Done> finish();
    bool finished() const;

private:
    struct State;
    explicit Proxy(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace inbetween
