#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/support.h"
#include "tests/tracking/quad_scenes.h"
#include "tracking/quad_between.h"
#include "tracking/solver.h"

namespace inbetween {
namespace {

constexpr std::int64_t frames = 31;

test::QuadSceneStyle style_of(const std::string& name, double size) {
    const auto styles = test::quad_scene_styles();
    auto style = *std::find_if(styles.begin(), styles.end(), [&](const auto& s) { return s.name == name; });
    style.size = size;
    style.travel = std::min(style.travel, 40.0);
    return style;
}

test::QuadScene scene_of(const test::QuadSceneStyle& style, int seed = 3) {
    const cv::Mat back = test::texture({320, 240}, 3, {90, 130, 80}, 28);
    return test::quad_scene(style, seed, frames, test::texture({240, 180}, 11, {150, 120, 120}, 45), {back});
}

test::QuadScene scene_of(const std::string& name, double size) { return scene_of(style_of(name, size)); }

/// The largest corner distance of each frame between keyframes at the scene's two ends, and how sure the solver is.
struct Filled {
    std::vector<double> off;
    std::vector<FilledFrame> frames;
};

Filled filled(test::QuadScene& scene) {
    const Track track = test::track_of(
        {0, frames - 1}, [&](std::int64_t n) -> Shape { return scene.truth[static_cast<std::size_t>(n)]; });
    const auto fill = find_solver("homography")->solve(scene.source, {track, 0}, {});
    Filled result;
    if (!fill) {
        ADD_FAILURE() << fill.error().message;
        return result;
    }
    result.frames = fill->frames;
    for (std::size_t i = 0; i < fill->frames.size(); ++i) {
        EXPECT_FALSE(is_self_crossing(std::get<Quad>(fill->frames[i].shape)));
        result.off.push_back(corner_gap(std::get<Quad>(fill->frames[i].shape), scene.truth[i + 1]));
    }
    return result;
}

TEST(QuadScenes, AreFollowedToFivePixelsInEveryFrame) {
    for (const auto& [name, size] : std::vector<std::pair<std::string, double>>{
             {"swept", 90}, {"held", 90}, {"dull", 90}, {"tiny", 26}, {"speck", 16}, {"turning", 80}, {"tilted", 90}}) {
        test::QuadScene scene = scene_of(name, size);
        const Filled result = filled(scene);
        ASSERT_EQ(result.off.size(), static_cast<std::size_t>(frames - 2)) << name;
        EXPECT_LT(*std::max_element(result.off.begin(), result.off.end()), 5) << name;
    }
}

TEST(QuadScenes, AreNotLeftForWhatPassesInFront) {
    // Of little texture, while what passes has much, and is there at the keyframes too.
    test::QuadSceneStyle style = style_of("dull-passed", 90);
    style.rate = 0.1;
    int scenes = 0;
    for (int seed = 1; seed <= 8; ++seed) {
        test::QuadScene scene = scene_of(style, seed);
        const double seen_in_both = scene.visible.front() + scene.visible.back() - 1;  // at least
        if (seen_in_both < 0.55) continue;
        const Filled result = filled(scene);
        for (std::size_t i = 0; i < result.off.size(); ++i) {
            if (scene.visible[i + 1] < 0.5) continue;
            EXPECT_LT(result.off[i], 20) << "seed " << seed << ", frame " << i + 1;
        }
        ++scenes;
    }
    EXPECT_GE(scenes, 4);
}

TEST(QuadScenes, AreLeftWithinAFrameWhereverTheSolveIs) {
    // A cover makes it go through all of its parts: chains, looks, rescue.
    test::QuadScene scene = scene_of("buried", 90);
    const Track track = test::track_of(
        {0, frames - 1}, [&](std::int64_t n) -> Shape { return scene.truth[static_cast<std::size_t>(n)]; });
    int told = 0;
    IB_ASSERT_OK(
        find_solver("homography")->solve(scene.source, {track, 0}, {.stop = {}, .progress = [&](double) { ++told; }}));
    EXPECT_GT(told, 5 * frames) << "the rescue is not reached";
    for (int part = 1; part < 8; part += 3) {
        std::stop_source stop;
        int after = 0;
        int until = told * part / 8;
        const SolveControl control{.stop = stop.get_token(), .progress = [&](double) {
                                       after += stop.stop_requested() ? 1 : 0;
                                       if (--until == 0) stop.request_stop();
                                   }};
        const auto fill = find_solver("homography")->solve(scene.source, {track, 0}, control);
        ASSERT_FALSE(fill.has_value()) << part;
        EXPECT_EQ(fill.error().kind, ErrorKind::Cancelled);
        EXPECT_EQ(after, 0) << part;
    }
}

TEST(QuadScenes, AreFollowedPartlyBeyondThePicture) {
    test::QuadScene scene = scene_of("plain", 110);
    for (Quad& quad : scene.truth) quad = std::get<Quad>(moved(quad, -110, 0));
    auto whole = scene.source;
    test::PaintedSource cut({210, 240}, frames, [whole](std::int64_t n) mutable {
        const auto image = upright_image(**whole.frame(FrameIndex{n}), ImageChannels::Bgr);
        const cv::Mat bgr(240, 320, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data()));
        return bgr.colRange(110, 320).clone();
    });
    test::QuadScene beyond{cut, scene.truth};
    const Filled result = filled(beyond);
    double left = 0;
    for (const Quad& quad : scene.truth) left = std::min(left, bounding_box(quad).x);
    EXPECT_LT(left, -10);
    EXPECT_LT(*std::max_element(result.off.begin(), result.off.end()), 2);
}

TEST(QuadScenes, AreLessSureBehindACut) {
    test::QuadScene scene = scene_of("plain", 90);
    const auto open = filled(scene);
    auto before = scene.source;
    scene.source = test::PaintedSource({320, 240}, frames, [before](std::int64_t n) mutable {
        if (n >= 12 && n < 20) return test::texture({320, 240}, 40, {160, 90, 60}, 30);
        const auto image = upright_image(**before.frame(FrameIndex{n}), ImageChannels::Bgr);
        return cv::Mat(240, 320, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data())).clone();
    });
    const auto cut = filled(scene);
    ASSERT_EQ(cut.frames.size(), open.frames.size());
    for (std::size_t i = 12; i < 18; ++i) EXPECT_LT(cut.frames[i].confidence, open.frames[i].confidence - 0.3) << i;
    for (std::size_t i = 0; i < 9; ++i) EXPECT_LT(cut.off[i], 2) << i;
    for (std::size_t i = 21; i < cut.off.size(); ++i) EXPECT_LT(cut.off[i], 2) << i;
}

TEST(PlaneMotion, TakesEveryPlaneAlongItsOwnMotion) {
    // Half of the way, done twice, is the whole.
    const Quad a{{Point{10, 10}, {90, 20}, {85, 70}, {5, 60}}};
    const Quad b{{Point{60, 40}, {120, 70}, {95, 120}, {40, 95}}};
    const auto way = plane_motion(a, b, 8);
    ASSERT_EQ(way.size(), 9U);
    EXPECT_EQ(way.front(), a);
    EXPECT_EQ(way.back(), b);
    const auto half = homography_between(a, way[4]);
    ASSERT_TRUE(half.has_value());
    EXPECT_LT(corner_gap(apply(*half * *half, a), b), 0.05);
    for (const Quad& quad : way) EXPECT_TRUE(is_convex(quad));
}

TEST(PlaneMotion, GoesEvenlyWhereThereIsNone) {
    const Quad a = quad_of({0, 0, 40, 40});
    const Quad concave{{Point{10, 10}, {200, 10}, {60, 60}, {10, 200}}};
    const auto way = plane_motion(a, concave, 4);
    EXPECT_LT(corner_gap(way[2], mix(a, concave, 0.5)), 1e-9);
    const Quad turned{{a.corners[2], a.corners[3], a.corners[0], a.corners[1]}};
    EXPECT_EQ(plane_motion(a, turned, 4).size(), 5U);
}

TEST(PlaneMotion, ArrivesAndLeavesAsFastAsAsked) {
    const Quad a = quad_of({0, 0, 40, 40});
    const Quad b = quad_of({100, 0, 40, 40});
    const Quad still = quad_of({0, 0, 0, 0});
    const auto way = smooth_motion(a, b, 100, still, still);
    EXPECT_LT(corner_gap(way[1], a), 0.1);
    EXPECT_LT(corner_gap(way[99], b), 0.1);
    EXPECT_LT(corner_gap(way[50], mix(a, b, 0.5)), 1e-3);
}

}  // namespace
}  // namespace inbetween
