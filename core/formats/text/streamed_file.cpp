#include "core/formats/text/streamed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/descriptor.h"
#include "core/formats/text/export.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

Error cannot_be_written(const fs::path& path) {
    return fail("{}: cannot be written: {}", path.string(), std::strerror(errno));
}

bool sync(const fs::path& path, int flags) {
    const Descriptor file(::open(path.c_str(), flags | O_CLOEXEC));
    return file && ::fsync(file.fd()) == 0;
}

}  // namespace

StreamedFile::StreamedFile(NewFolders made, fs::path path, fs::path temporary)
    : made_(std::move(made)),
      path_(std::move(path)),
      temporary_(std::move(temporary)),
      buffer_(std::size_t{1} << 18) {
    out_.rdbuf()->pubsetbuf(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    out_.open(temporary_, std::ios::binary | std::ios::trunc);
}

StreamedFile::~StreamedFile() {
    if (temporary_.empty()) return;
    out_.close();
    std::error_code ignored;
    fs::remove(temporary_, ignored);
}

Result<std::unique_ptr<StreamedFile>> StreamedFile::open(const WriteRequest& request, const fs::path& path) {
    if (auto allowed = check_may_write(request.annotations, path); !allowed) return allowed.error();
    NewFolders folders;
    if (auto made = folders.make_for(path); !made) return made.error();
    const fs::path temporary =
        path.parent_path() / fmt::format(".{}.{}.new", path.filename().string(), static_cast<long>(::getpid()));
    std::unique_ptr<StreamedFile> file(new StreamedFile(std::move(folders), path, temporary));
    if (!file->out_) return cannot_be_written(path);
    return file;
}

void StreamedFile::write(std::string_view text) { out_.write(text.data(), static_cast<std::streamsize>(text.size())); }

Result<Done> StreamedFile::close() {
    out_.close();
    if (!out_) return cannot_be_written(path_);
    return Done{};
}

Result<Done> StreamedFile::hand_over(const fs::path& to) {
    if (::rename(temporary_.c_str(), to.c_str()) != 0) return cannot_be_written(path_);
    temporary_.clear();
    return Done{};
}

Result<Done> StreamedFile::keep() {
    if (!sync(temporary_, O_RDONLY) || ::rename(temporary_.c_str(), path_.c_str()) != 0)
        return cannot_be_written(path_);
    temporary_.clear();
    const fs::path folder = path_.has_parent_path() ? path_.parent_path() : fs::path(".");
    if (!sync(folder, O_RDONLY | O_DIRECTORY)) return cannot_be_written(path_);
    return Done{};
}

Result<std::ifstream> open_to_read(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) return fail("{}: no such file", path.string());
    if (fs::is_directory(status)) return fail("{}: is a folder, not a file", path.string());
    if (!fs::is_regular_file(status)) return fail("{}: is not a regular file", path.string());
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail("{}: cannot be read: {}", path.string(), std::strerror(errno));
    return in;
}

}  // namespace inbetween
