// The way of a VideoFile through its file: runs, the numbers of the frames that come out, and what gives a run away.

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/video/hardware_device.h"
#include "core/video/video_file.h"

namespace inbetween {

namespace {

// Going on is cheaper than a seek when the sync frame lies no more than this many packets ahead.
constexpr std::size_t near_packets = 12;
constexpr std::size_t near_packets_intra = 2;

// Frames behind the one asked for that are decoded with it where others are left out.
constexpr std::int64_t frames_behind = 4;

// A request whose runs disagree this often is answered from the start of the file.
constexpr int max_rejections = 3;

Pts stamp_of(const AVFrame& frame) { return frame.pts == AV_NOPTS_VALUE ? no_pts : frame.pts; }

}  // namespace

Result<PicturePtr> VideoFile::decode_to(FrameIndex n, FrameIndex keep_from) {
    if (auto settled = settle_beginning(); !settled) return settled.error();
    rejections_ = 0;
    while (n.value < known_.info.frames) {
        if (!run_serves(n)) {
            if (auto begun = begin_run(n); !begun) return begun.error();
        }
        auto picture = advance_to(n, keep_from);
        if (!picture || *picture) return picture;
    }
    return past_end(n);
}

// Where the beginning is in doubt, frames that the file states there may never come out: nothing can be counted before
// that is known.
Result<Done> VideoFile::settle_beginning() {
    if (known_.numbering != Numbering::ByPts || known_.index.doubts().start.empty()) return Done{};
    if (known_.complete || std::exchange(known_.beginning_settled, true)) return Done{};
    if (!run_.live || !run_.from_start) {
        if (auto begun = begin_from_start(); !begun) return begun;
    }
    while (known_.numbering == Numbering::ByPts && !known_.complete && !beginning_is_settled()) {
        Step step = Step::Skip;
        auto picture = next_picture(step, FrameIndex{0});
        if (!picture) return picture.error();
        if (step != Step::GiveUp || known_.complete) continue;
        if (auto begun = begin_from_start(); !begun) return begun;
    }
    return Done{};
}

bool VideoFile::run_serves(FrameIndex n) const {
    if (!run_.live || run_.next > n) return false;
    if (rejections_ >= max_rejections) return run_.from_start;
    const std::size_t near = cursor_.decoder().intra_only() ? near_packets_intra : near_packets;
    const std::size_t reached = cursor_.position().value_or(0) + near;
    if (known_.numbering == Numbering::ByOrder) {
        const auto waypoint = waypoint_for(n);
        return !waypoint || static_cast<std::size_t>(waypoint->packet) <= reached;
    }
    const auto start = known_.index.start_for(n);
    if (!start) return run_.from_start;
    return *start <= reached;
}

Result<Done> VideoFile::begin_run(FrameIndex n) {
    run_.live = false;
    if (rejections_ < max_rejections && seek_for(n)) return Done{};
    return begin_from_start();
}

// Begins a run at the last sync frame from which frame n can be reached; false where only the start is left.
bool VideoFile::seek_for(FrameIndex n) {
    for (;;) {
        const auto waypoint = known_.numbering == Numbering::ByOrder ? waypoint_for(n) : std::nullopt;
        const auto start = known_.numbering == Numbering::ByPts ? known_.index.start_for(n)
                           : waypoint ? std::optional(static_cast<std::size_t>(waypoint->packet))
                                      : std::nullopt;
        if (!start) return false;
        const FrameIndex first =
            waypoint ? waypoint->frame : known_.index.first_at_or_after(known_.index.packets()[*start].pts);
        if (cursor_.device() != known_.device.get() && !take_device()) return false;
        run_ = {};
        run_.start = *start;
        run_.next = first;
        run_.live = cursor_.seek_to(known_.index, *start);
        if (run_.live) return true;
        distrust(*start);
    }
}

std::optional<SyncPoint> VideoFile::waypoint_for(FrameIndex n) const {
    const auto after = std::ranges::upper_bound(known_.waypoints, n, {}, &SyncPoint::frame);
    if (after == known_.waypoints.begin()) return std::nullopt;
    return *std::prev(after);
}

void VideoFile::note_waypoint(FrameIndex n, bool key_frame, std::int64_t packet) {
    if (known_.numbering != Numbering::ByOrder || !key_frame || packet < 0 ||
        packet >= std::ssize(known_.index.packets()))
        return;
    const auto at = static_cast<std::size_t>(packet);
    if (!known_.index.packets()[at].sync || (!known_.waypoints.empty() && known_.waypoints.back().frame >= n)) return;
    known_.waypoints.push_back({packet, n});
}

void VideoFile::distrust(std::size_t packet) {
    known_.index.distrust_sync(packet);
    std::erase_if(known_.waypoints,
                  [&](const SyncPoint& waypoint) { return static_cast<std::size_t>(waypoint.packet) == packet; });
}

Result<Done> VideoFile::begin_from_start() {
    run_.live = false;
    auto restarted = cursor_.restart(threads_);
    if (!restarted) return restarted;
    run_ = {};
    run_.live = run_.from_start = true;
    return Done{};
}

// The picture of frame n; null when the run was given up or the numbers have changed, and n is to be sought again.
Result<PicturePtr> VideoFile::advance_to(FrameIndex n, FrameIndex keep_from) {
    skip_before(n, keep_from);
    for (;;) {
        Step step = Step::Skip;
        auto picture = next_picture(step, keep_from);
        if (!picture) return picture;
        if (step == Step::GiveUp) return PicturePtr();
        if (step == Step::Skip) continue;
        const FrameIndex came = run_.next - 1;
        if (came == n) return picture;
        if (came > n) return PicturePtr();
        if (watch_ && !watch_(came, *picture)) return cancelled();
    }
}

// Leaves out packets that no other refers to and whose frames nobody wants. Only where time stamps number the frames,
// and with HEVC only where hashes prove what comes: there a packet says so of its own layer alone.
void VideoFile::skip_before(FrameIndex n, FrameIndex keep_from) {
    run_.skip_before = 0;
    if (keep_from > run_.next) go_on_by_time_stamps();
    const bool by_pts = known_.numbering == Numbering::ByPts && !run_.from_start && n.value < known_.index.frames();
    if (by_pts && keep_from > run_.next && (known_.complete || cursor_.decoder().marks_nonref_well())) {
        // With the frames right behind it, whose packets may stand before its own: going on needs no new start.
        const FrameIndex end = std::min(n + frames_behind, FrameIndex{known_.index.frames()});
        run_.skip_before = known_.index.packet_of(n);
        for (FrameIndex m = keep_from; m < end; ++m) {
            run_.skip_before = std::min(run_.skip_before, known_.index.packet_of(m));
        }
    }
    cursor_.set_skip_before(run_.skip_before);
}

// Where all is proved, a run from the start has nothing more to count.
void VideoFile::go_on_by_time_stamps() {
    if (!run_.from_start || !known_.complete || known_.numbering != Numbering::ByPts) return;
    if (run_.next.value >= known_.index.frames()) return;
    const auto start = known_.index.start_for(run_.next);
    if (!start) return;
    run_.start = *start;
    run_.from_start = false;
}

// One frame on. On Step::Frame the run's next is one past the frame that came.
Result<PicturePtr> VideoFile::next_picture(Step& step, FrameIndex keep_from) {
    IB_CHECK(run_.live);
    ff::FramePtr frame = cursor_.next();
    step = check_errors();
    if (step == Step::GiveUp) return PicturePtr();
    if (!frame) {
        step = Step::GiveUp;
        if (run_.from_start) {
            end_from_start();
        } else {
            give_up_run();
        }
        return PicturePtr();
    }
    step = run_.from_start                        ? number_from_start(*frame)
           : known_.numbering == Numbering::ByPts ? number_after_seek(*frame)
                                                  : number_after_waypoint(*frame);
    if (step != Step::Frame) return PicturePtr();
    const FrameIndex n = run_.next - 1;

    const Pts shown_at = time_stamp(n, *frame);
    const bool key_frame = frame->key_frame != 0;
    const std::int64_t packet = frame->reordered_opaque;
    auto shaped = known_.shaper.shape(std::move(frame));
    if (!shaped) return add_file(shaped.error());
    // What is only passed on the way is neither kept nor checked.
    const bool keeps = n >= keep_from || run_.from_start;
    if (keeps) step = record(n, shown_at, hash64(**shaped));
    if (step != Step::Frame) return PicturePtr();
    note_waypoint(n, key_frame, packet);
    if (known_.info.decoded_size.width == 0) known_.describe(cursor_.demuxer(), **shaped);
    auto picture =
        std::make_shared<const Picture>(**shaped, known_.info.orientation, known_.sample_aspect, known_.peak_nits);
    return keeps ? cache_->put(n, picture, cache_generation_) : picture;
}

// When frame n is shown. Where the file leaves it out or repeats itself, time still goes on.
Pts VideoFile::time_stamp(FrameIndex n, const AVFrame& frame) const {
    if (known_.numbering == Numbering::ByPts) return known_.index.pts(n);
    const Pts guess = frame.pts != AV_NOPTS_VALUE ? frame.pts : frame.best_effort_timestamp;
    const bool stated = guess != AV_NOPTS_VALUE;
    const Record* before = n.value > 0 ? &known_.records[static_cast<std::size_t>(n.value) - 1] : nullptr;
    if (before == nullptr || !before->known || before->pts == no_pts) return stated ? guess : 0;
    if (stated && guess > before->pts) return guess;
    return before->pts + std::max<Pts>(frame.pkt_duration, 1);
}

// The first packet of the run that the decoder found damaged, where that matters.
std::optional<std::size_t> VideoFile::first_damage() const {
    std::optional<std::size_t> first;
    if (cursor_.errors() == 0) return first;
    const auto& packets = known_.index.packets();
    for (const std::int64_t position : cursor_.damaged()) {
        const auto at = static_cast<std::size_t>(position);
        // What is shown before the sync frame lacks what it refers to, and is not taken.
        const bool leads = !run_.from_start && at > run_.start && at < packets.size() && packets[at].pts != no_pts &&
                           packets[at].pts < packets[run_.start].pts;
        if (!leads) first = std::min(first.value_or(at), at);
    }
    return first;
}

// Has the cursor decode where it is to; false when only a fresh start can.
bool VideoFile::take_device() {
    auto taken = cursor_.decode_on(known_.device, threads_);
    if (taken || !known_.device) return taken.has_value();
    leave_device(taken.error().message);
    return cursor_.device() == nullptr;
}

// From now on the processor decodes. The run at hand is given up, so that its frame is sought again.
void VideoFile::leave_device(const std::string& reason) {
    known_.device.reset();
    known_.info.decoder = software_decoder;
    known_.info.decoder_note = reason;
    run_.live = false;
}

// Whether the run at hand is one of a device that is done with.
bool VideoFile::device_fails() {
    if (cursor_.device() == nullptr) return false;
    const std::string name = cursor_.device()->name();
    if (cursor_.device_problem())
        leave_device(*cursor_.device_problem());
    else if (cursor_.errors() > 0)
        leave_device(fmt::format("{}: it reports errors", name));
    return known_.device == nullptr;
}

VideoFile::Step VideoFile::check_errors() {
    if (device_fails()) return Step::GiveUp;
    if (run_.had_errors) return Step::Frame;
    const auto damage = first_damage();
    if (!damage) return Step::Frame;
    if (threads_ > 1) {
        // Damage is concealed as one thread would do it; frames that are in order do not depend on the count.
        threads_ = 1;
        run_.live = false;
        return Step::GiveUp;
    }
    run_.had_errors = true;
    if (run_.from_start || known_.complete) return Step::Frame;  // in the latter case hashes tell
    // What is concealed is filled from frames before it: they must be those of a decode from the start.
    const auto second = known_.index.sync_after(run_.start);
    if (second && *damage > *second) return Step::Frame;
    give_up_run();
    return Step::GiveUp;
}

VideoFile::Step VideoFile::number_from_start(const AVFrame& frame) {
    const Pts pts = stamp_of(frame);
    const FrameIndex n = run_.next;
    ++run_.next;
    if (known_.numbering == Numbering::ByPts) {
        const auto expected = known_.index.find_frame(pts);
        // At the beginning, and where data is damaged, frames may be missing. Elsewhere the time stamps mean something
        // else.
        const bool explained = n.value == 0 || cursor_.errors() > 0;
        if (expected && *expected > n && explained) {
            frames_never_come_out({n, *expected});
        } else if (expected != n) {
            number_by_order("frames come out in another order than their time stamps say");
        }
    }
    if (n.value >= static_cast<std::int64_t>(known_.records.size()))
        known_.records.resize(static_cast<std::size_t>(n.value) + 1);
    return Step::Frame;
}

VideoFile::Step VideoFile::number_after_seek(const AVFrame& frame) {
    const Pts pts = stamp_of(frame);
    // Open-GOP streams may put out frames before the sync frame; they lack what they refer to.
    if (pts != no_pts && pts < known_.index.packets()[run_.start].pts) return Step::Skip;
    const auto n = known_.index.find_frame(pts);
    bool fits = n && *n >= run_.next;
    for (FrameIndex left_out = run_.next; fits && left_out < *n; ++left_out) {
        fits = known_.index.packet_of(left_out) < run_.skip_before;
    }
    if (!fits) {
        give_up_run();
        return Step::GiveUp;
    }
    run_.next = *n + 1;
    return Step::Frame;
}

VideoFile::Step VideoFile::number_after_waypoint(const AVFrame& frame) {
    // What comes before the sync frame's own frame was shown before it, and lacks what it refers to.
    run_.begun = run_.begun || frame.reordered_opaque == static_cast<std::int64_t>(run_.start);
    if (!run_.begun) return Step::Skip;
    if (run_.next.value >= std::ssize(known_.records))
        known_.records.resize(static_cast<std::size_t>(run_.next.value) + 1);
    ++run_.next;
    return Step::Frame;
}

VideoFile::Step VideoFile::record(FrameIndex n, Pts pts, std::uint64_t hash) {
    Record& known = known_.records[static_cast<std::size_t>(n.value)];
    if (known.known && known.hash != hash) {
        if (cursor_.device() != nullptr) {
            leave_device(fmt::format("{}: its frame {} is not that of software", cursor_.device()->name(), n.value));
            return Step::GiveUp;
        }
        if (threads_ > 1) {
            threads_ = 1;
            run_.live = false;
            return Step::GiveUp;
        }
        if (!run_.from_start) {
            // Two seeks that disagree: only a decode from the start can tell which is right.
            if (!known.from_start) rejections_ = max_rejections;
            give_up_run();
            return Step::GiveUp;
        }
        forget_pictures();
    }
    known = {pts, hash, true, known.from_start || run_.from_start};
    return Step::Frame;
}

void VideoFile::end_from_start() {
    const std::int64_t total = run_.next.value;
    run_.live = false;
    known_.complete = true;
    known_.info.frames = total;
    known_.records.resize(static_cast<std::size_t>(total));
    known_.index.remove_frames({FrameIndex{total}, FrameIndex{known_.index.frames()}});
    if (known_.numbering == Numbering::ByOrder) adopt_time_stamps();
    known_.info.exactness = Exactness::Proved;
    known_.info.sound = true;
    known_.info.reasons.clear();
}

// Time stamps that agree with a whole decode may be used to seek after all: every frame is checked by its hash.
void VideoFile::adopt_time_stamps() {
    if (known_.index.frames() != known_.info.frames) return;
    for (std::size_t i = 0; i < known_.records.size(); ++i) {
        const auto n = known_.index.find_frame(known_.records[i].pts);
        if (!n || n->value != static_cast<std::int64_t>(i)) return;
    }
    known_.numbering = Numbering::ByPts;
    known_.waypoints.clear();
}

// Pictures under numbers that are no longer right.
void VideoFile::forget_pictures() {
    constexpr std::uint64_t none = ~std::uint64_t{0};
    cache_generation_ = role_ == CacheRole::Keeper ? cache_->clear() : none;
}

void VideoFile::number_by_order(const std::string& reason) {
    known_.numbering = Numbering::ByOrder;
    for (std::size_t i = static_cast<std::size_t>(run_.next.value) - 1; i < known_.records.size(); ++i)
        known_.records[i] = {};
    forget_pictures();
    known_.info.frames = std::max(known_.index.counted_packets(), run_.next.value);
    known_.records.resize(static_cast<std::size_t>(known_.info.frames));
    known_.info.exactness = Exactness::Provisional;
    known_.info.sound = false;
    known_.info.reasons.push_back(reason);
}

void VideoFile::frames_never_come_out(FrameRange range) {
    known_.index.remove_frames(range);
    known_.records.erase(known_.records.begin() + range.begin.value, known_.records.begin() + range.end.value);
    forget_pictures();
    known_.info.frames = known_.index.frames();
    if (opening_) return;
    known_.info.exactness = Exactness::Provisional;
    known_.info.sound = false;
    known_.info.reasons.push_back(
        fmt::format("{} frames that the file states do not come out of the decoder", range.size()));
}

void VideoFile::give_up_run() {
    if (cursor_.device() != nullptr)
        return leave_device(
            fmt::format("{}: its frames do not come out as the file states them", cursor_.device()->name()));
    distrust(run_.start);
    run_.live = false;
    ++rejections_;
}

}  // namespace inbetween
