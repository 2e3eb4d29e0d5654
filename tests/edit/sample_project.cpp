#include "tests/edit/sample_project.h"

namespace inbetween::test {

Keyframe box_keyframe(std::int64_t frame, double x) { return {.frame = FrameIndex{frame}, .shape = Box{x, 5, 10, 20}}; }

Annotations empty_project() {
    Annotations a;
    Media video{.id = media, .path = "v.avi", .frames = video_frames, .width = 640, .height = 480};
    for (std::int64_t i = 0; i < video_frames; ++i) video.pts.push_back(i);
    video.timebase = {1, 25};
    a.media[media] = std::make_shared<const Media>(video);
    a.labels[person] = {.id = person, .name = "person", .hotkey = 1};
    a.labels[car] = {.id = car, .name = "car", .hotkey = 2};
    a.labels[wave] = {.id = wave, .name = "wave", .kind = LabelKind::Action, .hotkey = 3};
    return a;
}

Annotations project_with_track() {
    Annotations a = empty_project();
    Track track{.id = TrackId{1}, .media = media, .label = person};
    track.keyframes = {box_keyframe(10, 0), box_keyframe(20, 100), box_keyframe(40, 300)};
    track.keyframes[1].occluded = true;
    a.tracks[track.id] = std::make_shared<const Track>(track);
    return a;
}

SpanFillPtr fill_of(const Track& track, std::size_t left) {
    SpanFill fill{.track = track.id, .method = "csrt"};
    fill.inputs = {track.keyframes[left], track.keyframes[left + 1]};
    fill.frames.resize(static_cast<std::size_t>(fill.range().size()), {Box{1000, 5, 10, 20}, 0.5F});
    return std::make_shared<const SpanFill>(fill);
}

}  // namespace inbetween::test
