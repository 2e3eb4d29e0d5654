#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/format.h"

namespace inbetween {

/// The first bytes of a file, by which formats are told; none of a folder.
/// errors: there is no such file; it cannot be read.
Result<std::string> first_bytes_of(const std::filesystem::path& path);

/// The first format that knows the content of a file or folder; null where none does.
/// errors: there is no such file; it cannot be read.
Result<const Format*> format_that_knows(const std::filesystem::path& path);

/// Annotations that lie within a folder.
struct FolderEntry {
    std::vector<std::filesystem::path> paths;  ///< one; several where a format has a file for each class or image
    const Format* format = nullptr;
};

/// The file or folder within a folder, not far below it, that a format knows: what tools pack beside the images and
/// lists that belong to it. Those nearest to the top count; of several the one that is called as the video is.
/// `only`: the one format to look for, null for all. `video`: the name of the video's file.
/// returns: nullopt where there is none.   errors: several, none of which is called so; the sentence names them.
Result<std::optional<FolderEntry>> find_in_folder(const std::filesystem::path& folder, const Format* only,
                                                  std::string_view video);

}  // namespace inbetween
