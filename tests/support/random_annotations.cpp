#include "tests/support/random_annotations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace inbetween::test {
namespace {

const std::array<std::string, 9> names{"person",          "voiture", "自行车",  "Straße", "a b\tc",
                                       "it's \"quoted\"", "x'; --",  "ünïcödé", "🚲"};

Media random_media(Random& random, MediaId id, std::int64_t frames) {
    Media media{.id = id,
                .uuid = fmt::format("{:08x}-{:04x}", random.number(0, UINT32_MAX), number(id)),
                .path = fmt::format("videos/{} {}.mp4", random.one_of(names), number(id)),
                .bytes = random.number(1, std::int64_t{1} << 40),
                .fingerprint = fmt::format("{:x}", random.number(1, INT64_MAX)),
                .frames = frames,
                .width = static_cast<int>(random.number(16, 8192)),
                .height = static_cast<int>(random.number(16, 8192)),
                .timebase = {1, static_cast<std::int32_t>(random.number(1, 90000))},
                .pts = {}};
    Pts pts = random.number(-1000, 1000);
    for (std::int64_t i = 0; i < frames; ++i) media.pts.push_back(pts += random.number(1, 4000));
    return media;
}

Attribute random_attribute(Random& random, AttributeId id) {
    Attribute attribute{.id = id,
                        .name = fmt::format("{} {}", random.one_of(names), number(id)),
                        .type = static_cast<AttributeType>(random.number(0, 3)),
                        .is_mutable = random.once_in(2),
                        .values = {},
                        .default_value = random.once_in(2) ? "" : random.one_of(names)};
    for (std::int64_t n = random.number(0, 3); n > 0; --n) attribute.values.push_back(random.one_of(names));
    return attribute;
}

Label random_label(Random& random, LabelId id, std::int64_t first_attribute) {
    Label label{.id = id,
                .name = fmt::format("{} {}", random.one_of(names), number(id)),
                .kind = random.once_in(3) ? LabelKind::Action : LabelKind::Track,
                .colour = default_colour(static_cast<std::size_t>(random.number(0, 9))),
                .hotkey = static_cast<int>(random.number(0, 80)),
                .ava_id = std::nullopt,
                .attributes = {}};
    if (random.once_in(2)) label.ava_id = static_cast<int>(random.number(0, 80));
    const std::int64_t count = random.number(0, 3);
    for (std::int64_t n = 0; n < count; ++n)
        label.attributes.push_back(random_attribute(random, AttributeId{first_attribute + n}));
    return label;
}

Segment random_segment(Random& random, const Annotations& all, SegmentId id, std::int64_t frames) {
    const FrameIndex begin{random.number(0, frames - 1)};
    Segment segment{id, random.one_of(all.media).first, random.one_of(all.labels).first, {}, {begin, begin + 1}};
    segment.range.end = begin + random.number(1, frames);
    if (!all.tracks.empty() && random.once_in(2)) segment.track = random.one_of(all.tracks).first;
    return segment;
}

Keyframe random_keyframe(Random& random, FrameIndex frame, ShapeKind kind) {
    return {frame, random_shape(random, kind), random.once_in(4), random.once_in(5),
            static_cast<Source>(random.number(0, 4))};
}

TrackEdit edit_of(const Annotations& now, Track after) {
    const auto before = now.tracks.find(after.id);
    return {after.id, before == now.tracks.end() ? nullptr : before->second,
            std::make_shared<const Track>(std::move(after))};
}

// ---- The kinds of random changes. Each may find nothing to do.

void change_keyframes(Random& random, const Annotations& now, std::int64_t frames, ChangeSet& change) {
    if (now.tracks.empty()) return;
    Track track = *random.one_of(now.tracks).second;
    for (std::int64_t n = random.number(1, 3); n > 0; --n)
        track.set_keyframe(random_keyframe(random, FrameIndex{random.number(0, frames - 1)}, track.kind));
    if (random.once_in(3) && track.keyframes.size() > 1) track.remove_keyframe(random.one_of(track.keyframes).frame);
    change.tracks.push_back(edit_of(now, std::move(track)));
}

void add_tracks(Random& random, const Annotations& now, std::int64_t frames, ChangeSet& change) {
    std::int64_t id = number(now.next_track_id());
    for (std::int64_t n = random.number(1, 3); n > 0; --n)
        change.tracks.push_back(edit_of(now, random_track(random, now, TrackId{id++}, frames)));
}

void remove_track(Random& random, const Annotations& now, std::int64_t, ChangeSet& change) {
    if (now.tracks.empty()) return;
    const auto& [id, track] = random.one_of(now.tracks);
    change.tracks.push_back({id, track, nullptr});
    for (const auto& [segment_id, segment] : now.segments)
        if (segment->track == id) change.segments.push_back({segment_id, segment, nullptr});
}

void change_values(Random& random, const Annotations& now, std::int64_t frames, ChangeSet& change) {
    if (now.tracks.empty()) return;
    Track track = *random.one_of(now.tracks).second;
    track.label = random.one_of(now.labels).first;
    track.proposal.reset();
    if (random.once_in(3)) track.proposal = static_cast<int>(random.number(0, 1000));
    track.attributes[AttributeId{random.number(1, 6)}] = random.one_of(names);
    const FrameIndex begin{random.number(0, frames - 1)};
    track.set_attribute_range(
        {AttributeId{random.number(1, 6)}, {begin, begin + random.number(1, 50)}, random.one_of(names)});
    change.tracks.push_back(edit_of(now, std::move(track)));
}

void change_labels(Random& random, const Annotations& now, std::int64_t, ChangeSet& change) {
    const LabelId fresh = now.next_label_id();
    if (random.once_in(3)) {
        change.labels.push_back({fresh, std::nullopt, random_label(random, fresh, number(now.next_attribute_id()))});
        return;
    }
    Label one = random.one_of(now.labels).second;
    Label other = random.one_of(now.labels).second;
    if (one.id == other.id) {
        one.colour = default_colour(static_cast<std::size_t>(random.number(0, 9)));
        one.attributes.push_back(random_attribute(random, now.next_attribute_id()));
        change.labels.push_back({one.id, now.labels.at(one.id), one});
        return;
    }
    std::swap(one.name, other.name);
    change.labels.push_back({one.id, now.labels.at(one.id), one});
    change.labels.push_back({other.id, now.labels.at(other.id), other});
}

void change_segments(Random& random, const Annotations& now, std::int64_t frames, ChangeSet& change) {
    if (!now.segments.empty() && random.once_in(3)) {
        const auto& [id, segment] = random.one_of(now.segments);
        change.segments.push_back({id, segment, nullptr});
        return;
    }
    const SegmentId id =
        random.once_in(2) || now.segments.empty() ? now.next_segment_id() : random.one_of(now.segments).first;
    const auto before = now.segments.find(id);
    change.segments.push_back({id, before == now.segments.end() ? nullptr : before->second,
                               std::make_shared<const Segment>(random_segment(random, now, id, frames))});
}

void change_media(Random& random, const Annotations& now, std::int64_t frames, ChangeSet& change) {
    if (random.once_in(2)) {
        const MediaId id = now.next_media_id();
        change.media.push_back({id, nullptr, std::make_shared<const Media>(random_media(random, id, frames))});
        return;
    }
    const auto& [id, before] = random.one_of(now.media);
    Media after = *before;
    after.path = fmt::format("/elsewhere/{}", random.one_of(names));
    if (random.once_in(2)) after.pts.push_back((after.pts.empty() ? 0 : after.pts.back()) + 7);
    change.media.push_back({id, before, std::make_shared<const Media>(std::move(after))});
}

}  // namespace

std::int64_t Random::number(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(engine_);
}

double Random::real(double least, double most) { return std::uniform_real_distribution<double>(least, most)(engine_); }

std::uint64_t test_seed() {
    const char* stated = std::getenv("INBETWEEN_TEST_SEED");
    return stated != nullptr ? std::strtoull(stated, nullptr, 10) : 20240917;
}

Shape random_shape(Random& random, ShapeKind kind) {
    for (;;) {
        Shape shape;
        const Box box{random.real(-50, 2000), random.real(-50, 1000), random.real(1, 300), random.real(1, 300)};
        if (kind == ShapeKind::Box) {
            shape = box;
        } else {
            Quad quad = quad_of(box);
            for (Point& corner : quad.corners)
                corner = {corner.x + random.real(-30, 30), corner.y + random.real(-30, 30)};
            shape = quad;
        }
        shape = on_grid(shape);
        if (is_valid(shape)) return shape;
    }
}

Track random_track(Random& random, const Annotations& all, TrackId id, std::int64_t frames) {
    Track track;
    track.id = id;
    track.media = random.one_of(all.media).first;
    track.label = random.one_of(all.labels).first;
    track.kind = random.once_in(2) ? ShapeKind::Quad : ShapeKind::Box;
    FrameIndex frame{random.number(0, frames / 2)};
    for (std::int64_t n = random.number(1, 8); n > 0 && frame.value < frames; --n) {
        track.set_keyframe(random_keyframe(random, frame, track.kind));
        frame = frame + random.number(1, std::max<std::int64_t>(1, frames / 6));
    }
    for (std::int64_t n = random.number(0, 3); n > 0; --n)
        track.attributes[AttributeId{random.number(1, 6)}] = random.once_in(5) ? "" : random.one_of(names);
    for (std::int64_t n = random.number(0, 4); n > 0; --n) {
        const FrameIndex begin{random.number(0, frames - 1)};
        track.set_attribute_range(
            {AttributeId{random.number(1, 6)}, {begin, begin + random.number(1, 60)}, random.one_of(names)});
    }
    return track;
}

SpanFillPtr random_fill(Random& random, const Track& track) {
    if (track.keyframes.size() < 2) return nullptr;
    const auto spans = static_cast<std::int64_t>(track.keyframes.size()) - 1;
    const std::int64_t span = random.number(0, spans - 1);
    const std::int64_t first = random.number(std::max<std::int64_t>(0, span - 1), span);
    const std::int64_t last = random.number(span + 1, std::min(spans, span + 2));
    SpanFill fill{.track = track.id,
                  .method = random.once_in(3) ? "spline" : "csrt",
                  .inputs = {track.keyframes.begin() + first, track.keyframes.begin() + last + 1},
                  .left = static_cast<std::size_t>(span - first),
                  .frames = {}};
    if (fill.range().empty()) return nullptr;
    const bool on_storage_grid = random.once_in(2);
    for (std::int64_t n = 0; n < fill.range().size(); ++n) {
        Shape shape = random_shape(random, track.kind);
        if (!on_storage_grid) shape = moved(shape, random.real(0, 1), random.real(0, 1));
        fill.frames.push_back({shape, static_cast<float>(random.real(0, 1)), random.once_in(6)});
    }
    return std::make_shared<const SpanFill>(std::move(fill));
}

Annotations random_annotations(Random& random, const RandomSize& size) {
    Annotations all;
    for (const MediaId id : {MediaId{1}, MediaId{3}})
        all.media[id] = std::make_shared<const Media>(random_media(random, id, size.frames));
    for (std::int64_t n = 0; n < 4; ++n) {
        const LabelId id = all.next_label_id();
        all.labels[id] = random_label(random, id, number(all.next_attribute_id()));
    }
    for (int n = 0; n < size.tracks; ++n) {
        const TrackId id{number(all.next_track_id()) + random.number(0, 2)};
        all.tracks[id] = std::make_shared<const Track>(random_track(random, all, id, size.frames));
    }
    for (int n = 0; n < size.tracks; ++n) {
        const SegmentId id = all.next_segment_id();
        all.segments[id] = std::make_shared<const Segment>(random_segment(random, all, id, size.frames));
    }
    Document document(std::move(all));
    for (int n = 0; n < 3 * size.tracks; ++n) {
        const auto fill = random_fill(random, *random.one_of(document.annotations().tracks).second);
        if (fill) document.set_fill(fill);
    }
    return document.annotations();
}

ChangeSet random_change(Random& random, const Annotations& now, std::int64_t frames) {
    using Kind = void (*)(Random&, const Annotations&, std::int64_t, ChangeSet&);
    static constexpr std::array<Kind, 10> kinds{change_keyframes, change_keyframes, change_keyframes, change_keyframes,
                                                add_tracks,       remove_track,     change_values,    change_labels,
                                                change_segments,  change_media};
    for (;;) {
        ChangeSet change{.name = fmt::format("Change {}", random.one_of(names))};
        random.one_of(kinds)(random, now, frames, change);
        if (!change.empty() && fits(change, now)) return change;
    }
}

}  // namespace inbetween::test
