#include "app/importing.h"

#include <fmt/ranges.h>

#include <fstream>
#include <utility>

#include "core/formats/encoding.h"
#include "core/formats/suspects.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// The first bytes of a file; none of a folder.
Result<std::string> head_of(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) return fail("{}: no such file or folder", path.string());
    if (fs::is_directory(status)) return std::string();
    constexpr std::size_t head_bytes = 4096;
    std::string head(head_bytes, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (in.bad() || !in.is_open()) return fail("{}: cannot be read", path.string());
    head.resize(static_cast<std::size_t>(in.gcount()));
    return head;
}

}  // namespace

std::string counted(std::int64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

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
    const auto head = head_of(files.front());
    if (!head) return head.error();
    for (const Format* format : all_formats()) {
        if (format->sniff(files.front(), *head)) return format;
    }
    if (const auto fault = fault_of_head(*head); fault && fs::is_regular_file(files.front()))
        return fail("{}: {}", files.front().string(), *fault);
    return fail("{}: no format that is known here; state the format", files.front().string());
}

Result<ImportPlan> plan_import(std::string_view id, const ReadRequest& request) {
    const auto format = format_to_read(id, request.files);
    if (!format) return format.error();
    auto read = read_annotations(**format, request);
    if (!read) return read.error();
    ImportPlan plan{*format, *std::move(read), {}};
    plan.suspects = suspects_in(plan.read, request.media);
    return plan;
}

ChangeSet change_of(const ImportPlan& plan, const Annotations& annotations, MediaId media,
                    const edit::Thinning& thinning) {
    return edit::import(annotations, media, plan.read.annotations, thinning,
                        "Import " + std::string(plan.format->name));
}

}  // namespace inbetween
