#include "core/video/video_match.h"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/support.h"
#include "tests/video/signature_scene.h"

// Videos held against each other by what their frames look like.
namespace inbetween::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::int64_t> joined(std::vector<std::int64_t> list, const std::vector<std::int64_t>& more) {
    list.insert(list.end(), more.begin(), more.end());
    return list;
}

VideoMatch matched(const VideoSignature& annotated, const VideoSignature& video) {
    auto match = match_videos(annotated, video);
    EXPECT_TRUE(match.has_value());
    return match ? *match : VideoMatch{};
}

/// Expects the video made of these annotated frames, encoded again, to be known for what it is.
void expect_map(const VideoSignature& annotated, const std::vector<std::int64_t>& frames, const Encoding& encoding = {},
                double sure = 0.95) {
    std::vector<std::int64_t> wanted = frames;
    for (std::int64_t& frame : wanted)
        if (frame < 0) frame = Alignment::none;
    const VideoMatch match = matched(annotated, encoded(edited(annotated, frames), encoding));
    EXPECT_EQ(match.likeness, Likeness::Reencoded);
    EXPECT_EQ(match.alignment.frames, wanted);
    EXPECT_GT(match.alignment.sure, sure);
    EXPECT_EQ(match.aligned, frames == numbers(0, annotated.size()));
}

TEST(VideoMatch, OfEqualFramesIsIdentical) {
    const VideoSignature annotated = filmed(50);
    const VideoMatch match = matched(annotated, annotated);
    EXPECT_EQ(match.likeness, Likeness::Identical);
    EXPECT_TRUE(match.aligned);
    EXPECT_EQ(match.alignment.equal, 50);
    EXPECT_EQ(match.alignment.frames, numbers(0, 50));
}

TEST(VideoMatch, OfTheSameFramesEncodedAgainIsFrameForFrame) {
    const VideoSignature annotated = filmed(300);
    expect_map(annotated, numbers(0, 300));
    expect_map(annotated, numbers(0, 300), {.noise = 2.5});
}

TEST(VideoMatch, SeesThroughAnotherRangeContrastAndGamma) {
    const VideoSignature annotated = filmed(300);
    expect_map(annotated, numbers(0, 300), {.gain = 1.16, .offset = -18});
    expect_map(annotated, numbers(0, 300), {.gain = 0.86, .offset = 16});
    expect_map(annotated, numbers(0, 300), {.gamma = 0.8});
    expect_map(annotated, numbers(0, 300), {.gamma = 1.25});
}

TEST(VideoMatch, FindsWhereAPartLies) {
    const VideoSignature annotated = filmed(400);
    expect_map(annotated, numbers(37, 400));   // its beginning cut off
    expect_map(annotated, numbers(0, 250));    // its end
    expect_map(annotated, numbers(120, 180));  // both
}

TEST(VideoMatch, FindsFramesThatWereLeftOut) {
    const VideoSignature annotated = filmed(400);
    expect_map(annotated, joined(numbers(0, 150), numbers(151, 400)));
    expect_map(annotated, joined(numbers(0, 80), numbers(290, 400)));
    expect_map(annotated, joined(joined(numbers(0, 100), numbers(102, 200)), numbers(230, 400)));
}

TEST(VideoMatch, FindsFramesThatWerePutIn) {
    const VideoSignature annotated = filmed(300);
    const std::vector<std::int64_t> foreign(60, -1);
    expect_map(annotated, joined(numbers(0, 151), numbers(150, 300)));  // one shown twice
    expect_map(annotated, joined(foreign, numbers(0, 300)));
    expect_map(annotated, joined(joined(numbers(0, 120), foreign), numbers(120, 300)));
    expect_map(annotated, joined(numbers(0, 300), foreign));
}

TEST(VideoMatch, FindsFarCutsInALongVideo) {
    const VideoSignature annotated = filmed(6000, {.speed = 0.7});
    expect_map(annotated, joined(numbers(500, 1500), numbers(4700, 6000)));
}

TEST(VideoMatch, FollowsAnotherFrameRate) {
    const VideoSignature annotated = filmed(400);
    std::vector<std::int64_t> faster;  // 25 to 30 frames a second: every fifth frame twice
    std::vector<std::int64_t> slower;  // every other frame left out
    for (std::int64_t n = 0; n < 400; ++n) {
        faster.push_back(n);
        if (n % 5 == 4) faster.push_back(n);
        if (n % 2 == 0) slower.push_back(n);
    }
    expect_map(annotated, faster, {.noise = 0.4}, 0.8);
    expect_map(annotated, slower, {.noise = 0.4}, 0.8);
}

TEST(VideoMatch, OfEqualSamplesInACutIsSure) {
    const VideoSignature annotated = filmed(200, {.speed = 0.05});
    const VideoMatch match = matched(annotated, edited(annotated, numbers(90, 170)));
    EXPECT_EQ(match.likeness, Likeness::Reencoded);
    EXPECT_EQ(match.alignment.equal, 80);
    EXPECT_NEAR(match.alignment.sure, 1, 1e-9);
    EXPECT_THAT(match.alignment.runs(), ElementsAre(AlignedRun{FrameIndex{0}, FrameIndex{90}, 80}));
}

TEST(VideoMatch, KnowsAnotherVideo) {
    const VideoSignature annotated = filmed(300);
    for (std::uint64_t seed = 20; seed < 40; ++seed) {
        const VideoMatch match = matched(annotated, filmed(300, {.seed = seed, .place = seed}));
        EXPECT_EQ(match.likeness, Likeness::Other) << seed;
        EXPECT_FALSE(match.aligned);
        EXPECT_FALSE(match.backwards);
        EXPECT_LT(match.alignment.matched, 150) << seed;
    }
}

TEST(VideoMatch, KnowsAnotherVideoOfTheSamePlace) {
    const VideoSignature annotated = filmed(300, {.seed = 1, .background = 60});
    for (std::uint64_t seed = 20; seed < 40; ++seed) {
        const auto other = encoded(filmed(300, {.seed = seed, .background = 60}));
        EXPECT_EQ(matched(annotated, other).likeness, Likeness::Other) << seed;
    }
}

TEST(VideoMatch, KnowsAVideoPlayedBackwards) {
    const VideoSignature annotated = filmed(200);
    std::vector<std::int64_t> backwards = numbers(0, 200);
    std::ranges::reverse(backwards);
    const VideoMatch match = matched(annotated, encoded(edited(annotated, backwards)));
    EXPECT_EQ(match.likeness, Likeness::Other);
    EXPECT_TRUE(match.backwards);
}

TEST(VideoMatch, CannotTellFramesThatStandStill) {
    for (const double contrast : {0.0, 40.0}) {
        const VideoSignature still = filmed(200, {.speed = 0, .background = contrast});
        const VideoMatch match = matched(still, encoded(still));
        EXPECT_EQ(match.likeness, Likeness::Reencoded);
        EXPECT_FALSE(match.aligned);
        EXPECT_LT(match.alignment.sure, 0.5);
        EXPECT_EQ(match.alignment.alike, 200);
    }
}

TEST(VideoMatch, IsSureOfWhatMovesAndOfWhatLiesBetween) {
    // It moves, stands still for two seconds, and goes on.
    const VideoSignature moving = filmed(300);
    const auto annotated =
        edited(moving, joined(joined(numbers(0, 150), std::vector<std::int64_t>(50, 149)), numbers(150, 300)));
    const VideoMatch match = matched(annotated, encoded(annotated));
    EXPECT_TRUE(match.aligned);
    EXPECT_EQ(match.alignment.frames, numbers(0, 350));
}

TEST(VideoMatch, DoubtsWhereAmongFramesThatStandStillOneWasLeftOut) {
    const VideoSignature moving = filmed(300);
    const auto annotated =
        edited(moving, joined(joined(numbers(0, 100), std::vector<std::int64_t>(60, 99)), numbers(100, 300)));
    const auto cut = edited(annotated, joined(numbers(0, 130), numbers(131, annotated.size())));
    const VideoMatch match = matched(annotated, encoded(cut));
    EXPECT_EQ(match.likeness, Likeness::Reencoded);
    EXPECT_EQ(match.alignment.frames.front(), 0);
    EXPECT_EQ(match.alignment.frames.back(), annotated.size() - 1);
    EXPECT_GT(match.alignment.alike, 20);
    EXPECT_LT(match.alignment.alike, 100);
}

TEST(VideoMatch, HasNothingToSayOfNoFrames) {
    const VideoSignature some = filmed(30);
    EXPECT_EQ(matched(some, {}).likeness, Likeness::Other);
    EXPECT_EQ(matched({}, some).likeness, Likeness::Other);
    EXPECT_EQ(matched({}, {}).likeness, Likeness::Other);
    EXPECT_EQ(matched(some, edited(some, {11})).alignment.frames, numbers(11, 12));
}

TEST(VideoMatch, StopsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    const VideoSignature some = filmed(30);
    const auto match = match_videos(some, encoded(some), stop.get_token());
    ASSERT_FALSE(match.has_value());
    EXPECT_EQ(match.error().kind, ErrorKind::Cancelled);
}

/// A random cut: frames left out, shown twice, and cut off.
std::vector<std::int64_t> random_cut(std::mt19937_64& engine, std::int64_t frames) {
    const auto draw = [&](std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(engine);
    };
    std::vector<std::int64_t> cut;
    for (std::int64_t n = draw(0, 1) * draw(0, 60); n < frames;) {
        const std::int64_t end = std::min(frames, n + draw(60, 200));
        for (; n < end; ++n) cut.push_back(n);
        const std::int64_t kind = draw(0, 3);
        if (kind == 0) n += draw(1, 40);
        if (kind == 1) --n;
    }
    return cut;
}

TEST(VideoMatch, IsAsOftenRightAsItSays) {
    double right = 0;
    double promised = 0;
    double frames = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        std::mt19937_64 engine(seed);
        const double speed = 0.1 + 0.05 * static_cast<double>(seed % 10);
        const VideoSignature annotated = filmed(500, {.seed = seed, .speed = speed, .place = seed});
        const auto cut = random_cut(engine, 500);
        const auto video = encoded(edited(annotated, cut), {.noise = 0.4 + 0.1 * static_cast<double>(seed % 10)});
        const VideoMatch match = matched(annotated, video);
        ASSERT_EQ(match.likeness, Likeness::Reencoded) << seed;
        for (std::size_t j = 0; j < cut.size(); ++j) right += match.alignment.frames[j] == cut[j];
        promised += match.alignment.sure * static_cast<double>(match.alignment.matched);
        frames += static_cast<double>(cut.size());
    }
    EXPECT_GT(right / frames, 0.9);
    EXPECT_LT(promised / frames, right / frames + 0.02);
}

TEST(Alignment, RunsAreWhatGoesOnSideBySide) {
    Alignment alignment;
    alignment.frames = {Alignment::none, 4, 5, 5, 6, Alignment::none, 7, 10};
    EXPECT_THAT(alignment.runs(),
                ElementsAre(AlignedRun{FrameIndex{1}, FrameIndex{4}, 2}, AlignedRun{FrameIndex{3}, FrameIndex{5}, 2},
                            AlignedRun{FrameIndex{6}, FrameIndex{7}, 1}, AlignedRun{FrameIndex{7}, FrameIndex{10}, 1}));
    EXPECT_FALSE(alignment.is_identity(8));
    alignment.frames = {0, 1, 2};
    EXPECT_TRUE(alignment.is_identity(3));
    EXPECT_FALSE(alignment.is_identity(4));
    EXPECT_THAT(Alignment{}.runs(), IsEmpty());
}

}  // namespace
}  // namespace inbetween::test
