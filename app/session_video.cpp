#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "app/project.h"
#include "app/session_impl.h"
#include "core/base/files.h"

namespace inbetween {
namespace {

/// In what the file differs from the one that was annotated, as a sentence; nullopt for the same.
std::optional<std::string> difference_of(const FrameSource& source, const Media& media) {
    const VideoInfo& info = source.info();
    const Size size = info.upright_size();
    const std::string file = info.path.filename().string();
    if (info.frames != media.frames)
        return fmt::format("{}: has {} frames, but the annotations are of a video with {}", file, info.frames,
                           media.frames);
    if (size.width != media.width || size.height != media.height)
        return fmt::format("{}: is {}x{}, but the annotations are of a video of {}x{}", file, size.width, size.height,
                           media.width, media.height);
    const auto print = fingerprint(info.path);
    if (print && !media.fingerprint.empty() && *print != media.fingerprint)
        return fmt::format("{}: is not the file that was annotated; its frames may differ", file);
    return std::nullopt;
}

/// The last frame that starts no later than `seconds` after the first, by pts.
FrameIndex frame_at(const Media& media, double seconds) {
    if (media.pts.empty()) return FrameIndex{static_cast<std::int64_t>(std::floor(seconds * media.mean_fps()))};
    // A time computed from a frame's own pts must give that frame back, whatever the last bit of the sum says.
    constexpr double rounding_secs = 1e-9;
    const double tick = media.timebase.seconds(1);
    const Pts first = media.pts.front();
    const auto after = std::upper_bound(media.pts.begin(), media.pts.end(), seconds + rounding_secs,
                                        [&](double t, Pts pts) { return t < static_cast<double>(pts - first) * tick; });
    return FrameIndex{std::max<std::int64_t>(0, after - media.pts.begin() - 1)};
}

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
    decoder_.reset();
    opening_.reset();
    if (!options_.decode) return;
    opening_ = std::make_unique<Opening>([waker = waker_] { waker->wake(); });
    const auto work = [arrivals = &opening_->arrivals, path = video_path(),
                       media = annotations().media.at(media_)](const std::stop_token& stop) {
        // The session caches what is shown; the source itself needs only what decoding in order takes.
        auto source = open_frame_source(path, {.cache_bytes = std::size_t{64} << 20, .stop = stop, .progress = {}});
        std::optional<std::string> warning;
        if (source) warning = difference_of(**source, *media);
        arrivals->post({std::move(source), std::move(warning)});
    };
    opening_->thread = std::jthread(work);
}

void Session::take_in_video() {
    if (!opening_) return;
    auto arrivals = opening_->arrivals.drain();
    if (arrivals.empty()) return;
    Opening::Arrival arrival = std::move(arrivals.back());
    opening_.reset();
    if (!arrival.source) {
        if (arrival.source.error().kind == ErrorKind::Cancelled) return;
        say(Message::Kind::Error, fmt::format("{}. The annotations can still be read, changed and exported.",
                                              arrival.source.error().message));
        return;
    }
    if (arrival.warning) say(Message::Kind::Warning, *arrival.warning);
    decoder_ = std::make_unique<DecodeThread>(*std::move(arrival.source), options_.cache_bytes,
                                              [waker = waker_] { waker->wake(); });
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

void Session::go_to(FrameIndex frame) {
    const FrameIndex last{std::max<std::int64_t>(0, frames() - 1)};
    view.frame = std::clamp(frame, FrameIndex{0}, last);
    picture_failed_ = false;
    if (decoder_) decoder_->request(decodable(view.frame));
    play_started_ = now();
    play_origin_ = view.frame;
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

ShownPicture Session::shown_picture() const {
    if (!decoder_) return {};
    if (PicturePtr exact = decoder_->find(view.frame)) return {std::move(exact), view.frame, true};
    const DecodeThread::Nearest nearest = decoder_->find_nearest(view.frame);
    return {nearest.picture, nearest.frame, false};
}

void Session::play(double speed) {
    view.speed = media() == nullptr ? 0 : speed;
    play_started_ = now();
    play_origin_ = view.frame;
}

void Session::advance_playback() {
    if (view.speed == 0 || media() == nullptr) return;
    const FrameIndex last{std::max<std::int64_t>(0, frames() - 1)};
    const double started = play_started_;
    const FrameIndex origin = play_origin_;
    const double seconds = media()->seconds_at(origin) + (now() - started) * view.speed;
    FrameIndex frame = seconds < 0 ? FrameIndex{0} : std::min(frame_at(*media(), seconds), last);
    // Going backward a frame stays until the time before its start is reached, so that it is shown as long as forward.
    if (view.speed < 0 && frame < origin && media()->seconds_at(frame) < seconds) ++frame;
    const bool at_end = view.speed > 0 ? frame >= last : (frame <= FrameIndex{0} && seconds <= 0);
    if (frame != view.frame) {
        go_to(frame);
        play_started_ = started;  // go on by the same clock: what was rounded to whole frames does not add up
        play_origin_ = origin;
    }
    if (at_end) view.speed = 0;
}

double Session::seconds_to_next_frame() const {
    if (view.speed == 0 || media() == nullptr) return std::numeric_limits<double>::infinity();
    const FrameIndex next = view.speed > 0 ? view.frame + 1 : std::max(FrameIndex{0}, view.frame - 1);
    const double due = (media()->seconds_at(next) - media()->seconds_at(play_origin_)) / view.speed;
    return std::max(0.001, play_started_ + due - now());
}

}  // namespace inbetween
