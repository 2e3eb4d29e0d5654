#include "core/store/store.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>

#include "tests/store/desk.h"

namespace inbetween::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Store, SaysWhatItWasMadeWith) {
    for (std::uint64_t seed = test_seed(); seed < test_seed() + 15; ++seed) {
        SCOPED_TRACE(seed);
        TemporaryFolder folder;
        Random random(seed);
        const Annotations all = random_annotations(random);
        ASSERT_EQ(find_breach(all), std::nullopt);
        IB_ASSERT_OK(Store::create(folder / "a.inbetween", all));
        expect_same(read_project(folder / "a.inbetween"), all);
        expect_sound(folder / "a.inbetween");
        EXPECT_THAT(names_in(folder.path()), ElementsAre("a.inbetween"));
    }
}

TEST(Store, MakesAnEmptyProject) {
    TemporaryFolder folder;
    IB_ASSERT_OK(Store::create(folder / "empty.inbetween", {}));
    EXPECT_TRUE(Store::is_project(folder / "empty.inbetween"));
    auto opened = Store::open(folder / "empty.inbetween", StoreMode::ReadWrite);
    IB_ASSERT_OK(opened);
    expect_same(opened->annotations, {});
    EXPECT_TRUE(opened->history.entries().empty());
    EXPECT_EQ(opened->notice, std::nullopt);
    expect_sound(folder / "empty.inbetween");
}

TEST(Store, IsOneFileOnceClosed) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random));
    for (int n = 0; n < 5; ++n) desk.do_something(random);
    desk.close();
    EXPECT_THAT(names_in(folder.path()), ElementsAre("a.inbetween"));
}

TEST(Store, KeepsEveryCommitAcrossReopening) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random));
    for (int n = 0; n < 20; ++n) {
        desk.commit(random_change(random, desk.annotations()));
        const Annotations now = desk.annotations();
        desk.reopen();
        expect_same(desk.annotations(), now);
        EXPECT_EQ(desk.history().done(), static_cast<std::size_t>(n) + 1);
    }
    expect_sound(desk.path());
}

TEST(Store, UndoesAndRedoesAcrossReopening) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random));
    std::vector<Annotations> states{desk.annotations()};
    for (int n = 0; n < 15; ++n) {
        desk.commit(random_change(random, desk.annotations()));
        states.push_back(desk.annotations());
    }
    for (std::size_t n = 15; n > 0; --n) {
        desk.reopen();
        ASSERT_TRUE(desk.undo());
        EXPECT_TRUE(same_statements(desk.annotations(), states[n - 1]));
    }
    EXPECT_FALSE(desk.undo());
    for (std::size_t n = 1; n <= 15; ++n) {
        desk.reopen();
        ASSERT_TRUE(desk.redo());
        EXPECT_TRUE(same_statements(desk.annotations(), states[n]));
    }
    EXPECT_FALSE(desk.redo());
    desk.close();
    expect_sound(desk.path());
}

TEST(Store, HoldsWhatTheDocumentHoldsAfterAnything) {
    for (std::uint64_t seed = test_seed(); seed < test_seed() + 6; ++seed) {
        SCOPED_TRACE(seed);
        TemporaryFolder folder;
        Random random(seed);
        Desk desk(folder / "a.inbetween");
        desk.create(random_annotations(random, {.tracks = 4, .frames = 120}));
        for (int n = 0; n < 120; ++n) {
            desk.do_something(random, 120);
            if (!random.once_in(12)) continue;
            const Annotations now = desk.annotations();
            const History history = desk.history();
            desk.reopen();
            expect_same(desk.annotations(), now);
            EXPECT_EQ(desk.history().entries(), history.entries());
            EXPECT_EQ(desk.history().done(), history.done());
            if (HasFailure()) return;
        }
        desk.close();
        expect_sound(desk.path());
        if (HasFailure()) return;
    }
}

TEST(Store, BringsFillsBackWithTheirKeyframesAfterReopening) {
    TemporaryFolder folder;
    Random random(test_seed());
    Annotations initial = random_annotations(random, {.tracks = 0, .frames = 100});
    Track track;
    track.id = TrackId{1};
    track.media = initial.media.begin()->first;
    track.label = initial.labels.begin()->first;
    for (const std::int64_t frame : {0, 10}) track.set_keyframe({FrameIndex{frame}, Box{1, 2, 30, 40}});
    initial.tracks[track.id] = std::make_shared<const Track>(track);
    Desk desk(folder / "a.inbetween");
    desk.create(initial);
    const SpanFillPtr fill = random_fill(random, track);
    desk.show_fill(fill);

    Track moved_track = track;
    moved_track.set_keyframe({FrameIndex{10}, Box{5, 2, 30, 40}});
    desk.commit(
        {.name = "Move box",
         .tracks = {{track.id, desk.annotations().tracks.at(track.id), std::make_shared<const Track>(moved_track)}}});
    desk.reopen();
    EXPECT_TRUE(desk.annotations().fills_of(track.id).empty());
    ASSERT_TRUE(desk.undo());
    ASSERT_EQ(desk.annotations().fills_of(track.id).size(), 1U);
    EXPECT_EQ(*desk.annotations().fills_of(track.id).front(), *fill);
    desk.reopen();
    ASSERT_EQ(desk.annotations().fills_of(track.id).size(), 1U);
    EXPECT_EQ(*desk.annotations().fills_of(track.id).front(), *fill);
    desk.close();
    expect_sound(desk.path());
}

TEST(Store, ForgetsFillsThatWereCleared) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random));
    for (const auto& [id, track] : desk.annotations().tracks) desk.clear_fills(id, {FrameIndex{0}, FrameIndex{1000}});
    desk.reopen();
    EXPECT_TRUE(desk.annotations().fills.empty());
    desk.close();
    EXPECT_THAT(query(desk.path(), "SELECT count(*) FROM fill WHERE shown"), ElementsAre("0"));
    expect_sound(desk.path());
}

TEST(Store, CountsWritesUntilTheyAreDurable) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random));
    for (int n = 0; n < 7; ++n) desk.commit(random_change(random, desk.annotations()));
    IB_ASSERT_OK(desk.store().flush());
    EXPECT_EQ(desk.store().status().queued, 0);
    EXPECT_EQ(desk.store().status().durable, 7);
    EXPECT_EQ(desk.store().status().problem, std::nullopt);
    // Durable means that another connection sees it, with the store still open.
    EXPECT_THAT(query(desk.path(), "SELECT count(*) FROM history"), ElementsAre("7"));
}

TEST(Store, ReadsAProjectThatAnotherWindowWrites) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random));
    for (int n = 0; n < 10; ++n) {
        desk.commit(random_change(random, desk.annotations()));
        IB_ASSERT_OK(desk.store().flush());
        expect_same(read_project(desk.path()), desk.annotations());
        expect_sound(desk.path());
    }
}

TEST(Store, IsReadAsItWasAtOneMomentWhileItIsWritten) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random, {.tracks = 3, .frames = 80}));
    std::vector<Annotations> states{desk.annotations()};
    for (int n = 0; n < 60; ++n) {
        desk.commit(random_change(random, desk.annotations(), 80));
        states.push_back(desk.annotations());
        if (n % 3 != 0) continue;
        auto opened = Store::open(desk.path(), StoreMode::ReadOnly);
        IB_ASSERT_OK(opened);
        const auto head = static_cast<std::size_t>(opened->history.head());
        ASSERT_LT(head, states.size());
        EXPECT_TRUE(same_statements(opened->annotations, states[head]));
    }
}

TEST(Store, KeepsItsWalShort) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random, {.tracks = 0}));
    std::uintmax_t largest = 0;
    for (std::int64_t n = 1; n <= 12; ++n) {
        Track track;
        track.id = TrackId{n};
        track.media = MediaId{1};
        track.label = LabelId{1};
        track.set_keyframe({FrameIndex{0}, Box{1, 2, 3, 4}});
        track.set_keyframe({FrameIndex{15'000}, Box{5, 6, 7, 8}});
        desk.commit({.name = "Draw box", .tracks = {{track.id, nullptr, std::make_shared<const Track>(track)}}});
        IB_ASSERT_OK(desk.store().flush());
        largest = std::max(largest, std::filesystem::file_size(desk.path().string() + "-wal"));
    }
    desk.close();
    EXPECT_LT(largest, std::filesystem::file_size(desk.path()));
    expect_sound(desk.path());
}

TEST(Store, IsWrittenByOneWindowOnly) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random));
    const auto second = Store::open(desk.path(), StoreMode::ReadWrite);
    ASSERT_FALSE(second.has_value());
    EXPECT_THAT(second.error().message, HasSubstr("a.inbetween: is open in another window"));
    desk.commit(random_change(random, desk.annotations()));
    desk.reopen();
    EXPECT_EQ(desk.history().done(), 1U);
}

TEST(Store, LoadsAChangeThatIsStillOnItsWay) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random));
    const Annotations before = desk.annotations();
    for (int n = 0; n < 30; ++n) {
        desk.commit(random_change(random, desk.annotations()));
        desk.commit(random_change(random, desk.annotations()));
        ASSERT_TRUE(desk.undo());
        ASSERT_TRUE(desk.undo());
        EXPECT_TRUE(same_statements(desk.annotations(), before));
    }
    desk.reopen();
    EXPECT_TRUE(same_statements(desk.annotations(), before));
}

TEST(Store, NewStepAfterUndoBeginsANewLine) {
    TemporaryFolder folder;
    Random random(test_seed());
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random));
    for (int n = 0; n < 3; ++n) desk.commit(random_change(random, desk.annotations()));
    desk.undo();
    desk.undo();
    desk.commit(random_change(random, desk.annotations()));
    desk.reopen();
    EXPECT_EQ(desk.history().done(), 2U);
    EXPECT_EQ(desk.history().redoable(), nullptr);
    EXPECT_EQ(desk.history().head(), 4);
    desk.undo();
    desk.reopen();
    ASSERT_NE(desk.history().redoable(), nullptr);
    EXPECT_EQ(desk.history().redoable()->seq, 4);
}

TEST(Store, WakesWhenAWriteIsDurable) {
    TemporaryFolder folder;
    Random random(test_seed());
    const Annotations all = random_annotations(random);
    IB_ASSERT_OK(Store::create(folder / "a.inbetween", all));
    std::atomic<int> wakes = 0;
    {
        auto opened = Store::open(folder / "a.inbetween", StoreMode::ReadWrite, [&] { ++wakes; });
        IB_ASSERT_OK(opened);
        const auto before = std::make_shared<const Annotations>(opened->annotations);
        const ChangeSet change = random_change(random, *before);
        const auto after = std::make_shared<const Annotations>(applied(change, *before));
        opened->store->commit(before, after, change, 1, 0);
        IB_ASSERT_OK(opened->store->flush());
    }
    EXPECT_EQ(wakes.load(), 1);
}

}  // namespace
}  // namespace inbetween::test
