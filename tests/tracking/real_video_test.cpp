// Real people on real video: vtest.avi of Debian's opencv-doc with true boxes of two of them, read off MOTChallenge's
// ground truth where that lies beside the clone.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>

#include "tests/support/support.h"
#include "tracking/image_cache.h"
#include "tracking/solve_cache.h"
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

/// Share of the frames between keyframes every `spacing` frames that a method fills with an IoU of 0.7 or more.
double share_good(const std::filesystem::path& video, const std::map<std::int64_t, Box>& truth, std::int64_t spacing,
                  const char* method) {
    auto source = open_frame_source(video);
    IB_EXPECT_OK(source);
    Track track;
    track.id = TrackId{1};
    for (const auto& [n, box] : truth) {
        const std::int64_t since = n - truth.begin()->first;
        if (since % spacing == 0) track.set_keyframe({.frame = FrameIndex{n}, .shape = on_grid(box)});
    }
    ImageCache images(**source);
    SolveCache known;
    double good = 0;
    double count = 0;
    for (const SpanTask& task : spans_to_solve(track, track.extent())) {
        const auto fill =
            find_solver(method)->solve(**source, task, {.stop = {}, .progress = {}, .cache = &images, .known = &known});
        IB_EXPECT_OK(fill);
        for (FrameIndex n = fill->range().begin; n < fill->range().end; ++n) {
            const auto& frame = fill->frames[static_cast<std::size_t>(n - fill->range().begin)];
            const auto at = truth.find(n.value);
            if (at == truth.end()) continue;
            good += iou(std::get<Box>(frame.shape), at->second) >= 0.7 ? 1 : 0;
            ++count;
        }
    }
    return good / count;
}

std::map<std::int64_t, Box> true_boxes_of_one(const std::filesystem::path& file, std::int64_t most) {
    std::map<std::int64_t, Box> boxes;
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line) && static_cast<std::int64_t>(boxes.size()) < most) {
        int frame = 0;
        Box box;
        if (std::sscanf(line.c_str(), "%d,%lf,%lf,%lf,%lf", &frame, &box.x, &box.y, &box.w, &box.h) != 5) break;
        boxes[frame] = box;
    }
    return boxes;
}

/// Sequences by which no constant of the method was chosen.
class HeldOut : public testing::TestWithParam<const char*> {};

TEST_P(HeldOut, AnchoredIsNeverWorseThanLinear) {
    const std::string name = GetParam();
    const auto video = test::shared_data(fmt::format("tracking/{0}/{0}.mp4", name));
    const auto truth = test::shared_data(fmt::format("tracking/{}/gt.txt", name));
    if (!video || !truth) GTEST_SKIP() << "needs the sequence " << name;
    const auto boxes = true_boxes_of_one(*truth, 151);
    for (const std::int64_t spacing : {10, 25, 50}) {
        const double linear = share_good(*video, boxes, spacing, "linear");
        EXPECT_GE(share_good(*video, boxes, spacing, "anchored"), linear - 0.02) << "every " << spacing;
    }
}

INSTANTIATE_TEST_SUITE_P(RealVideo, HeldOut, testing::Values("david", "human7", "uav_boat1"),
                         [](const auto& name) { return std::string(name.param); });

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
