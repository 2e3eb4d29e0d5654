#include "core/video/disk_cache.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "core/video/cache_lock.h"
#include "tests/support/faults.h"
#include "tests/support/support.h"

namespace fs = std::filesystem;

namespace inbetween::test {
namespace {

using ::testing::HasSubstr;

FrameTable some_table(std::uint64_t seed = 1) {
    FrameTable table;
    for (std::int64_t i = 0; i < 20; ++i) {
        table.pts.push_back(i * 512);
        table.hashes.push_back(seed * 1000 + static_cast<std::uint64_t>(i));
    }
    return table;
}

/// A cache, and a file that is none but may be taken for a video: what it holds is not looked at.
class DiskCacheTest : public ::testing::Test {
protected:
    void SetUp() override { write_video("clip.mp4", 'a'); }

    /// Writes 200 KB that differ from others' in one byte between the blocks that are sampled, `minutes` ago.
    fs::path write_video(const std::string& name, char odd_byte, int minutes = 60) {
        std::string bytes(200'000, 'v');
        bytes[5'000] = odd_byte;
        write_text(folder_ / name, bytes);
        set_age(name, minutes);
        return folder_ / name;
    }
    void set_age(const std::string& name, int minutes) {
        static const auto start = fs::file_time_type::clock::now();
        fs::last_write_time(folder_ / name, start - std::chrono::minutes(minutes));
    }
    fs::path video(const std::string& name = "clip.mp4") const { return folder_ / name; }
    DiskCache cache(std::uint64_t budget = std::uint64_t{1} << 30) const {
        auto opened = DiskCache::open(folder_ / "cache", budget);
        EXPECT_TRUE(opened.has_value()) << why(opened);
        return *opened;
    }
    std::shared_ptr<CacheEntry> entry(const std::string& name = "clip.mp4", int stream = 0) const {
        auto found = cache().entry_for(video(name), stream);
        EXPECT_TRUE(found.has_value()) << why(found);
        return found ? *found : nullptr;
    }
    void store(const std::string& name, const FrameTable& table) const {
        IB_EXPECT_OK(entry(name)->store_table(table, {}));
    }

    TemporaryFolder folder_;
};

TEST_F(DiskCacheTest, GivesBackWhatWasStoredAfterReopening) {
    const CacheKind kind{"notes", 3};
    EXPECT_EQ(entry()->load_table(), std::nullopt);
    store("clip.mp4", some_table());
    IB_ASSERT_OK(entry()->store(kind, "a note"));
    EXPECT_TRUE(entry()->trusted());
    EXPECT_EQ(entry()->load_table(), some_table());
    EXPECT_EQ(entry()->load(kind), "a note");
    EXPECT_EQ(entry()->load({"notes", 4}), std::nullopt) << "of another version";
    EXPECT_EQ(entry()->load(kind), std::nullopt) << "and removed therefore";
}

TEST_F(DiskCacheTest, StreamsOfOneFileAreKeptApart) {
    store("clip.mp4", some_table());
    EXPECT_EQ(entry("clip.mp4", 1)->load_table(), std::nullopt);
}

TEST_F(DiskCacheTest, ACopyUnderAnotherNameIsFound) {
    store("clip.mp4", some_table());
    write_video("copy.mkv", 'a');
    EXPECT_TRUE(entry("copy.mkv")->trusted());
    EXPECT_EQ(entry("copy.mkv")->load_table(), some_table());
}

TEST_F(DiskCacheTest, ATouchedFileIsReadOnceAndThenTrusted) {
    store("clip.mp4", some_table());
    set_age("clip.mp4", 30);
    {
        const auto touched = entry();
        EXPECT_FALSE(touched->trusted());
        EXPECT_EQ(touched->load_table(), std::nullopt) << "not before it was checked";
        EXPECT_FALSE(touched->store_table(some_table(2), {}).has_value());
        IB_ASSERT_OK(touched->check({}));
        EXPECT_TRUE(touched->trusted());
        EXPECT_EQ(touched->load_table(), some_table());
    }
    EXPECT_TRUE(entry()->trusted());
    set_age("clip.mp4", 60);
    EXPECT_TRUE(entry()->trusted()) << "the first time is known still";
}

TEST_F(DiskCacheTest, AFileChangedBetweenTheSamplesIsNotBelieved) {
    store("clip.mp4", some_table());
    const fs::path folder = entry()->folder();
    write_video("clip.mp4", 'b', 30);
    {
        const auto changed = entry();
        ASSERT_EQ(changed->folder(), folder) << "the samples do not tell the files apart";
        EXPECT_FALSE(changed->trusted());
        IB_ASSERT_OK(changed->check({}));
        EXPECT_TRUE(changed->trusted());
        EXPECT_EQ(changed->load_table(), std::nullopt);
        IB_ASSERT_OK(changed->store_table(some_table(2), {}));
    }
    EXPECT_EQ(entry()->load_table(), some_table(2));
}

TEST_F(DiskCacheTest, WhatNoHashStandsForIsLostWithTheTime) {
    const CacheKind kind{"notes", 1};
    IB_ASSERT_OK(entry()->store(kind, "of a survey that was broken off"));
    EXPECT_TRUE(entry()->load(kind).has_value());
    write_video("clip.mp4", 'b', 30);
    EXPECT_TRUE(entry()->trusted());
    EXPECT_EQ(entry()->load(kind), std::nullopt);
}

TEST_F(DiskCacheTest, NothingIsStoredOfAFileThatChangedMeanwhile) {
    const auto open = entry();
    EXPECT_TRUE(open->video_is_unchanged());
    write_video("clip.mp4", 'b', 30);
    EXPECT_FALSE(open->video_is_unchanged());
    const auto stored = open->store_table(some_table(), {});
    ASSERT_FALSE(stored.has_value());
    EXPECT_THAT(stored.error().message, HasSubstr("clip.mp4: has changed"));
    EXPECT_FALSE(open->store({"notes", 1}, "x").has_value());
}

TEST_F(DiskCacheTest, ATimeTooFreshToTellWritesApartIsNotNoted) {
    const auto start = fs::file_time_type::clock::now();
    // A file system that counts in seconds may give this time to a later write, too.
    const auto second = std::chrono::floor<std::chrono::seconds>(start) + std::chrono::seconds(1);
    fs::last_write_time(video(), second);
    store("clip.mp4", some_table());
    const bool trusted = entry()->trusted();
    if (fs::file_time_type::clock::now() - start > std::chrono::seconds(2)) GTEST_SKIP() << "the machine is too slow";
    EXPECT_FALSE(trusted);
    const auto fresh = entry();
    IB_ASSERT_OK(fresh->check({}));
    EXPECT_EQ(fresh->load_table(), some_table());
}

TEST_F(DiskCacheTest, ReadingTheWholeFileCanBeStopped) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(entry()->store_table(some_table(), stop.get_token()).error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(entry()->load_table(), std::nullopt);
    store("clip.mp4", some_table());
    set_age("clip.mp4", 30);
    const auto touched = entry();
    EXPECT_EQ(touched->check(stop.get_token()).error().kind, ErrorKind::Cancelled);
    EXPECT_FALSE(touched->trusted());
    IB_EXPECT_OK(touched->check({}));
}

TEST_F(DiskCacheTest, AFlippedByteAnywhereIsNoticed) {
    store("clip.mp4", some_table());
    const fs::path file = entry()->folder() / "frames";
    const std::string sound = file_text(file);
    for (std::size_t at = 0; at < sound.size(); ++at) {
        std::string damaged = sound;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
        write_text(file, damaged);
        ASSERT_EQ(entry()->load_table(), std::nullopt) << at;
        ASSERT_FALSE(fs::exists(file)) << at;
    }
    for (std::size_t size = 0; size < sound.size(); ++size) {
        write_text(file, sound.substr(0, size));
        ASSERT_EQ(entry()->load_table(), std::nullopt) << size;
        ASSERT_FALSE(fs::exists(file)) << size;
    }
    write_text(file, sound + "x");
    EXPECT_EQ(entry()->load_table(), std::nullopt);
    write_text(file, sound);
    EXPECT_EQ(entry()->load_table(), some_table());
}

TEST_F(DiskCacheTest, WithoutASoundIdentityNothingIsBelieved) {
    store("clip.mp4", some_table());
    const fs::path folder = entry()->folder();
    const std::string identity = file_text(folder / "identity");
    const std::string frames = file_text(folder / "frames");
    for (std::size_t at = 0; at <= identity.size(); ++at) {
        std::string damaged = identity;
        if (at < identity.size()) damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        write_text(folder / "identity", damaged);
        write_text(folder / "frames", frames);
        const auto loaded = entry()->load_table();
        if (at < identity.size()) {
            ASSERT_EQ(loaded, std::nullopt) << at;
        } else {
            ASSERT_EQ(loaded, some_table());
        }
    }
}

TEST_F(DiskCacheTest, RemovesWhatWasNotUsedForLongest) {
    for (const char* name : {"a", "b", "c"}) {
        write_text(folder_ / name, name);
        set_age(name, 60);
        store(name, some_table());
        IB_ASSERT_OK(entry(name)->store({"notes", 1}, std::string(100'000, 'n')));
    }
    const std::uint64_t all = cache().size_bytes();
    EXPECT_GT(all, 300'000U);
    EXPECT_GT(cache(2 * all).shrink(), 0U);
    EXPECT_EQ(cache().size_bytes(), all) << "within the budget nothing is removed";
    entry("a")->touch();
    cache(all * 5 / 6).shrink();
    EXPECT_NE(entry("a")->load_table(), std::nullopt);
    EXPECT_NE(entry("c")->load_table(), std::nullopt);
    EXPECT_LE(cache().size_bytes(), all * 5 / 6);
    EXPECT_EQ(entry("b")->load_table(), std::nullopt);
    cache(all).shrink(all * 5 / 6);
    EXPECT_LE(cache().size_bytes(), all / 6) << "room is made for what is wanted";
    cache(1).shrink();
    EXPECT_EQ(cache().size_bytes(), 0U);
}

TEST_F(DiskCacheTest, MakesRoomForAnEntryAtTheCostOfOthers) {
    const CacheKind kind{"notes", 1};
    IB_ASSERT_OK(entry()->store(kind, std::string(100'000, 'n')));
    write_text(folder_ / "b", "b");
    set_age("b", 60);
    const auto b = *cache(200'000).entry_for(video("b"), 0);
    EXPECT_LE(b->make_room(50'000), 100'000U) << "there is as much beside the other one";
    EXPECT_TRUE(entry()->load(kind).has_value());
    const std::uint64_t allowed = b->make_room(150'000);
    EXPECT_FALSE(entry()->load(kind).has_value());
    EXPECT_LE(allowed, 200'000U);
    if (fs::space(folder_.path()).available < std::uint64_t{2} << 30) GTEST_SKIP() << "the disk is nearly full";
    EXPECT_GE(allowed, 150'000U);
    IB_ASSERT_OK(b->store(kind, std::string(50'000, 'n')));
    EXPECT_GE(b->make_room(150'000), 150'000U) << "what it takes already counts as its own";
}

TEST_F(DiskCacheTest, KeepsWhatIsInUse) {
    store("clip.mp4", some_table());
    {
        const auto used = entry();
        EXPECT_EQ(cache(1).shrink(), 0U);
        EXPECT_EQ(used->load_table(), some_table());
    }
    cache(1).shrink();
    EXPECT_EQ(entry()->load_table(), std::nullopt);
}

/// Another program that holds an entry of the cache until this goes.
class OtherProgram {
public:
    explicit OtherProgram(const fs::path& folder) {
        std::array<int, 2> ready{};
        IB_CHECK(::pipe(ready.data()) == 0 && ::pipe(go_on_.data()) == 0);
        child_ = ::fork();
        IB_CHECK(child_ >= 0);
        char byte = 0;
        if (child_ == 0) {
            ::close(go_on_[1]);
            const auto held = hold_cache_folder(folder, CacheHold::Shared);
            byte = held ? 'y' : 'n';
            const bool told = ::write(ready[1], &byte, 1) == 1;
            while (told && ::read(go_on_[0], &byte, 1) > 0) continue;
            ::_exit(0);
        }
        ::close(go_on_[0]);
        EXPECT_EQ(::read(ready[0], &byte, 1), 1);
        EXPECT_EQ(byte, 'y');
        ::close(ready[0]);
        ::close(ready[1]);
    }
    ~OtherProgram() {
        ::close(go_on_[1]);
        ::waitpid(child_, nullptr, 0);
    }
    OtherProgram(const OtherProgram&) = delete;
    OtherProgram& operator=(const OtherProgram&) = delete;

private:
    pid_t child_ = -1;
    std::array<int, 2> go_on_{};
};

TEST_F(DiskCacheTest, KeepsWhatAnotherProgramUses) {
    store("clip.mp4", some_table());
    const fs::path folder = entry()->folder();
    {
        const OtherProgram other(folder);
        cache(1).shrink();
        EXPECT_EQ(entry()->load_table(), some_table());
        write_video("clip.mp4", 'b', 30);
        const auto changed = entry();
        const auto checked = changed->check({});
        ASSERT_FALSE(checked.has_value());
        EXPECT_THAT(checked.error().message, HasSubstr("in use by another program"));
        EXPECT_FALSE(changed->trusted());
        EXPECT_TRUE(fs::exists(folder / "frames"));
    }
    const auto changed = entry();
    IB_EXPECT_OK(changed->check({}));
    EXPECT_FALSE(fs::exists(folder / "frames"));
}

TEST_F(DiskCacheTest, RemovesWhatAnEndedProgramLeftHalfRemoved) {
    store("clip.mp4", some_table());
    const fs::path folder = entry()->folder();
    const fs::path left = folder.parent_path() / (".discarded-" + folder.filename().string());
    fs::rename(folder, left);
    cache().shrink();
    EXPECT_FALSE(fs::exists(left));
}

TEST_F(DiskCacheTest, LeavesAloneWhatIsNotItsOwn) {
    fs::create_directories(folder_ / "cache" / "photos.video");
    write_text(folder_ / "cache" / "photos.video" / "me.jpg", "x");
    write_text(folder_ / "cache" / "letter.txt", "x");
    cache(1).shrink();
    EXPECT_TRUE(fs::exists(folder_ / "cache" / "photos.video" / "me.jpg"));
    EXPECT_TRUE(fs::exists(folder_ / "cache" / "letter.txt"));
}

TEST_F(DiskCacheTest, SaysWhyItCannotBeUsed) {
    write_text(folder_ / "file", "x");
    const auto opened = DiskCache::open(folder_ / "file" / "cache");
    ASSERT_FALSE(opened.has_value());
    EXPECT_THAT(opened.error().message, HasSubstr("the folder cannot be made"));
    EXPECT_FALSE(cache().entry_for(video("no.mp4"), 0).has_value());
    const auto of_folder = cache().entry_for(folder_.path(), 0);
    ASSERT_FALSE(of_folder.has_value());
    EXPECT_THAT(of_folder.error().message, HasSubstr("is not a regular file"));
    const PlainUser user;
    EXPECT_FALSE(DiskCache::open("/proc/inbetween").has_value());
}

TEST_F(DiskCacheTest, AFolderThatCannotBeWrittenCostsTheCacheOnly) {
    store("clip.mp4", some_table());
    fs::permissions(folder_ / "cache", fs::perms::owner_read | fs::perms::owner_exec);
    const PlainUser user;
    EXPECT_FALSE(DiskCache::open(folder_ / "cache").has_value());
}

TEST_F(DiskCacheTest, AFullDiskLeavesWhatWasStored) {
    store("clip.mp4", some_table());
    const auto open = entry();
    {
        const FullDisk full(200);
        EXPECT_FALSE(open->store_table(some_table(2), {}).has_value());
        EXPECT_FALSE(open->store({"notes", 1}, std::string(1000, 'n')).has_value());
    }
    EXPECT_EQ(open->load_table(), some_table());
    EXPECT_EQ(open->load({"notes", 1}), std::nullopt);
    EXPECT_EQ(std::distance(fs::directory_iterator(open->folder()), {}), 3) << "a temporary file was left";
}

TEST_F(DiskCacheTest, DefaultBudgetIsATenthOfTheFreeDiskAtMost) {
    const auto opened = DiskCache::open(folder_ / "cache");
    IB_ASSERT_OK(opened);
    EXPECT_GT(opened->budget_bytes(), 0U);
    EXPECT_LE(opened->budget_bytes(), fs::space(folder_.path()).capacity / 10);
    EXPECT_LE(opened->budget_bytes(), std::uint64_t{16} << 30);
    EXPECT_EQ(DiskCache::default_folder().filename(), "video");
}

}  // namespace
}  // namespace inbetween::test
