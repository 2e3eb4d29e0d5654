#include "core/store/journal.h"

#include <algorithm>

#include "core/store/records.h"

namespace inbetween {
namespace {

constexpr std::uint64_t encoding_version = 1;

// What of an edit is written.
constexpr std::uint64_t has_before = 1;
constexpr std::uint64_t has_after = 2;
constexpr std::uint64_t has_both = has_before | has_after;
// Of a track or a media with both sides: which parts differ, and so are written.
constexpr std::uint64_t facts_differ = 4;
constexpr std::uint64_t attributes_differ = 8;
constexpr std::uint64_t ranges_differ = 16;
constexpr std::uint64_t pts_differ = 4;

template <class Edit>
std::uint64_t sides_of(const Edit& edit) {
    return (edit.before ? has_before : 0) | (edit.after ? has_after : 0);
}

bool is_same_on_grid(const Keyframe& a, const Keyframe& b) {
    return a.frame == b.frame && a.occluded == b.occluded && a.outside == b.outside && a.source == b.source &&
           grid_of(a.shape) == grid_of(b.shape);
}

/// The keyframes of `from` that `to` does not have as they are.
std::vector<Keyframe> missing_in(const std::vector<Keyframe>& from, const std::vector<Keyframe>& to) {
    std::vector<Keyframe> missing;
    auto other = to.begin();
    for (const Keyframe& keyframe : from) {
        while (other != to.end() && other->frame < keyframe.frame) ++other;
        if (other == to.end() || !(*other == keyframe)) missing.push_back(keyframe);
    }
    return missing;
}

// ---- Writing

void put_track_facts(ByteWriter& out, const Track& track) {
    out.put_signed(number(track.media));
    out.put_signed(number(track.label));
    put_kind_and_proposal(out, track);
}

bool have_same_facts(const Track& a, const Track& b) {
    return a.media == b.media && a.label == b.label && a.kind == b.kind && a.proposal == b.proposal;
}

void put_track_difference(ByteWriter& out, const Track& before, const Track& after) {
    const bool facts = !have_same_facts(before, after);
    const bool attributes = before.attributes != after.attributes;
    const bool ranges = before.attribute_ranges != after.attribute_ranges;
    out.put_unsigned(has_both | (facts ? facts_differ : 0) | (attributes ? attributes_differ : 0) |
                     (ranges ? ranges_differ : 0));
    for (const Track* track : {&before, &after}) {
        if (facts) put_track_facts(out, *track);
        if (attributes) put_attributes(out, track->attributes);
        if (ranges) put_attribute_ranges(out, track->attribute_ranges);
    }
    put_keyframes(out, missing_in(before.keyframes, after.keyframes));
    put_keyframes(out, missing_in(after.keyframes, before.keyframes));
}

void put_edit(ByteWriter& out, const TrackEdit& edit) {
    if (edit.before && edit.after) return put_track_difference(out, *edit.before, *edit.after);
    out.put_unsigned(sides_of(edit));
    if (edit.before || edit.after) put_track(out, edit.before ? *edit.before : *edit.after);
}

void put_edit(ByteWriter& out, const MediaEdit& edit) {
    const bool pts = edit.before && edit.after && edit.before->pts != edit.after->pts;
    out.put_unsigned(sides_of(edit) | (pts ? pts_differ : 0));
    const bool whole = pts || !(edit.before && edit.after);
    for (const Media* media : {edit.before.get(), edit.after.get()}) {
        if (media == nullptr) continue;
        put_media_facts(out, *media);
        if (whole) put_pts(out, media->pts);
    }
}

void put_edit(ByteWriter& out, const LabelEdit& edit) {
    out.put_unsigned(sides_of(edit));
    if (edit.before) put_label(out, *edit.before);
    if (edit.after) put_label(out, *edit.after);
}

void put_edit(ByteWriter& out, const SegmentEdit& edit) {
    out.put_unsigned(sides_of(edit));
    if (edit.before) put_segment(out, *edit.before);
    if (edit.after) put_segment(out, *edit.after);
}

template <class Edit>
void put_edits(ByteWriter& out, const std::vector<Edit>& edits) {
    out.put_unsigned(edits.size());
    for (const Edit& edit : edits) {
        out.put_signed(number(edit.id));
        put_edit(out, edit);
    }
}

// ---- Reading. Each edit is read as it was written (forward), and turned round for the way back; what stands before is
// taken from `now`, so that the change fits it by construction, and compared with what was written.

template <class T, class Id>
std::shared_ptr<const T> held(const std::map<Id, std::shared_ptr<const T>>& map, Id id) {
    const auto found = map.find(id);
    return found == map.end() ? nullptr : found->second;
}

struct Reading {
    ByteReader in;
    ChangeDirection direction;
    const Annotations& now;

    bool backward() const { return direction == ChangeDirection::Backward; }
};

/// Turns an edit as written into one of the direction read.
template <class Edit>
Edit turned(Reading& reading, Edit edit) {
    if (reading.backward()) std::swap(edit.before, edit.after);
    return edit;
}

bool replace_keyframes(Track& track, const std::vector<Keyframe>& gone, const std::vector<Keyframe>& come) {
    std::vector<Keyframe> kept;
    kept.reserve(track.keyframes.size());
    auto next_gone = gone.begin();
    for (Keyframe& keyframe : track.keyframes) {
        if (next_gone != gone.end() && next_gone->frame == keyframe.frame) {
            if (!is_same_on_grid(*next_gone, keyframe)) return false;
            ++next_gone;
        } else {
            kept.push_back(std::move(keyframe));
        }
    }
    if (next_gone != gone.end()) return false;
    track.keyframes.clear();
    std::merge(kept.begin(), kept.end(), come.begin(), come.end(), std::back_inserter(track.keyframes),
               [](const Keyframe& a, const Keyframe& b) { return a.frame < b.frame; });
    return true;
}

std::optional<TrackEdit> track_difference(Reading& reading, TrackId id, std::uint64_t parts) {
    const TrackPtr before = held(reading.now.tracks, id);
    std::array<Track, 2> sides;  // only the parts that differ are filled
    for (Track& side : sides) {
        if ((parts & facts_differ) != 0) {
            side.media = MediaId{reading.in.signed_number()};
            side.label = LabelId{reading.in.signed_number()};
            read_kind_and_proposal(reading.in, side);
        }
        if ((parts & attributes_differ) != 0) side.attributes = read_attributes(reading.in);
        if ((parts & ranges_differ) != 0) side.attribute_ranges = read_attribute_ranges(reading.in);
    }
    std::vector<Keyframe> gone = read_keyframes(reading.in);
    std::vector<Keyframe> come = read_keyframes(reading.in);
    if (reading.in.failed() || !before) return std::nullopt;
    if (reading.backward()) {
        std::swap(sides[0], sides[1]);
        std::swap(gone, come);
    }
    Track after = *before;
    if ((parts & facts_differ) != 0) {
        if (!have_same_facts(sides[0], *before)) return std::nullopt;
        after.media = sides[1].media, after.label = sides[1].label, after.kind = sides[1].kind;
        after.proposal = sides[1].proposal;
    }
    if ((parts & attributes_differ) != 0) {
        if (sides[0].attributes != before->attributes) return std::nullopt;
        after.attributes = sides[1].attributes;
    }
    if ((parts & ranges_differ) != 0) {
        if (sides[0].attribute_ranges != before->attribute_ranges) return std::nullopt;
        after.attribute_ranges = sides[1].attribute_ranges;
    }
    if (!replace_keyframes(after, gone, come)) return std::nullopt;
    return TrackEdit{id, before, std::make_shared<const Track>(std::move(after))};
}

/// A whole track that comes or goes, or the difference between its two sides.
std::optional<TrackEdit> read_edit(Reading& reading, TrackId id, const TrackEdit*) {
    const std::uint64_t parts = reading.in.unsigned_number();
    if ((parts & has_both) == has_both) return track_difference(reading, id, parts);
    if ((parts & has_both) == 0) return std::nullopt;
    auto written = std::make_shared<const Track>(read_track(reading.in));
    const bool comes = ((parts & has_after) != 0) != reading.backward();
    const TrackPtr before = held(reading.now.tracks, id);
    if (reading.in.failed() || written->id != id || comes == (before != nullptr)) return std::nullopt;
    if (comes) return TrackEdit{id, nullptr, std::move(written)};
    if (checksum_of(*before) != checksum_of(*written)) return std::nullopt;
    return TrackEdit{id, before, nullptr};
}

std::optional<MediaEdit> read_edit(Reading& reading, MediaId id, const MediaEdit*) {
    const std::uint64_t parts = reading.in.unsigned_number();
    const bool both = (parts & has_both) == has_both;
    const bool whole = !both || (parts & pts_differ) != 0;
    const MediaPtr standing = held(reading.now.media, id);
    MediaEdit written{id, nullptr, nullptr};
    for (const std::uint64_t side : {has_before, has_after}) {
        if ((parts & side) == 0) continue;
        Media media = read_media_facts(reading.in);
        if (whole)
            media.pts = read_pts(reading.in);
        else if (standing)
            media.pts = standing->pts;
        (side == has_before ? written.before : written.after) = std::make_shared<const Media>(std::move(media));
    }
    MediaEdit edit = turned(reading, std::move(written));
    const bool fits_now = edit.before ? standing && *standing == *edit.before : !standing;
    if (reading.in.failed() || !fits_now) return std::nullopt;
    edit.before = standing;
    return edit;
}

std::optional<LabelEdit> read_edit(Reading& reading, LabelId id, const LabelEdit*) {
    const std::uint64_t parts = reading.in.unsigned_number();
    LabelEdit written{id, std::nullopt, std::nullopt};
    if ((parts & has_before) != 0) written.before = read_label(reading.in);
    if ((parts & has_after) != 0) written.after = read_label(reading.in);
    LabelEdit edit = turned(reading, std::move(written));
    const Label* standing = reading.now.find_label(id);
    const bool fits_now = edit.before ? standing != nullptr && *standing == *edit.before : standing == nullptr;
    if (reading.in.failed() || !fits_now) return std::nullopt;
    return edit;
}

std::optional<SegmentEdit> read_edit(Reading& reading, SegmentId id, const SegmentEdit*) {
    const std::uint64_t parts = reading.in.unsigned_number();
    SegmentEdit written{id, nullptr, nullptr};
    if ((parts & has_before) != 0) written.before = std::make_shared<const Segment>(read_segment(reading.in));
    if ((parts & has_after) != 0) written.after = std::make_shared<const Segment>(read_segment(reading.in));
    SegmentEdit edit = turned(reading, std::move(written));
    const SegmentPtr standing = held(reading.now.segments, id);
    const bool fits_now = edit.before ? standing && *standing == *edit.before : !standing;
    if (reading.in.failed() || !fits_now) return std::nullopt;
    edit.before = standing;
    return edit;
}

template <class Edit>
bool read_edits(Reading& reading, std::vector<Edit>& edits) {
    const std::size_t count = reading.in.count();
    for (std::size_t i = 0; i < count && !reading.in.failed(); ++i) {
        const decltype(Edit::id) id{reading.in.signed_number()};
        auto edit = read_edit(reading, id, static_cast<const Edit*>(nullptr));
        if (!edit) return false;
        edits.push_back(std::move(*edit));
    }
    if (reading.backward()) std::reverse(edits.begin(), edits.end());
    return !reading.in.failed();
}

}  // namespace

std::string encode_change(const ChangeSet& change) {
    ByteWriter out;
    out.put_unsigned(encoding_version);
    put_edits(out, change.media);
    put_edits(out, change.labels);
    put_edits(out, change.tracks);
    put_edits(out, change.segments);
    return out.bytes();
}

std::optional<ChangeSet> decode_change(std::string_view bytes, std::string name, ChangeDirection direction,
                                       const Annotations& now) {
    Reading reading{ByteReader(bytes), direction, now};
    if (reading.in.unsigned_number() != encoding_version) return std::nullopt;
    ChangeSet change{.name = std::move(name)};
    const bool read = read_edits(reading, change.media) && read_edits(reading, change.labels) &&
                      read_edits(reading, change.tracks) && read_edits(reading, change.segments);
    if (!read || !reading.in.finished() || !fits(change, now)) return std::nullopt;
    return change;
}

std::int64_t journal_checksum(std::int64_t seq, std::int64_t parent, std::string_view name, std::string_view change) {
    ByteWriter out;
    out.put_signed(seq);
    out.put_signed(parent);
    out.put_text(name);
    out.put_signed(checksum_of(change));
    return checksum_of(out.bytes());
}

}  // namespace inbetween
