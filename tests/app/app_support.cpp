#include "tests/app/app_support.h"

#include "core/edit/operations.h"

namespace inbetween::test {

Annotations example_annotations() {
    Annotations a;
    Media media{.id = MediaId{1}, .uuid = "video", .path = "walk.avi"};
    media.frames = 200;
    media.width = 640;
    media.height = 360;
    media.timebase = {1, 25};
    for (Pts pts = 0; pts < media.frames; ++pts) media.pts.push_back(pts);
    a.media.emplace(media.id, std::make_shared<const Media>(media));
    const auto add = [&](int id, const char* name, LabelKind kind, int hotkey) {
        a.labels.emplace(LabelId{id}, Label{.id = LabelId{id}, .name = name, .kind = kind, .hotkey = hotkey});
    };
    add(1, "person", LabelKind::Track, 1);
    add(2, "car", LabelKind::Track, 2);
    add(3, "walk", LabelKind::Action, 3);
    add(4, "run", LabelKind::Action, 12);
    return a;
}

Desk::Desk() : Desk(example_annotations()) {}

Desk::Desk(const Annotations& annotations) {
    const auto made = Store::create(folder_ / "walk.inbetween", annotations);
    IB_EXPECT_OK(made);
    open(StoreMode::ReadWrite);
}

void Desk::open(StoreMode mode) {
    auto opened = Session::open(folder_ / "walk.inbetween",
                                {.mode = mode, .decode = false, .wake = {}, .clock = [this] { return now_; }});
    IB_EXPECT_OK(opened);
    IB_CHECK(opened.has_value());
    session_ = *std::move(opened);
}

void Desk::reopen(StoreMode mode) {
    const auto flushed = session_->flush();
    IB_EXPECT_OK(flushed);
    session_.reset();
    open(mode);
}

void Desk::pass(double seconds) {
    now_ += seconds;
    session_->pump();
}

bool Desk::press(std::initializer_list<std::string_view> chords) {
    for (const std::string_view text : chords) {
        const auto chord = chord_of(text);
        IB_CHECK(chord.has_value());
        const Command* command = Keymap::workstation().find(active_contexts(*session_), *chord);
        if (command == nullptr || !run_command(*session_, command->id)) return false;
    }
    return true;
}

bool Desk::press_times(std::string_view chord, int times) {
    for (int i = 0; i < times; ++i)
        if (!press(chord)) return false;
    return true;
}

TrackId Desk::add_box(std::initializer_list<std::int64_t> frames) {
    TrackId id{};
    double x = 100;
    for (const std::int64_t frame : frames) {
        const Box box{x, 50, 40, 80};
        const Annotations& now = session_->annotations();
        ChangeSet change = is_set(id) ? edit::state_shape(now, id, FrameIndex{frame}, box)
                                      : edit::add_track(now, MediaId{1}, LabelId{1}, FrameIndex{frame}, box);
        id = change.tracks.front().id;
        EXPECT_TRUE(session_->commit(std::move(change)));
        x += 10;
    }
    session_->view.track = id;
    return id;
}

TrackId Desk::add_quad(std::int64_t frame) {
    const Quad quad = quad_of({100, 100, 60, 40});
    ChangeSet change = edit::add_track(session_->annotations(), MediaId{1}, LabelId{1}, FrameIndex{frame}, quad);
    const TrackId id = change.tracks.front().id;
    EXPECT_TRUE(session_->commit(std::move(change)));
    session_->view.track = id;
    return id;
}

TrackState Desk::state() {
    const auto state = session_->selected_state();
    EXPECT_TRUE(state.has_value()) << "no state at frame " << session_->view.frame.value;
    return state.value_or(TrackState{});
}

std::string Desk::last_message() {
    return session_->messages().empty() ? std::string() : session_->messages().back().text;
}

std::string keyframes_text(const Track& track) {
    std::string text;
    for (const Keyframe& keyframe : track.keyframes) {
        if (!text.empty()) text += ' ';
        text += std::to_string(keyframe.frame.value);
        if (keyframe.outside) text += 'x';
    }
    return text;
}

bool make_sliding_video(const std::filesystem::path& path, int frames) {
    const std::string command =
        "ffmpeg -v error -y -f lavfi -i smptebars=s=48x48:r=25 -f lavfi -i testsrc=s=320x240:r=25 "
        "-filter_complex \"[1]select='eq(n,0)',loop=-1:1,setpts=N/25/TB,hue=s=0[b];[b][0]overlay=x='20+3*n':y=80\" "
        "-frames:v " +
        std::to_string(frames) + " -c:v mpeg4 -q:v 2 -bf 0 -g 10 '" + path.string() + "'";
    const CommandResult result = inbetween::test::run_command(command);
    EXPECT_EQ(result.status, 0) << result.output;
    return result.status == 0;
}

}  // namespace inbetween::test
