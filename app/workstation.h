#pragma once

#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "app/gl/frame_view.h"
#include "app/gl/image_pair.h"
#include "app/gl/thumbnail_atlas.h"
#include "app/platform/platform.h"
#include "app/project_opening.h"
#include "app/session.h"
#include "app/ui/imgui_host.h"
#include "app/ui/ui.h"

namespace inbetween {

/// The workstation on a platform: window or not. One call of frame() is one turn of the main loop; tests turn it by
/// hand.
/// thread: the platform's.
class Workstation {
public:
    struct Options {
        std::function<double()> clock;    ///< seconds, monotonic; empty: the system's
        std::optional<DisplayPath> path;  ///< unset: the one that suits the GL
        bool remembers_files = true;      ///< keeps the list of recent files and the user's settings
        std::size_t cache_bytes = std::size_t{1} << 30;
        std::shared_ptr<const DiskCache> disk_cache;  ///< null: what is found out about videos is not kept
        OpenAudioOutput sound;                        ///< where it is heard; empty: nothing is
        std::vector<HardwareMaker> hardware;          ///< devices to try for decoding, best first
        /// What finds the project for a file or makes it.
        ProjectOpening::Find find_project = project_for;
    };
    /// errors: a shader does not compile.
    static Result<std::unique_ptr<Workstation>> create(Platform& platform, Options options);
    ~Workstation();
    Workstation(const Workstation&) = delete;
    Workstation& operator=(const Workstation&) = delete;

    /// Opens a project, a video or a folder, in place of what was open; a project that is made for it is waited for.
    /// errors: those of project_for and Session::open; what was open stays.
    Result<Done> open(const std::filesystem::path& file);
    /// The same by turns of frame(), which go on drawing: how far it is, and what went wrong, is told on screen. What
    /// was still being opened is given up.
    void open_soon(std::filesystem::path file) { state_.start.chosen = std::move(file); }
    /// Shows what a file of annotations holds, to be imported into the open project.
    /// returns: false where no project is open, or the file is in no format of annotations.
    bool import_soon(const std::filesystem::path& file);
    /// Waits for something to do and does it: input, commands, what threads brought, drawing.
    /// returns: false when the window is to close.
    bool frame();
    /// Whether nothing is left to be done until something happens.
    bool is_settled() const;

    Session* session() { return session_.get(); }
    const Items& items() const { return items_; }
    UiState& state() { return state_; }
    const Keymap& keymap() const { return keymap_; }
    /// Draws again though nothing seems to have changed.
    void redraw() { settle_frames_ = frames_to_settle; }
    /// How often the panels were gone through, and how often that was worth drawing.
    std::int64_t frames_built() const { return frames_built_; }
    std::int64_t frames_drawn() const { return frames_drawn_; }

private:
    /// Hovering and newly opened windows take two frames to come to rest.
    static constexpr int frames_to_settle = 3;

    Workstation(Platform& platform, Options options);
    double seconds() const;
    TextFocus text_focus() const;
    bool run_key(Key key, int modifiers, std::span<const Key> held, KeyAction action);
    bool close_what_is_open();
    void note_texts();
    void update_fonts();
    void update_title();
    void show_picture();
    void build();
    void build_panels();
    bool run_asks();
    Result<Done> open_project(const std::filesystem::path& project, const std::filesystem::path& stated);
    bool is_on_start_screen() const;
    void open_chosen();
    void take_in_project();
    void draw();
    double wait_seconds() const;

    Platform& platform_;
    Options options_;
    const Keymap& keymap_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<ProjectOpening> opening_;  // null while nothing is being opened
    std::unique_ptr<FrameView> picture_;
    ThumbnailAtlas thumbnails_;
    ImagePair quad_images_;
    ImGuiHost imgui_;
    UiState state_;
    Items items_;
    std::vector<Ask> asks_;
    Cursor cursor_ = Cursor::Arrow;
    std::string active_field_;
    double wake_after_ = std::numeric_limits<double>::infinity();
    double next_pump_ = 0;
    double last_frame_at_ = 0;
    bool more_input_ = false;
    int settle_frames_ = frames_to_settle;
    std::int64_t frames_built_ = 0;
    std::int64_t frames_drawn_ = 0;
    const Annotations* noted_ = nullptr;  // the snapshot whose texts the fonts know
    std::size_t noted_messages_ = 0;
    std::string picture_problem_;
};

}  // namespace inbetween
