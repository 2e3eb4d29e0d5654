#include "core/video/hardware.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/video/cursor.h"
#include "core/video/frame_shaper.h"
#include "core/video/hardware_device.h"

extern "C" {
#include <libavutil/hwcontext.h>
}

namespace inbetween {

namespace {

/// Owns a reference to a device of libav.
struct Unref {
    void operator()(AVBufferRef* buffer) const { av_buffer_unref(&buffer); }
};
using BufferPtr = std::unique_ptr<AVBufferRef, Unref>;

/// The format of frames that a decoder leaves on devices of this kind; none when it cannot use them.
AVPixelFormat device_format(const AVCodec& codec, AVHWDeviceType type) {
    for (int i = 0;; ++i) {
        const AVCodecHWConfig* config = avcodec_get_hw_config(&codec, i);
        if (config == nullptr) return AV_PIX_FMT_NONE;
        const bool by_device = (config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0;
        if (by_device && config->device_type == type) return config->pix_fmt;
    }
}

/// Chosen by libav's decoder once it knows the stream. Where the device's format is not offered, the first one is,
/// which fetch() refuses.
AVPixelFormat choose_format(AVCodecContext* codec, const AVPixelFormat* offered) {
    const auto& device = *reinterpret_cast<const AVHWDeviceContext*>(codec->hw_device_ctx->data);
    const AVPixelFormat wanted = device_format(*codec->codec, device.type);
    for (const AVPixelFormat* format = offered; *format != AV_PIX_FMT_NONE; ++format)
        if (*format == wanted) return wanted;
    return avcodec_default_get_format(codec, offered);
}

/// VAAPI or NVDEC by FFmpeg's own decoders, which find the frames and their order as they do in software; the device
/// makes the samples.
class LibavDevice final : public HardwareDevice {
public:
    LibavDevice(std::string name, AVHWDeviceType type, BufferPtr device)
        : name_(std::move(name)), type_(type), device_(std::move(device)) {}

    const std::string& name() const override { return name_; }

    const AVCodec* find_decoder(AVCodecID id) const override {
        void* place = nullptr;
        while (const AVCodec* codec = av_codec_iterate(&place)) {
            const bool own = av_codec_is_decoder(codec) != 0 && codec->wrapper_name == nullptr;
            if (own && codec->id == id && device_format(*codec, type_) != AV_PIX_FMT_NONE) return codec;
        }
        return nullptr;
    }

    void prepare(AVCodecContext& codec) const override {
        codec.hw_device_ctx = av_buffer_ref(device_.get());
        IB_CHECK(codec.hw_device_ctx != nullptr);
        codec.get_format = choose_format;
    }

    Result<ff::FramePtr> fetch(ff::FramePtr frame, const AVCodecContext& codec) const override {
        if (frame->hw_frames_ctx == nullptr) return fail("{}: the device does not decode this kind of stream", name_);
        ff::FramePtr fetched = ff::make_frame();
        const int status = av_hwframe_transfer_data(fetched.get(), frame.get(), 0);
        if (status < 0) return fail("{}: a frame cannot be read: {}", name_, ff::error_text(status));
        if (av_frame_copy_props(fetched.get(), frame.get()) < 0) return fail("{}: out of memory", name_);
        return to_planar(std::move(fetched), codec.sw_pix_fmt);
    }

private:
    std::string name_;
    AVHWDeviceType type_;
    BufferPtr device_;
};

HardwareMaker maker_of(std::string name) {
    const auto open = [name]() -> Result<std::shared_ptr<HardwareDevice>> {
        ff::keep_quiet();
        const AVHWDeviceType type = av_hwdevice_find_type_by_name(name.c_str());
        if (type == AV_HWDEVICE_TYPE_NONE) return fail("{}: this FFmpeg does not know it", name);
        AVBufferRef* device = nullptr;
        const int status = av_hwdevice_ctx_create(&device, type, nullptr, nullptr, 0);
        if (status < 0) return fail("{}: there is no such device, or no driver for it", name);
        return std::shared_ptr<HardwareDevice>(std::make_shared<LibavDevice>(name, type, BufferPtr(device)));
    };
    return {std::move(name), open};
}

/// Whether two formats differ in the meaning of their samples alone: yuvj420p is yuv420p in full range.
bool same_layout(const AVPixFmtDescriptor& a, const AVPixFmtDescriptor& b) {
    if (a.nb_components != b.nb_components || a.log2_chroma_w != b.log2_chroma_w || a.log2_chroma_h != b.log2_chroma_h)
        return false;
    return std::equal(a.comp, a.comp + a.nb_components, b.comp, [](const auto& one, const auto& other) {
        return one.plane == other.plane && one.step == other.step && one.offset == other.offset &&
               one.shift == other.shift && one.depth == other.depth;
    });
}

bool can_be_planed(const AVPixFmtDescriptor& half, const AVPixFmtDescriptor& wanted) {
    constexpr std::uint64_t odd = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM |
                                  AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_FLOAT;
    if (((half.flags | wanted.flags) & odd) != 0 || half.nb_components != wanted.nb_components) return false;
    if (half.log2_chroma_w != wanted.log2_chroma_w || half.log2_chroma_h != wanted.log2_chroma_h) return false;
    for (int i = 0; i < half.nb_components; ++i) {
        const bool wide = half.comp[i].depth + half.comp[i].shift > 8;
        if (half.comp[i].depth < wanted.comp[i].depth || wide != (wanted.comp[i].depth > 8)) return false;
    }
    return true;
}

/// One component from its place among others to a plane of its own. Bits that `wanted` has no room for are left out: a
/// device that has something there is told by the hash of its frames.
template <class Sample>
void copy_component(const AVFrame& from, AVFrame& to, const AVComponentDescriptor& half,
                    const AVComponentDescriptor& wanted, Size size) {
    const int shift = half.shift + half.depth - wanted.depth;
    const auto step = static_cast<std::size_t>(half.step) / sizeof(Sample);
    for (int y = 0; y < size.height; ++y) {
        const auto* source = reinterpret_cast<const Sample*>(
            from.data[half.plane] + std::ptrdiff_t{from.linesize[half.plane]} * y + half.offset);
        auto* target = reinterpret_cast<Sample*>(to.data[wanted.plane] + std::ptrdiff_t{to.linesize[wanted.plane]} * y);
        for (std::size_t x = 0; x < static_cast<std::size_t>(size.width); ++x)
            target[x] = static_cast<Sample>(source[x * step] >> shift);
    }
}

}  // namespace

std::vector<HardwareMaker> hardware_for(std::string_view wish) {
    IB_CHECK(std::ranges::find(hardware_wishes, wish) != hardware_wishes.end());
    if (wish == "off") return {};
    if (wish == "auto") return {maker_of("cuda"), maker_of("vaapi")};
    return {maker_of(std::string(wish))};
}

Result<ff::FramePtr> to_planar(ff::FramePtr half, AVPixelFormat wanted) {
    const AVPixFmtDescriptor* from = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(half->format));
    const AVPixFmtDescriptor* to = av_pix_fmt_desc_get(wanted);
    if (from == nullptr || to == nullptr) return fail("a frame of a format that is not known");
    if (same_layout(*from, *to)) {
        half->format = wanted;
        return half;
    }
    if (!can_be_planed(*from, *to)) return fail("{} is not {} in other planes", from->name, to->name);
    ff::FramePtr planar = ff::make_frame();
    planar->width = half->width;
    planar->height = half->height;
    planar->format = wanted;
    if (av_frame_get_buffer(planar.get(), 0) < 0 || av_frame_copy_props(planar.get(), half.get()) < 0)
        return fail("out of memory for a frame of {}x{}", half->width, half->height);
    for (int i = 0; i < from->nb_components; ++i) {
        const bool chroma = i == 1 || i == 2;
        const Size size{chroma ? AV_CEIL_RSHIFT(half->width, from->log2_chroma_w) : half->width,
                        chroma ? AV_CEIL_RSHIFT(half->height, from->log2_chroma_h) : half->height};
        const auto copy = to->comp[i].depth > 8 ? copy_component<std::uint16_t> : copy_component<std::uint8_t>;
        copy(*half, *planar, from->comp[i], to->comp[i], size);
    }
    return planar;
}

Result<Done> check_device(const std::filesystem::path& path, const std::shared_ptr<HardwareDevice>& device,
                          const std::stop_token& stop) {
    constexpr int least_frames = 48;
    constexpr int most_frames = 300;
    auto plain = Cursor::open(path, 1, stop);
    if (!plain) return plain.error();
    auto fast = Cursor::open(path, 1, stop);
    if (!fast) return fast.error();
    if (auto begun = fast->decode_on(device, 1); !begun) return begun;
    for (int n = 0; n < most_frames; ++n) {
        if (stop.stop_requested()) return cancelled();
        const ff::FramePtr expected = plain->next();
        const ff::FramePtr came = fast->next();
        if (fast->device_problem()) return fail("{}", *fast->device_problem());
        if (fast->errors() > 0) return fail("{}: it reports errors at frame {}", device->name(), n);
        if (!expected && !came) break;
        if (!expected || !came || expected->format != came->format || expected->width != came->width ||
            expected->height != came->height || hash64(*expected) != hash64(*came))
            return fail("{}: its frame {} is not that of software", device->name(), n);
        if (n >= least_frames && expected->key_frame != 0) break;
    }
    return Done{};
}

}  // namespace inbetween
