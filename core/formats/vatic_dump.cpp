#include <algorithm>
#include <cmath>

#include "core/formats/vatic.h"

namespace inbetween {

/// A box as VATIC holds it: whole, not left of or above the picture, and at least a pixel wide and high.
VaticDump::Edges VaticDump::edges_of(const Shape& shape, Losses& losses) const {
    const Box box = bounding_box(shape);
    const std::array<double, 4> exact{box.x / how_.scale, box.y / how_.scale, box.right() / how_.scale,
                                      box.bottom() / how_.scale};
    Edges edges{};
    bool has_fractions = false;
    for (std::size_t i = 0; i < 4; ++i) {
        // A scaled whole number may fall short of itself by rounding.
        const double value = how_.rounds ? std::round(exact[i]) : std::trunc(exact[i] + std::copysign(1e-9, exact[i]));
        edges[i] = static_cast<std::int64_t>(value);
        has_fractions = has_fractions || std::abs(value - exact[i]) > 1e-6;
    }
    if (has_fractions) losses.add("boxes with fractions of a pixel cut off");
    if (edges[0] < 0 || edges[1] < 0) losses.add("boxes cut at the left or top edge of the picture");
    for (auto& edge : edges) edge = std::max<std::int64_t>(edge, 0);
    if (edges[2] <= edges[0] || edges[3] <= edges[1]) losses.add("boxes widened to a pixel");
    edges[2] = std::max(edges[2], edges[0] + 1);
    edges[3] = std::max(edges[3], edges[1] + 1);
    return edges;
}

/// Each edge goes on by an even step and is truncated.   source: pyvision, vision/track/interpolation.py, LinearFill.
VaticDump::Edges VaticDump::edges_between(const Keyframe& left, const Keyframe& right, FrameIndex frame) const {
    Losses counted_at_the_keyframes;
    const Edges from = edges_of(left.shape, counted_at_the_keyframes);
    const Edges to = edges_of(right.shape, counted_at_the_keyframes);
    Edges edges{};
    for (std::size_t i = 0; i < 4; ++i) {
        const double rate = static_cast<double>(to[i] - from[i]) / static_cast<double>(right.frame - left.frame);
        edges[i] =
            static_cast<std::int64_t>(static_cast<double>(from[i]) + rate * static_cast<double>(frame - left.frame));
    }
    edges[2] = std::max(edges[2], edges[0] + 1);
    edges[3] = std::max(edges[3], edges[1] + 1);
    return edges;
}

VaticDump::Edges VaticDump::edges_at(const Track& track, FrameIndex frame, const TrackState& state) const {
    if (state.is_keyframe) return edges_of(state.shape, losses_);
    const Keyframe* left = track.keyframe_at_or_before(frame);
    const Keyframe* right = track.keyframe_after(frame);
    const bool is_linear = right != nullptr && track.kind == ShapeKind::Box &&
                           span_method(track, annotations_.fills_of(track.id), *left) == "linear";
    return is_linear ? edges_between(*left, *right, frame) : edges_of(state.shape, losses_);
}

void VaticDump::find_attributes(const Track& track) {
    attributes_.clear();
    actions_.clear();
    std::vector<std::string_view> carried;
    if (const Label* label = annotations_.find_label(track.label)) {
        for (const Attribute& attribute : label->attributes) {
            if (attribute.type != AttributeType::Checkbox) continue;
            carried.push_back(attribute.name);
            attributes_.push_back(&attribute);
        }
    }
    count_attributes(annotations_, track, carried, losses_);
    for (const Segment* segment : segments_of(annotations_, track.media, track.id)) {
        losses_.add(how_.writes_actions ? "actions of tracks written as attributes" : "actions of tracks left out");
        if (how_.writes_actions) actions_.emplace_back(segment, annotations_.label_name(segment->label));
    }
}

std::vector<std::string_view> VaticDump::attributes_at(const Track& track, FrameIndex frame) const {
    if (attributes_.empty() && actions_.empty()) return {};
    std::set<std::string_view> names;
    for (const Attribute* attribute : attributes_)
        if (value_at(track, attribute, frame) == "true") names.insert(attribute->name);
    for (const auto& [segment, name] : actions_)
        if (segment->range.contains(frame)) names.insert(name);
    return {names.begin(), names.end()};
}

void VaticDump::add_project_rows(const Track& track, const FrameRange& range) {
    for (const auto& [frame, state] : states_in(track, annotations_.fills_of(track.id), range)) {
        const Keyframe* next = how_.holds && !state.outside ? track.find_keyframe(frame + 1) : nullptr;
        const bool is_held = next != nullptr && next->outside;
        rows_.push_back({frame, edges_at(track, frame, state), state.outside, state.occluded,
                         !state.is_keyframe && !is_held, attributes_at(track, frame)});
    }
}

void VaticDump::add_vatic_rows(const Track& track, const FrameRange& range) {
    for (FrameIndex frame = range.begin; frame < range.end; ++frame) {
        const Keyframe& left = *track.keyframe_at_or_before(frame);
        const Keyframe* right = track.keyframe_after(frame);
        const bool is_keyframe = left.frame == frame;
        const bool is_lost = left.outside || (right != nullptr && right->outside);
        if (is_lost && !left.outside) losses_.add("frames in view written as lost, as VATIC interpolates them");
        if (!is_keyframe && !is_lost && span_method(track, annotations_.fills_of(track.id), left) != "linear")
            losses_.add("frames that were filled otherwise written as even steps");
        rows_.push_back({frame, is_keyframe ? edges_of(left.shape, losses_) : edges_between(left, *right, frame),
                         is_lost, left.occluded, !is_keyframe, attributes_at(track, frame)});
    }
}

const std::vector<VaticDumpRow>& VaticDump::rows_of(const Track& track) {
    rows_.clear();
    const FrameRange in_video = track.extent().intersect({FrameIndex{0}, FrameIndex{media_.frames}});
    if (in_video.size() < track.extent().size())
        losses_.add("frames past the video's last left out", track.extent().size() - in_video.size());
    if (in_video.empty()) return rows_;
    find_attributes(track);
    if (how_.goes_by_keyframes)
        add_vatic_rows(track, in_video);
    else
        add_project_rows(track, in_video);
    if (track.kind == ShapeKind::Quad) losses_.add("quads written as boxes", static_cast<std::int64_t>(rows_.size()));
    boxes_ += std::count_if(rows_.begin(), rows_.end(), [](const VaticDumpRow& row) { return !row.lost; });
    return rows_;
}

void VaticDump::count_rest() {
    losses_.add("segments of the video left out",
                static_cast<std::int64_t>(segments_of(annotations_, media_.id, TrackId{}).size()));
}

Result<WriteReport> write_vatic_text(const WriteRequest& request, const std::string& text, const VaticOptions& how,
                                     std::int64_t boxes, const Losses& losses,
                                     Result<ReadResult> (*read)(std::string_view name, std::string_view text,
                                                                const Media& media, const VaticOptions& how)) {
    VaticOptions back = how;
    back.generated = "auto";
    back.gaps = "outside";
    back.goes_by_keyframes = false;
    const Media& media = *request.annotations.find_media(request.media);
    if (auto same = check_reads_back(request.out, read(request.out.string(), text, media, back), boxes); !same)
        return same.error();
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    // What VATIC makes of its keyframes is in the rows already.
    return WriteReport{std::move(*written), losses.list(), {}, {{"interpolation", "project"}}};
}

}  // namespace inbetween
