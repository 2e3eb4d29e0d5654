#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/cli/seek/pixels.h"
#include "core/base/frame.h"
#include "core/base/result.h"

namespace inbetween::seek {

/// Which picture ends the wait for a frame.
enum class Want {
    First,  ///< the first one of that very frame, a proxy too
    Exact   ///< the one whose samples are those of a plain decode
};

/// The picture an engine shows after a request.
struct Shown {
    Pixels pixels;
    bool approximate = false;  ///< a proxy: smaller or compressed, but of the frame asked for
};

/// One way to get at the frames of a video, opened on one file.
/// thread: one.
class Seeker {
public:
    virtual ~Seeker() = default;
    /// Goes to frame n and returns when the picture is there.   errors: the engine's own, or none came.
    virtual Result<Done> show(FrameIndex n, Want want) = 0;
    /// What came of the last show(). Not part of what is measured.
    virtual Result<Shown> shown() = 0;
};

/// Whether an engine may fetch frames that nobody has asked for yet.
enum class Ahead { Yes, No };

/// An engine that can be measured.
struct Engine {
    std::string id;
    /// Opens a file; the first frame need not be decoded.   errors: the engine's own.
    std::function<Result<std::unique_ptr<Seeker>>(const std::filesystem::path& video, Ahead ahead)> open;
    /// Opens a file as if for the first time, for its first picture alone; `open` serves where this is empty.
    std::function<Result<std::unique_ptr<Seeker>>(const std::filesystem::path& video)> open_anew;
    /// It keeps frames, and works on after it has answered: each chain of requests is played to a new one, as nothing
    /// kept may answer for it, at its pace, and all that the process computes in that time is charged to
    /// it. Others are asked for pieces of each chain.
    bool keeps_frames = false;
    /// It is asked for every frame of a pattern, however long that takes.
    bool in_full = false;
    /// Its first picture of a frame may be a proxy; of others the only picture is the exact one.
    bool approximates = false;
};

}  // namespace inbetween::seek
