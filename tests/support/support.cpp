#include "tests/support/support.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "core/base/files.h"

namespace fs = std::filesystem;

namespace inbetween::test {

TemporaryFolder::TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "inbetween-test-XXXXXX").string();
    const char* made = ::mkdtemp(name.data());
    IB_CHECK(made != nullptr);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

fs::path source_folder() { return INBETWEEN_SOURCE_DIR; }
fs::path build_folder() { return INBETWEEN_BINARY_DIR; }

std::optional<fs::path> shared_data(const std::string& relative) {
    const char* stated = std::getenv("INBETWEEN_SHARED_DATA");
    const fs::path root = stated != nullptr ? fs::path(stated) : source_folder().parent_path() / "shared" / "data";
    std::error_code error;
    if (fs::exists(root / relative, error)) return root / relative;
    return std::nullopt;
}

std::optional<fs::path> opencv_sample(const std::string& name) {
    for (const char* folder : {"/usr/share/doc/opencv-doc/examples/data",
                               "/usr/share/doc/opencv-doc/examples/samples/data", "/usr/share/opencv4/samples/data"}) {
        std::error_code error;
        if (fs::exists(fs::path(folder) / name, error)) return fs::path(folder) / name;
    }
    return std::nullopt;
}

std::string file_text(const fs::path& path) {
    auto bytes = read_file(path);
    EXPECT_TRUE(bytes.has_value()) << why(bytes);
    return bytes ? *bytes : std::string();
}

void write_text(const fs::path& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    EXPECT_TRUE(out.good()) << path;
}

CommandResult run_command(const std::string& command) {
    CommandResult result;
    FILE* pipe = ::popen(("( " + command + " ) 2>&1").c_str(), "r");
    IB_CHECK(pipe != nullptr);
    std::array<char, 4096> buffer{};
    while (const auto n = std::fread(buffer.data(), 1, buffer.size(), pipe)) result.output.append(buffer.data(), n);
    const int status = ::pclose(pipe);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

}  // namespace inbetween::test
