#include <algorithm>

#include "core/video/clip_muxer.h"
#include "core/video/clip_parts.h"
#include "core/video/video_index.h"

namespace inbetween {
namespace {

Error cannot(const ClipJob& job, std::string_view why) {
    return fail("{}: frames {} to {} cannot be cut by copying: {}; an exact cut can", job.source.info().path.string(),
                job.frames.begin.value, job.frames.end.value - 1, why);
}

/// Packets from a sync frame on whose frames follow one another without a gap.
struct Piece {
    std::size_t begin = 0;  ///< the first packet, in decode order
    std::size_t end = 0;    ///< the one after the last
    FrameRange frames;      ///< of the index
};

/// Whether the packet belongs to the piece and not to pictures shown before its sync frame, which need what lies
/// before.
bool is_shown(const VideoIndex& index, const Piece& piece, std::size_t packet) {
    return index.packets()[packet].pts >= index.packets()[piece.begin].pts;
}

/// Extends the piece until no frame between its first and its last is missing.
void close_gaps(const VideoIndex& index, Piece& piece) {
    for (bool is_grown = true; is_grown;) {
        is_grown = false;
        for (FrameIndex n = piece.frames.begin; n < piece.frames.end; ++n)
            piece.end = std::max(piece.end, index.packet_of(n) + 1);
        for (std::size_t at = piece.begin; at < piece.end; ++at) {
            const auto n = index.find_frame(index.packets()[at].pts);
            if (!n || *n < piece.frames.end || index.packet_of(*n) != at) continue;
            piece.frames.end = *n + 1;
            is_grown = true;
        }
    }
}

Result<Piece> piece_of(const ClipJob& job, const VideoIndex& index, int earlier) {
    const auto first = index.find_frame(job.source.pts(job.frames.begin));
    const auto last = index.find_frame(job.source.pts(job.frames.end - 1));
    if (!first || !last || job.source.pts(job.frames.begin) == no_pts)
        return cannot(job, "its packets do not carry the frames' time stamps");
    auto start = index.start_for(*first);
    for (int i = 0; i < earlier && start; ++i) start = index.sync_before(*start);
    if (!start) return cannot(job, "no sync frame lies before them");
    const auto sync = index.find_frame(index.packets()[*start].pts);
    if (!sync) return cannot(job, "an edit list hides the sync frame before them");
    Piece piece{*start, *start + 1, {*sync, *last + 1}};
    close_gaps(index, piece);
    for (FrameIndex n = piece.frames.begin + 1; n < piece.frames.end; ++n)
        if (index.pts(n) == index.pts(n - 1)) return cannot(job, "two frames have one time stamp");
    return piece;
}

/// The frames of the video that the piece shows.
Result<FrameRange> frames_of(const ClipJob& job, const VideoIndex& index, const Piece& piece) {
    const auto number_of = [&](FrameIndex in_index) -> std::optional<FrameIndex> {
        const Pts wanted = index.pts(in_index);
        std::int64_t low = 0;
        std::int64_t high = job.source.info().frames;
        while (low < high) {
            const std::int64_t middle = (low + high) / 2;
            if (job.source.pts(FrameIndex{middle}) < wanted)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == job.source.info().frames || job.source.pts(FrameIndex{low}) != wanted) return std::nullopt;
        return FrameIndex{low};
    };
    const auto first = number_of(piece.frames.begin);
    const auto last = number_of(piece.frames.end - 1);
    if (!first || !last || *last - *first + 1 != piece.frames.size()) return cannot(job, "some packets give no frame");
    return FrameRange{*first, *last + 1};
}

/// Goes to the first packet of the piece, so that the next read gives it.
bool go_to(Demuxer& demuxer, const VideoIndex& index, const Piece& piece, AVPacket& packet) {
    const PacketEntry& wanted = index.packets()[piece.begin];
    const auto is_wanted = [&] { return packet.pts == wanted.pts && packet.size == wanted.size; };
    if (!demuxer.seek(wanted.dts == no_pts ? wanted.pts : wanted.dts)) return false;
    while (demuxer.read(packet))
        if (is_wanted()) return true;
    return false;
}

/// The same by reading all that lies before: formats that cannot seek, or do it badly.
bool read_up_to(Demuxer& demuxer, const Piece& piece, AVPacket& packet) {
    for (std::size_t at = 0; at <= piece.begin; ++at)
        if (!demuxer.read(packet)) return false;
    return true;
}

/// Decode times of the packets that are written: the presentation times in order, early enough for each packet.
/// Containers disagree on which they state, and some state none.
std::vector<Pts> decode_times(const VideoIndex& index, const Piece& piece) {
    std::vector<Pts> shown;
    for (std::size_t at = piece.begin; at < piece.end; ++at)
        if (is_shown(index, piece, at)) shown.push_back(index.packets()[at].pts);
    std::vector<Pts> times = shown;
    std::sort(times.begin(), times.end());
    Pts delay = 0;
    for (std::size_t i = 0; i < times.size(); ++i) delay = std::max(delay, times[i] - shown[i]);
    const Pts origin = times.empty() ? 0 : times.front();
    for (Pts& time : times) time -= delay + origin;
    return times;
}

/// Copies the sound of the same time.
Result<bool> copy_sound(const ClipJob& job, ClipMuxer& muxer, Demuxer& sound, const AVStream& stream, double begin,
                        double end) {
    const AVRational timebase = sound.stream().time_base;
    const auto ticks = [&](double seconds) { return static_cast<std::int64_t>(seconds / av_q2d(timebase)); };
    const ff::PacketPtr packet = ff::make_packet();
    sound.seek(ticks(begin));
    bool any = false;
    while (sound.read(*packet)) {
        if (job.stop.stop_requested()) return cancelled();
        if (packet->pts == AV_NOPTS_VALUE || packet->pts < ticks(begin)) continue;
        if (packet->pts >= ticks(end)) break;
        packet->pts -= ticks(begin);
        packet->dts = packet->pts;
        if (auto put = muxer.put(*packet, stream); !put) return put.error();
        any = true;
    }
    return any;
}

/// Copies the packets of the piece.
Result<Done> copy_packets(const ClipJob& job, const VideoIndex& index, const Piece& piece, ClipMuxer& muxer,
                          const AVStream& stream) {
    const auto& path = job.source.info().path;
    auto demuxer = Demuxer::open(path, Demuxer::Probe::Streams, job.stop);
    if (!demuxer) return demuxer.error();
    const ff::PacketPtr packet = ff::make_packet();
    if (!go_to(*demuxer, index, piece, *packet)) {
        demuxer = Demuxer::open(path, Demuxer::Probe::Streams, job.stop);
        if (!demuxer) return demuxer.error();
        if (!read_up_to(*demuxer, piece, *packet)) return cannot(job, "the file cannot be read there again");
    }
    const std::vector<Pts> times = decode_times(index, piece);
    const Pts origin = index.packets()[piece.begin].pts;
    std::size_t written = 0;
    for (std::size_t at = piece.begin; at < piece.end; ++at) {
        if (job.stop.stop_requested()) return cancelled();
        if (at > piece.begin && !demuxer->read(*packet)) return cannot(job, "the file ends early");
        const PacketEntry& known = index.packets()[at];
        if ((packet->flags & AV_PKT_FLAG_DISCARD) != 0) return cannot(job, "an edit list hides frames among them");
        if (packet->size != known.size) return cannot(job, "the file reads differently the second time");
        if (known.pts == no_pts) return cannot(job, "some packets carry no time stamp");
        if (!is_shown(index, piece, at)) continue;
        packet->pts = known.pts - origin;
        packet->dts = times[written++];
        if (auto put = muxer.put(*packet, stream); !put) return put;
        job.progress(static_cast<double>(at - piece.begin) / static_cast<double>(piece.end - piece.begin));
    }
    return Done{};
}

}  // namespace

ClipContainer copy_container(const VideoInfo& info) {
    const bool is_mp4 = info.container.find("mp4") != std::string::npos;
    const std::string extension = info.path.extension().string();
    if (is_mp4 && (extension == ".mov" || extension == ".MOV")) return {"mov", ".mov"};
    // Matroska as FFmpeg writes it here forgets how a picture is turned.
    if (is_mp4 || info.orientation != Orientation{}) return {"mp4", ".mp4"};
    return {"matroska", ".mkv"};
}

Result<Clip> cut_copy(const ClipJob& job, int earlier) {
    const VideoInfo& info = job.source.info();
    if (info.codec == "images") return cannot(job, "images are no packets of a video");
    if (info.container == "norpix_seq") return cannot(job, "the frames of a Norpix sequence are no packets of a video");
    auto demuxer = Demuxer::open(info.path, Demuxer::Probe::Streams, job.stop);
    if (!demuxer) return demuxer.error();
    const auto index = VideoIndex::scan(*demuxer, 0, job.stop, {}, {});
    if (!index) return index.error();
    const auto piece = piece_of(job, *index, earlier);
    if (!piece) return piece.error();
    const auto frames = frames_of(job, *index, *piece);
    if (!frames) return frames.error();
    auto muxer = ClipMuxer::open(job.out, copy_container(info).name);
    if (!muxer) return muxer.error();
    const AVStream& from = demuxer->stream();
    if (!(*muxer)->takes(from.codecpar->codec_id))
        return cannot(job, fmt::format("{} cannot hold {}", copy_container(info).name, info.codec));
    AVStream* video = (*muxer)->add(*from.codecpar, from.time_base);
    video->sample_aspect_ratio = from.sample_aspect_ratio;
    set_display_matrix(*video, display_matrix(&*demuxer));
    Clip clip{job.out, *frames, false, {}};
    Result<std::optional<Demuxer>> sound = std::optional<Demuxer>();
    if (job.with_sound) sound = Demuxer::open_audio(info.path, job.stop);
    if (!sound) return sound.error();
    AVStream* audio = nullptr;
    if (*sound && (*muxer)->takes((*sound)->stream().codecpar->codec_id))
        audio = (*muxer)->add(*(*sound)->stream().codecpar, (*sound)->stream().time_base);
    else if (*sound)
        clip.notes.push_back("the sound is left out, for the container cannot hold it");
    if (auto begun = (*muxer)->begin(); !begun) return begun.error();
    if (audio != nullptr) {
        const ClipJob held{job.source, *frames, job.out, job.crf, job.with_sound, job.stop, job.progress};
        const auto any = copy_sound(job, **muxer, **sound, *audio, info.timebase.seconds(job.source.pts(frames->begin)),
                                    info.timebase.seconds(end_time(held)));
        if (!any) return any.error();
        clip.has_sound = *any;
    }
    if (auto copied = copy_packets(job, *index, *piece, **muxer, *video); !copied) return copied.error();
    if (auto ended = (*muxer)->end(); !ended) return ended.error();
    return clip;
}

}  // namespace inbetween
