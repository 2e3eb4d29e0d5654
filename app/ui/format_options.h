#pragma once

#include <string>

#include "app/ui/ui.h"
#include "core/formats/format.h"

namespace inbetween {

enum class Way { In, Out };

/// Fields for the options of a format that concern reading or writing, each with its help; nothing where there are
/// none. `prefix`: of the fields' names. What is stated is put into `options`.
void draw_format_options(const Ui& ui, const std::string& prefix, const Format& format, Way way,
                         FormatOptions& options);

}  // namespace inbetween
