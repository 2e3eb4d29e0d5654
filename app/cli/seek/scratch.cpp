#include "app/cli/seek/scratch.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace fs = std::filesystem;

namespace inbetween::seek {

Result<std::unique_ptr<Scratch>> Scratch::make() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "inbetween-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return fail("{}: {}", name, std::strerror(errno));
    return std::unique_ptr<Scratch>(new Scratch(name));
}

Scratch::~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace inbetween::seek
