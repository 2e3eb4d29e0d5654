#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/images.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: microsoft/VoTT src/providers/export/cntk.ts: positive/IMAGE.bboxes.tsv and IMAGE.bboxes.labels.tsv, where
// IMAGE has its extension and a row is xmin, xmax, ymin, ymax; CNTK annotations_helper.py: without the extension, and
// xmin, ymin, xmax, ymax.

constexpr std::array options{
    FormatOption{"as", "vott|cntk", "vott",
                 "vott: rows of xmin xmax ymin ymax, beside frame_000000.png.bboxes.tsv; cntk: xmin ymin xmax ymax, as "
                 "CNTK's own readers take them, beside frame_000000.bboxes.tsv"},
    FormatOption{"test", "SHARE", "0", "writing: the last images, this share of them, go to testImages"},
    image_clip_option,
    image_frames_option,
    image_first_option,
    image_link_option,
    image_step_option,
    image_prefix_option,
    image_extension_option,
    image_choice_option};

constexpr std::string_view boxes_ending = ".bboxes.tsv";
constexpr std::string_view labels_ending = ".bboxes.labels.tsv";

struct CntkOptions {
    bool is_vott = true;
    double test = 0;
    bool clips = true;
    ImageOptions images;
};

Result<CntkOptions> options_of(const FormatOptions& stated) {
    Options given(cntk_format, stated);
    CntkOptions how{.is_vott = given.is("as", "vott"),
                    .test = given.number("test", 0, 0.9),
                    .clips = given.flag("clip"),
                    .images = image_options_of(given)};
    if (given.error()) return *given.error();
    return how;
}

std::optional<std::string> stem_of(const fs::path& path) {
    std::string name = path.filename().string();
    if (!name.ends_with(boxes_ending)) return std::nullopt;
    name.resize(name.size() - boxes_ending.size());
    const std::string ending = to_lower(fs::path(name).extension().string());
    constexpr std::array<std::string_view, 6> images{".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"};
    const bool has_ending = std::find(images.begin(), images.end(), ending) != images.end();
    return has_ending ? fs::path(name).stem().string() : name;
}

fs::path labels_beside(const fs::path& boxes) {
    std::string name = boxes.filename().string();
    name.resize(name.size() - boxes_ending.size());
    return boxes.parent_path() / (name + std::string(labels_ending));
}

Result<Shape> box_of(Fields& fields, bool is_vott) {
    constexpr std::array<std::string_view, 4> vott{"xmin", "xmax", "ymin", "ymax"};
    constexpr std::array<std::string_view, 4> cntk{"xmin", "ymin", "xmax", "ymax"};
    const auto& names = is_vott ? vott : cntk;
    std::array<double, 4> v{};
    for (std::size_t i = 0; i < 4; ++i) v[i] = fields.number(i, names[i], largest_coordinate_px);
    if (fields.size() > 4) fields.reject("row", fmt::format("has {} fields, not 4", fields.size()));
    // Edge by edge, since decimals lead back to an edge and not to a width.
    for (double& edge : v) edge = std::round(edge * shape_grid_per_px) / shape_grid_per_px;
    if (!is_vott) std::swap(v[1], v[2]);
    const auto [left, right, top, bottom] = v;
    const char* other = is_vott ? "option as=cntk states" : "option as=vott states";
    if (right < left) fields.reject("xmax", fmt::format("{} is left of xmin {}; {} another order", right, left, other));
    if (bottom < top) fields.reject("ymax", fmt::format("{} is above ymin {}; {} another order", bottom, top, other));
    if (fields.error()) return *fields.error();
    return Shape(Box{left, top, right - left, bottom - top});
}

/// The two texts of an image.
struct ImageTexts {
    std::string boxes;
    std::string labels;
};

Result<std::vector<ImageShape>> shapes_of(const fs::path& file, const ImageTexts& texts, bool is_vott) {
    std::vector<ImageShape> shapes;
    const std::string boxes_file = file.string();
    const std::string labels_file = labels_beside(file).string();
    Lines rows(boxes_file, texts.boxes);
    Lines names(labels_file, texts.labels);
    while (const auto row = rows.next_filled()) {
        Fields fields(rows.place(), split_blanks(*row));
        const auto box = box_of(fields, is_vott);
        if (!box) return box.error();
        const auto name = names.next_filled();
        if (!name) return row_error({labels_file, 0}, "label", "is missing: there are fewer than boxes");
        if (!is_clean_utf8(trim(*name)))
            return row_error(names.place(), "label", in_quotes(trim(*name)) + " is no name");
        ImageShape shape;
        shape.label = trim(*name);
        shape.shape = *box;
        shapes.push_back(std::move(shape));
    }
    if (names.next_filled()) return row_error(names.place(), "label", "is of no box: there are more than boxes");
    return shapes;
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    std::error_code error;
    for (const fs::path& path : request.files)
        if (!fs::is_directory(path, error) && !stem_of(path))
            return fail("{}: is not named as boxes are, frame_000000.bboxes.tsv", path.string());
    const auto files = image_files(request, how->images, stem_of, "frame_000000.png.bboxes.tsv");
    if (!files) return files.error();
    ImageTracks tracks(request.media, how->images);
    for (const auto& [frame, path] : *files) {
        auto boxes = read_file(path);
        if (!boxes) return boxes.error();
        auto labels = read_file(labels_beside(path));
        if (!labels) return fail("{}: has no labels beside it: {}", path.string(), labels.error().message);
        auto shapes = shapes_of(path, {std::move(*boxes), std::move(*labels)}, how->is_vott);
        if (!shapes) return shapes.error();
        tracks.add(frame, std::move(*shapes));
    }
    return std::move(tracks).finish(request.files.front().string());
}

ImageTexts texts_of(const WriteRequest& request, const std::vector<ShownShape>& shown, const CntkOptions& how,
                    Losses& losses) {
    const Media& media = *request.annotations.find_media(request.media);
    ImageTexts texts;
    for (const ShownShape& one : shown) {
        const auto box = written_box(one.state.shape, media, how.clips, losses);
        if (!box) continue;
        if (one.state.occluded) losses.add("occluded flags left out");
        const std::string left = grid_number(box->x);
        const std::string top = grid_number(box->y);
        const std::string right = grid_number(box->right());
        const std::string bottom = grid_number(box->bottom());
        texts.boxes += how.is_vott ? fmt::format("{}\t{}\t{}\t{}\n", left, right, top, bottom)
                                   : fmt::format("{}\t{}\t{}\t{}\n", left, top, right, bottom);
        texts.labels += request.annotations.label_name(one.track->label) + "\n";
    }
    return texts;
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    ImageTracks back(*request.annotations.find_media(request.media), {});
    for (const Track* track : tracks_of(request.annotations, request.media)) {
        count_attributes(request.annotations, *track, {}, losses);
        losses.add("tracks whose boxes are no longer linked from image to image",
                   track->extent().end - track->extent().begin > 1 ? 1 : 0);
    }
    const auto images = shown_images(request, how->images, losses);
    const auto first_test = static_cast<std::size_t>(std::ceil(static_cast<double>(images.size()) * (1 - how->test)));
    std::set<fs::path> own;
    std::vector<FrameImage> pictures;
    std::int64_t boxes = 0;
    for (const auto& [frame, shown] : images) {
        const char* folder = own.size() < first_test ? "positive" : "testImages";
        const std::string name = how->is_vott ? how->images.name_of(frame) : how->images.stem_of(frame);
        const fs::path path = request.out / folder / (name + std::string(boxes_ending));
        ImageTexts texts = texts_of(request, shown, *how, losses);
        auto again = shapes_of(path, texts, how->is_vott);
        if (!again) return fail("{}: would not be read back: {}", path.string(), again.error().message);
        boxes += static_cast<std::int64_t>(std::count(texts.boxes.begin(), texts.boxes.end(), '\n'));
        back.add(frame, std::move(*again));
        own.insert(path);
        pictures.push_back({frame, request.out / folder / how->images.name_of(frame)});
        output.add(path, std::move(texts.boxes));
        output.add(labels_beside(path), std::move(texts.labels));
    }
    if (own.empty()) return no_image(request.out);
    if (auto alone = check_no_other_images(request.out, own, stem_of); !alone) return alone.error();
    if (auto same = check_reads_back(request.out, std::move(back).finish(request.out.string()), boxes); !same)
        return same.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list(), std::move(pictures)};
}

bool sniff(const fs::path& path, std::string_view) {
    // Four bare numbers a row tell nothing; the name does.
    std::error_code error;
    if (!fs::is_directory(path, error)) return stem_of(path).has_value();
    return first_image_text(path, stem_of).has_value();
}

}  // namespace

const Format cntk_format{
    .id = "cntk",
    .name = "CNTK bboxes.tsv",
    .extension = "",
    .reader = "VoTT 2, CNTK",
    .convention = "frames by image name; left right top bottom in px from 0",
    .carries = {.boxes = true, .outside = true, .fractions = true},
    .options = options,
    .may_be_empty = true,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
