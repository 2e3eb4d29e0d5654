#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/store/desk.h"
#include "tests/support/faults.h"

namespace fs = std::filesystem;

// Disks that are full, folders that are read-only, files that are moved away while they are open.
namespace inbetween::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StoreFaults : public ::testing::Test {
protected:
    void SetUp() override { desk_.create(random_annotations(random_)); }
    fs::path file(const std::string& name) const { return folder_ / name; }
    void commit_some(int count) {
        for (int n = 0; n < count; ++n) desk_.commit(random_change(random_, desk_.annotations()));
    }
    std::uint64_t wal_size() const {
        std::error_code ignored;
        const auto size = fs::file_size(desk_.path().string() + "-wal", ignored);
        return ignored ? 0 : size;
    }
    /// Expects the file of that name to say what the desk says, soundly.
    void expect_says_all(const std::string& name) {
        expect_same(read_project(file(name)), desk_.annotations());
        expect_sound(file(name));
    }

    TemporaryFolder folder_;
    Random random_{test_seed()};
    Desk desk_{folder_ / "a.inbetween"};
};

TEST_F(StoreFaults, FullDiskKeepsTheQueueUntilThereIsRoom) {
    commit_some(3);
    IB_ASSERT_OK(desk_.store().flush());
    {
        const FullDisk full(wal_size() + 2000);
        commit_some(20);
        const auto flushed = desk_.store().flush();
        ASSERT_FALSE(flushed.has_value());
        EXPECT_THAT(flushed.error().message, HasSubstr("a.inbetween: "));
        const StoreStatus status = desk_.store().status();
        EXPECT_GT(status.queued, 0);
        EXPECT_EQ(status.queued + status.durable, 23);
        EXPECT_EQ(status.problem, flushed.error().message);
        // What is on its way can be undone all the same.
        ASSERT_TRUE(desk_.undo());
        EXPECT_FALSE(desk_.store().flush().has_value());
    }
    IB_ASSERT_OK(desk_.store().flush());
    EXPECT_EQ(desk_.store().status().queued, 0);
    EXPECT_EQ(desk_.store().status().durable, 24);
    EXPECT_EQ(desk_.store().status().problem, std::nullopt);
    desk_.close();
    expect_says_all("a.inbetween");
}

TEST_F(StoreFaults, FullDiskAtEveryByteLosesNothingDurable) {
    for (std::uint64_t room = 0; room < 40000; room += 3700) {
        SCOPED_TRACE(room);
        desk_.reopen();
        std::int64_t durable = 0;
        {
            const FullDisk full(wal_size() + room);
            commit_some(4);
            static_cast<void>(desk_.store().flush());
            durable = desk_.store().status().durable;
        }
        EXPECT_LE(durable, 4);
        IB_ASSERT_OK(desk_.store().flush());
        const Annotations now = desk_.annotations();
        desk_.reopen();
        expect_same(desk_.annotations(), now);
    }
    desk_.close();
    expect_sound(desk_.path());
}

TEST_F(StoreFaults, ClosingOnAFullDiskEndsAndKeepsWhatWasDurable) {
    commit_some(2);
    IB_ASSERT_OK(desk_.store().flush());
    const Annotations durable = desk_.annotations();
    {
        const FullDisk full(wal_size() + 500);
        commit_some(3);
        desk_.close();
    }
    expect_same(read_project(desk_.path()), durable);
    expect_sound(desk_.path());
}

TEST_F(StoreFaults, FullDiskLeavesNoHalfMadeProject) {
    const FullDisk full(20000);
    const auto made = Store::create(file("b.inbetween"), desk_.annotations());
    ASSERT_FALSE(made.has_value());
    EXPECT_THAT(made.error().message, HasSubstr("b.inbetween: "));
    for (const std::string& name : names_in(folder_.path())) EXPECT_THAT(name, HasSubstr("a.inbetween"));
}

TEST_F(StoreFaults, CreateTakesNoNameThatIsTaken) {
    const std::string before = file_text(file("a.inbetween"));
    const auto made = Store::create(file("a.inbetween"), {});
    ASSERT_FALSE(made.has_value());
    EXPECT_THAT(made.error().message, HasSubstr("a.inbetween: exists already"));
    EXPECT_EQ(file_text(file("a.inbetween")), before);

    const auto nowhere = Store::create(file("none") / "b.inbetween", {});
    ASSERT_FALSE(nowhere.has_value());
    EXPECT_THAT(nowhere.error().message, HasSubstr("there is no folder"));

    // SQLite would take another database's WAL for the new file's own.
    write_text(file("c.inbetween-wal"), "left behind");
    const auto haunted = Store::create(file("c.inbetween"), {});
    ASSERT_FALSE(haunted.has_value());
    EXPECT_THAT(haunted.error().message, HasSubstr("c.inbetween-wal of an earlier project is still there"));
}

TEST_F(StoreFaults, MovedFileIsWrittenAnewInItsPlace) {
    commit_some(3);
    IB_ASSERT_OK(desk_.store().flush());
    const Annotations at_the_move = desk_.annotations();
    fs::rename(file("a.inbetween"), file("b.inbetween"));
    commit_some(3);
    IB_ASSERT_OK(desk_.store().flush());
    ASSERT_TRUE(desk_.store().status().notice.has_value());
    EXPECT_THAT(*desk_.store().status().notice, HasSubstr("a.inbetween: was moved or removed while it was open"));
    commit_some(2);
    ASSERT_TRUE(desk_.undo());
    desk_.close();
    EXPECT_THAT(names_in(folder_.path()), ElementsAre("a.inbetween", "b.inbetween"));
    expect_says_all("a.inbetween");
    // What was moved away is whole too, as it was.
    expect_same(read_project(file("b.inbetween")), at_the_move);
    expect_sound(file("b.inbetween"));
}

TEST_F(StoreFaults, RemovedFileIsWrittenAnew) {
    commit_some(3);
    fs::remove(file("a.inbetween"));
    commit_some(3);
    IB_ASSERT_OK(desk_.store().flush());
    EXPECT_TRUE(desk_.store().status().notice.has_value());
    desk_.reopen();
    EXPECT_EQ(desk_.history().done(), 6U);
    desk_.close();
    expect_says_all("a.inbetween");
}

TEST_F(StoreFaults, FileRemovedAfterTheLastEditIsWrittenAnewAtTheEnd) {
    commit_some(3);
    IB_ASSERT_OK(desk_.store().flush());
    fs::remove(file("a.inbetween"));
    desk_.close();
    EXPECT_THAT(names_in(folder_.path()), ElementsAre("a.inbetween"));
    expect_says_all("a.inbetween");
}

TEST_F(StoreFaults, AnotherFileInItsPlaceIsLeftAlone) {
    commit_some(3);
    IB_ASSERT_OK(desk_.store().flush());
    write_text(file("letter"), "Dear diary,\n");
    fs::rename(file("letter"), file("a.inbetween"));
    commit_some(3);
    IB_ASSERT_OK(desk_.store().flush());
    ASSERT_TRUE(desk_.store().status().notice.has_value());
    EXPECT_THAT(*desk_.store().status().notice, HasSubstr("a-rescued.inbetween"));
    commit_some(1);
    ASSERT_TRUE(desk_.undo());
    IB_ASSERT_OK(desk_.store().flush());
    EXPECT_FALSE(Store::open(file("a-rescued.inbetween"), StoreMode::ReadWrite).has_value());
    desk_.close();
    EXPECT_EQ(file_text(file("a.inbetween")), "Dear diary,\n");
    EXPECT_THAT(names_in(folder_.path()), ElementsAre("a-rescued.inbetween", "a.inbetween"));
    expect_says_all("a-rescued.inbetween");
}

TEST_F(StoreFaults, AnotherProjectInItsPlaceIsLeftAlone) {
    const Annotations other = random_annotations(random_);
    IB_ASSERT_OK(Store::create(file("other.inbetween"), other));
    commit_some(2);
    IB_ASSERT_OK(desk_.store().flush());
    write_text(file("a-rescued.inbetween"), "taken");
    fs::rename(file("other.inbetween"), file("a.inbetween"));
    commit_some(2);
    IB_ASSERT_OK(desk_.store().flush());
    desk_.close();
    expect_same(read_project(file("a.inbetween")), other);
    expect_sound(file("a.inbetween"));
    EXPECT_EQ(file_text(file("a-rescued.inbetween")), "taken");
    expect_says_all("a-rescued-2.inbetween");
}

TEST_F(StoreFaults, FolderThatIsGoneIsAProblemUntilItIsBack) {
    TemporaryFolder outer;
    const fs::path folder = outer / "project";
    const fs::path moved = outer / "moved";
    fs::create_directory(folder);
    Desk desk(folder / "a.inbetween");
    desk.create(random_annotations(random_));
    fs::rename(folder, moved);
    desk.commit(random_change(random_, desk.annotations()));
    const auto flushed = desk.store().flush();
    ASSERT_FALSE(flushed.has_value());
    EXPECT_THAT(flushed.error().message, HasSubstr("a.inbetween: was moved, removed or replaced"));
    EXPECT_EQ(desk.store().status().queued, 1);
    fs::rename(moved, folder);
    IB_ASSERT_OK(desk.store().flush());
    EXPECT_EQ(desk.store().status().queued, 0);
    desk.close();
    expect_same(read_project(desk.path()), desk.annotations());
    expect_sound(desk.path());
}

TEST_F(StoreFaults, ChangesByAnotherProgramAreNotWrittenOver) {
    commit_some(1);
    IB_ASSERT_OK(desk_.store().flush());
    tamper(desk_.path(), "UPDATE head SET writes = writes + 1");
    commit_some(1);
    const auto flushed = desk_.store().flush();
    ASSERT_FALSE(flushed.has_value());
    EXPECT_THAT(flushed.error().message, HasSubstr("was changed by another program"));
}

TEST_F(StoreFaults, AWriteWaitsForAnotherProgramsRead) {
    commit_some(1);
    IB_ASSERT_OK(desk_.store().flush());
    EXPECT_FALSE(query(desk_.path(), "SELECT * FROM annotation").empty());
    commit_some(1);
    IB_ASSERT_OK(desk_.store().flush());
}

TEST_F(StoreFaults, ReadOnlyFolderAllowsReadingOnly) {
    desk_.close();
    ::chmod(folder_.path().c_str(), 0555);
    ::chmod(desk_.path().c_str(), 0444);
    {
        const PlainUser user;
        const auto write = Store::open(desk_.path(), StoreMode::ReadWrite);
        ASSERT_FALSE(write.has_value());
        EXPECT_THAT(write.error().message, HasSubstr("a.inbetween: cannot be written: its folder is read-only"));
        expect_says_all("a.inbetween");
        const auto made = Store::create(file("b.inbetween"), {});
        ASSERT_FALSE(made.has_value());
        EXPECT_THAT(made.error().message, HasSubstr("b.inbetween: cannot be made: its folder is read-only"));
    }
    ::chmod(folder_.path().c_str(), 0777);
    {
        const PlainUser user;
        const auto write = Store::open(desk_.path(), StoreMode::ReadWrite);
        ASSERT_FALSE(write.has_value());
        EXPECT_THAT(write.error().message, HasSubstr("a.inbetween: is read-only"));
    }
    ::chmod(desk_.path().c_str(), 0);
    {
        const PlainUser user;
        const auto read = Store::open(desk_.path(), StoreMode::ReadOnly);
        ASSERT_FALSE(read.has_value());
        EXPECT_THAT(read.error().message, HasSubstr("a.inbetween: cannot be opened: Permission denied"));
    }
    EXPECT_THAT(names_in(folder_.path()), ElementsAre("a.inbetween"));
}

TEST_F(StoreFaults, LinkToAProjectIsTheProject) {
    desk_.close();
    fs::create_directory(file("links"));
    fs::create_symlink(file("a.inbetween"), file("links") / "b.inbetween");
    Desk linked(file("links") / "b.inbetween");
    linked.open();
    EXPECT_FALSE(Store::open(file("a.inbetween"), StoreMode::ReadWrite).has_value());
    linked.commit(random_change(random_, linked.annotations()));
    linked.close();
    EXPECT_THAT(names_in(file("links")), ElementsAre("b.inbetween"));
    expect_same(read_project(file("a.inbetween")), linked.annotations());
}

}  // namespace
}  // namespace inbetween::test
