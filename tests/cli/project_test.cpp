#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CliNew : public ProjectTest {};
class CliTrack : public ProjectTest {};
class CliVerify : public ProjectTest {};

TEST_F(CliNew, MakesAProjectOfItsVideosAndLabels) {
    const std::string out =
        run_well({"new", project_, "--video", media(), "--video", media("h264_odd.mp4"), "--labels", "person, car"});
    EXPECT_EQ(out, project_ + ": 2 videos, 2 labels\n");
    const auto json = info();
    EXPECT_EQ(json["path"], project_);
    EXPECT_EQ(json["labels"], (nlohmann::json{"person", "car"}));
    ASSERT_EQ(json["media"].size(), 2U);
    EXPECT_EQ(json["media"][1]["name"], "h264_odd.mp4");
    EXPECT_EQ(json["video"]["frames"], 100);
    EXPECT_EQ(json["video"]["path"], media());
    for (const char* count : {"tracks", "keyframes", "boxes", "segments"}) EXPECT_EQ(json[count], 0) << count;
    const auto second = json_of(run_program({"info", project_, "--media", "h264_odd.mp4", "--json"}));
    EXPECT_EQ(second["video"]["width"], 191);
}

TEST_F(CliNew, KnowsThePresets) {
    for (const char* preset : {"mot", "caltech", "ava", "quad", "clips"}) {
        const std::string project = path(std::string(preset) + ".inbetween");
        run_well({"new", project, "--video", media(), "--preset", preset});
        EXPECT_FALSE(json_of(run_program({"info", project, "--json"}))["labels"].empty()) << preset;
    }
    expect_usage(run_program({"new", project_, "--video", media(), "--preset", "none"}), "none: no such preset");
    EXPECT_FALSE(fs::exists(project_));
}

TEST_F(CliNew, NeverTouchesAFileThatIsThere) {
    write_text(project_, "mine");
    expect_failure(run_program({"new", project_, "--video", media()}), "exists already");
    EXPECT_EQ(file_text(project_), "mine");
}

TEST_F(CliNew, RefusesLabelsThatNameNothingOrNothingNew) {
    expect_failure(run_program({"new", project_, "--video", media(), "--labels", "a,,b"}), "empty");
    expect_failure(run_program({"new", project_, "--video", media(), "--labels", "a,b,a"}), "a is stated twice");
    EXPECT_FALSE(fs::exists(project_));
}

TEST_F(CliNew, FindsItsVideoByAPathFromTheProjectsFolder) {
    fs::create_directory(path("a"));
    fs::copy(media(), path("a/walk.mp4"));
    run_well({"new", path("a/p.inbetween"), "--video", path("a/walk.mp4")});
    fs::rename(path("a"), path("b"));
    const auto json = json_of(run_program({"info", path("b/p.inbetween"), "--json"}));
    EXPECT_EQ(json["video"]["frames"], 100);
    EXPECT_EQ(json["video"]["exactness"], "proved");
}

TEST_F(CliNew, StillSaysWhatItHoldsWhenTheVideoIsGone) {
    fs::copy(media(), path("walk.mp4"));
    run_well({"new", project_, "--video", path("walk.mp4")});
    fs::remove(path("walk.mp4"));
    const auto json = info();
    EXPECT_EQ(json["video"]["frames"], 100);
    EXPECT_EQ(json["video"]["exactness"], "provisional");
    EXPECT_THAT(json["video"]["reasons"][0], HasSubstr("walk.mp4"));
    EXPECT_EQ(json["media"][0]["present"], false);
    EXPECT_THAT(run_well({"info", project_}), HasSubstr("(missing)"));
    expect_failure(run_program({"frame", project_, "--at", "0", "--hash"}), "walk.mp4");
}

TEST_F(CliNew, GivesFramesByTheProject) {
    make_project();
    EXPECT_EQ(run_well({"frame", project_, "--at", "5", "--hash"}),
              run_well({"frame", media(), "--at", "5", "--hash"}));
    expect_failure(run_program({"frame", project_, "--at", "5", "--hash", "--media", "other.mp4"}),
                   "no video other.mp4");
}

TEST_F(CliTrack, FillsEverySpanAndLinearTakesTheFillsAway) {
    make_project("every=25");
    const std::string by_lines = export_mot(project_, path("a.txt"));
    EXPECT_EQ(by_lines, path("a.txt") + "\n");
    EXPECT_THAT(run_well({"track", project_, "--method", "medianflow"}), HasSubstr("filled 7 of 7 spans, 142 frames"));
    export_mot(project_, path("b.txt"));
    EXPECT_NE(file_text(path("a.txt")), file_text(path("b.txt"))) << "the fills are what is exported";
    EXPECT_EQ(info()["keyframes"], 12) << "keyframes are never changed";
    EXPECT_EQ(info()["boxes"], 152);
    EXPECT_THAT(run_well({"track", project_, "--method", "linear"}), HasSubstr("filled 7 spans, 142 frames"));
    export_mot(project_, path("c.txt"));
    EXPECT_EQ(file_text(path("a.txt")), file_text(path("c.txt")));
}

TEST_F(CliTrack, GivesTheSameEachTime) {
    make_project("every=25");
    run_well({"track", project_, "--method", "medianflow"});
    export_mot(project_, path("a.txt"));
    run_well({"track", project_, "--method", "medianflow"});
    export_mot(project_, path("b.txt"));
    EXPECT_EQ(file_text(path("a.txt")), file_text(path("b.txt")));
}

TEST_F(CliTrack, FillsOnlyTheTracksAndFramesStated) {
    make_project("every=25");
    EXPECT_THAT(run_well({"track", project_, "--track", "1", "--method", "spline"}), HasSubstr("filled 4 of 4 spans"));
    EXPECT_THAT(run_well({"track", "--track", "1", "2", project_, "--method", "spline"}),
                HasSubstr("filled 7 of 7 spans"));
    EXPECT_THAT(run_well({"track", project_, "--track", "1,2", "--range", "0:61", "--method", "spline"}),
                HasSubstr("filled 4 of 4 spans"));
}

TEST_F(CliTrack, ARangeWithoutAWholeSpanIsNoSuccess) {
    make_project("every=25");
    for (const char* method : {"spline", "linear"}) {
        const Ran ran = run_program({"track", project_, "--track", "1", "--range", "30:45", "--method", method});
        expect_failure(ran, "no span to fill lies whole in 30:45; those that begin or end there lie in 25:51");
    }
    run_well({"track", project_, "--track", "1", "--range", "25:51", "--method", "spline"});
}

TEST_F(CliTrack, NamesWhatThereIsWhenTheTrackOrMethodIsUnknown) {
    make_project("every=25");
    expect_failure(run_program({"track", project_, "--track", "9"}), "no track 9; it has 1, 2");
    expect_usage(run_program({"track", project_, "--method", "magic"}), "magic: no such method; there are ");
}

TEST_F(CliTrack, LeavesNoOptionUnheeded) {
    make_project("every=25");
    const auto before = info();
    const auto expect_misuse = [&](std::vector<std::string> options, const std::string& what) {
        options.insert(options.begin(), {"track", project_, "--track", "1"});
        expect_usage(run_program(options), what);
    };
    expect_misuse({"--accept"}, "--accept needs --follow or --find-again");
    expect_misuse({"--from", "25"}, "--from needs --follow or --find-again");
    expect_misuse({"--json"}, "--json needs --suggest or --follow or --find-again");
    expect_misuse({"--suggest", "--method", "kcf"}, "--suggest does not go with --method");
    expect_misuse({"--suggest", "--range", "0:50"}, "--suggest does not go with --range");
    expect_misuse({"--suggest", "--follow", "forward"}, "--suggest does not go with --follow");
    expect_misuse({"--suggest", "--find-again"}, "--suggest does not go with --find-again");
    expect_misuse({"--follow", "forward", "--range", "0:50"}, "--follow does not go with --range");
    expect_misuse({"--find-again", "--method", "kcf"}, "--find-again does not go with --method");
    EXPECT_EQ(info(), before);
}

TEST_F(CliTrack, SaysWhenAMethodIsNotForATrack) {
    make_project("every=25");
    const auto before = info();
    expect_failure(run_program({"track", project_, "--method", "homography"}),
                   "homography: this method is not for boxes; for those there are anchored, csrt");
    expect_failure(run_program({"track", project_, "--track", "1", "--follow", "forward", "--method", "homography"}),
                   "not for boxes");
    expect_failure(run_program({"track", project_, "--range", "100:"}),
                   "the range begins at frame 100, but the video has 100 frames");
    EXPECT_EQ(info(), before);
}

TEST_F(CliTrack, RefusesAVideoThatHasChanged) {
    fs::copy(media(), path("walk.mp4"));
    run_well({"new", project_, "--video", path("walk.mp4")});
    write_text(path("gt.txt"), two_tracks());
    run_well({"import", project_, "--format", "mot", path("gt.txt"), "--keyframes", "every=25"});
    fs::copy(media("rotated_180.mp4"), path("walk.mp4"), fs::copy_options::overwrite_existing);
    const auto before = info();
    const std::string why = "walk.mp4: has changed since it was annotated";
    expect_failure(run_program({"track", project_, "--method", "medianflow"}), why);
    expect_failure(run_program({"track", project_, "--track", "2", "--follow", "backward", "--accept"}), why);
    expect_failure(run_program({"track", project_, "--track", "2", "--find-again", "--accept"}), why);
    expect_failure(run_program({"detect", project_, "--detector", "hog"}), why);
    EXPECT_EQ(info(), before);
}

TEST_F(CliTrack, SaysThatTheVideoIsMissingAndKeepsWhatIsThere) {
    fs::copy(media(), path("walk.mp4"));
    run_well({"new", project_, "--video", path("walk.mp4")});
    write_text(path("gt.txt"), two_tracks());
    run_well({"import", project_, "--format", "mot", path("gt.txt"), "--keyframes", "every=25"});
    fs::remove(path("walk.mp4"));
    expect_failure(run_program({"track", project_, "--method", "kcf"}), "walk.mp4: the project's video is not there");
    EXPECT_EQ(info()["boxes"], 152);
    EXPECT_THAT(run_well({"track", project_, "--method", "linear"}), HasSubstr("filled 7 spans"));
}

TEST_F(CliTrack, AFillIsNoUndoStepAndAnImportIsOne) {
    make_project("every=25");
    run_well({"track", project_, "--method", "spline"});
    const Ran steps = run_shell("sqlite3 " + shell_word(project_) + " 'SELECT name FROM history' 2>/dev/null");
    if (steps.status != 0) GTEST_SKIP() << "sqlite3 is not installed";
    EXPECT_EQ(lines_of(steps.out).size(), 1U) << steps.out;
}

TEST_F(CliVerify, SaysThatAProjectIsSound) {
    make_project("every=25");
    EXPECT_THAT(lines_of(run_well({"verify", project_})),
                ElementsAre(project_ + ": sound", "video 1 " + media() + ": unchanged"));
}

TEST_F(CliVerify, KnowsTheVideoByItsContent) {
    make_project();
    EXPECT_THAT(run_well({"verify", project_, "--video", media()}), HasSubstr("is the video that was annotated"));
    fs::copy(media(), path("copy.mp4"));
    EXPECT_THAT(run_well({"verify", project_, "--video", path("copy.mp4")}),
                HasSubstr("has the content of the video that was annotated"));
    const auto json = json_of(run_program({"verify", project_, "--video", path("copy.mp4"), "--json"}));
    EXPECT_EQ(json["verdict"], "identical");
    EXPECT_EQ(json["sure"], 100);
    EXPECT_FALSE(json["compared"]);
    const auto every = json_of(run_program({"verify", project_, "--video", media(), "--every-frame", "--json"}));
    EXPECT_EQ(every["verdict"], "identical");
    EXPECT_TRUE(every["compared"]);
    EXPECT_EQ(every["frames"]["equal"], 100);
}

TEST_F(CliVerify, KnowsTheSameFramesInAnotherContainer) {
    make_project();
    EXPECT_THAT(run_well({"verify", project_, "--video", media("h264_b.mkv")}),
                HasSubstr("has the very frames of the video that was annotated, h264_b.mp4, in another file"));
    const auto json = json_of(run_program({"verify", project_, "--video", media("h264_b.mkv"), "--json"}));
    EXPECT_EQ(json["verdict"], "identical");
    EXPECT_TRUE(json["aligned"]);
    EXPECT_TRUE(json["fits"]);
    EXPECT_EQ(json["map"].dump(), "[[0,100,0]]");
}

TEST_F(CliVerify, KnowsTheVideoEncodedAnewFrameForFrame) {
    make_project();
    const std::string told = run_well({"verify", project_, "--video", media("mpeg4.avi")});
    EXPECT_THAT(told, HasSubstr("is h264_b.mp4 encoded anew, frame for frame: frame n is frame n (99.9 % sure)"));
    EXPECT_THAT(told, HasSubstr("100 of 100 frames match the 100 annotated ones"));
    const auto json = json_of(run_program({"verify", project_, "--video", media("vp9.webm"), "--json"}));
    EXPECT_EQ(json["verdict"], "reencoded");
    EXPECT_TRUE(json["aligned"]);
    EXPECT_TRUE(json["fits"]);
    EXPECT_GE(json["sure"], 99);
    EXPECT_EQ(json["offset"], 0);
    EXPECT_EQ(json["frames"]["matched"], 100);
}

TEST_F(CliVerify, SaysWhichFramesACutVideoShows) {
    make_project();
    const Ran cut = run_program({"verify", project_, "--video", media("h264_edit_list.mp4")});
    EXPECT_EQ(cut.status, 1);
    EXPECT_THAT(cut.out, HasSubstr("shows what h264_b.mp4 shows, but not frame for frame"));
    EXPECT_THAT(cut.out, HasSubstr("  frames 0-61 are frames 38-99"));
    EXPECT_THAT(cut.out, HasSubstr("  38 annotated frames are not in it"));
    EXPECT_THAT(cut.err, HasSubstr("its frame n is not frame n of h264_b.mp4"));
    EXPECT_EQ(lines_of(cut.err).size(), 1U);
    const Ran ran = run_program({"verify", project_, "--video", media("h264_edit_list.mp4"), "--json"});
    EXPECT_EQ(ran.status, 1);
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["verdict"], "reencoded");
    EXPECT_FALSE(json["aligned"]);
    EXPECT_EQ(json["offset"], 38);
    EXPECT_EQ(json["map"].dump(), "[[0,62,38]]");
    EXPECT_EQ(json["lost"].dump(), "[[0,38]]");
    EXPECT_EQ(json["foreign"].dump(), "[]");
}

TEST_F(CliVerify, SaysThatShapesDoNotFitPicturesOfAnotherSize) {
    make_project();
    const Ran ran = run_program({"verify", project_, "--video", media("h264_odd.mp4")});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.out, HasSubstr("frame n is frame n"));
    EXPECT_THAT(ran.err, HasSubstr("its pictures are 191x127, not 192x128"));
}

TEST_F(CliVerify, KnowsAnotherVideo) {
    make_project();
    const Ran other = run_program({"verify", project_, "--video", media("rotated_180.mp4")});
    EXPECT_EQ(other.status, 1);
    EXPECT_THAT(other.out, HasSubstr("is another video than h264_b.mp4"));
    EXPECT_THAT(other.err, HasSubstr("is not the video that was annotated"));
    const Ran json = run_program({"verify", project_, "--video", media("rotated_180.mp4"), "--json"});
    EXPECT_EQ(json.status, 1);
    EXPECT_EQ(nlohmann::json::parse(json.out)["verdict"], "other");
}

TEST_F(CliVerify, NeedsOnlyTheProjectToKnowItsVideo) {
    fs::copy(media(), path("walk.mp4"));
    run_well({"new", project_, "--video", path("walk.mp4")});
    fs::remove(path("walk.mp4"));
    EXPECT_THAT(run_well({"verify", project_, "--video", media("mpeg4.avi")}), HasSubstr("frame n is frame n"));
}

TEST_F(CliVerify, LooksAtTheVideoItselfWhereTheProjectKeepsNothingOfIt) {
    // A project of an earlier version keeps nothing, and says so when its video is gone as well.
    const std::string old = path("version_1.inbetween");
    fs::copy(source_folder() / "tests/store/old/version_1.inbetween", old);
    const Ran ran = run_program({"verify", old, "--video", media("mpeg4.avi")});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.err, HasSubstr("cannot be told: the project keeps no signatures of its frames, and it is not at"));
    fs::copy(media("mpeg4.avi"), path("walk.mp4"));
    EXPECT_THAT(run_program({"verify", old, "--video", media("mpeg4.avi")}).err,
                HasSubstr("the video at its place has changed"));
    make_project();
    if (run_shell("sqlite3 " + shell_word(project_) + " 'DELETE FROM frame_signature'").status != 0)
        GTEST_SKIP() << "sqlite3 is not installed";
    EXPECT_THAT(run_well({"verify", project_, "--video", media("mpeg4.avi")}), HasSubstr("frame n is frame n"));
}

TEST_F(CliVerify, TellsOfAMissingVideoWithoutCallingTheProjectUnsound) {
    fs::copy(media(), path("walk.mp4"));
    run_well({"new", project_, "--video", path("walk.mp4")});
    fs::remove(path("walk.mp4"));
    EXPECT_THAT(run_well({"verify", project_}), HasSubstr("walk.mp4: missing"));
}

TEST_F(CliVerify, AVideoThatWasReplacedIsToldWhereverItIsReadFrom) {
    fs::copy(media(), path("walk.mp4"));
    run_well({"new", project_, "--video", path("walk.mp4")});
    EXPECT_EQ(run_program({"verify", project_}).status, 0);
    EXPECT_TRUE(nlohmann::json::parse(run_well({"info", project_, "--json"}))["difference"].is_null());
    fs::copy(media("rotated_180.mp4"), path("walk.mp4"), fs::copy_options::overwrite_existing);
    const Ran verified = run_program({"verify", project_});
    EXPECT_EQ(verified.status, 1);
    EXPECT_THAT(verified.out, HasSubstr("walk.mp4: changed"));
    EXPECT_THAT(verified.err, HasSubstr("walk.mp4: is not the file that was annotated"));
    EXPECT_THAT(run_program({"frame", project_, "--at", "0", "--hash"}).err, HasSubstr("walk.mp4: "));
    EXPECT_THAT(run_well({"info", project_}), HasSubstr("difference"));
    EXPECT_TRUE(nlohmann::json::parse(run_well({"info", project_, "--json"}))["difference"].is_string());
}

TEST_F(CliVerify, APartFromTheStartIsShortAndNotMisnumbered) {
    const std::string part = path("part.mp4");
    ASSERT_EQ(run_shell("ffmpeg -v error -i " + shell_word(media()) + " -frames:v 60 -c:v libx264 -crf 18 " +
                        shell_word(part))
                  .status,
              0);
    make_project();
    const Ran ran = run_program({"verify", project_, "--video", part});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.err,
                HasSubstr("its frame n is frame n of h264_b.mp4, the video that was annotated, but 40 of 100"));
}

}  // namespace
}  // namespace inbetween::test
