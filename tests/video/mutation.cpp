#include "tests/video/mutation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "core/video/demuxer.h"
#include "core/video/video_index.h"
#include "tests/support/support.h"

namespace inbetween::test {

namespace {

namespace fs = std::filesystem;

std::size_t below(std::mt19937& random, std::size_t limit) { return limit == 0 ? 0 : random() % limit; }

// Bytes of a file.
struct Range {
    std::size_t begin = 0;
    std::size_t size = 0;
};

Range any_range(std::mt19937& random, std::size_t file_bytes, std::size_t most) {
    const std::size_t begin = below(random, file_bytes);
    return {begin, std::min(file_bytes - begin, 1 + below(random, most))};
}

// Where the payloads of the packets lie, as far as the demuxer says.
std::vector<Range> packets_of(const fs::path& video, std::size_t file_bytes) {
    std::vector<Range> ranges;
    auto demuxer = Demuxer::open(video, Demuxer::Probe::Streams);
    if (!demuxer) return ranges;
    const auto index = VideoIndex::scan(*demuxer, 0, {}, {}, {});
    if (!index) return ranges;
    for (const PacketEntry& packet : index->packets()) {
        if (packet.pos < 0 || packet.size <= 0) continue;
        const auto begin = static_cast<std::size_t>(packet.pos);
        if (begin < file_bytes) ranges.push_back({begin, std::min(file_bytes - begin, std::size_t(packet.size))});
    }
    return ranges;
}

// A file's bytes on the way to being damaged.
class Bytes {
public:
    Bytes(const fs::path& video, std::mt19937& random)
        : random_(random), bytes_(file_text(video)), packets_(packets_of(video, bytes_.size())) {}

    const std::string& text() const { return bytes_; }

    std::string flip_bits() {
        const Range packet = any_packet();
        const std::size_t count = 1 + below(random_, 8);
        for (std::size_t i = 0; i < count; ++i) {
            bytes_[packet.begin + below(random_, packet.size)] ^= static_cast<char>(1U << below(random_, 8));
        }
        return fmt::format("{} bits turned at {}", count, packet.begin);
    }
    std::string zero_in_packet() {
        const Range packet = any_packet();
        const std::size_t skipped = below(random_, packet.size);
        const Range hole{packet.begin + skipped, 1 + below(random_, packet.size - skipped)};
        return zero(hole);
    }
    std::string zero_anywhere() { return zero(any_range(random_, bytes_.size(), 4000)); }
    std::string fill_packet_with_another() {
        const Range to = any_packet();
        const Range from = any_packet();
        const std::string payload = bytes_.substr(from.begin, std::min(from.size, to.size));
        bytes_.replace(to.begin, payload.size(), payload);
        return fmt::format("the packet at {} holds that at {}", to.begin, from.begin);
    }
    std::string noise_anywhere() {
        const Range range = any_range(random_, bytes_.size(), 200);
        for (std::size_t i = 0; i < range.size; ++i) bytes_[range.begin + i] = static_cast<char>(random_() & 255U);
        return fmt::format("{} bytes of noise at {}", range.size, range.begin);
    }
    std::string cut_the_end() {
        bytes_.resize(below(random_, bytes_.size()));
        return fmt::format("cut at {}", bytes_.size());
    }
    std::string cut_out() {
        const Range range = any_range(random_, bytes_.size(), 3000);
        bytes_.erase(range.begin, range.size);
        return fmt::format("{} bytes cut out at {}", range.size, range.begin);
    }
    std::string exchange_ranges() {
        const std::size_t size = 1 + below(random_, std::min<std::size_t>(bytes_.size() / 2, 2000));
        const std::size_t one = below(random_, bytes_.size() - 2 * size + 1);
        const std::size_t other = one + size + below(random_, bytes_.size() - one - 2 * size + 1);
        for (std::size_t i = 0; i < size; ++i) std::swap(bytes_[one + i], bytes_[other + i]);
        return fmt::format("{} bytes at {} exchanged with those at {}", size, one, other);
    }

private:
    Range any_packet() {
        if (packets_.empty()) return any_range(random_, bytes_.size(), 400);
        return packets_[below(random_, packets_.size())];
    }
    std::string zero(Range hole) {
        std::fill_n(bytes_.begin() + static_cast<std::ptrdiff_t>(hole.begin), hole.size, '\0');
        return fmt::format("{} bytes zeroed at {}", hole.size, hole.begin);
    }

    std::mt19937& random_;
    std::string bytes_;
    std::vector<Range> packets_;
};

struct MuxerCloser {
    void operator()(AVFormatContext* muxer) const {
        avio_closep(&muxer->pb);
        avformat_free_context(muxer);
    }
};

// Writes the packets of a video anew, as `change` leaves them.
bool remux(const fs::path& video, const fs::path& copy,
           const std::function<void(std::vector<ff::PacketPtr>& packets)>& change) {
    auto demuxer = Demuxer::open(video, Demuxer::Probe::Streams);
    if (!demuxer) return false;
    std::vector<ff::PacketPtr> packets;
    for (ff::PacketPtr packet = ff::make_packet(); demuxer->read(*packet); packet = ff::make_packet()) {
        if (packet->size > 0) packets.push_back(std::move(packet));
    }
    if (packets.size() < 2) return false;
    AVFormatContext* context = nullptr;
    if (avformat_alloc_output_context2(&context, nullptr, nullptr, copy.c_str()) < 0) return false;
    const std::unique_ptr<AVFormatContext, MuxerCloser> muxer(context);
    AVStream* stream = avformat_new_stream(context, nullptr);
    if (stream == nullptr || avcodec_parameters_copy(stream->codecpar, demuxer->stream().codecpar) < 0) return false;
    stream->codecpar->codec_tag = 0;
    stream->time_base = demuxer->stream().time_base;
    stream->avg_frame_rate = demuxer->stream().avg_frame_rate;
    if (avio_open(&context->pb, copy.c_str(), AVIO_FLAG_WRITE) < 0 || avformat_write_header(context, nullptr) < 0) {
        return false;
    }
    change(packets);
    for (const ff::PacketPtr& packet : packets) {
        packet->stream_index = 0;
        packet->pos = -1;
        av_packet_rescale_ts(packet.get(), demuxer->stream().time_base, stream->time_base);
        (void)av_write_frame(context, packet.get());  // what a muxer does not take is one more packet lost
    }
    return av_write_trailer(context) >= 0;
}

void exchange_payloads(AVPacket& a, AVPacket& b) {
    std::swap(a.buf, b.buf);
    std::swap(a.data, b.data);
    std::swap(a.size, b.size);
}

using Random = std::mt19937;
using Packets = std::vector<ff::PacketPtr>;

void lose_some(Packets& packets, Random& random) {
    for (std::size_t left = 1 + below(random, 5); left > 0 && packets.size() > 1; --left) {
        packets.erase(packets.begin() + static_cast<std::ptrdiff_t>(below(random, packets.size())));
    }
}

void exchange_some(Packets& packets, Random& random) {
    const std::size_t at = below(random, packets.size() - 1);
    exchange_payloads(*packets[at],
                      *packets[at + 1 + below(random, std::min<std::size_t>(packets.size() - at - 1, 6))]);
}

void double_one(Packets& packets, Random& random) {
    const std::size_t at = below(random, packets.size());
    ff::PacketPtr twin(av_packet_clone(packets[at].get()));
    packets.insert(packets.begin() + static_cast<std::ptrdiff_t>(at), std::move(twin));
}

void lose_the_beginning(Packets& packets, Random& random) {
    packets.erase(packets.begin(),
                  packets.begin() + static_cast<std::ptrdiff_t>(1 + below(random, packets.size() / 2)));
}

struct PacketDamage {
    const char* words;
    void (*change)(Packets&, Random&);
};

constexpr std::array packet_damages{
    PacketDamage{"packets lost", lose_some},
    PacketDamage{"packets exchanged", exchange_some},
    PacketDamage{"a packet doubled", double_one},
    PacketDamage{"the first packets lost", lose_the_beginning},
};

}  // namespace

std::string write_damaged(const fs::path& video, const fs::path& copy, std::mt19937& random) {
    constexpr std::array byte_damages{&Bytes::flip_bits,
                                      &Bytes::flip_bits,
                                      &Bytes::zero_in_packet,
                                      &Bytes::zero_anywhere,
                                      &Bytes::fill_packet_with_another,
                                      &Bytes::noise_anywhere,
                                      &Bytes::cut_the_end,
                                      &Bytes::cut_out,
                                      &Bytes::exchange_ranges};
    const std::size_t kind = below(random, byte_damages.size() + packet_damages.size());
    if (kind >= byte_damages.size()) {
        const PacketDamage& damage = packet_damages[kind - byte_damages.size()];
        const bool written = remux(video, copy, [&](Packets& packets) { damage.change(packets, random); });
        if (written && fs::file_size(copy) > 0) return damage.words;
    }
    Bytes bytes(video, random);
    const std::string words = (bytes.*byte_damages[kind % byte_damages.size()])();
    write_text(copy, bytes.text());
    return words;
}

}  // namespace inbetween::test
