#include <gmock/gmock.h>

#include <cmath>

#include "core/base/text.h"
#include "core/store/journal.h"
#include "tests/store/desk.h"

// What other SQLite clients read from a project file.
namespace inbetween::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::int64_t grid(double px) { return std::llround(px * shape_grid_per_px); }

/// The row that a state should have: track, frame, x, y, w, h, flags, source.
std::string wanted_row(TrackId track, const FramedState& at) {
    const Box box = bounding_box(on_grid(at.state.shape));
    return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", number(track), at.frame.value, grid(box.x), grid(box.y), grid(box.w),
                       grid(box.h), (at.state.outside ? 1 : 0) + (at.state.occluded ? 2 : 0),
                       static_cast<int>(at.state.source));
}

std::vector<std::string> wanted_rows(const Annotations& all) {
    std::vector<std::string> rows;
    for (const auto& [id, track] : all.tracks)
        for (const FramedState& at : states_in(*track, all.fills_of(id), track->extent()))
            rows.push_back(wanted_row(id, at));
    return rows;
}

std::vector<std::string> stored_rows(const std::filesystem::path& path) {
    return query(path, "SELECT track_id, frame, x, y, w, h, flags, source FROM annotation ORDER BY track_id, frame");
}

TEST(StoreRows, AreWhatEachTrackShowsAtEachFrame) {
    for (std::uint64_t seed = test_seed(); seed < test_seed() + 6; ++seed) {
        SCOPED_TRACE(seed);
        TemporaryFolder folder;
        Random random(seed);
        Desk desk(folder / "a.inbetween");
        desk.create(random_annotations(random));
        EXPECT_EQ(stored_rows(desk.path()), wanted_rows(desk.annotations()));
        for (int n = 0; n < 25; ++n) {
            desk.do_something(random);
            IB_ASSERT_OK(desk.store().flush());
            ASSERT_EQ(stored_rows(desk.path()), wanted_rows(desk.annotations())) << "after " << n + 1 << " steps";
        }
    }
}

/// A number of a view as another client prints it.
double px(const std::string& text) { return parse_double(text).value_or(-1e9); }

TEST(StoreRows, AreInPixelsWithNamesInTheView) {
    TemporaryFolder folder;
    Random random(test_seed());
    const Annotations all = random_annotations(random);
    IB_ASSERT_OK(Store::create(folder / "a.inbetween", all));
    std::size_t seen = 0;
    for (const auto& [id, track] : all.tracks) {
        for (const FramedState& at : states_in(*track, all.fills_of(id), track->extent())) {
            const auto rows = query(folder / "a.inbetween",
                                    fmt::format("SELECT x, y, w, h, outside, occluded, source, confidence, x1, y1, x2,"
                                                " y2, x3, y3, x4, y4, label FROM annotation_px"
                                                " WHERE track_id = {} AND frame = {}",
                                                number(id), at.frame.value));
            ASSERT_EQ(rows.size(), 1U);
            const auto columns = split(rows.front(), '|');
            const Shape shape = on_grid(at.state.shape);
            const Box box = bounding_box(shape);
            EXPECT_DOUBLE_EQ(px(std::string(columns[0])), box.x);
            EXPECT_DOUBLE_EQ(px(std::string(columns[1])), box.y);
            EXPECT_DOUBLE_EQ(px(std::string(columns[2])), box.w);
            EXPECT_DOUBLE_EQ(px(std::string(columns[3])), box.h);
            EXPECT_EQ(columns[4], at.state.outside ? "1" : "0");
            EXPECT_EQ(columns[5], at.state.occluded ? "1" : "0");
            EXPECT_EQ(columns[6], name_of(at.state.source));
            EXPECT_NEAR(px(std::string(columns[7])), at.state.confidence, 1e-6);
            for (std::size_t i = 0; i < 8; ++i) {
                if (track->kind == ShapeKind::Box) {
                    EXPECT_EQ(columns[8 + i], "NULL");
                    continue;
                }
                const Point corner = std::get<Quad>(shape).corners[i / 2];
                EXPECT_DOUBLE_EQ(px(std::string(columns[8 + i])), i % 2 == 0 ? corner.x : corner.y);
            }
            EXPECT_EQ(columns[16], all.label_name(track->label));
            ++seen;
        }
    }
    EXPECT_GT(seen, 50U);
}

TEST(StoreRows, OfOneFrameAreFoundByTheIndex) {
    TemporaryFolder folder;
    Random random(test_seed());
    IB_ASSERT_OK(Store::create(folder / "a.inbetween", random_annotations(random)));
    EXPECT_THAT(query(folder / "a.inbetween", "EXPLAIN QUERY PLAN SELECT * FROM annotation WHERE frame = 12"),
                Contains(HasSubstr("annotation_by_frame")));
}

TEST(StoreRows, TellWhoMadeTheFile) {
    TemporaryFolder folder;
    IB_ASSERT_OK(Store::create(folder / "a.inbetween", {}));
    EXPECT_THAT(query(folder / "a.inbetween", "PRAGMA application_id"), ElementsAre("1229083735"));
    EXPECT_THAT(query(folder / "a.inbetween", "PRAGMA user_version"), ElementsAre("3"));
    EXPECT_THAT(query(folder / "a.inbetween", "PRAGMA integrity_check"), ElementsAre("ok"));
}

/// A box track with a keyframe at every frame.
Track long_track(const Annotations& all, std::int64_t keyframes) {
    Track track;
    track.id = TrackId{1};
    track.media = all.media.begin()->first;
    track.label = all.labels.begin()->first;
    for (std::int64_t n = 0; n < keyframes; ++n)
        track.keyframes.push_back({FrameIndex{n}, Box{static_cast<double>(n), 700, 200, 300}});
    return track;
}

TEST(Journal, HoldsOnlyTheDifferenceOfAnEditInALongTrack) {
    Random random(test_seed());
    const Annotations all = random_annotations(random, {.tracks = 0});
    const Track before = long_track(all, 5000);
    Track after = before;
    after.set_keyframe({FrameIndex{2500}, Box{2501.5, 700, 200, 300}});
    const ChangeSet change{
        .name = "Move box",
        .tracks = {{before.id, std::make_shared<const Track>(before), std::make_shared<const Track>(after)}}};
    EXPECT_LE(encode_change(change).size(), 48U);
}

TEST(Journal, GivesBackTheChangeInBothDirections) {
    for (std::uint64_t seed = test_seed(); seed < test_seed() + 20; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        Annotations now = random_annotations(random);
        for (int n = 0; n < 40; ++n) {
            const ChangeSet change = random_change(random, now);
            const std::string bytes = encode_change(change);
            const auto forward = decode_change(bytes, change.name, ChangeDirection::Forward, now);
            ASSERT_TRUE(forward.has_value());
            Annotations next = applied(change, now);
            EXPECT_TRUE(same_statements(applied(*forward, now), next));
            const auto backward = decode_change(bytes, change.name, ChangeDirection::Backward, next);
            ASSERT_TRUE(backward.has_value());
            EXPECT_TRUE(same_statements(applied(*backward, next), now));
            EXPECT_EQ(backward->name, change.name);
            now = std::move(next);
        }
    }
}

TEST(Journal, RefusesDamagedBytes) {
    Random random(test_seed());
    const Annotations now = random_annotations(random);
    for (int n = 0; n < 300; ++n) {
        const ChangeSet change = random_change(random, now);
        std::string bytes = encode_change(change);
        if (random.once_in(2))
            bytes.resize(static_cast<std::size_t>(random.number(0, static_cast<std::int64_t>(bytes.size()) - 1)));
        else
            bytes[static_cast<std::size_t>(random.number(0, static_cast<std::int64_t>(bytes.size()) - 1))] ^=
                static_cast<char>(1 << random.number(0, 7));
        // The journal's checksum tells damage; here it must be survived, and a change that comes out must fit.
        const auto decoded = decode_change(bytes, change.name, ChangeDirection::Forward, now);
        EXPECT_TRUE(!decoded || fits(*decoded, now));
    }
}

TEST(Journal, RefusesAChangeOfAnotherState) {
    Random random(test_seed());
    const Annotations all = random_annotations(random, {.tracks = 0});
    Annotations now = all;
    const auto track = std::make_shared<const Track>(long_track(all, 10));
    now.tracks[track->id] = track;
    const ChangeSet removal{.name = "Remove track", .tracks = {{track->id, track, nullptr}}};
    const std::string bytes = encode_change(removal);
    EXPECT_TRUE(decode_change(bytes, "", ChangeDirection::Forward, now).has_value());
    EXPECT_FALSE(decode_change(bytes, "", ChangeDirection::Backward, now).has_value());
    EXPECT_FALSE(decode_change(bytes, "", ChangeDirection::Forward, all).has_value());
}

}  // namespace
}  // namespace inbetween::test
