#include "tests/video/reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "tests/support/support.h"

namespace inbetween::test {

std::unique_ptr<FrameSource> proved_source(const std::filesystem::path& path) {
    auto source = open_frame_source(path);
    if (!source) {
        ADD_FAILURE() << source.error().message;
        return nullptr;
    }
    EXPECT_TRUE((*source)->prove({}, {}));
    return *std::move(source);
}

std::vector<std::string> ffmpeg_hashes(const std::filesystem::path& video) {
    const CommandResult result = run_command("timeout 300 ffmpeg -nostdin -v quiet -noautorotate -threads 1 -i '" +
                                             video.string() + "' -map 0:v:0 -fps_mode passthrough -f framemd5 -");
    constexpr int out_of_time = 124;
    EXPECT_NE(result.status, out_of_time) << video << ": ffmpeg did not come to its end";
    std::vector<std::string> hashes;
    std::istringstream lines(result.output);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.front() == '#') continue;
        hashes.push_back(line.substr(line.find_last_of(' ') + 1));
    }
    return hashes;
}

void expect_exact_frames(FrameSource& source, const std::vector<std::string>& hashes, unsigned seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto count = static_cast<std::int64_t>(hashes.size());
    std::vector<std::int64_t> wanted;
    for (int i = 0; i < 25; ++i) wanted.push_back(static_cast<std::int64_t>(random() % hashes.size()));
    for (std::int64_t n = 0; n < count; ++n) wanted.push_back(n);
    for (std::int64_t n = std::min<std::int64_t>(count, 40); n-- > 0;) wanted.push_back(n);
    int wrong = 0;
    for (const std::int64_t n : wanted) {
        const auto picture = source.frame(FrameIndex{n});
        IB_ASSERT_OK(picture);
        if (framemd5(**picture) == hashes[static_cast<std::size_t>(n)]) continue;
        if (++wrong < 4) ADD_FAILURE() << "frame " << n << " is not what ffmpeg decodes";
    }
    EXPECT_EQ(wrong, 0);
}

OpenOptions small_cache() {
    OpenOptions options;
    options.cache_bytes = 300'000;
    return options;
}

}  // namespace inbetween::test
