#include "core/video/video_index.h"

#include <algorithm>
#include <set>
#include <span>
#include <string_view>

#include "core/video/packet_check.h"

namespace inbetween {

namespace {

Pts pts_from(std::int64_t av) { return av == AV_NOPTS_VALUE ? no_pts : av; }

// Codecs whose packets and frames go one to one and whose decoders carry time stamps through.
bool is_one_to_one(AVCodecID codec) {
    static const std::set<AVCodecID> known{
        AV_CODEC_ID_H264,       AV_CODEC_ID_HEVC,     AV_CODEC_ID_MPEG4,     AV_CODEC_ID_MPEG1VIDEO,
        AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_H263,     AV_CODEC_ID_H263P,     AV_CODEC_ID_MJPEG,
        AV_CODEC_ID_VP8,        AV_CODEC_ID_VP9,      AV_CODEC_ID_AV1,       AV_CODEC_ID_PRORES,
        AV_CODEC_ID_DNXHD,      AV_CODEC_ID_FFV1,     AV_CODEC_ID_HUFFYUV,   AV_CODEC_ID_FFVHUFF,
        AV_CODEC_ID_UTVIDEO,    AV_CODEC_ID_RAWVIDEO, AV_CODEC_ID_PNG,       AV_CODEC_ID_GIF,
        AV_CODEC_ID_FLV1,       AV_CODEC_ID_DVVIDEO,  AV_CODEC_ID_MSMPEG4V1, AV_CODEC_ID_MSMPEG4V2,
        AV_CODEC_ID_MSMPEG4V3,  AV_CODEC_ID_WMV1,     AV_CODEC_ID_WMV2,      AV_CODEC_ID_CINEPAK,
        AV_CODEC_ID_THEORA,     AV_CODEC_ID_JPEG2000, AV_CODEC_ID_MAGICYUV,
    };
    return known.contains(codec);
}

std::string count_of(std::int64_t n, const char* one, const char* many) {
    return fmt::format("{} {}", n, n == 1 ? one : many);
}

}  // namespace

// Two packets with the fields of a frame give one frame, which has the time of the first.
bool VideoIndex::is_second_field(const PacketCheck& check) {
    const bool opposite = check.parity != FieldParity::Frame && field_ != FieldParity::Frame && check.parity != field_;
    const bool second = opposite && check.frame_num == field_frame_num_;
    if (field_ != FieldParity::Frame && !second) ++lone_fields_;
    field_ = second ? FieldParity::Frame : check.parity;
    field_frame_num_ = check.frame_num;
    return second;
}

void VideoIndex::note(const AVPacket& packet, const AVCodecParameters& codec) {
    const bool marked = (packet.flags & AV_PKT_FLAG_KEY) != 0;
    const std::span<const std::uint8_t> data(packet.data, static_cast<std::size_t>(std::max(packet.size, 0)));
    const PacketCheck check = check_packet(codec, data, marked);
    PacketEntry entry;
    entry.pts = pts_from(packet.pts);
    entry.dts = pts_from(packet.dts);
    entry.pos = packet.pos;
    entry.size = packet.size;
    entry.sync = check.sync && !data.empty();
    entry.counted = (packet.flags & AV_PKT_FLAG_DISCARD) == 0 && check.shows_frame && !data.empty();
    if (is_second_field(check)) entry.counted = entry.sync = false;
    if (packets_.empty()) first_marked_sync_ = marked && check.sync;
    if (check.may_be_empty && !data.empty()) ++maybe_empty_;
    if ((check.resets || ended_) && !packets_.empty()) ++resets_;
    ended_ = check.ends_sequence;
    const bool empty = data.empty() || (packet.flags & AV_PKT_FLAG_DISCARD) != 0;
    if ((packet.flags & AV_PKT_FLAG_CORRUPT) != 0 || (check.malformed && !empty)) ++damaged_;
    packets_.push_back(entry);
}

Result<VideoIndex> VideoIndex::scan(Demuxer& demuxer, int reorder_depth, const std::stop_token& stop,
                                    const std::function<void(double)>& progress, VideoIndex begun) {
    VideoIndex index = std::move(begun);
    const ff::PacketPtr packet = ff::make_packet();
    const auto total = static_cast<double>(demuxer.size_bytes());
    while (demuxer.read(*packet)) {
        if (stop.stop_requested()) return cancelled();
        index.note(*packet, *demuxer.stream().codecpar);
        if (progress && packet->pos > 0 && total > 0) progress(static_cast<double>(packet->pos) / total);
    }
    if (stop.stop_requested()) return cancelled();
    index.read_failed_ = demuxer.failed();
    index.build();
    index.look_for_doubts(demuxer, reorder_depth);
    if (progress) progress(1);
    return index;
}

VideoIndex VideoIndex::from_packets(std::vector<PacketEntry> packets) {
    VideoIndex index;
    index.packets_ = std::move(packets);
    index.first_marked_sync_ = !index.packets_.empty() && index.packets_.front().sync;
    index.build();
    return index;
}

void VideoIndex::build() {
    for (std::size_t i = 0; i < packets_.size(); ++i) {
        const PacketEntry& packet = packets_[i];
        if (packet.pts != no_pts) by_pts_.push_back({packet.pts, i});
        if (packet.counted) ++counted_;
        if (packet.counted) frames_.push_back({packet.pts, i});
        if (packet.sync && packet.pts != no_pts) syncs_.push_back(i);
    }
    const auto earlier = [](const Entry& a, const Entry& b) { return a.pts < b.pts; };
    std::ranges::stable_sort(by_pts_, earlier);
    std::ranges::stable_sort(frames_, earlier);
}

void VideoIndex::look_for_doubts(const Demuxer& demuxer, int reorder_depth) {
    std::int64_t missing = 0;
    std::int64_t doubled = 0;
    std::int64_t backward = 0;
    bool reordered = false;
    for (std::size_t i = 0; i < packets_.size(); ++i) {
        const PacketEntry& packet = packets_[i];
        if (packet.counted && packet.pts == no_pts) ++missing;
        if (i > 0 && packet.dts != no_pts && packets_[i - 1].dts != no_pts && packet.dts < packets_[i - 1].dts) {
            ++backward;
        }
        reordered = reordered || (i > 0 && packet.pts < packets_[i - 1].pts);
    }
    for (std::size_t n = 1; n < frames_.size(); ++n) {
        if (frames_[n].pts != no_pts && frames_[n].pts == frames_[n - 1].pts) ++doubled;
    }
    auto& global = doubts_.global;
    const AVInputFormat& format = *demuxer.format().iformat;
    const AVCodecID codec = demuxer.stream().codecpar->codec_id;
    if ((format.flags & AVFMT_NOTIMESTAMPS) != 0) global.push_back("a raw stream carries no time stamps");
    if (missing > 0) global.push_back(count_of(missing, "packet carries", "packets carry") + " no time stamp");
    if (doubled > 0) global.push_back(count_of(doubled, "time stamp stands", "time stamps stand") + " twice");
    if (backward > 0) global.push_back(count_of(backward, "time stamp goes", "time stamps go") + " backward");
    if (!is_one_to_one(codec)) {
        global.push_back(
            fmt::format("the codec {} may make more or fewer frames than packets", avcodec_get_name(codec)));
    }
    if (resets_ > 0) global.push_back("the stream breaks off and starts again inside the file");
    if (maybe_empty_ > 0)
        global.push_back(count_of(maybe_empty_, "packet", "packets") + " may hold no frame, or several");
    if (lone_fields_ > 0)
        global.push_back(count_of(lone_fields_, "field has", "fields have") + " no other of its frame");
    if (damaged_ > 0) global.push_back(count_of(damaged_, "packet is", "packets are") + " damaged");
    if (read_failed_) global.push_back("the file cannot be read to its end");

    if (missing == 0 && reorder_depth > 0 && !reordered && packets_.size() > 1) {
        doubts_.start.push_back("the codec reorders frames but the time stamps do not");
    }
    if (!first_marked_sync_) doubts_.start.push_back("the stream does not begin with a sync frame");
    const bool stamped = !frames_.empty() && frames_.front().pts != no_pts;
    if (stamped && frames_.front().pts < packets_.front().pts) {
        doubts_.start.push_back("frames are shown before the first sync frame");
    }
}

std::optional<FrameIndex> VideoIndex::find_frame(Pts pts) const {
    const FrameIndex at = first_at_or_after(pts);
    if (at.value >= frames() || this->pts(at) != pts) return std::nullopt;
    return at;
}

FrameIndex VideoIndex::first_at_or_after(Pts pts) const {
    const auto at = std::ranges::lower_bound(frames_, pts, {}, &Entry::pts);
    return FrameIndex{at - frames_.begin()};
}

std::optional<std::size_t> VideoIndex::find_packet(Pts pts, int size) const {
    for (auto at = std::ranges::lower_bound(by_pts_, pts, {}, &Entry::pts); at != by_pts_.end() && at->pts == pts;
         ++at) {
        if (packets_[at->packet].size == size) return at->packet;
    }
    return std::nullopt;
}

std::optional<std::size_t> VideoIndex::start_for(FrameIndex n) const {
    const std::size_t target = packet_of(n);
    auto at = std::ranges::upper_bound(syncs_, target);
    while (at != syncs_.begin()) {
        --at;
        if (packets_[*at].pts <= pts(n)) return *at;
    }
    return std::nullopt;
}

std::optional<std::size_t> VideoIndex::sync_before(std::size_t packet) const {
    const auto at = std::ranges::lower_bound(syncs_, packet);
    if (at == syncs_.begin()) return std::nullopt;
    return *std::prev(at);
}

std::optional<std::size_t> VideoIndex::sync_after(std::size_t packet) const {
    const auto at = std::ranges::upper_bound(syncs_, packet);
    if (at == syncs_.end()) return std::nullopt;
    return *at;
}

void VideoIndex::distrust_sync(std::size_t packet) { std::erase(syncs_, packet); }

void VideoIndex::keep_frames(const std::vector<Pts>& stamps) {
    const std::set<Pts> known(stamps.begin(), stamps.end());
    std::erase_if(frames_, [&](const Entry& frame) { return !known.contains(frame.pts); });
}

void VideoIndex::remove_frames(FrameRange range) {
    const auto all = range.intersect({FrameIndex{0}, FrameIndex{frames()}});
    frames_.erase(frames_.begin() + all.begin.value, frames_.begin() + std::max(all.begin, all.end).value);
}

}  // namespace inbetween
