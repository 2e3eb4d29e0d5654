#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/command.h"
#include "app/gl/frame_view.h"
#include "app/gl/image_pair.h"
#include "app/gl/thumbnail_atlas.h"
#include "app/input/keymap.h"
#include "app/platform/platform.h"
#include "app/session.h"
#include "app/ui/items.h"
#include "app/ui/theme.h"
#include "app/ui/ui_state.h"

namespace inbetween {

/// What a panel wants done. It runs after the whole frame is drawn, so that nothing changes under the panels' hands.
using Ask = std::function<void(Session&)>;

/// What widgets need while one frame is drawn, with a project open or without.
struct UiFrame {
    const Theme& theme;
    UiState& state;
    Items& items;
    Cursor& cursor;             ///< how the pointer is to look
    double& wake_after;         ///< seconds until the frame is to be drawn again though nothing happened
    std::string& active_field;  ///< name of the text field that takes the keys; empty: none
    float px(float length) const { return theme.px(length); }
    /// Draw again within so many seconds.
    void wake_in(double seconds) const;
};

/// What the panels share while one frame is drawn. They read the session and ask for what is to change.
struct Ui : UiFrame {
    const Session& session;
    const Keymap& keymap;
    const FrameView& picture;
    ThumbnailAtlas& thumbnails;
    ImagePair& quad_images;  ///< the selected quad, straight on
    std::vector<Ask>& asks;

    void ask(Ask wish) const { asks.push_back(std::move(wish)); }
    /// Asks to run a command.
    void ask_command(std::string_view id) const;
    void go_to(FrameIndex frame) const;
    void select_track(TrackId track) const;
};

/// One part of the workstation's window.
struct Panel {
    std::string_view id;  ///< "timeline"; prefix of its items' names
    std::string_view title;
    void (*draw)(const Ui&);
};

/// Every panel, the layout's first.
std::span<const Panel* const> all_panels();

}  // namespace inbetween
