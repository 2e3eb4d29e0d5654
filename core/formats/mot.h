#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/format.h"

namespace inbetween {

// source: https://motchallenge.net/instructions, and TrackEval's reader of it.
/// MOTChallenge's classes, from 1.
inline constexpr std::array<std::string_view, 13> mot_class_names{
    "pedestrian",      "person_on_vehicle", "car",        "bicycle",  "motorbike",
    "non_mot_vehicle", "static_person",     "distractor", "occluder", "occluder_on_ground",
    "occluder_full",   "reflection",        "crowd"};

// source: VisDrone2018-MOT-toolkit, its readme of the annotations.
/// VisDrone's categories, from 0.
inline constexpr std::array<std::string_view, 12> visdrone_class_names{
    "ignored_region", "pedestrian", "people",          "bicycle", "car",   "van",
    "truck",          "tricycle",   "awning_tricycle", "bus",     "motor", "others"};

// Names of the attributes that hold what a row says besides.
inline constexpr std::string_view mot_ignore_attribute = "ignore";
inline constexpr std::string_view mot_visibility_attribute = "visibility";
inline constexpr std::string_view mot_confidence_attribute = "confidence";

// What VisDrone states besides: 1 or 2 for partly or heavily occluded, and whether the picture's edge cuts the object.
inline constexpr std::string_view visdrone_occlusion_attribute = "occlusion";
inline constexpr std::string_view visdrone_truncation_attribute = "truncated";

/// Which of the benchmark's files one is.
enum class MotFile { Truth, Results, Detections };

/// What the columns after the confidence say.
enum class MotRowsKind {
    Mot,
    VisDrone,   ///< category, truncation and occlusion
    Categories  ///< a category, it seems, and nothing else
};

/// How the rows of a file are read and written.
struct MotOptions {
    MotFile file = MotFile::Truth;
    bool is_visdrone = false;
    bool one_based = false;
    std::int64_t first_frame = 1;
    std::vector<std::int64_t> classes;  ///< none: all
    bool skips_ignored = false;
    double occluded_below = 0.5;
    std::string label = "pedestrian";
    std::vector<std::string> names{mot_class_names.begin(), mot_class_names.end()};  ///< of class 1, 2, ...
};

/// The name that a class has in the lists at hand; -1: the one that stands for none.
std::string mot_label_name(std::int64_t class_number, const MotOptions& how);

/// Tells whether a line is a row of KITTI's tracking labels: 17 or 18 columns between blanks, the third a word.
bool is_kitti_row(std::string_view line);

/// Puts a row's fields behind those that are there: between commas, and without any between blanks or tabs.
void split_mot_row(std::vector<std::string_view>& fields, std::string_view line);

/// Tells by its rows what a file is, reading no further than it is in doubt.
/// errors: rows that look like MOT's and are of something else: KITTI's tracking labels, VisDrone's images.
Result<MotRowsKind> kind_of_mot_rows(std::string_view file, std::istream& in);

/// Reads the rows of a file as a stream.   errors: malformed row (file, line, field); an id twice in a frame.
Result<ReadResult> read_mot_rows(std::string_view file, std::istream& in, const Media& media, const MotOptions& how);

}  // namespace inbetween
