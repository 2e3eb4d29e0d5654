#include <algorithm>
#include <cmath>

#include "core/video/audio_source.h"
#include "core/video/clip_muxer.h"
#include "core/video/clip_parts.h"

namespace inbetween {
namespace {

/// The encoder's samples for these: the same where it takes them, else those that lose least. Where a size is odd, not
/// halved in that direction.
AVPixelFormat format_for(const AVCodec& encoder, const AVFrame& frame) {
    const auto source = static_cast<AVPixelFormat>(frame.format);
    const auto fits = [&](AVPixelFormat format) {
        const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
        return (frame.width % (1 << d->log2_chroma_w)) == 0 && (frame.height % (1 << d->log2_chroma_h)) == 0;
    };
    AVPixelFormat best = AV_PIX_FMT_NONE;
    for (const AVPixelFormat* each = encoder.pix_fmts; *each != AV_PIX_FMT_NONE; ++each) {
        if (!fits(*each)) continue;
        if (*each == source) return source;
        best = best == AV_PIX_FMT_NONE ? *each : av_find_best_pix_fmt_of_2(best, *each, source, 0, nullptr);
    }
    return best;
}

/// Encodes frames as H.264.
class PictureEncoder {
public:
    PictureEncoder(const ClipJob& job, ClipMuxer& muxer) : job_(job), muxer_(muxer) {}

    /// errors: no such encoder, or it does not take the picture.
    Result<Done> open(const AVFrame& first, double sample_aspect);
    const AVCodecContext& codec() const { return *codec_; }
    /// What the clip is not that the video is.
    const std::vector<std::string>& notes() const { return notes_; }
    void set_stream(const AVStream& stream) { stream_ = &stream; }
    /// Takes a frame that is shown so many ticks after the clip's first, for so long.
    Result<Done> put(const AVFrame& frame, Pts pts, Pts duration);
    /// Writes what the encoder has kept back.
    Result<Done> end() { return send(nullptr); }

private:
    void keep_fields(const AVFrame& first);
    Result<Done> send(const AVFrame* frame);
    Result<ff::FramePtr> converted(const AVFrame& frame);

    const ClipJob& job_;
    ClipMuxer& muxer_;
    ff::CodecPtr codec_;
    ff::SwsPtr converter_;
    const AVStream* stream_ = nullptr;
    std::vector<std::pair<Pts, Pts>> durations_;  // by pts
    std::vector<std::string> notes_;
};

/// How many rows of pictures one row of chroma stands for.
int chroma_rows(AVPixelFormat format) { return 1 << av_pix_fmt_desc_get(format)->log2_chroma_h; }
int chroma_columns(AVPixelFormat format) { return 1 << av_pix_fmt_desc_get(format)->log2_chroma_w; }

/// Has pictures of two fields coded and marked as such.
void PictureEncoder::keep_fields(const AVFrame& first) {
    if (first.interlaced_frame == 0) return;
    if (first.height % (2 * chroma_rows(codec_->pix_fmt)) != 0) {
        notes_.push_back(fmt::format("its fields are not marked, for H.264 has none at a height of {}", first.height));
        return;
    }
    codec_->flags |= AV_CODEC_FLAG_INTERLACED_DCT;
    codec_->field_order = first.top_field_first != 0 ? AV_FIELD_TT : AV_FIELD_BB;
}

Result<Done> PictureEncoder::open(const AVFrame& first, double sample_aspect) {
    const AVCodec* encoder = avcodec_find_encoder_by_name("libx264");
    if (encoder == nullptr) return fail("FFmpeg has no H.264 encoder (libx264)");
    codec_.reset(avcodec_alloc_context3(encoder));
    const VideoInfo& info = job_.source.info();
    codec_->width = first.width;
    codec_->height = first.height;
    codec_->pix_fmt = format_for(*encoder, first);
    const auto source = static_cast<AVPixelFormat>(first.format);
    if (chroma_columns(source) > chroma_columns(codec_->pix_fmt) || chroma_rows(source) > chroma_rows(codec_->pix_fmt))
        notes_.push_back(
            fmt::format("its pictures are {} in place of {}, for H.264 halves no odd size; some players "
                        "do not show that",
                        av_get_pix_fmt_name(codec_->pix_fmt), av_get_pix_fmt_name(source)));
    keep_fields(first);
    codec_->time_base = {info.timebase.num, info.timebase.den};
    codec_->sample_aspect_ratio = av_d2q(sample_aspect, 1000);
    const bool is_rgb =
        (av_pix_fmt_desc_get(static_cast<AVPixelFormat>(first.format))->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    codec_->color_range = is_rgb ? AVCOL_RANGE_MPEG : first.color_range;
    codec_->color_primaries = first.color_primaries;
    codec_->color_trc = first.color_trc;
    codec_->colorspace = is_rgb ? AVCOL_SPC_SMPTE170M : first.colorspace;
    codec_->chroma_sample_location = first.chroma_location;
    if (muxer_.wants_global_header()) codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    ff::Options options;
    options.set("crf", std::to_string(job_.crf));
    const int opened = avcodec_open2(codec_.get(), encoder, options.address());
    if (opened < 0)
        return fail("{}: pictures of {}x{} cannot be encoded: {}", job_.out.string(), first.width, first.height,
                    ff::error_text(opened));
    return Done{};
}

Result<ff::FramePtr> PictureEncoder::converted(const AVFrame& frame) {
    ff::FramePtr own(av_frame_clone(&frame));
    if (!own) return fail("out of memory");
    if (frame.format != codec_->pix_fmt) {
        own = ff::make_frame();
        own->width = frame.width;
        own->height = frame.height;
        own->format = codec_->pix_fmt;
        converter_.reset(sws_getCachedContext(
            converter_.release(), frame.width, frame.height, static_cast<AVPixelFormat>(frame.format), frame.width,
            frame.height, codec_->pix_fmt, SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
        if (!converter_ || av_frame_get_buffer(own.get(), 0) < 0 ||
            sws_scale_frame(converter_.get(), own.get(), &frame) < 0)
            return fail("{}: a picture cannot be converted for the encoder", job_.out.string());
        own->interlaced_frame = frame.interlaced_frame;
        own->top_field_first = frame.top_field_first;
    }
    own->pict_type = AV_PICTURE_TYPE_NONE;
    return own;
}

Result<Done> PictureEncoder::put(const AVFrame& frame, Pts pts, Pts duration) {
    if (frame.width != codec_->width || frame.height != codec_->height)
        return fail("{}: the pictures change their size, which a clip cannot", job_.source.info().path.string());
    auto own = converted(frame);
    if (!own) return own.error();
    (*own)->pts = pts;
    durations_.emplace_back(pts, duration);
    return send(own->get());
}

Result<Done> PictureEncoder::send(const AVFrame* frame) {
    const int sent = avcodec_send_frame(codec_.get(), frame);
    if (sent < 0) return fail("{}: a picture cannot be encoded: {}", job_.out.string(), ff::error_text(sent));
    const ff::PacketPtr packet = ff::make_packet();
    while (avcodec_receive_packet(codec_.get(), packet.get()) >= 0) {
        const auto shown = std::lower_bound(durations_.begin(), durations_.end(), std::pair(packet->pts, Pts{0}));
        if (shown != durations_.end()) packet->duration = shown->second;
        if (auto put = muxer_.put(*packet, *stream_); !put) return put;
    }
    return Done{};
}

/// Encodes the sound of the clip's time as AAC, in stereo.
class SoundEncoder {
public:
    SoundEncoder(std::unique_ptr<AudioSource> source, ClipMuxer& muxer) : source_(std::move(source)), muxer_(muxer) {}

    Result<Done> open(double begin_secs, double duration_secs);
    const AVCodecContext& codec() const { return *codec_; }
    void set_stream(const AVStream& stream) { stream_ = &stream; }
    /// Encodes what is heard up to so many seconds after the clip's first frame.
    Result<Done> go_to(double seconds, const std::stop_token& stop);
    Result<Done> end(const std::stop_token& stop);

private:
    Result<Done> put(std::size_t pairs, const std::stop_token& stop);
    Result<Done> send(const AVFrame* frame);

    std::unique_ptr<AudioSource> source_;
    ClipMuxer& muxer_;
    ff::CodecPtr codec_;
    const AVStream* stream_ = nullptr;
    std::int64_t pairs_ = 0;  // of the clip
    std::int64_t next_ = 0;
};

Result<Done> SoundEncoder::open(double begin_secs, double duration_secs) {
    const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_AAC);
    if (encoder == nullptr) return fail("FFmpeg has no AAC encoder");
    codec_.reset(avcodec_alloc_context3(encoder));
    int rate = source_->info().rate;
    bool is_known = false;
    for (const int* each = encoder->supported_samplerates; each != nullptr && *each != 0; ++each)
        is_known = is_known || *each == rate;
    if (!is_known) rate = 48'000;
    codec_->sample_rate = rate;
    codec_->sample_fmt = AV_SAMPLE_FMT_FLTP;
    av_channel_layout_default(&codec_->ch_layout, 2);
    codec_->time_base = {1, rate};
    codec_->bit_rate = 160'000;
    if (muxer_.wants_global_header()) codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    const int opened = avcodec_open2(codec_.get(), encoder, nullptr);
    if (opened < 0) return fail("the sound cannot be encoded: {}", ff::error_text(opened));
    source_->set_output(rate, begin_secs);
    pairs_ = std::llround(duration_secs * rate);
    return Done{};
}

Result<Done> SoundEncoder::go_to(double seconds, const std::stop_token& stop) {
    const auto wanted = std::min<std::int64_t>(pairs_, static_cast<std::int64_t>(seconds * codec_->sample_rate));
    while (next_ + codec_->frame_size <= wanted)
        if (auto done = put(static_cast<std::size_t>(codec_->frame_size), stop); !done) return done;
    return Done{};
}

Result<Done> SoundEncoder::end(const std::stop_token& stop) {
    while (next_ < pairs_) {
        const auto left = std::min<std::int64_t>(pairs_ - next_, codec_->frame_size);
        if (auto done = put(static_cast<std::size_t>(left), stop); !done) return done;
    }
    return send(nullptr);
}

Result<Done> SoundEncoder::put(std::size_t pairs, const std::stop_token& stop) {
    std::vector<float> samples(2 * pairs);
    for (std::size_t have = 0; have < pairs;) {
        if (stop.stop_requested()) return cancelled();
        have += source_->read(std::span(samples).subspan(2 * have));
    }
    const ff::FramePtr frame = ff::make_frame();
    frame->nb_samples = static_cast<int>(pairs);
    frame->format = codec_->sample_fmt;
    frame->sample_rate = codec_->sample_rate;
    if (av_channel_layout_copy(&frame->ch_layout, &codec_->ch_layout) < 0 || av_frame_get_buffer(frame.get(), 0) < 0)
        return fail("out of memory");
    for (std::size_t channel = 0; channel < 2; ++channel) {
        auto* to = reinterpret_cast<float*>(frame->extended_data[channel]);
        for (std::size_t i = 0; i < pairs; ++i) to[i] = samples[2 * i + channel];
    }
    frame->pts = next_;
    next_ += static_cast<std::int64_t>(pairs);
    return send(frame.get());
}

Result<Done> SoundEncoder::send(const AVFrame* frame) {
    const int sent = avcodec_send_frame(codec_.get(), frame);
    if (sent < 0) return fail("the sound cannot be encoded: {}", ff::error_text(sent));
    const ff::PacketPtr packet = ff::make_packet();
    while (avcodec_receive_packet(codec_.get(), packet.get()) >= 0)
        if (auto put = muxer_.put(*packet, *stream_); !put) return put;
    return Done{};
}

/// When each frame of the clip is shown after its first, and at the end of the list when the clip is over.
std::vector<Pts> times_of(const ClipJob& job) {
    std::vector<Pts> times;
    const Pts origin = job.source.pts(job.frames.begin);
    for (FrameIndex n = job.frames.begin; n < job.frames.end; ++n) {
        const Pts stated = job.source.pts(n) - origin;
        // Where stamps stand twice or go backward, the encoder wants them to go on all the same.
        times.push_back(times.empty() ? 0 : std::max(stated, times.back() + 1));
    }
    times.push_back(std::max(times.back() + 1, end_time(job) - origin));
    return times;
}

Result<std::unique_ptr<SoundEncoder>> sound_of(const ClipJob& job, ClipMuxer& muxer, double duration_secs) {
    if (!job.with_sound || job.source.info().codec == "images") return std::unique_ptr<SoundEncoder>();
    auto source = AudioSource::open(job.source.info().path, job.stop);
    if (!source) return source.error();
    if (!*source) return std::unique_ptr<SoundEncoder>();
    auto sound = std::make_unique<SoundEncoder>(*std::move(source), muxer);
    const double begin = job.source.info().timebase.seconds(job.source.pts(job.frames.begin));
    if (auto opened = sound->open(begin, duration_secs); !opened) return opened.error();
    return sound;
}

AVStream* add_stream(ClipMuxer& muxer, const AVCodecContext& codec) {
    const ff::ParametersPtr parameters(avcodec_parameters_alloc());
    IB_CHECK(parameters != nullptr && avcodec_parameters_from_context(parameters.get(), &codec) >= 0);
    return muxer.add(*parameters, codec.time_base);
}

}  // namespace

Result<Clip> cut_exact(const ClipJob& job) {
    const VideoInfo& info = job.source.info();
    auto muxer = ClipMuxer::open(job.out, "mp4");
    if (!muxer) return muxer.error();
    const std::vector<Pts> times = times_of(job);
    const auto first = job.source.frame(job.frames.begin);
    if (!first) return first.error();
    PictureEncoder pictures(job, **muxer);
    if (auto opened = pictures.open((*first)->av_frame(), (*first)->sample_aspect()); !opened) return opened.error();
    AVStream* stream = add_stream(**muxer, pictures.codec());
    stream->sample_aspect_ratio = pictures.codec().sample_aspect_ratio;
    pictures.set_stream(*stream);
    if (info.codec != "images") {
        const auto demuxer = Demuxer::open(info.path, Demuxer::Probe::Streams, job.stop);
        if (demuxer) set_display_matrix(*stream, display_matrix(&*demuxer));
    }
    auto sound = sound_of(job, **muxer, info.timebase.seconds(times.back()));
    if (!sound) return sound.error();
    if (*sound) (*sound)->set_stream(*add_stream(**muxer, (*sound)->codec()));
    if (auto begun = (*muxer)->begin(); !begun) return begun.error();
    for (FrameIndex n = job.frames.begin; n < job.frames.end; ++n) {
        if (job.stop.stop_requested()) return cancelled();
        const auto picture = job.source.frame(n, n);
        if (!picture) return picture.error();
        const auto i = static_cast<std::size_t>(n - job.frames.begin);
        if (auto put = pictures.put((*picture)->av_frame(), times[i], times[i + 1] - times[i]); !put)
            return put.error();
        if (*sound)
            if (auto heard = (*sound)->go_to(info.timebase.seconds(times[i + 1]), job.stop); !heard)
                return heard.error();
        job.progress(static_cast<double>(i + 1) / static_cast<double>(times.size()));
    }
    if (auto ended = pictures.end(); !ended) return ended.error();
    if (*sound)
        if (auto ended = (*sound)->end(job.stop); !ended) return ended.error();
    if (auto ended = (*muxer)->end(); !ended) return ended.error();
    return Clip{job.out, job.frames, *sound != nullptr, pictures.notes()};
}

}  // namespace inbetween
