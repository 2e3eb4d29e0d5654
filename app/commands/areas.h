#pragma once

#include <span>

#include "app/commands/command.h"

// The commands of each area, in the order of menus and help. commands.cpp makes one table of them.
namespace inbetween::commands {

std::span<const Command> navigate();
std::span<const Command> playback();
std::span<const Command> draw();
std::span<const Command> track();
std::span<const Command> shape();
std::span<const Command> solve();
std::span<const Command> label();
std::span<const Command> segment();
std::span<const Command> review();
std::span<const Command> view();
std::span<const Command> history();

}  // namespace inbetween::commands
