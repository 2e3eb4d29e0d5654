#include <algorithm>
#include <cmath>

#include "app/commands/areas.h"
#include "app/commands/common.h"

namespace inbetween::commands {
namespace {

constexpr double slowest = 0.125;
constexpr double fastest = 16;

/// At the video's end a person who presses play wants to see it again.
void play_from_here(Session& session, double speed) {
    const bool at_end = session.view.frame.value + 1 >= session.frames();
    if (speed > 0 && at_end && session.view.speed == 0) session.go_to(FrameIndex{0});
    session.play(speed);
}

void toggle(Session& session) {
    if (session.view.speed != 0)
        session.play(0);
    else
        play_from_here(session, session.view.play_speed);
}

/// Each further press in the same direction doubles the speed: 1, 2, 4, 8, 16.
void shuttle(Session& session, double direction) {
    const double speed = session.view.speed;
    const bool goes_that_way = speed * direction > 0;
    const double faster = std::clamp(std::abs(speed) * 2, 1.0, fastest);
    session.play(goes_that_way ? std::copysign(faster, direction) : direction);
}

void set_speed(Session& session, double speed) {
    session.view.play_speed = std::clamp(speed, slowest, fastest);
    if (session.view.speed != 0) session.play(std::copysign(session.view.play_speed, session.view.speed));
    inform(session, fmt::format("Speed {}x", session.view.play_speed));
}

/// Changes the speed it goes at, however it came to go so fast; while it stands, the speed it will go at.
void change_speed(Session& session, double factor) {
    const double speed = session.view.speed != 0 ? std::abs(session.view.speed) : session.view.play_speed;
    set_speed(session, speed * factor);
}

void mute(Session& session) {
    session.view.muted = !session.view.muted;
    inform(session, session.view.muted ? "Sound off" : "Sound on");
}

/// By tenths; who makes it louder wants to hear it.
void change_volume(Session& session, int tenths) {
    const long now = std::lround(session.view.volume * 10);
    session.view.volume = static_cast<double>(std::clamp(now + tenths, 0L, 10L)) / 10;
    if (tenths > 0) session.view.muted = false;
    inform(session, fmt::format("Volume {:.0f}%", session.view.volume * 100));
}

constexpr Command table[] = {
    {.id = "play.toggle",
     .title = "Play or pause",
     .help = "Plays by the file's own time stamps at the speed that is set, or stops.",
     .run = toggle,
     .enabled = has_video},
    {.id = "play.forward",
     .title = "Shuttle forward",
     .help = "Plays forward; each further press doubles the speed, up to sixteen times.",
     .run = [](Session& s) { shuttle(s, 1); },
     .enabled = has_video},
    {.id = "play.backward",
     .title = "Shuttle backward",
     .help = "Plays backward; each further press doubles the speed, up to sixteen times.",
     .run = [](Session& s) { shuttle(s, -1); },
     .enabled = has_video},
    {.id = "play.stop",
     .title = "Stop",
     .help = "Stops playback; while the key is held the shuttle keys go frame by frame.",
     .run = [](Session& s) { s.play(0); },
     .enabled = has_video},
    {.id = "play.slower",
     .title = "Slower",
     .help = "Halves the speed of playback, down to an eighth.",
     .run = [](Session& s) { change_speed(s, 0.5); },
     .enabled = has_video},
    {.id = "play.faster",
     .title = "Faster",
     .help = "Doubles the speed of playback, up to sixteen times.",
     .run = [](Session& s) { change_speed(s, 2); },
     .enabled = has_video},
    {.id = "play.normal_speed",
     .title = "Normal speed",
     .help = "Sets the speed of playback to the file's own.",
     .run = [](Session& s) { set_speed(s, 1); },
     .enabled = has_video},
    {.id = "play.mute",
     .title = "Mute",
     .help = "Turns the sound off, or on again; it is heard while the video plays at its own speed.",
     .run = mute,
     .enabled = has_video},
    {.id = "play.louder",
     .title = "Louder",
     .help = "Turns the sound up by a tenth.",
     .run = [](Session& s) { change_volume(s, 1); },
     .enabled = has_video,
     .repeats = true},
    {.id = "play.softer",
     .title = "Softer",
     .help = "Turns the sound down by a tenth.",
     .run = [](Session& s) { change_volume(s, -1); },
     .enabled = has_video,
     .repeats = true},
};

}  // namespace

std::span<const Command> playback() { return table; }

}  // namespace inbetween::commands
