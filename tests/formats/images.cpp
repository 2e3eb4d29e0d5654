#include "tests/formats/images.h"

namespace inbetween::test {
namespace {

std::vector<double> numbers_of(const Shape& shape) {
    if (const Box* box = std::get_if<Box>(&shape)) return {box->x, box->y, box->right(), box->bottom()};
    std::vector<double> numbers;
    for (const Point& corner : std::get<Quad>(shape).corners) numbers.insert(numbers.end(), {corner.x, corner.y});
    return numbers;
}

ShownInImages shown(const Annotations& annotations, bool as_boxes) {
    ShownInImages result;
    for (const auto& [id, track] : annotations.tracks)
        for (const auto& [frame, state] : states_in(*track, annotations.fills_of(id), track->extent()))
            if (!state.outside) {
                const Shape shape = on_grid(state.shape);
                result.emplace(frame.value, annotations.label_name(track->label),
                               numbers_of(as_boxes ? on_grid(bounding_box(shape)) : shape));
            }
    return result;
}

}  // namespace

ShownInImages shown_in_images(const Annotations& annotations) { return shown(annotations, false); }

ShownInImages boxes_in_images(const Annotations& annotations) { return shown(annotations, true); }

}  // namespace inbetween::test
