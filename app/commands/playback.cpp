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

/// Each further press in the same direction doubles the speed.
void shuttle(Session& session, double direction) {
    const double speed = session.view.speed;
    const bool goes_that_way = speed * direction > 0;
    session.play(goes_that_way ? std::clamp(speed * 2, -fastest, fastest) : direction);
}

void set_speed(Session& session, double speed) {
    session.view.play_speed = std::clamp(speed, slowest, fastest);
    if (session.view.speed != 0) session.play(std::copysign(session.view.play_speed, session.view.speed));
    inform(session, fmt::format("Speed {}x", session.view.play_speed));
}

constexpr Command table[] = {
    {.id = "play.toggle",
     .title = "Play or pause",
     .help = "Plays by the file's own time stamps at the speed that is set, or stops.",
     .run = toggle,
     .enabled = has_video},
    {.id = "play.forward",
     .title = "Shuttle forward",
     .help = "Plays forward; each further press doubles the speed.",
     .run = [](Session& s) { shuttle(s, 1); },
     .enabled = has_video},
    {.id = "play.backward",
     .title = "Shuttle backward",
     .help = "Plays backward; each further press doubles the speed.",
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
     .run = [](Session& s) { set_speed(s, s.view.play_speed / 2); },
     .enabled = has_video},
    {.id = "play.faster",
     .title = "Faster",
     .help = "Doubles the speed of playback, up to sixteen times.",
     .run = [](Session& s) { set_speed(s, s.view.play_speed * 2); },
     .enabled = has_video},
    {.id = "play.normal_speed",
     .title = "Normal speed",
     .help = "Sets the speed of playback to the file's own.",
     .run = [](Session& s) { set_speed(s, 1); },
     .enabled = has_video},
};

}  // namespace

std::span<const Command> playback() { return table; }

}  // namespace inbetween::commands
