#pragma once

#include <string>
#include <vector>

#include "core/formats/yolo.h"

namespace inbetween {

/// One image's label file.
struct YoloText {
    FrameIndex frame;
    std::string file;
    std::string text;
};

/// What the rows of a data set hold besides the class and the shape.
struct YoloLayout {
    bool has_tracks = false;        ///< the last field is the number of a track, in all rows that are tracked
    bool has_second = false;        ///< the second field is, and -1 where none is known
    bool counts_from_zero = false;  ///< one of those numbers is 0
    bool has_keypoints = false;     ///< points of a pose follow the box
};

/// What an image's rows say.
struct YoloImage {
    std::vector<ImageShape> shapes;
    std::int64_t confidences = 0;  ///< how many were left out
};

/// Tells whether rows end in the number of a track, as `yolo track` saves them with save_txt, behind the confidence
/// where save_conf is stated too. A row that is not tracked has none. All files are of one kind; no number stands twice
/// in an image.   source: ultralytics/engine/results.py, Results.save_txt
bool have_yolo_tracks(const std::vector<YoloText>& texts);

/// Tells whether the second of six fields is the number of a track, as JDE, FairMOT and what followed them have it in
/// labels_with_ids: a number without a point where a share of the picture would have one.
/// source: Zhongdao/Towards-Realtime-MOT DATASET_ZOO.md
YoloLayout yolo_layout_of_seconds(const std::vector<YoloText>& texts);

/// Reads one image's rows. One row of more fields than a box has makes all rows of the file polygons.
/// errors: by file, line and field.
Result<YoloImage> read_yolo_image(const YoloText& text, const Media& media, const YoloNames& names,
                                  const YoloLayout& layout);

}  // namespace inbetween
