#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/result.h"

// What the file system is asked for around a project file: who writes it, which file it is, how a new one gets its
// name.
namespace inbetween {

/// The right to write a project: a lock on a companion file, which the system frees however the program ends.
class ProjectLock {
public:
    /// errors: another Store holds it, in this process or another; the folder is read-only.
    static Result<ProjectLock> take(const std::filesystem::path& project);
    /// Tells whether some Store holds it now.
    static bool is_taken(const std::filesystem::path& project);
    ProjectLock(ProjectLock&& other) noexcept;
    ProjectLock& operator=(ProjectLock&& other) noexcept;
    ~ProjectLock();

private:
    ProjectLock(std::filesystem::path companion, int fd);
    void release();

    std::filesystem::path companion_;
    int fd_ = -1;
};

/// Holds on to one file whatever becomes of its name. Reads nothing of it, and leaves the locks that SQLite has on it
/// alone, which closing any ordinary descriptor of the file would drop.
class FileAnchor {
public:
    FileAnchor() = default;
    explicit FileAnchor(const std::filesystem::path& path);
    FileAnchor(FileAnchor&& other) noexcept;
    FileAnchor& operator=(FileAnchor&& other) noexcept;
    ~FileAnchor();

    /// Tells whether the path still names this file.
    bool is_at(const std::filesystem::path& path) const;
    /// Tells whether the file has no name left.
    bool is_unlinked() const;

private:
    int fd_ = -1;
};

/// Sizes and times of a project file and its WAL: as long as it stays the same nobody has written.
std::string change_stamp(const std::filesystem::path& project);

/// Tells whether there is anything of that name, a dangling link included.
bool is_taken_name(const std::filesystem::path& path);

/// The files that SQLite keeps beside a database while it is written.
std::filesystem::path wal_of(const std::filesystem::path& project);
std::filesystem::path shm_of(const std::filesystem::path& project);
std::filesystem::path journal_of(const std::filesystem::path& project);

/// Checks that a new project can take this name.   errors: there is something of that name; the folder is missing; a
/// -wal or -journal file of an earlier database lies there, which SQLite would take for the new one's.
Result<Done> check_free_name(const std::filesystem::path& project);

/// An empty file of a new name in the project's folder.   errors: missing or read-only folder, full disk.
Result<std::filesystem::path> make_temporary_beside(const std::filesystem::path& project);

/// Makes a finished file durable and gives it its name, never over another file.
/// errors: the name is taken, the disk fails; then `temporary` is still there.
Result<Done> publish(const std::filesystem::path& temporary, const std::filesystem::path& target);

/// Tells whether the file lies on a file system of another machine, where WAL's shared memory does not work.
bool is_on_network(const std::filesystem::path& path);

}  // namespace inbetween
