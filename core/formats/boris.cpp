#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/inflate.h"
#include "core/formats/text/json.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: BORIS, project files of version 7.0 and config.py. An event is [seconds, subject, code, modifier, comment,
// frame index]; a code is of point events, which have one row, or of state events, whose rows start and stop in turn
// for each subject, code and modifier. A player plays its files one after the other, and the clock runs on over them.

constexpr std::array options{
    FormatOption{"observation", "auto|NAME", "auto",
                 "the observation in the project; auto: the one of this video's name, or of a media file of its name, "
                 "or the only one"},
    action_time_offset_option};

struct BorisOptions {
    std::string observation;
    double time_offset = 0;
    bool is_offset_stated = false;  ///< then it is what the clock says at the video's first frame, whatever is played
};

Result<BorisOptions> options_of(const FormatOptions& stated) {
    Options given(boris_format, stated);
    BorisOptions how;
    how.observation = given.is("observation", "auto") ? "" : given.text("observation");
    how.time_offset = action_time_offset(given);
    how.is_offset_stated = stated.contains("time-offset");
    if (!is_clean_utf8(how.observation)) given.reject("observation", "is no name");
    if (given.error()) return *given.error();
    return how;
}

/// Which codes are of point events.
std::map<std::string, bool> codes_of(const JsonAt& root) {
    std::map<std::string, bool> is_point;
    for (const auto& [number, behaviour] : root["behaviors_conf"].members()) {
        const std::string type = to_lower(behaviour["type"].text());
        // "State event with coding map" and the like are kinds of the two.
        if (!type.starts_with("point") && !type.starts_with("state"))
            behaviour["type"].reject(fmt::format("{} is neither a point nor a state event", in_quotes(type)));
        is_point[behaviour["code"].name()] = type.starts_with("point");
    }
    return is_point;
}

/// Where an observation plays the video.
struct Played {
    std::string player;         ///< empty: no player has a file of the video's name
    std::vector<JsonAt> files;  ///< that the player plays, one after the other
    std::size_t at = 0;         ///< the video's place among them
};

Played played_in(const JsonAt& observation, const std::string& name) {
    if (!observation["file"].is_object()) return {};
    for (const auto& [player, files] : observation["file"].members()) {
        if (!files.is_array()) continue;
        const auto all = files.elements();
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i].is_text() && file_name_of(all[i].text()) == name) return {player, all, i};
    }
    return {};
}

/// The part of an observation's clock in which the video is played.   units: seconds.
struct PlayedTime {
    double offset = 0;                   ///< the clock at the video's first frame
    double begin = -2 * largest_second;  ///< where the file before it ends; earlier than any event where there is none
    double end = 2 * largest_second;     ///< where the next file begins; later than any event where there is none
};

/// How long a file is that a player plays, where the project says so.
std::optional<double> length_of(const JsonAt& observation, const JsonAt& file) {
    const JsonAt info = observation["media_info"];
    if (!info.is_object() || !info["length"].is_object() || !file.is_text()) return std::nullopt;
    const JsonAt length = info["length"][file.text()];
    return length.is_there() ? std::optional(length.number(largest_second)) : std::nullopt;
}

/// Adds up the lengths of the files before the video. A stated offset stands in their place.
PlayedTime time_of(const Played& played, const JsonAt& observation, const BorisOptions& how) {
    PlayedTime time{.offset = how.time_offset};
    for (std::size_t i = 0; i < played.at && !how.is_offset_stated; ++i) {
        const auto seconds = length_of(observation, played.files[i]);
        if (!seconds)
            played.files[i].reject(
                "is played before the video, and media_info does not state its length; option time-offset=SECONDS "
                "states the observation's time at the video's first frame");
        time.offset += seconds.value_or(0);
    }
    if (played.at > 0) time.begin = time.offset;
    if (played.at + 1 >= played.files.size()) return time;
    if (const auto own = length_of(observation, played.files[played.at])) time.end = time.offset + *own;
    return time;
}

/// Turns the events of one observation into actions.
class BorisEvents {
public:
    BorisEvents(const std::map<std::string, bool>& is_point, const PlayedTime& time, ActionReader& reader)
        : is_point_(is_point), time_(time), reader_(reader) {}

    void add(const JsonAt& event);
    /// Notes what is left out, states that were started and never stopped among it.
    void finish();

private:
    /// Hands on what is of the video, not of another file that the player plays.
    void add_action(const TimedAction& action);

    using Key = std::tuple<std::string, std::string, std::string>;
    const std::map<std::string, bool>& is_point_;
    PlayedTime time_;
    ActionReader& reader_;
    std::map<Key, double> open_;  ///< begins of states by subject, code and modifier
    std::int64_t subjects_ = 0;
    std::int64_t details_ = 0;
    std::int64_t of_other_files_ = 0;
};

void BorisEvents::add(const JsonAt& event) {
    const auto fields = event.elements();
    if (fields.size() < 3) return event.reject(fmt::format("has {} elements; at least 3 are wanted", fields.size()));
    const double seconds = fields[0].number(largest_second);
    const std::string subject = fields[1].text();
    const std::string code = fields[2].name();
    const auto known = is_point_.find(code);
    if (known == is_point_.end()) return fields[2].reject("is no behaviour of behaviors_conf");
    subjects_ += subject.empty() ? 0 : 1;
    // BORIS writes None where a behaviour has modifiers and none was chosen.
    for (std::size_t i = 3; i < std::min<std::size_t>(5, fields.size()); ++i)
        details_ += fields[i].is_text() && !fields[i].text().empty() && (i > 3 || fields[i].text() != "None") ? 1 : 0;
    if (known->second) return add_action({code, seconds, seconds});
    const std::string modifier = fields.size() > 3 && fields[3].is_text() ? fields[3].text() : "";
    const auto [open, is_start] = open_.emplace(Key(subject, code, modifier), seconds);
    if (is_start) return;
    add_action({code, open->second, seconds});
    open_.erase(open);
}

void BorisEvents::add_action(const TimedAction& action) {
    // Lengths and times are rounded each for itself, so what only touches an edge is told with some room.
    constexpr double slack = 0.0005;
    const bool is_before = action.begin < time_.begin - slack && action.end <= time_.begin + slack;
    if (is_before || action.begin > time_.end - slack)
        ++of_other_files_;
    else
        reader_.add(action);
}

void BorisEvents::finish() {
    AnnotationsBuilder& notes = reader_.builder();
    notes.note_count(of_other_files_, "events are of other files that the player plays, and are left out");
    notes.note_count(subjects_, "events name a subject, which is left out");
    notes.note_count(details_, "modifiers and comments are left out");
    std::vector<std::pair<double, std::string>> unended;
    for (const auto& [key, begin] : open_) unended.emplace_back(begin, std::get<1>(key));
    std::sort(unended.begin(), unended.end());
    constexpr std::size_t most_named = 3;
    std::string named;
    for (std::size_t i = 0; i < std::min(unended.size(), most_named); ++i)
        named += fmt::format("{}{} at {} s", i == 0 ? "" : ", ", in_quotes(unended[i].second),
                             format_number(unended[i].first, 3));
    if (unended.size() > most_named) named += fmt::format(" and {} more", unended.size() - most_named);
    notes.note_count(static_cast<std::int64_t>(unended.size()),
                     "state events are not ended and are left out: " + named);
}

/// The events by time; those of one time in the file's order, in which a stop stands before the next start.
std::vector<JsonAt> sorted_events(const JsonAt& observation) {
    std::vector<std::pair<double, JsonAt>> timed;
    for (const JsonAt& event : observation["events"].elements()) {
        const auto fields = event.elements();
        if (fields.empty()) {
            event.reject("is empty");
            continue;
        }
        timed.emplace_back(fields[0].number(largest_second), event);
    }
    std::stable_sort(timed.begin(), timed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<JsonAt> events;
    for (const auto& [seconds, event] : timed) events.push_back(event);
    return events;
}

/// Notes the times of other kinds that a project states, whose signs are a matter of what its user does.
void note_offsets(const JsonAt& observation, const Played& played, const BorisOptions& how, AnnotationsBuilder& notes) {
    if (observation["time offset"].is_number() && observation["time offset"].number(1e300) != 0)
        notes.note("the observation has a time offset, which is not applied; option time-offset is");
    const JsonAt info = observation["media_info"];
    const JsonAt file = observation["file"];
    if (played.player.empty() && !how.is_offset_stated && file.is_object() && file["1"].is_array() &&
        file["1"].elements().size() > 1)
        notes.note(
            fmt::format("player 1 plays {} files, none of which has the video's name; times are taken from the "
                        "first one's begin, option time-offset states another",
                        file["1"].elements().size()));
    if (how.is_offset_stated || played.player.empty() || !info.is_object() || !info["offset"].is_object()) return;
    const JsonAt offset = info["offset"][played.player];
    if (!offset.is_number() || offset.number(1e300) == 0) return;
    notes.note(
        fmt::format("player {}, which plays the video, has an offset of {} s, which is not applied; option "
                    "time-offset is",
                    played.player, format_number(offset.number(1e300), 3)));
}

/// Reads the events of the chosen observation.
Result<ReadResult> read_observation(std::string_view file, const JsonAt& observation, const JsonErrors& errors,
                                    const std::map<std::string, bool>& is_point, const std::string& note,
                                    const Media& media, const BorisOptions& how) {
    const Played played = played_in(observation, media.name());
    const PlayedTime time = time_of(played, observation, how);
    if (errors.error()) return *errors.error();
    ActionReader reader(media, time.offset);
    reader.builder().note(note);
    BorisEvents events(is_point, time, reader);
    for (const JsonAt& event : sorted_events(observation)) {
        if (errors.error()) return *errors.error();
        events.add(event);
    }
    if (errors.error()) return *errors.error();
    note_offsets(observation, played, how, reader.builder());
    events.finish();
    return std::move(reader).finish(file, "events");
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media,
                             const BorisOptions& how) {
    const auto json = parse_json(file, text);
    if (!json) return json.error();
    JsonErrors errors(file);
    const JsonAt root(errors, *json);
    const auto is_point = codes_of(root);
    const auto observations = root["observations"].members();
    if (errors.error()) return *errors.error();
    std::set<std::string> names;
    std::vector<std::string> of_media;
    for (const auto& [name, observation] : observations) {
        names.insert(name);
        if (!played_in(observation, media.name()).player.empty()) of_media.push_back(name);
    }
    const bool goes_by_media =
        how.observation.empty() && !of_media.empty() && !names.contains(written_video(media, ""));
    auto wanted = choose_video(file, "observations", names, media, goes_by_media ? of_media.front() : how.observation,
                               {.plural = "observations", .option = "observation"});
    if (!wanted) return wanted.error();
    if (goes_by_media && of_media.size() > 1)
        wanted->note = fmt::format(
            "observations: {} are of the video, and {} is read; option observation=NAME chooses "
            "another, such as {}",
            of_media.size(), in_quotes(of_media[0]), in_quotes(of_media[1]));
    if (errors.error()) return *errors.error();
    for (const auto& [name, observation] : observations)
        if (name == wanted->name)
            return read_observation(file, observation, errors, is_point, wanted->note, media, how);
    return ActionReader(media, how.time_offset).finish(file, "events");
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const fs::path& file = request.files.front();
    const auto text = read_file(file);
    if (!text) return text.error();
    if (!is_gzip(*text)) return read_text(file.string(), *text, request.media, *how);
    const auto unpacked = inflated(*text);
    if (!unpacked) return fail("{}: gzip: is damaged or too large", file.string());
    return read_text(file.string(), *unpacked, request.media, *how);
}

/// A row of an observation. Rows of one time: what stops stands before what starts.
struct BorisRow {
    double seconds = 0;
    int order = 0;  ///< 0: stop, 1: start or point
    std::string subject;
    std::string code;
    std::int64_t frame = 0;
};

/// Labels all of whose actions last a frame are points; any other is a state.
std::map<std::string, bool> point_labels(const WriteRequest& request, const std::vector<TimedAction>& actions) {
    const Media& media = *request.annotations.find_media(request.media);
    const AvaTime time(media);
    const double gap = 1 / media.mean_fps();
    std::map<std::string, bool> is_point;
    for (const TimedAction& action : actions) {
        const FrameIndex next = time.first_frame_from(action.begin) + 1;
        const double one_frame = next.value < media.frames ? time.seconds_of(next) : time.end_seconds();
        const bool is_short = action.end <= one_frame + gap / 1000;
        const auto [at, is_new] = is_point.emplace(action.label, is_short);
        at->second = at->second && is_short;
    }
    return is_point;
}

/// The rows of all actions. Overlapping states of one code go to subjects of their own, for a code that is started
/// twice is stopped instead.
std::vector<BorisRow> rows_of(const std::vector<TimedAction>& actions, const std::map<std::string, bool>& is_point,
                              const Media& media, double offset, std::set<std::string>& subjects) {
    const AvaTime time(media);
    const auto frame_at = [&](double seconds) {
        return std::min(time.first_frame_from(seconds - offset - 1e-6).value, media.frames - 1);
    };
    std::map<std::string, std::vector<double>> busy_until;
    std::vector<BorisRow> rows;
    for (const TimedAction& action : actions) {
        if (is_point.at(action.label)) {
            rows.push_back({action.begin, 1, "", action.label, frame_at(action.begin)});
            continue;
        }
        auto& busy = busy_until[action.label];
        const auto free = std::find_if(busy.begin(), busy.end(), [&](double end) { return end <= action.begin; });
        const auto lane = static_cast<std::size_t>(free - busy.begin());
        if (free == busy.end()) busy.push_back(0);
        busy[lane] = action.end;
        const std::string subject = lane == 0 ? "" : fmt::format("subject {}", lane + 1);
        if (lane != 0) subjects.insert(subject);
        rows.push_back({action.begin, 1, subject, action.label, frame_at(action.begin)});
        rows.push_back({action.end, 0, subject, action.label, frame_at(action.end)});
    }
    std::stable_sort(rows.begin(), rows.end(), [](const BorisRow& a, const BorisRow& b) {
        return std::pair(a.seconds, a.order) < std::pair(b.seconds, b.order);
    });
    return rows;
}

JsonOut observation_of(const std::vector<BorisRow>& rows, const Media& media, double length) {
    JsonOut events = JsonOut::array();
    for (const BorisRow& row : rows)
        events.push_back(JsonOut::array({row.seconds, row.subject, row.code, "", "", row.frame}));
    JsonOut files = JsonOut::object();
    for (int player = 1; player <= 8; ++player)
        files[std::to_string(player)] = player == 1 ? JsonOut::array({media.name()}) : JsonOut::array();
    const auto per_file = [&](const JsonOut& value) { return JsonOut{{media.name(), value}}; };
    return {{"file", std::move(files)},
            {"type", "MEDIA"},
            {"date", "1970-01-01T00:00:00"},
            {"description", ""},
            {"time offset", 0.0},
            {"events", std::move(events)},
            {"observation time interval", JsonOut::array({0, 0})},
            {"independent_variables", JsonOut::object()},
            {"visualize_spectrogram", false},
            {"close_behaviors_between_videos", false},
            {"media_info",
             {{"length", per_file(length)},
              {"fps", per_file(media.mean_fps())},
              {"hasVideo", per_file(true)},
              {"hasAudio", per_file(false)},
              {"offset", {{"1", 0.0}}}}}};
}

JsonOut project_of(const std::vector<BorisRow>& rows, const std::map<std::string, bool>& is_point,
                   const std::set<std::string>& subjects, const Media& media, const std::string& observation) {
    JsonOut behaviours = JsonOut::object();
    for (const auto& [code, point] : is_point)
        behaviours[std::to_string(behaviours.size())] = {{"type", point ? "Point event" : "State event"},
                                                         {"key", ""},
                                                         {"code", code},
                                                         {"description", ""},
                                                         {"color", ""},
                                                         {"category", ""},
                                                         {"modifiers", ""},
                                                         {"excluded", ""},
                                                         {"coding map", ""}};
    JsonOut own = JsonOut::object();
    for (const std::string& subject : subjects)
        own[std::to_string(own.size())] = {{"key", ""}, {"name", subject}, {"description", ""}};
    JsonOut observations = JsonOut::object();
    observations[observation] = observation_of(rows, media, AvaTime(media).end_seconds());
    return {{"time_format", "hh:mm:ss"},
            {"project_date", "1970-01-01T00:00:00"},
            {"project_name", ""},
            {"project_description", ""},
            {"project_format_version", "7.0"},
            {"subjects_conf", std::move(own)},
            {"behaviors_conf", std::move(behaviours)},
            {"observations", std::move(observations)},
            {"behavioral_categories", JsonOut::array()},
            {"independent_variables", JsonOut::object()},
            {"coding_map", JsonOut::object()},
            {"behaviors_coding_map", JsonOut::array()},
            {"converters", JsonOut::object()}};
}

Result<WriteReport> write(const WriteRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    const auto is_point = point_labels(request, timed_actions_of(request, 0, losses));
    losses = {};
    const auto exact = timed_actions_of(request, how->time_offset, losses);
    const auto in_file = rounded(exact, 6);
    losses.add("actions moved to microseconds", moved_count(exact, in_file, media, how->time_offset));
    how->observation = written_video(media, how->observation);
    std::set<std::string> subjects;
    const auto rows = rows_of(in_file, is_point, media, how->time_offset, subjects);
    const std::string text = json_text(project_of(rows, is_point, subjects, media, how->observation));
    const auto back = read_text(request.out.string(), text, media, *how);
    if (auto same = check_actions_read_back(request, in_file, how->time_offset, back); !same) return same.error();
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path& path, std::string_view head) {
    // BORIS packs a project that is to be saved so.
    if (is_gzip(head)) return path.filename().string().ends_with(".boris.gz");
    const std::string_view text = trim(without_bom(head));
    const auto has = [&](std::string_view key) { return text.find(key) != std::string_view::npos; };
    if (!text.starts_with('{')) return false;
    // The observations of a large project push what tells it out of the first bytes.
    return has("\"project_format_version\"") || has("\"behaviors_conf\"") ||
           (path.extension() == ".boris" && has("\"time_format\""));
}

}  // namespace

const Format boris_format{
    .id = "boris",
    .name = "BORIS project",
    .extension = ".boris",
    .reader = "BORIS 7",
    .convention = "times in seconds",
    .carries = {.video_segments = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
