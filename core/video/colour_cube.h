#pragma once

#include <memory>
#include <vector>

#include "core/video/screen_colour.h"

namespace inbetween {

/// ScreenColour as a table over all colours, for pictures: what the table holds is blended within the tetrahedron of
/// four entries that a colour lies in, which leaves grays gray. Both display paths read the same table.
class ColourCube {
public:
    /// Entries along an edge.
    static constexpr int side = 49;

    /// Null for formats that need none.
    static std::shared_ptr<const ColourCube> make(const PixelFormat& format);
    /// Whether the table is that of another format too.
    bool serves(const PixelFormat& format) const;

    /// Red, green and blue, 0..1, and nothing, the first of the three that lead there running fastest.
    const std::vector<float>& entries() const { return entries_; }
    /// What a colour is multiplied by to be a place in the table, 0..1 from the first entry to the last.
    double scale() const { return scale_; }

private:
    explicit ColourCube(const PixelFormat& format);

    PixelFormat format_;
    double scale_;
    std::vector<float> entries_;
};

}  // namespace inbetween
