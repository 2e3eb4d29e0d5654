#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/vatic.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    vatic_generated_option,
    vatic_gaps_option,
    vatic_dimensions_option,
    vatic_interpolation_option,
    vatic_integers_option,
    FormatOption{"spaces", "underscore|dash|keep", "underscore",
                 "writing: what stands for blanks in names, which many readers of this format cannot take"},
    vatic_actions_option,
    vatic_hold_option};

std::string_view take_word(std::string_view& rest) {
    rest = trim(rest);
    const auto end = rest.find_first_of(" \t");
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end);
    return word;
}

/// The texts in double quotes that make up the rest of a row. A quote closes only before another text or the row's end,
/// so that one within a name does no harm.
std::optional<std::vector<std::string_view>> quoted_texts(std::string_view rest) {
    std::vector<std::string_view> texts;
    for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
        if (rest.front() != '"') return std::nullopt;
        std::size_t close = 1;
        while (true) {
            close = rest.find('"', close);
            if (close == std::string_view::npos) return std::nullopt;
            const std::string_view after = rest.substr(close + 1);
            const bool before_blank = !after.empty() && (after.front() == ' ' || after.front() == '\t');
            if (after.empty() || (before_blank && trim(after).front() == '"')) break;
            ++close;
        }
        texts.push_back(rest.substr(1, close - 1));
        rest.remove_prefix(close + 1);
    }
    return texts;
}

Result<Done> read_row(std::string_view line, const Place& place, const VaticOptions& how, VaticFile& file) {
    constexpr std::size_t numbers = 9;
    std::vector<std::string_view> words;
    std::string_view rest = line;
    while (words.size() < numbers && !trim(rest).empty()) words.push_back(take_word(rest));
    Fields fields(place, std::move(words));
    const std::int64_t id = fields.integer(0, "id", 0, largest_number);
    std::array<std::int64_t, 4> edges{};
    constexpr std::array<std::string_view, 4> edge_names{"xmin", "ymin", "xmax", "ymax"};
    constexpr auto largest = static_cast<std::int64_t>(largest_coordinate_px);
    for (std::size_t i = 0; i < 4; ++i) edges[i] = fields.integer(i + 1, edge_names[i], -largest, largest);
    if (edges[2] <= edges[0]) fields.reject("xmax", fmt::format("{} is not right of xmin {}", edges[2], edges[0]));
    if (edges[3] <= edges[1]) fields.reject("ymax", fmt::format("{} is not below ymin {}", edges[3], edges[1]));
    VaticRow row{.frame = FrameIndex{fields.integer(5, "frame", 0, largest_frame)}};
    row.lost = fields.flag(6, "lost");
    row.occluded = fields.flag(7, "occluded");
    row.generated = fields.flag(8, "generated");
    row.line = place.line;
    const auto texts = quoted_texts(rest);
    if (!texts || texts->empty() || texts->front().empty())
        fields.reject("label", "does not stand in double quotes after the nine numbers");
    else if (!std::all_of(texts->begin(), texts->end(), is_clean_utf8))
        fields.reject("label", "is not UTF-8 text");
    if (fields.error()) return *fields.error();
    row.box =
        Box{static_cast<double>(edges[0]) * how.scale, static_cast<double>(edges[1]) * how.scale,
            static_cast<double>(edges[2] - edges[0]) * how.scale, static_cast<double>(edges[3] - edges[1]) * how.scale};
    row.attributes.assign(texts->begin() + 1, texts->end());
    file.is_dense = file.is_dense || row.generated;
    file.negative += edges[0] < 0 || edges[1] < 0 ? 1 : 0;
    VaticPath& path = file.paths[id];
    if (path.rows.empty()) path.label = texts->front();
    if (path.label != texts->front())
        return row_error(place, "label",
                         fmt::format("{} differs from {}, which track {} had in line {}", in_quotes(texts->front()),
                                     in_quotes(path.label), id, path.rows.front().line));
    path.rows.push_back(std::move(row));
    return Done{};
}

Result<ReadResult> read_text(std::string_view name, std::string_view text, const Media& media,
                             const VaticOptions& how) {
    VaticFile file;
    Lines lines(name, text);
    while (const auto line = lines.next_filled())
        if (auto done = read_row(*line, lines.place(), how, file); !done) return done.error();
    return read_vatic_file(name, file, media, how);
}

Result<ReadResult> read(const ReadRequest& request) {
    Options given(vatic_format, request.options);
    const VaticOptions how = vatic_options(vatic_format, given, request.options, request.media);
    if (given.error()) return *given.error();
    if (request.files.size() != 1)
        return fail("vatic: {} files are stated; ids count within one dump, so one is read", request.files.size());
    auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, how);
}

/// Names as they can stand in double quotes on one line, each made once.
class WrittenNames {
public:
    WrittenNames(std::string spaces, Losses& losses) : spaces_(std::move(spaces)), losses_(losses) {}

    const std::string& operator[](std::string_view name) {
        const auto found = texts_.find(name);
        return found != texts_.end() ? found->second : texts_.emplace(name, written(name)).first->second;
    }

private:
    std::string written(std::string_view name) {
        std::string text(name);
        for (char& c : text) {
            if (c == '"') c = '\'';
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
            if (c == ' ' && spaces_ != "keep") c = spaces_ == "dash" ? '-' : '_';
        }
        if (text != name) losses_.add("names with other characters in place of blanks and quotes");
        return text;
    }

    std::string spaces_;
    Losses& losses_;
    std::map<std::string, std::string, std::less<>> texts_;
};

Result<WriteReport> write(const WriteRequest& request) {
    const Media& media = *request.annotations.find_media(request.media);
    Options given(vatic_format, request.options);
    const VaticOptions how = vatic_options(vatic_format, given, request.options, media);
    if (given.error()) return *given.error();
    Losses losses;
    VaticDump dump(request, how, losses);
    WrittenNames names(given.text("spaces"), losses);
    std::string text;
    std::int64_t id = 0;
    for (const Track* track : tracks_of(request.annotations, request.media)) {
        const auto& rows = dump.rows_of(*track);
        if (rows.empty()) continue;
        const std::string label = names[dump.label_of(*track)];
        for (const VaticDumpRow& row : rows) {
            fmt::format_to(std::back_inserter(text), "{} {} {} {} {} {} {:d} {:d} {:d} \"{}\"", id, row.edges[0],
                           row.edges[1], row.edges[2], row.edges[3], row.frame.value, row.lost, row.occluded,
                           row.generated, label);
            std::set<std::string_view> attributes;
            for (const std::string_view name : row.attributes) attributes.insert(names[name]);
            for (const std::string_view name : attributes) text += fmt::format(" \"{}\"", name);
            text += '\n';
        }
        ++id;
    }
    dump.count_rest();
    return write_vatic_text(request, text, how, dump.boxes(), losses, &read_text);
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line) return false;
    std::string_view rest = *line;
    for (int i = 0; i < 9; ++i)
        if (!parse_int(take_word(rest))) return false;
    return trim(rest).starts_with('"');
}

}  // namespace

const Format vatic_format{
    .id = "vatic",
    .name = "VATIC text",
    .extension = ".txt",
    .reader = "pyvision readpaths",
    .convention = "frames from 0; left top right bottom in whole px from 0 of the dumped size (option dimensions)",
    .carries = {.boxes = true, .keyframes = true, .occluded = true, .outside = true, .attributes = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
