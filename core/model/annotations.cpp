#include "core/model/annotations.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace inbetween {
namespace {

template <class Map>
auto next_id(const Map& map) {
    using Id = typename Map::key_type;
    return map.empty() ? Id{1} : Id{number(map.rbegin()->first) + 1};
}

template <class Map>
bool same_values(const Map& a, const Map& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.first == y.first && (x.second == y.second || *x.second == *y.second);
    });
}

}  // namespace

double Media::seconds_at(FrameIndex n) const {
    if (pts.empty()) return 0;
    const auto last = static_cast<std::int64_t>(pts.size()) - 1;
    const auto within = static_cast<std::size_t>(std::clamp<std::int64_t>(n.value, 0, last));
    const double seconds = timebase.seconds(pts[within] - pts.front());
    return n.value > last ? seconds + static_cast<double>(n.value - last) / mean_fps() : seconds;
}

double Media::mean_fps() const {
    if (pts.size() < 2 || pts.back() <= pts.front()) return 25;
    return static_cast<double>(pts.size() - 1) / timebase.seconds(pts.back() - pts.front());
}

std::string Media::name() const {
    std::string_view rest = path;
    while (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
    const auto slash = rest.rfind('/');
    return std::string(slash == std::string_view::npos ? rest : rest.substr(slash + 1));
}

const Label* Annotations::find_label(std::string_view name) const {
    for (const auto& [id, label] : labels)
        if (label.name == name) return &label;
    return nullptr;
}

const Label* Annotations::find_label(LabelId id) const {
    const auto found = labels.find(id);
    return found == labels.end() ? nullptr : &found->second;
}

const Track* Annotations::find_track(TrackId id) const {
    const auto found = tracks.find(id);
    return found == tracks.end() ? nullptr : found->second.get();
}

const Media* Annotations::find_media(MediaId id) const {
    const auto found = media.find(id);
    return found == media.end() ? nullptr : found->second.get();
}

const TrackFills& Annotations::fills_of(TrackId id) const {
    static const TrackFills none;
    const auto found = fills.find(id);
    return found == fills.end() ? none : found->second;
}

std::string Annotations::label_name(LabelId id) const {
    const Label* label = find_label(id);
    return label != nullptr ? label->name : std::string();
}

const Attribute* Annotations::find_attribute(AttributeId id) const {
    for (const auto& [label_id, label] : labels)
        if (const Attribute* attribute = label.find_attribute(id)) return attribute;
    return nullptr;
}

MediaId Annotations::next_media_id() const { return next_id(media); }
LabelId Annotations::next_label_id() const { return next_id(labels); }
TrackId Annotations::next_track_id() const { return next_id(tracks); }
SegmentId Annotations::next_segment_id() const { return next_id(segments); }

AttributeId Annotations::next_attribute_id() const {
    std::int64_t largest = 0;
    for (const auto& [id, label] : labels)
        for (const Attribute& attribute : label.attributes) largest = std::max(largest, number(attribute.id));
    return AttributeId{largest + 1};
}

std::int64_t Annotations::keyframe_count() const {
    std::int64_t count = 0;
    for (const auto& [id, track] : tracks) count += static_cast<std::int64_t>(track->keyframes.size());
    return count;
}

std::int64_t Annotations::shape_count() const {
    std::int64_t count = 0;
    for (const auto& [id, track] : tracks) {
        for (std::size_t i = 0; i < track->keyframes.size(); ++i) {
            if (track->keyframes[i].outside) continue;
            const bool is_last = i + 1 == track->keyframes.size();
            count += is_last ? 1 : track->keyframes[i + 1].frame - track->keyframes[i].frame;
        }
    }
    return count;
}

bool same_statements(const Annotations& a, const Annotations& b) {
    return same_values(a.media, b.media) && a.labels == b.labels && same_values(a.tracks, b.tracks) &&
           same_values(a.segments, b.segments);
}

std::optional<std::string> find_breach(const Annotations& annotations) {
    std::set<std::string_view> names;
    for (const auto& [id, label] : annotations.labels) {
        if (label.id != id) return fmt::format("label {}: its id is {}", number(id), number(label.id));
        if (label.name.empty()) return fmt::format("label {}: has no name", number(id));
        if (!names.insert(label.name).second) return fmt::format("label {}: a second '{}'", number(id), label.name);
    }
    for (const auto& [id, track] : annotations.tracks) {
        if (track->id != id) return fmt::format("track {}: its id is {}", number(id), number(track->id));
        if (annotations.find_media(track->media) == nullptr)
            return fmt::format("track {}: its video is not in the project", number(id));
        if (annotations.find_label(track->label) == nullptr)
            return fmt::format("track {}: its label is not in the project", number(id));
        if (const auto breach = find_breach(*track)) return fmt::format("track {}: {}", number(id), *breach);
    }
    for (const auto& [id, segment] : annotations.segments) {
        if (segment->id != id) return fmt::format("segment {}: its id is {}", number(id), number(segment->id));
        if (segment->range.empty()) return fmt::format("segment {}: is empty", number(id));
        if (annotations.find_media(segment->media) == nullptr)
            return fmt::format("segment {}: its video is not in the project", number(id));
        if (annotations.find_label(segment->label) == nullptr)
            return fmt::format("segment {}: its label is not in the project", number(id));
        if (is_set(segment->track) && annotations.find_track(segment->track) == nullptr)
            return fmt::format("segment {}: its track is not in the project", number(id));
    }
    for (const auto& [id, fills] : annotations.fills) {
        const Track* track = annotations.find_track(id);
        for (const SpanFillPtr& fill : fills)
            if (track == nullptr || !is_current(*fill, *track))
                return fmt::format("track {}: a fill for keyframes that are not there", number(id));
    }
    return std::nullopt;
}

Annotations without_proposals(Annotations a) {
    const auto is_proposed = [&](TrackId id) {
        const Track* track = a.find_track(id);
        return track != nullptr && track->proposal.has_value();
    };
    std::erase_if(a.segments, [&](const auto& entry) { return is_proposed(entry.second->track); });
    std::erase_if(a.fills, [&](const auto& entry) { return is_proposed(entry.first); });
    std::erase_if(a.tracks, [](const auto& entry) { return entry.second->proposal.has_value(); });
    return a;
}

}  // namespace inbetween
