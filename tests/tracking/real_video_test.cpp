// Real people on real video: vtest.avi of Debian's opencv-doc with true boxes of two of them, read off MOTChallenge's
// ground truth where that lies beside the clone.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>

#include "tests/support/support.h"
#include "tracking/solver.h"

namespace inbetween {
namespace {

std::map<std::int64_t, Box> true_boxes(const std::filesystem::path& file, int person) {
    std::map<std::int64_t, Box> boxes;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        int frame = 0;
        int id = 0;
        Box box;
        if (std::sscanf(line.c_str(), "%d,%d,%lf,%lf,%lf,%lf", &frame, &id, &box.x, &box.y, &box.w, &box.h) == 6 &&
            id == person)
            boxes[frame - 1] = box;
    }
    return boxes;
}

TEST(RealVideo, AnchoredBeatsLinearOnAWalker) {
    const auto video = test::opencv_sample("vtest.avi");
    const auto truth = test::shared_data("mot/PETS09-S2L1/gt.txt");
    if (!video || !truth) GTEST_SKIP() << "needs opencv-doc's vtest.avi and its ground truth";
    auto source = open_frame_source(*video);
    IB_ASSERT_OK(source);
    const auto boxes = true_boxes(*truth, 3);
    ASSERT_GT(boxes.size(), 60U);
    Track track;
    track.id = TrackId{1};
    const std::int64_t first = boxes.begin()->first;
    for (const std::int64_t n : {first, first + 25, first + 50})
        track.set_keyframe({.frame = FrameIndex{n}, .shape = on_grid(boxes.at(n))});
    std::map<std::string, double> mean;
    for (const char* id : {"anchored", "linear"}) {
        double sum = 0;
        int count = 0;
        for (const SpanTask& task : spans_to_solve(track, track.extent())) {
            const auto fill = find_solver(id)->solve(**source, task, {});
            IB_ASSERT_OK(fill);
            for (FrameIndex n = fill->range().begin; n < fill->range().end; ++n, ++count) {
                const auto& frame = fill->frames[static_cast<std::size_t>(n - fill->range().begin)];
                sum += iou(std::get<Box>(frame.shape), boxes.at(n.value));
            }
        }
        mean[id] = sum / count;
    }
    EXPECT_GT(mean["anchored"], mean["linear"]);
    EXPECT_GT(mean["anchored"], 0.6);
}

}  // namespace
}  // namespace inbetween
