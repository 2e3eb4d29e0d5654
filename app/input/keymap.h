#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/commands/command.h"
#include "app/input/chord.h"
#include "core/base/result.h"

namespace inbetween {

/// One line of a keymap: in this context these keys run this command.
struct Binding {
    Context context = Context::Main;
    Chord chord;
    std::string command;
};

/// Which keys run which command. Read from text: one binding a line, `context chord command-id`, `#` starts a comment.
class Keymap {
public:
    /// errors: an unknown context, chord or command, a chord bound twice in a context; with the line.
    static Result<Keymap> parse(std::string_view text, std::string_view name);
    /// The workstation profile, compiled in from app/input/profiles/workstation.keymap.
    static const Keymap& workstation();

    /// The command for a chord in the first context that binds it; null when none does.
    const Command* find(const std::vector<Context>& contexts, const Chord& chord) const;
    /// The chords of a command, in the order of the file.
    std::vector<Chord> chords_of(std::string_view command) const;
    /// "D, Right, ." ; empty for a command without keys.
    std::string keys_text(std::string_view command, std::string_view between = ", ") const;
    const std::vector<Binding>& bindings() const { return bindings_; }

private:
    std::vector<Binding> bindings_;
};

}  // namespace inbetween
