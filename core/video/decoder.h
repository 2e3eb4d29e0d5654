#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/video/ff.h"
#include "core/video/hardware.h"

namespace inbetween {

/// Turns packets into frames exactly as the ffmpeg program does, errors and all. Frames do not depend on the number of
/// threads while damaged() is empty: several threads are used only for codecs of which that holds.
/// thread: one at a time.
class Decoder {
public:
    /// What came of asking for a frame.
    enum class Got { Frame, NeedsPacket, End };

    /// `device`: what decodes, on one thread; null for the processor.
    /// errors: no decoder for the codec; the decoder does not start.
    static Result<Decoder> open(const std::string& file, const AVStream& stream, int threads,
                                std::shared_ptr<HardwareDevice> device = nullptr);

    /// Gives a packet to the decoder; a packet that it rejects counts as an error and is gone. The frame that comes of
    /// it carries `position` in reordered_opaque.
    void send(const AVPacket& packet, std::int64_t position = 0);
    /// Tells the decoder that no packet follows.
    void drain();
    /// Takes the next frame in output order.
    Got receive(AVFrame& frame);
    /// Forgets everything sent, before packets from another place.
    void flush();

    /// What decodes in place of the processor; null for that.
    const HardwareDevice* device() const { return context_->device.get(); }
    /// Why the device gives no more frames; nothing as long as it does.
    const std::optional<std::string>& device_problem() const { return device_problem_; }
    /// Errors and frames marked as damaged since open().
    int errors() const { return complaints().count(); }
    /// Positions of packets, as given to send(), that the decoder rejected, complained of or put out as damaged since
    /// open() or flush(), none twice. A complaint is in before the frame of its packet comes out.
    std::vector<std::int64_t> damaged() const { return complaints().positions(); }
    /// The codec's name, whichever decoder serves it: "av1", not "libdav1d".
    const char* codec_name() const { return avcodec_get_name(codec().codec_id); }
    /// How many frames the decoder may hold back to put them in order.
    int reorder_depth() const { return codec().has_b_frames; }
    /// Whether packets that no other refers to are left out from now on.
    void skip_nonref(bool skip) { codec().skip_frame = skip ? AVDISCARD_NONREF : AVDISCARD_DEFAULT; }
    /// Whether a packet's mark that nothing refers to it can be believed without looking at what comes out.
    bool marks_nonref_well() const;
    /// Whether every frame stands for itself.
    bool intra_only() const;

private:
    /// A decoder of libav and what its threads write to until they have ended: moved, and destroyed, together.
    struct Context {
        std::shared_ptr<HardwareDevice> device;
        ff::Complaints complaints;
        ff::CodecPtr codec;  // destroyed first
    };

    AVCodecContext& codec() const { return *context_->codec; }
    ff::Complaints& complaints() const { return context_->complaints; }

    bool fetch(AVFrame& frame);

    std::unique_ptr<Context> context_ = std::make_unique<Context>();
    std::optional<std::string> device_problem_;
    bool waiting_ = true;  // for a packet
    bool draining_ = false;
    int errors_while_draining_ = 0;
};

}  // namespace inbetween
