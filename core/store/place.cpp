#include "core/store/place.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

fs::path with_suffix(const fs::path& project, const char* suffix) {
    fs::path path = project;
    path += suffix;
    return path;
}

fs::path lock_of(const fs::path& project) { return with_suffix(project, "-lock"); }

bool is_same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

struct flock whole_file(short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

Result<Done> sync_file(const fs::path& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0) return fail("{}: cannot be opened: {}", path.string(), std::strerror(errno));
    const bool synced = ::fsync(fd) == 0;
    const int error = errno;
    ::close(fd);
    if (!synced) return fail("{}: cannot be written: {}", path.string(), std::strerror(error));
    return Done{};
}

/// Gives the file its name where nothing has it.   returns: 0 or errno.
int rename_to_free_name(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // File systems without that rename: a second name, which is never made over another, then the first one goes.
    if (::link(from.c_str(), to.c_str()) != 0) return errno;
    ::unlink(from.c_str());
    return 0;
}

}  // namespace

// ---- ProjectLock

ProjectLock::ProjectLock(fs::path companion, int fd) : companion_(std::move(companion)), fd_(fd) {}
ProjectLock::ProjectLock(ProjectLock&& other) noexcept
    : companion_(std::move(other.companion_)), fd_(std::exchange(other.fd_, -1)) {}
ProjectLock& ProjectLock::operator=(ProjectLock&& other) noexcept {
    if (this == &other) return *this;
    release();
    companion_ = std::move(other.companion_);
    fd_ = std::exchange(other.fd_, -1);
    return *this;
}
ProjectLock::~ProjectLock() { release(); }

void ProjectLock::release() {
    if (fd_ < 0) return;
    struct stat held {};
    struct stat named {};
    // Whoever waits for the lock finds that the file lost its name, and makes a new one.
    if (::fstat(fd_, &held) == 0 && ::stat(companion_.c_str(), &named) == 0 && is_same_file(held, named))
        ::unlink(companion_.c_str());
    ::close(fd_);
    fd_ = -1;
}

Result<ProjectLock> ProjectLock::take(const fs::path& project) {
    const fs::path companion = lock_of(project);
    for (;;) {
        const int fd = ::open(companion.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM))
            return fail("{}: cannot be written: its folder is read-only", project.string());
        if (fd < 0) return fail("{}: cannot be locked: {}", project.string(), std::strerror(errno));
        ProjectLock lock(companion, fd);
        struct flock whole = whole_file(F_WRLCK);
        if (::fcntl(fd, F_OFD_SETLK, &whole) != 0) {
            const int error = errno;
            ::close(std::exchange(lock.fd_, -1));
            if (error == EAGAIN || error == EACCES) return fail("{}: is open in another window", project.string());
            return fail("{}: cannot be locked: {}", project.string(), std::strerror(error));
        }
        struct stat held {};
        struct stat named {};
        if (::fstat(fd, &held) == 0 && ::stat(companion.c_str(), &named) == 0 && is_same_file(held, named)) return lock;
    }
}

bool ProjectLock::is_taken(const fs::path& project) {
    const int fd = ::open(lock_of(project).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return false;
    struct flock whole = whole_file(F_RDLCK);
    const bool taken = ::fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
    ::close(fd);
    return taken;
}

// ---- FileAnchor

FileAnchor::FileAnchor(const fs::path& path) : fd_(::open(path.c_str(), O_PATH | O_CLOEXEC)) {}
FileAnchor::FileAnchor(FileAnchor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
FileAnchor& FileAnchor::operator=(FileAnchor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}
FileAnchor::~FileAnchor() {
    if (fd_ >= 0) ::close(fd_);
}

bool FileAnchor::is_at(const fs::path& path) const {
    struct stat held {};
    struct stat named {};
    return ::fstat(fd_, &held) == 0 && ::stat(path.c_str(), &named) == 0 && is_same_file(held, named);
}

bool FileAnchor::is_unlinked() const {
    struct stat held {};
    return ::fstat(fd_, &held) == 0 && held.st_nlink == 0;
}

// ---- Names

bool is_taken_name(const fs::path& path) {
    struct stat named {};
    return ::lstat(path.c_str(), &named) == 0;
}

std::string change_stamp(const fs::path& project) {
    std::string stamp;
    for (const fs::path& path : {project, wal_of(project)}) {
        struct stat about {};
        if (::stat(path.c_str(), &about) != 0) continue;
        stamp += fmt::format("{} {} {} {}\n", about.st_ino, about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
    }
    return stamp;
}

fs::path wal_of(const fs::path& project) { return with_suffix(project, "-wal"); }
fs::path shm_of(const fs::path& project) { return with_suffix(project, "-shm"); }
fs::path journal_of(const fs::path& project) { return with_suffix(project, "-journal"); }

Result<Done> check_free_name(const fs::path& project) {
    std::error_code error;
    const fs::path folder = folder_of(project);
    if (!fs::is_directory(folder, error)) return fail("{}: there is no folder {}", project.string(), folder.string());
    if (is_taken_name(project)) return fail("{}: exists already", project.string());
    for (const fs::path& leftover : {wal_of(project), journal_of(project)}) {
        if (is_taken_name(leftover))
            return fail("{}: cannot be made: {} of an earlier project is still there", project.string(),
                        leftover.filename().string());
    }
    return Done{};
}

Result<fs::path> make_temporary_beside(const fs::path& project) {
    const fs::path name = folder_of(project) / fmt::format(".{}.{}", project.filename().string(), make_uuid());
    const int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM))
        return fail("{}: cannot be made: its folder is read-only", project.string());
    if (fd < 0) return fail("{}: cannot be made: {}", project.string(), std::strerror(errno));
    ::close(fd);
    return name;
}

Result<Done> publish(const fs::path& temporary, const fs::path& target) {
    if (auto synced = sync_file(temporary, O_RDWR); !synced) return synced;
    const int error = rename_to_free_name(temporary, target);
    if (error == EEXIST) return fail("{}: exists already", target.string());
    if (error != 0) return fail("{}: cannot be made: {}", target.string(), std::strerror(error));
    return sync_file(folder_of(target), O_RDONLY | O_DIRECTORY);
}

bool is_on_network(const fs::path& path) {
    struct statfs about {};
    if (::statfs(path.c_str(), &about) != 0) return false;
    switch (static_cast<unsigned long>(about.f_type) & 0xffffffffUL) {
        case NFS_SUPER_MAGIC:
        case SMB_SUPER_MAGIC:
        case CIFS_SUPER_MAGIC:
        case SMB2_SUPER_MAGIC:
            return true;
        default:
            return false;
    }
}

}  // namespace inbetween
