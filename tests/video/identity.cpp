#include "tests/video/identity.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "core/base/files.h"
#include "core/video/frame_shaper.h"
#include "core/video/video_index.h"
#include "tests/support/support.h"
#include "tests/video/reference.h"

namespace inbetween::test {

namespace {

namespace fs = std::filesystem;

// Frames at which seeks begin, by the packets' own time stamps; good enough to aim at.
std::vector<std::int64_t> corners_of(const fs::path& video, std::int64_t count) {
    std::vector<std::int64_t> corners;
    if (auto demuxer = Demuxer::open(video, Demuxer::Probe::Streams)) {
        if (auto index = VideoIndex::scan(*demuxer, 0, {}, {}, {})) {
            for (const PacketEntry& packet : index->packets()) {
                if (packet.sync && packet.pts != no_pts) corners.push_back(index->first_at_or_after(packet.pts).value);
            }
        }
    }
    corners.push_back(count / 2);
    corners.push_back(count - 1);
    for (std::int64_t& corner : corners) corner = std::clamp<std::int64_t>(corner, 0, count - 1);
    std::ranges::sort(corners);
    corners.erase(std::unique(corners.begin(), corners.end()), corners.end());
    return corners;
}

// ffmpeg's hashes of a file, from the folder where they are known from before.
std::vector<std::string> kept_hashes(const fs::path& video, const fs::path& kept) {
    if (kept.empty()) return ffmpeg_hashes(video);
    const auto time = fs::last_write_time(video).time_since_epoch().count();
    const std::string key = fmt::format("{}\n{}\n{}\n", video.string(), fs::file_size(video), time);
    const fs::path file = kept / fmt::format("{:016x}.md5s", XXH3_64bits(key.data(), key.size()));
    std::vector<std::string> hashes;
    if (std::ifstream in(file); in) {
        for (std::string line; std::getline(in, line);) hashes.push_back(line);
        return hashes;
    }
    hashes = ffmpeg_hashes(video);
    std::string text;
    for (const std::string& hash : hashes) text += hash + "\n";
    fs::create_directories(kept);
    IB_EXPECT_OK(write_file_atomic(file, text));
    return hashes;
}

template <int Fill>
int get_filled_buffer(AVCodecContext* codec, AVFrame* frame, int flags) {
    const int result = avcodec_default_get_buffer2(codec, frame, flags);
    for (const AVBufferRef* buffer : frame->buf) {
        if (result >= 0 && buffer != nullptr) std::fill_n(buffer->data, buffer->size, static_cast<std::uint8_t>(Fill));
    }
    return result;
}

// Hashes of a plain decode on one thread into memory that holds the same everywhere.
template <int Fill>
std::vector<std::uint64_t> hashes_over(const fs::path& video) {
    std::vector<std::uint64_t> hashes;
    auto demuxer = Demuxer::open(video, Demuxer::Probe::Streams);
    if (!demuxer) return hashes;
    const AVCodecParameters& parameters = *demuxer->stream().codecpar;
    const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
    if (codec == nullptr) return hashes;
    const ff::CodecPtr context(avcodec_alloc_context3(codec));
    avcodec_parameters_to_context(context.get(), &parameters);
    context->pkt_timebase = demuxer->stream().time_base;
    context->thread_count = 1;
    context->max_pixels = ff::max_pixels;
    context->get_buffer2 = get_filled_buffer<Fill>;
    if (avcodec_open2(context.get(), codec, nullptr) < 0) return hashes;
    const ff::PacketPtr packet = ff::make_packet();
    const ff::FramePtr frame = ff::make_frame();
    for (bool more = true; more;) {
        more = demuxer->read(*packet);
        if (more && packet->size == 0) continue;
        if (avcodec_send_packet(context.get(), more ? packet.get() : nullptr) < 0) continue;
        while (avcodec_receive_frame(context.get(), frame.get()) >= 0) hashes.push_back(hash64(*frame));
    }
    return hashes;
}

// Finds the frames of which the decoder leaves samples unwritten, by decoding into memory filled in two ways.
std::set<std::int64_t> undetermined_frames(const fs::path& video) {
    const auto one = hashes_over<0x35>(video);
    const auto other = hashes_over<0xCA>(video);
    std::set<std::int64_t> frames;
    for (std::size_t n = 0; n < std::min(one.size(), other.size()); ++n) {
        if (one[n] != other[n]) frames.insert(static_cast<std::int64_t>(n));
    }
    return frames;
}

// Compares pictures with the reference. An MD5 is computed once for each distinct picture of a frame.
class Judge {
public:
    Judge(FrameSource& source, const Reference& reference) : source_(source), reference_(reference) {}

    void ask(std::int64_t n, const char* pattern) {
        n = std::clamp<std::int64_t>(n, 0, std::ssize(reference_.hashes) - 1);
        ++outcome_.requests;
        const auto picture = source_.frame(FrameIndex{n});
        if (!picture) {
            ++outcome_.failed;
            note(fmt::format("{} {}: {}", pattern, n, picture.error().message));
            return;
        }
        if (is_right(n, **picture)) return;
        if (!undetermined_) undetermined_ = undetermined_frames(reference_.video);
        if (undetermined_->contains(n)) {
            ++outcome_.undetermined;
            return;
        }
        ++outcome_.wrong;
        const std::string hash = framemd5(**picture);
        const auto at = std::ranges::find(reference_.hashes, hash);
        const std::string what = at == reference_.hashes.end()
                                     ? "no frame of ffmpeg's"
                                     : fmt::format("frame {}", at - reference_.hashes.begin());
        note(fmt::format("{} {}: is {}", pattern, n, what));
    }

    const Outcome& outcome() const { return outcome_; }

private:
    bool is_right(std::int64_t n, const Picture& picture) {
        const std::pair key{n, hash64(picture.av_frame())};
        const auto known = verdicts_.find(key);
        if (known != verdicts_.end()) return known->second;
        const bool right = framemd5(picture) == reference_.hashes[static_cast<std::size_t>(n)];
        verdicts_.emplace(key, right);
        return right;
    }

    void note(std::string text) {
        if (outcome_.first.empty()) outcome_.first = std::move(text);
    }

    FrameSource& source_;
    const Reference& reference_;
    Outcome outcome_;
    std::optional<std::set<std::int64_t>> undetermined_;
    std::map<std::pair<std::int64_t, std::uint64_t>, bool> verdicts_;
};

}  // namespace

Outcome& Outcome::operator+=(const Outcome& other) {
    requests += other.requests;
    wrong += other.wrong;
    failed += other.failed;
    undetermined += other.undetermined;
    if (first.empty()) first = other.first;
    return *this;
}

bool is_video_name(const fs::path& file) {
    const std::string name = file.filename().string();
    const std::string ending = file.extension().string();
    return !ending.empty() && ending != ".md5s" && ending != ".txt" && ending != ".jpg" &&
           !name.starts_with("frame_") && name != "playlist.mp4" && name != "concat.mp4";
}

Reference reference_of(const fs::path& video, const fs::path& kept) {
    Reference reference;
    reference.video = video;
    reference.hashes = kept_hashes(video, kept);
    if (!reference.hashes.empty()) reference.corners = corners_of(video, std::ssize(reference.hashes));
    return reference;
}

Outcome ask_for_frames(FrameSource& source, const Reference& reference, const Requests& requests) {
    Judge judge(source, reference);
    std::mt19937 random(requests.seed);
    const auto count = static_cast<unsigned>(reference.hashes.size());
    for (int i = 0; i < requests.random; ++i) judge.ask(static_cast<std::int64_t>(random() % count), "random");

    // Steps in runs from a place drawn at random, forward and backward in turn, as long as the video allows.
    const int run_length = std::max<int>(1, std::min<int>(static_cast<int>(count), requests.stepping / 4));
    bool forward = true;
    for (int left = requests.stepping; left > 0; forward = !forward) {
        const auto begin = static_cast<std::int64_t>(random() % (count - static_cast<unsigned>(run_length) + 1));
        for (int i = 0; i < run_length && left > 0; ++i, --left) {
            judge.ask(forward ? begin + i : begin + run_length - 1 - i, forward ? "step forward" : "step back");
        }
    }

    // Out and back over a sync frame, wider each time.
    for (int left = requests.ping_pong; left > 0;) {
        const std::int64_t corner = reference.corners[random() % reference.corners.size()];
        for (std::int64_t reach = 1; reach <= 5 && left > 0; ++reach, left -= 2) {
            judge.ask(corner - reach, "ping");
            judge.ask(corner + reach - 1, "pong");
        }
    }
    return judge.outcome();
}

}  // namespace inbetween::test
