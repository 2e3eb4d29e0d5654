#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/support.h"

namespace inbetween::test {
namespace {

constexpr int video_frames = 795;
constexpr int video_width = 768;
constexpr int video_height = 576;

/// One row of app/demo/vtest.txt.
struct Row {
    int track, left, top, right, bottom, frame, lost, occluded, generated;
};

std::vector<Row> demo_rows() {
    std::istringstream lines(file_text(source_folder() / "app/demo/vtest.txt"));
    std::vector<Row> rows;
    for (std::string line; std::getline(lines, line);) {
        Row r{};
        const int read = std::sscanf(line.c_str(), "%d %d %d %d %d %d %d %d %d \"person\"", &r.track, &r.left, &r.top,
                                     &r.right, &r.bottom, &r.frame, &r.lost, &r.occluded, &r.generated);
        EXPECT_EQ(read, 9) << line;
        EXPECT_TRUE(line.ends_with(" \"person\"")) << line;
        rows.push_back(r);
    }
    return rows;
}

double overlap(const Row& row, double left, double top, double width, double height) {
    const double across = std::min<double>(row.right, left + width) - std::max<double>(row.left, left);
    const double down = std::min<double>(row.bottom, top + height) - std::max<double>(row.top, top);
    if (across <= 0 || down <= 0) return 0;
    const double own = static_cast<double>(row.right - row.left) * (row.bottom - row.top);
    return across * down / (own + width * height - across * down);
}

TEST(Demo, KeyframesAreInsideTheVideoAndInOrder) {
    std::map<int, int> last_frame;
    int before = 0;
    for (const Row& r : demo_rows()) {
        EXPECT_TRUE(0 <= r.left && r.left < r.right && r.right <= video_width) << r.track << " " << r.frame;
        EXPECT_TRUE(0 <= r.top && r.top < r.bottom && r.bottom <= video_height) << r.track << " " << r.frame;
        EXPECT_TRUE(0 <= r.frame && r.frame < video_frames) << r.track;
        EXPECT_EQ(r.generated, 0) << "the demo states keyframes only";
        EXPECT_GE(r.track, before) << "rows are grouped by track";
        if (last_frame.contains(r.track)) {
            EXPECT_GT(r.frame, last_frame[r.track]);
        }
        last_frame[r.track] = r.frame;
        before = r.track;
    }
    EXPECT_GE(last_frame.size(), 6U);
}

TEST(Demo, EveryTrackEndsOutsideOneFrameAfterItsLastKeyframe) {
    const std::vector<Row> rows = demo_rows();
    ASSERT_FALSE(rows.empty());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool is_last = i + 1 == rows.size() || rows[i + 1].track != rows[i].track;
        EXPECT_EQ(rows[i].lost != 0, is_last) << rows[i].track << " " << rows[i].frame;
        if (is_last) {
            EXPECT_EQ(rows[i].frame, rows[i - 1].frame + 1);
        }
    }
}

TEST(Demo, ActionsAreRowsOfAvaInsideThePictureAndTheVideo) {
    std::istringstream lines(file_text(source_folder() / "app/demo/vtest_actions.csv"));
    int rows = 0;
    for (std::string line; std::getline(lines, line); ++rows) {
        int second = 0, action = 0, person = 0;
        double left = 0, top = 0, right = 0, bottom = 0;
        ASSERT_EQ(std::sscanf(line.c_str(), "vtest,%4d,%lf,%lf,%lf,%lf,%d,%d", &second, &left, &top, &right, &bottom,
                              &action, &person),
                  7)
            << line;
        EXPECT_LE(second, 79) << "the video lasts 79.5 seconds";
        EXPECT_TRUE(0 <= left && left < right && right <= 1 && 0 <= top && top < bottom && bottom <= 1) << line;
        EXPECT_TRUE(1 <= action && action <= 80 && person > 0) << line;
    }
    EXPECT_GT(rows, 50);
}

TEST(Demo, KeyframesFitThePeopleOfTheGroundTruth) {
    const auto truth = shared_data("mot/PETS09-S2L1/gt.txt");
    if (!truth) GTEST_SKIP() << "the ground truth of vtest.avi is not beside the clone";
    struct Person {
        double left, top, width, height;
    };
    std::map<int, std::vector<Person>> people;  // by frame, from 0
    std::istringstream lines(file_text(*truth));
    for (std::string line; std::getline(lines, line);) {
        int frame = 0, id = 0;
        Person p{};
        ASSERT_EQ(std::sscanf(line.c_str(), "%d,%d,%lf,%lf,%lf,%lf", &frame, &id, &p.left, &p.top, &p.width, &p.height),
                  6);
        people[frame - 1].push_back(p);
    }
    double sum = 0;
    int matched = 0, stated = 0;
    for (const Row& row : demo_rows()) {
        if (row.lost != 0) continue;
        ++stated;
        double best = 0;
        for (const Person& p : people[row.frame]) best = std::max(best, overlap(row, p.left, p.top, p.width, p.height));
        // The ground truth leaves out people who are cut by the picture's border.
        if (best > 0.3) ++matched, sum += best;
    }
    EXPECT_GT(matched, stated * 8 / 10);
    EXPECT_GT(sum / matched, 0.75);
}

}  // namespace
}  // namespace inbetween::test
