#include "core/store/project_file.h"

#include <utility>

#include "core/store/opening.h"
#include "core/store/signature_rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// The WAL is emptied into the file in idle moments from the first size on, and at once from the second.
constexpr int idle_checkpoint_pages = 1000;
constexpr int busy_checkpoint_pages = 16000;
constexpr int most_names_tried = 1000;

void write_rows(Database& database, const StoreWrite& write) {
    if (write.kind == StoreWrite::Kind::Fills)
        return write_track_fills(database, write.track, *write.before, *write.after);
    if (write.kind == StoreWrite::Kind::Signature) return put_signature(database, write.media, *write.signature);
    write_change(database, write.change, *write.before, *write.after);
    if (write.kind == StoreWrite::Kind::Commit) insert_history(database, write.seq, write.parent, write.change);
}

fs::path rescue_name(const fs::path& path, int n) {
    const std::string suffix = n == 1 ? "" : fmt::format("-{}", n);
    fs::path name = path;
    name.replace_filename(fmt::format("{}-rescued{}{}", path.stem().string(), suffix, path.extension().string()));
    return name;
}

}  // namespace

ProjectFile::ProjectFile(fs::path path, std::unique_ptr<Database> database, ProjectLock lock, Head head)
    : path_(std::move(path)), database_(std::move(database)), head_(head), anchor_(path_), file_(path_) {
    locks_.push_back(std::move(lock));
    remember_side_files();
}

ProjectFile::~ProjectFile() {
    // A file that was removed while nothing had to be written any more still holds all there is.
    if (anchor_.is_unlinked()) static_cast<void>(ensure_in_place());
    close();
}

fs::path ProjectFile::file() const {
    std::lock_guard lock(mutex_);
    return file_;
}

std::optional<std::string> ProjectFile::notice() const {
    std::lock_guard lock(mutex_);
    return notice_;
}

void ProjectFile::remember_side_files() {
    wal_anchor_ = FileAnchor(wal_of(file_));
    shm_anchor_ = FileAnchor(shm_of(file_));
}

Result<Done> ProjectFile::write(const StoreWrite& write) {
    if (auto placed = ensure_in_place(); !placed) return placed;
    const Head next{write.moves_head() ? write.seq : head_.seq, head_.writes + 1};
    if (attempted_ != next) {
        if (auto written = write_transaction(write, next); !written) return written;
    }
    attempted_ = next;  // from here on it is in the file, wherever that is
    if (auto placed = ensure_in_place(); !placed) return placed;
    head_ = next;
    attempted_.reset();
    return Done{};
}

Result<Done> ProjectFile::write_transaction(const StoreWrite& write, const Head& next) {
    database_->clear_failure();
    Result<Done> written = Done{};
    {
        Transaction transaction(*database_);
        const auto found = read_head(*database_);
        if (!database_->failure() && found == next) return Done{};  // an earlier try did succeed
        if (!database_->failure() && found != head_)
            return fail("{}: was changed by another program while it was open", path_.string());
        write_rows(*database_, write);
        write_head(*database_, next);
        written = transaction.commit();
    }
    if (written) return written;
    // A commit that reports an error may have happened all the same.
    database_->clear_failure();
    const bool happened = read_head(*database_) == next;
    database_->clear_failure();
    return happened ? Result<Done>(Done{}) : written;
}

void ProjectFile::keep_wal_short(bool idle) {
    if (!database_) return;
    const int pages = database_->wal_pages();
    if (pages < (idle ? idle_checkpoint_pages : busy_checkpoint_pages)) return;
    // What cannot be moved now stays in the WAL, as durable as before.
    database_->run_script("PRAGMA wal_checkpoint(PASSIVE)");
    database_->clear_failure();
}

Result<Done> ProjectFile::ensure_in_place() {
    if (database_ && anchor_.is_at(file_)) return Done{};
    return database_ ? go_elsewhere() : reopen();
}

Result<fs::path> ProjectFile::copy_of_all() {
    auto temporary = make_temporary_beside(path_);
    if (!temporary) return temporary;
    auto target = Database::open(*temporary, Database::Access::Create);
    Result<Done> copied = target ? database_->copy_to(**target) : Result<Done>(target.error());
    if (copied) {
        (*target)->run_script("PRAGMA journal_mode = DELETE");
        copied = (*target)->outcome();
    }
    if (copied) return temporary;
    std::error_code ignored;
    fs::remove(*temporary, ignored);
    return copied.error();
}

fs::path ProjectFile::publish_somewhere(const fs::path& copy) {
    for (int n = 0; n < most_names_tried; ++n) {
        const fs::path candidate = n == 0 ? path_ : rescue_name(path_, n);
        if (!check_free_name(candidate)) continue;
        std::optional<ProjectLock> lock;
        if (n > 0) {
            auto taken = ProjectLock::take(candidate);
            if (!taken) continue;
            lock = std::move(*taken);
        }
        if (!publish(copy, candidate)) continue;
        if (lock) locks_.push_back(std::move(*lock));
        return candidate;
    }
    return copy;
}

Result<Done> ProjectFile::go_elsewhere() {
    database_->clear_failure();
    const auto copy = copy_of_all();
    if (!copy)
        return fail("{}: was moved, removed or replaced while it was open, and cannot be written anew ({})",
                    path_.string(), copy.error().message);
    // The WAL bears the name of the path: it has to be gone before another database stands there.
    close();
    const fs::path now = publish_somewhere(*copy);
    {
        std::lock_guard lock(mutex_);
        file_ = now;
        notice_ =
            now == path_
                ? fmt::format("{}: was moved or removed while it was open, and has been written anew", path_.string())
                : fmt::format("{}: another file took its place while it was open; the project goes on in {}",
                              path_.string(), now.filename().string());
    }
    return reopen();
}

Result<Done> ProjectFile::reopen() {
    auto opened = open_for_writing(file_);
    if (!opened) return opened.error();
    database_ = std::move(*opened);
    anchor_ = FileAnchor(file_);
    remember_side_files();
    return Done{};
}

void ProjectFile::close() {
    if (!database_) return;
    database_->clear_failure();
    database_->run_script("PRAGMA wal_checkpoint(TRUNCATE)");
    database_->clear_failure();
    database_->run_script("PRAGMA journal_mode = DELETE");
    const bool is_whole = !database_->failure();
    database_.reset();
    if (!is_whole || anchor_.is_at(file_)) return;
    // SQLite leaves the side files of a database that lost its name; nobody could tell later whose they are.
    std::error_code ignored;
    if (wal_anchor_.is_at(wal_of(file_))) fs::remove(wal_of(file_), ignored);
    if (shm_anchor_.is_at(shm_of(file_))) fs::remove(shm_of(file_), ignored);
}

}  // namespace inbetween
