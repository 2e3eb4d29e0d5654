#include "tracking/link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include "tracking/assignment.h"

namespace inbetween {
namespace {

/// What an assignment costs where every pair not made costs `alone`.
double cost_of(const CostMatrix& costs, const std::vector<std::optional<std::size_t>>& column_of, double alone) {
    double sum = alone * static_cast<double>(std::min(costs.rows(), costs.columns()));
    for (std::size_t row = 0; row < column_of.size(); ++row)
        if (column_of[row]) sum += costs.at(row, *column_of[row]) - alone;
    return sum;
}

/// The least cost there is, by trying every order.
double least_cost(const CostMatrix& costs, double alone) {
    const std::size_t side = costs.rows() + costs.columns();
    std::vector<std::size_t> order(side);
    std::iota(order.begin(), order.end(), 0U);
    double least = std::numeric_limits<double>::infinity();
    do {
        std::vector<std::optional<std::size_t>> column_of(costs.rows());
        for (std::size_t row = 0; row < costs.rows(); ++row)
            if (order[row] < costs.columns()) column_of[row] = order[row];
        least = std::min(least, cost_of(costs, column_of, alone));
    } while (std::next_permutation(order.begin(), order.end()));
    return least;
}

TEST(Assign, IsTheCheapestOfAll) {
    std::mt19937 engine(7);
    for (int round = 0; round < 120; ++round) {
        const std::size_t rows = 1 + engine() % 4;
        const std::size_t columns = 1 + engine() % 4;
        CostMatrix costs(rows, columns);
        for (std::size_t row = 0; row < rows; ++row)
            // Few different costs make ties.
            for (std::size_t column = 0; column < columns; ++column)
                costs.at(row, column) = static_cast<double>(engine() % 8) - 1;
        const double alone = static_cast<double>(engine() % 9);
        const auto column_of = assign(costs, alone);
        ASSERT_EQ(column_of.size(), rows);
        std::vector<std::size_t> used;
        for (std::size_t row = 0; row < rows; ++row) {
            if (!column_of[row]) continue;
            EXPECT_LT(costs.at(row, *column_of[row]), alone);
            used.push_back(*column_of[row]);
        }
        std::sort(used.begin(), used.end());
        EXPECT_EQ(std::adjacent_find(used.begin(), used.end()), used.end());
        EXPECT_DOUBLE_EQ(cost_of(costs, column_of, alone), least_cost(costs, alone)) << round;
    }
}

TEST(Assign, HandlesNothingAndMuch) {
    EXPECT_TRUE(assign(CostMatrix(0, 5), 1).empty());
    EXPECT_EQ(assign(CostMatrix(3, 0), 1).size(), 3U);
    CostMatrix costs(120, 90, 5);
    for (std::size_t i = 0; i < 90; ++i) costs.at((i * 7) % 120, i) = 1;
    const auto column_of = assign(costs, 4);
    for (std::size_t i = 0; i < 90; ++i) EXPECT_EQ(column_of[(i * 7) % 120], i);
    EXPECT_EQ(std::count(column_of.begin(), column_of.end(), std::nullopt), 30);
}

Box box_at(double x, double y = 50) { return {x, y, 20, 40}; }

FrameDetections look(std::int64_t frame, const std::vector<Box>& boxes, double confidence = 0.9) {
    FrameDetections detections{FrameIndex{frame}, {}};
    for (const Box& box : boxes) detections.found.push_back({box, confidence, 0, {}});
    return detections;
}

TEST(Link, FollowsTwoWhoPassEachOther) {
    std::vector<FrameDetections> frames;
    for (int i = 0; i < 40; ++i) frames.push_back(look(i, {box_at(10 + 4 * i), box_at(170 - 4 * i, 62)}));
    const auto tracks = link(frames, {});
    ASSERT_EQ(tracks.size(), 2U);
    for (const LinkedTrack& track : tracks) {
        EXPECT_EQ(track.seen.size(), 40U);
        EXPECT_NEAR(track.certainty, 0.9, 1e-9);
        // Each stays on its own line though they overlap in the middle.
        const double y = track.seen.front().box.y;
        for (const auto& seen : track.seen) EXPECT_NEAR(seen.box.y, y, 2) << seen.frame.value;
    }
}

TEST(Link, BridgesAFewFramesAndNotMore) {
    std::vector<FrameDetections> frames;
    for (int i = 0; i < 60; ++i)
        frames.push_back(
            look(i, (i >= 20 && i < 26) || (i >= 40 && i < 52) ? std::vector<Box>{} : std::vector{box_at(10 + 2 * i)}));
    const auto tracks = link(frames, {});
    ASSERT_EQ(tracks.size(), 2U);
    EXPECT_EQ(tracks[0].seen.front().frame, FrameIndex{0});
    EXPECT_EQ(tracks[0].seen.back().frame, FrameIndex{39});
    EXPECT_EQ(tracks[0].seen.size(), 34U);
    EXPECT_NEAR(tracks[0].certainty, 0.9 * 34 / 40, 1e-9);
    EXPECT_EQ(tracks[1].seen.front().frame, FrameIndex{52});
}

TEST(Link, DropsWhatIsSeenRarely) {
    std::vector<FrameDetections> frames;
    for (int i = 0; i < 30; ++i)
        frames.push_back(look(i, i % 10 == 0 ? std::vector{box_at(9.0 * i)} : std::vector<Box>{}));
    EXPECT_TRUE(link(frames, {}).empty());
    EXPECT_TRUE(link({}, {}).empty());
}

TEST(Link, BeginsOnlyWithASureDetectionAndGoesOnWithUnsureOnes) {
    std::vector<FrameDetections> frames;
    for (int i = 0; i < 30; ++i) frames.push_back(look(i, {box_at(10 + 2 * i)}, i == 10 ? 0.8 : 0.3));
    const auto tracks = link(frames, {});
    ASSERT_EQ(tracks.size(), 1U);
    EXPECT_EQ(tracks[0].seen.front().frame, FrameIndex{10});
    EXPECT_EQ(tracks[0].seen.back().frame, FrameIndex{29});
}

TEST(Link, NeverJoinsTwoClassesNorTwoDifferentColours) {
    std::vector<FrameDetections> frames;
    const std::vector<float> red{1, 0};
    const std::vector<float> blue{0, 1};
    for (int i = 0; i < 20; ++i) {
        FrameDetections frame{FrameIndex{i}, {}};
        frame.found.push_back({box_at(50), 0.9, i < 10 ? 0 : 1, {}});
        // Two who stand so close that only their colours tell who is who; they are put out in turn.
        frame.found.push_back({box_at(200 + (i % 2 == 0 ? 0 : 3)), 0.9, 2, i % 2 == 0 ? red : blue});
        frame.found.push_back({box_at(200 + (i % 2 == 0 ? 3 : 0)), 0.9, 2, i % 2 == 0 ? blue : red});
        frames.push_back(std::move(frame));
    }
    const auto tracks = link(frames, {});
    ASSERT_EQ(tracks.size(), 4U);
    for (const LinkedTrack& track : tracks) EXPECT_EQ(track.seen.size(), track.label == 2 ? 20U : 10U);
}

TEST(Link, SmoothsWhatTrembles) {
    std::mt19937 engine(3);
    std::normal_distribution<double> noise(0, 2);
    std::vector<FrameDetections> frames;
    for (int i = 0; i < 80; ++i)
        frames.push_back(look(i, {{20 + 3.0 * i + noise(engine), 50 + noise(engine), 20, 40}}));
    const auto tracks = link(frames, {});
    ASSERT_EQ(tracks.size(), 1U);
    double raw = 0;
    double smoothed = 0;
    for (std::size_t i = 0; i < tracks[0].seen.size(); ++i) {
        raw += std::abs(frames[i].found[0].box.x - (20 + 3.0 * static_cast<double>(i)));
        smoothed += std::abs(tracks[0].seen[i].box.x - (20 + 3.0 * static_cast<double>(i)));
    }
    EXPECT_LT(smoothed, 0.6 * raw);
}

TEST(Link, LeavesWhatIsExactAlone) {
    // A zigzag of exact boxes: any smoothing would cut its corners.
    std::vector<FrameDetections> frames;
    for (int i = 0; i < 60; ++i) frames.push_back(look(i, {box_at(50 + 3.0 * std::abs(i % 20 - 10))}));
    const auto tracks = link(frames, {});
    ASSERT_EQ(tracks.size(), 1U);
    for (std::size_t i = 0; i < tracks[0].seen.size(); ++i)
        EXPECT_NEAR(tracks[0].seen[i].box.x, frames[i].found[0].box.x, 1.5) << i;
}

TEST(Link, OverlappingDetectionsOfOneClassAreOne) {
    std::vector<Detection> found{
        {box_at(10), 0.5, 0, {}}, {box_at(12), 0.8, 0, {}}, {box_at(11), 0.6, 1, {}}, {box_at(60), 0.4, 0, {}}};
    const auto kept = without_doubles(found, 0.6);
    ASSERT_EQ(kept.size(), 3U);
    EXPECT_EQ(kept[0].confidence, 0.8);
    EXPECT_EQ(kept[1].label, 1);
}

}  // namespace
}  // namespace inbetween
