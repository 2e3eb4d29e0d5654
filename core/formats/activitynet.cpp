#include <fmt/format.h>

#include <array>
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

// source: ActivityNet 1.3, and its evaluation: ground truth is {version, taxonomy, database{video: {annotations}}},
// predictions are {version, results{video: [...]}, external_data}. Parts of the ground truth go about without the
// wrapping, as {video: {annotations}}; so do the json files of Kinetics, where annotations is one object and no array,
// and the duration is that of the action.

constexpr std::array options{
    action_video_option, action_time_offset_option,
    FormatOption{"as", "truth|predictions", "truth",
                 "writing: ground truth, or predictions with a score of 1; reading takes either"},
    FormatOption{"subset", "training|validation|testing", "validation", "writing: the subset that the video is of"}};

struct ActivityNetOptions {
    std::string video;
    double time_offset = 0;
    bool as_predictions = false;
    std::string subset;
};

Result<ActivityNetOptions> options_of(const FormatOptions& stated) {
    Options given(activitynet_format, stated);
    ActivityNetOptions how;
    how.video = action_video(given);
    how.time_offset = action_time_offset(given);
    how.as_predictions = given.is("as", "predictions");
    how.subset = given.text("subset");
    if (given.error()) return *given.error();
    return how;
}

TimedAction action_of(const JsonAt& json) {
    TimedAction action;
    action.label = json["label"].name();
    const auto segment = json["segment"].elements(2);
    action.begin = segment[0].number(largest_second);
    action.end = segment[1].number(largest_second);
    if (action.end < action.begin)
        json["segment"].reject(fmt::format("ends at {}, before it begins at {}", action.end, action.begin));
    return action;
}

/// What the file says of each of its videos: the object of ground truth, or the array of predictions.
JsonAt videos_of(const JsonAt& root) {
    if (!root.is_object()) return root;
    if (root["database"].is_there()) return root["database"];
    if (root["results"].is_there()) return root["results"];
    return root;
}

/// The annotations of a video, of which Kinetics states one in place of an array.
std::vector<JsonAt> annotations_of(const JsonAt& about) {
    if (about.is_array()) return about.elements();
    const JsonAt stated = about["annotations"];
    return stated.is_object() ? std::vector{stated} : stated.elements();
}

/// Notes where the file speaks of a video of another length or size than the one at hand.
void compare(const JsonAt& about, const Media& media, double time_offset, AnnotationsBuilder& builder) {
    if (about["duration"].is_number()) {
        const double stated = about["duration"].number(largest_second);
        const double own = AvaTime(media).end_seconds() + time_offset;
        constexpr double noticeable = 1.0;
        if (stated > own + noticeable || stated < own - noticeable)
            builder.note(fmt::format("the file says that the video lasts {} s, it lasts {} s", format_number(stated, 3),
                                     format_number(own, 3)));
    }
    const std::string size = fmt::format("{}x{}", media.width, media.height);
    if (about["resolution"].is_text() && !about["resolution"].text().empty() && about["resolution"].text() != size)
        builder.note(
            fmt::format("the file says that the video is {}, it is {}", in_quotes(about["resolution"].text()), size));
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media,
                             const ActivityNetOptions& how) {
    const auto json = parse_json(file, text);
    if (!json) return json.error();
    JsonErrors errors(file);
    const auto videos = videos_of(JsonAt(errors, *json)).members();
    std::set<std::string> names;
    for (const auto& [name, about] : videos) names.insert(name);
    if (errors.error()) return *errors.error();
    const auto wanted = choose_video(file, "database", names, media, how.video, {.may_be_clip = true});
    if (!wanted) return wanted.error();
    ActionReader reader(media, how.time_offset + wanted->begin);
    reader.builder().note(wanted->note);
    std::int64_t scores = 0;
    for (const auto& [name, about] : videos) {
        if (name != wanted->name) continue;
        if (about.is_object() && !about["annotations"].is_object())
            compare(about, media, how.time_offset + wanted->begin, reader.builder());
        for (const JsonAt& action : annotations_of(about)) {
            const TimedAction found = action_of(action);
            if (errors.error()) return *errors.error();
            scores += action["score"].is_there() ? 1 : 0;
            reader.add(found);
        }
    }
    if (errors.error()) return *errors.error();
    reader.builder().note_count(scores, "scores of predictions are left out");
    return std::move(reader).finish(file, "segment");
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
}

JsonOut annotation_of(const TimedAction& action) {
    return {{"segment", JsonOut::array({action.begin, action.end})}, {"label", action.label}};
}

JsonOut truth_of(const std::vector<TimedAction>& actions, const Media& media, const ActivityNetOptions& how) {
    JsonOut annotations = JsonOut::array();
    std::set<std::string> labels;
    for (const TimedAction& action : actions) {
        annotations.push_back(annotation_of(action));
        labels.insert(action.label);
    }
    JsonOut taxonomy =
        JsonOut::array({{{"nodeId", 0}, {"nodeName", "Root"}, {"parentId", nullptr}, {"parentName", nullptr}}});
    for (const std::string& label : labels)
        taxonomy.push_back({{"nodeId", taxonomy.size()}, {"nodeName", label}, {"parentId", 0}, {"parentName", "Root"}});
    JsonOut database = JsonOut::object();
    database[written_video(media, how.video)] = {{"duration", AvaTime(media).end_seconds() + how.time_offset},
                                                 {"subset", how.subset},
                                                 {"resolution", fmt::format("{}x{}", media.width, media.height)},
                                                 {"url", ""},
                                                 {"annotations", std::move(annotations)}};
    return {{"version", "VERSION 1.3"}, {"taxonomy", std::move(taxonomy)}, {"database", std::move(database)}};
}

JsonOut predictions_of(const std::vector<TimedAction>& actions, const Media& media, const ActivityNetOptions& how) {
    JsonOut found = JsonOut::array();
    for (const TimedAction& action : actions) {
        JsonOut one = annotation_of(action);
        one["score"] = 1.0;
        found.push_back(std::move(one));
    }
    JsonOut results = JsonOut::object();
    results[written_video(media, how.video)] = std::move(found);
    return {{"version", "VERSION 1.3"}, {"results", std::move(results)}, {"external_data", JsonOut::object()}};
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    const auto actions = rounded(timed_actions_of(request, how->time_offset, losses), 6);
    const std::string text =
        json_text(how->as_predictions ? predictions_of(actions, media, *how) : truth_of(actions, media, *how));
    const auto back = read_text(request.out.string(), text, media, *how);
    if (auto same = check_actions_read_back(request, actions, how->time_offset, back); !same) return same.error();
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) {
    const std::string_view text = trim(without_bom(head));
    const auto has = [&](std::string_view key) { return text.find(key) != std::string_view::npos; };
    if (!text.starts_with('{')) return false;
    return (has("\"segment\"") && (has("\"annotations\"") || has("\"results\""))) ||
           (has("\"taxonomy\"") && has("\"nodeName\""));
}

}  // namespace

const Format activitynet_format{
    .id = "activitynet",
    .name = "ActivityNet JSON",
    .extension = ".json",
    .reader = "eval_detection.py",
    .convention = "begin and end in seconds",
    .carries = {.video_segments = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
