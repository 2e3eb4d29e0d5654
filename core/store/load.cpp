#include "core/store/load.h"

#include <algorithm>
#include <map>

#include "core/store/journal.h"
#include "core/store/records.h"
#include "core/store/review_rows.h"
#include "core/store/signature_rows.h"

namespace inbetween {
namespace {

// No video has as many frames; what a damaged or hostile file states beyond would only fill the memory.
constexpr std::int64_t most_frames = std::int64_t{1} << 31;

/// Reads table by table; the first damage found stops it and is kept by the database.
class Loader {
public:
    explicit Loader(Database& database) : db_(database) {}

    Result<LoadedProject> load() {
        load_media();
        load_labels();
        load_tracks();
        load_segments();
        load_fills();
        load_history();
        project_.signed_media = signed_media(db_);
        if (db_.failure()) return *db_.failure();
        if (const auto breach = find_breach(project_.annotations)) return damaged("{}", *breach);
        return std::move(project_);
    }

private:
    template <class... Args>
    Error damaged(fmt::format_string<Args...> format, Args&&... args) {
        return fail("{}: is damaged: {}", db_.path().string(), fmt::format(format, std::forward<Args>(args)...));
    }
    template <class... Args>
    void stop(fmt::format_string<Args...> format, Args&&... args) {
        db_.set_failure(damaged(format, std::forward<Args>(args)...));
    }
    int small(std::int64_t value) {
        if (value < INT32_MIN || value > INT32_MAX) stop("a number is out of range");
        return db_.failure() ? 0 : static_cast<int>(value);
    }
    FrameIndex frame(std::int64_t value) {
        if (value < 0 || value > most_frames) stop("a frame number is out of range");
        return FrameIndex{db_.failure() ? 0 : value};
    }

    void load_media();
    void load_labels();
    void load_attributes();
    void load_tracks();
    void load_keyframes(std::map<TrackId, Track>& tracks);
    void load_values(std::map<TrackId, Track>& tracks);
    void load_segments();
    void load_fills();
    void load_history();
    SpanFillPtr fill_of(const Statement& row);

    Database& db_;
    LoadedProject project_;
};

bool append_pts(std::vector<Pts>& pts, std::string_view bytes) {
    if (bytes.empty() || bytes.size() % 8 != 0) return false;
    for (std::size_t i = 0; i < bytes.size(); i += 8) {
        std::uint64_t value = 0;
        for (std::size_t k = 0; k < 8; ++k)
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i + k])) << (8 * k);
        pts.push_back(static_cast<Pts>(value));
    }
    return true;
}

void Loader::load_media() {
    Statement rows(db_,
                   "SELECT id, uuid, rel_path, bytes, fingerprint, frames, width, height, tb_num, tb_den, checksum"
                   " FROM media ORDER BY id");
    Statement times(db_, "SELECT pts FROM frame_time WHERE media_id = ?1 ORDER BY segment");
    while (rows.next()) {
        Media media{.id = MediaId{rows.integer(0)},
                    .uuid = rows.text(1),
                    .path = rows.text(2),
                    .bytes = rows.integer(3),
                    .fingerprint = rows.text(4),
                    .frames = rows.integer(5),
                    .width = small(rows.integer(6)),
                    .height = small(rows.integer(7)),
                    .timebase = {small(rows.integer(8)), small(rows.integer(9))},
                    .pts = {}};
        times.with(number(media.id));
        while (times.next())
            if (!append_pts(media.pts, times.blob(0))) stop("the frame times of video {}", number(media.id));
        if (checksum_of(media) != rows.integer(10)) stop("video {}", number(media.id));
        if (media.frames < 0 || media.frames > most_frames || media.timebase.num <= 0 || media.timebase.den <= 0)
            stop("video {} has impossible times", number(media.id));
        project_.annotations.media[media.id] = std::make_shared<const Media>(std::move(media));
    }
}

void Loader::load_attributes() {
    Statement rows(db_,
                   "SELECT id, label_id, name, type, mutable, \"default\" FROM attribute ORDER BY label_id, position");
    Statement values(db_, "SELECT value FROM attribute_value WHERE attribute_id = ?1 ORDER BY position");
    while (rows.next()) {
        const auto label = project_.annotations.labels.find(LabelId{rows.integer(1)});
        const auto type = attribute_type_of(rows.text(3));
        if (label == project_.annotations.labels.end() || !type) return stop("attribute {}", rows.integer(0));
        Attribute attribute{.id = AttributeId{rows.integer(0)},
                            .name = rows.text(2),
                            .type = *type,
                            .is_mutable = rows.integer(4) != 0,
                            .values = {},
                            .default_value = rows.text(5)};
        values.with(number(attribute.id));
        while (values.next()) attribute.values.push_back(values.text(0));
        label->second.attributes.push_back(std::move(attribute));
    }
}

void Loader::load_labels() {
    Statement rows(db_, "SELECT id, name, kind, colour, hotkey, ava_id, checksum FROM label ORDER BY id");
    std::map<LabelId, std::int64_t> checksums;
    while (rows.next()) {
        const std::string kind = rows.text(2);
        const auto colour = colour_of(rows.text(3));
        Label label{.id = LabelId{rows.integer(0)},
                    .name = rows.text(1),
                    .kind = kind == "track" ? LabelKind::Track : LabelKind::Action,
                    .colour = colour.value_or(Colour{}),
                    .hotkey = small(rows.integer(4)),
                    .ava_id = std::nullopt,
                    .attributes = {}};
        if (!rows.is_null(5)) label.ava_id = small(rows.integer(5));
        if (!colour || (kind != "track" && kind != "action")) stop("label {}", number(label.id));
        checksums[label.id] = rows.integer(6);
        project_.annotations.labels[label.id] = std::move(label);
    }
    load_attributes();
    for (const auto& [id, label] : project_.annotations.labels)
        if (checksum_of(label) != checksums[id]) stop("label {}", number(id));
}

void Loader::load_keyframes(std::map<TrackId, Track>& tracks) {
    Statement rows(db_,
                   "SELECT track_id, frame, x, y, w, h, corners, flags, source FROM keyframe ORDER BY track_id, frame");
    Track* track = nullptr;
    while (rows.next()) {
        const TrackId id{rows.integer(0)};
        if (track == nullptr || track->id != id) {
            const auto found = tracks.find(id);
            if (found == tracks.end()) return stop("keyframes of a track that is not there");
            track = &found->second;
        }
        const FrameIndex at = frame(rows.integer(1));
        GridShape shape{rows.integer(2), rows.integer(3), rows.integer(4), rows.integer(5), std::nullopt};
        if (!rows.is_null(6)) shape.corners = corners_of(rows.blob(6));
        const auto source = source_numbered(rows.integer(8));
        const bool sound = shape.corners.has_value() != rows.is_null(6) && grid_of(shape_of(shape)) == shape;
        if (!source || !sound) return stop("track {}: its keyframe at frame {}", number(id), at.value);
        const std::int64_t flags = rows.integer(7);
        track->keyframes.push_back(
            {at, shape_of(shape), (flags & occluded_flag) != 0, (flags & outside_flag) != 0, *source});
    }
}

void Loader::load_values(std::map<TrackId, Track>& tracks) {
    Statement values(db_, "SELECT track_id, attribute_id, value FROM track_attribute");
    while (values.next()) {
        const auto track = tracks.find(TrackId{values.integer(0)});
        if (track == tracks.end()) return stop("attributes of a track that is not there");
        track->second.attributes[AttributeId{values.integer(1)}] = values.text(2);
    }
    Statement ranges(db_,
                     "SELECT track_id, attribute_id, begin, end, value FROM attr_range"
                     " ORDER BY track_id, attribute_id, begin");
    while (ranges.next()) {
        const auto track = tracks.find(TrackId{ranges.integer(0)});
        if (track == tracks.end()) return stop("attributes of a track that is not there");
        track->second.attribute_ranges.push_back({AttributeId{ranges.integer(1)},
                                                  {FrameIndex{ranges.integer(2)}, FrameIndex{ranges.integer(3)}},
                                                  ranges.text(4)});
    }
}

void Loader::load_tracks() {
    std::map<TrackId, Track> tracks;
    std::map<TrackId, std::int64_t> checksums;
    Statement rows(db_, "SELECT id, media_id, label_id, shape, checksum FROM track ORDER BY id");
    while (rows.next()) {
        const TrackId id{rows.integer(0)};
        Track& track = tracks[id];
        track.id = id;
        track.media = MediaId{rows.integer(1)};
        track.label = LabelId{rows.integer(2)};
        const std::string kind = rows.text(3);
        if (kind != "box" && kind != "quad") stop("track {}", number(id));
        track.kind = kind == "box" ? ShapeKind::Box : ShapeKind::Quad;
        checksums[id] = rows.integer(4);
    }
    load_keyframes(tracks);
    load_values(tracks);
    for (const auto& [id, certainty] : read_reviews(db_)) {
        const auto track = tracks.find(id);
        if (track == tracks.end()) return stop("the review of a track that is not there");
        track->second.proposal = certainty;
    }
    for (auto& [id, track] : tracks) {
        if (checksum_of(track) != checksums[id]) return stop("track {}", number(id));
        project_.annotations.tracks.emplace_hint(project_.annotations.tracks.end(), id,
                                                 std::make_shared<const Track>(std::move(track)));
    }
}

void Loader::load_segments() {
    Statement rows(db_, "SELECT id, media_id, label_id, track_id, begin, end, checksum FROM segment ORDER BY id");
    while (rows.next()) {
        const Segment segment{SegmentId{rows.integer(0)},
                              MediaId{rows.integer(1)},
                              LabelId{rows.integer(2)},
                              TrackId{rows.integer(3)},
                              {FrameIndex{rows.integer(4)}, FrameIndex{rows.integer(5)}}};
        if (checksum_of(segment) != rows.integer(6)) return stop("segment {}", number(segment.id));
        project_.annotations.segments[segment.id] = std::make_shared<const Segment>(segment);
    }
}

SpanFillPtr Loader::fill_of(const Statement& row) {
    SpanFill fill{.track = TrackId{row.integer(1)}, .method = row.text(2), .inputs = {}, .left = 0, .frames = {}};
    const std::string inputs = row.blob(4);
    const std::string frames = row.blob(6);
    ByteReader in(inputs);
    fill.left = static_cast<std::size_t>(in.unsigned_number());
    fill.inputs = read_keyframes(in);
    ByteReader frames_in(frames);
    fill.frames = read_filled_frames(frames_in);
    const FillColumns columns{fill.track, fill.method, inputs, frames, row.integer(3) != 0};
    const bool sound = fill_checksum(columns) == row.integer(5) && in.finished() && frames_in.finished() &&
                       fill.left < fill.inputs.size() && fill.left + 1 < fill.inputs.size();
    if (!sound) return nullptr;
    const FrameRange stated{FrameIndex{row.integer(7)}, FrameIndex{row.integer(8)}};
    if (fill.range() != stated || fill.range().size() != static_cast<std::int64_t>(fill.frames.size())) return nullptr;
    const auto is_of_its_kind = [&](const Shape& shape) {
        return kind_of(shape) == kind_of(fill.inputs.front().shape);
    };
    for (const FilledFrame& filled : fill.frames)
        if (!is_of_its_kind(filled.shape)) return nullptr;
    return std::make_shared<const SpanFill>(std::move(fill));
}

void Loader::load_fills() {
    Statement rows(db_,
                   "SELECT id, track_id, method, shown, inputs, checksum, frames, begin, end FROM fill ORDER BY id");
    Annotations& all = project_.annotations;
    while (rows.next()) {
        const SpanFillPtr fill = fill_of(rows);
        if (!fill) return stop("fill {}", rows.integer(0));
        project_.kept_fills.push_back(fill);
        if (rows.integer(3) != 0) all.fills[fill->track].push_back(fill);
    }
    for (auto& [id, fills] : all.fills) {
        std::sort(fills.begin(), fills.end(),
                  [](const SpanFillPtr& a, const SpanFillPtr& b) { return a->range().begin < b->range().begin; });
        const auto second = std::adjacent_find(fills.begin(), fills.end(), [](const auto& a, const auto& b) {
            return a->range().begin == b->range().begin;
        });
        if (second != fills.end()) return stop("track {}: two fills of one span", number(id));
    }
}

void Loader::load_history() {
    const auto head = read_head(db_);
    if (!head) return stop("the undo position");
    project_.head = *head;
    struct Step {
        std::int64_t parent;
        std::string name;
        std::int64_t newest_child;
    };
    std::map<std::int64_t, Step> steps{{0, {-1, "", 0}}};
    Statement rows(db_, "SELECT seq, parent, name FROM history ORDER BY seq");
    while (rows.next()) {
        const std::int64_t seq = rows.integer(0);
        const auto parent = steps.find(rows.integer(1));
        if (seq <= 0 || parent == steps.end()) return stop("the undo history at step {}", seq);
        parent->second.newest_child = seq;
        steps.emplace_hint(steps.end(), seq, Step{rows.integer(1), rows.text(2), 0});
    }
    if (!steps.contains(head->seq)) return stop("the undo position");
    std::vector<HistoryEntry> entries;
    for (std::int64_t at = head->seq; at != 0; at = steps.at(at).parent) entries.push_back({at, steps.at(at).name});
    std::reverse(entries.begin(), entries.end());
    const std::size_t done = entries.size();
    for (std::int64_t at = steps.at(head->seq).newest_child; at != 0; at = steps.at(at).newest_child)
        entries.push_back({at, steps.at(at).name});
    project_.history = History(std::move(entries), done, steps.rbegin()->first + 1);
}

}  // namespace

Result<LoadedProject> load_project(Database& database) { return Loader(database).load(); }

Result<JournalRow> load_journal_row(Database& database, std::int64_t seq) {
    Statement row(database, "SELECT parent, name, checksum, change FROM history WHERE seq = ?1");
    if (!row.with(seq).next()) {
        if (database.failure()) return *database.failure();
        return fail("{}: step {} of the undo history is not there", database.path().string(), seq);
    }
    JournalRow found{row.integer(0), row.text(1), row.blob(3)};
    if (journal_checksum(seq, found.parent, found.name, found.change) != row.integer(2))
        return fail("{}: step {} of the undo history is damaged", database.path().string(), seq);
    return found;
}

}  // namespace inbetween
