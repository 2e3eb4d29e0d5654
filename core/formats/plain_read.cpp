#include <fmt/format.h>

#include <algorithm>

#include "core/formats/plain.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

Error at(const std::string& place, std::string_view why) { return fail("{}: {}", place, why); }

/// The fill that the file names, of the frames that it states for it.
Result<SpanFillPtr> fill_of(const PlainFill& stated, const PlainTrack& source, const Track& track) {
    const auto what = fmt::format("the fill between frames {} and {}", stated.from.value, stated.to.value);
    const Keyframe* first = track.find_keyframe(stated.first);
    const Keyframe* last = track.find_keyframe(stated.last);
    const Keyframe* from = track.find_keyframe(stated.from);
    const Keyframe* to = track.find_keyframe(stated.to);
    if (first == nullptr || last == nullptr || from == nullptr || to == nullptr || to != from + 1 || from < first ||
        to > last)
        return at(source.place, what + " names frames that are no neighbouring keyframes");
    SpanFill fill{.track = track.id, .method = stated.method, .inputs = {first, last + 1}, .frames = {}};
    fill.left = static_cast<std::size_t>(from - first);
    const auto begin = std::partition_point(source.rows.begin(), source.rows.end(),
                                            [&](const PlainRow& row) { return row.frame <= stated.from; });
    for (auto row = begin; row != source.rows.end() && row->frame < stated.to; ++row)
        if (row->provenance == Provenance::Filled)
            fill.frames.push_back({row->shape, row->confidence, row->occluded && !row->solver_saw_it});
    if (static_cast<std::int64_t>(fill.frames.size()) != fill.range().size())
        return at(source.place, fmt::format("{} lacks some of its {} frames", what, fill.range().size()));
    return std::make_shared<const SpanFill>(std::move(fill));
}

bool shows_same(const PlainRow& a, const PlainRow& b) {
    return a.shape == b.shape && a.occluded == b.occluded && a.outside == b.outside;
}

/// Rows by frame, none twice, shapes of the track's kind, and none so far past the video that it is surely a mistake:
/// every frame between two keyframes is worked out.
Result<Done> check_rows(PlainTrack& track, std::int64_t video_frames) {
    constexpr std::int64_t leeway = 100'000;
    std::stable_sort(track.rows.begin(), track.rows.end(),
                     [](const PlainRow& a, const PlainRow& b) { return a.frame < b.frame; });
    for (std::size_t i = 0; i < track.rows.size(); ++i) {
        const PlainRow& row = track.rows[i];
        if (i > 0 && track.rows[i - 1].frame == row.frame)
            return at(track.place, fmt::format("frame {} stands twice", row.frame.value));
        if (row.frame.value >= 2 * video_frames + leeway)
            return at(track.place,
                      fmt::format("frame {} lies far past the video's {} frames", row.frame.value, video_frames));
        if (kind_of(row.shape) != track.kind)
            return at(track.place, fmt::format("frame {} is a {}, the track is one of {}", row.frame.value,
                                               track.kind == ShapeKind::Box ? "quad" : "box",
                                               track.kind == ShapeKind::Box ? "boxes" : "quads"));
        if (row.provenance == Provenance::Keyframe && !is_valid(row.shape))
            return at(track.place, fmt::format("frame {}: the shape is flat or crosses itself", row.frame.value));
    }
    return Done{};
}

Result<TrackFills> fills_of(const PlainTrack& source, const Track& track) {
    TrackFills fills;
    std::vector<PlainFill> stated = source.fills;
    std::sort(stated.begin(), stated.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    for (std::size_t i = 0; i < stated.size(); ++i) {
        if (i > 0 && stated[i].from == stated[i - 1].from)
            return at(source.place, fmt::format("the span from frame {} is filled twice", stated[i].from.value));
        auto fill = fill_of(stated[i], source, track);
        if (!fill) return fill.error();
        fills.push_back(std::move(*fill));
    }
    return fills;
}

}  // namespace

PlainReader::PlainReader(const Media& media) : media_(is_set(media.id) ? media.id : MediaId{1}) {
    Media own = media;
    own.id = media_;
    annotations_.media[media_] = std::make_shared<const Media>(std::move(own));
}

void PlainReader::set_media(const PlainMedia& stated) {
    const Media& media = *annotations_.media.at(media_);
    if (!stated.fingerprint.empty() && !media.fingerprint.empty() && stated.fingerprint != media.fingerprint)
        notes_.push_back("the file was written of another video, as its fingerprint tells");
    if (stated.frames > 0 && stated.frames != media.frames)
        notes_.push_back(fmt::format("the file speaks of {} frames, the video has {}", stated.frames, media.frames));
    else if (!stated.pts.empty() && stated.pts != media.pts)
        notes_.push_back("the file states other times of the frames than the video has");
    if (stated.width > 0 && stated.height > 0 && (stated.width != media.width || stated.height != media.height))
        notes_.push_back(fmt::format("the file speaks of pictures of {}x{}, the video's are {}x{}", stated.width,
                                     stated.height, media.width, media.height));
}

Result<Done> PlainReader::add(Label label, const std::string& place) {
    if (label.name.empty()) return at(place, "the label has no name");
    if (annotations_.find_label(label.name) != nullptr)
        return at(place, fmt::format("a second label {}", in_quotes(label.name)));
    if (!is_set(label.id)) label.id = annotations_.next_label_id();
    if (annotations_.find_label(label.id) != nullptr)
        return at(place, fmt::format("a second label of id {}", number(label.id)));
    std::int64_t free = number(annotations_.next_attribute_id());
    for (const Attribute& attribute : label.attributes) free = std::max(free, number(attribute.id) + 1);
    for (Attribute& attribute : label.attributes) {
        if (attribute.name.empty())
            return at(place, fmt::format("the attribute {} of the label {} has no name", number(attribute.id),
                                         in_quotes(label.name)));
        if (!is_set(attribute.id)) attribute.id = AttributeId{free++};
        if (annotations_.find_attribute(attribute.id) != nullptr || label.find_attribute(attribute.id) != &attribute)
            return at(place, fmt::format("a second attribute of id {}", number(attribute.id)));
    }
    annotations_.labels[label.id] = std::move(label);
    return Done{};
}

Result<Done> PlainReader::add(PlainTrack stated) {
    if (!track_ids_.insert(stated.id).second)
        return at(stated.place, fmt::format("a second track of id {}", stated.id));
    if (auto checked = check_rows(stated, annotations_.media.at(media_)->frames); !checked) return checked;
    Pending pending{{}, stated.label, stated.values, stated.place};
    Track& track = pending.track;
    track.id = TrackId{stated.id};
    track.media = media_;
    track.kind = stated.kind;
    track.proposal = stated.proposal;
    for (const PlainRow& row : stated.rows)
        if (row.provenance == Provenance::Keyframe)
            track.keyframes.push_back({row.frame, row.shape, row.occluded, row.outside, row.source});
    auto fills = fills_of(stated, track);
    if (!fills) return fills.error();
    if (!fills->empty()) annotations_.fills[track.id] = std::move(*fills);
    auto row = stated.rows.begin();
    for_each_plain_row(annotations_, track, [&](const PlainRow& derived) {
        while (row != stated.rows.end() && row->frame < derived.frame) ++row;
        // What is derived may be left out of the file, but says nothing of its own where it stands there.
        if (row != stated.rows.end() && row->frame == derived.frame && !shows_same(*row, derived)) ++other_rows_;
    });
    const FrameRange extent = track.extent();
    other_rows_ += std::count_if(stated.rows.begin(), stated.rows.end(),
                                 [&](const PlainRow& each) { return !extent.contains(each.frame); });
    if (extent.end.value > annotations_.media.at(media_)->frames) ++past_end_;
    pending_.push_back(std::move(pending));
    return Done{};
}

LabelId PlainReader::label_id(const std::string& name, LabelKind kind) {
    if (const Label* label = annotations_.find_label(name)) return label->id;
    Label made{.id = annotations_.next_label_id(), .name = name, .kind = kind, .attributes = {}};
    made.colour = default_colour(annotations_.labels.size());
    const LabelId id = made.id;
    annotations_.labels[id] = std::move(made);
    return id;
}

Result<Done> PlainReader::say_values(Track& track, const Pending& pending) {
    for (const PlainValue& value : pending.values) {
        const Label& label = annotations_.labels.at(track.label);
        const Attribute* known = value.attribute != 0 ? annotations_.find_attribute(AttributeId{value.attribute})
                                                      : label.find_attribute(value.name);
        if (known == nullptr)
            return at(pending.place,
                      fmt::format("the attribute {} is not among the labels'",
                                  value.name.empty() ? std::to_string(value.attribute) : in_quotes(value.name)));
        if (!value.range) {
            if (!track.attributes.emplace(known->id, value.value).second)
                return at(pending.place, fmt::format("the attribute {} is stated twice", in_quotes(known->name)));
            continue;
        }
        if (value.range->empty())
            return at(pending.place,
                      fmt::format("the attribute {} has a range without frames", in_quotes(known->name)));
        track.attribute_ranges.push_back({known->id, *value.range, value.value});
    }
    std::stable_sort(track.attribute_ranges.begin(), track.attribute_ranges.end(), [](const auto& a, const auto& b) {
        return std::pair(a.attribute, a.range.begin) < std::pair(b.attribute, b.range.begin);
    });
    if (const auto breach = find_breach(track)) return at(pending.place, *breach);
    return Done{};
}

Result<Done> PlainReader::finish_tracks() {
    for (Pending& pending : pending_) {
        pending.track.label = label_id(pending.label, LabelKind::Track);
        if (auto said = say_values(pending.track, pending); !said) return said;
        annotations_.tracks[pending.track.id] = std::make_shared<const Track>(std::move(pending.track));
    }
    return Done{};
}

Result<Done> PlainReader::finish_segments() {
    for (const PlainSegment& stated : segments_) {
        Segment segment{SegmentId{stated.id}, media_, label_id(stated.label, LabelKind::Action), TrackId{stated.track},
                        stated.range};
        if (segment.range.empty()) return at(stated.place, "the segment has no frames");
        if (is_set(segment.track) && annotations_.find_track(segment.track) == nullptr)
            return at(stated.place, fmt::format("track {} is not in the file", stated.track));
        if (!annotations_.segments.emplace(segment.id, std::make_shared<const Segment>(segment)).second)
            return at(stated.place, fmt::format("a second segment of id {}", stated.id));
    }
    return Done{};
}

Result<ReadResult> PlainReader::finish() && {
    if (auto tracks = finish_tracks(); !tracks) return tracks.error();
    if (auto segments = finish_segments(); !segments) return segments.error();
    if (other_rows_ > 0)
        notes_.push_back(
            fmt::format("{} frames that are no keyframes differ from what their keyframes and fills give, "
                        "which counts",
                        other_rows_));
    if (past_end_ > 0) notes_.push_back(fmt::format("{} tracks go on past the video's last frame", past_end_));
    return ReadResult{std::move(annotations_), std::move(notes_)};
}

}  // namespace inbetween
