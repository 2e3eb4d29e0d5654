#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"

namespace inbetween {

/// Folders that are made for what is about to be written: those that are empty when the object goes, because that came
/// to nothing, go with it.
class NewFolders {
public:
    NewFolders() = default;
    NewFolders(NewFolders&&) = default;
    NewFolders& operator=(NewFolders&&) = delete;
    ~NewFolders();

    /// Makes a folder, and those that it lies in.
    Result<Done> make(const std::filesystem::path& folder);
    /// Makes the folder that a file is to lie in.
    Result<Done> make_for(const std::filesystem::path& file);

private:
    std::vector<std::filesystem::path> made_;  // outer ones first
};

}  // namespace inbetween
