#include "core/video/adjustment.h"

#include <algorithm>
#include <cmath>

namespace inbetween {

double Adjustment::applied(double component) const {
    const double line = (component - 0.5) * contrast + 0.5 + brightness;
    return std::pow(std::clamp(line, 0.0, 1.0), 1 / gamma);
}

}  // namespace inbetween
