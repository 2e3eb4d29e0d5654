#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/result.h"

namespace inbetween::test {

/// A folder of its own for a test, removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// The clone's root, and the build folder.
std::filesystem::path source_folder();
std::filesystem::path build_folder();

/// A file of the real footage that may lie beside the clone (../shared/data), if it is there.
std::optional<std::filesystem::path> shared_data(const std::string& relative);

/// A file of Debian's package opencv-doc (vtest.avi, Megamind.avi), wherever the package keeps it, if it is installed.
std::optional<std::filesystem::path> opencv_sample(const std::string& name);

/// The text of a file; empty, and a failed expectation, when it cannot be read.
std::string file_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);

/// Runs a shell command; its exit status, and what it wrote to stdout and stderr together.
struct CommandResult {
    int status = -1;
    std::string output;
};
CommandResult run_command(const std::string& command);

/// Text for a failed expectation on a Result.
template <class T>
std::string why(const Result<T>& result) {
    return result ? std::string() : result.error().message;
}

}  // namespace inbetween::test

/// The value of a Result, or a fatal failure that says its error.
#define IB_ASSERT_OK(result) ASSERT_TRUE((result).has_value()) << ::inbetween::test::why(result)
#define IB_EXPECT_OK(result) EXPECT_TRUE((result).has_value()) << ::inbetween::test::why(result)
