#include "core/video/orientation.h"

#include <cmath>
#include <numbers>

namespace inbetween {

MatrixTurn turn_of_matrix(const std::int32_t* matrix) {
    MatrixTurn turn;
    if (matrix == nullptr) return turn;
    // A point (x, y) goes to (a*x + c*y, b*x + d*y), y down.
    double a = matrix[0];
    double b = matrix[1];
    const double c = matrix[3];
    const double d = matrix[4];
    const double area = a * d - b * c;
    if (area == 0) return turn;
    turn.orientation.mirrored = area < 0;
    if (turn.orientation.mirrored) {  // take out the mirroring of x that comes first
        a = -a;
        b = -b;
    }
    const double degrees = std::atan2(b, a) * 180 / std::numbers::pi;
    turn.clockwise_degrees = (static_cast<int>(std::lround(degrees)) + 360) % 360;
    turn.orientation.quarter_turns = ((turn.clockwise_degrees + 45) / 90) % 4;
    return turn;
}

}  // namespace inbetween
