#include "core/video/pixel_format.h"

#include <string_view>

#include "core/base/check.h"
#include "core/video/ff.h"

namespace inbetween {
namespace {

bool has(const AVPixFmtDescriptor& descriptor, std::uint64_t flag) { return (descriptor.flags & flag) != 0; }

// Samples that do not lie at whole bytes, one like the other, in the order of this machine (little-endian).
bool is_irregular(const AVPixFmtDescriptor& descriptor) {
    const std::string_view name = descriptor.name;
    // XYZ has no flag of its own; libav's description of the other one cannot say where its luma lies.
    if (name.starts_with("xyz") || name.starts_with("uyyvyy")) return true;
    return has(descriptor, AV_PIX_FMT_FLAG_PAL) || has(descriptor, AV_PIX_FMT_FLAG_BITSTREAM) ||
           has(descriptor, AV_PIX_FMT_FLAG_FLOAT) || has(descriptor, AV_PIX_FMT_FLAG_BAYER) ||
           has(descriptor, AV_PIX_FMT_FLAG_HWACCEL) || has(descriptor, AV_PIX_FMT_FLAG_BE);
}

void describe_samples(const AVPixFmtDescriptor& descriptor, const AVFrame& frame, PixelFormat& format) {
    format.components = 0;
    if (is_irregular(descriptor)) return;
    const int count = descriptor.nb_components < 3 ? 1 : 3;
    const AVComponentDescriptor& first = descriptor.comp[0];
    const int bytes = first.depth + first.shift > 8 ? 2 : 1;
    for (int i = 0; i < count; ++i) {
        const AVComponentDescriptor& component = descriptor.comp[i];
        if (component.depth != first.depth || component.shift != first.shift || component.depth < 8 ||
            component.depth + component.shift > 16 || component.step % bytes != 0 || component.offset % bytes != 0 ||
            frame.data[component.plane] == nullptr) {
            return;
        }
        format.samples[static_cast<std::size_t>(i)] = {component.plane, component.offset, component.step};
    }
    format.low_bits = first.shift;
    format.components = count;
}

// Whether each component lies in a plane of its own, one sample after the other, in its low bits.
bool has_plain_planes(const PixelFormat& format) {
    if (format.components == 0 || format.model == ColourModel::Rgb || format.low_bits != 0) return false;
    for (int i = 0; i < format.components; ++i) {
        const SampleLayout plain{i, 0, format.bytes_per_sample()};
        if (format.samples[static_cast<std::size_t>(i)] != plain) return false;
    }
    return true;
}

ColourMatrix unstated_matrix(const AVFrame& frame) {
    // High definition was made for BT.709, what is smaller for BT.601.
    return frame.width >= 1280 || frame.height > 576 ? ColourMatrix::Bt709 : ColourMatrix::Bt601;
}

Primaries primaries_of(const AVFrame& frame) {
    switch (frame.color_primaries) {
        case AVCOL_PRI_BT2020:
            return Primaries::Bt2020;
        case AVCOL_PRI_SMPTE431:
        case AVCOL_PRI_SMPTE432:
            return Primaries::P3;
        case AVCOL_PRI_UNSPECIFIED: {
            // What is bright or told apart by BT.2020 has its colours too.
            const bool wide = frame.colorspace == AVCOL_SPC_BT2020_NCL || frame.colorspace == AVCOL_SPC_BT2020_CL ||
                              frame.colorspace == AVCOL_SPC_ICTCP || frame.color_trc == AVCOL_TRC_SMPTE2084 ||
                              frame.color_trc == AVCOL_TRC_ARIB_STD_B67;
            return wide ? Primaries::Bt2020 : Primaries::Bt709;
        }
        default:
            return Primaries::Bt709;
    }
}

ColourMatrix matrix_of_primaries(const AVFrame& frame) {
    switch (primaries_of(frame)) {
        case Primaries::Bt2020:
            return frame.colorspace == AVCOL_SPC_CHROMA_DERIVED_CL ? ColourMatrix::Bt2020Cl : ColourMatrix::Bt2020;
        case Primaries::P3:
            return ColourMatrix::DisplayP3;
        case Primaries::Bt709:
            break;
    }
    return ColourMatrix::Bt709;
}

ColourMatrix matrix_of(const AVFrame& frame) {
    switch (frame.colorspace) {
        case AVCOL_SPC_BT709:
            return ColourMatrix::Bt709;
        case AVCOL_SPC_BT470BG:
        case AVCOL_SPC_SMPTE170M:
            return ColourMatrix::Bt601;
        case AVCOL_SPC_SMPTE240M:
            return ColourMatrix::Smpte240m;
        case AVCOL_SPC_FCC:
            return ColourMatrix::Fcc;
        case AVCOL_SPC_BT2020_NCL:
            return ColourMatrix::Bt2020;
        case AVCOL_SPC_BT2020_CL:
            return ColourMatrix::Bt2020Cl;
        case AVCOL_SPC_YCGCO:
            return ColourMatrix::YCgCo;
        case AVCOL_SPC_ICTCP:
            return ColourMatrix::ICtCp;
        case AVCOL_SPC_RGB:
            return ColourMatrix::GreenBlueRed;
        case AVCOL_SPC_CHROMA_DERIVED_NCL:
        case AVCOL_SPC_CHROMA_DERIVED_CL:
            return matrix_of_primaries(frame);
        default:
            return unstated_matrix(frame);
    }
}

Transfer transfer_of(const AVFrame& frame) {
    switch (frame.color_trc) {
        case AVCOL_TRC_SMPTE2084:
            return Transfer::Pq;
        case AVCOL_TRC_ARIB_STD_B67:
            return Transfer::Hlg;
        case AVCOL_TRC_LINEAR:
            return Transfer::Linear;
        default:
            return Transfer::Sdr;
    }
}

bool is_full_range_format(int format) {
    return format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P || format == AV_PIX_FMT_YUVJ444P ||
           format == AV_PIX_FMT_YUVJ440P || format == AV_PIX_FMT_YUVJ411P;
}

ColourRange range_of(const AVFrame& frame, ColourModel model) {
    if (frame.color_range == AVCOL_RANGE_JPEG || is_full_range_format(frame.format)) return ColourRange::Full;
    if (frame.color_range == AVCOL_RANGE_MPEG) return ColourRange::Limited;
    return model == ColourModel::Yuv ? ColourRange::Limited : ColourRange::Full;
}

ChromaSite chroma_site_of(const AVFrame& frame) {
    switch (frame.chroma_location) {
        case AVCHROMA_LOC_LEFT:
            return ChromaSite::Left;
        case AVCHROMA_LOC_CENTER:
            return ChromaSite::Centre;
        case AVCHROMA_LOC_TOPLEFT:
            return ChromaSite::TopLeft;
        case AVCHROMA_LOC_TOP:
            return ChromaSite::Top;
        case AVCHROMA_LOC_BOTTOMLEFT:
            return ChromaSite::BottomLeft;
        case AVCHROMA_LOC_BOTTOM:
            return ChromaSite::Bottom;
        default:
            return is_full_range_format(frame.format) ? ChromaSite::Centre : ChromaSite::Left;
    }
}

// The brightest pixel of the film where it is said, else what the screen it was made on could show; either may be null.
double peak_of(const void* light_level, const void* mastering) {
    if (light_level != nullptr) {
        const auto* light = static_cast<const AVContentLightMetadata*>(light_level);
        if (light->MaxCLL > 0) return light->MaxCLL;
    }
    if (mastering != nullptr) {
        const auto* screen = static_cast<const AVMasteringDisplayMetadata*>(mastering);
        if (screen->has_luminance != 0 && screen->max_luminance.den != 0) return av_q2d(screen->max_luminance);
    }
    return 0;
}

double peak_of(const AVFrame& frame) {
    const auto data = [&frame](AVFrameSideDataType type) -> const void* {
        const AVFrameSideData* side = av_frame_get_side_data(&frame, type);
        return side != nullptr ? side->data : nullptr;
    };
    return peak_of(data(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL), data(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA));
}

std::string_view name_of(ColourMatrix matrix) {
    switch (matrix) {
        case ColourMatrix::Bt601:
            return "BT.601";
        case ColourMatrix::Bt709:
            return "BT.709";
        case ColourMatrix::Bt2020:
            return "BT.2020";
        case ColourMatrix::Bt2020Cl:
            return "BT.2020 constant luminance";
        case ColourMatrix::Smpte240m:
            return "SMPTE 240M";
        case ColourMatrix::Fcc:
            return "FCC";
        case ColourMatrix::DisplayP3:
            return "P3";
        case ColourMatrix::YCgCo:
            return "YCgCo";
        case ColourMatrix::ICtCp:
            return "ICtCp";
        case ColourMatrix::GreenBlueRed:
            break;
    }
    return "RGB";
}

std::string_view name_of(ChromaSite site) {
    switch (site) {
        case ChromaSite::Left:
            return "left";
        case ChromaSite::Centre:
            return "centre";
        case ChromaSite::TopLeft:
            return "top left";
        case ChromaSite::Top:
            return "top";
        case ChromaSite::BottomLeft:
            return "bottom left";
        case ChromaSite::Bottom:
            break;
    }
    return "bottom";
}

}  // namespace

ChromaOffset chroma_offset(const PixelFormat& format) {
    const double last_x = (1 << format.chroma_shift_x) - 1;
    const double last_y = (1 << format.chroma_shift_y) - 1;
    switch (format.chroma_site) {
        case ChromaSite::Left:
            return {0, last_y / 2};
        case ChromaSite::Centre:
            return {last_x / 2, last_y / 2};
        case ChromaSite::TopLeft:
            return {0, 0};
        case ChromaSite::Top:
            return {last_x / 2, 0};
        case ChromaSite::BottomLeft:
            return {0, last_y};
        case ChromaSite::Bottom:
            break;
    }
    return {last_x / 2, last_y};
}

PixelFormat pixel_format_of(const AVFrame& frame) {
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    IB_CHECK(descriptor != nullptr);
    PixelFormat format;
    format.name = descriptor->name;
    const bool rgb = has(*descriptor, AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BAYER) ||
                     format.name.starts_with("xyz");
    format.model = rgb ? ColourModel::Rgb : descriptor->nb_components < 3 ? ColourModel::Gray : ColourModel::Yuv;
    format.bit_depth = descriptor->comp[0].depth;
    format.chroma_shift_x = descriptor->log2_chroma_w;
    format.chroma_shift_y = descriptor->log2_chroma_h;
    describe_samples(*descriptor, frame, format);
    format.planar = has_plain_planes(format);
    format.matrix = rgb ? ColourMatrix::GreenBlueRed : matrix_of(frame);
    format.range = range_of(frame, format.model);
    format.transfer = transfer_of(frame);
    format.primaries = primaries_of(frame);
    format.chroma_site = chroma_site_of(frame);
    if (format.transfer == Transfer::Pq || format.transfer == Transfer::Hlg) format.peak_nits = peak_of(frame);
    return format;
}

double peak_nits_of(const AVStream& stream) {
    const auto data = [&stream](AVPacketSideDataType type) -> const void* {
        return av_stream_get_side_data(&stream, type, nullptr);
    };
    return peak_of(data(AV_PKT_DATA_CONTENT_LIGHT_LEVEL), data(AV_PKT_DATA_MASTERING_DISPLAY_METADATA));
}

std::string colour_text(const PixelFormat& format) {
    std::string text(name_of(format.matrix));
    if (format.transfer == Transfer::Pq) text += ", PQ";
    if (format.transfer == Transfer::Hlg) text += ", HLG";
    if (format.transfer == Transfer::Linear) text += ", linear";
    if (format.primaries == Primaries::P3) text += ", P3 colours";
    if (format.primaries == Primaries::Bt2020 && format.transfer == Transfer::Sdr) text += ", wide colours";
    text += format.range == ColourRange::Full ? ", full range" : ", limited range";
    if (format.chroma_shift_x + format.chroma_shift_y > 0) {
        text += ", chroma " + std::string(name_of(format.chroma_site));
    }
    return text;
}

}  // namespace inbetween
