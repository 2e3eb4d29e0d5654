#pragma once

#include <optional>
#include <vector>

#include "tracking/quad_patch.h"

namespace inbetween {

/// A quad's way from `from` to `to` in equal steps of one plane motion: the homography between them taken to the powers
/// 0, 1/steps .. 1, so that a quad seen in perspective stays one. Where there is no such motion each corner goes
/// evenly. returns: steps + 1 quads, exact at both ends, none self-crossing unless an end or the even way is.
std::vector<Quad> plane_motion(const Quad& from, const Quad& to, std::size_t steps);

/// The same, arriving and leaving with the given velocities of the corners.
/// units: `leaving` and `arriving` in image pixels a step, as quads of differences.
std::vector<Quad> smooth_motion(const Quad& from, const Quad& to, std::size_t steps, const std::optional<Quad>& leaving,
                                const std::optional<Quad>& arriving);

/// How far off such a way may be in its middle: some of the size the longer it is, some of how far it goes.
/// units: patch pixels.
double smooth_deviation(const Quad& from, const Quad& to, std::size_t steps, const QuadPatch& patch);

}  // namespace inbetween
