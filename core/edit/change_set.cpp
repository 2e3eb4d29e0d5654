#include "core/edit/change_set.h"

#include <algorithm>
#include <set>

#include "core/base/check.h"

namespace inbetween {
namespace {

template <class Edit>
std::vector<Edit> swapped(const std::vector<Edit>& edits) {
    std::vector<Edit> inverse(edits.rbegin(), edits.rend());
    for (Edit& edit : inverse) std::swap(edit.before, edit.after);
    return inverse;
}

template <class T>
bool same(const std::shared_ptr<const T>& stated, const std::shared_ptr<const T>& held) {
    return stated == held || (stated && held && *stated == *held);
}
bool same(const std::optional<Label>& stated, const std::optional<Label>& held) { return stated == held; }

template <class T, class Id>
std::shared_ptr<const T> held(const std::map<Id, std::shared_ptr<const T>>& map, Id id) {
    const auto found = map.find(id);
    return found == map.end() ? nullptr : found->second;
}
std::optional<Label> held(const std::map<LabelId, Label>& map, LabelId id) {
    const auto found = map.find(id);
    return found == map.end() ? std::nullopt : std::optional(found->second);
}

template <class Edit, class Map>
bool edits_fit(const std::vector<Edit>& edits, const Map& map) {
    std::set<typename Map::key_type> seen;
    return std::all_of(edits.begin(), edits.end(), [&](const Edit& edit) {
        return (edit.before || edit.after) && seen.insert(edit.id).second && same(edit.before, held(map, edit.id));
    });
}

template <class Edit, class Map>
void apply_edits(const std::vector<Edit>& edits, Map& map) {
    for (const Edit& edit : edits) {
        if (!edit.after) {
            map.erase(edit.id);
        } else if constexpr (std::is_same_v<Edit, LabelEdit>) {
            map[edit.id] = *edit.after;
        } else {
            map[edit.id] = edit.after;
        }
    }
}

void drop_stale_fills(const ChangeSet& change, Annotations& annotations) {
    for (const TrackEdit& edit : change.tracks) {
        const auto fills = annotations.fills.find(edit.id);
        if (fills == annotations.fills.end()) continue;
        std::erase_if(fills->second,
                      [&](const SpanFillPtr& fill) { return !edit.after || !is_current(*fill, *edit.after); });
        if (fills->second.empty()) annotations.fills.erase(fills);
    }
}

template <class Edit, class Map>
std::vector<Edit> edits_between(const Map& before, const Map& after) {
    std::vector<Edit> edits;
    std::set<typename Map::key_type> ids;
    for (const auto& [id, value] : before) ids.insert(id);
    for (const auto& [id, value] : after) ids.insert(id);
    for (const auto id : ids) {
        auto old_value = held(before, id);
        auto new_value = held(after, id);
        if (!same(old_value, new_value)) edits.push_back({id, std::move(old_value), std::move(new_value)});
    }
    return edits;
}

}  // namespace

ChangeSet ChangeSet::inverse() const {
    return {name, swapped(media), swapped(labels), swapped(tracks), swapped(segments)};
}

bool fits(const ChangeSet& change, const Annotations& annotations) {
    return edits_fit(change.media, annotations.media) && edits_fit(change.labels, annotations.labels) &&
           edits_fit(change.tracks, annotations.tracks) && edits_fit(change.segments, annotations.segments);
}

Annotations applied(const ChangeSet& change, Annotations annotations) {
    IB_CHECK(fits(change, annotations));
    apply_edits(change.media, annotations.media);
    apply_edits(change.labels, annotations.labels);
    apply_edits(change.tracks, annotations.tracks);
    apply_edits(change.segments, annotations.segments);
    drop_stale_fills(change, annotations);
    return annotations;
}

ChangeSet difference(std::string name, const Annotations& before, const Annotations& after) {
    ChangeSet change{.name = std::move(name)};
    change.media = edits_between<MediaEdit>(before.media, after.media);
    change.labels = edits_between<LabelEdit>(before.labels, after.labels);
    change.tracks = edits_between<TrackEdit>(before.tracks, after.tracks);
    change.segments = edits_between<SegmentEdit>(before.segments, after.segments);
    return change;
}

}  // namespace inbetween
