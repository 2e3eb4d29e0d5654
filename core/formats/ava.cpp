#include "core/formats/ava.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/export.h"
#include "core/formats/text/options.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    ava_time_offset_option,
    ava_video_option,
    ava_label_map_option,
    FormatOption{"included", "none|PATH", "none", "the seconds that count, one a line; rows at others are left out"},
    FormatOption{"excluded", "auto|none|PATH", "auto",
                 "rows video,second at which nothing counts: such rows are left out, and so is what is written then; "
                 "auto: reading NAME_excluded_timestamps.csv beside NAME.csv, with a version after either"},
    ava_label_option,
    FormatOption{"person-ids", "0|1", "1", "writing: 0 leaves the last column, the person, out"},
    ava_no_action_option,
    FormatOption{"empty", "0|1", "0",
                 "writing: 1 writes a row of two columns for every second at which nobody does anything"},
    FormatOption{"timestamps", "0|1", "0",
                 "writing: 1 also writes NAME_included_timestamps.txt, a second a line, and "
                 "NAME_excluded_timestamps.csv"}};

Result<AvaLabelMap> map_of(const std::string& stated, const fs::path& csv) {
    if (stated == "none") return AvaLabelMap{};
    std::vector<fs::path> candidates{stated};
    if (stated == "auto") {
        const fs::path base = csv.parent_path() / csv.stem();
        candidates = {base.string() + "_action_list.pbtxt", base.string() + ".pbtxt"};
        std::error_code error;
        std::erase_if(candidates, [&](const fs::path& path) { return !fs::is_regular_file(path, error); });
        if (candidates.empty()) return ava_actions();
    }
    const auto text = read_file(candidates.front(), 1 << 24);
    if (!text) return text.error();
    return read_ava_label_map(candidates.front().string(), *text);
}

/// "ava_val_v2.2.csv" comes with "ava_val_excluded_timestamps_v2.2.csv", "walk.csv" with
/// "walk_excluded_timestamps.csv".
std::optional<fs::path> excluded_beside(const fs::path& csv) {
    const std::string stem = csv.stem().string();
    const auto version = stem.rfind("_v");
    std::vector<std::string> names{stem + "_excluded_timestamps"};
    if (version != std::string::npos)
        names.push_back(stem.substr(0, version) + "_excluded_timestamps" + stem.substr(version));
    for (const std::string& name : names) {
        std::error_code error;
        fs::path path = csv.parent_path() / (name + ".csv");
        if (fs::is_regular_file(path, error)) return path;
    }
    return std::nullopt;
}

/// The rows of a list of times: `columns` is 1 for seconds alone, 2 for a video before them.
Result<std::map<std::string, AvaTimestamps>> times_in(const fs::path& path, std::size_t columns) {
    const auto text = read_file(path, 1 << 28);
    if (!text) return text.error();
    const std::string file = path.string();
    Lines lines(file, *text);
    std::map<std::string, AvaTimestamps> times;
    while (const auto line = lines.next_filled()) {
        const auto pieces = split(trim(*line), ',');
        Fields fields(lines.place(), pieces);
        if (pieces.size() != columns)
            fields.reject("row", fmt::format("has {} columns, not {}", pieces.size(), columns));
        const double seconds = fields.number(columns - 1, "timestamp", 1e9);
        if (fields.error()) return *fields.error();
        times[columns == 1 ? std::string() : std::string(pieces.front())].insert(ava_timestamp(seconds));
    }
    return times;
}

enum class Use { Reading, Writing };

/// Reads the lists of times that the options name.
Result<Done> take_times(Options& given, const fs::path& csv, Use use, AvaOptions& how) {
    if (!given.is("included", "none")) {
        auto times = times_in(given.text("included"), 1);
        if (!times) return times.error();
        how.included = std::move((*times)[""]);
    }
    std::optional<fs::path> path;
    if (given.is("excluded", "auto"))
        path = use == Use::Reading ? excluded_beside(csv) : std::nullopt;
    else if (!given.is("excluded", "none"))
        path = given.text("excluded");
    if (!path) return Done{};
    auto times = times_in(*path, 2);
    if (!times) return times.error();
    how.excluded = std::move(*times);
    return Done{};
}

Result<AvaOptions> options_of(const Format& format, const FormatOptions& stated, const fs::path& csv, Use use) {
    Options given(format, stated);
    AvaOptions how;
    how.time_offset = given.number("time-offset", -1e9, 1e9);
    how.video_id = given.is("video-id", "auto") ? "" : given.text("video-id");
    how.label = given.text("label");
    how.writes_persons = given.flag("person-ids");
    if (!given.is("no-action", "drop")) how.default_action = static_cast<int>(given.integer("no-action", 1, 1'000'000));
    if (how.label.empty() || !is_clean_utf8(how.label)) given.reject("label", "is no name");
    if (!is_clean_utf8(how.video_id)) given.reject("video-id", "is no name");
    if (&format == &ava_format) {
        how.writes_empty = given.flag("empty");
        how.writes_timestamps = given.flag("timestamps");
        if (!given.error())
            if (auto taken = take_times(given, csv, use, how); !taken) return taken.error();
    } else {
        how.times = given.is("moments", "middle")      ? AvaTimes::Middle
                    : given.is("moments", "keyframes") ? AvaTimes::Keyframes
                                                       : AvaTimes::Seconds;
    }
    if (given.error()) return *given.error();
    auto map = map_of(given.text("label-map"), csv);
    if (!map) return map.error();
    how.map = std::move(*map);
    return how;
}

/// The number of every action label of the project, and the names for the label map beside the csv.
struct AvaNumbers {
    std::map<LabelId, int> numbers;
    AvaLabelMap names;
};

std::string written_action_name(std::string_view name, Losses& losses) {
    std::string text(name);
    for (char& c : text) {
        if (c == '"') c = '\'';
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    if (text != name) losses.add("action names with other characters in place of quotes");
    return text;
}

int number_named(const AvaLabelMap& map, std::string_view name) {
    for (const auto& [id, known] : map)
        if (known == name) return id;
    return 0;
}

/// A label's own number stands first, then the one that the label map or AVA gives its name, then the next that is
/// free: an evaluation drops what is in no label map without a word.
AvaNumbers numbers_of(const Annotations& annotations, const AvaOptions& how, Losses& losses) {
    AvaNumbers result;
    std::vector<const Label*> without;
    for (const auto& [id, label] : annotations.labels) {
        if (label.kind != LabelKind::Action) continue;
        const int own = label.ava_id.value_or(number_named(how.map, label.name));
        if (own >= 1 && result.names.emplace(own, written_action_name(label.name, losses)).second) {
            result.numbers[id] = own;
            continue;
        }
        if (own >= 1) losses.add("actions renumbered, for another one has their number");
        without.push_back(&label);
    }
    int next = std::max(result.names.empty() ? 0 : result.names.rbegin()->first,
                        how.map.empty() ? 0 : how.map.rbegin()->first);
    for (const Label* label : without) {
        result.numbers[label->id] = ++next;
        result.names[next] = written_action_name(label->name, losses);
    }
    return result;
}

/// The seconds of the film at which the video has a frame, and the frame closest to each.
std::vector<std::pair<std::int64_t, FrameIndex>> labelled_seconds(const Media& media, const AvaOptions& how) {
    constexpr double largest_second = 1e9;
    const AvaTime time(media);
    std::map<std::int64_t, std::pair<double, FrameIndex>> closest;
    for (FrameIndex frame{0}; frame.value < media.frames; ++frame) {
        const double seconds = time.seconds_of(frame) + how.time_offset;
        if (std::abs(seconds) > largest_second) continue;
        const std::int64_t second = std::llround(seconds);
        const auto exact = static_cast<double>(second);
        const bool is_within = second >= 0 && exact >= how.time_offset && exact < time.end_seconds() + how.time_offset;
        if (!is_within) continue;
        const std::pair candidate(std::abs(seconds - exact), frame);
        const auto [at, is_new] = closest.emplace(second, candidate);
        if (!is_new) at->second = std::min(at->second, candidate);
    }
    std::vector<std::pair<std::int64_t, FrameIndex>> seconds;
    for (const auto& [second, found] : closest) seconds.emplace_back(second, found.second);
    return seconds;
}

/// A time of the film at which persons are labelled.
struct LabelledTime {
    double seconds = 0;
    FrameIndex frame;
};

std::vector<LabelledTime> labelled_times(const WriteRequest& request, const AvaOptions& how) {
    const Media& media = *request.annotations.find_media(request.media);
    std::vector<LabelledTime> times;
    if (how.times == AvaTimes::Seconds) {
        for (const auto& [second, frame] : labelled_seconds(media, how))
            times.push_back({static_cast<double>(second), frame});
        return times;
    }
    std::set<FrameIndex> frames;
    if (how.times == AvaTimes::Middle && media.frames > 0) frames.insert(FrameIndex{media.frames / 2});
    if (how.times == AvaTimes::Keyframes)
        for (const Track* track : tracks_of(request.annotations, media.id))
            for (const Keyframe& keyframe : track->keyframes)
                if (!keyframe.outside && keyframe.frame.value < media.frames) frames.insert(keyframe.frame);
    const AvaTime time(media);
    for (const FrameIndex frame : frames) {
        // As it will be written, so that it is the same time wherever it is compared.
        const double seconds = std::round((time.seconds_of(frame) + how.time_offset) * 1e6) / 1e6;
        times.push_back({seconds, frame});
    }
    return times;
}

/// The edges of a box in thousandths of the picture; nullopt when nothing of it is in the picture.
std::optional<std::array<std::int64_t, 4>> shares_of(const Box& box, const Media& media, Losses& losses) {
    const std::array<double, 4> exact{box.x / media.width, box.y / media.height, box.right() / media.width,
                                      box.bottom() / media.height};
    if (exact[2] <= 0 || exact[3] <= 0 || exact[0] >= 1 || exact[1] >= 1) {
        losses.add("boxes outside of the picture left out");
        return std::nullopt;
    }
    std::array<std::int64_t, 4> shares{};
    bool is_cut = false;
    for (std::size_t i = 0; i < 4; ++i) {
        is_cut = is_cut || exact[i] < 0 || exact[i] > 1;
        shares[i] = std::llround(std::clamp(exact[i], 0.0, 1.0) * 1000);
    }
    if (is_cut) losses.add("boxes cut at the edge of the picture");
    for (const std::size_t low : {std::size_t{0}, std::size_t{1}}) {
        if (shares[low + 2] > shares[low]) continue;
        // A box thinner than a thousandth still has an area.
        shares[low] = std::min<std::int64_t>(shares[low], 999);
        shares[low + 2] = shares[low] + 1;
    }
    return shares;
}

std::string share_text(std::int64_t thousandths) {
    return fmt::format("{}.{:03}", thousandths / 1000, thousandths % 1000);
}

/// Gathers the rows of all tracks, in the order of AVA's own files: by second, then box.
class AvaWriter {
public:
    AvaWriter(const WriteRequest& request, const AvaOptions& how, Losses& losses)
        : annotations_(request.annotations),
          media_(*request.annotations.find_media(request.media)),
          how_(how),
          losses_(losses),
          name_(how.video_id.empty() ? fs::path(media_.name()).stem().string() : how.video_id),
          video_(csv_field(name_)),
          numbers_(numbers_of(request.annotations, how, losses)),
          times_(labelled_times(request, how)) {
        std::erase_if(times_, [&](const LabelledTime& at) {
            const bool counts = how.takes(name_, at.seconds);
            if (!counts) excluded_.push_back(at.seconds);
            return !counts;
        });
    }

    void add(const Track& track);
    std::string text() const;
    std::string timestamps() const;
    /// The times that were left out, as rows of video and time.
    std::string excluded() const;
    const AvaLabelMap& names() const { return numbers_.names; }

private:
    /// `at`: which of times_.
    void add_state(const Track& track, std::size_t at, const TrackState& state);
    std::string time_text(double seconds) const;

    using Shares = std::array<std::int64_t, 4>;
    using Row = std::tuple<std::size_t, Shares, int, std::int64_t>;  // time, box, action, person

    const Annotations& annotations_;
    const Media& media_;
    const AvaOptions& how_;
    Losses& losses_;
    std::string name_;
    std::string video_;  ///< the name as a field
    AvaNumbers numbers_;
    std::vector<LabelledTime> times_;
    std::vector<double> excluded_;
    std::set<Row> rows_;
    std::set<std::pair<std::size_t, Shares>> boxes_;  ///< of rows that state no person
    std::vector<const Segment*> segments_;            ///< of the track at hand
    std::set<const Segment*> said_;                   ///< of those, the ones that a row speaks of
};

void AvaWriter::add_state(const Track& track, std::size_t at, const TrackState& state) {
    const FrameIndex frame = times_[at].frame;
    std::set<int> actions;
    for (const Segment* segment : segments_)
        if (segment->range.contains(frame)) actions.insert(numbers_.numbers.at(segment->label));
    if (actions.empty() && how_.default_action != 0) {
        losses_.add(fmt::format("boxes of tracks that do nothing then written as action {}", how_.default_action));
        actions.insert(how_.default_action);
        const auto known = how_.map.find(how_.default_action);
        numbers_.names.emplace(how_.default_action,
                               known == how_.map.end() ? fmt::format("action {}", how_.default_action) : known->second);
    }
    if (actions.empty()) {
        losses_.add("boxes at labelled seconds left out, for their track does nothing then");
        return;
    }
    const auto shares = shares_of(bounding_box(state.shape), media_, losses_);
    if (!shares) return;
    for (const Segment* segment : segments_)
        if (segment->range.contains(frame)) said_.insert(segment);
    if (kind_of(state.shape) == ShapeKind::Quad) losses_.add("quads written as boxes");
    if (state.occluded) losses_.add("occluded flags left out");
    std::int64_t person = number(track.id);
    if (!how_.writes_persons) {
        if (!boxes_.emplace(at, *shares).second)
            losses_.add("boxes that are another track's too written once, for no row states persons");
        person = 0;
    }
    for (const int action : actions)
        if (!rows_.emplace(at, *shares, action, person).second)
            losses_.add("actions that are another track's too written once, for no row states persons");
}

void AvaWriter::add(const Track& track) {
    count_attributes(annotations_, track, {}, losses_);
    segments_.clear();
    for (const Segment* segment : segments_of(annotations_, track.media, track.id)) {
        // Only labels of actions have numbers; a segment may bear any label.
        if (numbers_.numbers.contains(segment->label))
            segments_.push_back(segment);
        else
            losses_.add("segments of tracks left out, for their label is no action");
    }
    said_.clear();
    const std::string label = annotations_.label_name(track.label);
    if (label != how_.label) losses_.add(fmt::format("tracks of '{}' written as persons", label));
    const TrackFills& fills = annotations_.fills_of(track.id);
    std::int64_t at_seconds = 0;
    for (std::size_t at = 0; at < times_.size(); ++at) {
        const auto state = state_at(track, fills, times_[at].frame);
        if (!state || state->outside) continue;
        ++at_seconds;
        add_state(track, at, *state);
    }
    std::int64_t in_view = 0;
    for (const auto& [frame, state] : states_in(track, fills, track.extent())) in_view += state.outside ? 0 : 1;
    losses_.add("boxes between the labelled seconds left out", in_view - at_seconds);
    losses_.add("actions left out, for no row shows them", static_cast<std::int64_t>(segments_.size() - said_.size()));
}

/// AVA's own times are whole seconds of four digits.
std::string AvaWriter::time_text(double seconds) const {
    if (how_.times == AvaTimes::Seconds) return fmt::format("{:04}", std::llround(seconds));
    return format_number(seconds, 6);
}

std::string AvaWriter::text() const {
    std::string text;
    auto row = rows_.begin();
    for (std::size_t at = 0; at < times_.size(); ++at) {
        const std::string time = time_text(times_[at].seconds);
        bool is_empty = true;
        for (; row != rows_.end() && std::get<0>(*row) == at; ++row) {
            const auto& [index, shares, action, person] = *row;
            text += fmt::format("{},{},{},{},{},{},{}", video_, time, share_text(shares[0]), share_text(shares[1]),
                                share_text(shares[2]), share_text(shares[3]), action);
            text += how_.writes_persons ? fmt::format(",{}\n", person) : "\n";
            is_empty = false;
        }
        if (is_empty && how_.writes_empty) text += fmt::format("{},{}\n", video_, time);
    }
    return text;
}

std::string AvaWriter::timestamps() const {
    std::string text;
    for (const LabelledTime& at : times_) text += time_text(at.seconds) + "\n";
    return text;
}

std::string AvaWriter::excluded() const {
    std::string text;
    for (const double seconds : excluded_) text += fmt::format("{},{}\n", video_, time_text(seconds));
    return text;
}

Result<ReadResult> read(const ReadRequest& request) { return read_ava(ava_format, request); }

Result<WriteReport> write(const WriteRequest& request) { return write_ava(ava_format, request); }

bool sniff(const fs::path&, std::string_view head) { return ava_time_in(head).has_value(); }

}  // namespace

std::int64_t ava_timestamp(double seconds) { return std::llround(seconds * 1e6); }

bool AvaOptions::takes(const std::string& video, double seconds) const {
    const std::int64_t at = ava_timestamp(seconds);
    if (included && !included->contains(at)) return false;
    const auto found = excluded.find(video);
    return found == excluded.end() || !found->second.contains(at);
}

Result<ReadResult> read_ava(const Format& format, const ReadRequest& request) {
    const fs::path& path = request.files.front();
    const auto text = read_file(path);
    if (!text) return text.error();
    const auto how = options_of(format, request.options, path, Use::Reading);
    if (!how) return how.error();
    return read_ava_text(path.string(), *text, request.media, *how);
}

Result<WriteReport> write_ava(const Format& format, const WriteRequest& request) {
    const auto how = options_of(format, request.options, request.out, Use::Writing);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    if (media.width < 1 || media.height < 1) return fail("{}: the size of {} is not known", format.id, media.name());
    Losses losses;
    AvaWriter writer(request, *how, losses);
    for (const Track* track : tracks_of(request.annotations, request.media)) writer.add(*track);
    losses.add("segments of the video left out",
               static_cast<std::int64_t>(segments_of(request.annotations, request.media, TrackId{}).size()));
    Output output(request);
    output.add(request.out, writer.text());
    const std::string base = (request.out.parent_path() / request.out.stem()).string();
    if (!writer.names().empty()) output.add(base + "_action_list.pbtxt", ava_label_map_text(writer.names()));
    if (how->writes_timestamps) {
        output.add(base + "_included_timestamps.txt", writer.timestamps());
        output.add(base + "_excluded_timestamps.csv", writer.excluded());
    }
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

std::optional<std::string> ava_time_in(std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    const auto fields = line ? csv_fields(*line) : std::nullopt;
    if (!fields || (fields->size() != 7 && fields->size() != 8) || !parse_double((*fields)[1])) return std::nullopt;
    // A label that is no number there is of AVA ActiveSpeaker.
    if (!(*fields)[6].empty() && !parse_double((*fields)[6])) return std::nullopt;
    const bool are_shares = std::all_of(fields->begin() + 2, fields->begin() + 6, [](const std::string& field) {
        const auto share = parse_double(field);
        return share && *share >= 0 && *share <= 1;
    });
    return are_shares ? std::optional((*fields)[1]) : std::nullopt;
}

const Format ava_format{
    .id = "ava",
    .name = "AVA actions csv",
    .extension = ".csv",
    .reader = "get_ava_performance.py",
    .convention = "seconds of the film (option time-offset); left top right bottom as shares of the picture",
    .carries = {.boxes = true, .outside = true, .track_segments = true},
    .options = options,
    .may_be_empty = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
