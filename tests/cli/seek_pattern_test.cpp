#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "app/cli/seek/measure.h"
#include "app/cli/seek/pattern.h"
#include "app/cli/seek/pixels.h"

namespace inbetween::seek {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

Footage footage_of(std::int64_t frames, std::int64_t group) {
    Footage footage{frames, 30, {}};
    for (std::int64_t n = 0; n < frames; n += group) footage.sync_frames.emplace_back(n);
    return footage;
}

const Pattern& find(const std::vector<Pattern>& patterns, const std::string& id) {
    const auto found = std::ranges::find_if(patterns, [&](const Pattern& each) { return each.id == id; });
    EXPECT_NE(found, patterns.end()) << id;
    return *found;
}

TEST(SeekPattern, AllAreThereInTheOrderOfTheTable) {
    std::vector<std::string> ids;
    for (const Pattern& pattern : patterns_for(footage_of(2319, 250), Length::Full)) ids.push_back(pattern.id);
    EXPECT_EQ(ids, pattern_ids());
    EXPECT_THAT(ids, ElementsAre("cold_random", "cold_random_first_picture", "step_back", "drag_forward", "drag_back",
                                 "jkl", "ping_pong", "open"));
}

TEST(SeekPattern, AsksForNoFrameOutsideOfTheVideo) {
    for (const std::int64_t frames : {1, 2, 9, 40, 750, 2319}) {
        for (const Length length : {Length::Quick, Length::Full}) {
            for (const Pattern& pattern : patterns_for(footage_of(frames, 250), length)) {
                for (const Chain& chain : pattern.chains) {
                    EXPECT_FALSE(chain.frames.empty()) << pattern.id << " of " << frames;
                    EXPECT_LT(chain.from.value_or(FrameIndex{0}).value, frames) << pattern.id;
                    for (const FrameIndex n : chain.frames) {
                        EXPECT_GE(n.value, 0) << pattern.id << " of " << frames;
                        EXPECT_LT(n.value, frames) << pattern.id << " of " << frames;
                    }
                }
            }
        }
    }
}

TEST(SeekPattern, StepsAndDragsAreEvenAndOfTheLengthPromised) {
    const auto patterns = patterns_for(footage_of(2319, 250), Length::Full);
    const auto check = [&](const char* id, std::int64_t step, std::size_t count) {
        for (const Chain& chain : find(patterns, id).chains) {
            ASSERT_EQ(chain.frames.size(), count) << id;
            FrameIndex before = *chain.from;
            for (const FrameIndex n : chain.frames) {
                EXPECT_EQ(n - before, step) << id;
                before = n;
            }
        }
    };
    check("step_back", -1, 200);
    check("drag_forward", 10, 100);
    check("drag_back", -10, 100);
}

TEST(SeekPattern, StepsBackBeginAllOverTheirGroupsOfPictures) {
    const auto patterns = patterns_for(footage_of(2319, 250), Length::Full);
    std::vector<std::int64_t> into;
    for (const Chain& chain : find(patterns, "step_back").chains) into.push_back(chain.from->value % 250);
    EXPECT_THAT(into, ElementsAre(31, 93, 156, 218));
    const auto quick = patterns_for(footage_of(500, 250), Length::Quick);
    EXPECT_EQ(find(quick, "step_back").chains.front().from, FrameIndex{375});
}

TEST(SeekPattern, ColdTargetsLieAllOverTheirGroupsOfPicturesHoweverFewAreTaken) {
    const auto patterns = patterns_for(footage_of(2500, 250), Length::Full);
    const auto& chains = find(patterns, "cold_random").chains;
    double into = 0;
    for (std::size_t i = 0; i < chains.size(); ++i) {
        into += static_cast<double>(chains[i].frames.front().value % 250) / 250;
        EXPECT_NEAR(into / static_cast<double>(i + 1), 0.5, 0.13) << "after " << i + 1;
    }
}

TEST(SeekPattern, AShuttleGoesSixteenTimesTheSpeedBothWaysAndEndsWhereItBegan) {
    const auto patterns = patterns_for(footage_of(2319, 250), Length::Full);
    const Chain& chain = find(patterns, "jkl").chains.front();
    std::set<std::int64_t> steps;
    FrameIndex before = *chain.from;
    for (const FrameIndex n : chain.frames) {
        steps.insert(n - before);
        before = n;
    }
    for (const std::int64_t step : {1, 2, 4, 8, -1, -2, -4, -8}) EXPECT_THAT(steps, Contains(step));
    EXPECT_FALSE(steps.contains(0)) << "a request where nothing changes";
    EXPECT_NEAR(static_cast<double>(before - *chain.from), 0, 2);
}

TEST(SeekPattern, PingPongCrossesASyncFrameWithEachRequest) {
    const auto patterns = patterns_for(footage_of(2319, 250), Length::Full);
    for (const Chain& chain : find(patterns, "ping_pong").chains) {
        EXPECT_EQ(chain.from->value % 250, 0);
        EXPECT_GT(chain.from->value, 0);
        for (std::size_t i = 0; i < chain.frames.size(); ++i) {
            EXPECT_EQ(chain.frames[i] >= *chain.from, i % 2 == 1);
        }
    }
}

TEST(SeekPattern, PiecesHoldTheChainOnceEachFromTheFrameBefore) {
    const Chain chain{FrameIndex{100},
                      {FrameIndex{99}, FrameIndex{98}, FrameIndex{97}, FrameIndex{96}, FrameIndex{95}}};
    std::multiset<std::int64_t> seen;
    for (const Chain& piece : pieces_of(chain, 2, {FrameIndex{0}})) {
        EXPECT_LE(piece.frames.size(), 2U);
        EXPECT_EQ(*piece.from - piece.frames.front(), 1);
        for (const FrameIndex n : piece.frames) seen.insert(n.value);
    }
    EXPECT_THAT(seen, ElementsAre(95, 96, 97, 98, 99));
}

TEST(SeekPattern, ThePiecesTakenFirstCostWhatAllDoOnAverage) {
    const Footage footage = footage_of(2500, 250);
    const auto into = [](const Chain& piece) { return static_cast<double>(piece.frames.front().value % 250); };
    for (const Pattern& pattern : patterns_for(footage, Length::Full)) {
        if (pattern.id != "step_back" && pattern.id != "drag_back") continue;
        const auto pieces = pieces_of(pattern.chains.front(), 1, footage.sync_frames);
        double all = 0;
        for (const Chain& piece : pieces) all += into(piece) / static_cast<double>(pieces.size());
        double sum = 0;
        for (std::size_t i = 0; i < 15; ++i) {
            sum += into(pieces[i]);
            const bool even = i == 2 || i == 6 || i == 14;
            EXPECT_NEAR(sum / static_cast<double>(i + 1), all, even ? 15 : 80) << pattern.id << i;
        }
    }
}

TEST(SeekPattern, PiecesOfAShuttleGoBothWaysByTurns) {
    const Footage footage = footage_of(2319, 250);
    const auto patterns = patterns_for(footage, Length::Full);
    const auto pieces = pieces_of(find(patterns, "jkl").chains.front(), 1, footage.sync_frames);
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(pieces[i].frames.front() > *pieces[i].from, i % 2 == 1) << i;
    }
}

TEST(SeekFigures, PercentilesAreByNearestRank) {
    std::vector<double> values;
    for (int i = 100; i >= 1; --i) values.push_back(i);
    const Spread spread = spread_of(values);
    EXPECT_EQ(spread.mean, 50.5);
    EXPECT_EQ(spread.p50, 50);
    EXPECT_EQ(spread.p95, 95);
    EXPECT_EQ(spread.p99, 99);
    EXPECT_EQ(spread.max, 100);
    EXPECT_EQ(spread_of({7}).p50, 7);
    EXPECT_EQ(spread_of({}).max, 0);
}

Pixels bgr(const std::array<std::uint8_t, 3>& colour, std::vector<std::uint8_t>& samples) {
    samples.clear();
    for (int i = 0; i < 64 * 36; ++i) samples.insert(samples.end(), colour.begin(), colour.end());
    return {.samples = Samples::Bgr, .planes = {Plane{samples.data(), 64 * 3, {64, 36}, 3}}};
}

TEST(SeekSignature, OfBgrIsTheLumaItWasMadeFrom) {
    std::vector<std::uint8_t> samples;
    // Limited range: white is 235, black 16; BT.601's red is 81, BT.709's 63.
    EXPECT_NEAR(signature_of(bgr({255, 255, 255}, samples)).mean / 32, 235, 0.5);
    EXPECT_NEAR(signature_of(bgr({0, 0, 0}, samples)).mean / 32, 16, 0.5);
    EXPECT_NEAR(signature_of(bgr({0, 0, 255}, samples)).mean / 32, 81.5, 0.5);
    Pixels red = bgr({0, 0, 255}, samples);
    red.matrix = ColourMatrix::Bt709;
    EXPECT_NEAR(signature_of(red).mean / 32, 62.6, 0.5);
    red.range = ColourRange::Full;
    EXPECT_NEAR(signature_of(red).mean / 32, 54.2, 0.5);
}

TEST(SeekSignature, BrightnessAllOverIsNoDifferenceAndAChangeInOnePlaceIs) {
    std::vector<std::uint8_t> dark(64 * 36, 40), bright(64 * 36, 43), changed(64 * 36, 40);
    for (std::size_t i = 0; i < 8; ++i) changed[i] = 200;
    const auto of = [](const std::vector<std::uint8_t>& samples) {
        return signature_of({.planes = {Plane{samples.data(), 64, {64, 36}, 1}}});
    };
    EXPECT_NEAR(difference(of(dark), of(bright), 1e9), 0, 1e-9);
    EXPECT_GT(difference(of(dark), of(changed), 1e9), 50);
    EXPECT_GT(difference(of(dark), of(changed), 1), 1) << "found out no further than needed, but beyond that";
}

}  // namespace
}  // namespace inbetween::seek
