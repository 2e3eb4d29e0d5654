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

double Session::playback_seconds() const { return play_from_secs_ + (now() - play_started_) * view.speed; }

void Session::play_from_here() {
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
    return std::max(least_secs, (due - playback_seconds()) / view.speed);
}

}  // namespace inbetween
