#include <time.h>

#include <algorithm>

#include "tests/bench/peers/libav.h"
#include "tests/bench/peers/peers.h"

namespace inbetween::seek {

namespace {

double thread_cpu_ms() {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

struct Packet {
    std::int64_t pts = 0;
    std::int64_t dts = 0;
    bool sync = false;
};

/// Knows every packet, seeks to the last sync frame shown no later than the target, decodes what others refer to and
/// the target, and takes it out without waiting for what comes after.
class NonrefSeeker final : public Seeker {
public:
    explicit NonrefSeeker(Libav libav) : libav_(std::move(libav)) {
        const ff::PacketPtr packet = ff::make_packet();
        while (libav_.read(*packet)) {
            const bool sync = (packet->flags & AV_PKT_FLAG_KEY) != 0;
            packets_.push_back({packet->pts, packet->dts, sync});
            if ((packet->flags & AV_PKT_FLAG_DISCARD) == 0) shown_.push_back(packet->pts);
        }
        std::ranges::sort(shown_);
    }

    Result<Done> show(FrameIndex n, Want) override {
        if (n.value >= std::ssize(shown_)) return fail("no frame {}", n.value);
        const std::int64_t target = shown_[static_cast<std::size_t>(n.value)];
        const Packet* start = &packets_.front();
        for (const Packet& packet : packets_) {
            if (packet.sync && packet.pts <= target && packet.pts >= start->pts) start = &packet;
        }
        if (!libav_.seek(start->dts)) return fail("the seek to frame {} failed", n.value);
        const ff::PacketPtr packet = ff::make_packet();
        bool started = false;  // some containers land a group of pictures before it
        while (libav_.read(*packet)) {
            started = started || packet->pts == start->pts;
            if (!started) continue;
            const bool is_target = packet->pts == target;
            libav_.codec().skip_frame = is_target ? AVDISCARD_DEFAULT : AVDISCARD_NONREF;
            avcodec_send_packet(&libav_.codec(), packet.get());
            if (take(target)) return Done{};
            if (!is_target) continue;
            avcodec_send_packet(&libav_.codec(), nullptr);
            if (take(target)) return Done{};
            break;
        }
        return fail("frame {} did not come out", n.value);
    }

    Result<Shown> shown() override { return shown_of(*frame_, picture_); }

private:
    bool take(std::int64_t target) {
        frame_ = ff::make_frame();
        while (avcodec_receive_frame(&libav_.codec(), frame_.get()) >= 0) {
            if (frame_->best_effort_timestamp == target) return true;
        }
        return false;
    }

    Libav libav_;
    std::vector<Packet> packets_;
    std::vector<std::int64_t> shown_;  // rising
    ff::FramePtr frame_;
    std::shared_ptr<const Picture> picture_;
};

class FirstFrame final : public Seeker {
public:
    explicit FirstFrame(Libav libav) : libav_(std::move(libav)) {}

    Result<Done> show(FrameIndex, Want) override {
        frame_ = libav_.next();
        if (!frame_) return fail("no frame");
        return Done{};
    }
    Result<Shown> shown() override { return shown_of(*frame_, picture_); }

private:
    Libav libav_;
    ff::FramePtr frame_;
    std::shared_ptr<const Picture> picture_;
};

template <class Kind>
Result<std::unique_ptr<Seeker>> open_one_thread(const std::filesystem::path& video, Ahead) {
    auto libav = Libav::open(video, 1);
    if (!libav) return libav.error();
    return std::unique_ptr<Seeker>(std::make_unique<Kind>(std::move(*libav)));
}

ff::CodecPtr open_jpeg_encoder(int width, int height) {
    constexpr int quality = 5;
    ff::CodecPtr encoder(avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_MJPEG)));
    encoder->width = width;
    encoder->height = height;
    encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
    encoder->time_base = {1, 25};
    encoder->flags |= AV_CODEC_FLAG_QSCALE;
    encoder->global_quality = FF_QP2LAMBDA * quality;
    encoder->thread_count = 1;
    if (avcodec_open2(encoder.get(), encoder->codec, nullptr) < 0) return nullptr;
    return encoder;
}

ff::FramePtr halved(const AVFrame& frame, int width, int height) {
    ff::FramePtr half = ff::make_frame();
    half->width = width;
    half->height = height;
    half->format = AV_PIX_FMT_YUVJ420P;
    half->quality = FF_QP2LAMBDA * 5;
    const ff::SwsPtr sws(sws_getContext(frame.width, frame.height, static_cast<AVPixelFormat>(frame.format), width,
                                        height, AV_PIX_FMT_YUVJ420P, SWS_AREA, nullptr, nullptr, nullptr));
    if (!sws || av_frame_get_buffer(half.get(), 0) < 0) return nullptr;
    sws_scale(sws.get(), frame.data, frame.linesize, 0, frame.height, half->data, half->linesize);
    return half;
}

}  // namespace

Engine nonref_bound() { return {.id = "nonref", .open = open_one_thread<NonrefSeeker>, .in_full = true}; }

Engine open_bound() { return {.id = "libav", .open = open_one_thread<FirstFrame>, .in_full = true}; }

Result<double> proxy_decode_ms(const std::filesystem::path& video) {
    constexpr int frames = 24;
    constexpr int warm_up = 4;
    auto libav = Libav::open(video, 1);
    if (!libav) return libav.error();
    const int width = std::max(2, libav->codec().width / 2 & ~1);
    const int height = std::max(2, libav->codec().height / 2 & ~1);
    const ff::CodecPtr encoder = open_jpeg_encoder(width, height);
    const ff::CodecPtr decoder(avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_MJPEG)));
    decoder->thread_count = 1;
    if (!encoder || avcodec_open2(decoder.get(), decoder->codec, nullptr) < 0) return fail("no JPEG codec");
    const ff::PacketPtr packet = ff::make_packet();
    const ff::FramePtr decoded = ff::make_frame();
    double total_ms = 0;
    int measured = 0;
    for (int i = 0; i < frames; ++i) {
        const ff::FramePtr frame = libav->next();
        if (!frame) break;
        const ff::FramePtr half = halved(*frame, width, height);
        if (!half || avcodec_send_frame(encoder.get(), half.get()) < 0 ||
            avcodec_receive_packet(encoder.get(), packet.get()) < 0) {
            return fail("{}: a frame could not be made a JPEG", video.string());
        }
        const double begin = thread_cpu_ms();
        avcodec_send_packet(decoder.get(), packet.get());
        const bool got = avcodec_receive_frame(decoder.get(), decoded.get()) >= 0;
        if (!got) return fail("{}: a JPEG could not be decoded", video.string());
        if (i < warm_up) continue;
        total_ms += thread_cpu_ms() - begin;
        ++measured;
    }
    if (measured == 0) return fail("{}: too few frames", video.string());
    return total_ms / measured;
}

}  // namespace inbetween::seek
