#pragma once

#include <filesystem>

#include "core/base/descriptor.h"
#include "core/base/result.h"

// Who may use and who may remove a folder of the cache, agreed upon between programs by flock on a file in it.

namespace inbetween {

enum class CacheHold {
    Shared,     ///< to use what is in it; many may; waits for one who empties it
    Exclusive,  ///< to remove what is in it; fails where anybody else holds it
};

/// Makes the folder where it is missing, and holds it as long as what is returned lives.
/// errors: held by another; cannot be made; a file system without locks.
Result<Descriptor> hold_cache_folder(const std::filesystem::path& folder, CacheHold how);

/// Removes what is in a folder that `shared` holds, and goes on holding it.   errors: held by another too, and then
/// nothing is removed.
Result<Done> empty_cache_folder(const std::filesystem::path& folder, Descriptor& shared);

/// Removes a folder that nobody holds.   returns: whether it is gone.
bool discard_cache_folder(const std::filesystem::path& folder);

/// Removes what a program left that was ended while it discarded folders in `cache`.
void remove_discarded_folders(const std::filesystem::path& cache);

/// The file that is locked; its time tells when the folder was last used.
std::filesystem::path cache_lock_file(const std::filesystem::path& folder);

}  // namespace inbetween
