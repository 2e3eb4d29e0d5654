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

// Names of the attributes that hold what a row says besides.
inline constexpr std::string_view mot_ignore_attribute = "ignore";
inline constexpr std::string_view mot_visibility_attribute = "visibility";
inline constexpr std::string_view mot_confidence_attribute = "confidence";

/// Which of the benchmark's files one is.
enum class MotFile { Truth, Results, Detections };

/// How the rows of a file are read and written.
struct MotOptions {
    MotFile file = MotFile::Truth;
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

/// Reads the rows of a file as a stream.   errors: malformed row (file, line, field); an id twice in a frame.
Result<ReadResult> read_mot_rows(std::string_view file, std::istream& in, const Media& media, const MotOptions& how);

}  // namespace inbetween
