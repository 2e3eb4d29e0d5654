// What the default box method keeps from solve to solve, and what it hears beside the pixels.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"
#include "tracking/box_evidence.h"
#include "tracking/box_posterior.h"
#include "tracking/image_cache.h"
#include "tracking/motion_prior.h"
#include "tracking/occluders.h"
#include "tracking/solve_cache.h"

namespace inbetween {
namespace {

using test::PaintedSource;
using test::sliding_square;
using test::square_at;
using test::track_of;

Result<SpanFill> solved(PaintedSource& source, const SpanTask& task, SolveCache* known) {
    return find_solver("anchored")->solve(source, task, {.stop = {}, .progress = {}, .cache = nullptr, .known = known});
}

TEST(KeptEvidence, ChangesNoFill) {
    PaintedSource source = sliding_square();
    const SpanTask task{track_of({4, 14, 24}, square_at), 0, {}};
    const auto plain = solved(source, task, nullptr);
    IB_ASSERT_OK(plain);
    SolveCache known;
    // A longer span and a shorter one first: their chains are gone on with, and cut short.
    IB_ASSERT_OK(solved(source, {track_of({4, 24}, square_at), 0, {}}, &known));
    IB_ASSERT_OK(solved(source, {track_of({4, 9, 14}, square_at), 1, {}}, &known));
    EXPECT_GT(known.kept_bytes(), 0U);
    const auto first = solved(source, task, &known);
    const auto again = solved(source, task, &known);
    IB_ASSERT_OK(first);
    IB_ASSERT_OK(again);
    EXPECT_EQ(*first, *plain);
    EXPECT_EQ(*again, *plain);
}

TEST(KeptEvidence, SparesLookingAtTheSpanAgainWhenOnlyANeighbourMoved) {
    PaintedSource source = sliding_square();
    SolveCache known;
    Track track = track_of({4, 14, 24}, square_at);
    IB_ASSERT_OK(solved(source, {track, 0, {}}, &known));
    Keyframe moved = track.keyframes[2];
    moved.shape = Box{200, 100, 40, 40};
    track.set_keyframe(moved);
    std::vector<std::int64_t> read;
    source.on_frame = [&](FrameIndex n) { read.push_back(n.value); };
    IB_ASSERT_OK(solved(source, {track, 0, {}}, &known));
    // The one frame that tells how large the pictures are, and the neighbour's.
    EXPECT_LE(read.size(), 2U);
    for (const std::int64_t n : read) EXPECT_TRUE(n == 4 || n == 24) << n;
}

TEST(KeptEvidence, ChangesNoFillOnceANeighbourMoved) {
    PaintedSource source = sliding_square();
    Track track = track_of({4, 14, 24}, square_at);
    SolveCache known;
    IB_ASSERT_OK(solved(source, {track, 0, {}}, &known));
    Keyframe moved = track.keyframes[2];
    moved.shape = Box{200, 100, 40, 40};
    track.set_keyframe(moved);
    const auto again = solved(source, {track, 0, {}}, &known);
    const auto plain = solved(source, {track, 0, {}}, nullptr);
    IB_ASSERT_OK(again);
    IB_ASSERT_OK(plain);
    EXPECT_EQ(*again, *plain);
}

TEST(KeptEvidence, StaysWithinItsBytes) {
    PaintedSource source = sliding_square();
    constexpr std::size_t budget = 1'000'000;
    SolveCache known(budget);
    std::size_t most = 0;
    for (const std::int64_t left : {0, 4, 8, 12, 16, 20}) {
        IB_ASSERT_OK(solved(source, {track_of({left, left + 12}, square_at), 0, {}}, &known));
        EXPECT_LE(known.kept_bytes(), budget);
        most = std::max(most, known.kept_bytes());
    }
    EXPECT_GT(most, budget / 4);
}

/// A video in which something covers most of the object at its keyframe 10, and nothing anywhere else.
PaintedSource covered_at_ten() {
    const cv::Mat ground = test::texture({320, 240}, 3, {90, 130, 80}, 28);
    const cv::Mat look = test::texture({44, 44}, 7, {60, 60, 190}, 35);
    const cv::Mat cover = test::texture({44, 36}, 9, {190, 140, 60}, 35);
    return {{320, 240}, 31, [=](std::int64_t n) {
                cv::Mat image = ground.clone();
                const Box box = square_at(n);
                const cv::Rect at(static_cast<int>(std::lround(box.x)), static_cast<int>(std::lround(box.y)), 44, 44);
                look.copyTo(image(at));
                if (n == 10) cover.copyTo(image(cv::Rect(at.tl(), cover.size())));
                return image;
            }};
}

TEST(Looks, OfAnotherKeyframeHelpWhereOneMisleads) {
    PaintedSource source = covered_at_ten();
    ImageCache images(source);
    const SpanTask task{track_of({10, 20, 30}, square_at), 0, {}};
    const SolveControl control{.stop = {}, .progress = {}, .cache = &images, .known = nullptr};
    auto open = open_box_span(source, task, control, 1);
    IB_ASSERT_OK(open);
    const auto alone = Evidence::open(open->images, open->span);
    open->span.others = {{30, square_at(30), 320}};
    const auto with_third = Evidence::open(open->images, open->span);
    IB_ASSERT_OK(alone);
    IB_ASSERT_OK(with_third);
    const auto frame = open->images.frame(FrameIndex{15});
    IB_ASSERT_OK(frame);
    Pose beside = pose_of(square_at(15));
    const double of_misled = alone->left()[expected_look_size].score(frame->bgr, beside);
    const double of_object = with_third->left()[expected_look_size].score(frame->bgr, beside);
    beside.x += 30;
    EXPECT_LT(of_misled, 0.4);
    EXPECT_GT(of_object, of_misled + 0.2);
    EXPECT_LT(with_third->left()[expected_look_size].score(frame->bgr, beside), 0.2);
}

TEST(Looks, NameTheKeyframesTheyAreOf) {
    PaintedSource source = covered_at_ten();
    Track track = track_of({0, 10, 20, 30}, square_at);
    const auto fill = solved(source, {track, 1, {}}, nullptr);
    IB_ASSERT_OK(fill);
    EXPECT_EQ(fill->inputs.size(), 4U);
    // What a person calls occluded is nobody's look.
    track.keyframes[3].occluded = true;
    const auto without = solved(source, {track, 1, {}}, nullptr);
    IB_ASSERT_OK(without);
    EXPECT_NE(fill->frames, without->frames);
}

TEST(Looks, SurviveBeingPacked) {
    PaintedSource source = sliding_square();
    ImageCache images(source);
    const auto frame = images.frame(FrameIndex{5}, {}, {});
    IB_ASSERT_OK(frame);
    const LookPlanes planes = look_around(frame->bgr, 100, 100, 40, 31);
    const cv::Mat1b bytes = packed(planes);
    const LookPlanes again = unpacked(bytes);
    ASSERT_EQ(again.size(), planes.size());
    for (std::size_t k = 0; k < planes.size(); ++k) EXPECT_LT(cv::norm(planes[k], again[k], cv::NORM_INF), 0.011) << k;
    EXPECT_EQ(cv::norm(packed(again), bytes, cv::NORM_INF), 0);
}

/// A prior for a track over the painted video, in which only the keyframes matter: its camera stands.
MotionPrior prior_of(const Track& track, std::size_t left) {
    static PaintedSource source = sliding_square(100);
    ImageCache images(source);
    const SpanTask task{track, left, {}};
    const SolveControl control{.stop = {}, .progress = {}, .cache = &images, .known = nullptr};
    auto open = open_box_span(source, task, control, 1);
    IB_EXPECT_OK(open);
    auto prior = motion_prior(open->images, task, open->span);
    IB_EXPECT_OK(prior);
    return *prior;
}

TEST(MotionPrior, TrustsAnEvenWalkerAndNoErraticObject) {
    const std::vector<std::int64_t> frames{0, 10, 20, 30, 40, 50, 60};
    const Track even = track_of(frames, [](std::int64_t n) {
        return Box{10.0 + 2 * static_cast<double>(n), 50, 40, 40};
    });
    const Track erratic = track_of(frames, [](std::int64_t n) {
        return Box{100 + ((n / 10) % 2 == 0 ? 60.0 : -60.0), 50 + ((n / 10) % 3 == 0 ? 50.0 : -20.0), 40, 40};
    });
    const MotionPrior of_even = prior_of(even, 2);
    const MotionPrior of_erratic = prior_of(erratic, 2);
    EXPECT_EQ(of_even.witnesses, 5);
    EXPECT_TRUE(of_even.camera_stands);
    EXPECT_LT(of_even.error, 0.05);
    EXPECT_GT(of_erratic.error, 0.5);
    EXPECT_LT(expected_error(of_even), expected_error(of_erratic));
}

TEST(MotionPrior, DoubtsWhatNoKeyframeTried) {
    const Track two = track_of({0, 20}, square_at);
    const MotionPrior prior = prior_of(two, 0);
    EXPECT_EQ(prior.witnesses, 0);
    EXPECT_GT(expected_error(prior), 0.2);
}

/// Two chains that run beside the straight way, each where the other is not, in frames where no place looks like the
/// object more than another.
BoxEvidence seen_nowhere(const BoxSpan& span) {
    BoxEvidence evidence;
    const Path straight = linear_path(span.from, span.to, span.steps);
    const auto chain_beside = [&](double by) {
        Path path = straight;
        for (std::size_t i = 1; i + 1 < path.size(); ++i) path[i].y += by;
        return Chain{path, std::vector<double>(path.size(), 0.8)};
    };
    evidence.forward = {chain_beside(45)};
    evidence.backward = {chain_beside(90)};
    evidence.even = straight;
    evidence.joined = join(evidence.forward[0], evidence.backward[0], straight, {});
    evidence.fused = evidence.forward[0].poses;
    constexpr int reach = 20;
    const cv::Mat1b alike(2 * reach + 1, 2 * reach + 1, uchar{90});
    const std::vector<std::vector<cv::Mat1b>> maps(straight.size(), std::vector<cv::Mat1b>(look_sizes, alike));
    evidence.maps = {reach, straight, maps, maps};
    return evidence;
}

TEST(Straight, IsTheWayOfWhatIsSeenNoBetterElsewhereAndHasNoOtherKeyframe) {
    const BoxSpan span{FrameIndex{0}, 40, Box{50, 100, 40, 40}, Box{200, 100, 40, 40}};
    const BoxEvidence evidence = seen_nowhere(span);
    const std::vector<double> hidden(span.steps + 1, 0);
    MotionPrior prior{.path = evidence.even, .error = 0.5};
    const auto straight = posterior_of(evidence, prior, span, hidden);
    IB_ASSERT_OK(straight);
    for (std::size_t i = 0; i <= span.steps; ++i) EXPECT_GT(iou(straight->path[i], evidence.even[i]), 0.9) << i;
    // Where other keyframes tell how it moves, it is they who say how far the chains are to be believed.
    prior.witnesses = 3;
    const auto bent = posterior_of(evidence, prior, span, hidden);
    IB_ASSERT_OK(bent);
    EXPECT_LT(iou(bent->path[20], evidence.even[20]), 0.5);
}

TEST(MotionPrior, DoubtsLittleWhereThereIsNoTimeToStray) {
    EXPECT_LT(expected_error(prior_of(track_of({0, 4}, square_at), 0)), 0.05);
    EXPECT_LT(expected_error(prior_of(track_of({0, 12}, square_at), 0)),
              expected_error(prior_of(track_of({0, 20}, square_at), 0)));
}

TEST(MotionPrior, AsksNoKeyframeBeyondAnAbsence) {
    Track track = track_of({0, 10, 20, 30, 40}, square_at);
    Keyframe gone = track.keyframes[3];
    gone.outside = true;
    track.set_keyframe(gone);
    EXPECT_EQ(prior_frames({track, 1, {}}), (FrameRange{FrameIndex{0}, FrameIndex{21}}));
}

TEST(LargePictures, AreLookedAtInHalvesAndFilledAsWell) {
    const cv::Mat ground = test::texture({1921, 1083}, 3, {90, 100, 80}, 40);
    const cv::Mat square = test::texture({281, 281}, 4, {60, 60, 180}, 60);
    // Not on a line: linear would be off by 50 px in the middle.
    const auto box_at = [](std::int64_t n) {
        const auto t = static_cast<double>(n);
        return Box{200.0 + 8 * t + 10 * t * (10 - t) / 5, 301, 281, 281};
    };
    PaintedSource source({1921, 1083}, 11, [&](std::int64_t n) {
        cv::Mat image = ground.clone();
        const Box box = box_at(n);
        square.copyTo(image({static_cast<int>(std::lround(box.x)), 301, 281, 281}));
        return image;
    });
    const auto fill = solved(source, {track_of({0, 10}, box_at), 0, {}}, nullptr);
    IB_ASSERT_OK(fill);
    for (std::int64_t n = 1; n < 10; ++n) {
        const Box box = std::get<Box>(fill->frames[static_cast<std::size_t>(n - 1)].shape);
        EXPECT_NEAR(box.x, box_at(n).x, 3) << n;
        EXPECT_NEAR(box.w, 281, 6) << n;
    }
}

TEST(Sizes, OfAnObjectThatComesNearAndGoesAgainAreFollowed) {
    const cv::Mat ground = test::texture({480, 360}, 3, {90, 130, 80}, 28);
    const cv::Mat look = test::texture({160, 160}, 7, {60, 60, 190}, 60);
    // Twice as large in the middle, by each frame's share of the way; at its keyframes it is 40 px.
    const auto side_at = [](std::int64_t n) { return 40 * std::exp2(std::sin(CV_PI * static_cast<double>(n) / 24)); };
    const auto box_at = [&](std::int64_t n) {
        const int side = static_cast<int>(std::lround(side_at(n)));
        return Box{std::floor(150.0 + 4 * static_cast<double>(n) - side / 2.0), 180.0 - side / 2, double(side),
                   double(side)};
    };
    PaintedSource source({480, 360}, 25, [&](std::int64_t n) {
        cv::Mat image = ground.clone();
        const Box box = box_at(n);
        const cv::Rect at(static_cast<int>(box.x), static_cast<int>(box.y), static_cast<int>(box.w),
                          static_cast<int>(box.h));
        cv::Mat small;
        cv::resize(look, small, at.size(), 0, 0, cv::INTER_AREA);
        small.copyTo(image(at));
        return image;
    });
    const auto fill = solved(source, {track_of({0, 24}, box_at), 0, {}}, nullptr);
    IB_ASSERT_OK(fill);
    for (const std::int64_t n : {6, 12, 18}) {
        const Box box = std::get<Box>(fill->frames[static_cast<std::size_t>(n - 1)].shape);
        EXPECT_GT(iou(box, box_at(n)), 0.7) << n << ": " << box.w << " for " << box_at(n).w;
    }
}

TEST(Sizes, AreStatesOfTheLattice) {
    const cv::Mat ground = test::texture({640, 240}, 3, {90, 130, 80}, 28);
    const cv::Mat look = test::texture({160, 160}, 7, {60, 60, 190}, 60);
    // Comes near and goes again in the middle of the picture, before a ground that passes.
    const auto side_at = [](std::int64_t n) {
        return static_cast<int>(std::lround(48 * std::exp(0.15 * std::sin(CV_PI * static_cast<double>(n) / 20))));
    };
    PaintedSource source({320, 240}, 21, [&](std::int64_t n) {
        cv::Mat image = ground(cv::Rect(16 * static_cast<int>(n), 0, 320, 240)).clone();
        cv::Mat small;
        cv::resize(look, small, {side_at(n), side_at(n)}, 0, 0, cv::INTER_AREA);
        small.copyTo(image(cv::Rect(160 - side_at(n) / 2, 120 - side_at(n) / 2, side_at(n), side_at(n))));
        return image;
    });
    ImageCache images(source);
    const SpanTask task{track_of({0, 20}, [](std::int64_t) { return Box{136, 96, 48, 48}; }), 0, {}};
    const SolveControl control{.stop = {}, .progress = {}, .cache = &images, .known = nullptr};
    auto open = open_box_span(source, task, control, 1);
    IB_ASSERT_OK(open);
    const auto looks = Evidence::open(open->images, open->span);
    IB_ASSERT_OK(looks);
    const Path still = linear_path(open->span.from, open->span.to, open->span.steps);
    const auto planes = planes_along(open->images, open->span, still, 12);
    IB_ASSERT_OK(planes);
    const auto path = find_lattice_path(look_along(*planes, *looks, still, 12), {});
    IB_ASSERT_OK(path);
    EXPECT_EQ(path->growth.front(), 0);
    EXPECT_EQ(path->growth.back(), 0);
    for (const std::size_t i : {1U, 7U, 10U, 13U, 19U}) {
        const double true_growth = std::log(side_at(static_cast<std::int64_t>(i)) / 48.0);
        EXPECT_NEAR(path->growth[i], true_growth, look_size_step / 2) << i;
        EXPECT_NEAR(path->centres[i].x, 160, 2) << i;
    }
}

class Occluders : public testing::Test {
protected:
    /// A standing track and another, in one scene.
    static SpanTask two_tracks(Box other, bool outside) {
        Track own = track_of({0, 10}, [](std::int64_t) { return Box{100, 100, 40, 40}; });
        own.id = TrackId{1};
        own.media = MediaId{1};
        Track its = track_of({0, 10}, [&](std::int64_t) { return other; });
        its.id = TrackId{2};
        its.media = MediaId{1};
        for (Keyframe& keyframe : its.keyframes) keyframe.outside = outside;
        const auto scene = std::make_shared<Annotations>();
        scene->tracks[own.id] = std::make_shared<const Track>(own);
        scene->tracks[its.id] = std::make_shared<const Track>(its);
        return {own, 0, scene};
    }

    static std::vector<double> hidden_behind(Box other, bool outside = false) {
        PaintedSource source = sliding_square();
        ImageCache images(source);
        const SpanTask task = two_tracks(other, outside);
        const SolveControl control{.stop = {}, .progress = {}, .cache = &images, .known = nullptr};
        auto open = open_box_span(source, task, control, 1);
        IB_EXPECT_OK(open);
        const auto hidden =
            hidden_by_others(open->images, task, open->span, Path(11, pose_of(Box{100, 100, 40, 40})), true);
        IB_EXPECT_OK(hidden);
        return *hidden;
    }
};

TEST_F(Occluders, HideByWhatLiesInFront) {
    EXPECT_NEAR(hidden_behind({120, 110, 40, 40})[5], 0.5 * 0.75, 0.02);  // its lower edge is lower
    EXPECT_EQ(hidden_behind({120, 90, 40, 40})[5], 0);                    // stands behind
    EXPECT_EQ(hidden_behind({200, 110, 40, 40})[5], 0);                   // stands elsewhere
    EXPECT_EQ(hidden_behind({120, 110, 40, 40}, true)[5], 0);             // is not there
    EXPECT_EQ(hidden_behind({120, 110, 40, 40})[0], 0);                   // a keyframe is stated
}

TEST_F(Occluders, AreTakenByTheirKeyframesWhateverFillsThem) {
    PaintedSource source = sliding_square();
    SpanTask task = two_tracks({110, 105, 40, 40}, false);
    const auto before = solved(source, task, nullptr);
    auto scene = std::make_shared<Annotations>(*task.scene);
    auto fill = std::make_shared<SpanFill>();
    fill->track = TrackId{2};
    fill->method = "csrt";
    fill->inputs = scene->find_track(TrackId{2})->keyframes;
    fill->frames.assign(9, {Box{10, 10, 40, 40}, 1, false});
    scene->fills[TrackId{2}].push_back(fill);
    task.scene = scene;
    const auto after = solved(source, task, nullptr);
    IB_ASSERT_OK(before);
    IB_ASSERT_OK(after);
    EXPECT_EQ(*before, *after);
}

TEST_F(Occluders, MakeFramesOccluded) {
    PaintedSource source = sliding_square();
    const auto covered = solved(source, two_tracks({110, 105, 40, 40}, false), nullptr);
    const auto alone = solved(source, two_tracks({200, 105, 40, 40}, false), nullptr);
    IB_ASSERT_OK(covered);
    IB_ASSERT_OK(alone);
    EXPECT_TRUE(covered->frames[4].occluded);
    EXPECT_FALSE(alone->frames[4].occluded);
}

}  // namespace
}  // namespace inbetween
