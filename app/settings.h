#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace inbetween {

/// What a person set once for all projects.
struct Settings {
    static constexpr double default_tolerance = 0.1;
    static constexpr double least_tolerance = 0.01;
    static constexpr double most_tolerance = 0.5;

    /// A track is done once no frame of it is expected to move by this much.   units: the object's size.
    double tolerance = default_tolerance;

    friend bool operator==(const Settings&, const Settings&) = default;
};

/// Where a user's settings are kept.
std::filesystem::path settings_file();

/// What the file says; the defaults for what it does not say, or says wrongly, and without a file.
Settings load_settings(const std::filesystem::path& file);

/// Writes the file, and its folder where there is none.   errors: it cannot be written.
Result<Done> save_settings(const std::filesystem::path& file, const Settings& settings);

}  // namespace inbetween
