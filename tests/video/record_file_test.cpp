#include "core/video/record_file.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/support/faults.h"
#include "tests/support/support.h"

namespace fs = std::filesystem;

namespace inbetween::test {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

/// Record n of the tests' files: of its own length and content.
Bytes record(std::int64_t n) {
    Bytes bytes(static_cast<std::size_t>(n * 37 % 101 + 1));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(static_cast<std::size_t>(n) * 11 + i);
    }
    return bytes;
}

Result<Bytes> read(const RecordFile& file, std::int64_t n) {
    Bytes bytes(file.record_bytes(n));
    if (auto done = file.read(n, bytes); !done) return done.error();
    return bytes;
}

void append(RecordFile& file, std::int64_t count) {
    for (std::int64_t n = 0; n < count; ++n) IB_EXPECT_OK(file.append(record(file.records())));
}

void expect_records(const RecordFile& file, std::int64_t count) {
    ASSERT_EQ(file.records(), count);
    for (std::int64_t n = 0; n < count; ++n) {
        const auto bytes = read(file, n);
        IB_ASSERT_OK(bytes);
        EXPECT_EQ(*bytes, record(n)) << n;
    }
    EXPECT_EQ(file.record_bytes(count), 0U);
    EXPECT_EQ(file.record_bytes(-1), 0U);
}

/// Writes a file anew, which is faster than writing over one.
void replace(const fs::path& path, const std::string& text) {
    fs::remove(path);
    write_text(path, text);
}

class RecordFileTest : public ::testing::Test {
protected:
    /// Leaves a file as a program does that is ended after so many records.
    void leave_unfinished(std::int64_t count) {
        const auto file = RecordFile::create(path_);
        IB_ASSERT_OK(file);
        IB_ASSERT_OK((*file)->write_head("head"));
        append(**file, count);
    }
    void leave_finished(std::int64_t count) {
        leave_unfinished(count);
        const auto file = RecordFile::resume(path_, {});
        IB_ASSERT_OK(file);
        IB_ASSERT_OK((*file)->finish());
    }

    TemporaryFolder folder_;
    fs::path path_ = folder_ / "records";
    fs::path part_ = folder_ / "records.part";
};

TEST_F(RecordFileTest, CanBeReadWhileItGrows) {
    auto file = RecordFile::create(path_);
    IB_ASSERT_OK(file);
    EXPECT_EQ((*file)->head(), "");
    EXPECT_EQ((*file)->records(), 0);
    IB_ASSERT_OK((*file)->write_head("what they are"));
    for (std::int64_t n = 0; n < 20; ++n) {
        append(**file, 1);
        expect_records(**file, n + 1);
    }
    EXPECT_FALSE((*file)->finished());
    EXPECT_FALSE(RecordFile::open(path_).has_value()) << "not before it is finished";
    IB_ASSERT_OK((*file)->finish());
    EXPECT_TRUE((*file)->finished());
    expect_records(**file, 20);
    EXPECT_FALSE(fs::exists(part_));

    const auto opened = RecordFile::open(path_);
    IB_ASSERT_OK(opened);
    EXPECT_EQ((*opened)->head(), "what they are");
    expect_records(**opened, 20);
}

TEST_F(RecordFileTest, ReadersOnOtherThreadsSeeWholeRecords) {
    auto file = RecordFile::create(path_);
    IB_ASSERT_OK(file);
    IB_ASSERT_OK((*file)->write_head("head"));
    constexpr std::int64_t count = 500;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&file] {
            while ((*file)->records() < count) {
                const std::int64_t last = (*file)->records() - 1;
                if (last < 0) continue;
                const auto bytes = read(**file, last);
                ASSERT_TRUE(bytes.has_value());
                ASSERT_EQ(*bytes, record(last));
            }
        });
    }
    append(**file, count);
    readers.clear();
    expect_records(**file, count);
}

TEST_F(RecordFileTest, GoesOnWhereAnEndedProgramStood) {
    leave_unfinished(7);
    {
        const auto file = RecordFile::resume(path_, {});
        IB_ASSERT_OK(file);
        EXPECT_EQ((*file)->head(), "head");
        expect_records(**file, 7);
        append(**file, 3);
        IB_ASSERT_OK((*file)->finish());
    }
    const auto opened = RecordFile::open(path_);
    IB_ASSERT_OK(opened);
    expect_records(**opened, 10);
    EXPECT_FALSE(RecordFile::resume(path_, {}).has_value());
}

TEST_F(RecordFileTest, GoesOnFromTheLastSoundRecordWhereverItWasCut) {
    leave_unfinished(3);
    const std::string whole = file_text(part_);
    std::int64_t most = 0;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        replace(part_, whole.substr(0, size));
        const auto file = RecordFile::resume(path_, {});
        if (!file) {
            EXPECT_EQ(most, 0) << size;
            continue;
        }
        ASSERT_GE((*file)->records(), most);
        most = (*file)->records();
        expect_records(**file, most);
        append(**file, 2);
        expect_records(**file, most + 2);
    }
    EXPECT_EQ(most, 3);
}

TEST_F(RecordFileTest, GoesOnFromTheLastSoundRecordWhateverByteIsDamaged) {
    leave_unfinished(3);
    const std::string whole = file_text(part_);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
        replace(part_, damaged);
        const auto file = RecordFile::resume(path_, {});
        if (!file) continue;
        ASSERT_LT((*file)->records(), 3) << at;
        expect_records(**file, (*file)->records());
    }
}

TEST_F(RecordFileTest, ADamagedByteCostsItsRecordOrTheFile) {
    leave_finished(6);
    const std::string whole = file_text(path_);
    int refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
        replace(path_, damaged);
        const auto file = RecordFile::open(path_);
        if (!file) {
            ++refused;
            ASSERT_FALSE(fs::exists(path_)) << "a damaged file is removed";
            continue;
        }
        int unreadable = 0;
        for (std::int64_t n = 0; n < 6; ++n) {
            const auto bytes = read(**file, n);
            unreadable += bytes ? 0 : 1;
            if (bytes) {
                ASSERT_EQ(*bytes, record(n)) << at;
            }
        }
        ASSERT_EQ(unreadable, 1) << at;
    }
    EXPECT_GT(refused, 24) << "its head and the list of its records";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        replace(path_, whole.substr(0, size));
        ASSERT_FALSE(RecordFile::open(path_).has_value()) << size;
    }
}

TEST_F(RecordFileTest, IsWrittenByOneAtATime) {
    const auto file = RecordFile::create(path_);
    IB_ASSERT_OK(file);
    for (const auto& other : {RecordFile::create(path_), RecordFile::resume(path_, {})}) {
        ASSERT_FALSE(other.has_value());
        EXPECT_THAT(other.error().message, HasSubstr("another program writes it"));
    }
}

TEST_F(RecordFileTest, AFullDiskLeavesWhatIsThere) {
    auto file = RecordFile::create(path_);
    IB_ASSERT_OK(file);
    IB_ASSERT_OK((*file)->write_head("head"));
    append(**file, 3);
    {
        const FullDisk full((*file)->size_bytes() + 40);
        EXPECT_FALSE((*file)->append(Bytes(1000, 1)).has_value());
        EXPECT_EQ(fs::file_size(part_), (*file)->size_bytes()) << "nothing half-written is left";
        EXPECT_FALSE((*file)->append(Bytes(1000, 1)).has_value());
        expect_records(**file, 3);
        append(**file, 0);
    }
    append(**file, 1);
    IB_ASSERT_OK((*file)->finish());
    expect_records(**RecordFile::open(path_), 4);
}

TEST_F(RecordFileTest, LooksForSoundRecordsUntilItIsStopped) {
    leave_unfinished(3);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(RecordFile::resume(path_, stop.get_token()).error().kind, ErrorKind::Cancelled);
    expect_records(**RecordFile::resume(path_, {}), 3);
}

TEST_F(RecordFileTest, ATemporaryOneHasNoName) {
    const auto file = RecordFile::temporary();
    IB_ASSERT_OK(file);
    IB_ASSERT_OK((*file)->write_head("head"));
    append(**file, 5);
    IB_ASSERT_OK((*file)->finish());
    expect_records(**file, 5);
    EXPECT_TRUE(fs::is_empty(folder_.path()));
}

}  // namespace
}  // namespace inbetween::test
