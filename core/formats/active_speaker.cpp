#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/ava.h"
#include "core/formats/formats.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/images.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    ava_time_offset_option, ava_video_option, FormatOption{"label", "NAME", "face", "reading: the label of the tracks"},
    FormatOption{"audible", "NAME", "SPEAKING_AUDIBLE",
                 "the action that stands for SPEAKING_AUDIBLE; frames of no action are NOT_SPEAKING"},
    FormatOption{"inaudible", "NAME", "SPEAKING_NOT_AUDIBLE", "the action that stands for SPEAKING_NOT_AUDIBLE"}};

constexpr std::string_view not_speaking = "NOT_SPEAKING";
constexpr std::string_view audible = "SPEAKING_AUDIBLE";
constexpr std::string_view inaudible = "SPEAKING_NOT_AUDIBLE";

struct SpeakerOptions {
    double time_offset = 0;
    std::string video;
    std::string label;
    std::map<std::string, std::string, std::less<>> actions;  ///< by the word in the file
};

Result<SpeakerOptions> options_of(const FormatOptions& stated) {
    Options given(active_speaker_format, stated);
    SpeakerOptions how{
        .time_offset = action_time_offset(given),
        .video = action_video(given),
        .label = given.text("label"),
        .actions = {{std::string(audible), given.text("audible")}, {std::string(inaudible), given.text("inaudible")}}};
    for (const std::string_view name : {"label", "audible", "inaudible"})
        if (const std::string value = given.text(name); value.empty() || !is_clean_utf8(value))
            given.reject(name, "is no name");
    if (given.error()) return *given.error();
    return how;
}

struct SpeakerRow {
    std::string video;
    double seconds = 0;
    Box box;  ///< in shares of the picture
    std::string word;
    std::string entity;
    std::int64_t line = 0;
};

constexpr std::array<std::string_view, 8> column_names{"video_id",      "frame_timestamp", "entity_box_x1",
                                                       "entity_box_y1", "entity_box_x2",   "entity_box_y2",
                                                       "label",         "entity_id"};

/// Where the columns of a file stand. Files of the data set have no header; those of TalkNet have one, and more
/// columns.
struct SpeakerColumns {
    std::array<std::size_t, 8> at{0, 1, 2, 3, 4, 5, 6, 7};
    std::size_t count = 8;
    bool has_score = false;           ///< in a column of that name
    std::vector<std::string> others;  ///< columns of no meaning here
};

/// The columns by the names in the first line; nullopt when it does not name all that are wanted.
std::optional<SpeakerColumns> columns_of(std::string_view header) {
    const auto names = csv_fields(header);
    if (!names) return std::nullopt;
    SpeakerColumns columns{.count = names->size()};
    for (std::size_t i = 0; i < column_names.size(); ++i) {
        const auto found = std::find(names->begin(), names->end(), column_names[i]);
        if (found == names->end()) return std::nullopt;
        columns.at[i] = static_cast<std::size_t>(found - names->begin());
    }
    for (const std::string& name : *names) {
        if (name == "score")
            columns.has_score = true;
        else if (!name.empty() && std::find(column_names.begin(), column_names.end(), name) == column_names.end())
            columns.others.push_back(name);
    }
    return columns;
}

Result<SpeakerRow> row_of(std::string_view line, const Place& place, const SpeakerColumns& columns, bool& has_score) {
    const auto pieces = csv_fields(line);
    if (!pieces) return row_error(place, "row", "a double quote is left open");
    Fields fields(place, {pieces->begin(), pieces->end()});
    // A ninth column without a name is the score of a prediction.
    const bool is_prediction = columns.count == 8 && fields.size() == 9;
    if (fields.size() != columns.count && !is_prediction)
        fields.reject("row", fmt::format("has {} columns, not {}", fields.size(), columns.count));
    const auto& at = columns.at;
    SpeakerRow row{.video = std::string(fields.text(at[0], "video_id")), .line = place.line};
    if (row.video.empty() || !is_clean_utf8(row.video)) fields.reject("video_id", "is no name");
    row.seconds = fields.number(at[1], "frame_timestamp", largest_second);
    std::array<double, 4> edges{};
    for (std::size_t i = 0; i < 4; ++i) {
        const std::string_view name = column_names[i + 2];
        edges[i] = fields.number(at[i + 2], name, largest_coordinate_px);
        if (!fields.error() && (edges[i] < 0 || edges[i] > 1))
            fields.reject(name, fmt::format("{} is not within 0 and 1, a share of the picture", edges[i]));
    }
    if (edges[2] <= edges[0]) fields.reject(column_names[4], "is not right of entity_box_x1");
    if (edges[3] <= edges[1]) fields.reject(column_names[5], "is not below entity_box_y1");
    row.box = {edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]};
    row.word = fields.text(at[6], "label");
    if (row.word != not_speaking && row.word != audible && row.word != inaudible)
        fields.reject(
            "label", fmt::format("{} is none of {}, {} and {}", in_quotes(row.word), not_speaking, audible, inaudible));
    row.entity = fields.text(at[7], "entity_id");
    if (row.entity.empty()) fields.reject("entity_id", "is missing");
    if (fields.error()) return *fields.error();
    has_score = has_score || is_prediction || columns.has_score;
    return row;
}

struct SpeakerRows {
    std::vector<SpeakerRow> rows;
    bool has_score = false;
    std::vector<std::string> notes;
};

Result<SpeakerRows> rows_of(std::string_view file, std::string_view text, const Media& media,
                            const SpeakerOptions& how) {
    SpeakerRows found;
    std::set<std::string> videos;
    SpeakerColumns columns;
    Lines lines(file, text);
    bool is_first = true;
    while (const auto line = lines.next_filled()) {
        const auto named = is_first ? columns_of(*line) : std::nullopt;
        const bool is_header = named || (is_first && line->starts_with("video_id,"));
        is_first = false;
        if (named) columns = *named;
        if (is_header) continue;
        auto row = row_of(*line, lines.place(), columns, found.has_score);
        if (!row) return row.error();
        videos.insert(row->video);
        found.rows.push_back(std::move(*row));
    }
    const auto video = choose_video(file, "video_id", videos, media, how.video);
    if (!video) return video.error();
    std::erase_if(found.rows, [&](const SpeakerRow& row) { return row.video != video->name; });
    found.notes.push_back(video->note);
    if (!columns.others.empty())
        found.notes.push_back("columns of other names are left out: " +
                              one_line_of(fmt::format("{}", fmt::join(columns.others, ", "))));
    return found;
}

/// A coordinate where the storage grid has it, so that a box is as wide as it was when its edges come back.
double at_grid(double pixels) { return std::round(pixels * shape_grid_per_px) / shape_grid_per_px; }

/// A face at a frame.
struct Face {
    Box box;  ///< in pixels
    std::string_view word;
};
using Faces = std::map<FrameIndex, Face>;

/// How many frames apart the rows of a face may be in one run: files are labelled at rates of their own, so it is the
/// largest step up to a tenth of a second that is more than a rare one.
std::int64_t step_of(const std::map<std::string, Faces>& entities, const Media& media) {
    constexpr double longest_seconds = 0.1;
    constexpr double rare = 0.05;
    const auto longest = std::max<std::int64_t>(1, std::llround(longest_seconds * media.mean_fps()));
    std::map<std::int64_t, std::int64_t> steps;
    std::int64_t all = 0;
    for (const auto& [entity, faces] : entities) {
        for (auto at = faces.begin(); at != faces.end() && std::next(at) != faces.end(); ++at) {
            const std::int64_t step = std::next(at)->first - at->first;
            if (step > longest) continue;
            ++steps[step];
            ++all;
        }
    }
    std::int64_t usual = 1;
    for (const auto& [step, count] : steps)
        if (static_cast<double>(count) > rare * static_cast<double>(all)) usual = step;
    return usual;
}

void add_words(const Faces& faces, std::int64_t step, TrackId track, const SpeakerOptions& how,
               AnnotationsBuilder& builder) {
    for (auto at = faces.begin(); at != faces.end();) {
        auto next = std::next(at);
        FrameIndex end = at->first + 1;
        while (next != faces.end() && next->second.word == at->second.word && next->first - (end - 1) <= step)
            end = next++->first + 1;
        // What is said until the next row lasts until there.
        if (next != faces.end() && next->first - (end - 1) <= step) end = next->first;
        if (const auto action = how.actions.find(at->second.word); action != how.actions.end())
            builder.add_segment(builder.label(action->second, LabelKind::Action), track, {at->first, end});
        at = next;
    }
}

/// The number that an entity's name ends with.
std::int64_t number_of(std::string_view entity) {
    const auto colon = entity.rfind(':');
    return colon == std::string_view::npos ? 0 : parse_int(entity.substr(colon + 1)).value_or(0);
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media,
                             const SpeakerOptions& how) {
    if (media.width < 1 || media.height < 1) return fail("{}: the video's size is not known", file);
    const auto found = rows_of(file, text, media, how);
    if (!found) return found.error();
    const AvaTime time(media);
    std::map<std::string, Faces> entities;
    std::int64_t outside = 0;
    std::int64_t doubled = 0;
    for (const SpeakerRow& row : found->rows) {
        const auto frame = time.frame_near(row.seconds - how.time_offset);
        if (!frame) {
            ++outside;
            continue;
        }
        const double left = at_grid(row.box.x * media.width);
        const double top = at_grid(row.box.y * media.height);
        const Box box{left, top, at_grid(row.box.right() * media.width) - left,
                      at_grid(row.box.bottom() * media.height) - top};
        doubled += entities[row.entity].emplace(*frame, Face{box, row.word}).second ? 0 : 1;
    }
    if (!found->rows.empty() && outside == static_cast<std::int64_t>(found->rows.size()))
        return fail(
            "{}: frame_timestamp: none of the {} rows lies within the video's {} seconds, the first says {}; "
            "option time-offset=SECONDS states the film's time at the video's first frame",
            file, outside, format_number(time.end_seconds(), 3), format_number(found->rows.front().seconds, 3));
    AnnotationsBuilder builder(media);
    for (const std::string& note : found->notes) builder.note(note);
    const std::int64_t step = step_of(entities, media);
    std::map<std::int64_t, std::int64_t> numbers;
    for (const auto& [entity, faces] : entities) ++numbers[number_of(entity)];
    std::vector<std::pair<std::int64_t, const Faces*>> in_order;
    for (const auto& [entity, faces] : entities) {
        const std::int64_t number = number_of(entity);
        in_order.emplace_back(number > 0 && numbers.at(number) == 1 ? number : largest_number, &faces);
    }
    std::stable_sort(in_order.begin(), in_order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [number, faces] : in_order) {
        Track track = builder.new_track(builder.label(how.label));
        if (number < largest_number) track.id = TrackId{number};
        std::vector<StatedBox> boxes;
        for (const auto& [frame, face] : *faces) boxes.push_back({frame, face.box, false});
        track.keyframes = keyframes_of_runs(boxes, builder.end(), step);
        const TrackId id = track.id;
        builder.add(std::move(track));
        add_words(*faces, step, id, how, builder);
    }
    builder.note_count(outside, "rows lie outside of the video's time and are left out");
    builder.note_count(doubled, "rows fall on a frame that another one of the same face states already");
    if (found->has_score) builder.note("scores of predictions are left out");
    return std::move(builder).finish(file);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
}

/// A share of the picture with the fewest decimals that lead back to the same point of the grid.
std::string share_text(double pixels, double extent) {
    constexpr int most = 9;
    for (int decimals = 3; decimals < most; ++decimals) {
        std::string text = format_number(pixels / extent, decimals);
        if (const auto value = parse_double(text); value && at_grid(*value * extent) == at_grid(pixels)) return text;
    }
    return format_number(pixels / extent, most);
}

/// Makes the rows of one track after another.
class Writer {
public:
    Writer(const WriteRequest& request, const SpeakerOptions& how, Losses& losses)
        : annotations_(request.annotations),
          media_(*request.annotations.find_media(request.media)),
          how_(how),
          losses_(losses),
          time_(media_),
          video_(written_video(media_, how.video)) {}
    void add(const Track& track);
    std::string text() const;
    std::int64_t boxes() const { return static_cast<std::int64_t>(rows_.size()); }

private:
    std::string_view word_at(FrameIndex frame) const;

    const Annotations& annotations_;
    const Media& media_;
    const SpeakerOptions& how_;
    Losses& losses_;
    AvaTime time_;
    std::string video_;
    std::vector<std::pair<const Segment*, std::string_view>> said_;  ///< of the track at hand
    std::map<std::pair<FrameIndex, TrackId>, std::string> rows_;
};

std::string_view Writer::word_at(FrameIndex frame) const {
    for (const auto& [segment, word] : said_)
        if (segment->range.contains(frame)) return word;
    return not_speaking;
}

void Writer::add(const Track& track) {
    count_attributes(annotations_, track, {}, losses_);
    if (annotations_.label_name(track.label) != how_.label)
        losses_.add(fmt::format("tracks of '{}' written as faces", annotations_.label_name(track.label)));
    said_.clear();
    for (const Segment* segment : segments_of(annotations_, track.media, track.id)) {
        const std::string name = annotations_.label_name(segment->label);
        const auto action = std::find_if(how_.actions.begin(), how_.actions.end(),
                                         [&](const auto& known) { return known.second == name; });
        if (action != how_.actions.end())
            said_.emplace_back(segment, action->first);
        else if (name != not_speaking)
            losses_.add("actions of tracks left out");
    }
    for (const VisibleBox& box : visible_boxes(annotations_, track, losses_)) {
        if (box.occluded) losses_.add("occluded flags left out");
        const Box exact = std::get<Box>(on_grid(Shape(box.box)));
        const auto part = clipped(exact, media_);
        if (!part) {
            losses_.add("boxes outside of the picture left out");
            continue;
        }
        if (*part != exact) losses_.add("boxes cut at the edge of the picture");
        rows_[{box.frame, track.id}] =
            fmt::format("{},{},{},{},{},{},{},{}\n", csv_field(video_),
                        format_number(time_.seconds_of(box.frame) + how_.time_offset, 6),
                        share_text(part->x, media_.width), share_text(part->y, media_.height),
                        share_text(part->right(), media_.width), share_text(part->bottom(), media_.height),
                        word_at(box.frame), csv_field(fmt::format("{}:{}", video_, number(track.id))));
    }
}

std::string Writer::text() const {
    std::string text;
    for (const auto& [key, row] : rows_) text += row;
    return text;
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    if (media.width < 1 || media.height < 1) return fail("active-speaker: the size of {} is not known", media.name());
    Losses losses;
    Writer writer(request, *how, losses);
    for (const Track* track : tracks_of(request.annotations, request.media)) writer.add(*track);
    losses.add("segments of the video left out",
               static_cast<std::int64_t>(segments_of(request.annotations, request.media, TrackId{}).size()));
    const std::string text = writer.text();
    const auto back = read_text(request.out.string(), text, media, *how);
    if (!back) return fail("{}: would not be read back: {}", request.out.string(), back.error().message);
    std::int64_t found = 0;
    for (const auto& [id, track] : back->annotations.tracks)
        found += std::count_if(track->keyframes.begin(), track->keyframes.end(),
                               [](const Keyframe& keyframe) { return !keyframe.outside; });
    if (found != writer.boxes())
        return fail("{}: {} boxes would be read back of {}", request.out.string(), found, writer.boxes());
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    auto line = lines.next_filled();
    if (line && (line->starts_with("video_id,frame_timestamp,") || columns_of(*line))) return true;
    const auto fields = line ? csv_fields(*line) : std::nullopt;
    return fields && (fields->size() == 8 || fields->size() == 9) && parse_double((*fields)[1]) &&
           ((*fields)[6] == not_speaking || (*fields)[6] == audible || (*fields)[6] == inaudible);
}

}  // namespace

const Format active_speaker_format{
    .id = "active-speaker",
    .name = "AVA ActiveSpeaker csv",
    .extension = ".csv",
    .reader = "get_ava_active_speaker_performance.py",
    .convention = "seconds of the film; left top right bottom as shares of the picture",
    .carries = {.boxes = true, .outside = true, .track_segments = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
