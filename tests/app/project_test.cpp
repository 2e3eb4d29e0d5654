#include "app/project.h"

#include <cstdlib>
#include <set>

#include "app/session.h"
#include "core/base/files.h"
#include "tests/app/app_support.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;

class Project : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(test::make_sliding_video(folder / "walk.avi", 12));
        // What belongs to the user goes into the test's own folder.
        ASSERT_EQ(::setenv("XDG_DATA_HOME", (folder / "data").c_str(), 1), 0);
    }
    void TearDown() override { ::unsetenv("XDG_DATA_HOME"); }

    test::TemporaryFolder folder;
};

TEST_F(Project, TellsHowFarTheMakingIs) {
    fs::create_directory(folder / "clips");
    fs::copy_file(folder / "walk.avi", folder / "clips/a.avi");
    fs::copy_file(folder / "walk.avi", folder / "clips/b.avi");
    std::vector<ProjectProgress> told;
    IB_ASSERT_OK(project_for(folder / "clips", {{}, [&](const ProjectProgress& at) { told.push_back(at); }}));
    std::set<std::pair<std::size_t, std::string>> videos;
    for (const ProjectProgress& at : told) {
        videos.emplace(at.number, at.video.filename().string());
        EXPECT_EQ(at.videos, 2U);
        EXPECT_GE(at.share, 0);
        EXPECT_LE(at.share, 1);
    }
    EXPECT_EQ(videos, (std::set<std::pair<std::size_t, std::string>>{{1, "a.avi"}, {2, "b.avi"}}));
    EXPECT_EQ(told.back().share, 1);
}

TEST_F(Project, IsNotMadeOnceItIsCancelled) {
    for (const double share : {0.0, 1.0}) {
        std::stop_source stop;
        const ProjectWork work{stop.get_token(), [&](const ProjectProgress& at) {
                                   if (at.share >= share) stop.request_stop();
                               }};
        const auto project = project_for(folder / "walk.avi", work);
        ASSERT_FALSE(project.has_value());
        EXPECT_EQ(project.error().kind, ErrorKind::Cancelled);
        std::set<std::string> left;
        for (const auto& entry : fs::directory_iterator(folder.path())) left.insert(entry.path().filename().string());
        EXPECT_EQ(left, (std::set<std::string>{"walk.avi"}));
    }
}

TEST_F(Project, IsMadeBesideAVideoAndFoundAgain) {
    const auto project = project_for(folder / "walk.avi");
    IB_ASSERT_OK(project);
    EXPECT_EQ(project->filename(), "walk.avi.inbetween");
    const auto again = project_for(folder / "walk.avi");
    IB_ASSERT_OK(again);
    EXPECT_EQ(*again, *project);
    const auto itself = project_for(*project);
    IB_ASSERT_OK(itself);
    EXPECT_EQ(*itself, *project);

    auto session = Session::open(*project, {.decode = false});
    IB_ASSERT_OK(session);
    const Media& media = *(*session)->media();
    EXPECT_EQ(media.path, "walk.avi");
    EXPECT_EQ(media.frames, 12);
    EXPECT_EQ(media.width, 320);
    EXPECT_EQ(media.height, 240);
    EXPECT_EQ(media.pts.size(), 12U);
    EXPECT_EQ(media.bytes, static_cast<std::int64_t>(fs::file_size(folder / "walk.avi")));
    EXPECT_FALSE(media.fingerprint.empty());
    EXPECT_FALSE(media.uuid.empty());
    EXPECT_TRUE(fs::equivalent((*session)->video_path(), folder / "walk.avi"));
    EXPECT_NE((*session)->annotations().find_label("object"), nullptr);
}

TEST_F(Project, OfAFolderOfVideosHoldsAll) {
    fs::create_directory(folder / "clips");
    fs::copy_file(folder / "walk.avi", folder / "clips" / std::string("b.avi"));
    fs::copy_file(folder / "walk.avi", folder / "clips" / std::string("a.avi"));
    test::write_text(folder / "clips/notes.txt", "not a video");
    const auto project = project_for(folder / "clips/");
    IB_ASSERT_OK(project);
    EXPECT_EQ(project->filename(), "clips.inbetween");
    auto session = Session::open(*project, {.decode = false});
    IB_ASSERT_OK(session);
    ASSERT_EQ((*session)->annotations().media.size(), 2U);
    EXPECT_EQ((*session)->media()->path, "clips/a.avi");
}

TEST_F(Project, OfAFolderOfImagesIsOneVideo) {
    fs::create_directory(folder / "frames");
    const auto made = test::run_command("ffmpeg -v error -i '" + (folder / "walk.avi").string() + "' '" +
                                        (folder / "frames/%03d.png").string() + "'");
    ASSERT_EQ(made.status, 0) << made.output;
    const auto project = project_for(folder / "frames");
    IB_ASSERT_OK(project);
    auto session = Session::open(*project, {.decode = false});
    IB_ASSERT_OK(session);
    EXPECT_EQ((*session)->frames(), 12);
    EXPECT_EQ((*session)->media()->path, "frames");
}

TEST_F(Project, OfAVideoElsewhereNamesItByItsWholePath) {
    fs::create_directory(folder / "projects");
    const auto made =
        create_project(folder / "projects/one.inbetween", {folder / "walk.avi"}, labels_of({"person", "car"}));
    IB_ASSERT_OK(made);
    auto session = Session::open(folder / "projects/one.inbetween", {.decode = false});
    IB_ASSERT_OK(session);
    EXPECT_TRUE(fs::path((*session)->media()->path).is_absolute());
    EXPECT_TRUE(fs::equivalent((*session)->video_path(), folder / "walk.avi"));
    EXPECT_EQ((*session)->annotations().find_label("car")->hotkey, 2);
}

TEST_F(Project, ThatExistsIsNotWrittenOver) {
    test::write_text(folder / "mine.inbetween", "precious");
    const auto made = create_project(folder / "mine.inbetween", {folder / "walk.avi"}, {});
    ASSERT_FALSE(made.has_value());
    EXPECT_NE(made.error().message.find("exists already"), std::string::npos);
    EXPECT_EQ(test::file_text(folder / "mine.inbetween"), "precious");
}

TEST_F(Project, OfSomethingThatIsNoVideoIsNotMade) {
    test::write_text(folder / "notes.txt", "not a video");
    EXPECT_FALSE(project_for(folder / "notes.txt").has_value());
    EXPECT_FALSE(fs::exists(folder / "notes.txt.inbetween"));
    const auto missing = project_for(folder / "nothing.avi");
    ASSERT_FALSE(missing.has_value());
    EXPECT_NE(missing.error().message.find("nothing.avi: no such file or folder"), std::string::npos);
    fs::create_directory(folder / "empty");
    EXPECT_FALSE(project_for(folder / "empty").has_value());
    EXPECT_FALSE(fs::exists(folder / "empty.inbetween"));
}

TEST_F(Project, OfAReadOnlyFolderGoesToTheUsersData) {
    fs::create_directory(folder / "disc");
    fs::copy_file(folder / "walk.avi", folder / "disc" / std::string("walk.avi"));
    fs::permissions(folder / "disc", fs::perms::owner_read | fs::perms::owner_exec);
    const bool is_enforced = test::run_command("touch '" + (folder / "disc/probe").string() + "'").status != 0;
    const auto project = project_for(folder / "disc/walk.avi");
    const auto again = project_for(folder / "disc/walk.avi");
    fs::permissions(folder / "disc", fs::perms::owner_all);
    if (!is_enforced) GTEST_SKIP() << "this user may write everywhere";
    IB_ASSERT_OK(project);
    IB_ASSERT_OK(again);
    EXPECT_EQ(*project, *again);
    EXPECT_TRUE(project->string().starts_with((folder / "data").string())) << *project;
}

TEST(Presets, HaveUniqueNamesAndHotkeys) {
    std::set<std::string_view> ids;
    for (const Preset& preset : all_presets()) {
        EXPECT_TRUE(ids.insert(preset.id).second);
        EXPECT_FALSE(preset.help.empty());
        std::set<std::string> names;
        std::set<int> hotkeys;
        std::set<LabelId> numbers;
        for (const Label& label : preset.labels()) {
            EXPECT_TRUE(names.insert(label.name).second) << label.name;
            EXPECT_TRUE(numbers.insert(label.id).second) << label.name;
            const bool is_free = label.hotkey == 0 || hotkeys.insert(label.hotkey).second;
            EXPECT_TRUE(is_free) << label.name;
        }
    }
    EXPECT_EQ(ids, (std::set<std::string_view>{"mot", "caltech", "ava", "quad", "clips"}));
}

}  // namespace
}  // namespace inbetween
