#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

#include "core/base/result.h"
#include "core/video/ff.h"
#include "core/video/hardware.h"

// For core/video's own source files, and for tests that stand in for a device.
namespace inbetween {

/// What a Decoder needs of a device.
/// thread: any; several decoders use one at a time.
class HardwareDevice {
public:
    virtual ~HardwareDevice() = default;

    /// FFmpeg's name for the kind of device.
    virtual const std::string& name() const = 0;
    /// The decoder that can use it; null where there is none for the codec.
    virtual const AVCodec* find_decoder(AVCodecID codec) const = 0;
    /// Has a decoder that is not open yet use the device.
    virtual void prepare(AVCodecContext& codec) const = 0;
    /// A frame that the decoder put out, brought into memory in the format that software decodes to.
    /// errors: the device does not decode this stream; it cannot be read.
    virtual Result<ff::FramePtr> fetch(ff::FramePtr frame, const AVCodecContext& codec) const = 0;
};

/// The same picture with a plane for each component, as software puts it out.   `half`: luma, and both chroma
/// components in one plane, of as many bits or with its bits at the top of 16. errors: formats that are no such pair;
/// out of memory.
Result<ff::FramePtr> to_planar(ff::FramePtr half, AVPixelFormat wanted);

/// Decodes the beginning of a file twice, on the device and in software, up to a sync frame after some dozens of
/// frames. errors: one sentence on why the device is not to be used for this file; cancelled.
Result<Done> check_device(const std::filesystem::path& path, const std::shared_ptr<HardwareDevice>& device,
                          const std::stop_token& stop);

}  // namespace inbetween
