#include "tests/formats/actions.h"

#include <random>
#include <vector>

namespace inbetween::test {

Said said_in(const Annotations& annotations) {
    Said said;
    for (const auto& [id, segment] : annotations.segments)
        said.emplace(annotations.label_name(segment->label), segment->range.begin.value, segment->range.end.value);
    return said;
}

namespace {

LabelId add_action(Annotations& made, const std::string& name) {
    if (const Label* known = made.find_label(name)) return known->id;
    const LabelId id = made.next_label_id();
    made.labels[id] = Label{.id = id, .name = name, .kind = LabelKind::Action, .attributes = {}};
    return id;
}

}  // namespace

void add_segment(Annotations& made, const std::string& label, std::int64_t begin, std::int64_t end, TrackId track) {
    const SegmentId id = made.next_segment_id();
    made.segments[id] = std::make_shared<const Segment>(
        Segment{id, MediaId{1}, add_action(made, label), track, {FrameIndex{begin}, FrameIndex{end}}});
}

Media uneven_media(std::uint32_t seed) {
    Media media = made_media();
    media.timebase = {1, 1000};
    std::mt19937 random(seed);
    Pts at = 5000;
    for (Pts& pts : media.pts) {
        pts = at;
        at += 8 + static_cast<Pts>(random() % 90U);
    }
    return media;
}

Annotations random_actions(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto upto = [&](int n) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(n)); };
    Annotations made = made_annotations();
    made.media[MediaId{1}] = std::make_shared<const Media>(seed % 2 == 0 ? made_media() : uneven_media(seed));
    const std::vector<std::string> names{"walk", "sit down, \"slowly\"", "cour\xC3\xA9", "\xE8\xB7\x91", "a<b> & 'c'"};
    for (int i = 0; i < 12; ++i) {
        const std::int64_t begin = upto(100);
        const std::int64_t end = i % 4 == 0 ? begin + 1 : begin + 1 + upto(static_cast<int>(100 - begin));
        add_segment(made, names[static_cast<std::size_t>(upto(5))], begin, end);
    }
    add_segment(made, "walk", 0, 100);
    return made;
}

}  // namespace inbetween::test
