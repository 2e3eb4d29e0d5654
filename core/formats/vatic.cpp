#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/streamed_file.h"
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

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view take_word(std::string_view& rest) {
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    std::size_t end = 0;
    while (end < rest.size() && !is_blank(rest[end])) ++end;
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
}

/// The texts in double quotes that make up the rest of a row. A quote closes only before another text or the row's end,
/// so that one within a name does no harm.
bool take_quoted_texts(std::string_view rest, std::vector<std::string_view>& texts) {
    texts.clear();
    for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
        if (rest.front() != '"') return false;
        std::size_t close = 1;
        while (true) {
            close = rest.find('"', close);
            if (close == std::string_view::npos) return false;
            const std::string_view after = rest.substr(close + 1);
            const bool before_blank = !after.empty() && is_blank(after.front());
            if (after.empty() || (before_blank && trim(after).front() == '"')) break;
            ++close;
        }
        texts.push_back(rest.substr(1, close - 1));
        rest.remove_prefix(close + 1);
    }
    return true;
}

/// The nine whole numbers that a row begins with.
struct Column {
    std::string_view name;
    std::int64_t least = 0;
    std::int64_t most = 1;
};
constexpr auto largest_edge = static_cast<std::int64_t>(largest_coordinate_px);
constexpr std::array columns{Column{"id", 0, largest_number},
                             Column{"xmin", -largest_edge, largest_edge},
                             Column{"ymin", -largest_edge, largest_edge},
                             Column{"xmax", -largest_edge, largest_edge},
                             Column{"ymax", -largest_edge, largest_edge},
                             Column{"frame", 0, largest_frame},
                             Column{"lost"},
                             Column{"occluded"},
                             Column{"generated"}};

using Numbers = std::array<std::int64_t, columns.size()>;

/// Takes the numbers off the front of a row in which nothing is wrong with them.   returns: whether that is so.
bool take_numbers(std::string_view& row, Numbers& numbers) {
    std::string_view rest = row;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), numbers[i]);
        if (error != std::errc{} || numbers[i] < columns[i].least || numbers[i] > columns[i].most) return false;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        if (rest.empty() || !is_blank(rest.front())) return false;
    }
    row = rest;
    return true;
}

/// Takes the numbers off the front of any row; what is wrong with them is kept in the fields.
void take_words(std::string_view& row, Numbers& numbers, Fields& fields, const Place& place) {
    auto& words = fields.restart(place);
    while (words.size() < columns.size() && !trim(row).empty()) words.push_back(take_word(row));
    for (std::size_t i = 0; i < columns.size(); ++i)
        numbers[i] = columns[i].most == 1 ? fields.flag(i, columns[i].name)
                                          : fields.integer(i, columns[i].name, columns[i].least, columns[i].most);
}

/// What the reading of rows goes on with from one to the next.
struct RowReader {
    const VaticOptions& how;
    VaticFile& file;
    Fields fields{{}, {}};
    std::vector<std::string_view> texts{};
    std::int64_t id = -1;  ///< of the path at hand
    VaticPath* path = nullptr;

    Result<Done> read(std::string_view line, const Place& place);

private:
    Result<Done> add(VaticRow& row, std::int64_t row_id);
};

/// The row to its path; names are compared before they are kept, since most rows repeat them.
Result<Done> RowReader::add(VaticRow& row, std::int64_t row_id) {
    if (path == nullptr || row_id != id) path = &file.paths[row_id];
    id = row_id;
    if (path->rows.empty()) path->label = file.keep(texts.front());
    if (path->label != texts.front())
        return row_error(fields.place(), "label",
                         fmt::format("{} differs from {}, which track {} had in line {}", in_quotes(texts.front()),
                                     in_quotes(path->label), id, path->rows.front().line));
    for (std::size_t i = 1; i < texts.size(); ++i) file.say(row, texts[i]);
    path->rows.push_back(row);
    return Done{};
}

Result<Done> RowReader::read(std::string_view line, const Place& place) {
    fields.restart(place);
    std::string_view rest = line;
    Numbers numbers{};
    if (!take_numbers(rest, numbers)) take_words(rest, numbers, fields, place);
    const std::array edges{numbers[1], numbers[2], numbers[3], numbers[4]};
    if (edges[2] <= edges[0]) fields.reject("xmax", fmt::format("{} is not right of xmin {}", edges[2], edges[0]));
    if (edges[3] <= edges[1]) fields.reject("ymax", fmt::format("{} is not below ymin {}", edges[3], edges[1]));
    VaticRow row{.frame = FrameIndex{numbers[5]}};
    row.lost = numbers[6] == 1;
    row.occluded = numbers[7] == 1;
    row.generated = numbers[8] == 1;
    row.line = static_cast<std::uint32_t>(place.line);
    if (!take_quoted_texts(rest, texts) || texts.empty() || texts.front().empty())
        fields.reject("label", "does not stand in double quotes after the nine numbers");
    else if (!std::all_of(texts.begin(), texts.end(), is_clean_utf8))
        fields.reject("label", "is not UTF-8 text");
    if (fields.error()) return *fields.error();
    row.box =
        Box{static_cast<double>(edges[0]) * how.scale, static_cast<double>(edges[1]) * how.scale,
            static_cast<double>(edges[2] - edges[0]) * how.scale, static_cast<double>(edges[3] - edges[1]) * how.scale};
    file.is_dense = file.is_dense || row.generated;
    file.negative += edges[0] < 0 || edges[1] < 0 ? 1 : 0;
    return add(row, numbers[0]);
}

Result<ReadResult> read(const ReadRequest& request) {
    Options given(vatic_format, request.options);
    const VaticOptions how = vatic_options(vatic_format, given, request.options, request.media);
    if (given.error()) return *given.error();
    const std::string name = request.files.front().string();
    auto in = open_to_read(request.files.front());
    if (!in) return in.error();
    VaticFile file;
    FileLines lines(name, *in);
    RowReader reader{how, file};
    while (const auto line = lines.next_filled())
        if (auto done = reader.read(*line, lines.place()); !done) return done.error();
    return read_vatic_file(name, file, request.media, how);
}

/// The names of a track's label and attributes as they can stand in double quotes on one line, each made, and told
/// where it changes, once.
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

/// The row as a line, behind what the text holds.
void append_row(std::string& text, std::int64_t id, const VaticDumpRow& row, std::string_view label,
                WrittenNames& names) {
    for (const std::int64_t number : {id, row.edges[0], row.edges[1], row.edges[2], row.edges[3], row.frame.value}) {
        append_number(text, number);
        text += ' ';
    }
    for (const bool flag : {row.lost, row.occluded, row.generated}) text += flag ? "1 " : "0 ";
    text += '"';
    text += label;
    text += '"';
    if (!row.attributes.empty()) {
        std::set<std::string_view> attributes;
        for (const std::string_view name : row.attributes) attributes.insert(names[name]);
        for (const std::string_view name : attributes) text += fmt::format(" \"{}\"", name);
    }
    text += '\n';
}

Result<WriteReport> write(const WriteRequest& request) {
    const Media& media = *request.annotations.find_media(request.media);
    Options given(vatic_format, request.options);
    const VaticOptions how = vatic_options(vatic_format, given, request.options, media);
    if (given.error()) return *given.error();
    Losses losses;
    VaticDump dump(request, how, losses);
    Output output(request);
    const auto file = output.stream(request.out);
    if (!file) return file.error();
    std::int64_t id = 0;
    std::string text;
    for (const Track* track : tracks_of(request.annotations, request.media)) {
        const auto& rows = dump.rows_of(*track);
        if (rows.empty()) continue;
        WrittenNames names(given.text("spaces"), losses);
        const std::string label = names[dump.label_of(*track)];
        text.clear();
        for (const VaticDumpRow& row : rows) append_row(text, id, row, label, names);
        (*file)->write(text);
        ++id;
    }
    if (auto closed = (*file)->close(); !closed) return closed.error();
    dump.count_rest();
    auto written = output.write();
    if (!written) return written.error();
    // What VATIC makes of its keyframes is in the rows already.
    WriteReport report{std::move(*written), losses.list()};
    report.read_options = {{"interpolation", "project"}, {"generated", "auto"}, {"gaps", "outside"}};
    report.boxes = dump.boxes();
    return report;
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
