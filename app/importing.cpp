#include "app/importing.h"

#include <fmt/ranges.h>

#include <utility>

#include "app/annotation_folder.h"
#include "core/base/plural.h"
#include "core/formats/encoding.h"
#include "core/formats/suspects.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// Where the annotations lie that a folder as a whole is not: nullopt where the folder is to be read as it is.
Result<std::optional<FolderEntry>> entry_to_read(std::string_view id, const ReadRequest& request) {
    std::error_code error;
    if (request.files.size() != 1 || !fs::is_directory(request.files.front(), error))
        return std::optional<FolderEntry>();
    const Format* only = find_format(id);
    // What is a folder by nature is read as such, however odd it looks.
    if (only != nullptr && (only->extension.empty() || only->sniff(request.files.front(), {})))
        return std::optional<FolderEntry>();
    if (only == nullptr) {
        const auto known = format_that_knows(request.files.front());
        if (id != "auto" || !known || *known != nullptr) return std::optional<FolderEntry>();
    }
    return find_in_folder(request.files.front(), only, request.media.name());
}

}  // namespace

ImportCounts counts_of(const ChangeSet& import) {
    ImportCounts counts;
    for (const TrackEdit& edit : import.tracks) {
        ++counts.tracks;
        counts.keyframes += static_cast<std::int64_t>(edit.after->keyframes.size());
    }
    counts.segments = static_cast<std::int64_t>(import.segments.size());
    for (const auto& edit : import.labels)
        if (!edit.before && edit.after) counts.new_labels.push_back(edit.after->name);
    return counts;
}

std::string text_of(const ImportCounts& counts, std::int64_t stated_frames) {
    std::string text = fmt::format("{}, {}", counted(counts.tracks, "track"), counted(counts.keyframes, "keyframe"));
    if (stated_frames != counts.keyframes) text += fmt::format(" of {} stated frames", stated_frames);
    text += ", " + counted(counts.segments, "segment");
    if (!counts.new_labels.empty()) text += fmt::format(", new labels: {}", fmt::join(counts.new_labels, ", "));
    return text;
}

Result<const Format*> named_format(std::string_view id) {
    if (const Format* format = find_format(id)) return format;
    std::vector<std::string_view> known;
    for (const Format* format : all_formats()) known.push_back(format->id);
    return fail("{}: no such format; there are {}", id, fmt::join(known, ", "));
}

Result<const Format*> format_to_read(std::string_view id, const std::vector<fs::path>& files) {
    if (id != "auto") return named_format(id);
    const auto known = format_that_knows(files.front());
    if (!known || *known != nullptr) return known;
    const auto head = first_bytes_of(files.front());
    if (const auto fault = fault_of_head(head ? *head : std::string()); fault && fs::is_regular_file(files.front()))
        return fail("{}: {}", files.front().string(), *fault);
    if (const auto fault = fault_of_packed(*head)) return fail("{}: {}", files.front().string(), *fault);
    return fail("{}: no format that is known here; state the format", files.front().string());
}

Result<ImportPlan> plan_import(std::string_view id, const ReadRequest& request) {
    const auto entry = entry_to_read(id, request);
    if (!entry) return entry.error();
    const auto format = *entry ? Result<const Format*>((*entry)->format) : format_to_read(id, request.files);
    if (!format) return format.error();
    ReadRequest stated = request;
    if (*entry) stated.files = (*entry)->paths;
    auto read = read_annotations(**format, stated);
    if (!read) return read.error();
    ImportPlan plan{*format, *std::move(read), {}};
    if (*entry) {
        const auto& paths = (*entry)->paths;
        const std::string first = paths[0].lexically_relative(request.files.front()).string();
        plan.read.notes.insert(
            plan.read.notes.begin(),
            paths.size() == 1 ? fmt::format("of the folder, {} is read", first)
                              : fmt::format("of the folder, {} files are read, the first is {}", paths.size(), first));
    }
    plan.suspects = suspects_in(plan.read, request.media, **format);
    return plan;
}

ChangeSet change_of(const ImportPlan& plan, const Annotations& annotations, MediaId media,
                    const edit::Thinning& thinning) {
    return edit::import(annotations, media, plan.read.annotations, thinning,
                        "Import " + std::string(plan.format->name));
}

}  // namespace inbetween
