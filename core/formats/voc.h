#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/formats/format.h"
#include "core/formats/text/images.h"

namespace inbetween {

// What objects of PASCAL VOC say besides their names and boxes.
inline constexpr std::string_view voc_truncated_name = "truncated";
inline constexpr std::string_view voc_difficult_name = "difficult";
inline constexpr std::string_view voc_pose_name = "pose";
inline constexpr std::string_view voc_identity_name = "track_id";

/// What the options of the format come to.
struct VocOptions {
    bool is_one_based = false;
    bool is_exact = false;
    bool clips = true;
    bool is_devkit = false;
    ImageOptions images;
};

/// The name of the image that an annotation file is of; nullopt for other files.
std::optional<std::string> voc_stem_of(const std::filesystem::path& path);

/// Takes the files of images one after another.
class VocImages {
public:
    VocImages(const Media& media, const VocOptions& how) : tracks_(media, how.images), how_(how) {}
    /// requires: frames ascend.   errors: malformed file (file, line, element).
    Result<Done> add(FrameIndex frame, const std::string& file, std::string_view text);
    Result<ReadResult> finish(const std::string& file) &&;

private:
    ImageTracks tracks_;
    const VocOptions& how_;
    std::int64_t placeholders_ = 0;
    std::int64_t polygons_as_boxes_ = 0;
    std::int64_t points_ = 0;
};

/// Reads the files of images: boxes, and as quadrilaterals boxes that are turned and outlines of four corners.
/// errors: malformed file (file, line, element); two files of one frame.
Result<ReadResult> read_voc(const ReadRequest& request, const VocOptions& how);

}  // namespace inbetween
