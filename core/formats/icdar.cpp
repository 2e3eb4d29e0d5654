#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/options.h"
#include "core/formats/text/quad_files.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: ICDAR 2015, challenge 4 (incidental scene text): a file an image, gt_img_N.txt with N from 1, rows
// x1,y1,...,x4,y4,text clockwise from the top left corner, whole pixels; the text goes to the line's end, commas and
// all, and ### is one that nobody has to read. Official files begin with a byte order mark. Detections lack the text.

constexpr std::array options{
    quad_link_option, quad_first_option,
    FormatOption{"label", "NAME", "text", "the label of the quads: the format knows texts only"},
    FormatOption{"bom", "0|1", "0", "writing: begin each file with a byte order mark, as the official ones do"},
    FormatOption{"prefix", "NAME", "gt_img_", "writing: what a file's name begins with; res_img_ for detections"}};

constexpr std::string_view text_attribute = "text";
constexpr std::string_view not_to_be_read = "###";
constexpr std::size_t corner_fields = 8;

struct IcdarOptions {
    double link = 0;
    std::int64_t first = 1;
    std::string label;
    bool has_bom = false;
    std::string prefix;
};

Result<IcdarOptions> options_of(const FormatOptions& stated) {
    Options given(icdar_format, stated);
    IcdarOptions how{.link = given.number("link", 0, 1),
                     .first = given.integer("first-frame", 0, largest_frame),
                     .label = given.text("label"),
                     .has_bom = given.flag("bom"),
                     .prefix = given.text("prefix")};
    if (how.label.empty() || !is_clean_utf8(how.label)) given.reject("label", "is no name");
    if (how.prefix.find('/') != std::string::npos) given.reject("prefix", "is no part of a file's name");
    if (given.error()) return *given.error();
    return how;
}

/// The eight numbers and, where there is one, the text, which may hold commas.
std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    while (fields.size() < corner_fields) {
        const auto comma = line.find(',');
        fields.push_back(trim(line.substr(0, comma)));
        if (comma == std::string_view::npos) return fields;
        line.remove_prefix(comma + 1);
    }
    fields.push_back(line);
    return fields;
}

Result<std::vector<ImageQuad>> quads_of(std::string_view file, std::string_view text, const std::string& label) {
    std::vector<ImageQuad> quads;
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        Fields fields(lines.place(), fields_of(*line));
        ImageQuad row{.quad = quad_field(fields, 0), .label = label, .values = {}};
        const std::string_view said = fields.size() > corner_fields ? fields.text(corner_fields, "text") : "";
        if (!is_clean_utf8(said)) fields.reject("text", "is not UTF-8 text");
        if (fields.error()) return *fields.error();
        if (!said.empty()) row.values.emplace_back(text_attribute, said);
        quads.push_back(std::move(row));
    }
    return quads;
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto files = quad_files(request, how->first);
    if (!files) return files.error();
    QuadTracks tracks(request.media, how->link);
    for (const auto& [frame, path] : *files) {
        const auto text = read_file(path);
        if (!text) return text.error();
        const auto quads = quads_of(path.string(), *text, how->label);
        if (!quads) return quads.error();
        tracks.add(frame, *quads);
    }
    return std::move(tracks).finish(request.files.front().string());
}

/// What the readers of the field take: whole pixels, clockwise.   source: rrc_evaluation_funcs.py,
/// validate_clockwise_points.
Quad written_quad(Quad quad, Losses& losses) {
    bool is_rounded = false;
    for (Point& corner : quad.corners) {
        const Point whole{std::round(corner.x), std::round(corner.y)};
        is_rounded = is_rounded || whole != corner;
        corner = whole;
    }
    losses.add("quads rounded to whole pixels", is_rounded ? 1 : 0);
    if (signed_area(quad) < 0) {
        std::swap(quad.corners[1], quad.corners[3]);
        losses.add("quads whose corners were put in clockwise order");
    }
    return quad;
}

/// The line's text; a name that the format has no place for is told of.
std::string written_text(const ImageQuad& quad, const IcdarOptions& how, Losses& losses) {
    losses.add(fmt::format("labels other than {} left out", in_quotes(how.label)), quad.label == how.label ? 0 : 1);
    if (quad.values.empty()) {
        losses.add("quads without a text, written as ###");
        return std::string(not_to_be_read);
    }
    std::string text = quad.values.front().second;
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    losses.add("texts with blanks in place of line ends", text == quad.values.front().second ? 0 : 1);
    return text;
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    std::vector<fs::path> paths;
    QuadTracks back(*request.annotations.find_media(request.media), 0);
    std::int64_t rows = 0;
    const auto path_of = [&](FrameIndex frame) {
        return request.out / fmt::format("{}{}.txt", how->prefix, frame.value + how->first);
    };
    for (const auto& [frame, quads] : image_quads_of(request, {text_attribute}, losses)) {
        std::string text = how->has_bom ? "\xEF\xBB\xBF" : "";
        for (const ImageQuad& quad : quads) {
            const Quad whole = written_quad(quad.quad, losses);
            if (!is_holdable(whole)) {
                losses.add("quads left out that are flat in whole pixels");
                continue;
            }
            text += fmt::format("{},{}\n", quad_text(whole, ','), written_text(quad, *how, losses));
            ++rows;
        }
        paths.push_back(path_of(frame));
        const auto again = quads_of(paths.back().string(), text, how->label);
        if (!again) return fail("{}: would not be read back: {}", paths.back().string(), again.error().message);
        back.add(frame, *again);
        output.add(paths.back(), std::move(text));
    }
    if (paths.empty()) {
        paths.push_back(path_of(FrameIndex{0}));
        output.add(paths.back(), "");
    }
    if (auto alone = check_no_other_frames(request.out, paths); !alone) return alone.error();
    if (auto same = check_reads_back(request.out, std::move(back).finish(request.out.string()), rows); !same)
        return same.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

/// The first row has eight whole numbers, then nothing or a text.
bool is_icdar_text(std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line) return false;
    const auto fields = fields_of(*line);
    return fields.size() >= corner_fields && std::all_of(fields.begin(), fields.begin() + corner_fields,
                                                         [](auto field) { return parse_int(field).has_value(); });
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    // Rows of MOT begin with eight numbers too; the names of these files are the field's own.
    const auto has_own_name = [](const fs::path& file) {
        const std::string name = to_lower(file.filename().string());
        return is_numbered_text(file) && name.find("img_") != std::string::npos;
    };
    if (!fs::is_directory(path, error)) return has_own_name(path) && is_icdar_text(head);
    constexpr int most_looked_at = 200;
    int looked_at = 0;
    for (const auto& entry : fs::directory_iterator(path, error)) {
        if (!has_own_name(entry.path())) continue;
        if (++looked_at > most_looked_at) break;
        const auto text = read_file(entry.path(), 1 << 20);
        if (text && !trim(without_bom(*text)).empty()) return is_icdar_text(*text);
    }
    return false;
}

}  // namespace

const Format icdar_format{
    .id = "icdar",
    .name = "ICDAR 2015 quads",
    .extension = "",
    .reader = "rrc_evaluation_funcs.py",
    .convention = "frames by the number in the file name; four corners in px from 0",
    .carries = {.quads = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
