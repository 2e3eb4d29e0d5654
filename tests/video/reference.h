#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/video/frame_source.h"

namespace inbetween::test {

/// The video, its frames proved; null and a failed expectation where it does not open.
std::unique_ptr<FrameSource> proved_source(const std::filesystem::path& path);

/// What the ffmpeg program itself prints for a video: one MD5 a frame, in output order.
std::vector<std::string> ffmpeg_hashes(const std::filesystem::path& video);

/// Asks for frames at random, forward and backward, and expects the hash of each; `seed` is printed on failure.
void expect_exact_frames(FrameSource& source, const std::vector<std::string>& hashes, unsigned seed);

/// Options under which little is cached, so that access patterns reach the decoder.
OpenOptions small_cache();

}  // namespace inbetween::test
