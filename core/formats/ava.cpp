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
    FormatOption{"time-offset", "SECONDS", "0",
                 "the film's time at the video's first frame: 900 for a clip cut out after 15 minutes"},
    FormatOption{"video-id", "auto|NAME", "auto",
                 "which video of the file is read, and what is written as its name; auto: the video's name without "
                 "its extension, or the only one in the file"},
    FormatOption{"label-map", "auto|none|PATH", "auto",
                 "names of the actions (pbtxt); auto: NAME_action_list.pbtxt or NAME.pbtxt beside NAME.csv, else AVA's "
                 "own 80 names"},
    FormatOption{"label", "NAME", "person", "reading: the label of the tracks"},
    FormatOption{"person-ids", "0|1", "1", "writing: 0 leaves the last column, the person, out"},
    FormatOption{"no-action", "drop|N", "drop",
                 "writing: boxes whose track does nothing at that second, which the format cannot hold: dropped, or "
                 "written as the action of this number"},
    FormatOption{"empty", "0|1", "0",
                 "writing: 1 writes a row of two columns for every second at which nobody does anything"},
    FormatOption{"timestamps", "0|1", "0", "writing: 1 also writes NAME_included_timestamps.txt, a second a line"}};

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

Result<AvaOptions> options_of(const FormatOptions& stated, const fs::path& csv) {
    Options given(ava_format, stated);
    AvaOptions how;
    how.time_offset = given.number("time-offset", -1e9, 1e9);
    how.video_id = given.is("video-id", "auto") ? "" : given.text("video-id");
    how.label = given.text("label");
    how.writes_persons = given.flag("person-ids");
    how.writes_empty = given.flag("empty");
    how.writes_timestamps = given.flag("timestamps");
    if (!given.is("no-action", "drop")) how.default_action = static_cast<int>(given.integer("no-action", 1, 1'000'000));
    if (how.label.empty() || !is_clean_utf8(how.label)) given.reject("label", "is no name");
    if (!is_clean_utf8(how.video_id)) given.reject("video-id", "is no name");
    if (given.error()) return *given.error();
    auto map = map_of(given.text("label-map"), csv);
    if (!map) return map.error();
    how.map = std::move(*map);
    return how;
}

Result<ReadResult> read(const ReadRequest& request) {
    if (request.files.size() != 1)
        return fail("ava: {} files are stated; one is read at a time, a label map by option label-map=PATH",
                    request.files.size());
    const fs::path& path = request.files.front();
    const auto text = read_file(path);
    if (!text) return text.error();
    const auto how = options_of(request.options, path);
    if (!how) return how.error();
    return read_ava_text(path.string(), *text, request.media, *how);
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
          video_(csv_field(how.video_id.empty() ? fs::path(media_.name()).stem().string() : how.video_id)),
          numbers_(numbers_of(request.annotations, how, losses)),
          seconds_(labelled_seconds(media_, how)) {}

    void add(const Track& track);
    std::string text() const;
    std::string timestamps() const;
    const AvaLabelMap& names() const { return numbers_.names; }
    /// How many boxes a reader finds: one a person and second.
    std::int64_t boxes() const { return static_cast<std::int64_t>(boxes_.size()); }

private:
    void add_state(const Track& track, std::int64_t second, FrameIndex frame, const TrackState& state);

    using Shares = std::array<std::int64_t, 4>;
    using Row = std::tuple<std::int64_t, Shares, int, std::int64_t>;  // second, box, action, person

    const Annotations& annotations_;
    const Media& media_;
    const AvaOptions& how_;
    Losses& losses_;
    std::string video_;
    AvaNumbers numbers_;
    std::vector<std::pair<std::int64_t, FrameIndex>> seconds_;
    std::set<Row> rows_;
    std::set<std::tuple<std::int64_t, std::int64_t, Shares>> boxes_;
    std::vector<const Segment*> segments_;  ///< of the track at hand
    std::set<const Segment*> said_;         ///< of those, the ones that a row speaks of
};

void AvaWriter::add_state(const Track& track, std::int64_t second, FrameIndex frame, const TrackState& state) {
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
    for (const int action : actions) rows_.emplace(second, *shares, action, number(track.id));
    boxes_.emplace(second, how_.writes_persons ? number(track.id) : 0, *shares);
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
    for (const auto& [second, frame] : seconds_) {
        const auto state = state_at(track, fills, frame);
        if (!state || state->outside) continue;
        ++at_seconds;
        add_state(track, second, frame, *state);
    }
    std::int64_t in_view = 0;
    for (const auto& [frame, state] : states_in(track, fills, track.extent())) in_view += state.outside ? 0 : 1;
    losses_.add("boxes between the labelled seconds left out", in_view - at_seconds);
    losses_.add("actions left out, for no row shows them", static_cast<std::int64_t>(segments_.size() - said_.size()));
}

std::string AvaWriter::text() const {
    std::string text;
    auto row = rows_.begin();
    for (const auto& [second, frame] : seconds_) {
        bool is_empty = true;
        for (; row != rows_.end() && std::get<0>(*row) == second; ++row) {
            const auto& [at, shares, action, person] = *row;
            text += fmt::format("{},{:04},{},{},{},{},{}", video_, at, share_text(shares[0]), share_text(shares[1]),
                                share_text(shares[2]), share_text(shares[3]), action);
            text += how_.writes_persons ? fmt::format(",{}\n", person) : "\n";
            is_empty = false;
        }
        if (is_empty && how_.writes_empty) text += fmt::format("{},{:04}\n", video_, second);
    }
    return text;
}

std::string AvaWriter::timestamps() const {
    std::string text;
    for (const auto& [second, frame] : seconds_) text += fmt::format("{:04}\n", second);
    return text;
}

/// Checks that our reader finds a box for every person and second.
Result<Done> check_text(const WriteRequest& request, const AvaWriter& writer, const AvaOptions& how) {
    AvaOptions back = how;
    back.map = writer.names();
    const Media& media = *request.annotations.find_media(request.media);
    const auto read = read_ava_text(request.out.string(), writer.text(), media, back);
    if (!read) return fail("{}: would not be read back: {}", request.out.string(), read.error().message);
    std::int64_t found = 0;
    for (const auto& [id, track] : read->annotations.tracks)
        found += std::count_if(track->keyframes.begin(), track->keyframes.end(),
                               [](const Keyframe& keyframe) { return !keyframe.outside; });
    if (found != writer.boxes())
        return fail("{}: {} boxes would be read back of {}", request.out.string(), found, writer.boxes());
    return Done{};
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options, request.out);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    if (media.width < 1 || media.height < 1) return fail("ava: the size of {} is not known", media.name());
    Losses losses;
    AvaWriter writer(request, *how, losses);
    for (const Track* track : tracks_of(request.annotations, request.media)) writer.add(*track);
    losses.add("segments of the video left out",
               static_cast<std::int64_t>(segments_of(request.annotations, request.media, TrackId{}).size()));
    if (auto same = check_text(request, writer, *how); !same) return same.error();
    Output output(request);
    output.add(request.out, writer.text());
    const std::string base = (request.out.parent_path() / request.out.stem()).string();
    if (!writer.names().empty()) output.add(base + "_action_list.pbtxt", ava_label_map_text(writer.names()));
    if (how->writes_timestamps) output.add(base + "_included_timestamps.txt", writer.timestamps());
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    const auto fields = line ? csv_fields(*line) : std::nullopt;
    if (!fields || (fields->size() != 7 && fields->size() != 8) || !parse_double((*fields)[1])) return false;
    return std::all_of(fields->begin() + 2, fields->begin() + 6, [](const std::string& field) {
        const auto share = parse_double(field);
        return share && *share >= 0 && *share <= 1;
    });
}

}  // namespace

const Format ava_format{
    .id = "ava",
    .name = "AVA actions csv",
    .extension = ".csv",
    .reader = "get_ava_performance.py",
    .carries = {.boxes = true, .outside = true, .track_segments = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
