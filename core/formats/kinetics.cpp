#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: the csv files of Kinetics-400, -600 and -700: label,youtube_id,time_start,time_end,split[,is_cc], whole
// seconds; the test split of the first release has no label.

constexpr std::array options{
    action_video_option, action_time_offset_option,
    FormatOption{"times", "whole|exact", "whole",
                 "writing: whole seconds as the field's loaders expect them, or milliseconds"},
    FormatOption{"split", "NAME", "train", "writing: the value of the column split; reading takes rows of every split"},
    FormatOption{"label", "NAME", "unlabelled", "the label of rows in a file that has no column label"}};

struct KineticsOptions {
    std::string video;
    double time_offset = 0;
    bool whole_seconds = true;
    std::string split;
    std::string label;
};

Result<KineticsOptions> options_of(const FormatOptions& stated) {
    Options given(kinetics_format, stated);
    KineticsOptions how;
    how.video = action_video(given);
    how.time_offset = action_time_offset(given);
    how.whole_seconds = given.is("times", "whole");
    how.split = given.text("split");
    how.label = given.text("label");
    if (how.split.empty() || !is_clean_utf8(how.split)) given.reject("split", "is no name");
    if (how.label.empty() || !is_clean_utf8(how.label)) given.reject("label", "is no name");
    if (given.error()) return *given.error();
    return how;
}

/// Where the columns stand, by the names in the first line.
struct Columns {
    std::optional<std::size_t> label;
    std::size_t video = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::optional<Columns> columns_of(std::string_view header) {
    const auto names = csv_fields(header);
    if (!names) return std::nullopt;
    const auto find = [&](std::string_view name) -> std::optional<std::size_t> {
        const auto found = std::find(names->begin(), names->end(), name);
        if (found == names->end()) return std::nullopt;
        return static_cast<std::size_t>(found - names->begin());
    };
    const auto video = find("youtube_id");
    const auto begin = find("time_start");
    const auto end = find("time_end");
    if (!video || !begin || !end) return std::nullopt;
    return Columns{find("label"), *video, *begin, *end};
}

struct KineticsRow {
    std::string video;
    TimedAction action;
};

Result<KineticsRow> row_of(std::string_view line, const Place& place, const Columns& columns,
                           const KineticsOptions& how) {
    const auto pieces = csv_fields(line);
    if (!pieces) return row_error(place, "row", "a double quote is left open, or something stands after a closed one");
    Fields fields(place, {pieces->begin(), pieces->end()});
    KineticsRow row;
    row.action.label = columns.label ? std::string(fields.text(*columns.label, "label")) : how.label;
    row.video = fields.text(columns.video, "youtube_id");
    row.action.begin = fields.number(columns.begin, "time_start", largest_second);
    row.action.end = fields.number(columns.end, "time_end", largest_second);
    if (row.action.label.empty() || !is_clean_utf8(row.action.label)) fields.reject("label", "is no name");
    if (row.video.empty() || !is_clean_utf8(row.video)) fields.reject("youtube_id", "is no name");
    if (row.action.end < row.action.begin)
        fields.reject("time_end", fmt::format("{} is before time_start {}", row.action.end, row.action.begin));
    if (fields.error()) return *fields.error();
    return row;
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media,
                             const KineticsOptions& how) {
    Lines lines(file, text);
    const auto header = lines.next_filled();
    const auto columns = header ? columns_of(*header) : std::nullopt;
    if (!columns)
        return row_error({file, 1}, "header", "does not name the columns youtube_id, time_start and time_end");
    std::vector<KineticsRow> rows;
    std::set<std::string> videos;
    while (const auto line = lines.next_filled()) {
        auto row = row_of(*line, lines.place(), *columns, how);
        if (!row) return row.error();
        videos.insert(row->video);
        rows.push_back(std::move(*row));
    }
    const auto video = choose_video(file, "youtube_id", videos, media, how.video, {.may_be_clip = true});
    if (!video) return video.error();
    ActionReader reader(media, how.time_offset + video->begin);
    reader.builder().note(video->note);
    for (const KineticsRow& row : rows)
        if (row.video == video->name) reader.add(row.action);
    return std::move(reader).finish(file, "time_start");
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
}

/// Whole seconds; an action that would have none lasts one, and begins before the action itself is over.
std::vector<TimedAction> in_whole_seconds(std::vector<TimedAction> actions) {
    for (TimedAction& action : actions) {
        action.begin = std::min(std::round(action.begin), std::ceil(action.end) - 1);
        action.end = std::max(std::round(action.end), action.begin + 1);
    }
    return actions;
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    const auto exact = timed_actions_of(request, how->time_offset, losses);
    const auto in_file = how->whole_seconds ? in_whole_seconds(exact) : rounded(exact, 3);
    losses.add(how->whole_seconds ? "actions moved to whole seconds" : "actions moved to milliseconds",
               moved_count(exact, in_file, media, how->time_offset));
    const std::string video = csv_field(written_video(media, how->video));
    std::string text = "label,youtube_id,time_start,time_end,split\n";
    for (const TimedAction& action : in_file)
        text += fmt::format("{},{},{},{},{}\n", csv_field(action.label), video, format_number(action.begin, 3),
                            format_number(action.end, 3), csv_field(how->split));
    const auto back = read_text(request.out.string(), text, media, *how);
    if (auto same = check_actions_read_back(request, in_file, how->time_offset, back); !same) return same.error();
    Output output(request);
    output.add(request.out, std::move(text));
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    return line && columns_of(*line).has_value();
}

}  // namespace

const Format kinetics_format{
    .id = "kinetics",
    .name = "Kinetics csv",
    .extension = ".csv",
    .reader = "the published csv files",
    .convention = "begin and end in seconds",
    .carries = {.video_segments = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
