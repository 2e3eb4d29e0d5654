#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "core/base/files.h"
#include "tests/support/support.h"
#include "tests/video/identity.h"
#include "tests/video/mutation.h"
#include "tests/video/reference.h"

using namespace inbetween;
using namespace inbetween::test;
namespace fs = std::filesystem;

namespace {

std::string state_of(const FrameSource& source) {
    const VideoInfo& info = source.info();
    std::string text = info.exactness == Exactness::Proved ? "proved" : "provisional";
    for (const auto& reason : info.reasons) text += fmt::format(" [{}]", reason);
    return text;
}

bool check(const std::string& path, int per_pattern, bool verbose, const std::string& label) {
    const Reference reference = reference_of(path, {});
    bool good = true;
    for (const std::int64_t pixels : {std::int64_t{800'000'000}, std::int64_t{0}}) {
        OpenOptions options;
        options.cache_bytes = 1;
        options.proof_pixels = pixels;
        auto source = open_frame_source(path, options);
        const std::string name = fmt::format("{} proof={}", label, pixels > 0);
        if (!source) {
            const bool fine = reference.hashes.empty();
            if (!fine || verbose)
                fmt::print("{} {}: ffmpeg {} frames, we: {}\n", fine ? "ok  " : "FAIL", name, reference.hashes.size(),
                           source.error().message);
            good = good && fine;
            continue;
        }
        const std::string opened = state_of(**source);
        const std::int64_t count_at_open = (*source)->info().frames;
        if (reference.hashes.empty()) {
            fmt::print("FAIL {}: ffmpeg no frames, we {}\n", name, count_at_open);
            good = false;
            continue;
        }
        Outcome before = ask_for_frames(**source, reference, {per_pattern, per_pattern, per_pattern, 1});
        const std::int64_t count_after = (*source)->info().frames;
        const auto proved = (*source)->prove({}, {});
        if (!proved) fmt::print("FAIL {}: prove: {}\n", name, proved.error().message);
        const std::int64_t count_proved = (*source)->info().frames;
        Outcome after;
        if (pixels == 0) after = ask_for_frames(**source, reference, {per_pattern, per_pattern, per_pattern, 2});
        const auto expected = static_cast<std::int64_t>(reference.hashes.size());
        const bool fine =
            before.clean() && after.clean() && count_proved == expected && (pixels == 0 || count_at_open == expected);
        good = good && fine;
        if (!fine || verbose)
            fmt::print(
                "{} {}: {} frames; at open {}, after {}, proved {}; {} wrong {} failed of {}; proved {} wrong {} "
                "failed; {}; {}\n",
                fine ? "ok  " : "FAIL", name, expected, count_at_open, count_after, count_proved, before.wrong,
                before.failed, before.requests, after.wrong, after.failed, opened, before.first + " " + after.first);
    }
    return good;
}

}  // namespace

// identity_hunt FILE...            checks files
// MUTANT=seed identity_hunt FILE OTHER OUT   makes one mutant in OUT and checks it
int main(int argc, char** argv) {
    int bad = 0;
    int per_pattern = 200;
    if (const char* n = std::getenv("REQUESTS")) per_pattern = std::atoi(n);
    if (const char* seed = std::getenv("MUTANT")) {
        std::mt19937 random(static_cast<unsigned>(std::atoi(seed)));
        const Mutation mutation = mutate(file_text(argv[1]), file_text(argv[2]), random);
        write_text(argv[3], mutation.bytes);
        return check(argv[3], per_pattern, false, fmt::format("{} seed {} ({})", argv[1], seed, mutation.what)) ? 0 : 1;
    }
    for (int i = 1; i < argc; ++i) {
        if (!check(argv[i], per_pattern, true, argv[i])) ++bad;
        std::fflush(stdout);
    }
    return bad == 0 ? 0 : 1;
}
