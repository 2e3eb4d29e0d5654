#include "core/formats/plain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/formats/text/options.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

/// By Provenance.
constexpr std::array<std::string_view, 4> provenance_names{"keyframe", "filled", "linear", "held"};

Provenance provenance_of_span(const Track& track, const SpanFill* fill, const Keyframe& left) {
    if (left.outside) return Provenance::Held;
    if (fill != nullptr) return Provenance::Filled;
    const Keyframe* right = track.keyframe_after(left.frame);
    return right != nullptr && right->outside ? Provenance::Held : Provenance::Linear;
}

/// The fill with its shapes, and those of the keyframes it names, on the storage grid.
SpanFillPtr on_grid(const SpanFill& fill) {
    SpanFill copy = fill;
    for (Keyframe& keyframe : copy.inputs) keyframe.shape = inbetween::on_grid(keyframe.shape);
    for (FilledFrame& frame : copy.frames) frame.shape = inbetween::on_grid(frame.shape);
    return std::make_shared<const SpanFill>(std::move(copy));
}

bool same_fills(const Annotations& a, const Annotations& b) {
    return std::all_of(a.tracks.begin(), a.tracks.end(), [&](const auto& entry) {
        const TrackFills& ours = a.fills_of(entry.first);
        const TrackFills& theirs = b.fills_of(entry.first);
        return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                          [](const SpanFillPtr& x, const SpanFillPtr& y) { return *x == *y; });
    });
}

}  // namespace

std::string_view name_of(Provenance provenance) { return provenance_names[static_cast<std::size_t>(provenance)]; }

std::optional<Provenance> provenance_of(std::string_view name) {
    const auto found = std::find(provenance_names.begin(), provenance_names.end(), name);
    if (found == provenance_names.end()) return std::nullopt;
    return static_cast<Provenance>(found - provenance_names.begin());
}

Result<bool> keeps_proposals(const Format& format, const FormatOptions& stated) {
    Options given(format, stated);
    const bool keeps = given.is("proposals", "keep");
    if (given.error()) return *given.error();
    return keeps;
}

std::string confidence_text(float confidence) { return fmt::format("{}", confidence); }

void for_each_plain_row(const Annotations& annotations, const Track& track,
                        const std::function<void(const PlainRow&)>& take) {
    const TrackFills& fills = annotations.fills_of(track.id);
    auto fill = fills.begin();
    for (std::size_t i = 0; i < track.keyframes.size(); ++i) {
        const Keyframe& left = track.keyframes[i];
        take({.frame = left.frame,
              .shape = left.shape,
              .source = left.source,
              .occluded = left.occluded,
              .outside = left.outside});
        if (i + 1 == track.keyframes.size()) break;
        while (fill != fills.end() && (*fill)->range().end <= left.frame + 1) ++fill;
        const FrameIndex next = left.frame + 1;
        const SpanFill* filled = fill != fills.end() && (*fill)->range().contains(next) ? fill->get() : nullptr;
        const Provenance provenance = provenance_of_span(track, filled, left);
        for (FrameIndex frame = next; frame < track.keyframes[i + 1].frame; ++frame) {
            const TrackState state = *annotations.state_at(track, frame);
            PlainRow row{frame,          on_grid(state.shape), provenance,      state.source,
                         state.occluded, state.outside,        state.confidence};
            if (provenance == Provenance::Filled)
                row.solver_saw_it = state.occluded && !filled->frames[static_cast<std::size_t>(frame - next)].occluded;
            take(row);
        }
    }
}

std::string attribute_name(const Annotations& annotations, AttributeId id) {
    const Attribute* attribute = annotations.find_attribute(id);
    return attribute == nullptr ? std::string() : attribute->name;
}

Annotations plain_content(const WriteRequest& request, bool keeps_proposals, Losses& losses) {
    const Annotations& all = request.annotations;
    Annotations content;
    content.media[request.media] = all.media.at(request.media);
    content.labels = all.labels;
    for (const auto& [id, track] : all.tracks) {
        if (track->media != request.media) continue;
        if (track->proposal && !keeps_proposals) {
            losses.add("proposals left out, which nobody has accepted; option proposals=keep writes them");
            continue;
        }
        Track copy = *track;
        for (Keyframe& keyframe : copy.keyframes) keyframe.shape = on_grid(keyframe.shape);
        const auto is_lost = [&](AttributeId attribute) { return all.find_attribute(attribute) == nullptr; };
        losses.add(
            "values of attributes that no label has left out",
            static_cast<std::int64_t>(
                std::erase_if(copy.attributes, [&](const auto& value) { return is_lost(value.first); }) +
                std::erase_if(copy.attribute_ranges, [&](const auto& value) { return is_lost(value.attribute); })));
        // What a solver found for a span out of view is not seen, and has no rows.
        for (const SpanFillPtr& fill : all.fills_of(id))
            if (!fill->from().outside) content.fills[id].push_back(on_grid(*fill));
        content.tracks[id] = std::make_shared<const Track>(std::move(copy));
    }
    for (const auto& [id, segment] : all.segments) {
        const bool is_left_out = is_set(segment->track) && content.find_track(segment->track) == nullptr;
        if (segment->media == request.media && !is_left_out) content.segments[id] = segment;
    }
    return content;
}

Result<WriteReport> write_plain(const WriteRequest& request, bool keeps_proposals,
                                void (*emit)(const WriteRequest&, const Annotations&, StreamedFile&),
                                Result<ReadResult> (*read)(const ReadRequest&)) {
    Losses losses;
    const Annotations content = plain_content(request, keeps_proposals, losses);
    auto file = StreamedFile::open(request, request.out);
    if (!file) return file.error();
    emit(request, content, **file);
    if (auto closed = (*file)->close(); !closed) return closed.error();
    const auto back = read({{(*file)->written()}, *content.media.at(request.media), {}});
    if (!back) return fail("{}: would not be read back: {}", request.out.string(), back.error().message);
    if (!same_statements(content, back->annotations) || !same_fills(content, back->annotations))
        return fail("{}: would be read back as something else; a text in it may not be UTF-8", request.out.string());
    if (auto kept = (*file)->keep(); !kept) return kept.error();
    return WriteReport{{request.out}, losses.list()};
}

}  // namespace inbetween
