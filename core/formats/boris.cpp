#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/json.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: BORIS, project files of version 7.0 and config.py. An event is [seconds, subject, code, modifier, comment,
// frame index]; a code is of point events, which have one row, or of state events, whose rows start and stop in turn
// for each subject and code.

constexpr std::array options{
    FormatOption{"observation", "auto|NAME", "auto",
                 "the observation in the project; auto: the one of this video's name, or of a media file of its name, "
                 "or the only one"},
    action_time_offset_option};

struct BorisOptions {
    std::string observation;
    double time_offset = 0;
};

Result<BorisOptions> options_of(const FormatOptions& stated) {
    Options given(boris_format, stated);
    BorisOptions how;
    how.observation = given.is("observation", "auto") ? "" : given.text("observation");
    how.time_offset = action_time_offset(given);
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

bool has_media_file(const JsonAt& observation, const std::string& name) {
    if (!observation["file"].is_object()) return false;
    for (const auto& [player, files] : observation["file"].members()) {
        if (!files.is_array()) continue;
        for (const JsonAt& file : files.elements())
            if (file.is_text() && fs::path(file.text()).filename() == name) return true;
    }
    return false;
}

/// Turns the events of one observation into actions.
class BorisEvents {
public:
    BorisEvents(const std::map<std::string, bool>& is_point, ActionReader& reader)
        : is_point_(is_point), reader_(reader) {}

    void add(const JsonAt& event);
    /// Refuses a state that was started and never stopped.
    void finish();
    std::int64_t subjects() const { return subjects_; }
    std::int64_t details() const { return details_; }

private:
    struct Open {
        double begin = 0;
        JsonAt event;
    };
    const std::map<std::string, bool>& is_point_;
    ActionReader& reader_;
    std::map<std::pair<std::string, std::string>, Open> open_;  ///< by subject and code
    std::int64_t subjects_ = 0;
    std::int64_t details_ = 0;
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
    for (std::size_t i = 3; i < std::min<std::size_t>(5, fields.size()); ++i)
        details_ += fields[i].is_text() && !fields[i].text().empty() ? 1 : 0;
    if (known->second) return reader_.add({code, seconds, seconds});
    const std::pair key(subject, code);
    const auto open = open_.find(key);
    if (open == open_.end()) {
        open_.emplace(key, Open{seconds, event});
        return;
    }
    reader_.add({code, open->second.begin, seconds});
    open_.erase(open);
}

void BorisEvents::finish() {
    if (!open_.empty())
        open_.begin()->second.event.reject(
            fmt::format("starts {}, which is never stopped", in_quotes(open_.begin()->first.second)));
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
    std::string of_media;
    for (const auto& [name, observation] : observations) {
        names.insert(name);
        if (of_media.empty() && has_media_file(observation, media.name())) of_media = name;
    }
    const bool is_auto = how.observation.empty() && !names.contains(written_video(media, ""));
    const auto wanted =
        choose_video(file, "observations", names, media, is_auto && !of_media.empty() ? of_media : how.observation);
    if (!wanted) return wanted.error();
    ActionReader reader(media, how.time_offset);
    reader.builder().note(wanted->note);
    BorisEvents events(is_point, reader);
    for (const auto& [name, observation] : observations) {
        if (name != wanted->name) continue;
        for (const JsonAt& event : sorted_events(observation)) {
            if (errors.error()) return *errors.error();
            events.add(event);
        }
        if (errors.error()) return *errors.error();
        if (observation["time offset"].is_number() && observation["time offset"].number(1e300) != 0)
            reader.builder().note("the observation has a time offset, which is not applied; option time-offset is");
        events.finish();
    }
    if (errors.error()) return *errors.error();
    reader.builder().note_count(events.subjects(), "events name a subject, which is left out");
    reader.builder().note_count(events.details(), "modifiers and comments are left out");
    return std::move(reader).finish(file, "events");
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    if (request.files.size() != 1)
        return fail("boris: {} files are stated; one is read at a time", request.files.size());
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
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
