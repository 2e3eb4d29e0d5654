#include "app/commands/areas.h"
#include "app/commands/common.h"

namespace inbetween::commands {
namespace {

constexpr Command table[] = {
    {.id = "history.undo",
     .title = "Undo",
     .help = "Takes the last change back, also those made before the project was last opened.",
     .run = [](Session& s) { s.undo(); },
     .enabled = always,
     .repeats = true},
    {.id = "history.redo",
     .title = "Redo",
     .help = "Makes the change again that was undone last.",
     .run = [](Session& s) { s.redo(); },
     .enabled = always,
     .repeats = true},
};

}  // namespace

std::span<const Command> history() { return table; }

}  // namespace inbetween::commands
