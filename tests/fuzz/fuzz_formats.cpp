// The readers under libFuzzer: fuzz_formats --format=ID [libFuzzer's arguments]. tests/fuzz/run calls it.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/fuzz/harness.h"

namespace {

const inbetween::Format* format = nullptr;

std::string argument(int argc, char** argv, std::string_view name) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view given(argv[i]);
        if (given.starts_with(name)) return std::string(given.substr(name.size()));
    }
    return {};
}

/// Puts the samples, as inputs, and the dictionary into a folder.
void write_seeds(const std::string& folder) {
    int number = 0;
    for (const std::string& seed : inbetween::fuzz::sample_seeds(*format))
        std::ofstream(folder + "/sample-" + std::to_string(++number), std::ios::binary) << seed;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    const std::string id = argument(*argc, *argv, "--format=");
    format = inbetween::find_format(id);
    if (format == nullptr) {
        std::fprintf(stderr, "--format=%s: no such format\n", id.c_str());
        std::exit(2);
    }
    const std::string seeds = argument(*argc, *argv, "--seeds=");
    if (seeds.empty()) return 0;
    write_seeds(seeds);
    std::ofstream(argument(*argc, *argv, "--dictionary=")) << inbetween::fuzz::dictionary(*format);
    std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const inbetween::fuzz::Scratch scratch;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto problem = inbetween::fuzz::problem_with(*format, bytes, scratch)) {
        std::fprintf(stderr, "problem: %s\n", problem->c_str());
        std::abort();
    }
    return 0;
}
