// Objects followed on real video, against their truth where that lies beside the clone.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>

#include "tests/support/support.h"
#include "tracking/follow.h"

namespace inbetween {
namespace {

struct Case {
    const char* video;
    std::size_t least_frames;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.video; }

class FollowOnVideo : public testing::TestWithParam<Case> {};

std::map<std::int64_t, Box> truth_of(const std::filesystem::path& file) {
    std::map<std::int64_t, Box> boxes;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        int frame = 0;
        Box box;
        if (std::sscanf(line.c_str(), "%d,%lf,%lf,%lf,%lf", &frame, &box.x, &box.y, &box.w, &box.h) == 5)
            boxes[frame] = box;
    }
    return boxes;
}

TEST_P(FollowOnVideo, GivesFramesThatAreOnTheObject) {
    const std::string name = GetParam().video;
    const auto video = test::shared_data("tracking/" + name + "/" + name + ".mp4");
    const auto file = test::shared_data("tracking/" + name + "/gt.txt");
    if (!video || !file) GTEST_SKIP() << name << " is not there";
    const auto truth = truth_of(*file);
    auto source = open_frame_source(*video);
    IB_ASSERT_OK(source);
    Track track;
    track.id = TrackId{1};
    track.set_keyframe({.frame = FrameIndex{0}, .shape = on_grid(truth.at(0))});
    const auto followed = follow(**source, {.track = track, .from = FrameIndex{0}, .frames = 240}, {});
    IB_ASSERT_OK(followed);
    EXPECT_GE(followed->frames.size(), GetParam().least_frames) << name_of(followed->reason);
    double on_it = 0;
    for (std::size_t i = 0; i < followed->frames.size(); ++i) {
        const auto at = truth.find(static_cast<std::int64_t>(i) + 1);
        if (at == truth.end()) continue;
        on_it += iou(std::get<Box>(followed->frames[i].shape), at->second) >= 0.5 ? 1 : 0;
    }
    EXPECT_GE(on_it, 0.9 * static_cast<double>(followed->frames.size()));
}

// bolt runs out of his box in four frames, human7 grows small, david turns and comes out of the dark.
INSTANTIATE_TEST_SUITE_P(RealVideo, FollowOnVideo,
                         testing::Values(Case{"bolt", 2}, Case{"human7", 200}, Case{"david", 140}),
                         [](const auto& one) { return std::string(one.param.video); });

}  // namespace
}  // namespace inbetween
