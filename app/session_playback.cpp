#include <algorithm>
#include <limits>

#include "app/session_impl.h"

namespace inbetween {

const PlayTimes& Session::play_times() const {
    const auto current = annotations().media.find(media_);
    const MediaPtr media = current == annotations().media.end() ? nullptr : current->second;
    if (media != timed_media_) {
        timed_media_ = media;
        play_times_ = media ? PlayTimes(*media) : PlayTimes();
    }
    return play_times_;
}

std::optional<AudioInfo> Session::audio() const { return audio_ ? audio_->info() : std::nullopt; }

bool Session::is_sounding() const { return sounding_ && audio_->is_heard(); }

void Session::wait_for_sound() const {
    if (sounding_) audio_->wait_until_ready();
}

/// Times of sound and picture are the file's own, so the sound's begin where the first picture is.
void Session::open_sound() {
    close_sound();
    const VideoInfo& info = decoder_->info();
    const bool is_folder = info.codec == "images";
    if (!options_.sound || is_folder) return;
    const std::function<double()> clock = options_.clock ? options_.clock : system_seconds;
    audio_ = std::make_unique<AudioPlayer>(AudioPlayer::Options{
        .file = info.path,
        .origin_secs = info.timebase.seconds(decoder_->pts(FrameIndex{0})),
        .open_output = options_.sound,
        .clock = clock,
        .wake = [waker = waker_] { waker->wake(); },
    });
}

void Session::close_sound() {
    stop_sound();
    audio_.reset();
}

void Session::stop_sound() {
    if (!sounding_) return;
    audio_->stop();
    sounding_ = false;
}

/// Has sound start or stop as playback and the person say.   returns: seconds until it wants to be asked again.
double Session::settle_sound() {
    constexpr double forever = std::numeric_limits<double>::infinity();
    if (!audio_) return forever;
    if (auto problem = audio_->take_problem()) say(Message::Kind::Info, *std::move(problem));
    audio_->set_gain(view.volume * view.volume);  // by the square, evenly louder to the ear
    const bool wanted = view.speed == 1 && !view.muted && audio_->info().has_value();
    if (!wanted || sounding_) {
        if (!wanted && sounding_) {
            // Playback goes on from where the sound was.
            const double seconds = playback_seconds();
            stop_sound();
            play_started_ = now();
            play_from_secs_ = seconds;
        }
        return forever;
    }
    if (now() < sound_due_) return sound_due_ - now();
    audio_->start(playback_seconds());
    sounding_ = true;
    return forever;
}

double Session::playback_seconds() const {
    if (sounding_) return audio_->position();
    return play_from_secs_ + (now() - play_started_) * view.speed;
}

void Session::play_from_here() {
    stop_sound();
    play_started_ = now();
    play_from_secs_ = play_times().at(view.frame);
}

void Session::play(double speed) {
    // A change of speed on the way loses no part of the frame that is being shown.
    const bool goes_on = view.speed * speed > 0;
    const double seconds = playback_seconds();
    play_from_here();
    if (goes_on) play_from_secs_ = seconds;
    view.speed = media() == nullptr ? 0 : speed;
}

void Session::advance_playback() {
    if (view.speed == 0 || media() == nullptr) return;
    const double seconds = playback_seconds();
    const PlayTimes& times = play_times();
    const bool forward = view.speed > 0;
    const FrameIndex frame = forward ? times.frame_at(seconds) : times.frame_from(seconds);
    if (frame != view.frame) show_frame(frame);
    const bool at_end = forward ? frame >= times.last() : seconds <= 0;
    if (at_end) view.speed = 0;
}

double Session::seconds_to_next_frame() const {
    constexpr double least_secs = 0.001;
    if (view.speed == 0 || media() == nullptr) return std::numeric_limits<double>::infinity();
    const PlayTimes& times = play_times();
    // Backward the frame before comes as soon as its own time is reached.
    const double due = times.at(view.speed > 0 ? view.frame + 1 : view.frame - 1);
    const double wait = std::max(least_secs, (due - playback_seconds()) / view.speed);
    // The sound may run faster than the clock by which we wait.
    constexpr double look_secs = 0.1;
    return sounding_ ? std::min(wait, look_secs) : wait;
}

}  // namespace inbetween
