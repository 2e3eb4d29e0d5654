#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "core/base/text.h"
#include "core/formats/ava.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/builder.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {

AvaTime::AvaTime(const Media& media) {
    const double gap = 1 / media.mean_fps();
    seconds_.reserve(static_cast<std::size_t>(media.frames));
    for (std::int64_t n = 0; n < media.frames; ++n) {
        const double own = media.pts.empty() ? static_cast<double>(n) * gap : media.seconds_at(FrameIndex{n});
        // Time that runs back, as damaged files have it, would hide frames from a search.
        seconds_.push_back(seconds_.empty() ? own : std::max(own, seconds_.back()));
    }
    end_ = seconds_.empty() ? 0 : seconds_.back() + gap;
}

FrameIndex AvaTime::first_frame_from(double seconds) const {
    return FrameIndex{std::lower_bound(seconds_.begin(), seconds_.end(), seconds) - seconds_.begin()};
}

std::optional<FrameIndex> AvaTime::frame_near(double seconds) const {
    constexpr double farthest = 0.5;
    if (seconds_.empty()) return std::nullopt;
    FrameIndex frame = first_frame_from(seconds);
    const bool is_past = frame.value == static_cast<std::int64_t>(seconds_.size());
    if (is_past || (frame.value > 0 && seconds - seconds_of(frame - 1) <= seconds_of(frame) - seconds)) --frame;
    if (std::abs(seconds_of(frame) - seconds) > farthest) return std::nullopt;
    return frame;
}

namespace {

struct AvaRow {
    std::string video;
    double timestamp = 0;
    std::optional<Box> box;  ///< in shares of the picture; none: nobody is there
    int action = 0;          ///< 0: none
    std::string person;      ///< as it stands
    std::int64_t line = 0;
};

double share(Fields& fields, std::size_t index, std::string_view name) {
    const double value = fields.number(index, name, largest_coordinate_px);
    if (!fields.error() && (value < 0 || value > 1))
        fields.reject(name, fmt::format("{} is not within 0 and 1, a share of the picture", value));
    return value;
}

Result<AvaRow> row_of(std::string_view line, const Place& place) {
    const auto pieces = csv_fields(line);
    if (!pieces) return row_error(place, "row", "a double quote is left open");
    Fields fields(place, {pieces->begin(), pieces->end()});
    AvaRow row{.video = std::string(fields.text(0, "video_id")), .line = place.line};
    if (row.video.empty() || !is_clean_utf8(row.video)) fields.reject("video_id", "is no name");
    row.timestamp = fields.number(1, "middle_frame_timestamp", 1e9);
    if (fields.size() == 2 && !fields.error()) return row;
    if (fields.size() != 7 && fields.size() != 8 && fields.size() >= 2)
        fields.reject("row", fmt::format("has {} columns, not 2, 7 or 8", fields.size()));
    const double x1 = share(fields, 2, "x1");
    const double y1 = share(fields, 3, "y1");
    const double x2 = share(fields, 4, "x2");
    const double y2 = share(fields, 5, "y2");
    if (x2 <= x1) fields.reject("x2", fmt::format("{} is not right of x1 {}", x2, x1));
    if (y2 <= y1) fields.reject("y2", fmt::format("{} is not below y1 {}", y2, y1));
    row.box = Box{x1, y1, x2 - x1, y2 - y1};
    if (!fields.text(6, "action_id").empty())
        row.action = static_cast<int>(fields.integer(6, "action_id", 1, 1'000'000));
    if (fields.size() == 8) row.person = fields.text(7, "person_id");
    if (!row.person.empty() && !parse_double(row.person))
        fields.reject("person_id", fmt::format("{} is not a number", in_quotes(row.person)));
    if (fields.error()) return *fields.error();
    return row;
}

struct AvaRows {
    std::vector<AvaRow> rows;
    std::string note;  ///< of the video
};

Result<AvaRows> rows_of(std::string_view file, std::string_view text, const Media& media, const AvaOptions& how) {
    std::vector<AvaRow> rows;
    std::set<std::string> videos;
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        auto row = row_of(*line, lines.place());
        if (!row) return row.error();
        videos.insert(row->video);
        rows.push_back(std::move(*row));
    }
    const auto video = choose_video(file, "video_id", videos, media, how.video_id);
    if (!video) return video.error();
    std::erase_if(rows, [&](const AvaRow& row) { return row.video != video->name; });
    return AvaRows{std::move(rows), video->note};
}

/// A person at one stated second.
struct AvaMoment {
    FrameIndex frame;
    Box box;
    std::set<int> actions;
};
using AvaPerson = std::map<double, AvaMoment>;  ///< by second of the video

/// Puts the rows together by person. Without persons, or with scores in their place, a box a second is one of its own.
class AvaPersons {
public:
    AvaPersons(const AvaTime& time, const AvaOptions& how) : time_(time), how_(how) {}

    void add(const std::vector<AvaRow>& rows);
    const std::vector<AvaPerson>& persons() const { return persons_; }
    void note(AnnotationsBuilder& builder) const;
    Result<Done> check(std::string_view file) const;

private:
    AvaPerson& person_of(const AvaRow& row, bool has_scores);

    const AvaTime& time_;
    const AvaOptions& how_;
    std::vector<AvaPerson> persons_;
    std::map<std::string, std::size_t> by_key_;
    std::int64_t rows_ = 0;
    std::int64_t outside_ = 0;
    std::int64_t excluded_ = 0;
    std::int64_t empty_ = 0;
    std::int64_t scores_ = 0;
    std::int64_t moved_ = 0;
    double first_timestamp_ = 0;
};

AvaPerson& AvaPersons::person_of(const AvaRow& row, bool has_scores) {
    const std::string key = row.person.empty() || has_scores ? fmt::format("{}/{}/{}/{}/{}", row.timestamp, row.box->x,
                                                                           row.box->y, row.box->w, row.box->h)
                                                             : row.person;
    const auto [at, is_new] = by_key_.emplace(key, persons_.size());
    if (is_new) persons_.emplace_back();
    return persons_[at->second];
}

void AvaPersons::add(const std::vector<AvaRow>& rows) {
    const bool has_scores = std::any_of(
        rows.begin(), rows.end(), [](const AvaRow& row) { return !row.person.empty() && !parse_int(row.person); });
    for (const AvaRow& row : rows) {
        if (rows_++ == 0) first_timestamp_ = row.timestamp;
        if (!how_.takes(row.video, row.timestamp)) {
            ++excluded_;
            continue;
        }
        const double seconds = row.timestamp - how_.time_offset;
        const auto frame = time_.frame_near(seconds);
        if (!frame) {
            ++outside_;
            continue;
        }
        if (!row.box) {
            ++empty_;
            continue;
        }
        scores_ += has_scores ? 1 : 0;
        AvaPerson& person = person_of(row, has_scores);
        AvaMoment& moment = person.emplace(seconds, AvaMoment{*frame, *row.box, {}}).first->second;
        moved_ += moment.box == *row.box ? 0 : 1;
        if (row.action != 0) moment.actions.insert(row.action);
    }
}

Result<Done> AvaPersons::check(std::string_view file) const {
    if (rows_ == 0 || outside_ < rows_) return Done{};
    return fail(
        "{}: middle_frame_timestamp: none of the {} rows lies within the video's {} seconds, the first says {}; option "
        "time-offset=SECONDS states the film's time at the video's first frame",
        file, rows_, format_number(time_.end_seconds(), 3), format_number(first_timestamp_, 3));
}

void AvaPersons::note(AnnotationsBuilder& builder) const {
    builder.note_count(outside_, "rows lie outside of the video's time and are left out");
    builder.note_count(excluded_, "rows are of times that do not count and are left out");
    builder.note_count(empty_, "seconds are stated at which nobody is there");
    builder.note_count(scores_, "scores of detections are left out, and no box is linked to another");
    builder.note_count(moved_, "rows state another box for the same person and second than the first, which counts");
}

/// Timestamps that follow one another on AVA's grid of a second belong to one run.
constexpr double longest_step_seconds = 1.01;

std::vector<Keyframe> keyframes_of(const AvaPerson& person, const Media& media, FrameIndex end, std::int64_t& doubled) {
    std::vector<Keyframe> keyframes;
    std::vector<StatedBox> run;
    double last_seconds = 0;
    const auto close_run = [&](FrameIndex until) {
        const auto more = keyframes_of_runs(run, until, std::numeric_limits<std::int64_t>::max());
        keyframes.insert(keyframes.end(), more.begin(), more.end());
        run.clear();
    };
    for (const auto& [seconds, moment] : person) {
        if (!run.empty() && run.back().frame == moment.frame) {
            ++doubled;
            continue;
        }
        if (!run.empty() && seconds - last_seconds > longest_step_seconds) close_run(moment.frame);
        const Box box{moment.box.x * media.width, moment.box.y * media.height, moment.box.w * media.width,
                      moment.box.h * media.height};
        run.push_back({moment.frame, box, false});
        last_seconds = seconds;
    }
    close_run(end);
    return keyframes;
}

/// Labels of actions by their numbers.
class AvaActionLabels {
public:
    AvaActionLabels(AnnotationsBuilder& builder, const AvaLabelMap& map) : builder_(builder), map_(map) {}

    LabelId label(int action) {
        if (const auto found = labels_.find(action); found != labels_.end()) return found->second;
        const auto named = map_.find(action);
        std::string name = named == map_.end() ? fmt::format("action {}", action) : named->second;
        unknown_ += named == map_.end() ? 1 : 0;
        if (!names_.insert(name).second) name = fmt::format("{} {}", name, action);
        const LabelId id = builder_.label(name, LabelKind::Action);
        builder_.label_of(id).ava_id = action;
        return labels_[action] = id;
    }
    std::int64_t unknown() const { return unknown_; }

private:
    AnnotationsBuilder& builder_;
    const AvaLabelMap& map_;
    std::map<int, LabelId> labels_;
    std::set<std::string> names_;
    std::int64_t unknown_ = 0;
};

/// An action lasts from half a second before its first timestamp to half a second after its last.
void add_segments(const AvaPerson& person, TrackId track, const AvaTime& time, AvaActionLabels& labels,
                  AnnotationsBuilder& builder) {
    constexpr double half = 0.5;
    std::map<int, std::pair<double, FrameRange>> open;  // by action: the last second, and the range so far
    const auto close = [&](int action) {
        builder.add_segment(labels.label(action), track, open.at(action).second);
        open.erase(action);
    };
    for (const auto& [seconds, moment] : person) {
        const FrameRange around{std::min(time.first_frame_from(seconds - half), moment.frame),
                                std::max(time.first_frame_from(seconds + half), moment.frame + 1)};
        for (const int action : moment.actions) {
            const auto found = open.find(action);
            if (found != open.end() && seconds - found->second.first <= longest_step_seconds) {
                found->second = {seconds, {found->second.second.begin, around.end}};
                continue;
            }
            if (found != open.end()) close(action);
            open[action] = {seconds, around};
        }
    }
    while (!open.empty()) close(open.begin()->first);
}

}  // namespace

Result<ReadResult> read_ava_text(std::string_view file, std::string_view text, const Media& media,
                                 const AvaOptions& how) {
    if (media.width < 1 || media.height < 1) return fail("{}: the video's size is not known", file);
    const auto rows = rows_of(file, text, media, how);
    if (!rows) return rows.error();
    const AvaTime time(media);
    AvaPersons persons(time, how);
    persons.add(rows->rows);
    if (auto within = persons.check(file); !within) return within.error();
    AnnotationsBuilder builder(media);
    builder.note(rows->note);
    AvaActionLabels actions(builder, how.map);
    std::int64_t doubled = 0;
    for (const AvaPerson& person : persons.persons()) {
        Track track = builder.new_track(builder.label(how.label));
        track.keyframes = keyframes_of(person, media, builder.end(), doubled);
        const TrackId id = track.id;
        builder.add(std::move(track));
        add_segments(person, id, time, actions, builder);
    }
    persons.note(builder);
    builder.note_count(doubled, "timestamps fall on a frame that another one states already and are left out");
    builder.note_count(actions.unknown(), "actions are not in the label map and are called by their number");
    return std::move(builder).finish(file);
}

}  // namespace inbetween
