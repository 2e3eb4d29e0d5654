#include "core/base/staged_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

namespace fs = std::filesystem;

namespace inbetween {
namespace {

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

void sync_folder(const fs::path& folder) {
    const Descriptor d(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (d) ::fsync(d.fd());
}

Error cannot_write(const fs::path& path) {
    return fail("{}: cannot be written: {}", path.string(), std::strerror(errno));
}

}  // namespace

Result<std::unique_ptr<StagedFile>> StagedFile::make(const fs::path& path) {
    std::string place = (folder_of(path) / ("." + path.filename().string() + ".XXXXXX")).string();
    Descriptor file(::mkostemp(place.data(), O_CLOEXEC));
    if (!file) return cannot_write(path);
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(file.fd(), 0666 & ~mask);
    ::flock(file.fd(), LOCK_EX | LOCK_NB);  // as long as it is written; where there are no locks, leftovers stay
    return std::unique_ptr<StagedFile>(new StagedFile(path, place, std::move(file)));
}

StagedFile::StagedFile(fs::path path, fs::path place, Descriptor file)
    : path_(std::move(path)), place_(std::move(place)), file_(std::move(file)) {}

std::vector<fs::path> StagedFile::leftovers(const fs::path& path) {
    constexpr std::size_t random_characters = 6;
    const std::string prefix = "." + path.filename().string() + ".";
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator at(folder_of(path), error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (!name.starts_with(prefix) || name.size() != prefix.size() + random_characters) continue;
        std::error_code ignored;
        if (!fs::is_regular_file(at->symlink_status(ignored))) continue;
        const Descriptor file(::open(at->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (file && ::flock(file.fd(), LOCK_EX | LOCK_NB) == 0) found.push_back(at->path());
    }
    return found;
}

StagedFile::~StagedFile() {
    if (!place_.empty()) ::unlink(place_.c_str());
}

Error StagedFile::failed() const { return cannot_write(path_); }

Result<Done> StagedFile::put(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(file_.fd(), bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed();
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return Done{};
}

Result<Done> StagedFile::rewind() {
    if (::lseek(file_.fd(), 0, SEEK_SET) != 0) return failed();
    return Done{};
}

Result<Done> StagedFile::publish(Durability durability) {
    if (durability == Durability::Synced && ::fsync(file_.fd()) != 0) return failed();
    if (::rename(place_.c_str(), path_.c_str()) != 0) return failed();
    place_.clear();
    if (durability == Durability::Synced) sync_folder(folder_of(path_));
    return Done{};
}

}  // namespace inbetween
