#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "tests/store/desk.h"

// A process that writes is killed in the middle of it. What it said was durable has to be there, whole and in order.
namespace inbetween::test {
namespace {

constexpr int steps = 60;

/// What the child does, and what the parent expects of it: all of it follows from the seed.
Annotations first_state(std::uint64_t seed) {
    Random random(seed);
    return random_annotations(random, {.tracks = 3, .frames = 80});
}

/// One step: commits, undoes or redoes. Where there is a journal the steps are the same with and without a file.
void step(Desk& desk, Random& random) {
    const std::int64_t draw = random.number(1, 10);
    if (draw <= 2 && desk.undo()) return;
    if (draw <= 3 && desk.redo()) return;
    desk.commit(random_change(random, desk.annotations(), 80));
}

/// Opens the project and works on it, telling how many writes are durable as soon as they are, until it is killed.
[[noreturn]] void work_until_killed(const std::filesystem::path& path, std::uint64_t seed, int report) {
    Desk desk(path);
    desk.open();
    Random random(seed + 1);
    for (int n = 0; n < steps; ++n) {
        step(desk, random);
        if (!random.once_in(3) && desk.store().flush()) {
            const auto durable = static_cast<unsigned char>(desk.store().status().durable);
            if (::write(report, &durable, 1) != 1) ::_exit(2);
        }
    }
    if (!desk.store().flush()) ::_exit(2);
    const unsigned char all = steps;
    if (::write(report, &all, 1) != 1) ::_exit(2);
    for (;;) ::pause();
}

/// Lets a child work, and kills it once it has reported `reports` times.   returns: the last report.
int work_and_kill(const std::filesystem::path& path, std::uint64_t seed, int reports) {
    int pipe_ends[2];
    EXPECT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(pipe_ends[0]);
        work_until_killed(path, seed, pipe_ends[1]);
    }
    ::close(pipe_ends[1]);
    unsigned char durable = 0;
    while (reports-- > 0 && durable < steps && ::read(pipe_ends[0], &durable, 1) == 1) {
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
    // What it still managed to say before it died counts as well.
    while (::read(pipe_ends[0], &durable, 1) == 1) {
    }
    ::close(pipe_ends[0]);
    return durable;
}

/// All states that the child went through, by the number of writes.
std::vector<Annotations> states_of(std::uint64_t seed) {
    TemporaryFolder folder;
    Desk desk(folder / "reference.inbetween");
    desk.create(first_state(seed));
    Random random(seed + 1);
    std::vector<Annotations> states{desk.annotations()};
    for (int n = 0; n < steps; ++n) {
        step(desk, random);
        random.once_in(3);  // the child draws here too
        states.push_back(desk.annotations());
    }
    return states;
}

TEST(StoreCrash, LosesNothingThatWasDurable) {
    const char* stated = std::getenv("INBETWEEN_TEST_KILLS");
    const int kills = stated != nullptr ? std::atoi(stated) : 12;
    constexpr int kills_a_seed = 6;
    int unfinished = 0;
    for (int n = 0; n < kills; n += kills_a_seed) {
        const std::uint64_t seed = test_seed() + static_cast<std::uint64_t>(n);
        SCOPED_TRACE(seed);
        const std::vector<Annotations> states = states_of(seed);
        Random random(seed + 2);
        for (int k = n; k < std::min(kills, n + kills_a_seed); ++k) {
            TemporaryFolder folder;
            IB_ASSERT_OK(Store::create(folder / "a.inbetween", states.front()));
            const int durable = work_and_kill(folder / "a.inbetween", seed, static_cast<int>(random.number(1, 45)));
            Desk desk(folder / "a.inbetween");
            desk.open();
            const Annotations found = desk.annotations();
            desk.close();
            const auto writes = query(folder / "a.inbetween", "SELECT writes FROM head");
            ASSERT_EQ(writes.size(), 1U);
            const int written = std::stoi(writes.front());
            EXPECT_GE(written, durable);
            expect_same(found, states[static_cast<std::size_t>(written)]);
            expect_sound(folder / "a.inbetween");
            unfinished += written < steps ? 1 : 0;
            EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"a.inbetween"});
            if (HasFailure()) return;
        }
    }
    std::printf("%d kills, %d in the middle of the work\n", kills, unfinished);
    EXPECT_GT(unfinished, 0);
}

TEST(StoreCrash, LeavesAFileThatCanBeReadWithoutChangingIt) {
    const std::uint64_t seed = test_seed();
    TemporaryFolder folder;
    IB_ASSERT_OK(Store::create(folder / "a.inbetween", first_state(seed)));
    const int durable = work_and_kill(folder / "a.inbetween", seed, 12);
    const auto names = names_in(folder.path());
    const std::string database = file_text(folder / "a.inbetween");
    const std::string wal = file_text(folder / "a.inbetween-wal");
    ASSERT_FALSE(wal.empty());
    auto opened = Store::open(folder / "a.inbetween", StoreMode::ReadOnly);
    IB_ASSERT_OK(opened);
    expect_sound(folder / "a.inbetween");
    EXPECT_EQ(names_in(folder.path()), names);
    EXPECT_EQ(file_text(folder / "a.inbetween"), database);
    EXPECT_EQ(file_text(folder / "a.inbetween-wal"), wal);
    EXPECT_GE(opened->history.entries().size() + 60, static_cast<std::size_t>(durable));
    opened->store.reset();
    Desk desk(folder / "a.inbetween");
    desk.open();
    expect_same(desk.annotations(), opened->annotations);
}

/// Dies in the middle of a transaction that is written through a rollback journal, and has begun to change the file.
[[noreturn]] void die_in_a_transaction(const std::filesystem::path& path) {
    sqlite3* handle = nullptr;
    const bool ok = sqlite3_open(path.c_str(), &handle) == SQLITE_OK &&
                    sqlite3_exec(handle,
                                 "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE keyframe SET x = x + 1;"
                                 " UPDATE annotation SET x = x + 1; DELETE FROM frame_time",
                                 nullptr, nullptr, nullptr) == SQLITE_OK;
    ::_exit(ok ? 0 : 1);
}

TEST(StoreCrash, RollsBackWhatAJournalTells) {
    TemporaryFolder folder;
    Random random(test_seed());
    const Annotations all = random_annotations(random);
    IB_ASSERT_OK(Store::create(folder / "a.inbetween", all));
    const std::string before = file_text(folder / "a.inbetween");
    const pid_t child = ::fork();
    if (child == 0) die_in_a_transaction(folder / "a.inbetween");
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
    ASSERT_NE(file_text(folder / "a.inbetween"), before);
    ASSERT_FALSE(file_text(folder / "a.inbetween-journal").empty());

    const auto read = Store::open(folder / "a.inbetween", StoreMode::ReadOnly);
    ASSERT_FALSE(read.has_value());
    EXPECT_NE(read.error().message.find("was left in the middle of a write"), std::string::npos);
    Desk desk(folder / "a.inbetween");
    desk.open();
    expect_same(desk.annotations(), all);
    desk.close();
    expect_sound(folder / "a.inbetween");
    EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"a.inbetween"});
}

}  // namespace
}  // namespace inbetween::test
