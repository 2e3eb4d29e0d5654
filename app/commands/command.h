#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace inbetween {

class Session;

/// When a command's keys count. Narrow contexts win over wide ones.
enum class Context {
    Global,   ///< always, but while text is typed
    Main,     ///< looking and editing
    Drawing,  ///< while a shape is being drawn
    Segment,  ///< while a segment has an in or an out point
    Corner,   ///< while the corners of a quad are edited one by one
};

std::string_view name_of(Context context);

/// What a user invokes, by id. One table feeds keys, menus, palette, hint bar, help and test scripts.
struct Command {
    std::string_view id;     ///< "track.keyframe.toggle"
    std::string_view title;  ///< "Keyframe here": imperative, short, for menus and the palette
    std::string_view help;   ///< one sentence for tooltips and the F1 page
    Context context = Context::Main;
    void (*run)(Session&);
    bool (*enabled)(const Session&);
    bool repeats = false;  ///< a key held down runs it again and again
};

/// Every command, by area.
std::span<const Command* const> all_commands();
const Command* find_command(std::string_view id);

/// Runs the command if it is enabled.   returns: whether it ran.
bool run_command(Session& session, std::string_view id);

/// The contexts whose keys count now, narrowest first.
std::vector<Context> active_contexts(const Session& session);

/// The five to seven commands that a person most likely wants next, for the hint bar.
std::vector<const Command*> hints(const Session& session);

}  // namespace inbetween
