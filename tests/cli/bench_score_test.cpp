#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/bench/report.h"
#include "app/cli/bench/score.h"

namespace inbetween::bench {
namespace {

Quad square(double x, double y, double side) { return quad_of(Box{x, y, side, side}); }

Quad turned(const Quad& quad, std::size_t by) {
    Quad other;
    for (std::size_t i = 0; i < 4; ++i) other.corners[i] = quad.corners[(i + by) % 4];
    return other;
}

TEST(BenchScore, QuadrilateralsOverlapByArea) {
    EXPECT_NEAR(iou(square(0, 0, 10), square(0, 0, 10)), 1, 1e-12);
    EXPECT_NEAR(iou(square(0, 0, 10), turned(square(5, 0, 10), 2)), 50.0 / 150, 1e-12);
    EXPECT_NEAR(iou(square(0, 0, 10), square(20, 0, 10)), 0, 1e-12);
    EXPECT_NEAR(iou(square(0, 0, 10), square(2, 3, 4)), 16.0 / 100, 1e-12);
    // A diamond in a square, half its area; and the other way round on screen.
    const Quad diamond{{Point{5, 0}, {10, 5}, {5, 10}, {0, 5}}};
    const Quad mirrored{{Point{5, 0}, {0, 5}, {5, 10}, {10, 5}}};
    EXPECT_NEAR(iou(square(0, 0, 10), diamond), 0.5, 1e-12);
    EXPECT_NEAR(iou(square(0, 0, 10), mirrored), 0.5, 1e-12);
}

TEST(BenchScore, AConcaveQuadrilateralCountsWhatItCovers) {
    // A square with a dart cut out of its right side: three quarters of it are left, from whichever corner it is told.
    const Quad dart{{Point{0, 0}, {10, 0}, {5, 5}, {10, 10}}};
    const double own = std::abs(signed_area(dart));
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(iou(turned(dart, i), square(0, 0, 10)), own / 100, 1e-12) << i;
        EXPECT_NEAR(iou(turned(dart, i), square(7, 4, 2)), 0, 1e-12) << i;
        EXPECT_NEAR(iou(turned(dart, i), dart), 1, 1e-12) << i;
    }
}

std::vector<Sample> samples() {
    return {{.iou = 0.9, .mean_px = 1, .worst_px = 1.5, .confidence = 0.95},
            {.iou = 0.75, .mean_px = 2, .worst_px = 4, .confidence = 0.85},
            {.iou = 0.6, .mean_px = 6, .worst_px = 9, .confidence = 0.85},
            {.iou = 0.1, .mean_px = 30, .worst_px = 40, .confidence = 0.1}};
}

TEST(BenchScore, CountsShares) {
    const Score score = score_of(samples());
    EXPECT_EQ(score.frames, 4);
    EXPECT_NEAR(score.miou, 2.35 / 4, 1e-12);
    EXPECT_EQ(score.share_50, 0.75);
    EXPECT_EQ(score.share_70, 0.5);
    EXPECT_EQ(score.median_px, 6);
    EXPECT_EQ(score.under_5, 0.5);
    EXPECT_EQ(score.under_2, 0.25);
    EXPECT_EQ(score.over_20, 0.25);
    EXPECT_EQ(score.auc, 3.5 / 4) << "of four pairs of good and bad, one is even";
    EXPECT_EQ(score_of({}).frames, 0);
}

TEST(BenchScore, ConfidenceWithoutMistakesTellsNothing) {
    EXPECT_EQ(roc_area({{.iou = 1, .confidence = 0.2}, {.iou = 1, .confidence = 0.9}}), 0.5);
    EXPECT_EQ(roc_area({{.iou = 1, .confidence = 0.9}, {.iou = 0, .confidence = 0.2}}), 1);
    EXPECT_EQ(roc_area({{.iou = 1, .confidence = 0.1}, {.iou = 0, .confidence = 0.2}}), 0);
}

TEST(BenchScore, BinsHoldEveryConfidence) {
    auto all = samples();
    all.push_back({.iou = 1, .confidence = 1});
    all.push_back({.iou = 1, .confidence = 0});
    std::int64_t frames = 0;
    for (const Bin& bin : reliability_of(all)) {
        frames += bin.frames;
        if (bin.frames > 0 && bin.to < 1) {
            EXPECT_GE(bin.said, bin.from);
            EXPECT_LT(bin.said, bin.to);
        }
        if (bin.from != 0.8) continue;
        EXPECT_EQ(bin.frames, 2);
        EXPECT_EQ(bin.share_70, 0.5);
        EXPECT_NEAR(bin.miou, 0.675, 1e-12);
    }
    EXPECT_EQ(frames, 6);
}

GapResult result(const std::string& sequence, const std::string& method, double share_70) {
    GapResult result{.sequence = sequence, .spacing = 50, .method = method};
    result.score.frames = 100;
    result.score.share_70 = share_70;
    return result;
}

TEST(BenchReport, TheMeanIsThatOfSequencesAndWorseIsBeyondNoise) {
    auto long_one = result("a", "linear", 0.9);
    long_one.score.frames = 10'000;
    const auto rows = rows_of({long_one, result("a", "csrt", 0.89), result("b", "linear", 0.5),
                               result("b", "csrt", 0.4), result("c", "linear", 0.1), result("c", "csrt", 0.9)},
                              ShapeKind::Box);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_NEAR(rows[0].mean.share_70, 0.5, 1e-12);
    EXPECT_EQ(rows[0].worse_than_linear, 0);
    EXPECT_EQ(rows[1].method, "csrt");
    EXPECT_EQ(rows[1].worse_than_linear, 1) << "0.01 less is noise, 0.1 less is not";
    EXPECT_EQ(rows[1].worse_by_any, 2);
    EXPECT_EQ(rows[1].each.size(), 3U);
}

TEST(BenchReport, EffortIsOfAllFramesTogether) {
    const std::vector<SimulationResult> results{{"a", "linear", Placement::Uniform, {100, 10, 5, 20, 0}},
                                                {"b", "linear", Placement::Uniform, {300, 30, 15, 60, 0}},
                                                {"a", "linear", Placement::Oracle, {100, 1, 1, 0, 0}},
                                                {"b", "linear", Placement::Oracle, {300, 3, 2, 6, 0}}};
    const auto rows = rows_of(results);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_NEAR(rows[0].share95.value(), 100, 1e-9);
    EXPECT_NEAR(rows[0].mean80.value(), 50, 1e-9);
    EXPECT_NEAR(rows[0].strict.value(), 200, 1e-9);
    EXPECT_NEAR(rows[1].share95.value(), 10, 1e-9);
    EXPECT_FALSE(rows[1].strict) << "one ended before";
}

}  // namespace
}  // namespace inbetween::bench
