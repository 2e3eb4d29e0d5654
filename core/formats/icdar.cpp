#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
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
// Multi-lingual challenges (2017 and 2019) have the script before the text; 2013 has upright boxes: left, top, right
// and bottom between blanks or commas, and the text in quotes.

constexpr std::array options{
    quad_link_option,
    quad_first_option,
    FormatOption{"label", "NAME", "text", "the label of the quads: the format knows texts only"},
    FormatOption{"bom", "0|1", "0", "writing: begin each file with a byte order mark, as the official ones do"},
    FormatOption{"prefix", "NAME", "gt_img_", "writing: what a file's name begins with; res_img_ for detections"},
    FormatOption{"rows", "auto|2015|mlt", "auto",
                 "whether the script stands before the text, as in the multi-lingual challenges; auto: reading as all "
                 "rows look, writing without"}};

constexpr std::string_view text_attribute = "text";
constexpr std::string_view script_attribute = "script";
constexpr std::string_view no_script = "None";
// source: https://rrc.cvc.uab.es/?ch=8, and its successor of 2019.
constexpr std::array<std::string_view, 10> scripts{"Arabic", "Latin",   "Chinese", "Japanese", "Korean",
                                                   "Bangla", "Symbols", "Mixed",   no_script,  "Hindi"};
constexpr std::string_view not_to_be_read = "###";
constexpr std::size_t corner_fields = 8;

struct IcdarOptions {
    double link = 0;
    std::int64_t first = 1;
    std::string label;
    bool has_bom = false;
    std::string prefix;
    bool is_auto = true;  ///< rows are as they look
    bool has_scripts = false;
};

Result<IcdarOptions> options_of(const FormatOptions& stated) {
    Options given(icdar_format, stated);
    IcdarOptions how{.link = given.number("link", 0, 1),
                     .first = given.integer("first-frame", 0, largest_frame),
                     .label = given.text("label"),
                     .has_bom = given.flag("bom"),
                     .prefix = given.text("prefix"),
                     .is_auto = given.is("rows", "auto"),
                     .has_scripts = given.is("rows", "mlt")};
    if (how.label.empty() || !is_clean_utf8(how.label)) given.reject("label", "is no name");
    if (how.prefix.find('/') != std::string::npos) given.reject("prefix", "is no part of a file's name");
    if (given.error()) return *given.error();
    return how;
}

/// The first `count` numbers and, where there is one, the text, which may hold commas.
std::vector<std::string_view> fields_of(std::string_view line, std::size_t count = corner_fields) {
    std::vector<std::string_view> fields;
    while (fields.size() < count) {
        const auto comma = line.find(',');
        fields.push_back(trim(line.substr(0, comma)));
        if (comma == std::string_view::npos) return fields;
        line.remove_prefix(comma + 1);
    }
    fields.push_back(line);
    return fields;
}

/// The four edges and the text, without its quotes, of a row of 2013; none for any other row.
std::vector<std::string_view> upright_fields_of(std::string_view line) {
    constexpr std::size_t edges = 4;
    std::vector<std::string_view> fields = fields_of(line, edges);
    if (fields.size() <= edges) {
        fields.clear();
        for (line = trim(line); fields.size() < edges && !line.empty(); line = trim(line)) {
            const auto blank = std::min(line.find_first_of(" \t"), line.size());
            fields.push_back(line.substr(0, blank));
            line.remove_prefix(blank);
        }
        fields.push_back(line);
    }
    std::string_view& text = fields.back();
    text = trim(text);
    const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    const bool has_edges =
        std::all_of(fields.begin(), fields.end() - 1, [](auto field) { return parse_int(field).has_value(); });
    if (fields.size() != edges + 1 || !is_quoted || !has_edges) return {};
    text = text.substr(1, text.size() - 2);
    return fields;
}

/// What a row says after its corners, as script and text; nullopt where no script stands there.
std::optional<std::pair<std::string_view, std::string_view>> script_of(std::string_view said) {
    const auto comma = said.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const std::string_view script = trim(said.substr(0, comma));
    if (std::find(scripts.begin(), scripts.end(), script) == scripts.end()) return std::nullopt;
    return std::pair(script, said.substr(comma + 1));
}

/// Whether a script stands in every row, and in one at least.
bool has_scripts(const std::map<fs::path, std::string>& texts) {
    bool has_any = false;
    for (const auto& [path, text] : texts) {
        Lines lines("", text);
        while (const auto line = lines.next_filled()) {
            const auto fields = fields_of(*line);
            if (fields.size() <= corner_fields || !script_of(fields.back())) return false;
            has_any = true;
        }
    }
    return has_any;
}

void take_text(Fields& fields, std::size_t index, const IcdarOptions& how, ImageQuad& row) {
    std::string_view said = fields.size() > index ? fields.text(index, "text") : "";
    if (!is_clean_utf8(said)) fields.reject("text", "is not UTF-8 text");
    if (const auto both = how.has_scripts ? script_of(said) : std::nullopt) {
        row.values.emplace_back(script_attribute, both->first);
        said = both->second;
    } else if (how.has_scripts && fields.size() > index) {
        fields.reject("script", "is none of those of the multi-lingual challenges");
    }
    if (!said.empty()) row.values.emplace_back(text_attribute, said);
}

Result<std::vector<ImageQuad>> quads_of(std::string_view file, std::string_view text, const IcdarOptions& how) {
    std::vector<ImageQuad> quads;
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        ImageQuad row{.quad = {}, .label = how.label, .values = {}};
        const auto upright = upright_fields_of(*line);
        Fields fields(lines.place(), upright.empty() ? fields_of(*line) : upright);
        if (upright.empty()) {
            row.quad = quad_field(fields, 0);
        } else {
            const double left = fields.number(0, "left", largest_coordinate_px);
            const double top = fields.number(1, "top", largest_coordinate_px);
            row.quad = quad_of(Box{left, top, fields.number(2, "right", largest_coordinate_px) - left,
                                   fields.number(3, "bottom", largest_coordinate_px) - top});
        }
        take_text(fields, upright.empty() ? corner_fields : upright.size() - 1, how, row);
        if (fields.error()) return *fields.error();
        quads.push_back(std::move(row));
    }
    return quads;
}

Result<ReadResult> read(const ReadRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    const auto files = quad_files(request, how->first);
    if (!files) return files.error();
    std::map<fs::path, std::string> texts;
    for (const auto& [frame, path] : *files) {
        auto text = read_file(path);
        if (!text) return text.error();
        texts[path] = *std::move(text);
    }
    if (how->is_auto) how->has_scripts = has_scripts(texts);
    QuadTracks tracks(request.media, how->link);
    for (const auto& [frame, path] : *files) {
        const auto quads = quads_of(path.string(), texts.at(path), *how);
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

std::string value_of(const ImageQuad& quad, std::string_view name) {
    for (const auto& [one, value] : quad.values)
        if (one == name) return value;
    return {};
}

/// The line's text, behind its script where that is written; a name that the format has no place for is told of.
std::string written_text(const ImageQuad& quad, const IcdarOptions& how, Losses& losses) {
    losses.add(fmt::format("labels other than {} left out", in_quotes(how.label)), quad.label == how.label ? 0 : 1);
    std::string before;
    if (how.has_scripts) {
        const std::string script = value_of(quad, script_attribute);
        const bool is_known = std::find(scripts.begin(), scripts.end(), script) != scripts.end();
        losses.add("quads without a script of the multi-lingual challenges, written as None", is_known ? 0 : 1);
        before = (is_known ? script : std::string(no_script)) + ",";
    }
    const std::string stated = value_of(quad, text_attribute);
    if (stated.empty()) {
        losses.add("quads without a text, written as ###");
        return before + std::string(not_to_be_read);
    }
    std::string text = stated;
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    losses.add("texts with blanks in place of line ends", text == stated ? 0 : 1);
    return before + text;
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
    std::vector<std::string_view> carried{text_attribute};
    if (how->has_scripts) carried.push_back(script_attribute);
    for (const auto& [frame, quads] : image_quads_of(request, carried, losses)) {
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
        const auto again = quads_of(paths.back().string(), text, *how);
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
    WriteReport report{std::move(*written), losses.list()};
    report.read_options = {{"rows", how->has_scripts ? "mlt" : "2015"}};
    return report;
}

bool has_own_name(const fs::path& path) {
    const std::string name = to_lower(path.filename().string());
    return is_numbered_text(path) && (name.starts_with("gt_") || name.find("img_") != std::string::npos);
}

/// Tells whether a file is of the format, by its name and its first row: eight whole numbers, then nothing or a text;
/// or four, and a text in quotes. Rows of MOT begin with eight numbers too, so that the name must be the field's own.
bool is_icdar_file(const fs::path& path, std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line || !has_own_name(path)) return false;
    if (!upright_fields_of(*line).empty()) return true;
    const bool is_image = to_lower(path.filename().string()).find("img_") != std::string::npos;
    const auto fields = fields_of(*line);
    return is_image && fields.size() >= corner_fields &&
           std::all_of(fields.begin(), fields.begin() + corner_fields,
                       [](auto field) { return parse_int(field).has_value(); });
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return is_icdar_file(path, head);
    constexpr int most_looked_at = 200;
    int looked_at = 0;
    for (const auto& entry : fs::directory_iterator(path, error)) {
        if (!has_own_name(entry.path())) continue;
        if (++looked_at > most_looked_at) break;
        const auto text = read_file(entry.path(), 1 << 20);
        if (text && !trim(without_bom(*text)).empty()) return is_icdar_file(entry.path(), *text);
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
    .may_be_empty = true,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
