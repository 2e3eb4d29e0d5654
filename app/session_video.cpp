#include <algorithm>
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
    show_frame(std::clamp(frame, FrameIndex{0}, last));
    play_from_here();
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

ShownPicture Session::shown_picture() const {
    if (!decoder_) return {};
    if (PicturePtr exact = decoder_->find(view.frame)) return {std::move(exact), view.frame, true};
    const DecodeThread::Nearest nearest = decoder_->find_nearest(view.frame);
    return {nearest.picture, nearest.frame, false};
}

}  // namespace inbetween
