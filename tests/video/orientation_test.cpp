#include "core/video/orientation.h"

#include <gtest/gtest.h>

#include <array>

#include "core/video/ff.h"

namespace inbetween::test {
namespace {

// The matrix of a clockwise turn, mirrored left to right first or not, by libav's own functions.
std::array<std::int32_t, 9> matrix_of(double clockwise, bool mirrored) {
    std::array<std::int32_t, 9> matrix{};
    av_display_rotation_set(matrix.data(), clockwise);
    if (mirrored) {
        matrix[0] = -matrix[0];
        matrix[1] = -matrix[1];
    }
    return matrix;
}

TEST(Orientation, IsReadFromEveryQuarterTurnAndItsMirror) {
    for (int turns = 0; turns < 4; ++turns) {
        for (const bool mirrored : {false, true}) {
            const auto matrix = matrix_of(90 * turns, mirrored);
            const MatrixTurn turn = turn_of_matrix(matrix.data());
            EXPECT_EQ(turn.orientation, (Orientation{turns, mirrored}));
            EXPECT_EQ(turn.clockwise_degrees, 90 * turns);
        }
    }
}

TEST(Orientation, OfAnOddAngleIsTheNearestQuarter) {
    EXPECT_EQ(turn_of_matrix(matrix_of(100, false).data()).orientation.quarter_turns, 1);
    EXPECT_EQ(turn_of_matrix(matrix_of(100, false).data()).clockwise_degrees, 100);
    EXPECT_EQ(turn_of_matrix(matrix_of(350, false).data()).orientation.quarter_turns, 0);
}

TEST(Orientation, OfNothingOrOfASquashedPictureIsUpright) {
    EXPECT_EQ(turn_of_matrix(nullptr).orientation, Orientation{});
    const std::array<std::int32_t, 9> zeros{};
    EXPECT_EQ(turn_of_matrix(zeros.data()).orientation, Orientation{});
}

}  // namespace
}  // namespace inbetween::test
