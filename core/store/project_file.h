#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/frame_signature.h"
#include "core/edit/change_set.h"
#include "core/store/database.h"
#include "core/store/place.h"
#include "core/store/rows.h"

namespace inbetween {

/// One thing to write.
struct StoreWrite {
    enum class Kind { Commit, MoveHead, Fills, Signature };
    Kind kind;
    std::shared_ptr<const Annotations> before;
    std::shared_ptr<const Annotations> after;
    ChangeSet change;
    std::int64_t seq = 0;     ///< the step one stands on afterwards, where that moves
    std::int64_t parent = 0;  ///< of a commit
    TrackId track{};          ///< of fills
    MediaId media{};          ///< of a signature
    std::shared_ptr<const VideoSignature> signature = nullptr;

    /// What is derived is written beside the history, not as a step of it.
    bool moves_head() const { return kind == Kind::Commit || kind == Kind::MoveHead; }
};

/// A project file open for writing.
///
/// A write counts when its transaction is synced and the file is still the one at its path. If it was moved or removed
/// meanwhile, the whole project is written anew at the path; if another file took its place, that one is left alone and
/// the project goes on beside it, under a new name. What was moved away is left whole, without a WAL.
/// thread: the store's, but file() and notice().
class ProjectFile {
public:
    ProjectFile(std::filesystem::path path, std::unique_ptr<Database> database, ProjectLock lock, Head head);
    ~ProjectFile();  ///< closes it as one file, without a WAL
    ProjectFile(const ProjectFile&) = delete;
    ProjectFile& operator=(const ProjectFile&) = delete;

    /// Makes one write durable.   errors: it is not, or nobody can tell; the same write is then to be tried again.
    Result<Done> write(const StoreWrite& write);

    /// Moves what the WAL holds into the database file when it has grown; `idle`: there is nothing else to do.
    void keep_wal_short(bool idle);

    /// Where the project is written now.   thread: any.
    std::filesystem::path file() const;
    /// What became of the file, in a sentence; nullopt while nothing did.   thread: any.
    std::optional<std::string> notice() const;

private:
    Result<Done> write_transaction(const StoreWrite& write, const Head& next);
    Result<Done> ensure_in_place();
    Result<Done> go_elsewhere();
    Result<Done> reopen();
    Result<std::filesystem::path> copy_of_all();
    std::filesystem::path publish_somewhere(const std::filesystem::path& copy);
    void close();
    void remember_side_files();

    std::filesystem::path path_;  // the one asked for
    std::unique_ptr<Database> database_;
    std::vector<ProjectLock> locks_;
    Head head_;
    std::optional<Head> attempted_;  // by a write that nobody could say of whether it happened
    FileAnchor anchor_;
    FileAnchor wal_anchor_;
    FileAnchor shm_anchor_;

    mutable std::mutex mutex_;
    std::filesystem::path file_;         // guarded by mutex_; written by the store's thread only
    std::optional<std::string> notice_;  // guarded by mutex_
};

}  // namespace inbetween
