#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/base/check.h"
#include "core/edit/operations.h"

namespace inbetween::edit {
namespace {

/// Imported ids to ids of the project.
struct IdMap {
    std::map<LabelId, LabelId> labels;
    std::map<AttributeId, AttributeId> attributes;
    std::map<TrackId, TrackId> tracks;
};

/// Makes a change and goes on from its result.
void make(Annotations& a, const ChangeSet& change) {
    if (!change.empty()) a = applied(change, std::move(a));
}

void import_attributes(Annotations& a, const Label& imported, LabelId id, IdMap& ids) {
    for (const Attribute& attribute : imported.attributes) {
        Label label = with_attribute(a, a.labels.at(id), attribute.name, attribute.type, attribute.is_mutable);
        for (Attribute& own : label.attributes) {
            if (own.name != attribute.name) continue;
            ids.attributes[attribute.id] = own.id;
            if (own.values.empty()) own.values = attribute.values;
            if (own.default_value.empty()) own.default_value = attribute.default_value;
        }
        make(a, change_label(a, std::move(label)));
    }
}

/// The label in the imported one's colour and with its hotkey, unless another label has them.
Label with_looks_of(const Annotations& a, Label label, const Label& imported) {
    const auto is_free = [&](const auto& taken_by) {
        return std::none_of(a.labels.begin(), a.labels.end(),
                            [&](const auto& entry) { return entry.first != label.id && taken_by(entry.second); });
    };
    if (imported.colour != Colour{} && is_free([&](const Label& each) { return each.colour == imported.colour; }))
        label.colour = imported.colour;
    if (imported.hotkey != 0 && is_free([&](const Label& each) { return each.hotkey == imported.hotkey; }))
        label.hotkey = imported.hotkey;
    return label;
}

/// A label of that name and kind; where the name stands for another kind, the name with the kind behind it.
LabelId find_or_add_label(Annotations& a, const Label& imported) {
    std::string name = imported.name;
    const Label* own = a.find_label(name);
    while (own != nullptr && own->kind != imported.kind) {
        name += imported.kind == LabelKind::Action ? " (action)" : " (object)";
        own = a.find_label(name);
    }
    if (own == nullptr) {
        make(a, add_label(a, name, imported.kind));
        own = a.find_label(name);
        make(a, change_label(a, with_looks_of(a, *own, imported)));
        own = a.find_label(name);
    }
    return own->id;
}

void import_labels(Annotations& a, const Annotations& imported, IdMap& ids) {
    for (const auto& [id, label] : imported.labels) {
        const LabelId own = find_or_add_label(a, label);
        ids.labels[id] = own;
        if (label.ava_id && !a.labels.at(own).ava_id) {
            Label with_ava_id = a.labels.at(own);
            with_ava_id.ava_id = label.ava_id;
            make(a, change_label(a, std::move(with_ava_id)));
        }
        import_attributes(a, label, own, ids);
    }
}

Track imported_track(const Track& stated, MediaId media, TrackId id, const IdMap& ids, const Thinning& thinning) {
    Track track = thinned(stated, thinning);
    track.id = id;
    track.media = media;
    track.label = ids.labels.at(stated.label);
    for (Keyframe& keyframe : track.keyframes) keyframe.shape = on_grid(keyframe.shape);
    track.attributes.clear();
    for (const auto& [attribute, value] : stated.attributes) track.attributes[ids.attributes.at(attribute)] = value;
    track.attribute_ranges.clear();
    for (AttributeRange range : stated.attribute_ranges) {
        range.attribute = ids.attributes.at(range.attribute);
        track.set_attribute_range(std::move(range));
    }
    return track;
}

/// The names that a map states and the file has not, as a sentence's end; empty for none.
std::string unknown_in(const std::map<std::string, std::string, std::less<>>& map, const std::set<std::string>& known) {
    for (const auto& [from, to] : map)
        if (!known.contains(from))
            return fmt::format("'{}'; the file has {}", from,
                               known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
    return {};
}

void leave_out(Annotations& a, LabelId label) {
    std::set<TrackId> gone;
    for (const auto& [id, track] : a.tracks)
        if (track->label == label) gone.insert(id);
    std::erase_if(a.tracks, [&](const auto& entry) { return gone.contains(entry.first); });
    std::erase_if(a.segments, [&](const auto& entry) {
        return entry.second->label == label || gone.contains(entry.second->track);
    });
    a.labels.erase(label);
}

}  // namespace

Result<Annotations> renamed(Annotations imported, const NameMap& names) {
    std::set<std::string> labels;
    std::set<std::string> attributes;
    for (const auto& [id, label] : imported.labels) {
        labels.insert(label.name);
        for (const Attribute& attribute : label.attributes) attributes.insert(attribute.name);
    }
    if (const auto unknown = unknown_in(names.labels, labels); !unknown.empty()) return fail("no label {}", unknown);
    if (const auto unknown = unknown_in(names.attributes, attributes); !unknown.empty())
        return fail("no attribute {}", unknown);
    const std::map<LabelId, Label> stated = imported.labels;
    for (const auto& [id, label] : stated) {
        const auto name = names.labels.find(label.name);
        if (name != names.labels.end() && name->second.empty()) {
            leave_out(imported, id);
            continue;
        }
        Label& own = imported.labels.at(id);
        if (name != names.labels.end()) own.name = name->second;
        for (Attribute& attribute : own.attributes)
            if (const auto other = names.attributes.find(attribute.name); other != names.attributes.end())
                attribute.name = other->second;
    }
    return imported;
}

ChangeSet import(const Annotations& a, MediaId media, const Annotations& imported, const Thinning& thinning,
                 std::string name) {
    IB_CHECK(a.find_media(media) != nullptr);
    Annotations after = a;
    after.fills.clear();  // A ChangeSet does not carry them, and labels are added one by one here.
    IdMap ids;
    import_labels(after, imported, ids);
    for (const auto& [id, track] : imported.tracks) {
        if (track->keyframes.empty()) continue;
        const TrackId own = after.next_track_id();
        ids.tracks[id] = own;
        after.tracks[own] = std::make_shared<const Track>(imported_track(*track, media, own, ids, thinning));
    }
    for (const auto& [id, segment] : imported.segments) {
        Segment own = *segment;
        own.id = after.next_segment_id();
        own.media = media;
        own.label = ids.labels.at(segment->label);
        if (is_set(own.track)) {
            const auto track = ids.tracks.find(own.track);
            if (track == ids.tracks.end()) continue;
            own.track = track->second;
        }
        after.segments[own.id] = std::make_shared<const Segment>(own);
    }
    return difference(std::move(name), a, after);
}

std::vector<SpanFillPtr> imported_fills(const ChangeSet& change, const Annotations& imported) {
    std::vector<SpanFillPtr> fills;
    auto edit = change.tracks.begin();
    for (const auto& [id, track] : imported.tracks) {
        if (track->keyframes.empty()) continue;
        IB_CHECK(edit != change.tracks.end() && edit->after != nullptr);
        for (const SpanFillPtr& stated : imported.fills_of(id)) {
            SpanFill fill = *stated;
            fill.track = edit->id;
            if (is_current(fill, *edit->after)) fills.push_back(std::make_shared<const SpanFill>(std::move(fill)));
        }
        ++edit;
    }
    return fills;
}

}  // namespace inbetween::edit
