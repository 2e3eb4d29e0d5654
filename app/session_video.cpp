#include <algorithm>
#include <utility>

#include "app/project.h"
#include "app/session_impl.h"
#include "core/base/files.h"
#include "core/video/signature.h"

namespace inbetween {
namespace {

/// Sound waits so long after a jump, so that scrubbing while it plays is silent.
constexpr double jump_silence_secs = 0.2;

// The engine caches what is shown; the source that is opened for it needs only what decoding in order takes, and leaves
// the proof of all but the shortest videos to the background.
constexpr std::size_t opening_cache_bytes = std::size_t{64} << 20;
constexpr std::int64_t opening_proof_pixels = 32'000'000;

}  // namespace

std::int64_t Session::frames() const { return media() == nullptr ? 0 : media()->frames; }

std::filesystem::path Session::video_path() const {
    return media() == nullptr ? std::filesystem::path() : media_path(*media(), project());
}

void Session::select_media(MediaId media) {
    if (media == media_ || annotations().find_media(media) == nullptr) return;
    media_ = media;
    view.speed = 0;
    view.track = {};
    view.segment = {};
    view.merge_with = {};
    view.corner_edit = false;
    view.drag.reset();
    view.segment_in.reset();
    view.segment_out.reset();
    view.tool = Tool::Select;
    view.drawing = {};
    view.fit_pending = true;
    view.frame = {};
    open_video();
}

void Session::open_video() {
    close_sound();
    decoder_.reset();
    opening_.reset();
    first_picture_.reset();
    difference_.reset();
    signer_.reset();
    told_decoder_note_.clear();
    if (!options_.decode) return;
    opening_ = std::make_unique<Opening>([waker = waker_] { waker->wake(); });
    const auto work = [opening = opening_.get(), path = video_path(), cache = options_.disk_cache,
                       hardware = options_.hardware,
                       media = annotations().media.at(media_)](const std::stop_token& stop) {
        OpenOptions options;
        options.cache_bytes = opening_cache_bytes;
        options.proof_pixels = opening_proof_pixels;
        options.stop = stop;
        options.hardware = hardware;
        options.first_picture = [opening](PicturePtr first) { opening->pictures.post(std::move(first)); };
        auto opened = open_cached_source(path, options, cache.get());
        std::optional<std::string> warning;
        if (opened) warning = difference_of(opened->source->info(), *media);
        opening->arrivals.post({std::move(opened), std::move(warning)});
    };
    opening_->thread = std::jthread(work);
}

void Session::take_in_video() {
    if (!opening_) return;
    for (PicturePtr& first : opening_->pictures.drain()) first_picture_ = std::move(first);
    auto arrivals = opening_->arrivals.drain();
    if (arrivals.empty()) return;
    Opening::Arrival arrival = std::move(arrivals.back());
    opening_.reset();
    if (!arrival.opened) {
        first_picture_.reset();
        if (arrival.opened.error().kind == ErrorKind::Cancelled) return;
        say(Message::Kind::Error, fmt::format("{}. The annotations can still be read, changed and exported.",
                                              arrival.opened.error().message));
        return;
    }
    const VideoInfo& info = arrival.opened->source->info();
    difference_ = arrival.warning;
    fits_media_ = !arrival.warning;
    sound_at_open_ = info.sound;
    if (arrival.warning) say(Message::Kind::Warning, *arrival.warning);
    VideoEngine::Options options;
    options.cache_bytes = options_.cache_bytes;
    options.survey = options_.survey;
    if (fits_media_ && !is_read_only() && !has_signature(media_)) {
        signer_ = std::make_shared<VideoSigner>();
        options.on_survey = [signer = signer_](FrameIndex n, const PicturePtr& picture) {
            signer->see(n, *picture);
            return true;
        };
    }
    options.entry = std::move(arrival.opened->entry);
    options.wake = [waker = waker_] { waker->wake(); };
    decoder_ = std::make_unique<VideoEngine>(std::move(arrival.opened->source), std::move(options));
    solve_cache_ = std::make_shared<SolveCache>();
    open_sound();
    view.viewport.pixel_aspect = decoder_->info().pixel_aspect;
    view.fit_pending = true;
    go_to(view.frame);
}

void Session::take_in_pictures() {
    if (!decoder_) return;
    for (const DecodedFrame& arrived : decoder_->drain()) {
        if (arrived.picture || arrived.frame != decodable(view.frame)) continue;
        picture_failed_ = true;
        say(Message::Kind::Warning, fmt::format("Frame {}: {}", arrived.frame.value, arrived.picture.error().message));
    }
}

/// Says once why no device decodes the video though one was asked for, at once or from some frame on.
void Session::tell_decoder() {
    if (!decoder_ || decoder_->info().decoder_note == told_decoder_note_) return;
    told_decoder_note_ = decoder_->info().decoder_note;
    const std::string name = video_path().filename().string();
    if (!told_decoder_note_.empty())
        say(Message::Kind::Info, fmt::format("{}: decoded in software: {}", name, told_decoder_note_));
}

void Session::go_to(FrameIndex frame) {
    const FrameIndex last{std::max<std::int64_t>(0, frames() - 1)};
    show_frame(std::clamp(frame, FrameIndex{0}, last));
    play_from_here();
    if (view.speed != 0) sound_due_ = now() + jump_silence_secs;
}

void Session::show_frame(FrameIndex frame) {
    view.frame = frame;
    picture_failed_ = false;
    if (decoder_) decoder_->request(decodable(view.frame));
    keep_track_in_middle();
}

/// A video may turn out shorter than the one that was annotated: past its end its last frame is shown.
FrameIndex Session::decodable(FrameIndex frame) const {
    return std::min(frame, FrameIndex{std::max<std::int64_t>(0, decoder_->info().frames - 1)});
}

void Session::keep_track_in_middle() {
    if (!view.follow_track) return;
    if (const auto state = selected_state()) view.viewport.centre_on(bounding_box(state->shape).centre());
}

ShownFrame Session::shown_frame() const {
    if (decoder_) {
        ShownFrame best = decoder_->best(decodable(view.frame));
        if (best.picture != nullptr) {
            if (best.frame != view.frame) best.kind = ShownFrame::Kind::Nearest;
            return best;
        }
    }
    if (first_picture_ == nullptr) return {};
    const bool is_it = view.frame == FrameIndex{0};
    return {first_picture_, FrameIndex{0}, is_it ? ShownFrame::Kind::Exact : ShownFrame::Kind::Nearest};
}

const std::optional<QuadWatch::Seen>& Session::quad_seen() const {
    static const std::optional<QuadWatch::Seen> nothing;
    return quad_watch_ != nullptr ? quad_watch_->seen() : nothing;
}

std::optional<QuadGlance> Session::quad_to_see() const {
    const Track* track = decoder_ != nullptr ? selected_track() : nullptr;
    if (track == nullptr || track->kind != ShapeKind::Quad) return std::nullopt;
    const auto state = selected_state();
    const Keyframe* keyframe = nearest_other_keyframe(*track, view.frame);
    if (!state || state->outside || keyframe == nullptr) return std::nullopt;
    return QuadGlance{keyframe->frame, std::get<Quad>(keyframe->shape), view.frame, std::get<Quad>(state->shape)};
}

void Session::watch_quad() {
    if (quad_watch_ != nullptr) quad_watch_->pump();
    const auto glance = quad_to_see();
    if (!glance) {
        if (quad_watch_ != nullptr) quad_watch_->forget();
        return;
    }
    const PicturePtr here = decoder_->find(decodable(view.frame));
    if (here == nullptr) return;  // it is on its way to the screen, and this comes after it
    if (quad_watch_ == nullptr) quad_watch_ = std::make_unique<QuadWatch>([waker = waker_] { waker->wake(); });
    quad_watch_->want(decoder_->opener(), *glance, {decoder_->find(decodable(glance->keyframe)), here});
}

void Session::take_in_signature() {
    if (!signer_ || !decoder_ || !decoder_->is_surveyed()) return;
    keep_signature(media_, signer_->signature(frames()));
    signer_.reset();
}

namespace {

/// The last frame that an edit of a track says anything new about.
FrameIndex last_changed(const Track* before, const Track* after) {
    FrameIndex last;
    const auto look = [&](const Track* one, const Track* other) {
        if (one == nullptr) return;
        for (const Keyframe& keyframe : one->keyframes) {
            const Keyframe* same = other == nullptr ? nullptr : other->find_keyframe(keyframe.frame);
            if (same == nullptr || *same != keyframe) last = std::max(last, keyframe.frame);
        }
        for (const AttributeRange& range : one->attribute_ranges) {
            const bool stays =
                other != nullptr && std::ranges::find(other->attribute_ranges, range) != other->attribute_ranges.end();
            if (!stays && !range.range.empty()) last = std::max(last, range.range.end - 1);
        }
    };
    look(before, after);
    look(after, before);
    return last;
}

/// Whether the annotations, as far as they know of times, have the picture shown at `pts` under this number.
bool has_pts(const Media& media, FrameIndex n, Pts pts) {
    if (media.pts.empty()) return true;
    return n.value < std::ssize(media.pts) && media.pts[static_cast<std::size_t>(n.value)] == pts;
}

}  // namespace

/// Refuses what would be said of a frame whose number is not yet sure, and says so.
bool Session::refuse_unproved(const ChangeSet& change) {
    if (!decoder_) return false;
    FrameIndex last{-1};
    for (const TrackEdit& edit : change.tracks) {
        const Track* of = edit.after ? edit.after.get() : edit.before.get();
        if (edit.after != nullptr && of->media == media_) {
            last = std::max(last, last_changed(edit.before.get(), edit.after.get()));
        }
    }
    for (const SegmentEdit& edit : change.segments) {
        if (edit.after != nullptr && edit.after->media == media_) last = std::max(last, edit.after->range.end - 1);
    }
    if (last.value < 0) return false;
    // What stands on sound numbers moves with the proof, all at once: until then a change must be of the number that
    // the annotations have for the picture.
    const bool moves = sound_at_open_ && fits_media_ && !has_pts(*media(), last, decoder_->pts(last));
    if (moves) {
        say(Message::Kind::Warning,
            fmt::format("Not changed: decoding the video gives frame {} another number than the annotations have; they "
                        "take it over when all of it is decoded",
                        last.value));
        return true;
    }
    if (decoder_->info().sound || last.value < decoder_->proved_frames()) return false;
    const VideoInfo& info = decoder_->info();
    say(Message::Kind::Warning,
        fmt::format("Not changed: the number of frame {} is not proved yet ({}); {:.0f} % of the video is decoded",
                    last.value, info.reasons.empty() ? "its time stamps are in doubt" : info.reasons.front(),
                    100 * decoder_->survey_share()));
    return true;
}

}  // namespace inbetween
