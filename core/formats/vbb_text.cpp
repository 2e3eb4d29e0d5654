#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/caltech.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{caltech_offset_option, caltech_posv_option};
constexpr std::string_view header_start = "% vbb version=";
constexpr std::string_view dashes = "-----------------------------------";

/// Reads a file line by line and keeps where it stands for the errors.
class VbbTextReader {
public:
    VbbTextReader(std::string_view file, std::string_view text) : lines_(file, text) {}

    Result<CaltechVideo> read();

private:
    Error wrong(std::string_view field, std::string_view why) const { return row_error(lines_.place(), field, why); }
    /// The next line without its start; nullopt when it starts otherwise or there is none.
    std::optional<std::string_view> next_after(std::string_view start);
    /// The numbers between "name=[" and "]" on the next line, row by row.
    Result<std::vector<double>> numbers(std::string_view name, std::string_view start, std::size_t rows,
                                        std::size_t columns);
    Result<std::vector<bool>> flags(std::string_view name, std::string_view start, std::size_t rows);
    Result<Done> read_header(CaltechVideo& video, std::int64_t& objects);
    Result<CaltechObject> read_object(std::int64_t frames);

    Lines lines_;
};

std::optional<std::string_view> VbbTextReader::next_after(std::string_view start) {
    const auto line = lines_.next_filled();
    if (!line || !line->starts_with(start)) return std::nullopt;
    return trim(line->substr(start.size()));
}

/// Takes "name=value" off the end of a line.
std::optional<std::int64_t> take_last(std::string_view& line, std::string_view name) {
    const auto at = line.rfind(name);
    if (at == std::string_view::npos) return std::nullopt;
    const auto value = parse_int(trim(line.substr(at + name.size())));
    line = trim(line.substr(0, at));
    return value;
}

Result<Done> VbbTextReader::read_header(CaltechVideo& video, std::int64_t& objects) {
    const auto version = next_after(header_start);
    if (!version || !parse_double(*version)) return wrong("version", "the file does not start with '% vbb version='");
    auto counts = next_after("nFrame=");
    if (!counts) return wrong("nFrame", "the line does not start with 'nFrame='");
    const auto n = take_last(*counts, "n=");
    if (!n || *n < 0 || *n > largest_frame) return wrong("n", "no number of objects stands after 'n='");
    const auto frames = parse_int(*counts);
    if (!frames || *frames < 0 || *frames > largest_frame) return wrong("nFrame", "is no number of frames");
    if (!next_after("log=[")) return wrong("log", "the line does not start with 'log=['");
    video.frames = *frames;
    objects = *n;
    return Done{};
}

Result<std::vector<double>> VbbTextReader::numbers(std::string_view name, std::string_view start, std::size_t rows,
                                                   std::size_t columns) {
    auto inside = next_after(start);
    if (!inside) return wrong(name, fmt::format("the line does not start with '{}'", start));
    if (!inside->ends_with(']')) return wrong(name, "the line does not end with ']'");
    inside->remove_suffix(1);
    std::vector<double> values;
    std::size_t row = 0;
    for (const std::string_view text : columns == 1 ? split_blanks(*inside) : split(*inside, ';')) {
        const auto pieces = split_blanks(text);
        if (pieces.empty()) continue;
        ++row;
        if (pieces.size() != columns)
            return wrong(name,
                         fmt::format("frame {} of the object has {} numbers, not {}", row, pieces.size(), columns));
        for (const std::string_view piece : pieces) {
            const auto value = parse_double(piece);
            if (!value) return wrong(name, fmt::format("{} is not a number", in_quotes(piece)));
            if (std::abs(*value) > largest_coordinate_px)
                return wrong(name, fmt::format("{} is larger than a place in a picture can be", in_quotes(piece)));
            values.push_back(*value);
        }
    }
    if (row != rows) return wrong(name, fmt::format("states {} frames, not the {} from str to end", row, rows));
    return values;
}

Result<std::vector<bool>> VbbTextReader::flags(std::string_view name, std::string_view start, std::size_t rows) {
    const auto values = numbers(name, start, rows, 1);
    if (!values) return values.error();
    std::vector<bool> flags;
    for (const double value : *values) {
        if (value != 0 && value != 1) return wrong(name, fmt::format("{} is neither 0 nor 1", value));
        flags.push_back(value == 1);
    }
    return flags;
}

Result<CaltechObject> VbbTextReader::read_object(std::int64_t frames) {
    if (!next_after(dashes)) return wrong("object", "no line of dashes stands before it");
    auto line = next_after("lbl=");
    if (!line) return wrong("lbl", "the line does not start with 'lbl='");
    const auto hide = take_last(*line, "hide=");
    const auto end = take_last(*line, "end=");
    const auto first = take_last(*line, "str=");
    if (!hide || (*hide != 0 && *hide != 1)) return wrong("hide", "neither 0 nor 1 stands after 'hide='");
    if (!first || *first < 1) return wrong("str", "no frame from 1 stands after 'str='");
    if (!end || *end < *first || *end > frames)
        return wrong("end", fmt::format("no frame from {} to {} stands after 'end='", *first, frames));
    // Three: the two quotes and at least one character of a name.
    if (line->size() < 3 || line->front() != '\'' || line->back() != '\'')
        return wrong("lbl", "no name in quotes stands after 'lbl='");
    CaltechObject object{std::string(line->substr(1, line->size() - 2)), *hide == 1, {}};
    if (!is_clean_utf8(object.label)) return wrong("lbl", "is not UTF-8 text");

    const auto rows = static_cast<std::size_t>(*end - *first + 1);
    const auto pos = numbers("pos", "pos =[", rows, 4);
    if (!pos) return pos.error();
    for (std::size_t i = 0; i < rows; ++i)
        if ((*pos)[4 * i + 2] < 0 || (*pos)[4 * i + 3] < 0) return wrong("pos", "a width or height is negative");
    const auto posv = numbers("posv", "posv=[", rows, 4);
    if (!posv) return posv.error();
    const auto occluded = flags("occl", "occl=[", rows);
    if (!occluded) return occluded.error();
    const auto lock = flags("lock", "lock=[", rows);
    if (!lock) return lock.error();
    for (std::size_t i = 0; i < rows; ++i) {
        const double* p = pos->data() + 4 * i;
        const double* v = posv->data() + 4 * i;
        object.rows.push_back({.frame = *first + static_cast<std::int64_t>(i),
                               .pos = {p[0], p[1], p[2], p[3]},
                               .occluded = (*occluded)[i],
                               .lock = (*lock)[i],
                               .posv = {v[0], v[1], v[2], v[3]}});
    }
    return object;
}

Result<CaltechVideo> VbbTextReader::read() {
    CaltechVideo video;
    std::int64_t objects = 0;
    if (auto done = read_header(video, objects); !done) return done.error();
    for (std::int64_t i = 0; i < objects; ++i) {
        auto object = read_object(video.frames);
        if (!object) return object.error();
        video.objects.push_back(std::move(*object));
    }
    if (lines_.next_filled()) return wrong("object", fmt::format("more follows after the {} that n= states", objects));
    return video;
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = caltech_options(vbb_text_format, request.options);
    if (!how) return how.error();
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    const std::string file = request.files.front().string();
    const auto video = VbbTextReader(file, *text).read();
    if (!video) return video.error();
    return annotations_of(file, *video, request.media, *how);
}

std::string text_of(const CaltechVideo& video, Losses& losses) {
    std::string text =
        fmt::format("{}1.400000\nnFrame={} n={}\nlog=[0.000000 ]\n", header_start, video.frames, video.objects.size());
    for (const CaltechObject& object : video.objects) {
        std::string pos;
        std::string posv;
        std::string occluded;
        std::string lock;
        for (const CaltechRow& row : object.rows) {
            pos += fmt::format("{:.6f} {:.6f} {:.6f} {:.6f}; ", row.pos.x, row.pos.y, row.pos.w, row.pos.h);
            posv += fmt::format("{:.6f} {:.6f} {:.6f} {:.6f}; ", row.posv[0], row.posv[1], row.posv[2], row.posv[3]);
            occluded += row.occluded ? "1 " : "0 ";
            lock += row.lock ? "1 " : "0 ";
        }
        text += fmt::format("\n{}\nlbl='{}' str={} end={} hide={:d}\npos =[{}]\nposv=[{}]\noccl=[{}]\nlock=[{}]\n",
                            dashes, without_blanks(object.label, losses), object.rows.front().frame,
                            object.rows.back().frame, object.hide, pos, posv, occluded, lock);
    }
    return text;
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = caltech_options(vbb_text_format, request.options);
    if (!how) return how.error();
    Losses losses;
    const CaltechVideo video = caltech_video_of(request.annotations, request.media, *how, losses);
    const std::string text = text_of(video, losses);
    const std::string file = request.out.string();
    const auto back = VbbTextReader(file, text).read();
    if (!back) return fail("{}: would not be read back: {}", file, back.error().message);
    const auto read_back = annotations_of(file, *back, *request.annotations.find_media(request.media), *how);
    if (auto same = check_reads_back(request.out, read_back, box_count(video)); !same) return same.error();
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) { return without_bom(head).starts_with(header_start); }

}  // namespace

const Format vbb_text_format{
    .id = "vbb-text",
    .name = "Caltech vbb text",
    .extension = ".txt",
    .reader = "vbb.m vbbLoadTxt",
    .convention = "frames from 1; left top width height in px from 1 (option offset), fractions",
    .carries = {.boxes = true, .occluded = true, .outside = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
