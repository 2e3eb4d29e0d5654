#include "core/model/shape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace inbetween {
namespace {

const Quad square{{Point{10, 10}, Point{30, 10}, Point{30, 30}, Point{10, 30}}};
const Quad bow_tie{{Point{10, 10}, Point{30, 30}, Point{30, 10}, Point{10, 30}}};

TEST(Shape, RefusesWhatCannotBeDrawn) {
    EXPECT_TRUE(is_valid(Box{-5, -5, 1, 1}));
    EXPECT_FALSE(is_valid(Box{0, 0, 0, 5}));
    EXPECT_FALSE(is_valid(Box{0, 0, -3, 5}));
    EXPECT_FALSE(is_valid(Box{std::numeric_limits<double>::quiet_NaN(), 0, 1, 1}));
    EXPECT_FALSE(is_valid(Box{0, 0, std::numeric_limits<double>::infinity(), 1}));
    EXPECT_FALSE(is_valid(Box{1e7, 0, 1, 1}));
    EXPECT_TRUE(is_valid(square));
    EXPECT_FALSE(is_valid(bow_tie));
    EXPECT_FALSE(is_valid(Quad{}));
}

TEST(Shape, KnowsItsBoundingBoxAndArea) {
    EXPECT_EQ(bounding_box(square), (Box{10, 10, 20, 20}));
    EXPECT_DOUBLE_EQ(signed_area(square), 400);
    EXPECT_EQ(quad_of(Box{10, 10, 20, 20}), square);
}

TEST(Shape, GridIsAFixedPoint) {
    const Shape once = on_grid(Box{1.23456, 2.000001, 3.3333, 1e-9});
    EXPECT_EQ(on_grid(once), once);
    EXPECT_TRUE(is_valid(once));
    EXPECT_LE(distance(once, Box{1.23456, 2.000001, 3.3333, 0}), 1.5 / 1024);
}

TEST(Shape, BlendsEachNumberAndEndsExactly) {
    const Shape a = Box{0, 0, 10, 10};
    const Shape b = Box{10, 20, 20, 30};
    EXPECT_EQ(blend(a, b, 0), a);
    EXPECT_EQ(blend(a, b, 1), b);
    EXPECT_EQ(blend(a, b, 0.5), Shape(Box{5, 10, 15, 20}));
    EXPECT_EQ(blend(Shape(square), moved(square, 4, 0), 0.25), moved(square, 1, 0));
}

TEST(Shape, MeasuresOverlap) {
    EXPECT_DOUBLE_EQ(iou({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
    EXPECT_DOUBLE_EQ(iou({0, 0, 10, 10}, {5, 0, 10, 10}), 50.0 / 150);
    EXPECT_DOUBLE_EQ(iou({0, 0, 10, 10}, {10, 0, 10, 10}), 0);
    EXPECT_DOUBLE_EQ(overlap_share({0, 0, 10, 10}, {5, 0, 100, 100}), 0.5);
}

TEST(Shape, ContainsItsInsideOnly) {
    EXPECT_TRUE(contains(square, {20, 20}));
    EXPECT_FALSE(contains(square, {31, 20}));
    EXPECT_TRUE(contains(Box{0, 0, 5, 5}, {5, 5}));
    EXPECT_FALSE(contains(Box{0, 0, 5, 5}, {5.01, 5}));
}

}  // namespace
}  // namespace inbetween
