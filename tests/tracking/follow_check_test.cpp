#include "tracking/follow_check.h"

#include <gtest/gtest.h>

#include <tuple>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"

namespace inbetween {
namespace {

using test::sliding_square;
using test::square_at;

/// Follows the square's true path from frame `from` to `to`, shifted by `off` at its end, and looks back.
Result<bool> looked_back(std::int64_t from, std::int64_t to, double off, Direction direction = Direction::Forward) {
    auto source = sliding_square();
    const SolveControl control;
    auto images = SpanImages::open(source, control, FrameIndex{from}, 44, 40);
    IB_EXPECT_OK(images);
    PathCheck check(*images, FrameIndex{from}, direction, square_at(from));
    const std::int64_t step = direction == Direction::Forward ? 1 : -1;
    for (std::int64_t n = from + step; n != to + step; n += step) {
        EXPECT_FALSE(check.is_due()) << n;
        Box box = square_at(n);
        if (n == to) box.x += off;
        check.add(box, false);
    }
    EXPECT_TRUE(check.is_due());
    return check.comes_back();
}

TEST(PathCheck, ComesBackAlongTheObject) {
    for (const auto& [from, to, direction] :
         {std::tuple{5, 15, Direction::Forward}, std::tuple{30, 20, Direction::Backward}}) {
        const auto back = looked_back(from, to, 0, direction);
        IB_ASSERT_OK(back);
        EXPECT_TRUE(*back) << from;
    }
}

TEST(PathCheck, ComesBackElsewhereFromSomethingElse) {
    const auto back = looked_back(5, 15, 60);
    IB_ASSERT_OK(back);
    EXPECT_FALSE(*back) << "the ground does not move with the square";
}

TEST(PathCheck, BeginsAnewBehindWhatHidesTheObject) {
    auto source = sliding_square();
    const SolveControl control;
    auto images = SpanImages::open(source, control, FrameIndex{5}, 44, 40);
    IB_ASSERT_OK(images);
    PathCheck check(*images, FrameIndex{5}, Direction::Forward, square_at(5));
    for (std::int64_t n = 6; n < 14; ++n) check.add(square_at(n), false);
    for (std::int64_t n = 14; n < 18; ++n) check.add(Box{200, 20, 44, 44}, true);
    for (std::int64_t n = 18; n < 28; ++n) {
        EXPECT_FALSE(check.is_due()) << n;
        check.add(square_at(n), false);
    }
    check.add(square_at(28), false);
    ASSERT_TRUE(check.is_due());
    auto back = check.comes_back();
    IB_ASSERT_OK(back);
    EXPECT_TRUE(*back);
    EXPECT_FALSE(check.is_due()) << "until as many frames went by again";
}

}  // namespace
}  // namespace inbetween
