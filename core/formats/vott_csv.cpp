#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/rows.h"
#include "core/formats/vott.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{vott_assets_option,  action_video_option,    image_frames_option,
                             image_first_option,  image_link_option,      image_step_option,
                             image_prefix_option, image_extension_option, image_choice_option};

constexpr std::string_view header = R"("image","xmin","ymin","xmax","ymax","label")";

Result<VottOptions> options_of(const FormatOptions& stated) {
    Options given(vott_csv_format, stated);
    VottOptions how = vott_options_of(given, stated);
    if (given.error()) return *given.error();
    return how;
}

bool is_header(const std::vector<std::string>& fields) {
    return fields == std::vector<std::string>{"image", "xmin", "ymin", "xmax", "ymax", "label"};
}

Result<ReadResult> read_text(const std::string& file, std::string_view text, const Media& media,
                             const VottOptions& how) {
    VottAssets assets(media, how);
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        const Place place = lines.place();
        const auto cells = csv_fields(*line);
        if (!cells) return row_error(place, "row", "has a quote that is left open, or text after one that is closed");
        if (place.line == 1 && is_header(*cells)) continue;
        Fields fields(place, std::vector<std::string_view>(cells->begin(), cells->end()));
        const std::string name(fields.text(0, "image"));
        std::array<double, 4> edges{};
        constexpr std::array<std::string_view, 4> names{"xmin", "ymin", "xmax", "ymax"};
        for (std::size_t i = 0; i < 4; ++i) edges[i] = fields.number(i + 1, names[i], largest_coordinate_px);
        const std::string label(fields.text(5, "label"));
        if (!fields.error() && (name.empty() || !is_clean_utf8(name))) fields.reject("image", "is no name");
        if (!fields.error() && (label.empty() || !is_clean_utf8(label))) fields.reject("label", "is no name");
        if (fields.size() > 6) fields.reject("row", fmt::format("has {} fields, not 6", fields.size()));
        if (edges[2] < edges[0]) fields.reject("xmax", fmt::format("{} is left of xmin {}", edges[2], edges[0]));
        if (edges[3] < edges[1]) fields.reject("ymax", fmt::format("{} is above ymin {}", edges[3], edges[1]));
        if (fields.error()) return *fields.error();
        // Edge by edge, since decimals lead back to an edge and not to a width.
        for (double& edge : edges) edge = std::round(edge * shape_grid_per_px) / shape_grid_per_px;
        ImageShape shape;
        shape.label = label;
        shape.shape = Box{edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]};
        std::vector<ImageShape> shapes;
        shapes.push_back(std::move(shape));
        assets.add(fmt::format("{}:{}: image", file, place.line), name, std::nullopt, std::move(shapes));
    }
    return std::move(assets).finish(file);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
}

std::string quoted_field(std::string_view text) {
    std::string field = "\"";
    for (const char c : text) {
        if (c == '"') field += '"';
        field += c;
    }
    return field + "\"";
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const Annotations& annotations = request.annotations;
    const Media& media = *annotations.find_media(request.media);
    Losses losses;
    for (const Track* track : tracks_of(annotations, media.id)) {
        count_attributes(annotations, *track, {}, losses);
        losses.add("tracks whose boxes are no longer linked from image to image",
                   track->extent().end - track->extent().begin > 1 ? 1 : 0);
    }
    std::string text = std::string(header) + "\n";
    std::int64_t boxes = 0;
    const auto images = shown_images(request, how->images, losses);
    for (const auto& [frame, shown] : images) {
        const std::string name = quoted_field(vott_name(media, *how, frame));
        for (const ShownShape& one : shown) {
            const auto box = written_box(one.state.shape, media, false, losses);
            if (one.state.occluded) losses.add("occluded flags left out");
            text += fmt::format("{},{},{},{},{},{}\n", name, grid_number(box->x), grid_number(box->y),
                                grid_number(box->right()), grid_number(box->bottom()),
                                quoted_field(annotations.label_name(one.track->label)));
            ++boxes;
        }
        losses.add("images that show nothing left out", shown.empty() ? 1 : 0);
    }
    VottOptions back = *how;
    back.video.clear();
    back.images.goes_by_order = false;
    back.images.link = 0;
    const auto again = read_text(request.out.string(), text, media, back);
    if (auto same = check_reads_back(request.out, again, boxes); !same) return same.error();
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list(), vott_images(request, *how, images)};
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    const auto fields = line ? csv_fields(*line) : std::nullopt;
    return fields && is_header(*fields);
}

}  // namespace

const Format vott_csv_format{
    .id = "vott-csv",
    .name = "VoTT 2 csv",
    .extension = ".csv",
    .reader = "VoTT 2",
    .convention = "images by name; left top right bottom in px from 0, fractions",
    .carries = {.boxes = true, .outside = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
