#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/new_folders.h"
#include "core/formats/format.h"

namespace inbetween {

/// A file written piece by piece under another name beside its own, which it gets once it is whole: for what is too
/// large to be held in memory. What is not kept goes with the object.
class StreamedFile {
public:
    /// errors: the project's video or a project stands there; the folder cannot be made; what the disk says.
    static Result<std::unique_ptr<StreamedFile>> open(const WriteRequest& request, const std::filesystem::path& path);
    ~StreamedFile();
    StreamedFile(const StreamedFile&) = delete;
    StreamedFile& operator=(const StreamedFile&) = delete;

    void write(std::string_view text);
    /// Ends the writing, so that what was written can be read at written().   errors: what the disk says.
    Result<Done> close();
    /// Where the text lies until keep().
    const std::filesystem::path& written() const { return temporary_; }
    /// Moves the file to another path of the same disk, whose it is from then on.   errors: what the disk says.
    Result<Done> hand_over(const std::filesystem::path& to);
    /// Gives the file its name, safe against a loss of power.   requires: close().   errors: what the disk says.
    Result<Done> keep();

private:
    StreamedFile(NewFolders made, std::filesystem::path path, std::filesystem::path temporary);

    NewFolders made_;
    std::filesystem::path path_;
    std::filesystem::path temporary_;
    std::vector<char> buffer_;
    std::ofstream out_;
};

/// Opens a file that is to be read piece by piece.   errors: missing, not a regular file, unreadable.
Result<std::ifstream> open_to_read(const std::filesystem::path& path);

}  // namespace inbetween
