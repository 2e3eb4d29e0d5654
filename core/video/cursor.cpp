#include "core/video/cursor.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace inbetween {

namespace {

// After a seek a stream may begin with packets the index does not know, cut or stamped differently.
constexpr int max_unknown_packets = 64;

struct Place {
    std::int64_t at = 0;
    bool bytes = false;  // a position in the file, not a time stamp
    friend bool operator==(const Place&, const Place&) = default;
};

// Places to seek to so that reading meets `packet`, best first. Formats differ in whether they look for the decoding
// or the presentation time; one that lands too late is asked for an earlier place.
std::vector<Place> seek_candidates(const VideoIndex& index, std::size_t packet) {
    std::vector<Place> candidates;
    const auto add = [&](Pts ts) {
        if (ts != no_pts && std::ranges::find(candidates, Place{ts}) == candidates.end()) candidates.push_back({ts});
    };
    add(index.packets()[packet].dts);
    add(index.packets()[packet].pts);
    std::optional<std::size_t> earlier = index.sync_before(packet);
    for (int i = 0; i < 3 && earlier; ++i) {
        add(index.packets()[*earlier].dts);
        earlier = index.sync_before(*earlier);
    }
    if (index.packets()[packet].pos >= 0) candidates.push_back({index.packets()[packet].pos, true});
    return candidates;
}

// Whether a packet read after a seek is the one the index knows, as far as both say. A time stamp that the index has
// must be there: frames are told by it.
bool is_same(const AVPacket& packet, const PacketEntry& entry) {
    if (packet.size != entry.size) return false;
    if (entry.pts != no_pts) return packet.pts == entry.pts;
    if (packet.pos >= 0 && entry.pos >= 0 && packet.pos != entry.pos) return false;
    return packet.dts == AV_NOPTS_VALUE || entry.dts == no_pts || packet.dts == entry.dts;
}

// Whether reading has gone past the entry.
bool is_past(const AVPacket& packet, const PacketEntry& entry) {
    if (packet.dts != AV_NOPTS_VALUE && entry.dts != no_pts) return packet.dts > entry.dts;
    return packet.pos >= 0 && entry.pos >= 0 && packet.pos > entry.pos;
}

}  // namespace

Cursor::Cursor(std::filesystem::path path, Demuxer demuxer, Decoder decoder)
    : path_(std::move(path)), demuxer_(std::move(demuxer)), decoder_(std::move(decoder)), packet_(ff::make_packet()) {}

Result<Cursor> Cursor::open(const std::filesystem::path& path, int threads, const std::stop_token& stop) {
    auto demuxer = Demuxer::open(path, Demuxer::Probe::Streams, stop);
    if (!demuxer) return demuxer.error();
    auto decoder = Decoder::open(path.string(), demuxer->stream(), threads);
    if (!decoder) return decoder.error();
    return Cursor(path, std::move(*demuxer), std::move(*decoder));
}

Result<Done> Cursor::restart(int threads) {
    auto fresh = Cursor::open(path_, threads);
    if (!fresh) return fresh.error();
    fresh->stats_ = stats_;
    ++fresh->stats_.seeks;
    ++fresh->stats_.flushes;
    std::swap(*this, *fresh);  // what was there ends as a whole, with what it rests on ending last
    return Done{};
}

Result<Done> Cursor::decode_on(std::shared_ptr<HardwareDevice> device, int threads) {
    auto decoder = Decoder::open(path_.string(), demuxer_.stream(), threads, std::move(device));
    if (!decoder) return decoder.error();
    std::swap(decoder_, *decoder);
    errors_before_ = 0;
    ++stats_.flushes;
    return Done{};
}

bool Cursor::read() {
    holding_ = false;
    if (!demuxer_.read(*packet_)) {
        has_read_whole_ = true;
        return false;
    }
    if (listener_) listener_(*packet_);
    position_ = position_ ? *position_ + 1 : 0;
    holding_ = true;
    return true;
}

bool Cursor::read_until(const VideoIndex& index, std::size_t packet) {
    const PacketEntry& wanted = index.packets()[packet];
    int unknown = 0;
    while (read()) {
        if (is_same(*packet_, wanted)) {
            position_ = packet;
            return true;
        }
        const Pts pts = packet_->pts == AV_NOPTS_VALUE ? no_pts : packet_->pts;
        const auto found = index.find_packet(pts, packet_->size);
        if (found ? *found > packet : is_past(*packet_, wanted)) return false;
        if (!found && ++unknown > max_unknown_packets) return false;
    }
    return false;
}

// Some formats can seek only to what they have read.
bool Cursor::read_whole() {
    if (has_read_whole_) return false;
    while (demuxer_.read(*packet_)) {
    }
    has_read_whole_ = true;
    return true;
}

bool Cursor::seek_to(const VideoIndex& index, std::size_t packet) {
    return seek_to_known(index, packet) || (read_whole() && seek_to_known(index, packet));
}

bool Cursor::seek_to_known(const VideoIndex& index, std::size_t packet) {
    for (const Place& place : seek_candidates(index, packet)) {
        ++stats_.seeks;
        holding_ = false;
        if (!(place.bytes ? demuxer_.seek_bytes(place.at) : demuxer_.seek(place.at)) || !read_until(index, packet))
            continue;
        decoder_.flush();
        ++stats_.flushes;
        errors_before_ = decoder_.errors();
        return true;
    }
    holding_ = false;
    return false;
}

ff::FramePtr Cursor::next() {
    ff::FramePtr frame = ff::make_frame();
    for (;;) {
        switch (decoder_.receive(*frame)) {
            case Decoder::Got::Frame:
                ++stats_.frames;
                return frame;
            case Decoder::Got::End:
                return nullptr;
            case Decoder::Got::NeedsPacket:
                break;
        }
        if (!holding_ && !read()) {
            decoder_.drain();
            continue;
        }
        holding_ = false;
        if (packet_->size == 0) continue;  // some demuxers put out empty packets, which would end the decoding
        decoder_.skip_nonref(position_.value_or(0) < skip_before_);
        decoder_.send(*packet_, static_cast<std::int64_t>(position_.value_or(0)));
        ++stats_.packets;
        av_packet_unref(packet_.get());
    }
}

}  // namespace inbetween
