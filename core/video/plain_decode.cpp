#include "core/video/plain_decode.h"

#include <utility>

#include "core/video/cursor.h"
#include "core/video/frame_shaper.h"

namespace inbetween {

namespace {

/// Closes the file that a muxer writes to.
struct MuxerCloser {
    void operator()(AVFormatContext* muxer) const {
        avio_closep(&muxer->pb);
        avformat_free_context(muxer);
    }
};

using MuxerPtr = std::unique_ptr<AVFormatContext, MuxerCloser>;

Result<MuxerPtr> open_muxer(const std::filesystem::path& to, const AVStream& source) {
    AVFormatContext* context = nullptr;
    int status = avformat_alloc_output_context2(&context, nullptr, nullptr, to.c_str());
    if (status < 0) return fail("{}: {}", to.string(), ff::error_text(status));
    MuxerPtr muxer(context);
    AVStream* stream = avformat_new_stream(muxer.get(), nullptr);
    IB_CHECK(stream != nullptr);
    status = avcodec_parameters_copy(stream->codecpar, source.codecpar);
    stream->codecpar->codec_tag = 0;
    stream->time_base = source.time_base;
    stream->avg_frame_rate = source.avg_frame_rate;
    if (status >= 0) status = avio_open(&muxer->pb, to.c_str(), AVIO_FLAG_WRITE);
    if (status >= 0) status = avformat_write_header(muxer.get(), nullptr);
    if (status < 0) return fail("{}: {}", to.string(), ff::error_text(status));
    return muxer;
}

}  // namespace

Result<Done> plain_decode(const std::filesystem::path& path, int threads, const PlainSink& sink) {
    ff::keep_quiet();
    auto cursor = Cursor::open(path, threads);
    if (!cursor) return cursor.error();
    FrameShaper shaper;
    FrameIndex n;
    while (ff::FramePtr frame = cursor->next()) {
        const bool sync = frame->key_frame != 0;
        const Pts pts = frame->best_effort_timestamp;
        const double seconds =
            pts == AV_NOPTS_VALUE ? 0 : static_cast<double>(pts) * av_q2d(cursor->demuxer().stream().time_base);
        auto shaped = shaper.shape(std::move(frame));
        if (!shaped) return fail("{}: {}", path.string(), shaped.error().message);
        const Picture picture(**shaped, Orientation{}, 1);
        if (!sink({n, picture, sync, seconds})) break;
        ++n;
    }
    return Done{};
}

Result<std::int64_t> copy_beginning(const std::filesystem::path& from, const std::filesystem::path& to,
                                    std::int64_t frames) {
    ff::keep_quiet();
    auto demuxer = Demuxer::open(from, Demuxer::Probe::Streams);
    if (!demuxer) return demuxer.error();
    auto muxer = open_muxer(to, demuxer->stream());
    if (!muxer) return muxer.error();
    const ff::PacketPtr packet = ff::make_packet();
    std::int64_t copied = 0;
    while (demuxer->read(*packet)) {
        if (copied >= frames && (packet->flags & AV_PKT_FLAG_KEY) != 0) break;
        packet->stream_index = 0;
        packet->pos = -1;
        av_packet_rescale_ts(packet.get(), demuxer->stream().time_base, (*muxer)->streams[0]->time_base);
        const int status = av_interleaved_write_frame(muxer->get(), packet.get());
        if (status < 0) return fail("{}: {}", to.string(), ff::error_text(status));
        ++copied;
    }
    const int status = av_write_trailer(muxer->get());
    if (status < 0) return fail("{}: {}", to.string(), ff::error_text(status));
    return copied;
}

}  // namespace inbetween
