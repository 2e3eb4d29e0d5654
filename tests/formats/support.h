#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/formats/format.h"
#include "tests/support/support.h"

namespace inbetween::test {

/// A video of 768x576 at 10 frames a second, called walk.avi.
Media made_media(std::int64_t frames = 100);

/// Media made_media(100), labels pedestrian, car and a bicycle of two words, and no track.
Annotations made_annotations();

/// Adds a track of boxes with these keyframes; its id is the next.
TrackId add_track(Annotations& annotations, std::string_view label, std::vector<Keyframe> keyframes);

/// A keyframe stated by a person.
Keyframe keyframe(std::int64_t frame, Shape shape, bool occluded = false, bool outside = false);

enum class Coordinates { Whole, Fractional };

/// Tracks of boxes as a person might state them, some of them with tracked spans, pauses and an end of their own.
/// The same for the same seed.
Annotations random_annotations(std::uint32_t seed, Coordinates coordinates);

/// Gives the span that starts at the track's n-th keyframe a tracked fill that is not a straight line.
void add_curved_fill(Annotations& annotations, TrackId track, std::size_t keyframe);

/// Where a shape is in view: by track and frame, the bounding box on the grid, and whether it is occluded.
using InView = std::map<std::pair<TrackId, std::int64_t>, std::pair<Box, bool>>;
InView in_view(const Annotations& annotations);

/// The first difference between two views in words, a box counting as the same within the tolerance; empty for none.
std::string first_difference(const InView& found, const InView& expected, double tolerance_px = 0);

/// Reads a text as a file of that format; what is read passes find_breach.
Result<ReadResult> read_text(std::string_view format, const std::string& text, const Media& media = made_media(),
                             const FormatOptions& options = {}, const std::string& name = "given.txt");

/// Reads a file or folder.
Result<ReadResult> read_path(std::string_view format, const std::filesystem::path& path, const Media& media,
                             const FormatOptions& options = {});

/// The text of the file that the format writes, and what it lost.
struct Written {
    std::string text;
    std::vector<Loss> losses;
    std::int64_t lost(std::string_view what) const;
};
Result<Written> write_text_of(std::string_view format, const Annotations& annotations,
                              const FormatOptions& options = {});

/// The losses but that of keyframes, which every format without them tells.
std::vector<Loss> besides_keyframes(std::vector<Loss> losses);

/// Runs a Python program with these arguments: a reader that was not written here.
/// returns: nullopt where there is no Python, or it lacks one of the modules named.
std::optional<CommandResult> run_python(const std::string& program, const std::vector<std::string>& arguments,
                                        const std::string& modules = "sys");

/// The made-up sample file of a format, in the clone.
std::filesystem::path sample(const std::string& relative);

}  // namespace inbetween::test
