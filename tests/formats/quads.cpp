#include "tests/formats/quads.h"

#include <cmath>
#include <random>

namespace inbetween::test {

Annotations random_quads(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto upto = [&](int n) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(n)); };
    const auto fraction = [&] { return static_cast<double>(upto(1024)) / 1024; };
    Annotations made = made_annotations();
    for (int t = 0; t < 5; ++t) {
        std::vector<Keyframe> keyframes;
        bool was_outside = true;
        double turn = 6 * fraction();
        for (std::int64_t frame = upto(20); frame < 100 && keyframes.size() < 9; frame += 1 + upto(15)) {
            const bool outside = !was_outside && upto(4) == 0;
            Quad quad;
            const Point centre{static_cast<double>(upto(700)) - 20, static_cast<double>(upto(500)) - 20};
            // Small turns from keyframe to keyframe, so that no blend between two of them is flat.
            turn += 0.3 * fraction();
            for (std::size_t i = 0; i < 4; ++i) {
                const double angle = turn + 1.5708 * static_cast<double>(i);
                const double radius = 40 + 30 * fraction();
                quad.corners[i] = {centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)};
            }
            const Shape shape = outside ? keyframes.back().shape : on_grid(Shape(quad));
            keyframes.push_back(keyframe(frame, shape, !outside && upto(3) == 0, outside));
            was_outside = outside;
        }
        add_track(made, t % 2 == 0 ? "car" : "road bicycle", std::move(keyframes));
    }
    return made;
}

QuadsInView quads_in_view(const Annotations& annotations) {
    QuadsInView result;
    for (const auto& [id, track] : annotations.tracks)
        for (const auto& [frame, state] : states_in(*track, annotations.fills_of(id), track->extent()))
            if (!state.outside && std::holds_alternative<Quad>(state.shape))
                result[{id, frame.value}] = {std::get<Quad>(on_grid(state.shape)), state.occluded};
    return result;
}

}  // namespace inbetween::test
