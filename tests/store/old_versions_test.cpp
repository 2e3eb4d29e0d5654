#include <gmock/gmock.h>

#include "tests/store/desk.h"

namespace fs = std::filesystem;

// Projects written by earlier versions of the program, kept as they were (old/): each must open, and say what it said.
namespace inbetween::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int versions = 2;

class OldVersion : public ::testing::TestWithParam<int> {
protected:
    void SetUp() override { fs::copy(source_folder() / "tests/store/old" / name(), path()); }
    static std::string name() { return fmt::format("version_{}.inbetween", GetParam()); }
    fs::path path() const { return folder_ / name(); }

    /// What each of the files holds: two imports, and spans filled since.
    static void expect_content(const Annotations& all) {
        ASSERT_EQ(all.media.size(), 1U);
        EXPECT_EQ(all.media.begin()->second->name(), "walk.mp4");
        EXPECT_EQ(all.media.begin()->second->frames, 100);
        EXPECT_EQ(all.media.begin()->second->pts.size(), 100U);
        EXPECT_EQ(all.labels.size(), 3U);
        EXPECT_EQ(all.tracks.size(), 3U);
        EXPECT_EQ(all.keyframe_count(), 18);
        EXPECT_EQ(all.shape_count(), 233);
        std::size_t fills = 0;
        for (const auto& [track, some] : all.fills) fills += some.size();
        EXPECT_EQ(fills, 10U);
    }

    TemporaryFolder folder_;
};

TEST_P(OldVersion, IsReadAsItIsWithoutBeingTouched) {
    const std::string before = file_text(path());
    const auto opened = Store::open(path(), StoreMode::ReadOnly);
    IB_ASSERT_OK(opened);
    expect_content(opened->annotations);
    EXPECT_EQ(opened->history.entries().size(), 2U);
    EXPECT_THAT(opened->signed_media, IsEmpty());
    const auto signature = Store::read_signature(path(), MediaId{1});
    IB_ASSERT_OK(signature);
    EXPECT_EQ(*signature, nullptr);
    expect_sound(path());
    EXPECT_EQ(file_text(path()), before);
    EXPECT_THAT(names_in(folder_.path()), ElementsAre(name()));
}

TEST_P(OldVersion, IsBroughtUpForWritingAndKeptBesideIt) {
    const std::string before = file_text(path());
    {
        const auto opened = Store::open(path(), StoreMode::ReadWrite);
        IB_ASSERT_OK(opened);
        ASSERT_TRUE(opened->notice.has_value());
        EXPECT_THAT(*opened->notice, HasSubstr(fmt::format("was brought from format {} to ", GetParam())));
        expect_content(opened->annotations);
    }
    expect_sound(path());
    const fs::path kept = folder_ / fmt::format("version_{0}-version-{0}.inbetween", GetParam());
    expect_content(read_project(kept));
    EXPECT_THAT(query(kept, "PRAGMA user_version"), ElementsAre(std::to_string(GetParam())));
}

TEST_P(OldVersion, CanBeEditedAndUndoneOnceBroughtUp) {
    Desk desk(path());
    desk.open();
    const Annotations before = desk.annotations();
    ASSERT_TRUE(desk.undo());
    ASSERT_TRUE(desk.undo());
    EXPECT_TRUE(desk.annotations().tracks.empty());
    ASSERT_TRUE(desk.redo());
    ASSERT_TRUE(desk.redo());
    desk.reopen();
    EXPECT_TRUE(same_statements(desk.annotations(), before));
}

INSTANTIATE_TEST_SUITE_P(All, OldVersion, ::testing::Range(1, versions + 1));

}  // namespace
}  // namespace inbetween::test
