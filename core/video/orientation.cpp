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

std::array<int, 6> decoded_from_upright(Size decoded, const Orientation& orientation) {
    // Upright is mirrored first, then turned clockwise; here the way back: turn back, then mirror.
    const int right = decoded.width - 1;
    const int bottom = decoded.height - 1;
    std::array<int, 6> back{1, 0, 0, 0, 1, 0};
    switch (((orientation.quarter_turns % 4) + 4) % 4) {
        case 1:
            back = {0, 1, 0, -1, 0, bottom};
            break;
        case 2:
            back = {-1, 0, right, 0, -1, bottom};
            break;
        case 3:
            back = {0, -1, right, 1, 0, 0};
            break;
        default:
            break;
    }
    if (orientation.mirrored) {
        back[0] = -back[0];
        back[1] = -back[1];
        back[2] = right - back[2];
    }
    return back;
}

}  // namespace inbetween
