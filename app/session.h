#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/play_times.h"
#include "app/quad_watch.h"
#include "app/refill.h"
#include "app/settings.h"
#include "app/viewport.h"
#include "core/edit/document.h"
#include "core/edit/history.h"
#include "core/store/store.h"
#include "core/video/adjustment.h"
#include "core/video/audio_player.h"
#include "core/video/video_engine.h"
#include "tracking/detector.h"
#include "tracking/find_again.h"
#include "tracking/solve_job.h"

namespace inbetween {

class VideoSigner;

/// What the pointer does on the canvas.
enum class Tool {
    Select,    ///< pick, move, resize, drag corners
    DrawBox,   ///< press, drag, release; or Enter, arrows, Enter
    DrawQuad,  ///< four clicks, clockwise from the object's own top-left; or four times arrows, Enter
};

/// A shape being drawn: the corners set so far, and the crosshair.   units: image pixels.
struct Drawing {
    std::vector<Point> corners;
    Point crosshair;
};

/// A shape being dragged by the mouse: shown in place of the track's own until the button goes up and it is committed.
struct DragPreview {
    TrackId track{};
    Shape shape;
};

/// The state of looking: nothing of it is stored or undone.
struct ViewState {
    FrameIndex frame;
    TrackId track{};           ///< selected
    SegmentId segment{};       ///< selected
    int corner = 0;            ///< the quad corner that keys move while corner_edit
    bool corner_edit = false;  ///< keys move one corner of the selected quad, not all of it (Context::Corner)
    LabelId label{};           ///< given to new tracks
    LabelId action{};          ///< given to new segments
    ShapeKind new_kind = ShapeKind::Box;
    Tool tool = Tool::Select;
    Drawing drawing;
    std::optional<DragPreview> drag;
    TrackId merge_with{};  ///< the track marked first for merge or swap
    std::optional<FrameIndex> segment_in;
    std::optional<FrameIndex> segment_out;
    Viewport viewport;
    bool fit_pending = true;    ///< fit the image once the canvas knows its size
    bool follow_track = false;  ///< keep the selected track in the middle
    bool overlays_hidden = false;
    bool thumbnails_hidden = false;
    bool palette_open = false;
    bool goto_open = false;
    bool keys_open = false;
    bool adjust_open = false;
    Adjustment adjustment;  ///< of the picture on screen alone
    bool show_all_labels = false;
    TrackId useful_of_all{};  ///< selected by a search for useful frames among all tracks, which goes on so while it is
    std::int64_t step = 10;   ///< frames of Q and E
    double speed = 0;         ///< of playback; 0 stands still, negative backward
    double play_speed = 1;    ///< what Space plays at
    bool muted = false;
    double volume = 1;               ///< 0 silent, 1 as recorded
    int pending_digit = -1;          ///< first of two digits of a label's hotkey
    double pending_digit_until = 0;  ///< seconds of Session::now()
};

/// A line told to the person, newest last. No fade: it goes when it is old.
struct Message {
    enum class Kind { Info, Warning, Error };
    Kind kind = Kind::Info;
    std::string text;
    double at = 0;          ///< Session::now() when it came
    bool can_undo = false;  ///< shown with an Undo button
};

/// One open project and the state of looking at it: the meeting point of document, store, decoder and trackers.
/// Knows no window, no GL and no ImGui; the workstation, the command line and tests drive the same one.
/// thread: the owner's (the UI thread).
class Session {
public:
    struct Options {
        StoreMode mode = StoreMode::ReadWrite;
        bool decode = true;  ///< open the video for showing; commands without a screen need none
        bool survey = true;  ///< decode all of it once, in the background
        std::size_t cache_bytes = std::size_t{1} << 30;  ///< of decoded frames
        /// Where what is found out about videos is kept from one time to the next; null: nowhere.
        std::shared_ptr<const DiskCache> disk_cache;
        std::function<void()> wake;           ///< from any thread: something is there to be pumped
        std::function<double()> clock;        ///< seconds, monotonic; empty: the system's
        OpenAudioOutput sound;                ///< where it is heard; empty: nothing is
        std::vector<HardwareMaker> hardware;  ///< devices to try for decoding, best first
        std::filesystem::path settings;       ///< file of the user's settings; empty: they are not kept
    };
    /// errors: those of Store::open. A video that is missing or cannot be opened is a message, not an error: the
    /// annotations can still be read and exported.
    /// The video is opened on a thread of its own: video() is null until pump() has taken it in.
    static Result<std::unique_ptr<Session>> open(const std::filesystem::path& project, Options options);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // --- what is annotated ---
    const Annotations& annotations() const { return document_.annotations(); }
    std::shared_ptr<const Annotations> snapshot() const { return document_.snapshot(); }
    const std::filesystem::path& project() const { return store_->path(); }
    const Track* selected_track() const { return annotations().find_track(view.track); }
    /// The selected track's state at the frame on screen.
    std::optional<TrackState> selected_state() const;
    bool is_read_only() const { return options_.mode == StoreMode::ReadOnly; }

    /// The one place all edits pass. An empty change does nothing.
    /// returns: whether it was made; a read-only project says so in a message and stays.
    bool commit(ChangeSet change);
    /// Takes back the last step that a person made. The numbers that a proof gave to frames stay: what is left keeps
    /// its pictures, and so does what is redone.
    bool undo();
    bool redo();
    const History& history() const { return history_; }
    /// Shows what a solver found, as far as it still holds, and stores it: one write a track.
    void set_fills(const std::vector<SpanFillPtr>& fills);
    void set_fill(SpanFillPtr fill) { set_fills({std::move(fill)}); }
    /// Shows the spans of a track in the range linear again.
    void clear_fills(TrackId track, const FrameRange& range);
    /// Keeps in the project what the frames of a video look like, by which another file can be held against it: for
    /// whoever has decoded the whole video. Ignored when it is not of all frames, or the project is read-only.
    void keep_signature(MediaId media, std::shared_ptr<const VideoSignature> signature);
    bool has_signature(MediaId media) const { return signed_media_.contains(media); }
    StoreStatus store_status() const { return store_->status(); }
    Result<Done> flush() { return store_->flush(); }

    // --- video ---
    MediaId media_id() const { return media_; }
    const Media* media() const { return annotations().find_media(media_); }
    std::int64_t frames() const;  ///< of the current media
    void select_media(MediaId media);
    /// Null while the video is being opened, and when it could not be.
    const VideoInfo* video() const { return decoder_ ? &decoder_->info() : nullptr; }
    std::filesystem::path video_path() const;
    /// Goes to a frame, clamped to the video; the picture is asked for at once.
    void go_to(FrameIndex frame);
    /// The best picture there is now for the frame that one is at.
    ShownFrame shown_frame() const;
    /// Small pictures of some of its frames, as many as there are by now; null while no video is open.
    std::shared_ptr<const Thumbnails> thumbnails() const { return decoder_ ? decoder_->thumbnails() : nullptr; }
    /// In what the video opened is not the one that was annotated, as a sentence; nothing where it is.
    const std::optional<std::string>& video_difference() const { return difference_; }
    /// Whether nothing is left of the background pass over the video.
    bool is_surveyed() const { return !is_opening() && (!decoder_ || decoder_->is_surveyed()); }
    /// How much of the video the background pass has decoded to prove its numbers, 0 to 1.
    double survey_share() const { return decoder_ ? decoder_->survey_share() : 0; }
    /// Whether the video is still being opened; pump() takes it in.
    bool is_opening() const { return opening_ != nullptr; }
    /// Whether something more is on its way to the screen: the video, the picture asked for, or a running job.
    bool is_busy() const;

    // --- playback ---
    /// Shuttles at a multiple of the file's own timing; 0 stands. At 1 the file's sound is heard, and the picture
    /// follows it.
    void play(double speed);
    double now() const;
    /// What sound the video has; nullopt until that is known, and where there is none.
    std::optional<AudioInfo> audio() const;
    /// Whether it is heard now.
    bool is_sounding() const;
    /// Waits until the sound that was asked for is read as far as a device may want it. For tests with a device of
    /// their own.
    void wait_for_sound() const;

    // --- tracking ---
    void solve(std::vector<SpanTask> spans, std::string method);
    void follow(FollowTask task);
    /// Has a detector look through the video; tracks of what it finds are added as proposals (core/edit/proposals.h) in
    /// one undo step, those left out that are there already.
    void detect(DetectTask task);
    /// Looks for where a track's object may be in view again. What is found is shown one by one.
    void find_again(FindAgainTask task);
    /// Places where a lost object may be in view again, the likeliest first, until one is accepted or all are passed.
    struct Search {
        TrackId track{};
        std::vector<FoundAgain> found;
        std::size_t at = 0;  ///< the one that is shown
    };
    const std::optional<Search>& search() const { return search_; }
    /// States a keyframe at the place shown, outside before it; or goes on to the next place.
    void accept_found();
    void pass_found();
    /// Also forgets spans that wait to be solved again.
    void cancel_jobs();
    const std::vector<std::unique_ptr<SolveJob>>& jobs() const { return jobs_; }
    /// Proposals that nobody has accepted yet, oldest first. A keyframe in view that a person states beyond the one a
    /// proposal started from takes its place, and the span between is solved; an outside keyframe there ends it.
    const std::vector<Follow>& proposals() const { return proposals_; }
    /// What is proposed for a track at a frame.
    std::optional<Shape> proposed_shape(TrackId track, FrameIndex frame) const;
    /// Makes keyframes of the proposal and fills between them, or throws it away.
    void accept_proposal(std::size_t index);
    void reject_proposal(std::size_t index);

    /// The selected quad seen straight on, at the frame on screen and at the keyframe nearest to it; nullopt where no
    /// quad is selected or it has no other keyframe. An older frame's while a newer one's is on its way.
    const std::optional<QuadWatch::Seen>& quad_seen() const;

    // --- settings ---
    const Settings& settings() const { return settings_; }
    /// Takes the settings over, and keeps them where Options::settings says; a file that cannot be written is a message.
    void set_settings(const Settings& settings);

    // --- talking ---
    void say(Message::Kind kind, std::string text);
    /// The same with an Undo button: for what takes much away without a question.
    void say_undoable(std::string text);
    const std::deque<Message>& messages() const { return messages_; }

    /// Takes in what threads have brought, moves playback on, forgets old messages.
    /// returns: seconds until it wants to be called again without an event; infinity when nothing is going on.
    double pump();
    /// Pumps until nothing is_busy() and every write is durable. For commands without a screen and tests.
    /// errors: those of flush().
    Result<Done> wait();

    ViewState view;

private:
    struct Opening;
    class Waker;
    /// What a running job was started for.
    struct JobNote {
        std::vector<FillWish> wishes;         // the spans it solves
        bool automatic = false;               // nobody asked for it: it renews fills after an edit
        std::optional<Keyframe> follow_from;  // the keyframe a follow started from, as it was
        std::function<void()> finish;         // takes in what an errand has found
    };
    /// A step that can be redone.
    struct Later {
        std::string name;
        std::shared_ptr<const Annotations> after;  // what the project says after it
    };
    Session(Options options, std::shared_ptr<Waker> waker, Store::Opened opened);

    void open_video();
    void take_in_video();
    void take_in_pictures();
    void take_in_proof();
    void take_in_signature();
    void tell_decoder();
    bool refuse_unproved(const ChangeSet& change);
    FrameIndex decodable(FrameIndex frame) const;

    void apply(const ChangeSet& change);
    bool move_in_history(Store::Direction direction);
    Result<ChangeSet> load_step(std::int64_t seq, Store::Direction direction, const Annotations& at) const;
    std::vector<Later> later_steps() const;
    void write_step(Document& document, ChangeSet change);
    void write_back(Document& document, const ChangeSet& inverse);
    void write_later(Document& document, const std::vector<Later>& later);
    ChangeSet take_over(Document document);
    bool undo_below_renumbering();
    void show_change(const ChangeSet& change);
    void remember(std::int64_t seq, ChangeSet change);
    void clean_view();
    bool refuse_edit();

    void wish_for_fills(const Annotations& before, const ChangeSet& change);
    bool is_being_solved(const FillWish& wish) const;
    void start_wished_fills();
    void start_job(SolveJob::Request request, JobNote note);
    void take_in_jobs();
    void take_in_follow(Follow follow, const JobNote& note);
    void clean_proposals();
    void show_found();
    bool fit_proposal(std::size_t index);

    void show_frame(FrameIndex frame);
    const PlayTimes& play_times() const;
    double playback_seconds() const;
    void play_from_here();
    void advance_playback();
    void open_sound();
    void close_sound();
    void stop_sound();
    double settle_sound();
    double seconds_to_next_frame() const;
    void forget_old_messages();
    void tell_store_notice();
    void keep_track_in_middle();
    std::optional<QuadGlance> quad_to_see() const;
    void watch_quad();

    Options options_;
    Settings settings_;
    std::shared_ptr<Waker> waker_;  // shared with threads that may wake after this object's last breath
    Document document_;
    History history_;
    std::unique_ptr<Store> store_;
    std::set<MediaId> signed_media_;  // videos whose signature the project keeps
    MediaId media_{};
    std::unique_ptr<Opening> opening_;
    std::unique_ptr<VideoEngine> decoder_;
    std::shared_ptr<SolveCache> solve_cache_;  // of the open video, by its frames' numbers
    std::optional<std::string> difference_;  // of the video opened from the one that was annotated
    bool fits_media_ = false;  // the video opened is the one that was annotated, as far as its index tells
    bool sound_at_open_ = false;
    std::shared_ptr<VideoSigner> signer_;  // sees what the survey decodes, where the project keeps no signature yet
    PicturePtr first_picture_;             // frame 0, while the video is being opened
    std::vector<std::unique_ptr<SolveJob>> jobs_;
    std::map<const SolveJob*, JobNote> job_notes_;
    std::vector<FillWish> wishes_;   // spans to solve again once edits pause
    double wishes_due_ = 0;          // now() when they are to be started
    std::string told_decoder_note_;  // why no device decodes the video
    bool picture_failed_ = false;    // the frame on screen cannot be decoded
    std::vector<Follow> proposals_;
    std::optional<Search> search_;
    std::vector<Keyframe> proposal_starts_;  // the keyframe each proposal started from, as it was
    std::deque<Message> messages_;
    std::optional<std::string> told_store_notice_;
    std::map<std::int64_t, ChangeSet> recent_changes_;  // by journal number: undo of this session's edits reads no file
    double play_started_ = 0;                           // now() when playback passed play_from_secs_
    double play_from_secs_ = 0;                         // from the first frame
    std::unique_ptr<AudioPlayer> audio_;
    bool sounding_ = false;  // the sound's clock is that of playback
    double sound_due_ = 0;   // now() before which a jump keeps it silent
    std::unique_ptr<QuadWatch> quad_watch_;  // made when a quad is first selected
    mutable MediaPtr timed_media_;
    mutable PlayTimes play_times_;  // of timed_media_
};

}  // namespace inbetween
