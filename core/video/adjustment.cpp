#include "core/video/adjustment.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace inbetween {

double Adjustment::applied(double component) const {
    const double line = (component - 0.5) * contrast + 0.5 + brightness;
    return std::pow(std::clamp(line, 0.0, 1.0), 1 / gamma);
}

std::string Adjustment::text() const {
    std::string text;
    const auto add = [&text](std::string part) { text += (text.empty() ? "" : ", ") + std::move(part); };
    if (brightness != 0) add(fmt::format("brightness {:+.2f}", brightness));
    if (contrast != 1) add(fmt::format("contrast {:.2f}", contrast));
    if (gamma != 1) add(fmt::format("gamma {:.2f}", gamma));
    return text;
}

}  // namespace inbetween
