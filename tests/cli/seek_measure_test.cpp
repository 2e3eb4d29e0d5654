#include <gtest/gtest.h>

#include "app/cli/seek/measure.h"
#include "app/cli/seek/own_engine.h"
#include "app/cli/seek/report.h"
#include "core/video/frame_source.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"

namespace inbetween::seek {
namespace {

/// The test video's plain decode, made once.
const Reference& reference() {
    static const Result<Reference> made = Reference::decode(test::test_media("h264_b.mp4"), {});
    EXPECT_TRUE(made.has_value()) << test::why(made);
    return *made;
}

std::unique_ptr<FrameSource> open_video() {
    auto source = open_frame_source(test::test_media("h264_b.mp4"));
    EXPECT_TRUE(source.has_value()) << test::why(source);
    return std::move(*source);
}

/// An engine that is off by so many frames, or shows a smaller picture of the right one.
class Made final : public Seeker {
public:
    Made(std::int64_t off, bool halves, std::vector<std::int64_t>* asked) : off_(off), halves_(halves), asked_(asked) {}

    Result<Done> show(FrameIndex n, Want) override {
        if (asked_ != nullptr) asked_->push_back(n.value);
        auto picture = source_->frame(n + off_);
        if (!picture) return picture.error();
        picture_ = *picture;
        return Done{};
    }

    Result<Shown> shown() override {
        if (!halves_) return Shown{pixels_of(*picture_), false};
        const Plane& luma = picture_->planes().front();
        samples_.clear();
        for (int y = 0; y + 1 < luma.size.height; y += 2) {
            for (int x = 0; x + 1 < luma.size.width; x += 2) {
                const std::uint8_t* at = luma.data + luma.stride * y + x;
                samples_.push_back(
                    static_cast<std::uint8_t>((at[0] + at[1] + at[luma.stride] + at[luma.stride + 1]) / 4));
            }
        }
        const Size size{luma.size.width / 2, luma.size.height / 2};
        return Shown{{.planes = {Plane{samples_.data(), size.width, size, 1}}}, true};
    }

private:
    std::unique_ptr<FrameSource> source_ = open_video();
    std::int64_t off_;
    bool halves_;
    std::vector<std::int64_t>* asked_;
    PicturePtr picture_;
    std::vector<std::uint8_t> samples_;
};

Engine made(std::int64_t off, bool halves = false, std::vector<std::int64_t>* asked = nullptr) {
    return {.id = "made",
            .open = [=](const std::filesystem::path&, Ahead) -> Result<std::unique_ptr<Seeker>> {
                return std::unique_ptr<Seeker>(std::make_unique<Made>(off, halves, asked));
            },
            .keeps_frames = true,
            .in_full = true};
}

Pattern steps(std::vector<std::int64_t> numbers, Want want = Want::Exact) {
    Pattern pattern{.id = "steps", .want = want};
    Chain chain{FrameIndex{5}, {}};
    for (const std::int64_t n : numbers) chain.frames.emplace_back(n);
    pattern.chains = {chain};
    return pattern;
}

Figures measured(const Pattern& pattern, const Engine& engine, const Plan& plan = {}) {
    Standings standings;
    auto result = measure(pattern, {engine}, "of no matter", reference(), plan, standings);
    EXPECT_TRUE(result.has_value()) << test::why(result);
    return result->engines.front().second;
}

TEST(SeekReference, KnowsEachFrameAndNoneOfItsNeighbours) {
    const auto source = open_video();
    ASSERT_EQ(reference().frames(), source->info().frames);
    for (FrameIndex n; n.value < reference().frames(); ++n) {
        const auto picture = source->frame(n);
        ASSERT_TRUE(picture.has_value());
        const Pixels pixels = pixels_of(**picture);
        EXPECT_TRUE(reference().is_frame(n, pixels)) << n.value;
        EXPECT_TRUE(reference().looks_like(n, pixels)) << n.value;
        EXPECT_FALSE(reference().is_frame(n + 1, pixels)) << n.value;
        EXPECT_FALSE(reference().looks_like(n + 1, pixels)) << n.value;
        EXPECT_FALSE(reference().looks_like(n - 1, pixels)) << n.value;
    }
    EXPECT_EQ(reference().sync_frames().front().value, 0);
    EXPECT_NEAR(reference().frame_rate(), 25, 0.01);
}

TEST(SeekMeasure, CountsWhatIsNotTheFrameAskedFor) {
    const Figures right = measured(steps({3, 90, 4}), made(0));
    EXPECT_EQ(right.wrong, 0);
    EXPECT_EQ(right.requests(), 3);
    EXPECT_EQ(right.cpu_ms.size(), 3U);
    EXPECT_EQ(measured(steps({3, 90, 4}), made(1)).wrong, 3);
}

TEST(SeekMeasure, CountsARequestWithoutAPictureAsWrongAndSaysWhy) {
    const Figures figures = measured(steps({99, 3}), made(100));
    EXPECT_EQ(figures.wrong, 2);
    EXPECT_EQ(figures.requests(), 2);
    EXPECT_NE(figures.error.find("no frame 199"), std::string::npos) << figures.error;
}

TEST(SeekMeasure, AProxyIsRightAsAFirstPictureOfItsOwnFrameOnly) {
    const Figures first = measured(steps({3, 50, 51}, Want::First), made(0, true));
    EXPECT_EQ(first.wrong, 0);
    EXPECT_EQ(first.approximate, 3);
    EXPECT_EQ(measured(steps({3, 50, 51}, Want::First), made(-1, true)).wrong, 3);
    EXPECT_EQ(measured(steps({3, 50, 51}, Want::Exact), made(0, true)).wrong, 3) << "an exact picture was waited for";
}

TEST(SeekMeasure, ADragHasToEndOnTheExactFrame) {
    Pattern drag = steps({10, 20}, Want::First);
    drag.ends_exact = true;
    EXPECT_EQ(measured(drag, made(0)).wrong, 0);
    EXPECT_EQ(measured(drag, made(0, true)).wrong, 1);
}

TEST(SeekMeasure, StartsEachChainUnmeasuredAndAsksInOrder) {
    std::vector<std::int64_t> asked;
    const Figures figures = measured(steps({10, 11, 9}), made(0, false, &asked));
    EXPECT_EQ(asked, (std::vector<std::int64_t>{5, 10, 11, 9}));
    EXPECT_EQ(figures.requests(), 3);
}

TEST(SeekMeasure, ASampleHoldsAPieceEachWayHoweverLittleTimeThereIs) {
    std::vector<std::int64_t> asked;
    Engine engine = made(0, false, &asked);
    engine.keeps_frames = engine.in_full = false;
    const Figures figures = measured(steps({1, 2, 3, 4, 5, 6}), engine, {.piece = 1, .sample_secs = 0});
    EXPECT_EQ(figures.requests(), 2);
    EXPECT_EQ(asked, (std::vector<std::int64_t>{5, 1, 3, 4}));
}

TEST(SeekMeasure, WhoKeepsNothingGoesBackFromWhereItStands) {
    std::vector<std::int64_t> asked;
    Engine engine = made(0, false, &asked);
    engine.keeps_frames = engine.in_full = false;
    Standings standings;
    const Plan one{.piece = 1, .sample_secs = 0};
    Pattern back = steps({4});
    IB_ASSERT_OK(measure(back, {engine}, "of no matter", reference(), one, standings));
    EXPECT_EQ(asked, (std::vector<std::int64_t>{5, 4}));
    back.chains.front() = {FrameIndex{3}, {FrameIndex{2}}};
    IB_ASSERT_OK(measure(back, {engine}, "of no matter", reference(), one, standings));
    EXPECT_EQ(asked, (std::vector<std::int64_t>{5, 4, 2}));
    Pattern forward = steps({60});
    IB_ASSERT_OK(measure(forward, {engine}, "of no matter", reference(), one, standings));
    EXPECT_EQ(asked, (std::vector<std::int64_t>{5, 4, 2, 5, 60}));
}

TEST(SeekMeasure, StopsWhenToldTo) {
    Plan plan;
    plan.go_on = [](const std::string&) { return false; };
    Standings standings;
    const auto result = measure(steps({1}), {made(0)}, "of no matter", reference(), plan, standings);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
}

TEST(SeekMeasure, OwnEngineIsRightInEveryPattern) {
    const test::TemporaryFolder cache;
    for (const char* name : {"h264_b.mp4", "mpeg4_b.avi", "vp9.webm"}) {
        const auto video = test::test_media(name);
        const auto decoded = Reference::decode(video, {});
        IB_ASSERT_OK(decoded);
        Standings standings;
        IB_ASSERT_OK(survey(video, cache.path(), {}));
        const Footage footage{decoded->frames(), decoded->frame_rate(), decoded->sync_frames()};
        for (Pattern pattern : patterns_for(footage, Length::Quick)) {
            pattern.tick_secs = 0;
            const auto result = measure(pattern, {own_engine(cache.path())}, video, *decoded, {}, standings);
            IB_ASSERT_OK(result);
            const Figures& figures = result->engines.front().second;
            EXPECT_EQ(figures.wrong, 0) << name << " " << pattern.id << " " << figures.error;
            EXPECT_GT(figures.requests(), 0) << name << " " << pattern.id;
        }
    }
}

TEST(SeekReport, HasTheFiguresThatScriptsRead) {
    PatternFigures figures{{.id = "cold_random"}, {{"inbetween", {.cpu_ms = {1, 3}, .wall_ms = {2, 4}, .wrong = 1}}}};
    const auto json = json_of(std::vector{figures})["cold_random"]["inbetween"];
    for (const char* clock : {"cpu_ms", "wall_ms"}) {
        for (const char* part : {"mean", "p50", "p95", "p99", "max"}) {
            EXPECT_TRUE(json[clock][part].is_number()) << clock << "." << part;
        }
    }
    EXPECT_EQ(json["cpu_ms"]["mean"], 2);
    EXPECT_EQ(json["wall_ms"]["max"], 4);
    EXPECT_EQ(json["wrong"], 1);
    EXPECT_EQ(json["requests"], 2);
}

}  // namespace
}  // namespace inbetween::seek
