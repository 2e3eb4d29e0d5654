#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "app/commands/command.h"
#include "app/input/keymap.h"
#include "app/session.h"
#include "tests/support/support.h"

namespace inbetween::test {

/// A project of a video that is not there, 640x360, 200 frames at 25 a second, with the track labels person (1) and car
/// (2), the action labels walk (3) and run (12), and a session on it that is driven by keys and whose clock stands
/// still until it is moved.
class Desk {
public:
    Desk();
    /// A desk for annotations of the test's own.
    explicit Desk(const Annotations& annotations);

    Session& session() { return *session_; }
    Session* operator->() { return session_.get(); }
    /// Presses keys of the workstation profile one after the other, as the window would.
    /// returns: whether each was bound in the contexts of its moment and could run.
    bool press(std::initializer_list<std::string_view> chords);
    bool press(std::string_view chord) { return press({chord}); }
    bool press_times(std::string_view chord, int times);
    /// Closes the project and opens it again.
    void reopen(StoreMode mode = StoreMode::ReadWrite);
    /// Moves the clock on.
    void pass(double seconds);

    /// Goes to a frame.
    void at(std::int64_t frame) { session_->go_to(FrameIndex{frame}); }
    /// Adds a box track with keyframes at these frames, each 10 px right of the last, and selects it.
    TrackId add_box(std::initializer_list<std::int64_t> frames);
    TrackId add_quad(std::int64_t frame);
    const Track& track(TrackId id) { return *session_->annotations().find_track(id); }
    const Track& track() { return track(session_->view.track); }
    std::size_t tracks() { return session_->annotations().tracks.size(); }
    /// The selected track at the frame on screen; a failed expectation when it is not there.
    TrackState state();
    std::string last_message();

private:
    void open(StoreMode mode);

    TemporaryFolder folder_;
    double now_ = 1000;
    std::unique_ptr<Session> session_;
};

Annotations example_annotations();

/// Frames of a track's keyframes, as text: "0 50 100x" (x: outside).
std::string keyframes_text(const Track& track);

/// Makes a video of 320x240 at 25 frames a second in which a striped square of 48 px at (20, 80) goes 3 px right a
/// frame.   returns: whether it could be made.
bool make_sliding_video(const std::filesystem::path& path, int frames);

}  // namespace inbetween::test
