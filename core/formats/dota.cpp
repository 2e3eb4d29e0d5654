#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/images.h"
#include "core/formats/text/options.h"
#include "core/formats/text/quad_files.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: DOTA (Xia et al.), labelTxt: a file an image, up to two lines "imagesource:..." and "gsd:...", then rows
// x1 y1 ... x4 y4 category difficult.

constexpr std::array options{quad_link_option, quad_first_option, image_extension_option, image_choice_option};
constexpr std::string_view difficult_attribute = "difficult";

struct DotaOptions {
    double link = 0;
    std::int64_t first = 1;
    std::string extension;
    std::int64_t every = 0;  ///< 0: images that show something
};

Result<DotaOptions> options_of(const FormatOptions& stated) {
    Options given(dota_format, stated);
    const DotaOptions how{given.number("link", 0, 1), given.integer("first-frame", 0, largest_frame),
                          given.text("extension"), image_choice_of(given)};
    if (given.error()) return *given.error();
    return how;
}

bool is_header(std::string_view line) {
    const std::string text = to_lower(trim(line));
    return text.starts_with("imagesource:") || text.starts_with("gsd:");
}

Result<std::vector<ImageQuad>> quads_of(std::string_view file, std::string_view text) {
    std::vector<ImageQuad> quads;
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        if (is_header(*line)) continue;
        Fields fields(lines.place(), split_blanks(*line));
        ImageQuad row{.quad = quad_field(fields, 0), .label = std::string(fields.text(8, "category")), .values = {}};
        if (row.label.empty() || !is_clean_utf8(row.label)) fields.reject("category", "is no name");
        // Files of the first release have no ninth field.
        const std::int64_t difficult = fields.size() > 9 ? fields.integer(9, "difficult", 0, 2) : 0;
        if (fields.size() > 10) fields.reject("row", fmt::format("has {} fields, not 10", fields.size()));
        if (fields.error()) return *fields.error();
        if (difficult != 0) row.values.emplace_back(difficult_attribute, std::to_string(difficult));
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
        const auto quads = quads_of(path.string(), *text);
        if (!quads) return quads.error();
        tracks.add(frame, *quads);
    }
    return std::move(tracks).finish(request.files.front().string());
}

std::string row_text(const ImageQuad& quad, Losses& losses) {
    std::string difficult = "0";
    for (const auto& [name, value] : quad.values) {
        if (value == "0" || value == "1" || value == "2")
            difficult = value;
        else
            losses.add("values of 'difficult' other than 0, 1 and 2 left out");
    }
    return fmt::format("{} {} {}\n", quad_text(quad.quad, ' '), without_blanks(quad.label, losses), difficult);
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    std::vector<fs::path> paths;
    QuadTracks back(*request.annotations.find_media(request.media), 0);
    std::int64_t rows = 0;
    auto images = image_quads_of(request, {difficult_attribute}, losses);
    if (how->every > 0) {
        for (const auto& [frame, quads] : images)
            if (frame.value % how->every != 0)
                losses.add("quads in frames that are not written", static_cast<std::int64_t>(quads.size()));
        std::erase_if(images, [&](const auto& entry) { return entry.first.value % how->every != 0; });
        const std::int64_t frames = request.annotations.find_media(request.media)->frames;
        for (std::int64_t n = 0; n < frames; n += how->every) images.try_emplace(FrameIndex{n});
    }
    std::vector<FrameImage> pictures;
    for (const auto& [frame, quads] : images) {
        std::string text;
        for (const ImageQuad& quad : quads) text += row_text(quad, losses);
        rows += static_cast<std::int64_t>(quads.size());
        const std::string stem = fmt::format("{:06}", frame.value + how->first);
        paths.push_back(request.out / (stem + ".txt"));
        pictures.push_back({frame, request.out / "images" / (stem + how->extension)});
        const auto again = quads_of(paths.back().string(), text);
        if (!again) return fail("{}: would not be read back: {}", paths.back().string(), again.error().message);
        back.add(frame, *again);
        output.add(paths.back(), std::move(text));
    }
    if (paths.empty()) {
        paths.push_back(request.out / fmt::format("{:06}.txt", how->first));
        output.add(paths.back(), "");
    }
    if (auto alone = check_no_other_frames(request.out, paths); !alone) return alone.error();
    if (auto same = check_reads_back(request.out, std::move(back).finish(request.out.string()), rows); !same)
        return same.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list(), std::move(pictures)};
}

/// The first row that is no header line has eight numbers and a category.
bool is_dota_text(std::string_view head) {
    Lines lines("", head);
    while (const auto line = lines.next_filled()) {
        if (is_header(*line)) continue;
        const auto fields = split_blanks(*line);
        return (fields.size() == 9 || fields.size() == 10) && !parse_double(fields[8]) &&
               std::all_of(fields.begin(), fields.begin() + 8,
                           [](auto field) { return parse_double(field).has_value(); });
    }
    return false;
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return is_dota_text(head);
    // Many images of a folder may show nothing, so the first file with a row in it tells.
    constexpr int most_looked_at = 200;
    int looked_at = 0;
    for (const auto& entry : fs::directory_iterator(path, error)) {
        if (!is_numbered_text(entry.path())) continue;
        if (++looked_at > most_looked_at) break;
        const auto text = read_file(entry.path(), 1 << 20);
        if (text && !trim(*text).empty()) return is_dota_text(*text);
    }
    return false;
}

}  // namespace

const Format dota_format{
    .id = "dota",
    .name = "DOTA labelTxt",
    .extension = "",
    .reader = "DOTA_devkit",
    .convention = "frames by the number in the file name (option first-frame); four corners in px from 0, fractions",
    .carries = {.quads = true, .fractions = true},
    .options = options,
    .may_be_empty = true,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
