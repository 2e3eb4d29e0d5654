#include "app/cli/repair.h"

#include <algorithm>
#include <map>

#include "core/base/files.h"
#include "core/base/plural.h"
#include "core/store/database.h"
#include "core/store/opening.h"
#include "core/store/records.h"
#include "core/store/review_rows.h"
#include "core/store/rows.h"
#include "core/store/schema.h"
#include "core/store/store.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

/// Reads what can be read of a damaged project, thing by thing: damage costs what it touches and no more.
class Salvage {
public:
    explicit Salvage(Database& database) : db_(database) {}

    Annotations read() {
        read_labels();
        read_all_media();
        read_tracks();
        read_segments();
        read_fills();
        return std::move(all_);
    }
    /// What was left out or put in place of something, one sentence each.
    std::vector<std::string> notes;

private:
    /// The ids of a table as far as they can be reached. Behind damage, the next ids are tried one by one.
    std::vector<std::int64_t> ids_of(const std::string& table);
    /// Whether all that was read since the last call was read without a failure, which it forgets.
    bool was_readable() {
        const bool readable = !db_.failure();
        db_.clear_failure();
        return readable;
    }
    template <class... Args>
    void note(fmt::format_string<Args...> format, Args&&... args) {
        notes.push_back(fmt::format(format, std::forward<Args>(args)...));
    }

    void read_labels();
    std::vector<Attribute> attributes_of(std::int64_t label);
    void read_all_media();
    std::vector<Pts> pts_of(std::int64_t media);
    void read_tracks();
    std::optional<Track> track_of(std::int64_t id);
    void read_keyframes(Track& track);
    void read_values(Track& track);
    void read_segments();
    void read_fills();
    void place(Track track);
    LabelId label_for(LabelId id, LabelKind kind);
    MediaId media_for(const Track& track);

    Database& db_;
    std::map<TrackId, int> reviews_;  // certainty of proposals
    Annotations all_;
};

std::vector<std::int64_t> Salvage::ids_of(const std::string& table) {
    constexpr int most_tries = 20000;  // at a page's 4096 bytes, many pages of the smallest rows
    std::vector<std::int64_t> ids;
    std::int64_t after = 0;
    for (int tries = 0; tries < most_tries; ++tries, ++after) {
        Statement rows(db_, ("SELECT id FROM " + table + " WHERE id > ?1 ORDER BY id").c_str());
        rows.with(after);
        while (rows.next()) {
            after = rows.integer(0);
            ids.push_back(after);
            tries = 0;
        }
        if (was_readable()) return ids;
    }
    return ids;
}

std::vector<Attribute> Salvage::attributes_of(std::int64_t label) {
    std::vector<Attribute> attributes;
    Statement rows(db_,
                   "SELECT id, name, type, mutable, \"default\" FROM attribute WHERE label_id = ?1 ORDER BY position");
    Statement values(db_, "SELECT value FROM attribute_value WHERE attribute_id = ?1 ORDER BY position");
    rows.with(label);
    while (rows.next()) {
        Attribute attribute;
        attribute.id = AttributeId{rows.integer(0)};
        attribute.name = rows.text(1);
        attribute.type = attribute_type_of(rows.text(2)).value_or(AttributeType::Text);
        attribute.is_mutable = rows.integer(3) != 0;
        attribute.default_value = rows.text(4);
        values.with(number(attribute.id));
        while (values.next()) attribute.values.push_back(values.text(0));
        attributes.push_back(std::move(attribute));
    }
    return attributes;
}

void Salvage::read_labels() {
    for (const std::int64_t id : ids_of("label")) {
        Statement row(db_, "SELECT name, kind, colour, hotkey, ava_id, checksum FROM label WHERE id = ?1");
        if (!row.with(id).next()) {
            (void)was_readable();
            continue;
        }
        Label label;
        label.id = LabelId{id};
        label.name = row.text(0);
        label.kind = row.text(1) == "action" ? LabelKind::Action : LabelKind::Track;
        label.colour = colour_of(row.text(2)).value_or(default_colour(static_cast<std::size_t>(id)));
        label.hotkey = static_cast<int>(row.integer(3));
        if (!row.is_null(4)) label.ava_id = static_cast<int>(row.integer(4));
        label.attributes = attributes_of(id);
        const bool sound = checksum_of(label) == row.integer(5);
        if (!was_readable() || !sound || label.name.empty() || all_.find_label(label.name) != nullptr) continue;
        all_.labels[label.id] = std::move(label);
    }
}

std::vector<Pts> Salvage::pts_of(std::int64_t media) {
    std::vector<Pts> pts;
    Statement rows(db_, "SELECT pts FROM frame_time WHERE media_id = ?1 ORDER BY segment");
    rows.with(media);
    while (rows.next()) {
        const std::string bytes = rows.blob(0);
        for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
            std::uint64_t value = 0;
            for (std::size_t k = 0; k < 8; ++k) {
                value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i + k])) << (8 * k);
            }
            pts.push_back(static_cast<Pts>(value));
        }
    }
    return pts;
}

void Salvage::read_all_media() {
    for (const std::int64_t id : ids_of("media")) {
        Statement row(db_,
                      "SELECT uuid, rel_path, bytes, fingerprint, frames, width, height, tb_num, tb_den, checksum"
                      " FROM media WHERE id = ?1");
        if (!row.with(id).next()) {
            (void)was_readable();
            continue;
        }
        Media media;
        media.id = MediaId{id};
        media.uuid = row.text(0);
        media.path = row.text(1);
        media.bytes = row.integer(2);
        media.fingerprint = row.text(3);
        media.frames = row.integer(4);
        media.width = static_cast<int>(row.integer(5));
        media.height = static_cast<int>(row.integer(6));
        media.timebase = {static_cast<std::int32_t>(row.integer(7)), static_cast<std::int32_t>(row.integer(8))};
        media.pts = pts_of(id);
        const bool sound = checksum_of(media) == row.integer(9);
        if (was_readable() && sound) all_.media[media.id] = std::make_shared<const Media>(std::move(media));
    }
}

void Salvage::read_keyframes(Track& track) {
    Statement rows(db_,
                   "SELECT frame, x, y, w, h, corners, flags, source FROM keyframe WHERE track_id = ?1 ORDER BY frame");
    rows.with(number(track.id));
    while (rows.next()) {
        GridShape shape{rows.integer(1), rows.integer(2), rows.integer(3), rows.integer(4), std::nullopt};
        if (!rows.is_null(5)) shape.corners = corners_of(rows.blob(5));
        Keyframe keyframe;
        keyframe.frame = FrameIndex{rows.integer(0)};
        keyframe.shape = shape_of(shape);
        keyframe.outside = (rows.integer(6) & outside_flag) != 0;
        keyframe.occluded = (rows.integer(6) & occluded_flag) != 0;
        keyframe.source = source_numbered(rows.integer(7)).value_or(Source::Imported);
        track.keyframes.push_back(keyframe);
    }
}

void Salvage::read_values(Track& track) {
    Statement values(db_, "SELECT attribute_id, value FROM track_attribute WHERE track_id = ?1");
    values.with(number(track.id));
    while (values.next()) track.attributes[AttributeId{values.integer(0)}] = values.text(1);
    Statement ranges(db_,
                     "SELECT attribute_id, begin, end, value FROM attr_range WHERE track_id = ?1"
                     " ORDER BY attribute_id, begin");
    ranges.with(number(track.id));
    while (ranges.next()) {
        track.attribute_ranges.push_back({AttributeId{ranges.integer(0)},
                                          {FrameIndex{ranges.integer(1)}, FrameIndex{ranges.integer(2)}},
                                          ranges.text(3)});
    }
}

std::optional<Track> Salvage::track_of(std::int64_t id) {
    Statement row(db_, "SELECT media_id, label_id, shape, checksum FROM track WHERE id = ?1");
    Track track;
    if (row.with(id).next()) {
        track.id = TrackId{id};
        track.media = MediaId{row.integer(0)};
        track.label = LabelId{row.integer(1)};
        track.kind = row.text(2) == "quad" ? ShapeKind::Quad : ShapeKind::Box;
        read_keyframes(track);
        read_values(track);
        const auto review = reviews_.find(track.id);
        if (review != reviews_.end()) track.proposal = review->second;
    }
    const bool sound = is_set(track.id) && !track.keyframes.empty() && checksum_of(track) == row.integer(3);
    if (!was_readable() || !sound || find_breach(track)) return std::nullopt;
    return track;
}

LabelId Salvage::label_for(LabelId id, LabelKind kind) {
    const Label* const found = all_.find_label(id);
    if (found != nullptr) return id;
    Label label;
    label.id = id;
    label.name = fmt::format("label {}", number(id));
    while (all_.find_label(label.name) != nullptr) label.name += "'";
    label.kind = kind;
    label.colour = default_colour(static_cast<std::size_t>(number(id)));
    note("label {}: damaged; stands as '{}' without its attributes", number(id), label.name);
    all_.labels[id] = std::move(label);
    return id;
}

MediaId Salvage::media_for(const Track& track) {
    if (all_.find_media(track.media) != nullptr) return track.media;
    Media media;
    media.id = track.media;
    media.uuid = "damaged";
    media.path = fmt::format("video {}", number(track.media));
    media.frames = 1;
    note("video {}: damaged; its tracks are kept, its path is not known", number(track.media));
    all_.media[media.id] = std::make_shared<const Media>(std::move(media));
    return track.media;
}

/// Gives a track its place; what it refers to and is gone is made up or left out.
void Salvage::place(Track track) {
    label_for(track.label, LabelKind::Track);
    const auto video = std::make_shared<Media>(*all_.find_media(media_for(track)));
    if (video->uuid == "damaged") {
        for (const Keyframe& keyframe : track.keyframes) {
            const Box box = bounding_box(keyframe.shape);
            video->frames = std::max(video->frames, keyframe.frame.value + 1);
            video->width = std::max(video->width, static_cast<int>(box.right()) + 1);
            video->height = std::max(video->height, static_cast<int>(box.bottom()) + 1);
        }
        all_.media[video->id] = video;
    }
    std::erase_if(track.attributes, [&](const auto& value) { return all_.find_attribute(value.first) == nullptr; });
    std::erase_if(track.attribute_ranges,
                  [&](const AttributeRange& range) { return all_.find_attribute(range.attribute) == nullptr; });
    all_.tracks[track.id] = std::make_shared<const Track>(std::move(track));
}

void Salvage::read_tracks() {
    reviews_ = read_reviews(db_);
    (void)was_readable();  // a proposal whose row is lost has a checksum that does not fit, and is told of
    for (const std::int64_t id : ids_of("track")) {
        auto track = track_of(id);
        if (track) {
            place(*std::move(track));
        } else {
            note("track {}: damaged; left out", id);
        }
    }
}

void Salvage::read_segments() {
    for (const std::int64_t id : ids_of("segment")) {
        Statement row(db_, "SELECT media_id, label_id, track_id, begin, end, checksum FROM segment WHERE id = ?1");
        Segment segment;
        segment.id = SegmentId{id};
        bool sound = row.with(id).next();
        if (sound) {
            segment.media = MediaId{row.integer(0)};
            segment.label = LabelId{row.integer(1)};
            segment.track = TrackId{row.integer(2)};
            segment.range = {FrameIndex{row.integer(3)}, FrameIndex{row.integer(4)}};
            sound = checksum_of(segment) == row.integer(5) && !segment.range.empty();
        }
        sound = was_readable() && sound && all_.find_media(segment.media) != nullptr &&
                (!is_set(segment.track) || all_.find_track(segment.track) != nullptr);
        if (!sound) {
            note("segment {}: damaged; left out", id);
            continue;
        }
        label_for(segment.label, LabelKind::Action);
        all_.segments[segment.id] = std::make_shared<const Segment>(segment);
    }
}

/// A fill's columns as a fill that holds for its track; null when they are damaged.
SpanFillPtr sound_fill(const Statement& row, const Annotations& all) {
    SpanFill fill;
    fill.track = TrackId{row.integer(0)};
    fill.method = row.text(1);
    const std::string inputs = row.blob(2);
    const std::string frames = row.blob(4);
    if (fill_checksum({fill.track, fill.method, inputs, frames, true}) != row.integer(3)) return nullptr;
    ByteReader in(inputs);
    fill.left = static_cast<std::size_t>(in.unsigned_number());
    fill.inputs = read_keyframes(in);
    ByteReader frames_in(frames);
    fill.frames = read_filled_frames(frames_in);
    const Track* const track = all.find_track(fill.track);
    const bool holds = in.finished() && frames_in.finished() && track != nullptr && fill.left < fill.inputs.size() &&
                       fill.left + 1 < fill.inputs.size() && is_current(fill, *track) &&
                       std::all_of(fill.frames.begin(), fill.frames.end(),
                                   [&](const FilledFrame& filled) { return kind_of(filled.shape) == track->kind; });
    return holds ? std::make_shared<const SpanFill>(std::move(fill)) : nullptr;
}

void Salvage::read_fills() {
    std::size_t lost = 0;
    for (const std::int64_t id : ids_of("fill")) {
        Statement row(db_, "SELECT track_id, method, inputs, checksum, frames, shown FROM fill WHERE id = ?1");
        const bool found = row.with(id).next();
        const bool shown = !found || row.integer(5) != 0;
        const SpanFillPtr fill = found && shown ? sound_fill(row, all_) : nullptr;
        if (!was_readable() || (shown && !fill)) {
            ++lost;
        } else if (fill) {
            auto& fills = all_.fills[fill->track];
            fills.push_back(fill);
        }
    }
    for (auto& [id, fills] : all_.fills) {
        std::sort(fills.begin(), fills.end(),
                  [](const SpanFillPtr& a, const SpanFillPtr& b) { return a->range().begin < b->range().begin; });
        const auto same_span = [](const SpanFillPtr& a, const SpanFillPtr& b) {
            return a->range().begin == b->range().begin;
        };
        fills.erase(std::unique(fills.begin(), fills.end(), same_span), fills.end());
    }
    if (lost > 0) note("{} linear again, for damaged fills", counted(lost, "span"));
}

/// A sound project is copied page by page, its history with it.
Result<Done> copy_whole(const fs::path& project, const fs::path& copy) {
    fs::path making = copy;
    making += ".making";
    std::error_code error;
    fs::remove(making, error);
    Result<Done> done = Done{};
    {
        auto from = open_for_reading(project);
        if (!from) return from.error();
        auto to = Database::open(making, Database::Access::Create);
        if (!to) return to.error();
        done = (*from)->copy_to(**to);
    }
    if (done) {
        fs::create_hard_link(making, copy, error);  // unlike a rename it never replaces a file
        if (error) done = fail("{}: cannot be written: {}", copy.string(), error.message());
    }
    std::error_code ignored;
    fs::remove(making, ignored);
    return done;
}

Result<std::vector<std::string>> salvage(const fs::path& project, const fs::path& copy) {
    auto database = Database::open(project, Database::Access::Quiet);
    if (!database) return database.error();
    if ((*database)->number("PRAGMA application_id") != project_application_id) {
        return fail("{}: nothing in it can be read as a project", project.string());
    }
    (*database)->clear_failure();
    const std::int64_t version = (*database)->number("PRAGMA user_version");
    (*database)->clear_failure();
    if (version > schema_version()) return fail("{}: is of a newer version of the program", project.string());
    Salvage salvage(**database);
    const Annotations all = salvage.read();
    if (all.media.empty() && all.labels.empty() && all.tracks.empty() && all.segments.empty()) {
        return fail("{}: nothing in it can be read", project.string());
    }
    if (const auto breach = find_breach(all)) return fail("{}: {}", project.string(), *breach);
    const auto made = Store::create(copy, all);
    if (!made) return made.error();
    std::vector<std::string> lines = std::move(salvage.notes);
    lines.push_back(fmt::format("{}: {}, {}, {}; undo starts anew", copy.string(),
                                counted(std::ssize(all.tracks), "track"), counted(all.keyframe_count(), "keyframe"),
                                counted(std::ssize(all.segments), "segment")));
    return lines;
}

}  // namespace

Result<std::vector<std::string>> repair_project(const fs::path& project, const fs::path& copy) {
    std::error_code error;
    if (fs::exists(copy, error)) return fail("{}: exists already", copy.string());
    const auto defects = Store::verify(project);
    if (!defects || !defects->empty()) return salvage(project, copy);
    const auto done = copy_whole(project, copy);
    if (!done) return done.error();
    return std::vector<std::string>{fmt::format("{}: a copy of the whole project, which is sound", copy.string())};
}

}  // namespace inbetween::cli
