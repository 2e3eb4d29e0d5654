#include "core/formats/text/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "core/base/check.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/text/streamed_file.h"

namespace fs = std::filesystem;

namespace inbetween {

void Losses::add(std::string_view what, std::int64_t count) {
    if (count == 0) return;
    const auto found =
        std::find_if(losses_.begin(), losses_.end(), [&](const Loss& loss) { return loss.what == what; });
    if (found != losses_.end())
        found->count += count;
    else
        losses_.push_back({std::string(what), count});
}

std::vector<const Track*> tracks_of(const Annotations& annotations, MediaId media) {
    std::vector<const Track*> tracks;
    for (const auto& [id, track] : annotations.tracks)
        if (track->media == media) tracks.push_back(track.get());
    return tracks;
}

std::vector<VisibleBox> visible_boxes(const Annotations& annotations, const Track& track, Losses& losses) {
    std::vector<VisibleBox> boxes;
    const Media* media = annotations.find_media(track.media);
    const FrameIndex end{media == nullptr ? 0 : media->frames};
    for (const auto& [frame, state] : states_in(track, annotations.fills_of(track.id), track.extent())) {
        if (state.outside) continue;
        if (frame >= end) {
            losses.add("boxes past the video's last frame left out");
            continue;
        }
        if (kind_of(state.shape) == ShapeKind::Quad) losses.add("quads written as boxes");
        boxes.push_back({frame, bounding_box(state.shape), state.occluded, state.is_keyframe});
    }
    return boxes;
}

void for_each_in_view(const Annotations& annotations, MediaId media,
                      const std::function<void(FrameIndex frame, const Track& track, const TrackState& state)>& take) {
    /// A track whose frames have begun and not ended.
    struct Open {
        const Track* track = nullptr;
        std::size_t keyframe = 0;  ///< the first one that is not before the frame at hand
    };
    std::vector<const Track*> coming = tracks_of(annotations, media);
    std::erase_if(coming, [](const Track* track) { return track->keyframes.empty(); });
    // The next to begin stands last.
    std::stable_sort(coming.begin(), coming.end(),
                     [](const Track* a, const Track* b) { return a->extent().begin > b->extent().begin; });
    std::vector<Open> open;
    for (FrameIndex frame; !coming.empty() || !open.empty(); ++frame) {
        if (open.empty()) frame = coming.back()->extent().begin;
        for (; !coming.empty() && coming.back()->extent().begin == frame; coming.pop_back()) {
            const auto before = [](const Track* a, const Open& b) { return a->id < b.track->id; };
            open.insert(std::upper_bound(open.begin(), open.end(), coming.back(), before), {coming.back(), 0});
        }
        for (Open& one : open) {
            const Keyframe& next = one.track->keyframes[one.keyframe];
            if (next.frame != frame) {
                const auto state = annotations.state_at(*one.track, frame);
                if (!state->outside) take(frame, *one.track, *state);
                continue;
            }
            ++one.keyframe;
            if (!next.outside) take(frame, *one.track, {next.shape, next.occluded, false, true, next.source});
        }
        std::erase_if(open, [](const Open& one) { return one.keyframe == one.track->keyframes.size(); });
    }
}

std::string_view value_at(const Track& track, const Attribute* attribute, FrameIndex frame) {
    if (attribute == nullptr) return {};
    const auto key = [](const AttributeRange& range) { return std::pair(number(range.attribute), range.range.begin); };
    const auto after = std::upper_bound(
        track.attribute_ranges.begin(), track.attribute_ranges.end(), std::pair(number(attribute->id), frame),
        [&](const auto& wanted, const AttributeRange& range) { return wanted < key(range); });
    if (after != track.attribute_ranges.begin()) {
        const AttributeRange& range = *std::prev(after);
        if (range.attribute == attribute->id && range.range.contains(frame)) return range.value;
    }
    const auto fixed = track.attributes.find(attribute->id);
    return fixed == track.attributes.end() ? std::string_view() : std::string_view(fixed->second);
}

const Attribute* find_attribute(const Annotations& annotations, const Track& track, std::string_view name) {
    const Label* label = annotations.find_label(track.label);
    return label == nullptr ? nullptr : label->find_attribute(name);
}

void count_attributes(const Annotations& annotations, const Track& track, const std::vector<std::string_view>& carried,
                      Losses& losses) {
    const auto is_carried = [&](AttributeId id) {
        const Label* label = annotations.find_label(track.label);
        const Attribute* attribute = label == nullptr ? nullptr : label->find_attribute(id);
        return attribute != nullptr && std::find(carried.begin(), carried.end(), attribute->name) != carried.end();
    };
    std::int64_t count = 0;
    for (const auto& [id, value] : track.attributes) count += is_carried(id) ? 0 : 1;
    for (const AttributeRange& range : track.attribute_ranges) count += is_carried(range.attribute) ? 0 : 1;
    losses.add("attribute values left out", count);
}

void count_segments(const Annotations& annotations, MediaId media, Losses& losses) {
    for (const auto& [id, segment] : annotations.segments) {
        if (segment->media != media) continue;
        losses.add(is_set(segment->track) ? "actions of tracks left out" : "segments of the video left out");
    }
}

std::vector<const Segment*> segments_of(const Annotations& annotations, MediaId media, TrackId track) {
    std::vector<const Segment*> segments;
    for (const auto& [id, segment] : annotations.segments)
        if (segment->media == media && segment->track == track) segments.push_back(segment.get());
    std::stable_sort(segments.begin(), segments.end(),
                     [](const Segment* a, const Segment* b) { return a->range.begin < b->range.begin; });
    return segments;
}

std::string without_blanks(std::string_view name, Losses& losses) {
    std::string text(name);
    for (char& c : text)
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) c = '_';
    if (text != name) losses.add("labels with underscores in place of blanks");
    return text;
}

namespace {

bool is_image_name(const fs::path& path) {
    constexpr std::array<std::string_view, 9> extensions{".jpg",  ".jpeg", ".png", ".bmp", ".tif",
                                                         ".tiff", ".ppm",  ".pgm", ".webp"};
    const std::string extension = to_lower(path.extension().string());
    return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

bool is_of_media(const Media& media, const fs::path& path) {
    const fs::path stated(media.path);
    if (same_file(path, stated)) return true;
    std::error_code error;
    if (fs::is_directory(stated, error)) {
        const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
        return is_image_name(path) && same_file(folder, stated);
    }
    if (!fs::exists(path, error)) return false;
    // A path relative to a project file that lies elsewhere cannot be compared; what the file holds can.
    if (media.fingerprint.empty() || static_cast<std::int64_t>(fs::file_size(path, error)) != media.bytes || error)
        return false;
    const auto print = fingerprint(path);
    return print && *print == media.fingerprint;
}

bool is_sqlite_file(const fs::path& path) {
    constexpr std::string_view magic = "SQLite format 3";
    std::array<char, magic.size()> head{};
    std::ifstream in(path, std::ios::binary);
    in.read(head.data(), head.size());
    return in.gcount() == static_cast<std::streamsize>(magic.size()) &&
           std::string_view(head.data(), head.size()) == magic;
}

/// Whether SQLite keeps what a project is still to be told in a file of this name.
bool is_beside_project(const fs::path& path) {
    const std::string name = path.string();
    for (const std::string_view end : {"-journal", "-wal", "-shm"})
        if (name.ends_with(end) && is_sqlite_file(name.substr(0, name.size() - end.size()))) return true;
    return false;
}

}  // namespace

Result<Done> check_may_write(const Annotations& annotations, const fs::path& path) {
    std::error_code error;
    if (path.empty() || !path.has_filename()) return fail("{}: is no name for a file", path.string());
    for (const auto& [id, media] : annotations.media)
        if (is_of_media(*media, path)) return fail("{}: is the project's video and is not written over", path.string());
    if (is_beside_project(path)) return fail("{}: belongs to a project file and is not written over", path.string());
    if (!fs::exists(path, error)) return Done{};
    if (fs::is_directory(path, error)) return fail("{}: is a folder, not a file", path.string());
    if (!fs::is_regular_file(path, error))
        return fail("{}: is a device or pipe; an export goes to a plain file", path.string());
    if (is_sqlite_file(path)) return fail("{}: is a project file and is not written over", path.string());
    return Done{};
}

Result<Done> make_folder_of(const fs::path& file) {
    if (!file.has_parent_path()) return Done{};
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error) return fail("{}: the folder cannot be made: {}", file.parent_path().string(), error.message());
    return Done{};
}

Result<StreamedFile*> Output::stream(const fs::path& path) {
    auto file = StreamedFile::open(request_, path);
    if (!file) return file.error();
    files_.push_back({path, {}, std::move(*file)});
    return files_.back().streamed.get();
}

Result<std::vector<fs::path>> Output::write() {
    IB_CHECK(request_.gathered != nullptr);
    std::vector<fs::path> paths;
    for (FileBytes& file : files_) {
        if (auto allowed = check_may_write(request_.annotations, file.path); !allowed) return allowed.error();
        paths.push_back(file.path);
        request_.gathered->push_back(std::move(file));
    }
    return paths;
}

Result<Done> check_reads_back(const fs::path& out, const Result<ReadResult>& back, std::int64_t boxes) {
    if (!back) return fail("{}: would not be read back: {}", out.string(), back.error().message);
    const std::int64_t found = back->annotations.shape_count();
    if (found != boxes) return fail("{}: {} boxes would be read back of {}", out.string(), found, boxes);
    return Done{};
}

}  // namespace inbetween
