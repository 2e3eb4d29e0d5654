#include "core/video/video_file.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "core/base/check.h"
#include "core/video/orientation.h"

// Opening, and what can be asked. video_file_run.cpp holds the way through the file.

namespace inbetween {

namespace {

// Decoded at open at most, of what the options allow: where the time stamps can be trusted, all of a short video or
// the first frames of a longer one, to check them; where the beginning is in doubt, to settle it.   units: pixels of
// luma; 400 million take about a second.
constexpr std::int64_t whole_budget = 32'000'000;
constexpr std::int64_t check_budget = 16'000'000;
constexpr std::int64_t beginning_budget = 400'000'000;

int thread_count(int stated) {
    if (stated > 0) return stated;
#ifdef __SANITIZE_THREAD__
    return 1;  // libav is not instrumented: the sanitizer cannot see how its threads hand over
#endif
    return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 4U));
}

const std::int32_t* display_matrix(const AVStream& stream, const AVFrame& frame) {
    const auto* of_stream = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
    if (of_stream != nullptr) return reinterpret_cast<const std::int32_t*>(of_stream);
    const AVFrameSideData* of_frame = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    return of_frame != nullptr ? reinterpret_cast<const std::int32_t*>(of_frame->data) : nullptr;
}

}  // namespace

VideoFile::VideoFile(std::filesystem::path path, Cursor cursor, VideoIndex index, const OpenOptions& options,
                     int threads)
    : path_(std::move(path)),
      cursor_(std::move(cursor)),
      index_(std::move(index)),
      cache_(std::make_shared<FrameCache>(options.cache_bytes)),
      threads_(threads) {
    info_.path = path_;
    info_.frames = index_.frames();
    info_.codec = cursor_.decoder().codec_name();
    info_.container = cursor_.demuxer().format().iformat->name;
    const AVRational base = cursor_.demuxer().stream().time_base;
    info_.timebase = {base.num, base.den};
    records_.resize(static_cast<std::size_t>(index_.frames()));
}

Result<std::unique_ptr<FrameSource>> VideoFile::open(const std::filesystem::path& path, const OpenOptions& options) {
    const int threads = thread_count(options.threads);
    auto cursor = Cursor::open(path, threads, options.stop);
    if (!cursor) return cursor.error();
    auto index = VideoIndex::scan(cursor->demuxer(), cursor->decoder().reorder_depth(), options.stop, options.progress);
    if (!index) return index.error();
    cursor->demuxer().forget_stop();
    if (index->packets().empty()) return fail("{}: the video holds no frames", path.string());

    std::unique_ptr<VideoFile> video(new VideoFile(path, std::move(*cursor), std::move(*index), options, threads));
    if (auto settled = video->settle(options); !settled) return settled.error();
    video->opening_ = false;
    return std::unique_ptr<FrameSource>(std::move(video));
}

Result<Done> VideoFile::settle(const OpenOptions& options) {
    const IndexDoubts doubts = index_.doubts();
    info_.reasons = doubts.global;
    info_.reasons.insert(info_.reasons.end(), doubts.start.begin(), doubts.start.end());
    if (!doubts.global.empty()) numbering_ = Numbering::ByOrder;

    // A decoder that has seen nothing yet may begin at the first packet without opening the file again.
    if (doubts.none() && cursor_.seek_to(index_, 0)) {
        run_.live = run_.from_start = true;
    } else if (auto begun = begin_from_start(); !begun) {
        return begun;
    }
    const AVCodecParameters& codec = *cursor_.demuxer().stream().codecpar;
    const std::int64_t pixels = std::int64_t{std::max(codec.width, 1)} * std::max(codec.height, 1);
    const auto total = static_cast<std::int64_t>(index_.packets().size()) * pixels;
    if (total <= (doubts.none() ? std::min(whole_budget, options.proof_pixels) : options.proof_pixels)) {
        if (auto proved = prove(options.stop, options.progress); !proved) return proved;
    } else {
        const bool beginning_alone = doubts.global.empty() && !doubts.start.empty();
        const std::int64_t budget = beginning_alone ? beginning_budget : check_budget;
        // One frame at least, to know what the frames are.
        auto decoded = decode_beginning(std::max<std::int64_t>(std::min(budget, options.proof_pixels), 1));
        if (!decoded) return decoded;
        if (options.stop.stop_requested()) return cancelled();
    }
    if (info_.decoded_size.width == 0) return fail("{}: no frame of it can be decoded", path_.string());
    return Done{};
}

Result<Done> VideoFile::decode_beginning(std::int64_t pixel_budget) {
    while (pixel_budget > 0) {
        Step step = Step::Skip;
        auto picture = next_picture(step);
        if (!picture) return picture.error();
        if (step == Step::GiveUp) {
            if (complete_) break;
            if (auto begun = begin_from_start(); !begun) return begun;
            continue;
        }
        if (step == Step::Skip) continue;
        const Size size = (*picture)->decoded_size();
        pixel_budget -= std::int64_t{size.width} * size.height;
        if (numbering_ == Numbering::ByPts && beginning_is_settled()) break;
    }
    if (numbering_ == Numbering::ByPts && (index_.doubts().start.empty() || beginning_is_settled())) {
        info_.exactness = Exactness::Proved;
        info_.reasons.clear();
    }
    return Done{};
}

bool VideoFile::beginning_is_settled() const {
    const auto first = index_.packets().front().sync ? std::optional<std::size_t>(0) : index_.sync_after(0);
    const auto second = first ? index_.sync_after(*first) : std::nullopt;
    return second && run_.next > index_.first_at_or_after(index_.packets()[*second].pts);
}

void VideoFile::describe(const AVFrame& first) {
    const AVStream& stream = cursor_.demuxer().stream();
    const MatrixTurn turn = turn_of_matrix(display_matrix(stream, first));
    info_.orientation = turn.orientation;
    info_.rotation_degrees = turn.clockwise_degrees;
    // libav asks for objects it does not change.
    const AVRational aspect =
        av_guess_sample_aspect_ratio(const_cast<AVFormatContext*>(&cursor_.demuxer().format()),
                                     const_cast<AVStream*>(&stream), const_cast<AVFrame*>(&first));
    sample_aspect_ = aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1;
    const Picture picture(first, info_.orientation, sample_aspect_);
    info_.decoded_size = picture.decoded_size();
    info_.pixel_aspect = picture.pixel_aspect();
    info_.format = picture.format();
}

Result<PicturePtr> VideoFile::frame(FrameIndex n) {
    if (n.value < 0 || n.value >= info_.frames) return past_end(n);
    cache_->set_focus(n);
    if (PicturePtr cached = cache_->find(n)) return cached;
    return decode_to(n);
}

Pts VideoFile::pts(FrameIndex n) const {
    IB_CHECK(n.value >= 0 && n.value < info_.frames);
    const auto at = static_cast<std::size_t>(n.value);
    if (at < records_.size() && records_[at].known && records_[at].pts != no_pts) return records_[at].pts;
    const bool all_stamped = index_.frames() > 0 && index_.pts(FrameIndex{0}) != no_pts;
    if (all_stamped && n.value < index_.frames()) return index_.pts(n);
    const AVRational rate = cursor_.demuxer().stream().avg_frame_rate;
    const AVRational base = cursor_.demuxer().stream().time_base;
    if (rate.num <= 0 || rate.den <= 0) return n.value;
    return av_rescale_q(n.value, av_inv_q(rate), base);
}

Result<Done> VideoFile::prove(const std::stop_token& stop, const std::function<void(double)>& progress) {
    if (complete_) return Done{};
    if (!opening_ && info_.exactness == Exactness::Proved) return Done{};
    if (!run_.live || !run_.from_start) {
        if (auto begun = begin_from_start(); !begun) return begun;
    }
    while (!complete_) {
        if (stop.stop_requested()) return cancelled();
        Step step = Step::Skip;
        auto picture = next_picture(step);
        if (!picture) return picture.error();
        if (complete_) break;
        if (step == Step::GiveUp) {
            if (auto begun = begin_from_start(); !begun) return begun;
        }
        if (progress && info_.frames > 0) {
            progress(std::min(1.0, static_cast<double>(run_.next.value) / static_cast<double>(info_.frames)));
        }
    }
    return Done{};
}

bool VideoFile::use_cache(std::shared_ptr<FrameCache> cache) {
    cache->put_all(*cache_);
    cache_ = std::move(cache);
    return true;
}

Error VideoFile::past_end(FrameIndex n) const {
    return fail("{}: there is no frame {}; the video has {} frames, counted from 0", path_.string(), n.value,
                info_.frames);
}

Error VideoFile::add_file(const Error& error) const {
    if (error.kind == ErrorKind::Cancelled) return error;
    return fail("{}: {}", path_.string(), error.message);
}

}  // namespace inbetween
