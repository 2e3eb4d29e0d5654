#include "core/video/cache_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace fs = std::filesystem;

namespace inbetween {

namespace {

constexpr const char* discarded_prefix = ".discarded-";

// How often a folder may vanish between being made and being held.
constexpr int most_tries = 100;

bool lock(int fd, int operation) {
    while (::flock(fd, operation) != 0) {
        if (errno != EINTR) return false;
    }
    return true;
}

// Whether the file is still the one of that name: another program may have removed the folder before it was held.
bool is_in_place(int fd, const fs::path& path) {
    struct stat held {};
    struct stat named {};
    return ::fstat(fd, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

}  // namespace

fs::path cache_lock_file(const fs::path& folder) { return folder / "lock"; }

Result<Descriptor> hold_cache_folder(const fs::path& folder, CacheHold how) {
    const fs::path path = cache_lock_file(folder);
    const int operation = how == CacheHold::Shared ? LOCK_SH : LOCK_EX | LOCK_NB;
    int error = ENOENT;
    for (int i = 0; i < most_tries && error == ENOENT; ++i) {
        if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
            error = errno;
            break;
        }
        Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        const bool held = file && lock(file.fd(), operation);
        if (!held) {
            error = errno;
        } else if (is_in_place(file.fd(), path)) {
            return file;
        }
    }
    if (error == EWOULDBLOCK) return fail("{}: is in use by another program", folder.string());
    return fail("{}: cannot be used: {}", folder.string(), std::strerror(error));
}

Result<Done> empty_cache_folder(const fs::path& folder, Descriptor& shared) {
    shared = Descriptor();
    auto exclusive = hold_cache_folder(folder, CacheHold::Exclusive);
    if (exclusive) {
        std::error_code error;
        for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
            std::error_code ignored;
            if (it->path() != cache_lock_file(folder)) fs::remove_all(it->path(), ignored);
        }
        shared = std::move(*exclusive);
        if (lock(shared.fd(), LOCK_SH) && is_in_place(shared.fd(), cache_lock_file(folder))) return Done{};
    }
    auto again = hold_cache_folder(folder, CacheHold::Shared);
    if (!again) return again.error();
    shared = std::move(*again);
    if (!exclusive) return exclusive.error();
    return Done{};
}

bool discard_cache_folder(const fs::path& folder) {
    const auto held = hold_cache_folder(folder, CacheHold::Exclusive);
    if (!held) return false;
    // Out of sight first, so that nobody finds half an entry.
    const fs::path away = folder.parent_path() / (discarded_prefix + folder.filename().string());
    std::error_code error;
    fs::remove_all(away, error);
    fs::rename(folder, away, error);
    if (error) return false;
    fs::remove_all(away, error);
    return !error;
}

void remove_discarded_folders(const fs::path& cache) {
    std::error_code error;
    for (fs::directory_iterator it(cache, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        if (it->path().filename().string().starts_with(discarded_prefix)) fs::remove_all(it->path(), ignored);
    }
}

}  // namespace inbetween
