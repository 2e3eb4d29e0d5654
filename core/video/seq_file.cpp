#include "core/video/seq_file.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "core/video/jpeg_codec.h"

namespace inbetween {

namespace {

Result<Descriptor> opened(const std::filesystem::path& path) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return fail("{}: {}", path.string(), std::strerror(errno));
    return file;
}

Result<ff::FramePtr> blank_frame(AVPixelFormat format, Size size) {
    ff::FramePtr frame = ff::make_frame();
    frame->format = format;
    frame->width = size.width;
    frame->height = size.height;
    if (av_frame_get_buffer(frame.get(), 0) < 0) return fail("out of memory");
    return frame;
}

// The samples of uncompressed pictures. Deep ones say how many of their 16 bits are in use.
AVPixelFormat raw_format(const SeqHeader& header) {
    if (header.format == SeqFormat::ColourRaw) return AV_PIX_FMT_BGR24;
    if (header.bit_depth != 16) return AV_PIX_FMT_GRAY8;
    switch (header.bit_depth_real) {
        case 10:
            return AV_PIX_FMT_GRAY10LE;
        case 12:
            return AV_PIX_FMT_GRAY12LE;
        case 14:
            return AV_PIX_FMT_GRAY14LE;
        default:
            return AV_PIX_FMT_GRAY16LE;
    }
}

// Colours out of the samples of a Bayer pattern, which lie in the first plane of `gray`.
Result<ff::FramePtr> coloured(const AVFrame& gray) {
    const Size size{gray.width, gray.height};
    auto colour = blank_frame(AV_PIX_FMT_RGB24, size);
    if (!colour) return colour;
    const ff::SwsPtr sws(sws_getContext(size.width, size.height, AV_PIX_FMT_BAYER_BGGR8, size.width, size.height,
                                        AV_PIX_FMT_RGB24, SWS_BILINEAR, nullptr, nullptr, nullptr));
    const std::uint8_t* const planes[] = {gray.data[0], nullptr, nullptr, nullptr};
    const int strides[] = {gray.linesize[0], 0, 0, 0};
    if (!sws || sws_scale(sws.get(), planes, strides, 0, size.height, (*colour)->data, (*colour)->linesize) <= 0)
        return fail("a Bayer pattern of {}x{} cannot be converted", size.width, size.height);
    return colour;
}

bool is_bayer(SeqFormat format) { return format == SeqFormat::BayerRaw || format == SeqFormat::BayerJpeg; }

}  // namespace

Result<std::unique_ptr<FrameSource>> SeqFile::open(const std::filesystem::path& path, const OpenOptions& options) {
    auto index = scan_seq(path, options.stop, options.progress);
    if (!index) return index.error();
    auto file = opened(path);
    if (!file) return file.error();
    std::unique_ptr<SeqFile> source(
        new SeqFile(*std::move(file), std::make_shared<const SeqIndex>(*std::move(index)), options.cache_bytes));
    VideoInfo& info = source->info_;
    info.path = path;
    info.frames = std::ssize(source->index_->frames);
    info.timebase = source->index_->timebase;
    info.container = "norpix_seq";
    info.notes = source->index_->notes;
    if (auto described = source->describe_by_first(options); !described) return described.error();
    if (options.first_picture) {
        if (const auto first = source->frame(FrameIndex{0})) options.first_picture(*first);
    }
    return std::unique_ptr<FrameSource>(std::move(source));
}

// The first frame that can be decoded says what all are.
Result<Done> SeqFile::describe_by_first(const OpenOptions& options) {
    constexpr std::int64_t most_tries = 1000;
    std::string problem;
    for (FrameIndex n; n.value < std::min(info_.frames, most_tries); ++n) {
        if (options.stop.stop_requested()) return cancelled();
        auto frame = picture_of(index_->frames[static_cast<std::size_t>(n.value)]);
        if (!frame) {
            if (problem.empty()) problem = frame.error().message;
            continue;
        }
        const bool is_png =
            index_->compressed && (*frame)->pict_type == AV_PICTURE_TYPE_I && (*frame)->color_range != AVCOL_RANGE_JPEG;
        info_.codec = !index_->compressed ? "rawvideo" : is_png ? "png" : "mjpeg";
        return describe(*std::move(frame));
    }
    return fail("{}: no frame of it can be decoded: {}", info_.path.string(), problem);
}

StillKind SeqFile::kind_of(FrameIndex n) const {
    std::array<std::uint8_t, 8> bytes{};
    const std::size_t count =
        read_at(file_, index_->frames[static_cast<std::size_t>(n.value)].at, bytes.data(), bytes.size());
    return still_kind(bytes.data(), count);
}

FrameSource::Opener SeqFile::opener() const {
    return [index = index_, info = info_,
            shaper = shaper_](const OpenOptions& options) -> Result<std::unique_ptr<FrameSource>> {
        auto file = opened(info.path);
        if (!file) return file.error();
        std::unique_ptr<SeqFile> further(new SeqFile(*std::move(file), index, options.cache_bytes));
        further->info_ = info;
        further->shaper_ = shaper;
        return std::unique_ptr<FrameSource>(std::move(further));
    };
}

Result<ff::FramePtr> SeqFile::decode(FrameIndex n) {
    auto frame = picture_of(index_->frames[static_cast<std::size_t>(n.value)]);
    if (frame) return frame;
    return fail("{}: is damaged: {}; the other frames are not lost by it", name_of(n), frame.error().message);
}

Result<ff::FramePtr> SeqFile::picture_of(const SeqFrame& frame) const {
    if (frame.bytes <= 0 || frame.bytes > most_seq_frame_bytes) return fail("there is nothing left of it");
    auto decoded = index_->compressed ? still_of(frame) : raw_of(frame);
    if (!decoded || !is_bayer(index_->header.format)) return decoded;
    return coloured(**decoded);
}

Result<ff::FramePtr> SeqFile::still_of(const SeqFrame& frame) const {
    const ff::PacketPtr packet = ff::make_packet();
    const auto bytes = static_cast<std::size_t>(frame.bytes);
    if (av_new_packet(packet.get(), static_cast<int>(frame.bytes)) < 0) return fail("out of memory");
    if (read_at(file_, frame.at, packet->data, bytes) < bytes) return fail("it cannot be read");
    const StillKind kind = still_kind(packet->data, bytes);
    if (kind == StillKind::None) return fail("it is neither JPEG nor PNG");
    // Each by a decoder of its own: none keeps tables of the frame that it saw before.
    const auto decoder = open_still_decoder(kind == StillKind::Jpeg ? AV_CODEC_ID_MJPEG : AV_CODEC_ID_PNG);
    if (!decoder) return decoder.error();
    auto decoded = decode_still(**decoder, *packet);
    // What is annotated is the picture as it lies there, as the format's own readers show it.
    if (decoded) av_frame_remove_side_data(decoded->get(), AV_FRAME_DATA_DISPLAYMATRIX);
    return decoded;
}

Result<ff::FramePtr> SeqFile::raw_of(const SeqFrame& frame) const {
    const SeqHeader& header = index_->header;
    auto blank = blank_frame(raw_format(header), header.size);
    if (!blank) return blank;
    // Rows may be wider than their pixels.
    const std::int64_t row = header.size.width * header.bit_depth / 8;
    const std::int64_t stated = header.image_bytes / header.size.height;
    const std::int64_t stride = header.image_bytes % header.size.height == 0 ? std::max(stated, row) : row;
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(header.image_bytes));
    if (read_at(file_, frame.at, bytes.data(), bytes.size()) < bytes.size()) return fail("it cannot be read");
    av_image_copy_plane((*blank)->data[0], (*blank)->linesize[0], bytes.data(), static_cast<int>(stride),
                        static_cast<int>(row), header.size.height);
    return blank;
}

std::string SeqFile::name_of(FrameIndex n) const { return fmt::format("{}: frame {}", info_.path.string(), n.value); }

Error SeqFile::past_end(FrameIndex n) const {
    return fail("{}: there is no frame {}; the sequence has {} frames, counted from 0", info_.path.string(), n.value,
                info_.frames);
}

Error SeqFile::other_size(FrameIndex n, Size size) const {
    return fail("{}: is {}x{}, but the frames before are {}x{}", name_of(n), size.width, size.height,
                info_.decoded_size.width, info_.decoded_size.height);
}

}  // namespace inbetween
