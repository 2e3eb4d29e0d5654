#include "core/video/clip.h"

#include <algorithm>
#include <vector>

#include "core/video/clip_parts.h"
#include "core/video/frame_shaper.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// Decodes the clip and holds its number of frames, and for a copied one each sample, against the video.
/// errors: cancelled; what differs.
Result<Done> check(const ClipJob& job, const Clip& clip, ClipCut cut) {
    OpenOptions options;
    options.stop = job.stop;
    auto back = open_frame_source(clip.file, options);
    if (!back) return back.error();
    if (auto proved = (*back)->prove(job.stop, {}); !proved) return proved;
    if ((*back)->info().frames != clip.frames.size())
        return fail("{}: holds {} frames in place of {}", clip.file.string(), (*back)->info().frames,
                    clip.frames.size());
    if (cut == ClipCut::Exact) return Done{};
    for (FrameIndex n = clip.frames.begin; n < clip.frames.end; ++n) {
        if (job.stop.stop_requested()) return cancelled();
        const auto there = job.source.frame(n);
        const auto here = (*back)->frame(FrameIndex{n - clip.frames.begin});
        if (!there) return there.error();
        if (!here) return here.error();
        if (hash64((*there)->av_frame()) != hash64((*here)->av_frame()))
            return fail("{}: shows another picture than frame {}", clip.file.string(), n.value);
    }
    return Done{};
}

Result<Clip> cut_and_check(const ClipJob& job, ClipCut cut, int earlier) {
    auto clip = cut == ClipCut::Exact ? cut_exact(job) : cut_copy(job, earlier);
    if (!clip) return clip;
    if (auto good = check(job, *clip, cut); !good) return good.error();
    return clip;
}

}  // namespace

const std::int32_t* display_matrix(const Demuxer* demuxer) {
    if (demuxer == nullptr) return nullptr;
    std::size_t bytes = 0;
    const std::uint8_t* data = av_stream_get_side_data(&demuxer->stream(), AV_PKT_DATA_DISPLAYMATRIX, &bytes);
    if (data == nullptr || bytes < 9 * sizeof(std::int32_t)) return nullptr;
    return reinterpret_cast<const std::int32_t*>(data);
}

Pts end_time(const ClipJob& job) {
    if (job.frames.end.value < job.source.info().frames) return job.source.pts(job.frames.end);
    const FrameIndex last = job.frames.end - 1;
    const Pts begin = job.source.pts(last);
    constexpr std::int64_t most_looked_at = 25;
    std::vector<Pts> intervals;
    for (FrameIndex n = last; n.value > 0 && last - n < most_looked_at; --n)
        intervals.push_back(job.source.pts(n) - job.source.pts(n - 1));
    const auto middle = intervals.begin() + std::ssize(intervals) / 2;
    if (!intervals.empty()) std::nth_element(intervals.begin(), middle, intervals.end());
    const Pts usual = intervals.empty() ? 1 : std::max<Pts>(*middle, 1);
    // A longer one would be a frame that is missing.
    constexpr Pts most_usual = 25;
    const auto is_likely = [&](Pts duration) { return duration > 0 && duration <= most_usual * usual; };
    // What a stream says of its whole length counts more than a packet, whose length may be that in decode order.
    const auto demuxer = Demuxer::open(job.source.info().path, Demuxer::Probe::Streams, job.stop);
    const Pts length = demuxer ? demuxer->stream().duration : 0;
    if (length > 0 && is_likely(job.source.pts(FrameIndex{0}) + length - begin))
        return job.source.pts(FrameIndex{0}) + length;
    const auto picture = job.source.frame(last);
    const Pts shown = picture ? (*picture)->av_frame().pkt_duration : 0;
    return begin + (is_likely(shown) ? shown : usual);
}

std::string clip_extension(const FrameSource& source, ClipCut cut) {
    return cut == ClipCut::Exact ? ".mp4" : copy_container(source.info()).extension;
}

Result<Clip> cut_clip(FrameSource& source, const ClipRequest& request, const std::stop_token& stop,
                      const std::function<void(double)>& progress) {
    IB_CHECK(!request.frames.empty() && request.frames.begin >= FrameIndex{0} &&
             request.frames.end.value <= source.info().frames);
    const fs::path file = request.out.string() + clip_extension(source, request.cut);
    const ClipJob job{source, request.frames, file, request.crf, request.with_sound, stop, progress};
    if (request.cut == ClipCut::Exact) return cut_and_check(job, request.cut, 0);
    // A place that looks like a sync frame may turn out to lean on what lies before it.
    constexpr int most_tries = 4;
    std::optional<Error> first;
    for (int earlier = 0; earlier < most_tries; ++earlier) {
        auto clip = cut_and_check(job, request.cut, earlier);
        if (clip || clip.error().kind == ErrorKind::Cancelled) return clip;
        if (!first) first = clip.error();
    }
    return *first;
}

}  // namespace inbetween
