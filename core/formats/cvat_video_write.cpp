#include <algorithm>
#include <set>

#include "core/formats/cvat_video.h"

namespace inbetween {
namespace {

class Writer {
public:
    Writer(const Annotations& annotations, const Media& media, const CvatVideoOptions& how, Losses& losses,
           StreamedFile& file)
        : annotations_(annotations), media_(media), how_(how), losses_(losses), xml_(file) {}
    std::int64_t write();

private:
    void add(const Track& track);
    std::set<FrameIndex> added_keyframes(const Track& track, const CvatAttributes& attributes);
    void row(FrameIndex frame, const TrackState& state, bool is_keyframe, const CvatAttributes& attributes);

    const Annotations& annotations_;
    const Media& media_;
    const CvatVideoOptions& how_;
    Losses& losses_;
    XmlWriter xml_;
    std::int64_t boxes_ = 0;
};

/// Frames that CVAT must be told of as keyframes to show what the track shows.
std::set<FrameIndex> Writer::added_keyframes(const Track& track, const CvatAttributes& attributes) {
    std::set<FrameIndex> added;
    const auto add = [&](FrameIndex frame, std::string_view why) {
        const bool is_new = track.extent().contains(frame) && frame.value < media_.frames &&
                            track.find_keyframe(frame) == nullptr && added.insert(frame).second;
        if (is_new) losses_.add(why);
    };
    for (const SpanFillPtr& fill : annotations_.fills_of(track.id))
        for (FrameIndex frame = fill->range().begin; frame < fill->range().end; ++frame.value)
            add(frame, "filled frames written as keyframes");
    for (const FrameIndex frame : attributes.changes())
        add(frame, "frames written as keyframes since an attribute changes there");
    if (track.kind != ShapeKind::Quad || !how_.writes_every_quad) return added;
    for (const auto& [frame, state] : states_in(track, annotations_.fills_of(track.id), track.extent()))
        if (!state.outside) add(frame, "frames of quads written as keyframes");
    return added;
}

void Writer::row(FrameIndex frame, const TrackState& state, bool is_keyframe, const CvatAttributes& attributes) {
    xml_.open(cvat_element_of(state.shape));
    xml_.attribute("frame", frame.value);
    xml_.attribute("keyframe", std::int64_t{is_keyframe});
    xml_.attribute("outside", std::int64_t{state.outside});
    xml_.attribute("occluded", std::int64_t{state.occluded});
    write_cvat_shape(xml_, state.shape, how_.is_rounded);
    xml_.attribute("z_order", std::int64_t{0});
    for (const auto& [name, value] : attributes.values_at(frame)) {
        xml_.open("attribute");
        xml_.attribute("name", name);
        xml_.text(value);
        xml_.close();
    }
    xml_.close();
    boxes_ += state.outside ? 0 : 1;
}

void Writer::add(const Track& track) {
    const FrameRange in_video = track.extent().intersect({FrameIndex{0}, FrameIndex{media_.frames}});
    if (in_video.size() < track.extent().size())
        losses_.add("frames past the video's last left out", track.extent().size() - in_video.size());
    if (in_video.empty()) return;
    const CvatAttributes attributes(annotations_, track, how_.writes_actions);
    losses_.add("actions of tracks written as attributes", attributes.actions());
    if (!how_.writes_actions)
        losses_.add("actions of tracks left out",
                    static_cast<std::int64_t>(segments_of(annotations_, media_.id, track.id).size()));
    const std::set<FrameIndex> added = added_keyframes(track, attributes);
    xml_.open("track");
    xml_.attribute("id", number(track.id));
    xml_.attribute("label", annotations_.label_name(track.label));
    xml_.attribute("source", std::string_view("manual"));
    TrackState last;
    bool was_seen = false;
    for (auto& [frame, state] : states_in(track, annotations_.fills_of(track.id), in_video)) {
        TrackState shown = state;
        // CVAT moves a shape towards the place where it is gone, so that place is where it was seen last.
        if (state.outside && was_seen) {
            if (state.is_keyframe && !(state.shape == last.shape)) losses_.add("places of tracks that are out of view");
            shown.shape = last.shape;
        }
        if (!state.outside) last = state, was_seen = true;
        const bool is_end = frame + 1 == in_video.end && in_video.size() < track.extent().size();
        const bool is_keyframe = state.is_keyframe || added.contains(frame) || (is_end && !state.outside);
        const bool is_row = is_keyframe || (how_.writes_all_rows && !state.outside);
        if (is_row) row(frame, shown, is_keyframe, attributes);
        if (!is_row && !state.outside) ++boxes_;
        last.outside = state.outside;
    }
    // Without this CVAT shows the track to the end of the video.
    if (!last.outside && in_video.end.value < media_.frames) {
        last.outside = true;
        last.occluded = false;
        row(in_video.end, last, true, attributes);
    }
    xml_.close();
}

std::int64_t Writer::write() {
    xml_.open("annotations");
    write_cvat_meta(xml_, annotations_, media_, "interpolation", how_.writes_actions);
    for (const Track* track : tracks_of(annotations_, media_.id)) add(*track);
    losses_.add("segments of the video left out",
                static_cast<std::int64_t>(segments_of(annotations_, media_.id, TrackId{}).size()));
    xml_.close();
    xml_.finish();
    return boxes_;
}

}  // namespace

std::int64_t write_cvat_video(const Annotations& annotations, const Media& media, const CvatVideoOptions& how,
                              Losses& losses, StreamedFile& file) {
    return Writer(annotations, media, how, losses, file).write();
}

}  // namespace inbetween
