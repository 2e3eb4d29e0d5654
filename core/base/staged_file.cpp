#include "core/base/staged_file.h"

#include <fcntl.h>
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
    return std::unique_ptr<StagedFile>(new StagedFile(path, place, std::move(file)));
}

StagedFile::StagedFile(fs::path path, fs::path place, Descriptor file)
    : path_(std::move(path)), place_(std::move(place)), file_(std::move(file)) {}

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
