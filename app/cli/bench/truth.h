#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/annotations.h"

namespace inbetween::bench {

/// Where one object truly is, by frame; frames that are missing do not show it.
using TrueShapes = std::map<std::int64_t, Shape>;

/// What is true of a video.
struct Truth {
    ShapeKind kind = ShapeKind::Box;
    std::vector<TrueShapes> objects;  ///< none without a shape
};

/// Reads ground truth: a table whose head says `frame,x,y,w,h` or `frame,x1,y1,x2,y2,x3,y3,x4,y4`, of one object,
/// frames from 0, `nan` where it is absent, whose corners count from the middle of the first pixel; or MOTChallenge's
/// rows `frame,id,x,y,w,h,consider,...`, frames from 1, of which those with a 0 at `consider` are left out. Rows
/// without area count as absent. errors: names the file, the line and what is wrong with it; no shape at all.
Result<Truth> read_truth(const std::filesystem::path& file);
Result<Truth> parse_truth(std::string_view file, std::string_view text);

/// The same of tracks that a format read: their stated frames in view.   errors: both boxes and quads; none.
Result<Truth> truth_of(const Annotations& annotations, std::string_view file);

/// The truth of the frames before `end`.
Truth cut(Truth truth, std::int64_t end);

/// The last frame that the truth speaks of.   requires: there is an object.
std::int64_t last_frame(const Truth& truth);

}  // namespace inbetween::bench
