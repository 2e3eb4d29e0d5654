#pragma once

#include <string>
#include <vector>

#include "tests/tracking/scene.h"

namespace inbetween::test {

/// What makes a flat object hard to follow.
struct QuadSceneStyle {
    std::string name;
    double size = 150;       ///< the object's, about   units: px
    double travel = 90;      ///< how far it swings from the middle   units: px
    double tilt = 0.5;       ///< out of the picture's plane   units: rad
    double turn = 0.5;       ///< in the plane, swinging   units: rad
    double spin = 0;         ///< in the plane, steadily, over all frames   units: rad
    double pace = 1;         ///< how many swings more than usual
    double contrast = 1;     ///< of its texture
    double blur = 0.6;       ///< of the texture   units: px
    double noise = 4;        ///< units: gray levels
    double gain = 0.15;      ///< how far the light on it swings
    bool highlight = false;  ///< a bright spot wanders over it
    double sweeper = 0;      ///< size of what passes in front once in 50 frames   units: of the object
    int tiles = 1;           ///< how often the texture is repeated each way
    bool held = false;       ///< something covers one of its corners all the time
    int passers = 0;         ///< how many things cross the picture in front of it
    double passer = 0.5;     ///< their size   units: of the object
    double rate = 0.05;      ///< how far they go in a frame   units: of the object
};

/// Every style that quads are measured on.
std::vector<QuadSceneStyle> quad_scene_styles();

/// A painted video of a flat object that moves smoothly in space over a background, with motion blur, and its corners.
struct QuadScene {
    PaintedSource source;
    std::vector<Quad> truth;
    std::vector<double> visible = {};  ///< share of it that is in the picture with nothing in front of it
};

/// requires: `backs` not empty, all of one size, taken in turn.   units: `look` and `backs` 8-bit BGR.
QuadScene quad_scene(const QuadSceneStyle& style, int seed, std::int64_t frames, const cv::Mat& look,
                     const std::vector<cv::Mat>& backs);

}  // namespace inbetween::test
