#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>

#include "core/edit/operations.h"
#include "tests/edit/sample_project.h"
#include "tests/support/random_annotations.h"
#include "tests/support/support.h"

namespace inbetween {
namespace {

using namespace test;

/// A dense track: in view on frames 0..52 moving linearly, outside from 53, in view again 70..80.
Track dense_track() {
    Track track{.id = TrackId{9}, .media = media, .label = LabelId{7}};
    for (std::int64_t f = 0; f <= 52; ++f) track.set_keyframe(box_keyframe(f, 2.0 * static_cast<double>(f)));
    Keyframe gone = box_keyframe(53, 104);
    gone.outside = true;
    track.set_keyframe(gone);
    for (std::int64_t f = 70; f <= 80; ++f) track.set_keyframe(box_keyframe(f, 0));
    return track;
}

std::vector<std::int64_t> frames_of(const Track& track) {
    std::vector<std::int64_t> frames;
    for (const Keyframe& keyframe : track.keyframes) frames.push_back(keyframe.frame.value);
    return frames;
}

edit::Thinning thinning(const char* text) {
    const auto parsed = edit::parse_thinning(text);
    EXPECT_TRUE(parsed.has_value()) << test::why(parsed);
    return parsed ? *parsed : edit::Thinning{};
}

TEST(Thinning, AllKeepsAll) { EXPECT_EQ(edit::thinned(dense_track(), thinning("all")), dense_track()); }

TEST(Thinning, EveryKeepsFirstEveryNthAndLastOfEachRun) {
    EXPECT_EQ(frames_of(edit::thinned(dense_track(), thinning("every=25"))),
              (std::vector<std::int64_t>{0, 25, 50, 52, 53, 70, 80}));
    EXPECT_EQ(edit::thinned(dense_track(), thinning("every=1")), dense_track());
}

TEST(Thinning, ToleranceKeepsTheFewestThatReproduceTheRest) {
    Track track = dense_track();
    EXPECT_EQ(frames_of(edit::thinned(track, thinning("tolerance=0.01"))),
              (std::vector<std::int64_t>{0, 52, 53, 70, 80}));
    Keyframe jump = box_keyframe(20, 60);
    track.set_keyframe(jump);
    const Track kept = edit::thinned(track, thinning("tolerance=1"));
    for (const Keyframe& keyframe : track.keyframes) {
        if (keyframe.outside) continue;
        const auto state = state_at(kept, {}, keyframe.frame);
        ASSERT_TRUE(state);
        EXPECT_LE(distance(state->shape, keyframe.shape), 1) << keyframe.frame.value;
    }
    EXPECT_LT(kept.keyframes.size(), 10U);
}

/// A run of boxes or quads that wander, some of them occluded; the same for the same seed.
Track wandering_track(std::uint64_t seed, ShapeKind kind) {
    Random random(seed);
    Track track{.id = TrackId{9}, .media = media, .label = LabelId{7}, .kind = kind};
    std::int64_t frame = random.number(0, 3);
    double x = 50;
    for (int i = 0; i < 10; ++i) {
        Keyframe keyframe = box_keyframe(frame, 0);
        x += static_cast<double>(random.number(-3, 3));
        const Box box{x, 20 + static_cast<double>(random.number(0, 2)), 30, 40};
        keyframe.shape = kind == ShapeKind::Box ? Shape(box) : Shape(quad_of(box));
        keyframe.occluded = random.once_in(9);
        track.set_keyframe(keyframe);
        frame += random.number(1, 3);
    }
    return track;
}

/// Tells whether these keyframes of the track, taken alone, stay within the tolerance of all.
bool reproduces(const Track& track, unsigned chosen, double tolerance) {
    Track alone = track;
    alone.keyframes.clear();
    for (std::size_t i = 0; i < track.keyframes.size(); ++i)
        if (((chosen >> i) & 1U) != 0) alone.keyframes.push_back(track.keyframes[i]);
    for (const Keyframe& keyframe : track.keyframes) {
        const auto state = state_at(alone, {}, keyframe.frame);
        if (!state || state->occluded != keyframe.occluded) return false;
        if (distance(state->shape, keyframe.shape) > tolerance + 1e-6) return false;
    }
    return true;
}

TEST(Thinning, NoFewerKeyframesStayWithinTheTolerance) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        const Track track = wandering_track(seed, seed % 2 == 0 ? ShapeKind::Box : ShapeKind::Quad);
        for (const char* text : {"tolerance=0", "tolerance=0.7", "tolerance=2"}) {
            const edit::Thinning how = thinning(text);
            // Every choice of keyframes that has the first and the last.
            const unsigned ends = 1U | (1U << (track.keyframes.size() - 1));
            std::size_t fewest = track.keyframes.size();
            for (unsigned chosen = 0; chosen < (1U << track.keyframes.size()); ++chosen)
                if ((chosen & ends) == ends && reproduces(track, chosen, how.tolerance_px))
                    fewest = std::min(fewest, static_cast<std::size_t>(std::popcount(chosen)));
            const Track kept = edit::thinned(track, how);
            EXPECT_EQ(kept.keyframes.size(), fewest) << text;
            unsigned chosen = 0;
            for (const Keyframe& keyframe : kept.keyframes)
                chosen |= 1U << static_cast<unsigned>(track.find_keyframe(keyframe.frame) - track.keyframes.data());
            EXPECT_TRUE(reproduces(track, chosen, how.tolerance_px)) << text;
        }
    }
}

TEST(Thinning, ReadsOnlyWhatItKnows) {
    for (const char* bad : {"", "every", "every=0", "every=x", "tolerance=-1", "tolerance=nan", "some"})
        EXPECT_FALSE(edit::parse_thinning(bad).has_value()) << bad;
}

Annotations imported_file() {
    Annotations file;
    Media video{.id = MediaId{1}, .frames = video_frames};
    file.media[video.id] = std::make_shared<const Media>(video);
    Label person_label{.id = LabelId{7}, .name = "person"};
    person_label.attributes = {{.id = AttributeId{5}, .name = "pose", .is_mutable = true}};
    file.labels[LabelId{7}] = person_label;
    file.labels[LabelId{8}] = {.id = LabelId{8}, .name = "car", .kind = LabelKind::Action, .ava_id = 12};
    Track track = dense_track();
    for (Keyframe& keyframe : track.keyframes) keyframe.source = Source::Imported;
    track.attribute_ranges = {{AttributeId{5}, {FrameIndex{0}, FrameIndex{9}}, "sits"}};
    file.tracks[track.id] = std::make_shared<const Track>(track);
    const Segment segment{SegmentId{2}, MediaId{1}, LabelId{8}, TrackId{9}, {FrameIndex{1}, FrameIndex{4}}};
    file.segments[segment.id] = std::make_shared<const Segment>(segment);
    return file;
}

TEST(Import, MatchesLabelsByNameAndKindAndMakesTheRest) {
    const Annotations a = project_with_track();
    const ChangeSet change = edit::import(a, media, imported_file(), thinning("every=25"), "Import");
    const Annotations after = applied(change, a);
    ASSERT_FALSE(find_breach(after)) << *find_breach(after);
    const Track& track = *after.find_track(TrackId{2});
    EXPECT_EQ(track.label, person);
    EXPECT_EQ(track.keyframes.size(), 7U);
    EXPECT_EQ(track.keyframes.front().source, Source::Imported);
    const Attribute* pose = after.find_label(person)->find_attribute("pose");
    ASSERT_NE(pose, nullptr);
    EXPECT_EQ(track.attribute_at(pose->id, FrameIndex{3}), "sits");
    const Label* action = after.find_label("car (action)");
    ASSERT_NE(action, nullptr) << "the name stands for a class of objects";
    EXPECT_EQ(action->ava_id, 12);
    ASSERT_EQ(after.segments.size(), 1U);
    EXPECT_EQ(after.segments.begin()->second->track, TrackId{2});
    EXPECT_EQ(after.tracks.at(TrackId{1}), a.tracks.at(TrackId{1})) << "what was there is not touched";
    EXPECT_TRUE(same_statements(applied(change.inverse(), after), a)) << "one undo step";
}

TEST(Import, TwiceMakesTheTracksTwiceAndTheLabelsOnce) {
    Annotations a = empty_project();
    a = applied(edit::import(a, media, imported_file(), {}, "Import"), a);
    const std::size_t labels = a.labels.size();
    a = applied(edit::import(a, media, imported_file(), {}, "Import"), a);
    EXPECT_EQ(a.labels.size(), labels);
    EXPECT_EQ(a.tracks.size(), 2U);
}

TEST(Import, KeepsSourcesFillsAndTheLooksOfNewLabels) {
    Annotations file = imported_file();
    Track track = *file.tracks.begin()->second;
    track.keyframes.front().source = Source::Manual;
    std::erase_if(track.keyframes,
                  [](const Keyframe& each) { return each.frame > FrameIndex{0} && each.frame < FrameIndex{4}; });
    SpanFill fill{
        .track = track.id, .method = "csrt", .inputs = {track.keyframes[0], track.keyframes[1]}, .frames = {}};
    for (int i = 0; i < 3; ++i) fill.frames.push_back({Box{1.0 * i, 2, 3, 4}, 0.5F, false});
    file.tracks[track.id] = std::make_shared<const Track>(track);
    file.fills[track.id] = {std::make_shared<const SpanFill>(fill)};
    file.labels.at(LabelId{8}).colour = Colour{1, 2, 3};
    file.labels.at(LabelId{8}).hotkey = 44;
    const Annotations a = project_with_track();
    const ChangeSet change = edit::import(a, media, file, {}, "Import");
    const Annotations after = applied(change, a);
    EXPECT_EQ(after.find_track(TrackId{2})->keyframes.front().source, Source::Manual);
    EXPECT_EQ(after.find_label("car (action)")->colour, (Colour{1, 2, 3}));
    EXPECT_EQ(after.find_label("car (action)")->hotkey, 44);
    const auto fills = edit::imported_fills(change, file);
    ASSERT_EQ(fills.size(), 1U);
    EXPECT_EQ(fills.front()->track, TrackId{2});
    EXPECT_TRUE(is_current(*fills.front(), *after.find_track(TrackId{2})));
    EXPECT_TRUE(edit::imported_fills(edit::import(a, media, file, thinning("every=25"), "Import"), file).empty())
        << "its keyframes were thinned out";
}

TEST(Import, TakesNamesThatAreStatedForOthers) {
    const Annotations a = project_with_track();
    const auto file = edit::renamed(imported_file(), {{{"person", "walker"}, {"car", "drive"}}, {{"pose", "posture"}}});
    ASSERT_TRUE(file) << test::why(file);
    const Annotations after = applied(edit::import(a, media, *file, {}, "Import"), a);
    ASSERT_FALSE(find_breach(after)) << *find_breach(after);
    const Label* walker = after.find_label("walker");
    ASSERT_NE(walker, nullptr);
    ASSERT_NE(walker->find_attribute("posture"), nullptr);
    EXPECT_EQ(after.find_track(TrackId{2})->attribute_at(walker->find_attribute("posture")->id, FrameIndex{3}), "sits");
    EXPECT_EQ(after.segments.begin()->second->label, after.find_label("drive")->id);
}

TEST(Import, SeveralNamesMayBecomeOne) {
    Annotations file = imported_file();
    Label cyclist{.id = LabelId{9}, .name = "cyclist"};
    cyclist.attributes = {{.id = AttributeId{6}, .name = "stance", .is_mutable = true}};
    file.labels[LabelId{9}] = cyclist;
    Track track = dense_track();
    track.id = TrackId{10};
    track.label = LabelId{9};
    track.attribute_ranges = {{AttributeId{6}, {FrameIndex{2}, FrameIndex{5}}, "rides"}};
    file.tracks[track.id] = std::make_shared<const Track>(track);
    const auto renamed = edit::renamed(file, {{{"cyclist", "person"}}, {{"stance", "pose"}}});
    ASSERT_TRUE(renamed) << test::why(renamed);
    const Annotations a = empty_project();
    const Annotations after = applied(edit::import(a, media, *renamed, {}, "Import"), a);
    ASSERT_FALSE(find_breach(after)) << *find_breach(after);
    const Label* person_label = after.find_label("person");
    ASSERT_NE(person_label, nullptr);
    EXPECT_EQ(after.find_label("cyclist"), nullptr);
    EXPECT_EQ(person_label->attributes.size(), 1U);
    std::set<std::string> said;
    for (const auto& [id, one] : after.tracks) {
        EXPECT_EQ(one->label, person_label->id);
        said.insert(one->attribute_ranges.front().value);
    }
    EXPECT_EQ(said, (std::set<std::string>{"rides", "sits"}));
}

TEST(Import, ALabelWithoutANewNameIsLeftOutWithAllThatIsIts) {
    const auto file = edit::renamed(imported_file(), {{{"person", ""}}, {}});
    ASSERT_TRUE(file) << test::why(file);
    EXPECT_TRUE(file->tracks.empty());
    EXPECT_TRUE(file->segments.empty()) << "the action was the track's";
    EXPECT_EQ(file->find_label("person"), nullptr);
}

TEST(Import, ANameThatTheFileHasNotIsRefused) {
    const auto label = edit::renamed(imported_file(), {{{"dog", "cat"}}, {}});
    ASSERT_FALSE(label);
    EXPECT_EQ(label.error().message, "no label 'dog'; the file has car, person");
    const auto attribute = edit::renamed(imported_file(), {{}, {{"age", "years"}}});
    ASSERT_FALSE(attribute);
    EXPECT_EQ(attribute.error().message, "no attribute 'age'; the file has pose");
}

}  // namespace
}  // namespace inbetween
