#include "core/formats/text/quad_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// The number at the end of the file's name.
std::optional<std::int64_t> number_of(const fs::path& path) {
    const std::string stem = path.stem().string();
    const auto last_other = stem.find_last_not_of("0123456789");
    const auto number = parse_int(std::string_view(stem).substr(last_other == std::string::npos ? 0 : last_other + 1));
    if (!number || *number > largest_frame) return std::nullopt;
    return number;
}

}  // namespace

bool is_numbered_text(const fs::path& path) { return path.extension() == ".txt" && number_of(path).has_value(); }

Result<std::map<FrameIndex, fs::path>> quad_files(const ReadRequest& request, std::int64_t first) {
    std::map<FrameIndex, fs::path> files;
    const auto add = [&](const fs::path& path) -> Result<Done> {
        const auto number = number_of(path);
        if (!number) return fail("{}: the name does not end in the number of a frame, like 000001.txt", path.string());
        if (*number < first)
            return fail("{}: frame {} is before the first, which is {}; option first-frame=N states another",
                        path.string(), *number, first);
        const FrameIndex frame{*number - first};
        if (!files.emplace(frame, path).second)
            return fail("{}: states frame {}, as {} does", path.string(), *number, files.at(frame).string());
        return Done{};
    };
    for (const fs::path& path : request.files) {
        std::error_code error;
        std::vector<fs::path> found{path};
        if (fs::is_directory(path, error)) {
            found.clear();
            for (const auto& entry : fs::directory_iterator(path, error))
                if (is_numbered_text(entry.path())) found.push_back(entry.path());
            if (error) return fail("{}: cannot be listed: {}", path.string(), error.message());
            if (found.empty()) return fail("{}: holds no file like 000001.txt", path.string());
        }
        std::sort(found.begin(), found.end());
        for (const fs::path& file : found)
            if (auto added = add(file); !added) return added.error();
    }
    return files;
}

QuadTracks::Chain* QuadTracks::chain_for(const ImageQuad& quad, LabelId label, FrameIndex frame) {
    if (link_ <= 0) return nullptr;
    Chain* best = nullptr;
    double most = link_;
    for (Chain& chain : chains_) {
        if (chain.label != label || chain.rows.back().frame != frame - 1) continue;
        const double overlap = iou(bounding_box(chain.rows.back().quad), bounding_box(quad.quad));
        if (overlap < most) continue;
        most = overlap;
        best = &chain;
    }
    return best;
}

void QuadTracks::add(FrameIndex frame, const std::vector<ImageQuad>& quads) {
    for (const ImageQuad& quad : quads) {
        if (!builder_.takes_row_at(frame)) continue;
        if (!is_holdable(quad.quad)) {
            ++flat_;
            continue;
        }
        const LabelId label = builder_.label(quad.label);
        Chain* chain = chain_for(quad, label, frame);
        if (chain == nullptr) {
            chains_.push_back({.label = label});
            chain = &chains_.back();
        }
        chain->rows.push_back({frame, quad.quad, false});
        for (const auto& [name, value] : quad.values)
            chain->trail.say(builder_.attribute(label, name, AttributeType::Text, true), frame, value);
    }
}

Result<ReadResult> QuadTracks::finish(std::string_view file) && {
    for (const Chain& chain : chains_) {
        Track track = builder_.new_track(chain.label);
        track.kind = ShapeKind::Quad;
        track.keyframes = keyframes_of_quads(chain.rows, builder_.end());
        track.attribute_ranges = chain.trail.ranges();
        builder_.add(std::move(track));
    }
    builder_.note_count(flat_, "quads are flat or cross themselves and are left out");
    return std::move(builder_).finish(file);
}

std::map<FrameIndex, std::vector<ImageQuad>> image_quads_of(const WriteRequest& request,
                                                            const std::vector<std::string_view>& carried,
                                                            Losses& losses) {
    const Annotations& annotations = request.annotations;
    std::map<FrameIndex, std::vector<ImageQuad>> quads;
    for (const Track* track : tracks_of(annotations, request.media)) {
        count_attributes(annotations, *track, carried, losses);
        const auto rows = visible_quads(annotations, *track, losses);
        for (const StatedQuad& row : rows) {
            ImageQuad quad{.quad = row.quad, .label = annotations.label_name(track->label), .occluded = row.occluded};
            for (const std::string_view name : carried) {
                const auto value = value_at(*track, find_attribute(annotations, *track, name), row.frame);
                if (!value.empty()) quad.values.emplace_back(name, value);
            }
            if (row.occluded) losses.add("occluded flags left out");
            quads[row.frame].push_back(std::move(quad));
        }
        losses.add("tracks whose quads are no longer linked from frame to frame", rows.size() > 1 ? 1 : 0);
    }
    count_segments(annotations, request.media, losses);
    return quads;
}

Result<Done> check_no_other_frames(const fs::path& folder, const std::vector<fs::path>& own) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) return Done{};
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (is_numbered_text(entry.path()) && std::find(own.begin(), own.end(), entry.path()) == own.end())
            return fail("{}: is of another export; write into an empty folder", entry.path().string());
    return Done{};
}

}  // namespace inbetween
