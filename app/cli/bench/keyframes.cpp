#include "app/cli/bench/keyframes.h"

namespace inbetween::bench {

std::vector<Run> runs_of(const TrueShapes& shapes) {
    std::vector<Run> runs;
    for (const auto& [frame, shape] : shapes) {
        if (runs.empty() || frame != runs.back().last + 1)
            runs.push_back({frame, frame});
        else
            runs.back().last = frame;
    }
    return runs;
}

std::vector<std::int64_t> keyframes_every(const Run& run, std::int64_t spacing) {
    std::vector<std::int64_t> frames;
    for (std::int64_t frame = run.first; frame <= run.last; frame += spacing) frames.push_back(frame);
    const std::int64_t rest = run.last - frames.back();
    if (rest == 0) return frames;
    if (frames.size() > 1 && 10 * rest < 3 * spacing)
        frames.back() = run.last;
    else
        frames.push_back(run.last);
    return frames;
}

Track track_of(const TrueShapes& shapes, ShapeKind kind, TrackId id, const std::vector<std::int64_t>& frames) {
    Track track;
    track.id = id;
    track.kind = kind;
    for (const std::int64_t frame : frames)
        track.keyframes.push_back({.frame = FrameIndex{frame}, .shape = on_grid(shapes.at(frame))});
    const auto runs = runs_of(shapes);
    for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
        const Shape last = on_grid(shapes.at(runs[i].last));
        track.set_keyframe({.frame = FrameIndex{runs[i].last + 1}, .shape = last, .outside = true});
    }
    return track;
}

std::vector<Track> tracks_every(const Truth& truth, std::int64_t spacing) {
    std::vector<Track> tracks;
    for (const TrueShapes& shapes : truth.objects) {
        std::vector<std::int64_t> frames;
        for (const Run& run : runs_of(shapes)) {
            const auto more = keyframes_every(run, spacing);
            frames.insert(frames.end(), more.begin(), more.end());
        }
        const auto id = static_cast<std::int64_t>(tracks.size()) + 1;
        tracks.push_back(track_of(shapes, truth.kind, TrackId{id}, frames));
    }
    return tracks;
}

}  // namespace inbetween::bench
