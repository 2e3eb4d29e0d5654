#include "core/edit/continue_track.h"

#include <memory>
#include <utility>

#include "core/edit/operations.h"

namespace inbetween::edit {

bool ends_by_import(const Track& track) {
    return track.keyframes.size() > 1 && track.keyframes.back().outside &&
           track.keyframes.back().source == Source::Imported;
}

ChangeSet continue_track(const Annotations& a, TrackId id, const std::vector<Keyframe>& keyframes) {
    ChangeSet change = add_keyframes(a, id, keyframes);
    const Track* track = a.find_track(id);
    if (change.empty() || !ends_by_import(*track)) return change;
    Keyframe end = track->keyframes.back();
    if (keyframes.back().frame < end.frame) return change;
    Track after = *change.tracks.front().after;
    after.remove_keyframe(end.frame);
    for (Keyframe keyframe : keyframes) {
        if (keyframe.frame != end.frame) continue;
        keyframe.shape = on_grid(keyframe.shape);
        after.set_keyframe(std::move(keyframe));
    }
    const Keyframe& last = after.keyframes.back();
    end.frame = last.frame + 1;
    end.shape = last.shape;
    if (!last.outside && end.frame.value < a.find_media(track->media)->frames) after.set_keyframe(std::move(end));
    change.tracks.front().after = std::make_shared<const Track>(std::move(after));
    return change;
}

}  // namespace inbetween::edit
