#include "core/video/audio_source.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/video/decoder.h"
#include "core/video/demuxer.h"

namespace inbetween {

namespace {

// Time stamps that disagree with the count of samples by less than this are rounded, not a gap: containers count in
// milliseconds, and who listens cannot tell.
constexpr double rounding_secs = 0.03;
// A decoder needs some packets before the first one whose sound counts: MP3 and AAC overlap their blocks.
constexpr double preroll_secs = 0.25;
// Where a seek lands too late it is tried again from further back, at last from the start of the file.
constexpr double further_back_secs = 3;
// Nearer ahead than this, reading on is faster than a seek.
constexpr double read_on_secs = 1;
// Packets and frames gone through in one read() before its caller is asked.
constexpr int most_steps = 64;

// Samples a decoder put out, as pairs, and the place of the first.
struct Chunk {
    std::int64_t first = 0;
    std::vector<float> samples;
    std::int64_t end() const { return first + static_cast<std::int64_t>(samples.size() / 2); }
};

bool is_usable(const AVFrame& frame) {
    return frame.nb_samples > 0 && frame.sample_rate > 0 && frame.ch_layout.nb_channels > 0;
}

}  // namespace

struct AudioSource::State {
    State(std::filesystem::path file, std::stop_token token, Demuxer opened, Decoder started)
        : path(std::move(file)), stop(std::move(token)), demuxer(std::move(opened)), decoder(std::move(started)) {}
    ~State() { av_channel_layout_uninit(&in_layout); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    double tick() const { return av_q2d(demuxer->stream().time_base); }
    std::int64_t place_of(double secs) const { return std::llround((secs - origin_secs) * rate); }
    double secs_of(std::int64_t place) const { return origin_secs + static_cast<double>(place) / rate; }
    double begin_secs() const;
    void forget_place();
    void go_to_file(double secs);
    bool seek_file(double wanted_secs, double back_secs);
    void go_to_start();
    void step();
    bool lands_too_late(const AVPacket& packet);
    void take(const AVFrame& frame);
    bool fits(const AVFrame& frame) const;
    bool make_resampler(const AVFrame& frame);
    void anchor_at(double secs);
    void convert(const AVFrame* frame);
    void append(std::vector<float> samples);

    const std::filesystem::path path;
    const std::stop_token stop;
    std::optional<Demuxer> demuxer;  // never empty: what is put in its place comes after it is gone
    Decoder decoder;
    bool untouched = true;  // nothing was read since it was opened
    AudioInfo info;
    ff::PacketPtr packet = ff::make_packet();
    ff::FramePtr frame = ff::make_frame();

    int rate = 0;
    double origin_secs = 0;
    std::int64_t cursor = 0;
    std::deque<Chunk> chunks;  // rising, none before the cursor
    bool ended = false;

    // Where the last seek was to lead, until the first packet tells where it led.
    struct Landing {
        double wanted_secs = 0;
        double back_secs = 0;
    };
    std::optional<Landing> landing;
    bool from_start = true;  // packets come from the beginning of the file

    // The resampler, what goes into it, and where what comes out of it lies.
    ff::SwrPtr resampler;
    AVChannelLayout in_layout{};
    int in_format = -1;
    int in_rate = 0;
    bool anchored = false;
    double anchor_secs = 0;         // the time of the first sample in
    std::int64_t in_samples = 0;    // since the anchor
    std::int64_t anchor_place = 0;  // of the first pair out
    std::int64_t out_pairs = 0;     // since the anchor
};

double AudioSource::State::begin_secs() const {
    const std::int64_t begin = demuxer->stream().start_time;
    return begin == AV_NOPTS_VALUE ? 0 : static_cast<double>(begin) * tick();
}

void AudioSource::State::forget_place() {
    chunks.clear();
    anchored = false;
    ended = false;
    landing.reset();
}

bool AudioSource::State::seek_file(double wanted_secs, double back_secs) {
    if (!demuxer->seek(static_cast<std::int64_t>(std::floor((wanted_secs - back_secs) / tick())))) return false;
    untouched = from_start = false;
    landing = Landing{wanted_secs, back_secs};
    decoder.flush();
    return true;
}

void AudioSource::State::go_to_file(double secs) {
    forget_place();
    if (!seek_file(secs, preroll_secs)) go_to_start();
}

void AudioSource::State::go_to_start() {
    forget_place();
    from_start = true;
    if (untouched) return;
    // Not every format finds its way back to the beginning by a time stamp; opened anew all of them do.
    auto again = Demuxer::open_audio(path, stop);
    if (again && *again) {
        auto fresh = Decoder::open(path.string(), (*again)->stream(), 1);
        if (fresh) {
            demuxer.emplace(std::move(**again));
            decoder = std::move(*fresh);
            untouched = true;
            return;
        }
    }
    ended = true;
}

// Whether the first packet after a seek lies past what was wanted; then another way there has been taken.
bool AudioSource::State::lands_too_late(const AVPacket& first) {
    const std::int64_t stamp = first.pts != AV_NOPTS_VALUE ? first.pts : first.dts;
    if (!landing || stamp == AV_NOPTS_VALUE) return false;
    const Landing tried = *std::exchange(landing, std::nullopt);
    if (static_cast<double>(stamp) * tick() <= std::max(tried.wanted_secs, begin_secs())) return false;
    const double back = tried.back_secs < further_back_secs ? further_back_secs : 4 * tried.back_secs;
    if (tried.wanted_secs - back <= begin_secs() || !seek_file(tried.wanted_secs, back)) go_to_start();
    return true;
}

// One packet in or one frame out.
void AudioSource::State::step() {
    switch (decoder.receive(*frame)) {
        case Decoder::Got::Frame:
            return take(*frame);
        case Decoder::Got::End:
            convert(nullptr);
            ended = true;
            return;
        case Decoder::Got::NeedsPacket:
            break;
    }
    untouched = false;
    if (!demuxer->read(*packet)) return decoder.drain();
    if (!lands_too_late(*packet)) decoder.send(*packet);
}

bool AudioSource::State::fits(const AVFrame& next) const {
    return resampler && next.format == in_format && next.sample_rate == in_rate &&
           av_channel_layout_compare(&next.ch_layout, &in_layout) == 0;
}

bool AudioSource::State::make_resampler(const AVFrame& next) {
    AVChannelLayout from{};
    AVChannelLayout to{};
    av_channel_layout_default(&to, 2);
    if (next.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&from, next.ch_layout.nb_channels);
    } else if (av_channel_layout_copy(&from, &next.ch_layout) < 0) {
        return false;
    }
    SwrContext* made = nullptr;
    const int result = swr_alloc_set_opts2(&made, &to, AV_SAMPLE_FMT_FLT, rate, &from,
                                           static_cast<AVSampleFormat>(next.format), next.sample_rate, 0, nullptr);
    av_channel_layout_uninit(&from);
    resampler.reset(made);
    if (result < 0 || swr_init(resampler.get()) < 0 || av_channel_layout_copy(&in_layout, &next.ch_layout) < 0) {
        resampler.reset();
        return false;
    }
    in_format = next.format;
    in_rate = next.sample_rate;
    return true;
}

void AudioSource::State::anchor_at(double secs) {
    anchored = true;
    anchor_secs = secs;
    anchor_place = place_of(secs);
    in_samples = 0;
    out_pairs = 0;
}

void AudioSource::State::take(const AVFrame& next) {
    if (!is_usable(next)) return;
    const std::int64_t stamp = next.best_effort_timestamp;
    const double expected = anchored ? anchor_secs + static_cast<double>(in_samples) / in_rate : begin_secs();
    // In the middle of the file a frame without a time stamp could be anywhere.
    if (stamp == AV_NOPTS_VALUE && !anchored && !from_start) return;
    const double secs = stamp == AV_NOPTS_VALUE ? expected : static_cast<double>(stamp) * tick();
    const bool goes_on = anchored && fits(next) && std::abs(secs - expected) <= rounding_secs;
    if (!goes_on) {
        convert(nullptr);
        if (!make_resampler(next)) return;
        anchor_at(secs);
    }
    convert(&next);
}

// Resamples a frame, or without one what the resampler still holds.
void AudioSource::State::convert(const AVFrame* next) {
    if (!resampler || !anchored) return;
    const int in = next != nullptr ? next->nb_samples : 0;
    const int most = swr_get_out_samples(resampler.get(), in);
    if (most < 0) return;
    std::vector<float> samples(static_cast<std::size_t>(most) * 2);
    auto* out = reinterpret_cast<std::uint8_t*>(samples.data());
    // libav takes pointers to pointers that it does not write through.
    auto** data = next != nullptr ? const_cast<const std::uint8_t**>(next->extended_data) : nullptr;
    const int made = swr_convert(resampler.get(), &out, most, data, in);
    in_samples += in;
    if (next == nullptr) anchored = false;
    if (made <= 0) return;
    samples.resize(static_cast<std::size_t>(made) * 2);
    append(std::move(samples));
}

void AudioSource::State::append(std::vector<float> samples) {
    Chunk chunk{anchor_place + out_pairs, std::move(samples)};
    out_pairs += static_cast<std::int64_t>(chunk.samples.size() / 2);
    // What has been heard, or lies under what is there already, is not heard again.
    const std::int64_t free_from = chunks.empty() ? cursor : chunks.back().end();
    if (chunk.end() <= free_from) return;
    if (chunk.first < free_from) {
        chunk.samples.erase(chunk.samples.begin(), chunk.samples.begin() + (free_from - chunk.first) * 2);
        chunk.first = free_from;
    }
    chunks.push_back(std::move(chunk));
}

AudioSource::AudioSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
AudioSource::~AudioSource() = default;

Result<std::unique_ptr<AudioSource>> AudioSource::open(const std::filesystem::path& path, const std::stop_token& stop) {
    auto demuxer = Demuxer::open_audio(path, stop);
    if (!demuxer) return demuxer.error();
    if (!*demuxer) return std::unique_ptr<AudioSource>();
    const AVCodecParameters& codec = *(*demuxer)->stream().codecpar;
    auto decoder = Decoder::open(path.string(), (*demuxer)->stream(), 1);
    if (!decoder) return decoder.error();
    const AudioInfo info{decoder->codec_name(), codec.sample_rate, codec.ch_layout.nb_channels};
    if (info.rate <= 0 || info.channels <= 0) return fail("{}: its sound has no sample rate", path.string());
    auto state = std::make_unique<State>(path, stop, std::move(**demuxer), std::move(*decoder));
    state->info = info;
    state->rate = info.rate;
    return std::unique_ptr<AudioSource>(new AudioSource(std::move(state)));
}

const AudioInfo& AudioSource::info() const { return state_->info; }

std::int64_t AudioSource::position() const { return state_->cursor; }

void AudioSource::set_output(int rate, double origin_secs) {
    IB_CHECK(rate > 0);
    state_->rate = rate;
    state_->origin_secs = origin_secs;
    state_->resampler.reset();
    state_->cursor = 0;
    if (state_->untouched && origin_secs <= state_->begin_secs()) return state_->forget_place();
    state_->go_to_file(origin_secs);
}

void AudioSource::seek(std::int64_t pair) {
    State& s = *state_;
    if (pair == s.cursor) return;
    const std::int64_t ahead = pair - s.cursor;
    s.cursor = pair;
    while (!s.chunks.empty() && s.chunks.front().end() <= pair) s.chunks.pop_front();
    // What lies between the cursor and the first chunk is known to be silent.
    if (ahead > 0 && (!s.chunks.empty() || ahead < static_cast<std::int64_t>(read_on_secs * s.rate))) return;
    s.go_to_file(s.secs_of(pair));
}

std::size_t AudioSource::read(std::span<float> out) {
    State& s = *state_;
    const std::size_t wanted = out.size() / 2;
    std::size_t done = 0;
    int steps = 0;
    while (done < wanted) {
        while (!s.chunks.empty() && s.chunks.front().end() <= s.cursor) s.chunks.pop_front();
        if (s.chunks.empty() && !s.ended) {
            if (++steps > most_steps || s.stop.stop_requested()) break;
            s.step();
            continue;
        }
        auto count = static_cast<std::int64_t>(wanted - done);
        const auto at = out.begin() + static_cast<std::ptrdiff_t>(done * 2);
        if (s.chunks.empty() || s.cursor < s.chunks.front().first) {
            if (!s.chunks.empty()) count = std::min(count, s.chunks.front().first - s.cursor);
            std::fill_n(at, count * 2, 0.0F);
        } else {
            const Chunk& chunk = s.chunks.front();
            count = std::min(count, chunk.end() - s.cursor);
            std::copy_n(chunk.samples.begin() + (s.cursor - chunk.first) * 2, count * 2, at);
        }
        s.cursor += count;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

Result<std::optional<AudioInfo>> audio_info(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return std::optional<AudioInfo>();
    auto source = AudioSource::open(path);
    if (!source) return source.error();
    if (*source == nullptr) return std::optional<AudioInfo>();
    return std::optional<AudioInfo>((*source)->info());
}

}  // namespace inbetween
