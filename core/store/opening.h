#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "core/base/frame_signature.h"
#include "core/store/database.h"
#include "core/store/load.h"
#include "core/store/place.h"
#include "core/store/schema.h"

// How a project file is looked at before it is trusted, and made. Until a file is known to be sound nothing is written
// to it or beside it.
namespace inbetween {

/// Tells by the file's head whether it is a project of ours.
bool is_project_file(const std::filesystem::path& path);

/// Checks the head of the file: that it is one of ours, whole, and of a version that this program knows.
Result<Done> check_head(const std::filesystem::path& path);

/// A connection that only reads, and changes nothing in the folder when nobody else writes the file.
/// errors: as check_head; it cannot be read.
Result<std::unique_ptr<Database>> open_for_reading(const std::filesystem::path& path);

/// Reads a project through such a connection, as it is at one moment: again if somebody began to write it meanwhile.
/// `read` takes a Database& and returns a Result.
template <class Read>
auto read_at_one_moment(const std::filesystem::path& path, Read read) -> decltype(read(std::declval<Database&>())) {
    constexpr int most_tries = 20;
    for (int tries = 1;; ++tries) {
        const std::string stamp = change_stamp(path);
        auto opened = open_for_reading(path);
        if (!opened) return opened.error();
        const bool is_guarded = (*opened)->access() == Database::Access::Read;
        auto result = [&] {
            const ReadTransaction transaction(**opened);
            return read(**opened);
        }();
        if (is_guarded || tries == most_tries || change_stamp(path) == stamp) return result;
    }
}

/// The connection that writes: WAL, every commit synced before it counts.   requires: the project's lock is held.
Result<std::unique_ptr<Database>> open_for_writing(const std::filesystem::path& path);

/// Checks what SQLite can tell of the file: the schema, and its pages. Of a large file the pages of the per-frame rows
/// are left to Store::verify: they are derived, and most of the file.
Result<Done> check_content(Database& database);

/// Checks that the file can be read as it is. Versions up to now only added tables, and what is not there is empty; one
/// that changes tables makes older files to be opened for writing first.
Result<Done> check_is_readable(Database& database);

/// Makes a new project file.   errors: as Store::create.
Result<Done> create_project(const std::filesystem::path& path, const Annotations& initial,
                            const std::map<MediaId, std::shared_ptr<const VideoSignature>>& signatures);

/// Takes a file of an older version to the last one of `steps`, after a copy beside it.
/// requires: the project's lock is held.   returns: a sentence on what was done; nullopt when nothing was to do.
Result<std::optional<std::string>> upgrade_project(const std::filesystem::path& path, std::span<const Migration> steps);

/// Ends what a crash in the middle of a write without WAL left behind, if there is anything.
/// requires: the project's lock is held.
Result<Done> roll_back_hot_journal(const std::filesystem::path& path);

}  // namespace inbetween
