#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/edit/change_set.h"
#include "core/edit/operations.h"
#include "core/formats/format.h"

namespace inbetween {

/// What an import adds, counted.
struct ImportCounts {
    std::int64_t tracks = 0;
    std::int64_t keyframes = 0;
    std::int64_t segments = 0;
    std::vector<std::string> new_labels;
};
ImportCounts counts_of(const ChangeSet& import);

/// "2 tracks, 3 keyframes of 40 stated frames, 0 segments, new labels: car".
std::string text_of(const ImportCounts& counts, std::int64_t stated_frames);

/// The format of that id.   errors: there is none; the sentence names those there are.
Result<const Format*> named_format(std::string_view id);

/// The format to read these files by: the one named, or, for "auto", the first that knows the first file's content.
/// errors: an unknown id; a file that cannot be read; no format knows it.
Result<const Format*> format_to_read(std::string_view id, const std::vector<std::filesystem::path>& files);

/// What files say of a video, read and not yet part of a project.
struct ImportPlan {
    const Format* format = nullptr;
    ReadResult read;
    std::vector<std::string> suspects;  ///< core/formats/suspects.h
};

/// Reads what is to be imported.   errors: as format_to_read and read_annotations.   thread: any.
Result<ImportPlan> plan_import(std::string_view format, const ReadRequest& request);

/// What the plan adds to the annotations of a video; one step of undo.
ChangeSet change_of(const ImportPlan& plan, const Annotations& annotations, MediaId media,
                    const edit::Thinning& thinning);

}  // namespace inbetween
