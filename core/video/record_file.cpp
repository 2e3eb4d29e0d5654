#include "core/video/record_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/check.h"

namespace fs = std::filesystem;

// head     magic, size, hash, bytes
// record   magic, number, size, hash, bytes: again and again
// places   the sizes of all records; then where that list begins, its hash, magic
namespace inbetween {

namespace {

constexpr std::uint64_t head_magic = 0x3144524345524249;    // IBRECRD1
constexpr std::uint64_t record_magic = 0x44524f4345524249;  // IBRECORD
constexpr std::uint64_t end_magic = 0x5344524f43455249;     // IRECORDS
constexpr std::size_t head_mark_bytes = 24;
constexpr std::size_t record_mark_bytes = 32;
constexpr std::size_t end_mark_bytes = 24;
constexpr std::uint64_t most_record_bytes = std::uint64_t{1} << 28;

std::uint64_t hash_of(const void* bytes, std::size_t size, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes, size, seed);
}

std::string mark_of(std::initializer_list<std::uint64_t> numbers) {
    ByteWriter out;
    for (const std::uint64_t number : numbers) out.put_fixed(number);
    return std::move(out).bytes();
}

std::string record_mark(std::int64_t n, std::span<const std::uint8_t> bytes) {
    const auto number = static_cast<std::uint64_t>(n);
    return mark_of({record_magic, number, bytes.size(), hash_of(bytes.data(), bytes.size(), number)});
}

fs::path unfinished(fs::path path) { return path += ".part"; }

Error system_error(const fs::path& path, const char* what) {
    return fail("{}: {}: {}", path.string(), what, std::strerror(errno));
}

std::uint64_t file_bytes(int fd) {
    struct stat info {};
    return ::fstat(fd, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

}  // namespace

Result<std::unique_ptr<RecordFile>> RecordFile::open_unfinished(const fs::path& path, int flags) {
    const fs::path part = unfinished(path);
    Descriptor file(::open(part.c_str(), O_RDWR | O_CLOEXEC | flags, 0600));
    if (!file) return system_error(part, "cannot be opened");
    if (::flock(file.fd(), LOCK_EX | LOCK_NB) != 0) return fail("{}: another program writes it", part.string());
    // Whoever wrote it may have finished it, and given it its name, before it was locked here.
    struct stat held {};
    struct stat named {};
    if (::fstat(file.fd(), &held) != 0 || ::stat(part.c_str(), &named) != 0 || held.st_ino != named.st_ino) {
        return fail("{}: another program has written it", part.string());
    }
    return std::unique_ptr<RecordFile>(new RecordFile(path, std::move(file)));
}

Result<std::unique_ptr<RecordFile>> RecordFile::create(const fs::path& path) {
    auto file = open_unfinished(path, O_CREAT);
    if (file && ::ftruncate((*file)->file_.fd(), 0) != 0) return system_error(path, "cannot be written");
    return file;
}

Result<std::unique_ptr<RecordFile>> RecordFile::temporary() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "inbetween-XXXXXX").string();
    Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (!file) return system_error(name, "cannot be made");
    ::unlink(name.c_str());
    return std::unique_ptr<RecordFile>(new RecordFile({}, std::move(file)));
}

Result<std::unique_ptr<RecordFile>> RecordFile::resume(const fs::path& path, const std::stop_token& stop) {
    auto file = open_unfinished(path, 0);
    if (!file) return file;
    if (auto head = (*file)->read_head(); !head) return head.error();
    if (auto found = (*file)->find_sound_records(stop); !found) return found.error();
    return file;
}

Result<std::unique_ptr<RecordFile>> RecordFile::open(const fs::path& path) {
    Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor) return system_error(path, "cannot be opened");
    std::unique_ptr<RecordFile> file(new RecordFile(path, std::move(descriptor)));
    auto read = file->read_head();
    if (read) read = file->read_places();
    if (read) return file;
    std::error_code ignored;
    fs::remove(path, ignored);
    return read.error();
}

std::string RecordFile::head() const {
    const std::lock_guard guard(mutex_);
    return head_;
}

std::int64_t RecordFile::records() const {
    const std::lock_guard guard(mutex_);
    return std::max<std::int64_t>(std::ssize(places_) - 1, 0);
}

bool RecordFile::finished() const {
    const std::lock_guard guard(mutex_);
    return finished_;
}

std::uint64_t RecordFile::size_bytes() const {
    const std::lock_guard guard(mutex_);
    return places_.empty() ? 0 : places_.back();
}

std::size_t RecordFile::record_bytes(std::int64_t n) const {
    const std::lock_guard guard(mutex_);
    if (n < 0 || n + 1 >= std::ssize(places_)) return 0;
    const auto at = static_cast<std::size_t>(n);
    return static_cast<std::size_t>(places_[at + 1] - places_[at]) - record_mark_bytes;
}

Result<Done> RecordFile::read_at(std::uint64_t offset, void* to, std::size_t bytes) const {
    auto* out = static_cast<char*>(to);
    while (bytes > 0) {
        const ssize_t n = ::pread(file_.fd(), out, bytes, static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error(path_, "cannot be read");
        if (n == 0) return fail("{}: ends too soon", path_.string());
        out += n;
        offset += static_cast<std::uint64_t>(n);
        bytes -= static_cast<std::size_t>(n);
    }
    return Done{};
}

Result<Done> RecordFile::read(std::int64_t n, std::span<std::uint8_t> to) const {
    std::uint64_t place = 0;
    {
        const std::lock_guard guard(mutex_);
        IB_CHECK(n >= 0 && n + 1 < std::ssize(places_));
        place = places_[static_cast<std::size_t>(n)];
    }
    std::array<char, record_mark_bytes> mark{};
    const std::array<iovec, 2> parts{iovec{mark.data(), mark.size()}, iovec{to.data(), to.size()}};
    const ssize_t got = ::preadv(file_.fd(), parts.data(), parts.size(), static_cast<off_t>(place));
    if (got != static_cast<ssize_t>(mark.size() + to.size())) {
        if (auto read = read_at(place, mark.data(), mark.size()); !read) return read;
        if (auto read = read_at(place + mark.size(), to.data(), to.size()); !read) return read;
    }
    if (std::string_view(mark.data(), mark.size()) != record_mark(n, to)) {
        return fail("{}: record {} is damaged", path_.string(), n);
    }
    return Done{};
}

// Writes both, one after the other, or neither.
Result<Done> RecordFile::write_at(std::uint64_t offset, std::string_view head, std::span<const std::uint8_t> bytes) {
    std::array<iovec, 2> parts{iovec{const_cast<char*>(head.data()), head.size()},
                               iovec{const_cast<std::uint8_t*>(bytes.data()), bytes.size()}};
    const std::uint64_t begin = offset;
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        const ssize_t n = ::pwritev(file_.fd(), parts.data(), parts.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            const Error error = system_error(path_, "cannot be written");
            static_cast<void>(::ftruncate(file_.fd(), static_cast<off_t>(begin)) == 0);
            return error;
        }
        auto left = static_cast<std::size_t>(n);
        offset += left;
        for (iovec& part : parts) {
            const std::size_t taken = std::min(left, part.iov_len);
            part.iov_base = static_cast<char*>(part.iov_base) + taken;
            part.iov_len -= taken;
            left -= taken;
        }
    }
    return Done{};
}

Result<Done> RecordFile::write_head(std::string_view head) {
    IB_CHECK(!head.empty());
    const std::string mark = mark_of({head_magic, head.size(), hash_of(head.data(), head.size(), head.size())});
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(head.data());
    if (auto written = write_at(0, mark, {bytes, head.size()}); !written) return written;
    const std::lock_guard guard(mutex_);
    IB_CHECK(head_.empty());
    head_ = head;
    places_ = {head_mark_bytes + head.size()};
    return Done{};
}

Result<Done> RecordFile::read_head() {
    std::array<char, head_mark_bytes> mark{};
    if (auto read = read_at(0, mark.data(), mark.size()); !read) return read;
    ByteReader in(std::string_view(mark.data(), mark.size()));
    const std::uint64_t magic = in.fixed_number();
    const std::uint64_t size = in.fixed_number();
    const std::uint64_t hash = in.fixed_number();
    const std::uint64_t whole = file_bytes(file_.fd());
    if (magic != head_magic || size == 0 || size > whole) return fail("{}: is not such a file", path_.string());
    std::string head(static_cast<std::size_t>(size), '\0');
    if (auto read = read_at(mark.size(), head.data(), head.size()); !read) return read;
    if (hash != hash_of(head.data(), head.size(), size)) return fail("{}: is damaged", path_.string());
    const std::lock_guard guard(mutex_);
    head_ = std::move(head);
    places_ = {head_mark_bytes + size};
    return Done{};
}

Result<Done> RecordFile::append(std::span<const std::uint8_t> bytes) {
    std::uint64_t place = 0;
    std::int64_t n = 0;
    {
        const std::lock_guard guard(mutex_);
        IB_CHECK(!places_.empty() && !finished_);
        place = places_.back();
        n = std::ssize(places_) - 1;
    }
    if (bytes.size() > most_record_bytes) return fail("{}: a record is too large", path_.string());
    if (auto written = write_at(place, record_mark(n, bytes), bytes); !written) return written;
    const std::lock_guard guard(mutex_);
    places_.push_back(place + record_mark_bytes + bytes.size());
    return Done{};
}

Result<Done> RecordFile::find_sound_records(const std::stop_token& stop) {
    std::uint64_t place = size_bytes();
    std::vector<std::uint8_t> bytes;
    const std::uint64_t whole = file_bytes(file_.fd());
    std::vector<std::uint64_t> places{place};
    for (std::int64_t n = 0; place + record_mark_bytes <= whole; ++n) {
        if (stop.stop_requested()) return cancelled();
        std::array<char, record_mark_bytes> mark{};
        if (!read_at(place, mark.data(), mark.size())) break;
        ByteReader in(std::string_view(mark.data(), mark.size()));
        in.fixed_number();
        in.fixed_number();
        const std::uint64_t size = in.fixed_number();
        if (size > most_record_bytes || size > whole - place - record_mark_bytes) break;
        bytes.resize(static_cast<std::size_t>(size));
        if (!read_at(place + mark.size(), bytes.data(), bytes.size())) break;
        if (std::string_view(mark.data(), mark.size()) != record_mark(n, bytes)) break;
        place += mark.size() + size;
        places.push_back(place);
    }
    if (::ftruncate(file_.fd(), static_cast<off_t>(place)) != 0) return system_error(path_, "cannot be written");
    const std::lock_guard guard(mutex_);
    places_ = std::move(places);
    return Done{};
}

Result<Done> RecordFile::finish() {
    ByteWriter list;
    std::uint64_t end = 0;
    {
        const std::lock_guard guard(mutex_);
        IB_CHECK(!finished_);
        if (places_.empty()) return fail("{}: has nothing in it", path_.string());
        end = places_.back();
        list.put_unsigned(places_.size() - 1);
        for (std::size_t i = 1; i < places_.size(); ++i) list.put_unsigned(places_[i] - places_[i - 1]);
    }
    if (!path_.empty()) {
        const std::uint64_t hash = hash_of(list.bytes().data(), list.bytes().size(), end);
        const std::string mark = mark_of({end, hash, end_magic});
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(mark.data());
        if (auto written = write_at(end, list.bytes(), {bytes, mark.size()}); !written) return written;
        if (::rename(unfinished(path_).c_str(), path_.c_str()) != 0) return system_error(path_, "cannot be written");
    }
    const std::lock_guard guard(mutex_);
    finished_ = true;
    return Done{};
}

Result<Done> RecordFile::read_places() {
    const std::uint64_t whole = file_bytes(file_.fd());
    const std::uint64_t begin = size_bytes();
    const Error damaged = fail("{}: is damaged", path_.string());
    if (whole < begin + end_mark_bytes) return damaged;
    std::array<char, end_mark_bytes> mark{};
    if (auto read = read_at(whole - mark.size(), mark.data(), mark.size()); !read) return read;
    ByteReader end(std::string_view(mark.data(), mark.size()));
    const std::uint64_t list_at = end.fixed_number();
    const std::uint64_t hash = end.fixed_number();
    if (end.fixed_number() != end_magic || list_at < begin || list_at > whole - mark.size()) return damaged;
    std::string list(static_cast<std::size_t>(whole - mark.size() - list_at), '\0');
    if (auto read = read_at(list_at, list.data(), list.size()); !read) return read;
    if (hash != hash_of(list.data(), list.size(), list_at)) return damaged;
    ByteReader in(list);
    std::vector<std::uint64_t> places{begin};
    const std::size_t count = in.count();
    places.reserve(count + 1);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t size = in.unsigned_number();
        if (size < record_mark_bytes || size > list_at - places.back()) return damaged;
        places.push_back(places.back() + size);
    }
    if (!in.finished() || places.back() != list_at) return damaged;
    const std::lock_guard guard(mutex_);
    places_ = std::move(places);
    finished_ = true;
    return Done{};
}

std::uint64_t RecordFile::free_disk_bytes() const {
    std::error_code error;
    const fs::path folder = path_.empty() ? fs::temp_directory_path(error) : path_.parent_path();
    const fs::space_info space = fs::space(folder, error);
    return error ? 0 : space.available;
}

}  // namespace inbetween
