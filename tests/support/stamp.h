#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/video/picture.h"

namespace inbetween::test {

/// The number drawn into a frame by tests/data/make_videos.sh; nullopt when the pixels hold none.
std::optional<int> stamped_index(const Picture& picture);

/// A file or folder that tests/data/make_videos.sh makes. A test that uses one needs the fixture test_media:
/// inbetween_media_test() of tests/support states it.
std::filesystem::path test_media(const std::string& name);

}  // namespace inbetween::test
