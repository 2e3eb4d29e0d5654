#include "core/base/new_folders.h"

#include <algorithm>

namespace fs = std::filesystem;

namespace inbetween {

NewFolders::~NewFolders() {
    std::error_code ignored;
    for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) fs::remove(*folder, ignored);
}

Result<Done> NewFolders::make(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> missing;
    for (fs::path at = folder.lexically_normal(); !at.empty() && !fs::exists(at, error); at = at.parent_path()) {
        if (at.has_filename()) missing.push_back(at);
        if (at == at.parent_path()) break;
    }
    made_.insert(made_.end(), missing.rbegin(), missing.rend());
    fs::create_directories(folder, error);
    if (error) return fail("{}: the folder cannot be made: {}", folder.string(), error.message());
    return Done{};
}

Result<Done> NewFolders::make_for(const fs::path& file) {
    if (!file.has_parent_path()) return Done{};
    return make(file.parent_path());
}

}  // namespace inbetween
