#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/files.h"
#include "core/base/result.h"

namespace inbetween {

/// A file that is written under a temporary name beside its own, and goes with the object unless it is published.
/// thread: one at a time.
class StagedFile {
public:
    /// errors: read-only or full disk, missing folder.
    static Result<std::unique_ptr<StagedFile>> make(const std::filesystem::path& path);
    ~StagedFile();
    /// The files that others made for this path and left, because their programs were ended at once; none that a
    /// program still writes, where the file system has locks.
    static std::vector<std::filesystem::path> leftovers(const std::filesystem::path& path);
    StagedFile(const StagedFile&) = delete;
    StagedFile& operator=(const StagedFile&) = delete;

    /// Where it lies as long as it is not published.
    const std::filesystem::path& place() const { return place_; }
    /// Writes at the end of what was put before.
    Result<Done> put(std::string_view bytes);
    /// Goes back to the beginning: what is put next replaces what stands there.
    Result<Done> rewind();
    /// Gives it its name, in place of what had that.
    Result<Done> publish(Durability durability);

private:
    StagedFile(std::filesystem::path path, std::filesystem::path place, Descriptor file);
    Error failed() const;

    std::filesystem::path path_;
    std::filesystem::path place_;  // empty once published
    Descriptor file_;
};

}  // namespace inbetween
