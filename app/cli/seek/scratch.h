#pragma once

#include <filesystem>
#include <memory>

#include "core/base/result.h"

namespace inbetween::seek {

/// A folder for what a measurement needs on disk, removed with this object.
class Scratch {
public:
    /// errors: a temporary folder that cannot be written.
    static Result<std::unique_ptr<Scratch>> make();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    explicit Scratch(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

}  // namespace inbetween::seek
