#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/frame.h"
#include "core/base/result.h"

namespace inbetween {

/// A file of numbered records, 0, 1, 2 and so on, after a head that says what they are. It can be read while it grows,
/// and goes on from its last sound record after a program was killed. Each record carries a checksum.
/// thread: any for reading, one at a time for the rest.
class RecordFile {
public:
    /// Begins a new file; nothing is written before the head is.   errors: another program writes it; cannot be made.
    static Result<std::unique_ptr<RecordFile>> create(const std::filesystem::path& path);
    /// A file without a name, gone with this object.   errors: cannot be made.
    static Result<std::unique_ptr<RecordFile>> temporary();
    /// Goes on with a file that was not finished: reads it, and cuts it after the last sound record.
    /// errors: none there, or another program writes it; cancelled.
    static Result<std::unique_ptr<RecordFile>> resume(const std::filesystem::path& path, const std::stop_token& stop);
    /// Opens a finished file.   errors: none there, or damaged; a damaged one is removed.
    static Result<std::unique_ptr<RecordFile>> open(const std::filesystem::path& path);

    /// What was stated of the records; empty as long as nothing was.
    std::string head() const;
    std::int64_t records() const;
    bool finished() const;
    std::uint64_t size_bytes() const;
    /// The size of a record; 0 where there is none.
    std::size_t record_bytes(std::int64_t n) const;
    /// Reads record n.   requires: to.size() == record_bytes(n).   errors: damaged or unreadable.
    Result<Done> read(std::int64_t n, std::span<std::uint8_t> to) const;

    /// States what the records are.   requires: head() is empty.   errors: full disk.
    Result<Done> write_head(std::string_view head);
    /// Adds a record.   requires: a head was written.   errors: full disk; the file is then as it was.
    Result<Done> append(std::span<const std::uint8_t> bytes);
    /// Writes where the records lie and gives the file its name.   errors: full disk.
    Result<Done> finish();
    /// What is free on the disk that it lies on.
    std::uint64_t free_disk_bytes() const;

private:
    RecordFile(std::filesystem::path path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}

    static Result<std::unique_ptr<RecordFile>> open_unfinished(const std::filesystem::path& path, int flags);
    Result<Done> read_head();
    Result<Done> read_places();
    Result<Done> find_sound_records(const std::stop_token& stop);
    Result<Done> write_at(std::uint64_t offset, std::string_view head, std::span<const std::uint8_t> bytes);
    Result<Done> read_at(std::uint64_t offset, void* to, std::size_t bytes) const;

    const std::filesystem::path path_;  // empty for a file without a name
    const Descriptor file_;
    mutable std::mutex mutex_;
    std::string head_;                   // guarded by mutex_
    std::vector<std::uint64_t> places_;  // guarded by mutex_; where each record begins, and where the next one will
    bool finished_ = false;              // guarded by mutex_
};

}  // namespace inbetween
