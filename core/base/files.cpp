#include "core/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/staged_file.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

Error system_error(const fs::path& path, const char* what) {
    return fail("{}: {}: {}", path.string(), what, std::strerror(errno));
}

fs::path home_folder() {
    const char* home = std::getenv("HOME");
    return home != nullptr && *home != '\0' ? fs::path(home) : fs::temp_directory_path();
}

fs::path xdg_folder(const char* variable, const char* under_home) {
    const char* value = std::getenv(variable);
    const fs::path base = value != nullptr && *value == '/' ? fs::path(value) : home_folder() / under_home;
    return base / "inbetween";
}

FileStamp stamp_of(const struct stat& info) {
    return {info.st_size, info.st_mtim.tv_sec * std::int64_t{1'000'000'000} + info.st_mtim.tv_nsec};
}

Result<std::string> folder_fingerprint(const fs::path& path) {
    std::vector<std::string> entries;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(path, error)) {
        std::error_code ignored;
        if (entry.is_regular_file(ignored))
            entries.push_back(fmt::format("{}:{}", entry.path().filename().string(), entry.file_size(ignored)));
    }
    if (error) return fail("{}: the folder cannot be read: {}", path.string(), error.message());
    std::sort(entries.begin(), entries.end());
    std::string all;
    for (const auto& entry : entries) all += entry + '\n';
    return fmt::format("{:x}-{:016x}", entries.size(), XXH3_64bits(all.data(), all.size()));
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::uint64_t max_bytes) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) return fail("{}: no such file", path.string());
    if (fs::is_directory(status)) return fail("{}: is a folder, not a file", path.string());
    if (!fs::is_regular_file(status)) return fail("{}: is not a regular file", path.string());
    const auto size = fs::file_size(path, error);
    if (!error && size > max_bytes)
        return fail("{}: is {} bytes large, more than the {} that are read", path.string(), size, max_bytes);
    std::ifstream in(path, std::ios::binary);
    if (!in) return system_error(path, "cannot be read");
    std::string bytes;
    bytes.resize(error ? 0 : size);
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (in.bad()) return system_error(path, "cannot be read");
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

Result<Done> write_file_atomic(const fs::path& path, std::string_view bytes, Durability durability) {
    const auto file = StagedFile::make(path);
    if (!file) return file.error();
    if (auto put = (*file)->put(bytes); !put) return put;
    return (*file)->publish(durability);
}

Result<std::string> fingerprint(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) return folder_fingerprint(path);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info {};
    if (!file || ::fstat(file.fd(), &info) != 0) return system_error(path, "cannot be read");
    constexpr std::int64_t block = 4096;
    constexpr std::int64_t spread = 16;
    const std::int64_t size = info.st_size;
    std::string sample;
    std::string buffer(block, '\0');
    for (std::int64_t i = 0; i <= spread + 1; ++i) {
        const std::int64_t last = std::max<std::int64_t>(0, size - block);
        const ssize_t n = ::pread(file.fd(), buffer.data(), buffer.size(), last * i / (spread + 1));
        if (n < 0) return system_error(path, "cannot be read");
        sample.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return fmt::format("{:x}-{:016x}", size, XXH3_64bits(sample.data(), sample.size()));
}

Result<FileStamp> file_stamp(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return system_error(path, "cannot be read");
    if (!S_ISREG(info.st_mode)) return fail("{}: is not a regular file", path.string());
    return stamp_of(info);
}

Result<ContentHash> content_hash(const fs::path& path, const std::stop_token& stop) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info {};
    if (!file || ::fstat(file.fd(), &info) != 0) return system_error(path, "cannot be read");
    if (!S_ISREG(info.st_mode)) return fail("{}: is not a regular file", path.string());
    const FileStamp before = stamp_of(info);
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
    IB_CHECK(state != nullptr && XXH3_128bits_reset(state.get()) == XXH_OK);
    std::vector<char> buffer(std::size_t{1} << 20);
    for (;;) {
        if (stop.stop_requested()) return cancelled();
        const ssize_t n = ::read(file.fd(), buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error(path, "cannot be read");
        if (n == 0) break;
        XXH3_128bits_update(state.get(), buffer.data(), static_cast<std::size_t>(n));
    }
    if (::fstat(file.fd(), &info) != 0 || stamp_of(info) != before) {
        return fail("{}: changes while it is being read", path.string());
    }
    const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
    return ContentHash{fmt::format("{:016x}{:016x}", hash.high64, hash.low64), before};
}

bool same_file(const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) && !error;
}

fs::path user_data_folder() { return xdg_folder("XDG_DATA_HOME", ".local/share"); }
fs::path user_config_folder() { return xdg_folder("XDG_CONFIG_HOME", ".config"); }
fs::path user_cache_folder() { return xdg_folder("XDG_CACHE_HOME", ".cache"); }

}  // namespace inbetween
