#pragma once

#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/importing.h"
#include "app/project.h"
#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/formats/format.h"
#include "core/model/ids.h"
#include "core/model/shape.h"

namespace inbetween {

/// What the mouse is doing on the canvas between the press and the release of a button.
struct CanvasGesture {
    enum class Kind {
        None,
        Pan,
        Press,      ///< pressed on a shape or on nothing, not yet moved
        Move,       ///< the whole shape goes along
        Resize,     ///< edges of a box
        Corner,     ///< one corner of a quad
        DrawBox,    ///< from the first corner to the pointer
        PlaceQuad,  ///< pressed for a corner that is set on release
    };
    Kind kind = Kind::None;
    int button = 0;
    Point start_screen;  ///< where the button went down, on the canvas
    Point start_image;
    TrackId track{};
    Shape shape;     ///< as it was
    int handle = 0;  ///< which handle or corner
};

/// How the timeline lies.
struct TimelineState {
    double first_frame = 0;       ///< at the left edge
    double pixels_per_frame = 0;  ///< 0: fit the whole video
    FrameIndex last_frame_shown;  ///< to follow the playhead when it moves
    bool scrubbing = false;
    TrackId last_track{};  ///< to bring the selected lane into view when it changes
    /// A segment's edge being dragged.
    struct EdgeDrag {
        SegmentId segment{};
        bool is_end = false;
        FrameRange range;
    };
    std::optional<EdgeDrag> edge;
};

struct PaletteState {
    std::string text;
    int chosen = 0;
    bool was_open = false;
};

struct GoToState {
    std::string text;
    std::string problem;
    bool was_open = false;
};

/// An attribute's text being typed into the inspector, which is committed when the field is left.
struct FieldEdit {
    TrackId track{};
    AttributeId attribute{};
    std::string before;  ///< what stood there when the person came
    std::string text;
    bool is_active = true;
};

/// The sheet that writes annotations to a file.
struct ExportState {
    bool open = false;
    bool was_open = false;      ///< in the frame before
    bool shows_chosen = false;  ///< the chosen format is to be scrolled to
    std::string query;          ///< what was typed to find a format
    std::string format = "mot";
    FormatOptions options;
    std::string path;
    std::string outcome;
    bool failed = false;
    /// Writes on a thread of its own; unset while nothing is being written.
    std::future<Result<WriteReport>> writing;
};

/// The sheet that reads annotations from a file.
struct ImportState {
    bool open = false;
    bool was_open = false;    ///< in the frame before
    bool looks_soon = false;  ///< a file was dropped: it is read at once
    std::string path;
    std::string format = "auto";
    FormatOptions options;
    std::string keyframes = "all";
    std::shared_ptr<const ImportPlan> plan;  ///< what was read; null: nothing yet
    std::string counted_for;                 ///< the keyframes for which `adds` was counted
    std::string adds;
    std::string problem;
    std::string done;
    /// Reads on a thread of its own; unset while nothing is being read.
    std::future<Result<ImportPlan>> reading;
};

/// The screen on which a file is chosen.
struct StartState {
    std::string path;
    std::string problem;
    std::filesystem::path folder;  ///< whose content is listed
    std::vector<std::filesystem::path> recent;
    std::optional<std::filesystem::path> chosen;  ///< what the person wants opened
    std::optional<ProjectProgress> opening;       ///< a project is being made: how far that is
    bool cancels_opening = false;                 ///< the person wants it no more
    bool was_open = false;
};

/// The state of panels that lasts from frame to frame: sizes, scrolling, typed text. Nothing of it is stored in the
/// project.
struct UiState {
    float side_width = 0;  ///< of the right column in pixels; 0: not laid out yet
    float timeline_height = 0;
    float lists_share = 0.42F;  ///< of the right column's height
    CanvasGesture gesture;
    TimelineState timeline;
    PaletteState palette;
    GoToState go_to;
    std::optional<FieldEdit> field;
    std::string new_label;
    std::string keys_filter;
    enum class Wants { Nothing, StartScreen, Quit };
    Wants wants = Wants::Nothing;  ///< asked for by the menu
    ExportState exporting;
    ImportState importing;
    std::string wanted_list;  ///< id of a list to bring to the front
    StartState start;
    TrackId tracks_last{};    ///< to scroll to the selected track when it changes
    TrackId pointed_track{};  ///< under the pointer, as far as this frame is drawn
    TrackId hovered_track{};  ///< under the pointer on the canvas, the timeline or the list
};

}  // namespace inbetween
