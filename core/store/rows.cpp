#include "core/store/rows.h"

#include <algorithm>
#include <chrono>

#include "core/store/annotation_rows.h"
#include "core/store/journal.h"
#include "core/store/records.h"
#include "core/store/review_rows.h"
#include "core/store/schema.h"
#include "core/store/signature_rows.h"

namespace inbetween {
namespace {

constexpr std::size_t pts_per_row = 64;

// ---- Media

std::string pts_bytes(const std::vector<Pts>& pts, std::size_t begin, std::size_t end) {
    std::string bytes;
    for (std::size_t i = begin; i < end; ++i)
        for (unsigned shift = 0; shift < 64; shift += 8)
            bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(pts[i]) >> shift & 0xff));
    return bytes;
}

void put_media(Database& db, const Media& media) {
    forget_signature(db, media.id, media.fingerprint);
    db.run(
        "INSERT INTO media (id, uuid, rel_path, bytes, fingerprint, frames, width, height, tb_num, tb_den, checksum)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE SET uuid = ?2,"
        " rel_path = ?3, bytes = ?4, fingerprint = ?5, frames = ?6, width = ?7, height = ?8, tb_num = ?9, tb_den = ?10,"
        " checksum = ?11",
        number(media.id), media.uuid, media.path, media.bytes, media.fingerprint, media.frames, media.width,
        media.height, media.timebase.num, media.timebase.den, checksum_of(media));
    db.run("DELETE FROM frame_time WHERE media_id = ?1", number(media.id));
    for (std::size_t begin = 0; begin < media.pts.size(); begin += pts_per_row) {
        const std::string bytes = pts_bytes(media.pts, begin, std::min(begin + pts_per_row, media.pts.size()));
        db.run("INSERT INTO frame_time (media_id, segment, pts) VALUES (?1, ?2, ?3)", number(media.id),
               static_cast<std::int64_t>(begin / pts_per_row), Blob{bytes});
    }
}

void remove_media(Database& db, MediaId id) {
    db.run("DELETE FROM frame_signature WHERE media_id = ?1", number(id));
    db.run("DELETE FROM frame_time WHERE media_id = ?1", number(id));
    db.run("DELETE FROM media WHERE id = ?1", number(id));
}

// ---- Labels

void put_attribute_of_label(Database& db, const Label& label, std::size_t position) {
    const Attribute& attribute = label.attributes[position];
    db.run(
        "INSERT INTO attribute (id, label_id, position, name, type, mutable, \"default\")"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        number(attribute.id), number(label.id), static_cast<std::int64_t>(position), attribute.name,
        name_of(attribute.type), attribute.is_mutable, attribute.default_value);
    for (std::size_t i = 0; i < attribute.values.size(); ++i) {
        db.run("INSERT INTO attribute_value (attribute_id, position, value) VALUES (?1, ?2, ?3)", number(attribute.id),
               static_cast<std::int64_t>(i), attribute.values[i]);
    }
}

void put_label(Database& db, const Label& label) {
    db.run("INSERT INTO label (id, name, kind, colour, hotkey, ava_id, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
           number(label.id), label.name, label.kind == LabelKind::Track ? "track" : "action", hex_of(label.colour),
           label.hotkey, label.ava_id, checksum_of(label));
    for (std::size_t i = 0; i < label.attributes.size(); ++i) put_attribute_of_label(db, label, i);
}

void remove_label(Database& db, LabelId id) {
    db.run("DELETE FROM attribute_value WHERE attribute_id IN (SELECT id FROM attribute WHERE label_id = ?1)",
           number(id));
    db.run("DELETE FROM attribute WHERE label_id = ?1", number(id));
    db.run("DELETE FROM label WHERE id = ?1", number(id));
}

// ---- Tracks

void put_track_row(Database& db, const Track& track) {
    db.run(
        "INSERT INTO track (id, media_id, label_id, shape, checksum) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (id) DO UPDATE SET media_id = ?2, label_id = ?3, shape = ?4, checksum = ?5",
        number(track.id), number(track.media), number(track.label), track.kind == ShapeKind::Box ? "box" : "quad",
        checksum_of(track));
}

void put_keyframe(Database& db, TrackId track, const Keyframe& keyframe) {
    const GridShape shape = grid_of(keyframe.shape);
    const auto corners = corner_bytes(shape);
    db.run(
        "INSERT OR REPLACE INTO keyframe (track_id, frame, x, y, w, h, corners, flags, source)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        number(track), keyframe.frame.value, shape.x, shape.y, shape.w, shape.h,
        corners ? std::optional(Blob{*corners}) : std::nullopt, flags_of(keyframe.outside, keyframe.occluded),
        number_of(keyframe.source));
}

void write_keyframes(Database& db, TrackId track, const std::vector<Keyframe>& before,
                     const std::vector<Keyframe>& after) {
    auto old = before.begin();
    auto fresh = after.begin();
    while (old != before.end() || fresh != after.end()) {
        if (fresh == after.end() || (old != before.end() && old->frame < fresh->frame)) {
            db.run("DELETE FROM keyframe WHERE track_id = ?1 AND frame = ?2", number(track), old->frame.value);
            ++old;
            continue;
        }
        const bool same_frame = old != before.end() && old->frame == fresh->frame;
        if (!same_frame || !(*old == *fresh)) put_keyframe(db, track, *fresh);
        if (same_frame) ++old;
        ++fresh;
    }
}

void put_values(Database& db, const Track& track) {
    for (const auto& [attribute, value] : track.attributes)
        db.run("INSERT INTO track_attribute (track_id, attribute_id, value) VALUES (?1, ?2, ?3)", number(track.id),
               number(attribute), value);
}

void put_value_ranges(Database& db, const Track& track) {
    for (const AttributeRange& range : track.attribute_ranges)
        db.run("INSERT INTO attr_range (track_id, attribute_id, begin, end, value) VALUES (?1, ?2, ?3, ?4, ?5)",
               number(track.id), number(range.attribute), range.range.begin.value, range.range.end.value, range.value);
}

void insert_track(Database& db, const Track& track) {
    put_track_row(db, track);
    if (track.proposal) write_review(db, track);
    for (const Keyframe& keyframe : track.keyframes) put_keyframe(db, track.id, keyframe);
    put_values(db, track);
    put_value_ranges(db, track);
}

void remove_track(Database& db, TrackId id) {
    db.run("DELETE FROM keyframe WHERE track_id = ?1", number(id));
    db.run("DELETE FROM track_attribute WHERE track_id = ?1", number(id));
    db.run("DELETE FROM attr_range WHERE track_id = ?1", number(id));
    remove_review(db, id);
    db.run("DELETE FROM track WHERE id = ?1", number(id));
}

void write_track(Database& db, const TrackEdit& edit) {
    if (!edit.after) return remove_track(db, edit.id);
    if (!edit.before) return insert_track(db, *edit.after);
    put_track_row(db, *edit.after);
    if (edit.before->proposal != edit.after->proposal) write_review(db, *edit.after);
    write_keyframes(db, edit.id, edit.before->keyframes, edit.after->keyframes);
    if (edit.before->attributes != edit.after->attributes) {
        db.run("DELETE FROM track_attribute WHERE track_id = ?1", number(edit.id));
        put_values(db, *edit.after);
    }
    if (edit.before->attribute_ranges != edit.after->attribute_ranges) {
        db.run("DELETE FROM attr_range WHERE track_id = ?1", number(edit.id));
        put_value_ranges(db, *edit.after);
    }
}

// ---- Segments

void put_segment(Database& db, const Segment& segment) {
    db.run(
        "INSERT OR REPLACE INTO segment (id, media_id, label_id, track_id, begin, end, checksum)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        number(segment.id), number(segment.media), number(segment.label),
        is_set(segment.track) ? std::optional(number(segment.track)) : std::nullopt, segment.range.begin.value,
        segment.range.end.value, checksum_of(segment));
}

// ---- Per-frame rows

void put_annotation(Database& db, TrackId track, const AnnotationRow& row) {
    const auto corners = corner_bytes(row.shape);
    db.run(
        "INSERT OR REPLACE INTO annotation (track_id, frame, x, y, w, h, corners, flags, source, confidence)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        number(track), row.frame.value, row.shape.x, row.shape.y, row.shape.w, row.shape.h,
        corners ? std::optional(Blob{*corners}) : std::nullopt, row.flags, number_of(row.source),
        static_cast<double>(row.confidence));
}

void write_annotation_run(Database& db, TrackId track, const std::vector<AnnotationRow>& before,
                          const std::vector<AnnotationRow>& after) {
    auto old = before.begin();
    for (const AnnotationRow& row : after) {
        for (; old != before.end() && old->frame < row.frame; ++old)
            db.run("DELETE FROM annotation WHERE track_id = ?1 AND frame = ?2", number(track), old->frame.value);
        const bool stands = old != before.end() && *old == row;
        if (old != before.end() && old->frame == row.frame) ++old;
        if (!stands) put_annotation(db, track, row);
    }
    for (; old != before.end(); ++old)
        db.run("DELETE FROM annotation WHERE track_id = ?1 AND frame = ?2", number(track), old->frame.value);
}

void write_annotation_rows(Database& db, TrackId id, const Annotations& before, const Annotations& after) {
    const Track* old_track = before.find_track(id);
    const Track* new_track = after.find_track(id);
    if (new_track == nullptr) {
        db.run("DELETE FROM annotation WHERE track_id = ?1", number(id));
        return;
    }
    const FrameRange all = differing_frames(old_track, before.fills_of(id), new_track, after.fills_of(id));
    for (FrameIndex begin = all.begin; begin < all.end && !db.failure(); begin = begin + frames_per_run) {
        const FrameRange run{begin, std::min(begin + frames_per_run, all.end)};
        std::vector<AnnotationRow> old_rows;
        if (old_track != nullptr) old_rows = annotation_rows(*old_track, before.fills_of(id), run);
        write_annotation_run(db, id, old_rows, annotation_rows(*new_track, after.fills_of(id), run));
    }
}

// ---- Fills. The rows of a track, in the order of their ids, are what Document keeps of it, oldest first; `shown`
// marks those that hold now.

bool holds(const TrackFills& fills, const SpanFill& wanted) {
    return std::any_of(fills.begin(), fills.end(),
                       [&](const SpanFillPtr& fill) { return fill.get() == &wanted || *fill == wanted; });
}

void insert_fill(Database& db, const SpanFill& fill) {
    const std::string inputs = fill_inputs_bytes(fill);
    const std::string frames = fill_frames_bytes(fill);
    db.run(
        "INSERT INTO fill (track_id, begin, end, method, shown, inputs, checksum, frames)"
        " VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7)",
        number(fill.track), fill.range().begin.value, fill.range().end.value, fill.method, Blob{inputs},
        fill_checksum({fill.track, fill.method, inputs, frames, true}), Blob{frames});
}

void remove_fill(Database& db, const SpanFill& fill) {
    db.run("DELETE FROM fill WHERE track_id = ?1 AND inputs = ?2", number(fill.track), Blob{fill_inputs_bytes(fill)});
}

void mark_fill(Database& db, const SpanFill& fill, bool shown) {
    const std::string inputs = fill_inputs_bytes(fill);
    const std::string frames = fill_frames_bytes(fill);
    db.run("UPDATE fill SET shown = ?3, checksum = ?4 WHERE track_id = ?1 AND inputs = ?2", number(fill.track),
           Blob{inputs}, shown, fill_checksum({fill.track, fill.method, inputs, frames, shown}));
}

void show_fill(Database& db, const SpanFill& fill) {
    const bool is_kept = db.number("SELECT count(*) FROM fill WHERE track_id = ?1 AND inputs = ?2", number(fill.track),
                                   Blob{fill_inputs_bytes(fill)}) != 0;
    is_kept ? mark_fill(db, fill, true) : insert_fill(db, fill);
}

void forget_oldest_fills(Database& db, TrackId id) {
    const std::int64_t kept = db.number("SELECT count(*) FROM fill WHERE track_id = ?1", number(id));
    if (kept <= stored_fills_per_track) return;
    db.run("DELETE FROM fill WHERE id IN (SELECT id FROM fill WHERE track_id = ?1 AND shown = 0 ORDER BY id LIMIT ?2)",
           number(id), kept - stored_fills_per_track);
}

/// After an edit: fills whose keyframes went are hidden, and come back when their keyframes do.
void write_fills_after_edit(Database& db, TrackId id, const Annotations& before, const Annotations& after) {
    const TrackFills& old_fills = before.fills_of(id);
    const TrackFills& new_fills = after.fills_of(id);
    for (const SpanFillPtr& fill : old_fills)
        if (!holds(new_fills, *fill)) mark_fill(db, *fill, false);
    for (const SpanFillPtr& fill : new_fills)
        if (!holds(old_fills, *fill)) show_fill(db, *fill);
    forget_oldest_fills(db, id);
}

}  // namespace

std::string fill_inputs_bytes(const SpanFill& fill) {
    ByteWriter out;
    out.put_unsigned(fill.left);
    put_keyframes(out, fill.inputs);
    return out.bytes();
}

std::string fill_frames_bytes(const SpanFill& fill) {
    ByteWriter out;
    put_filled_frames(out, fill.frames);
    return out.bytes();
}

std::int64_t fill_checksum(const FillColumns& columns) {
    ByteWriter out;
    out.put_signed(number(columns.track));
    out.put_text(columns.method);
    out.put_text(columns.inputs);
    out.put_text(columns.frames);
    out.put_unsigned(columns.shown ? 1 : 0);
    return checksum_of(out.bytes());
}

void insert_all(Database& db, const Annotations& all) {
    db.run("DROP INDEX annotation_by_frame");
    for (const auto& [id, media] : all.media) put_media(db, *media);
    for (const auto& [id, label] : all.labels) put_label(db, label);
    for (const auto& [id, track] : all.tracks) insert_track(db, *track);
    for (const auto& [id, segment] : all.segments) put_segment(db, *segment);
    for (const auto& [id, fills] : all.fills)
        for (const SpanFillPtr& fill : fills) insert_fill(db, *fill);
    const Annotations nothing;
    for (const auto& [id, track] : all.tracks) write_annotation_rows(db, id, nothing, all);
    db.run(annotation_index_sql);
    write_head(db, Head{});
}

namespace {

/// Tells whether so many rows come that the index over frames is made faster anew than row by row.
bool is_bulk(const ChangeSet& change, const Annotations& before) {
    constexpr std::int64_t least_rows = 50'000;
    std::int64_t coming = 0;
    for (const TrackEdit& edit : change.tracks)
        if (edit.after && !edit.before) coming += edit.after->extent().size();
    if (coming < least_rows) return false;
    std::int64_t standing = 0;
    for (const auto& [id, track] : before.tracks) standing += track->extent().size();
    return coming > standing / 2;
}

}  // namespace

void write_change(Database& db, const ChangeSet& change, const Annotations& before, const Annotations& after) {
    const bool bulk = is_bulk(change, before);
    if (bulk) db.run("DROP INDEX annotation_by_frame");
    for (const MediaEdit& edit : change.media) edit.after ? put_media(db, *edit.after) : remove_media(db, edit.id);
    // All that go first: two labels may swap their names.
    for (const LabelEdit& edit : change.labels) remove_label(db, edit.id);
    for (const LabelEdit& edit : change.labels)
        if (edit.after) put_label(db, *edit.after);
    for (const TrackEdit& edit : change.tracks) {
        write_annotation_rows(db, edit.id, before, after);
        write_track(db, edit);
        write_fills_after_edit(db, edit.id, before, after);
    }
    for (const SegmentEdit& edit : change.segments) {
        if (edit.after)
            put_segment(db, *edit.after);
        else
            db.run("DELETE FROM segment WHERE id = ?1", number(edit.id));
    }
    if (bulk) db.run(annotation_index_sql);
}

void write_track_fills(Database& db, TrackId track, const Annotations& before, const Annotations& after) {
    const TrackFills& old_fills = before.fills_of(track);
    const TrackFills& new_fills = after.fills_of(track);
    // A fill that gave way to another of its span stays for undo; one that was cleared is forgotten. Of one span and
    // one run of keyframes only the newest is kept.
    for (const SpanFillPtr& fill : old_fills) {
        if (holds(new_fills, *fill)) continue;
        const bool replaced = std::any_of(new_fills.begin(), new_fills.end(),
                                          [&](const SpanFillPtr& other) { return other->range() == fill->range(); });
        replaced ? mark_fill(db, *fill, false) : remove_fill(db, *fill);
    }
    for (const SpanFillPtr& fill : new_fills) {
        if (holds(old_fills, *fill)) continue;
        remove_fill(db, *fill);
        insert_fill(db, *fill);
    }
    forget_oldest_fills(db, track);
    write_annotation_rows(db, track, before, after);
}

void insert_history(Database& db, std::int64_t seq, std::int64_t parent, const ChangeSet& change) {
    using std::chrono::milliseconds;
    const auto now = std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    const std::string bytes = encode_change(change);
    db.run("INSERT INTO history (seq, parent, ts, name, checksum, change) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", seq, parent,
           std::int64_t{now.count()}, change.name, journal_checksum(seq, parent, change.name, bytes), Blob{bytes});
}

namespace {
std::int64_t head_checksum(const Head& head) {
    ByteWriter out;
    out.put_signed(head.seq);
    out.put_signed(head.writes);
    return checksum_of(out.bytes());
}
}  // namespace

void write_head(Database& db, const Head& head) {
    db.run("INSERT OR REPLACE INTO head (id, seq, writes, checksum) VALUES (1, ?1, ?2, ?3)", head.seq, head.writes,
           head_checksum(head));
}

std::optional<Head> read_head(Database& db) {
    Statement& row = db.kept("SELECT seq, writes, checksum FROM head WHERE id = 1").with();
    if (!row.next()) return std::nullopt;
    const Head head{row.integer(0), row.integer(1)};
    const bool sound = row.integer(2) == head_checksum(head);
    row.reset();
    return sound ? std::optional(head) : std::nullopt;
}

}  // namespace inbetween
