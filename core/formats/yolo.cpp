#include "core/formats/yolo.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/text/rows.h"
#include "core/formats/yolo_rows.h"

namespace fs = std::filesystem;

namespace inbetween {

std::optional<std::string> yolo_stem_of(const fs::path& file) {
    constexpr std::array<std::string_view, 9> lists{"train", "val",   "valid",  "test", "trainval",
                                                    "obj",   "names", "readme", "class"};
    const std::string stem = file.stem().string();
    const std::string plain = to_lower(stem);
    if (to_lower(file.extension().string()) != ".txt" || plain == "classes" || plain.starts_with("readme")) return {};
    if (std::find(lists.begin(), lists.end(), plain) != lists.end()) return std::nullopt;
    return stem;
}

Result<YoloNames> yolo_names_of(std::string_view file, std::string_view text) {
    YoloNames names;
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        const std::string_view name = trim(*line);
        if (!is_clean_utf8(name)) return row_error(lines.place(), "name", in_quotes(name) + " is no name");
        names.emplace(static_cast<std::int64_t>(names.size()), name);
    }
    return names;
}

Result<ReadResult> read_yolo(const ReadRequest& request, const ImageOptions& how, const YoloFiles& files,
                             YoloIdentity identity) {
    std::vector<YoloText> texts;
    for (const auto& [frame, path] : files.labels) {
        auto text = read_file(path);
        if (!text) return text.error();
        texts.push_back({frame, path.string(), std::move(*text)});
    }
    YoloLayout layout;
    if (identity == YoloIdentity::Second || (identity == YoloIdentity::Auto && !files.has_keypoints))
        layout = yolo_layout_of_seconds(texts);
    layout.has_second = layout.has_second || identity == YoloIdentity::Second;
    layout.has_keypoints = files.has_keypoints;
    layout.has_tracks = identity == YoloIdentity::Last || (identity == YoloIdentity::Auto && !files.has_keypoints &&
                                                           !layout.has_second && have_yolo_tracks(texts));
    ImageTracks tracks(request.media, how);
    std::int64_t confidences = 0;
    for (const YoloText& text : texts) {
        auto image = read_yolo_image(text, request.media, files.names, layout);
        if (!image) return image.error();
        confidences += image->confidences;
        tracks.add(text.frame, std::move(image->shapes));
    }
    tracks.builder().note_count(confidences, "confidences are left out");
    if (files.are_results)
        tracks.builder().note(
            "files are called as YOLO's results of a video, whose names count from 1; option "
            "first-frame=0 counts from 0");
    if (files.has_keypoints) tracks.builder().note("keypoints are left out");
    return std::move(tracks).finish(request.files.front().string());
}

YoloWriter::YoloWriter(const WriteRequest& request, const YoloRows& rows, Losses& losses)
    : annotations_(request.annotations),
      media_(*request.annotations.find_media(request.media)),
      rows_(rows),
      losses_(losses),
      back_(media_, {}) {
    for (const auto& [id, label] : annotations_.labels) {
        if (label.kind != LabelKind::Track) continue;
        numbers_[id] = static_cast<std::int64_t>(names_.size());
        names_.emplace(numbers_[id], label.name);
    }
    for (const Track* track : tracks_of(annotations_, media_.id)) {
        if (numbers_.try_emplace(track->label, static_cast<std::int64_t>(names_.size())).second)
            names_.emplace(numbers_[track->label], annotations_.label_name(track->label));
        count_attributes(annotations_, *track, {}, losses_);
        losses_.add("tracks whose boxes are no longer linked from image to image",
                    track->extent().end - track->extent().begin > 1 ? 1 : 0);
    }
}

std::string YoloWriter::box_row(const Box& box, std::int64_t class_number) {
    const auto number = [&](double px, int size) { return fmt::format("{:.{}f}", px / size, rows_.decimals); };
    // A thin box must not be rounded to none.
    const double least = std::pow(10.0, -rows_.decimals);
    if (!rows_.has_polygons)
        return fmt::format("{} {} {} {} {}\n", class_number, number(box.x + box.w / 2, media_.width),
                           number(box.y + box.h / 2, media_.height),
                           number(std::max(box.w, least * media_.width), media_.width),
                           number(std::max(box.h, least * media_.height), media_.height));
    std::string row = std::to_string(class_number);
    for (const Point& corner : quad_of(box).corners)
        row += " " + number(corner.x, media_.width) + " " + number(corner.y, media_.height);
    return row + "\n";
}

std::string YoloWriter::row_of(const ShownShape& shown, std::int64_t class_number) {
    const Shape shape = on_grid(shown.state.shape);
    const Quad* quad = std::get_if<Quad>(&shape);
    if (!rows_.has_polygons || quad == nullptr) {
        const auto box = written_box(shape, media_, true, losses_);
        return box ? box_row(*box, class_number) : std::string();
    }
    Quad inside = *quad;
    for (Point& corner : inside.corners)
        corner = {std::clamp<double>(corner.x, 0, media_.width), std::clamp<double>(corner.y, 0, media_.height)};
    if (!is_valid(on_grid(Shape(inside)))) {
        losses_.add("quads beyond the picture left out");
        return {};
    }
    losses_.add("quads pressed into the picture", inside == *quad ? 0 : 1);
    std::string row = std::to_string(class_number);
    for (const Point& corner : inside.corners)
        row += fmt::format(" {:.{}f} {:.{}f}", corner.x / media_.width, rows_.decimals, corner.y / media_.height,
                           rows_.decimals);
    return row + "\n";
}

Result<std::string> YoloWriter::text_of(FrameIndex frame, const std::vector<ShownShape>& shown,
                                        const std::string& file) {
    std::string text;
    std::vector<Shape> stated;
    for (const ShownShape& one : shown) {
        const std::string row = row_of(one, numbers_.at(one.track->label));
        if (row.empty()) continue;
        if (one.state.occluded) losses_.add("occluded flags left out");
        text += row;
        stated.push_back(one.state.shape);
    }
    auto rows = read_yolo_image({frame, file, text}, media_, names_, {});
    if (!rows || rows->shapes.size() != stated.size())
        return fail("{}: would not be read back: {}", file, rows ? "rows are missing" : rows.error().message);
    std::vector<ImageShape>& shapes = rows->shapes;
    for (std::size_t i = 0; i < stated.size(); ++i) {
        const Shape kept = kind_of(shapes[i].shape) == ShapeKind::Box
                               ? Shape(clipped(std::get<Box>(on_grid(bounding_box(stated[i]))), media_).value_or(Box{}))
                               : stated[i];
        const bool is_same =
            kind_of(kept) == kind_of(shapes[i].shape) && distance(on_grid(kept), on_grid(shapes[i].shape)) == 0;
        losses_.add(fmt::format("shapes moved by rounding to {} decimals", rows_.decimals), is_same ? 0 : 1);
    }
    shapes_ += static_cast<std::int64_t>(stated.size());
    back_.add(frame, std::move(shapes));
    return text;
}

Result<Done> YoloWriter::check(const fs::path& out) && {
    return check_reads_back(out, std::move(back_).finish(out.string()), shapes_);
}

}  // namespace inbetween
