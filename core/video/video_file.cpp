#include "core/video/video_file.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "core/base/check.h"
#include "core/video/first_glance.h"
#include "core/video/hardware_device.h"
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
    return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 4U));
}

const std::int32_t* display_matrix(const AVStream& stream, const AVFrame& frame) {
    const auto* of_stream = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
    if (of_stream != nullptr) return reinterpret_cast<const std::int32_t*>(of_stream);
    const AVFrameSideData* of_frame = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    return of_frame != nullptr ? reinterpret_cast<const std::int32_t*>(of_frame->data) : nullptr;
}

}  // namespace

VideoFile::VideoFile(std::filesystem::path path, Cursor cursor, Known known, const OpenOptions& options, int threads)
    : path_(std::move(path)),
      known_(std::move(known)),
      cursor_(std::move(cursor)),
      cache_(std::make_shared<FrameCache>(options.cache_bytes)),
      threads_(threads) {}

Result<std::unique_ptr<FrameSource>> VideoFile::open(const std::filesystem::path& path, const OpenOptions& options) {
    const int threads = thread_count(options.threads);
    Known known;
    const PicturePtr first = show_at_a_glance(path, options, known);
    auto cursor = Cursor::open(path, threads, options.stop);
    if (!cursor) return cursor.error();
    known.info.path = path;
    known.info.codec = cursor->decoder().codec_name();
    known.info.container = cursor->demuxer().format().iformat->name;
    const AVRational base = cursor->demuxer().stream().time_base;
    known.info.timebase = {base.num, base.den};
    std::unique_ptr<VideoFile> video(new VideoFile(path, std::move(*cursor), std::move(known), options, threads));

    VideoIndex begun;
    if (first) {
        video->cache_->put(FrameIndex{0}, first, video->cache_generation_);
    } else if (options.first_picture) {
        begun = video->show_first(options.first_picture);
    }
    auto index = VideoIndex::scan(video->cursor_.demuxer(), video->cursor_.decoder().reorder_depth(), options.stop,
                                  options.progress, std::move(begun));
    if (!index) return index.error();
    video->cursor_.demuxer().forget_stop();
    if (index->packets().empty()) return fail("{}: the video holds no frames", path.string());
    video->known_.info.frames = index->frames();
    video->known_.records.resize(static_cast<std::size_t>(index->frames()));
    video->known_.index = std::move(*index);
    if (auto settled = video->settle(options); !settled) return settled.error();
    if (auto chosen = video->choose_device(options); !chosen) return chosen.error();
    video->opening_ = false;
    return std::unique_ptr<FrameSource>(std::move(video));
}

// returns: frame 0, where it could be shown before anything else is known of the file.
PicturePtr VideoFile::show_at_a_glance(const std::filesystem::path& path, const OpenOptions& options, Known& known) {
    if (!options.first_picture) return nullptr;
    auto glance = first_glance(path, options.stop);
    if (!glance) return nullptr;
    auto picture = known.picture_of_first(glance->demuxer, std::move(glance->frame));
    if (!picture) return nullptr;
    options.first_picture(*picture);
    return *picture;
}

// The first frame that comes out of a plain decode is frame 0, whatever the rest of the file holds.
// returns: the packets that were read for it.
VideoIndex VideoFile::show_first(const std::function<void(PicturePtr)>& first_picture) {
    VideoIndex read;
    const AVCodecParameters& codec = *cursor_.demuxer().stream().codecpar;
    cursor_.set_listener([&](const AVPacket& packet) { read.note(packet, codec); });
    ff::FramePtr frame = cursor_.next();
    cursor_.set_listener({});
    if (!frame || cursor_.errors() > 0) return read;
    const auto picture = known_.picture_of_first(cursor_.demuxer(), std::move(frame));
    if (picture) first_picture(cache_->put(FrameIndex{0}, *picture, cache_generation_));
    return read;
}

Result<Done> VideoFile::settle(const OpenOptions& options) {
    const IndexDoubts doubts = known_.index.doubts();
    known_.info.reasons = doubts.global;
    known_.info.reasons.insert(known_.info.reasons.end(), doubts.start.begin(), doubts.start.end());
    if (!doubts.global.empty()) known_.numbering = Numbering::ByOrder;

    const AVCodecParameters& codec = *cursor_.demuxer().stream().codecpar;
    const std::int64_t pixels = std::int64_t{std::max(codec.width, 1)} * std::max(codec.height, 1);
    const auto total = static_cast<std::int64_t>(known_.index.packets().size()) * pixels;
    const bool proves = total <= options.proof_pixels && options.table == nullptr;
    // Frame 0 is known and nothing is in doubt: who waits for the video need not wait for more.
    if (doubts.none() && known_.info.decoded_size.width > 0 && !proves) {
        trust_time_stamps();
        if (options.table != nullptr) adopt(*options.table);
        return Done{};
    }
    // A decoder that has seen nothing yet may begin at the first packet without opening the file again.
    const bool fresh = cursor_.stats().packets == 0 && cursor_.demuxer().begins_anew();
    if (doubts.none() && fresh && cursor_.seek_to(known_.index, 0)) {
        run_.live = run_.from_start = true;
    } else if (auto begun = begin_from_start(); !begun) {
        return begun;
    }
    if (proves) {
        if (auto proved = prove(options.stop, options.progress, {}); !proved) return proved;
    } else {
        const bool beginning_alone = doubts.global.empty() && !doubts.start.empty();
        const std::int64_t budget = options.table != nullptr ? 1 : beginning_alone ? beginning_budget : check_budget;
        // One frame at least, to know what the frames are.
        auto decoded = decode_beginning(std::max<std::int64_t>(std::min(budget, options.proof_pixels), 1));
        if (!decoded) return decoded;
        if (options.stop.stop_requested()) return cancelled();
    }
    if (known_.info.decoded_size.width == 0) return fail("{}: no frame of it can be decoded", path_.string());
    if (options.table != nullptr) adopt(*options.table);
    return Done{};
}

Result<Done> VideoFile::decode_beginning(std::int64_t pixel_budget) {
    while (pixel_budget > 0) {
        Step step = Step::Skip;
        auto picture = next_picture(step, FrameIndex{0});
        if (!picture) return picture.error();
        if (step == Step::GiveUp) {
            if (known_.complete) break;
            if (auto begun = begin_from_start(); !begun) return begun;
            continue;
        }
        if (step == Step::Skip) continue;
        const Size size = (*picture)->decoded_size();
        pixel_budget -= std::int64_t{size.width} * size.height;
        if (known_.numbering == Numbering::ByPts && beginning_is_settled()) break;
    }
    const bool settled = known_.index.doubts().start.empty() || beginning_is_settled();
    if (known_.numbering == Numbering::ByPts && settled && !known_.complete) trust_time_stamps();
    return Done{};
}

void VideoFile::trust_time_stamps() {
    known_.info.sound = true;
    known_.info.reasons = {"not decoded to its end yet"};
}

bool VideoFile::beginning_is_settled() const {
    const auto first = known_.index.packets().front().sync ? std::optional<std::size_t>(0) : known_.index.sync_after(0);
    const auto second = first ? known_.index.sync_after(*first) : std::nullopt;
    return second && run_.next > known_.index.first_at_or_after(known_.index.packets()[*second].pts);
}

void VideoFile::Known::describe(const Demuxer& demuxer, const AVFrame& first) {
    const AVStream& stream = demuxer.stream();
    const MatrixTurn turn = turn_of_matrix(display_matrix(stream, first));
    info.orientation = turn.orientation;
    info.rotation_degrees = turn.clockwise_degrees;
    // libav asks for objects it does not change.
    const AVRational aspect = av_guess_sample_aspect_ratio(
        const_cast<AVFormatContext*>(&demuxer.format()), const_cast<AVStream*>(&stream), const_cast<AVFrame*>(&first));
    sample_aspect = aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1;
    peak_nits = peak_nits_of(stream);
    const Picture picture(first, info.orientation, sample_aspect, peak_nits);
    info.decoded_size = picture.decoded_size();
    info.pixel_aspect = picture.pixel_aspect();
    info.format = picture.format();
}

Result<PicturePtr> VideoFile::Known::picture_of_first(const Demuxer& demuxer, ff::FramePtr frame) {
    auto shaped = shaper.shape(std::move(frame));
    if (!shaped) return shaped.error();
    describe(demuxer, **shaped);
    return std::make_shared<const Picture>(**shaped, info.orientation, sample_aspect, peak_nits);
}

Result<PicturePtr> VideoFile::frame(FrameIndex n, FrameIndex keep_from) {
    if (n.value < 0 || n.value >= known_.info.frames) return past_end(n);
    if (role_ == CacheRole::Keeper) cache_->set_focus(n);
    if (cache_generation_ == cache_->generation()) {
        if (PicturePtr cached = cache_->find(n)) return cached;
    }
    return decode_to(n, keep_from);
}

FrameIndex VideoFile::decode_start(FrameIndex n) const {
    if (known_.numbering == Numbering::ByOrder) {
        const auto waypoint = waypoint_for(n);
        return waypoint ? waypoint->frame : FrameIndex{0};
    }
    if (n.value < 0 || n.value >= known_.index.frames()) return FrameIndex{0};
    const auto start = known_.index.start_for(n);
    return start ? known_.index.first_at_or_after(known_.index.packets()[*start].pts) : FrameIndex{0};
}

Pts VideoFile::pts(FrameIndex n) const {
    IB_CHECK(n.value >= 0 && n.value < known_.info.frames);
    const auto at = static_cast<std::size_t>(n.value);
    if (at < known_.records.size() && known_.records[at].known && known_.records[at].pts != no_pts)
        return known_.records[at].pts;
    const bool all_stamped = known_.index.frames() > 0 && known_.index.pts(FrameIndex{0}) != no_pts;
    if (all_stamped && n.value < known_.index.frames()) return known_.index.pts(n);
    const AVRational rate = cursor_.demuxer().stream().avg_frame_rate;
    const AVRational base = cursor_.demuxer().stream().time_base;
    if (rate.num <= 0 || rate.den <= 0) return n.value;
    return av_rescale_q(n.value, av_inv_q(rate), base);
}

Result<Done> VideoFile::prove(const std::stop_token& stop, const std::function<void(double)>& progress,
                              const ProofWatch& watch) {
    if (known_.complete) return Done{};
    if (!run_.live || !run_.from_start) {
        if (auto begun = begin_from_start(); !begun) return begun;
    }
    while (!known_.complete) {
        if (stop.stop_requested()) return cancelled();
        Step step = Step::Skip;
        auto picture = next_picture(step, FrameIndex{0});
        if (!picture) return picture.error();
        if (known_.complete) break;
        if (step == Step::GiveUp) {
            if (auto begun = begin_from_start(); !begun) return begun;
        }
        if (step == Step::Frame && watch && !watch(run_.next - 1, *picture)) return cancelled();
        if (progress && known_.info.frames > 0) {
            const double share = static_cast<double>(run_.next.value) / static_cast<double>(known_.info.frames);
            progress(std::min(1.0, share));
        }
    }
    return Done{};
}

std::shared_ptr<const FrameTable> VideoFile::table() const {
    if (!known_.complete) return nullptr;
    auto table = std::make_shared<FrameTable>();
    table->pts.reserve(known_.records.size());
    table->hashes.reserve(known_.records.size());
    for (const Record& record : known_.records) {
        table->pts.push_back(record.pts);
        table->hashes.push_back(record.hash);
    }
    table->sync_points = known_.waypoints;
    return table;
}

void VideoFile::adopt(const FrameTable& table) {
    const bool by_pts = known_.numbering == Numbering::ByPts;
    bool same = by_pts && table.frames() == known_.info.frames && table.sync_points.empty();
    for (FrameIndex n; same && n.value < table.frames(); ++n) {
        same = known_.index.pts(n) == table.pts[static_cast<std::size_t>(n.value)];
    }
    if (!same) {
        run_.live = false;
        forget_pictures();
        known_.index.keep_frames(table.pts);
        known_.numbering = Numbering::ByOrder;
        known_.waypoints = table.sync_points;
    }
    if (same && known_.device && !agrees_with(table)) {
        leave_device(fmt::format("{}: its frames are not those of software", known_.device->name()));
        forget_pictures();
    }
    known_.records.clear();
    for (std::size_t i = 0; i < table.pts.size(); ++i) {
        known_.records.push_back({table.pts[i], table.hashes[i], true, true});
    }
    known_.complete = true;
    known_.info.frames = table.frames();
    known_.info.exactness = Exactness::Proved;
    known_.info.sound = true;
    known_.info.reasons.clear();
    if (!same) adopt_time_stamps();
}

bool VideoFile::agrees_with(const FrameTable& table) const {
    for (std::size_t i = 0; i < std::min(known_.records.size(), table.hashes.size()); ++i)
        if (known_.records[i].known && known_.records[i].hash != table.hashes[i]) return false;
    return true;
}

// The first device whose frames are those of software. A decode from the start stays with the processor, so that what
// is proved is proved by it.
Result<Done> VideoFile::choose_device(const OpenOptions& options) {
    for (const HardwareMaker& maker : options.hardware) {
        auto device = maker.open();
        const auto checked = device ? check_device(path_, *device, options.stop) : Result<Done>(device.error());
        if (checked) {
            known_.device = *std::move(device);
            known_.info.decoder = known_.device->name();
            known_.info.decoder_note.clear();
            run_.live = false;
            return Done{};
        }
        if (checked.error().kind == ErrorKind::Cancelled) return checked;
        std::string& note = known_.info.decoder_note;
        note += (note.empty() ? "" : "; ") + checked.error().message;
    }
    return Done{};
}

FrameSource::Opener VideoFile::opener() const {
    return [known = std::make_shared<const Known>(known_),
            path = path_](const OpenOptions& options) -> Result<std::unique_ptr<FrameSource>> {
        const int threads = thread_count(options.threads);
        auto cursor = Cursor::open(path, threads, options.stop);
        if (!cursor) return cursor.error();
        cursor->demuxer().forget_stop();
        std::unique_ptr<VideoFile> video(new VideoFile(path, std::move(*cursor), *known, options, threads));
        video->opening_ = false;
        return std::unique_ptr<FrameSource>(std::move(video));
    };
}

bool VideoFile::use_cache(std::shared_ptr<FrameCache> cache, CacheRole role) {
    if (role == CacheRole::Keeper) cache->put_all(*cache_);
    cache_ = std::move(cache);
    cache_generation_ = cache_->generation();
    role_ = role;
    return true;
}

Error VideoFile::past_end(FrameIndex n) const {
    return fail("{}: there is no frame {}; the video has {} frames, counted from 0", path_.string(), n.value,
                known_.info.frames);
}

Error VideoFile::add_file(const Error& error) const {
    if (error.kind == ErrorKind::Cancelled) return error;
    return fail("{}: {}", path_.string(), error.message);
}

}  // namespace inbetween
