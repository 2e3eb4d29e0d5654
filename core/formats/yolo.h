#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/text/images.h"

namespace inbetween {

// What the layouts of YOLO have in common: a text file an image with rows "class cx cy w h", all but the class as
// shares of the picture.   source: ultralytics/yolov5 utils/dataloaders.py; AlexeyAB/Yolo_mark main.cpp.

/// The names of classes by their numbers.
using YoloNames = std::map<std::int64_t, std::string>;

/// What a layout of YOLO holds: its label files by frame, and the names of their classes.
struct YoloFiles {
    std::map<FrameIndex, std::filesystem::path> labels;
    YoloNames names;             ///< none: classes are called by their numbers
    bool has_keypoints = false;  ///< rows hold points of a pose behind the box
    bool are_results = false;    ///< of a video that was looked through, counted from 1
};

/// "walk/frame_000012.txt" is of the image frame_000012; lists of images and of classes are of none.
std::optional<std::string> yolo_stem_of(const std::filesystem::path& file);

/// Classes of a text with a name a line.   errors: a name that is no text, by file and line.
Result<YoloNames> yolo_names_of(std::string_view file, std::string_view text);

/// Which field of a row is the number of its track.
enum class YoloIdentity {
    None,
    Last,
    Second,
    Auto  ///< where the rows of all files look like it (yolo_rows.h)
};

/// Reads all label files.   errors: by file, line and field.
Result<ReadResult> read_yolo(const ReadRequest& request, const ImageOptions& how, const YoloFiles& files,
                             YoloIdentity identity);

/// How an export writes rows.
struct YoloRows {
    int decimals = 6;
    bool has_polygons = false;  ///< every shape as a polygon of four corners
};

/// An export in the making: the images' rows, and what was lost.
class YoloWriter {
public:
    YoloWriter(const WriteRequest& request, const YoloRows& rows, Losses& losses);
    /// The rows of one image, which are read back on the way.   errors: they would not be.
    Result<std::string> text_of(FrameIndex frame, const std::vector<ShownShape>& shown, const std::string& file);
    /// The names of all classes, a number each from 0 on.
    const YoloNames& names() const { return names_; }
    /// errors: fewer boxes would be read back than were written.
    Result<Done> check(const std::filesystem::path& out) &&;

private:
    std::string row_of(const ShownShape& shown, std::int64_t class_number);
    std::string box_row(const Box& box, std::int64_t class_number);

    const Annotations& annotations_;
    const Media& media_;
    YoloRows rows_;
    Losses& losses_;
    YoloNames names_;
    std::map<LabelId, std::int64_t> numbers_;
    ImageTracks back_;
    std::int64_t shapes_ = 0;
};

/// Tells whether a text looks like the rows of a label file.
bool is_yolo_text(std::string_view head);

}  // namespace inbetween
