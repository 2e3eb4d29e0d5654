#include "app/commands/useful.h"

#include <algorithm>
#include <functional>

#include "app/settings.h"

#include "tests/app/app_support.h"

namespace inbetween {
namespace {

/// A track with keyframes at frames 0, 40 and 80, each span filled by `method` with a confidence that depends on the
/// frame.
Annotations annotations_with(const std::function<double(std::int64_t)>& confidence,
                             const std::string& method = "csrt") {
    Annotations a = test::example_annotations();
    Track track{.id = TrackId{1}, .media = MediaId{1}, .label = LabelId{1}};
    for (const int frame : {0, 40, 80}) track.set_keyframe({.frame = FrameIndex{frame}, .shape = Box{10, 10, 20, 20}});
    for (std::size_t left = 0; left < 2; ++left) {
        auto fill = std::make_shared<SpanFill>();
        fill->track = track.id;
        fill->method = method;
        fill->inputs = {track.keyframes[left], track.keyframes[left + 1]};
        for (FrameIndex frame = fill->range().begin; frame < fill->range().end; ++frame)
            fill->frames.push_back({Box{10, 10, 20, 20}, static_cast<float>(confidence(frame.value)), false});
        a.fills[track.id].push_back(fill);
    }
    a.tracks.emplace(track.id, std::make_shared<const Track>(track));
    return a;
}

Annotations annotations_with_doubt(std::int64_t doubtful) {
    return annotations_with([=](std::int64_t frame) { return frame == doubtful ? 0.1 : 0.95; });
}

std::vector<UsefulFrame> frames_of(const Annotations& a, double tolerance = 0) {
    return useful_frames(a, *a.find_track(TrackId{1}), tolerance);
}

TEST(UsefulFrames, TheMostDoubtfulFrameComesFirst) {
    const auto frames = frames_of(annotations_with_doubt(51));
    ASSERT_GE(frames.size(), 2U);
    EXPECT_EQ(frames[0].frame, FrameIndex{51});
    EXPECT_EQ(frames[1].frame, FrameIndex{20}) << "once that is stated, the middle of the other span tells most";
    for (std::size_t i = 1; i < frames.size(); ++i) EXPECT_LE(frames[i].worth, frames[i - 1].worth);
}

TEST(UsefulFrames, OneThatTellsOfManyIsWorthMore) {
    EXPECT_LT(frames_of(annotations_with_doubt(41))[0].worth, frames_of(annotations_with_doubt(50))[0].worth);
}

TEST(UsefulFrames, ALongSpanIsLookedAtHoweverSureItsFill) {
    Track track{.id = TrackId{1}, .media = MediaId{1}, .label = LabelId{1}};
    for (const int frame : {0, 40, 52}) track.set_keyframe({.frame = FrameIndex{frame}, .shape = Box{10, 10, 20, 20}});
    TrackFills fills;
    for (const auto& [left, confidence] : {std::pair{0U, 0.9999F}, {1U, 0.9F}}) {
        auto fill = std::make_shared<SpanFill>();
        fill->track = track.id;
        fill->method = "csrt";
        fill->inputs = {track.keyframes[left], track.keyframes[left + 1]};
        fill->frames.assign(static_cast<std::size_t>(fill->range().size()), {Box{10, 10, 20, 20}, confidence, false});
        fills.push_back(fill);
    }
    const auto frames = useful_frames(track, fills);
    ASSERT_GE(frames.size(), 2U);
    EXPECT_LT(frames[0].frame, FrameIndex{40});
}

TEST(UsefulFrames, ThoseOfOneSpanKeepApart) {
    const auto frames = frames_of(annotations_with([](std::int64_t frame) { return frame < 40 ? 0.3 : 0.999; }));
    std::vector<std::int64_t> first;
    for (std::size_t i = 0; i < 3; ++i) first.push_back(frames[i].frame.value);
    EXPECT_EQ(first[0], 20);
    std::sort(first.begin() + 1, first.end());
    EXPECT_NEAR(static_cast<double>(first[1]), 10, 3);
    EXPECT_NEAR(static_cast<double>(first[2]), 30, 3);
}

/// How far off the most useful frame of the last span is expected to be, in a track with a keyframe every `every`
/// frames that `place` puts, and fills that are not sure of anything.
double change_in_last_span(std::int64_t every, const std::function<double(std::int64_t)>& place) {
    Track track{.id = TrackId{1}, .media = MediaId{1}, .label = LabelId{1}};
    for (std::int64_t k = 0; k < 8; ++k)
        track.set_keyframe({.frame = FrameIndex{k * every}, .shape = Box{place(k), 10, 20, 20}});
    const Keyframe& left = track.keyframes[6];
    auto fill = std::make_shared<SpanFill>();
    fill->track = track.id;
    fill->method = "csrt";
    fill->inputs = {left, track.keyframes[7]};
    fill->frames.assign(static_cast<std::size_t>(every - 1), {left.shape, 0.6F, false});
    const auto frames = useful_frames(track, {fill});
    const auto found = std::ranges::find_if(frames, [&](const UsefulFrame& frame) { return frame.frame > left.frame; });
    return found == frames.end() ? 0 : found->expected_change;
}

TEST(UsefulFrames, AnObjectStraysLittleInAShortTimeUnlessItsKeyframesSayOtherwise) {
    const auto even = [](std::int64_t k) { return 10.0 + 5 * static_cast<double>(k); };
    const auto erratic = [](std::int64_t k) { return k % 2 == 0 ? 10.0 : 60.0; };
    EXPECT_LT(change_in_last_span(4, even), change_in_last_span(40, even) / 4);
    EXPECT_GT(change_in_last_span(4, erratic), change_in_last_span(4, even) * 4);
}

TEST(UsefulFrames, NothingUnderTheToleranceIsWorthALook) {
    const Annotations a = annotations_with_doubt(51);
    const double sure = expected_change(0.95);
    const auto frames = frames_of(a, sure + 0.01);
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].frame, FrameIndex{51});
    EXPECT_LT(frames[0].expected_change, expected_change(0.1F)) << "the keyframes say that it stands";
    EXPECT_GT(frames[0].expected_change, 0.3);
    EXPECT_TRUE(frames_of(a, expected_change(0.1F) + 0.01).empty());
}

TEST(UsefulFrames, ExpectedChangeFallsWithConfidence) {
    EXPECT_EQ(expected_change(0), 1);
    double last = 1;
    for (double confidence = 0.05; confidence < 1; confidence += 0.05) {
        EXPECT_LT(expected_change(confidence), last) << confidence;
        last = expected_change(confidence);
    }
    EXPECT_GT(expected_change(1), 0);
    EXPECT_LT(expected_change(1), 0.05);
    EXPECT_GT(expected_change_of_linear(50, 100), expected_change_of_linear(5, 10));
}

TEST(UsefulFrames, AFillThatSawNoPixelsIsNoMoreSureThanLinear) {
    Annotations linear = annotations_with([](std::int64_t) { return 1.0; }, "spline");
    const auto of_spline = frames_of(linear);
    linear.fills.clear();
    const auto of_none = frames_of(linear);
    ASSERT_EQ(of_spline.size(), of_none.size());
    EXPECT_EQ(of_spline[0].frame, of_none[0].frame);
    EXPECT_EQ(of_spline[0].worth, of_none[0].worth);
    EXPECT_EQ(of_none[0].frame, FrameIndex{20});
}

TEST(UsefulFrames, OfALongSpanItsMiddleAndWhatAloneIsInDoubt) {
    Annotations a = test::example_annotations();
    Track track{.id = TrackId{1}, .media = MediaId{1}, .label = LabelId{1}};
    for (const int frame : {0, 20'000}) track.set_keyframe({.frame = FrameIndex{frame}, .shape = Box{10, 10, 20, 20}});
    const auto frames = useful_frames(a, track);
    ASSERT_FALSE(frames.empty());
    EXPECT_NEAR(static_cast<double>(frames[0].frame.value), 10'000, 500);
    auto fill = std::make_shared<SpanFill>();
    fill->track = track.id;
    fill->method = "csrt";
    fill->inputs = track.keyframes;
    fill->frames.assign(19'999, {Box{10, 10, 20, 20}, 0.999F, false});
    fill->frames[12'344].confidence = 0.1F;
    const auto doubtful = useful_frames(track, {fill}, 0.1);
    ASSERT_EQ(doubtful.size(), 1U);
    EXPECT_EQ(doubtful[0].frame, FrameIndex{12'345});
}

TEST(UsefulFrames, NoneWhereEveryFrameIsStated) {
    Annotations a = test::example_annotations();
    Track track{.id = TrackId{1}, .media = MediaId{1}, .label = LabelId{1}};
    for (const int frame : {0, 1, 2}) track.set_keyframe({.frame = FrameIndex{frame}, .shape = Box{10, 10, 20, 20}});
    EXPECT_TRUE(useful_frames(a, track).empty());
}

TEST(UsefulFrames, VSaysWhyAndWhenATrackIsDone) {
    test::Desk desk(annotations_with_doubt(51));
    desk->view.track = TrackId{1};
    ASSERT_TRUE(desk.press("v"));
    EXPECT_EQ(desk->view.frame, FrameIndex{51});
    EXPECT_EQ(desk.last_message(), "Look 1 of 1: frame 51 of track 1, expected to move by 0.35 of its size");
    Settings settings = desk->settings();
    settings.tolerance = Settings::most_tolerance;
    desk->set_settings(settings);
    desk.at(3);
    ASSERT_TRUE(desk.press("v"));
    EXPECT_EQ(desk->view.frame, FrameIndex{3});
    EXPECT_EQ(desk.last_message(), "Done: no frame of track 1 is expected to move by 0.50 of its size");
}

TEST(UsefulFrames, TheToleranceIsSetInSteps) {
    test::Desk desk;
    const Command* tighter = find_command("frame.useful.tighter");
    const Command* looser = find_command("frame.useful.looser");
    ASSERT_TRUE(tighter != nullptr && looser != nullptr);
    tighter->run(desk.session());
    EXPECT_DOUBLE_EQ(desk->settings().tolerance, Settings::default_tolerance - 0.01);
    looser->run(desk.session());
    EXPECT_DOUBLE_EQ(desk->settings().tolerance, Settings::default_tolerance);
    for (int i = 0; i < 100; ++i) tighter->run(desk.session());
    EXPECT_EQ(desk->settings().tolerance, Settings::least_tolerance);
}

TEST(SettingsFile, KeepsWhatWasSetAndForgivesWhatIsBroken) {
    const test::TemporaryFolder folder;
    const auto file = folder / "config" / "settings";
    EXPECT_EQ(load_settings(file), Settings{});
    Settings settings;
    settings.tolerance = 0.23;
    IB_ASSERT_OK(save_settings(file, settings));
    EXPECT_EQ(load_settings(file), settings);
    test::write_text(file, "colour = blue\ntolerance = wide\n\x01\n");
    EXPECT_EQ(load_settings(file), Settings{});
    test::write_text(file, "tolerance=7\n");
    EXPECT_EQ(load_settings(file).tolerance, Settings::most_tolerance);
    test::write_text(folder / "plain", "");
    EXPECT_FALSE(save_settings(folder / "plain" / "settings", settings));
}

}  // namespace
}  // namespace inbetween
