#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>

#include "core/store/opening.h"
#include "tests/store/desk.h"

namespace fs = std::filesystem;

// Files that are not sound projects: each is refused with one sentence, and nothing in its folder changes.
namespace inbetween::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A folder with one sound project in it.
class Refusal : public ::testing::Test {
protected:
    void SetUp() override {
        Random random(test_seed());
        all_ = random_annotations(random);
        IB_ASSERT_OK(Store::create(path(), all_));
    }
    fs::path path() const { return folder_ / "shop floor.inbetween"; }

    /// Opens, verifies, expects a refusal that says `what`, and that nothing changed.
    void expect_refused(const fs::path& file, const std::string& what) {
        const auto names = names_in(folder_.path());
        const bool is_file = fs::is_regular_file(file);
        const std::string before = is_file ? file_text(file) : "";
        for (const StoreMode mode : {StoreMode::ReadWrite, StoreMode::ReadOnly}) {
            const auto opened = Store::open(file, mode);
            ASSERT_FALSE(opened.has_value());
            EXPECT_THAT(opened.error().message, HasSubstr(file.filename().string()));
            EXPECT_THAT(opened.error().message, HasSubstr(what));
            EXPECT_THAT(opened.error().message, Not(HasSubstr("\n")));
        }
        EXPECT_EQ(is_file ? file_text(file) : "", before);
        EXPECT_EQ(names_in(folder_.path()), names);
    }
    void expect_complaint(const std::string& what) {
        const auto complaints = Store::verify(path());
        IB_ASSERT_OK(complaints);
        const std::string all = ::testing::PrintToString(*complaints);
        EXPECT_THAT(all, HasSubstr(what));
    }

    TemporaryFolder folder_;
    Annotations all_;
};

TEST_F(Refusal, OfAMissingFile) { expect_refused(folder_ / "none.inbetween", "no such file"); }

TEST_F(Refusal, OfAFolder) { expect_refused(folder_.path(), "is a folder"); }

TEST_F(Refusal, OfAnEmptyFile) {
    write_text(folder_ / "a.inbetween", "");
    expect_refused(folder_ / "a.inbetween", "is empty");
    EXPECT_FALSE(Store::is_project(folder_ / "a.inbetween"));
}

TEST_F(Refusal, OfAText) {
    write_text(folder_ / "a.inbetween", "Dear diary,\n");
    expect_refused(folder_ / "a.inbetween", "is not an Inbetween project");
    EXPECT_FALSE(Store::is_project(folder_ / "a.inbetween"));
}

TEST_F(Refusal, OfAnotherProgramsDatabase) {
    const fs::path other = folder_ / "bookmarks.sqlite";
    for (const char* mode : {"DELETE", "WAL"}) {
        tamper(
            other,
            fmt::format("PRAGMA journal_mode = {}; CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1)", mode));
        expect_refused(other, "is a database of another program");
        EXPECT_FALSE(Store::is_project(other));
    }
}

TEST_F(Refusal, OfANewerVersion) {
    tamper(path(), fmt::format("PRAGMA user_version = {}", schema_version() + 1));
    expect_refused(path(), "was made by a newer version of Inbetween");
    EXPECT_TRUE(Store::is_project(path()));
}

TEST_F(Refusal, OfATruncatedFile) {
    const std::string whole = file_text(path());
    for (const std::size_t size : {std::size_t{10}, std::size_t{60}, std::size_t{99}, std::size_t{100},
                                   std::size_t{4096}, whole.size() / 2, whole.size() - 1}) {
        SCOPED_TRACE(size);
        write_text(path(), whole.substr(0, size));
        expect_refused(path(), size < 16 ? "is not an Inbetween project" : "is damaged");
    }
}

TEST_F(Refusal, OfTablesThatAreNotOurs) {
    const std::string sound = file_text(path());
    for (const char* sql :
         {"CREATE TRIGGER t AFTER INSERT ON keyframe BEGIN DELETE FROM keyframe; END", "CREATE TABLE more (x)",
          "DROP TABLE head", "CREATE VIEW v AS SELECT 1", "CREATE UNIQUE INDEX i ON keyframe (track_id, frame, x)",
          "ALTER TABLE label ADD COLUMN more TEXT"}) {
        SCOPED_TRACE(sql);
        write_text(path(), sound);
        tamper(path(), sql);
        expect_refused(path(), "is damaged: its tables");
    }
}

TEST_F(Refusal, OfStatementsThatWereChangedOrLost) {
    const std::string sound = file_text(path());
    for (const char* sql :
         {"UPDATE keyframe SET y = y + 1", "DELETE FROM keyframe WHERE frame = (SELECT max(frame) FROM keyframe)",
          "UPDATE media SET width = width + 1",
          "UPDATE frame_time SET pts = CAST(substr(pts, 9) || substr(pts, 1, 8) AS BLOB)",
          "UPDATE label SET hotkey = hotkey + 1", "UPDATE attribute SET name = name || '?'",
          "UPDATE track SET label_id = 999", "UPDATE track_attribute SET value = value || '?'",
          "UPDATE attr_range SET begin = begin - 1", "UPDATE segment SET end = end + 1",
          "UPDATE fill SET frames = zeroblob(8)", "UPDATE fill SET shown = 1 - shown", "UPDATE head SET seq = 5",
          "DELETE FROM head", "INSERT INTO history VALUES (7, 6, 0, 'x', 0, x'00')", "DELETE FROM track"}) {
        SCOPED_TRACE(sql);
        write_text(path(), sound);
        tamper(path(), sql);
        expect_refused(path(), "is damaged");
        const auto complaints = Store::verify(path());
        IB_ASSERT_OK(complaints);
        EXPECT_FALSE(complaints->empty());
    }
}

TEST_F(Refusal, OfStatementsThatBreakTheModel) {
    Annotations broken = all_;
    auto track = std::make_shared<Track>(*broken.tracks.begin()->second);
    track->label = LabelId{99};
    broken.tracks.begin()->second = track;
    const auto made = Store::create(folder_ / "b.inbetween", broken);
    ASSERT_FALSE(made.has_value());
    EXPECT_THAT(made.error().message, HasSubstr("its label is not in the project"));
    EXPECT_FALSE(fs::exists(folder_ / "b.inbetween"));
}

TEST_F(Refusal, OfAnyDamagedBitThatMatters) {
    Random random(test_seed() + 1);
    Desk desk(path());
    desk.open();
    for (int n = 0; n < 10; ++n) desk.do_something(random);
    desk.close();
    const std::string sound = file_text(path());
    const char* stated = std::getenv("INBETWEEN_TEST_FLIPS");
    const int flips = stated != nullptr ? std::atoi(stated) : 300;
    int refused = 0;
    int found = 0;
    for (int n = 0; n < flips; ++n) {
        std::string bytes = sound;
        const auto at = static_cast<std::size_t>(random.number(0, static_cast<std::int64_t>(bytes.size()) - 1));
        const auto bit = random.number(0, 7);
        SCOPED_TRACE(fmt::format("byte {} bit {}", at, bit));
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        write_text(path(), bytes);
        const auto complaints = Store::verify(path());
        const bool is_found = !complaints || !complaints->empty();
        const auto opened = Store::open(path(), StoreMode::ReadOnly);
        found += is_found ? 1 : 0;
        refused += opened ? 0 : 1;
        EXPECT_TRUE(opened || is_found);
        if (opened) expect_same(opened->annotations, desk.annotations());
        EXPECT_TRUE(is_found || opened->history.entries() == desk.history().entries());
        EXPECT_EQ(file_text(path()), bytes);
        if (HasFailure()) return;
    }
    std::printf("%d bits flipped: %d refused, %d found by verify, the others harmless\n", flips, refused, found);
    EXPECT_GT(refused, 0);
    EXPECT_EQ(names_in(folder_.path()), std::vector<std::string>{"shop floor.inbetween"});
}

TEST_F(Refusal, VerifyFindsRowsThatAreNotWhatTheTracksShow) {
    const std::string sound = file_text(path());
    for (const char* sql : {"UPDATE annotation SET x = x + 1 WHERE frame = (SELECT max(frame) FROM annotation)",
                            "DELETE FROM annotation WHERE frame = (SELECT max(frame) FROM annotation)",
                            "UPDATE annotation SET confidence = 0.123", "UPDATE annotation SET flags = 3 - flags"}) {
        SCOPED_TRACE(sql);
        write_text(path(), sound);
        tamper(path(), sql);
        expect_complaint("is not what its keyframes say");
    }
    write_text(path(), sound);
    tamper(path(),
           "INSERT INTO annotation SELECT track_id, max(frame) + 1, 1, 1, 1, 1, NULL, 0, 0, 1 FROM annotation"
           " GROUP BY track_id");
    expect_complaint("has rows beyond its last keyframe");
}

TEST_F(Refusal, OfADamagedUndoStepButNotOfItsProject) {
    Random random(test_seed() + 2);
    Desk desk(path());
    desk.open();
    for (int n = 0; n < 4; ++n) desk.commit(random_change(random, desk.annotations()));
    const Annotations now = desk.annotations();
    desk.close();
    tamper(path(),
           "UPDATE history SET change = CAST(substr(change, 1, length(change) - 1) || x'7f' AS BLOB) WHERE seq = 3");
    expect_complaint("step 3 of the undo history is damaged");
    desk.open();
    expect_same(desk.annotations(), now);
    ASSERT_TRUE(desk.undo());
    const auto damaged = desk.store().load_change(3, Store::Direction::Inverse, desk.annotations());
    ASSERT_FALSE(damaged.has_value());
    EXPECT_THAT(damaged.error().message, HasSubstr("step 3 of the undo history is damaged"));
    const auto missing = desk.store().load_change(77, Store::Direction::Inverse, desk.annotations());
    ASSERT_FALSE(missing.has_value());
    EXPECT_THAT(missing.error().message, HasSubstr("step 77"));
}

void add_table(Database& database) { database.run_script("CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT"); }

TEST_F(Refusal, NotOfAnOlderVersionWhichIsKeptAndBroughtUp) {
    std::vector<Migration> newer(migrations().begin(), migrations().end());
    newer.push_back(add_table);
    const std::string before = file_text(path());
    const auto upgraded = upgrade_project(path(), newer);
    IB_ASSERT_OK(upgraded);
    ASSERT_TRUE(upgraded->has_value());
    EXPECT_THAT(**upgraded, HasSubstr("was brought from format 3 to 4"));
    EXPECT_THAT(**upgraded, HasSubstr("shop floor-version-3.inbetween"));
    EXPECT_THAT(names_in(folder_.path()), ElementsAre("shop floor-version-3.inbetween", "shop floor.inbetween"));
    EXPECT_THAT(query(path(), "PRAGMA user_version"), ElementsAre("4"));
    EXPECT_THAT(query(path(), "SELECT count(*) FROM later"), ElementsAre("0"));
    expect_same(read_project(folder_ / "shop floor-version-3.inbetween"), all_);
    expect_refused(path(), "was made by a newer version");
    const auto again = upgrade_project(path(), newer);
    IB_ASSERT_OK(again);
    EXPECT_FALSE(again->has_value());
}

void fail_in_the_middle(Database& database) {
    database.run_script(
        "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT; DROP TABLE head; CREATE TABLE review (x)");
}

TEST_F(Refusal, NotCausedByAMigrationThatFails) {
    std::vector<Migration> newer(migrations().begin(), migrations().end());
    newer.push_back(fail_in_the_middle);
    EXPECT_FALSE(upgrade_project(path(), newer).has_value());
    expect_same(read_project(path()), all_);
    expect_sound(path());
}

}  // namespace
}  // namespace inbetween::test
