#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

namespace inbetween::test {

/// Writes a damaged copy of a video: bits turned, bytes zeroed, packets lost, doubled, exchanged or filled with
/// another's bytes, the file cut, holes in it. Which, and where, is drawn at random.
/// returns: what was done, in words.
std::string write_damaged(const std::filesystem::path& video, const std::filesystem::path& copy, std::mt19937& random);

}  // namespace inbetween::test
