#pragma once

#include <filesystem>
#include <vector>

#include "app/ui/ui.h"

namespace inbetween {

/// The screen without a project: a path to type, recent projects, the files of a folder; while a project is being made,
/// how far that is. What the person chooses is left in UiState::start.chosen.   `can_go_back`: a project is open behind
/// it. returns: whether the person wants back to it.
bool draw_start_screen(const UiFrame& ui, bool can_go_back);

/// The files opened last, newest first; those that are gone left out.
std::vector<std::filesystem::path> load_recent_files();
/// Puts a file at the head of the list.   errors: the user's data folder cannot be written.
Result<Done> remember_file(const std::filesystem::path& file);

}  // namespace inbetween
