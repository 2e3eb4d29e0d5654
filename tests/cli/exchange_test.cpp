#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <tuple>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class CliImport : public ProjectTest {};
class CliExport : public ProjectTest {};

TEST_F(CliImport, TakesEveryStatedFrameAsAKeyframe) {
    make_project("all");
    const auto json = info();
    EXPECT_EQ(json["tracks"], 2);
    EXPECT_EQ(json["boxes"], 152);
    EXPECT_EQ(json["keyframes"], 152 + 2) << "an outside keyframe after each run that ends early";
}

TEST_F(CliImport, TakesEveryNthFrameOfEachRunAndItsLast) {
    make_project("every=25");
    EXPECT_EQ(info()["boxes"], 152);
    // 0 25 50 75 99, 20 45 60 and outside at 61, 70 80 and outside at 81.
    EXPECT_EQ(info()["keyframes"], 5 + 4 + 3);
}

TEST_F(CliImport, TakesTheFewestKeyframesWithinATolerance) {
    make_project("tolerance=0.5");
    const int kept = info()["keyframes"];
    EXPECT_LT(kept, 60) << "the first object moves evenly and needs two";
    EXPECT_GT(kept, 10) << "the second jumps back every seven frames";
    EXPECT_EQ(info()["boxes"], 152);
}

TEST_F(CliImport, SaysWhatItAdded) {
    make_project();
    EXPECT_EQ(run_well({"import", project_, "--format", "mot", path("gt.txt"), "--keyframes", "every=25"}),
              "mot: 2 tracks, 12 keyframes of 154 stated frames, 0 segments, new labels: pedestrian\n");
}

TEST_F(CliImport, KnowsAFileByItsContent) {
    make_project();
    EXPECT_THAT(run_well({"import", project_, path("gt.txt")}), StartsWith("mot: 2 tracks"));
    write_text(path("v.txt"), "0 30 25 51 48 10 0 1 0 \"person\"\n0 32 25 53 48 11 0 1 1 \"person\"\n");
    EXPECT_THAT(run_well({"import", project_, path("v.txt")}), StartsWith("vatic: 1 track,"));
    write_text(path("other.txt"), "no annotation at all\n");
    expect_failure(run_program({"import", project_, path("other.txt")}), "state the format");
}

TEST_F(CliImport, OfAFolderReadsTheAnnotationsThatLieInIt) {
    make_project();
    const std::string coco = R"({"images":[{"id":1,"file_name":"3.png","width":192,"height":128}],
        "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[2,2,9,9],"area":81,"iscrowd":0}],
        "categories":[{"id":1,"name":"car"}]})";
    for (const char* folder : {"set/images", "set/annotations", "seqs/Walk-1/gt", "bare/deep"})
        fs::create_directories(path(folder));
    write_text(path("set/README.txt"), "of a data set\n");
    write_text(path("set/images/3.png"), "a picture");
    write_text(path("set/annotations/train.json"), coco);
    const std::string one = run_well({"import", project_, path("set"), "--dry-run"});
    EXPECT_THAT(one, HasSubstr("format: coco "));
    EXPECT_THAT(one, HasSubstr("note: of the folder, annotations/train.json is read\n"));
    EXPECT_EQ(run_well({"import", project_, "--format", "coco", path("set"), "--dry-run"}), one);

    write_text(path("set/annotations/val.json"), coco);
    expect_failure(
        run_program({"import", project_, path("set")}),
        "set: holds 2 annotations, of which one is read at a time; state one: annotations/train.json (coco), "
        "annotations/val.json (coco)");
    write_text(path("set/annotations/h264_b.json"), coco);
    EXPECT_THAT(run_well({"import", project_, path("set"), "--dry-run"}), HasSubstr("annotations/h264_b.json is read"));

    write_text(path("seqs/Walk-1/gt/gt.txt"), two_tracks());
    EXPECT_THAT(run_well({"import", project_, path("seqs"), "--dry-run"}), HasSubstr("Walk-1 is read"));
    expect_failure(run_program({"import", project_, path("bare")}), "state the format");

    write_text(path("bare/deep/dribble.txt"), "h264_b 0.50 1.00\n");
    write_text(path("bare/deep/throw.txt"), "h264_b 1.00 1.50\n");
    EXPECT_THAT(run_well({"import", project_, path("bare"), "--dry-run"}),
                AllOf(HasSubstr("note: of the folder, 2 files are read, the first is deep/dribble.txt\n"),
                      HasSubstr("2 segments")));
}

TEST_F(CliImport, DryRunShowsWhatWouldComeAndChangesNothing) {
    make_project();
    const std::string before = file_text(project_);
    const std::string out = run_well({"import", project_, "--format", "mot", path("gt.txt"), "--dry-run"});
    EXPECT_THAT(out, HasSubstr("format: mot (MOTChallenge)\n"));
    EXPECT_THAT(out, HasSubstr("would add: 2 tracks, 154 keyframes, 0 segments"));
    EXPECT_THAT(out, HasSubstr("track 1 pedestrian: frame 0 box 11 71 30 40\n"));
    EXPECT_EQ(file_text(project_), before);
    EXPECT_EQ(info()["tracks"], 0);
}

TEST_F(CliImport, DryRunShowsConventionOptionsLabelsAndWhatIsSuspect) {
    make_project();
    write_text(path("one.txt"), "2,1,1,5,20,20,1,3,1\n100,1,40,1,20,20,1,3,1\n101,2,50,50,20,20,1,1,1\n");
    const std::string out = run_well({"import", project_, "--format", "mot", path("one.txt"), "--dry-run", "--option",
                                      "first-frame=1", "--label-map", "car=vehicle"});
    EXPECT_THAT(out, HasSubstr("counts: frames from 1"));
    EXPECT_THAT(out, HasSubstr("options: one-based=0 first-frame=1 class=all"));
    EXPECT_THAT(out, HasSubstr("label vehicle (new): 1 track, 3 keyframes\n"));
    EXPECT_THAT(out, HasSubstr("note: 1 rows lie past the video's last frame"));
    EXPECT_THAT(out, HasSubstr("suspect: no box begins before the pixel 1"));
    EXPECT_THAT(out, HasSubstr("suspect: the last row is for frame 100, one past the video's last"));
}

TEST_F(CliImport, TakesLabelsUnderOtherNames) {
    make_project();
    write_text(path("names.txt"), "# ours\n\npedestrian = walker\n");
    EXPECT_THAT(run_well({"import", project_, "--format", "mot", path("gt.txt"), "--label-map", path("names.txt")}),
                HasSubstr("new labels: walker"));
    EXPECT_THAT(run_well({"import", project_, path("gt.txt"), "--label-map", "pedestrian="}),
                StartsWith("mot: 0 tracks"));
    expect_failure(run_program({"import", project_, path("gt.txt"), "--label-map", "dog=cat"}),
                   "gt.txt: no label 'dog'; the file has pedestrian");
    write_text(path("bad.txt"), "pedestrian\n");
    expect_failure(run_program({"import", project_, path("gt.txt"), "--label-map", path("bad.txt")}),
                   "bad.txt:1: 'pedestrian' is not FROM=TO");
    expect_failure(run_program({"import", project_, path("gt.txt"), "--label-map", path("none.txt")}), "no such file");
}

TEST_F(CliImport, AddsToWhatIsThere) {
    make_project("every=25");
    run_well({"import", project_, "--format", "mot", path("gt.txt"), "--keyframes", "every=25"});
    EXPECT_EQ(info()["tracks"], 4);
}

TEST_F(CliImport, AMalformedRowNamesItsPlaceAndImportsNothing) {
    make_project();
    write_text(path("bad.txt"), "1,1,10,10,20,20,1,1,1\n2,1,10,ten,20,20,1,1,1\n");
    const Ran ran = run_program({"import", project_, "--format", "mot", path("bad.txt")});
    expect_failure(ran, "bad.txt");
    EXPECT_THAT(ran.err, HasSubstr("2"));
    EXPECT_THAT(ran.err, HasSubstr("ten"));
    EXPECT_EQ(info()["tracks"], 0);
}

TEST_F(CliImport, RefusesUnknownFormatsOptionsFilesAndVideos) {
    make_project();
    expect_usage(run_program({"import", project_, "--format", "nope", path("gt.txt")}),
                 "nope: no such format; there are ");
    expect_usage(run_program({"import", project_, "--format", "mot", path("gt.txt"), "--option", "nope=1"}), "nope");
    expect_failure(run_program({"import", project_, "--format", "mot", path("none.txt")}), "none.txt");
    expect_failure(run_program({"import", project_, path("none.txt")}), "none.txt: no such file");
    expect_failure(run_program({"import", project_, "--format", "mot", path("gt.txt"), "--media", "7"}), "no video 7");
    EXPECT_EQ(info()["tracks"], 0);
}

TEST_F(CliImport, TakesSeveralOptionsAfterOneName) {
    make_project();
    run_well({"import", project_, "--format", "mot", "--option", "one-based=1", "first-frame=1", path("gt.txt")});
    EXPECT_THAT(run_well({"export", project_, "--format", "mot", "--out", path("o.txt")}), HasSubstr("o.txt"));
    EXPECT_THAT(file_text(path("o.txt")), StartsWith("1,1,10,70,30,40,")) << "read as counted from 1, written from 0";
}

TEST_F(CliExport, GivesBackWhatWasImported) {
    make_project("all");
    run_well({"export", project_, "--format", "mot", "--out", path("o.txt"), "--strict"});
    run_well({"new", path("q.inbetween"), "--video", media()});
    run_well({"import", path("q.inbetween"), "--format", "mot", path("o.txt")});
    run_well({"export", path("q.inbetween"), "--format", "mot", "--out", path("o2.txt")});
    EXPECT_EQ(file_text(path("o.txt")), file_text(path("o2.txt")));
    EXPECT_EQ(lines_of(file_text(path("o.txt"))).size(), 152U);
}

TEST_F(CliExport, TellsItsLossesAndStrictWritesNothing) {
    make_project("all");
    const Ran ran = run_program({"export", project_, "--format", "vatic", "--out", path("o.txt")});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.out, path("o.txt") + "\n");
    EXPECT_THAT(ran.err, HasSubstr("boxes with fractions of a pixel"));
    expect_failure(run_program({"export", project_, "--format", "vatic", "--out", path("s.txt"), "--strict"}),
                   "s.txt: not written, for vatic would lose: ");
    EXPECT_FALSE(fs::exists(path("s.txt")));
    write_text(path("mine.txt"), "mine");
    expect_failure(run_program({"export", project_, "--format", "vatic", "--out", path("mine.txt"), "--strict"}),
                   "mine.txt");
    EXPECT_EQ(file_text(path("mine.txt")), "mine");
}

TEST_F(CliExport, WritesFormatsOfManyFilesIntoAFolder) {
    make_project("all");
    const Ran ran = run_program({"export", project_, "--format", "bbgt", "--out", path("frames")});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, path("frames") + ": 100 files\n");
    EXPECT_THAT(run_well({"import", project_, "--format", "bbgt", path("frames"), "--dry-run"}),
                HasSubstr("format: bbgt"));
}

TEST_F(CliExport, WhatComesToNothingLeavesNoFolder) {
    make_project("all");
    write_text(path("a.json"), R"({"schema":"inbetween-annotations","version":1,"tracks":[],
        "labels":[{"name":"wave","kind":"action"}],"segments":[{"id":1,"label":"wave","begin":20,"end":30}]})");
    run_well({"import", project_, path("a.json")});
    for (const char* format : {"thumos", "bbgt", "vatic", "vbb"}) {
        const Ran full = run_shell("ulimit -f 0; exec \"$IB\" export " + shell_word(project_) + " --format " + format +
                                   " --out " + shell_word(path("deep/er/out")));
        EXPECT_EQ(full.status, 1) << format;
        EXPECT_FALSE(std::filesystem::exists(path("deep"))) << format;
    }
}

TEST_F(CliExport, NeverWritesOverTheProjectOrItsVideo) {
    fs::copy(media(), path("walk.mp4"));
    run_well({"new", project_, "--video", path("walk.mp4")});
    expect_failure(run_program({"export", project_, "--format", "mot", "--out", project_}), "the project itself");
    expect_failure(run_program({"export", project_, "--format", "mot", "--out", path("walk.mp4")}), "walk.mp4");
    EXPECT_EQ(file_text(path("walk.mp4")), file_text(media()));
    run_well({"verify", project_});
}

TEST_F(CliExport, FramesBesideTheAnnotationsAreThoseOfTheFrameCommand) {
    make_project("all");
    run_well({"frame", media(), "--at", "0,40,80", "--out", path("exact")});
    for (const auto& [format, out, images] :
         std::vector<std::tuple<std::string, std::string, std::string>>{{"voc", "v", "v"},
                                                                        {"yolo", "y", "y/images"},
                                                                        {"yolo-mark", "m", "m/img"},
                                                                        {"bbox-label-tool", "b", "b/Images/001"},
                                                                        {"cntk", "n", "n/positive"},
                                                                        {"labelme", "l", "l"},
                                                                        {"vott", "t/a.json", "t"},
                                                                        {"coco", "c/a.json", "c"},
                                                                        {"cvat-images", "x/a.xml", "x"}}) {
        SCOPED_TRACE(format);
        const Ran ran =
            run_program({"export", project_, "--format", format, "--out", path(out), "--frames", "every=40"});
        ASSERT_EQ(ran.status, 0) << ran.err;
        EXPECT_THAT(ran.out, HasSubstr(path(out) + ": 3 frames\n"));
        for (const char* name : {"frame_000000.png", "frame_000040.png", "frame_000080.png"})
            EXPECT_EQ(file_text(path(images) + "/" + name), file_text(path("exact") + "/" + name)) << name;
        EXPECT_FALSE(fs::exists(path(images) + "/frame_000001.png"));
        EXPECT_THAT(run_well({"import", project_, "--format", format, path(out), "--dry-run"}), HasSubstr("frame 40 "));
    }
}

TEST_F(CliExport, FramesGoIntoRecordsThatHoldPictures) {
    make_project("all");
    const Ran ran = run_program(
        {"export", project_, "--format", "tfrecord", "--out", path("t/a.tfrecord"), "--frames", "every=50"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const std::string records = file_text(path("t/a.tfrecord"));
    for (const char* name : {"frame_000000.png", "frame_000050.png"}) {
        const std::string picture = file_text(path("t/") + name);
        ASSERT_GT(picture.size(), 1000U);
        EXPECT_NE(records.find(picture), std::string::npos) << name;
    }
    EXPECT_THAT(run_well({"import", project_, "--format", "tfrecord", path("t/a.tfrecord"), "--dry-run"}),
                HasSubstr("frame 50 "));
}

TEST_F(CliExport, OneThingIsNoPlural) {
    make_project("all");
    const Ran ran =
        run_program({"export", project_, "--format", "coco", "--out", path("a.json"), "--frames", "every=1000"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(path("a.json") + ": 1 frame\n"));
    EXPECT_THAT(ran.err, HasSubstr("boxes in frames that are not written: 15"));
}

TEST_F(CliExport, FramesReplaceNoOtherPicture) {
    make_project("all");
    const std::vector<std::string> line{"export", project_,       "--format", "coco",
                                        "--out",  path("a.json"), "--frames", "every=50"};
    ASSERT_EQ(run_program(line).status, 0);
    ASSERT_EQ(run_program(line).status, 0) << "the same pictures again";
    write_text(path("frame_000050.png"), "of another video");
    const Ran refused = run_program(line);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("another picture stands there already"));
    EXPECT_EQ(file_text(path("frame_000050.png")), "of another video");
}

TEST_F(CliExport, FramesAsJpegAreNamedSoAndLookLikeTheVideo) {
    make_project("all");
    const std::string out = run_well(
        {"export", project_, "--format", "labelme", "--out", path("l"), "--frames", "annotated", "--image", "jpeg"});
    EXPECT_THAT(out, HasSubstr(": 100 frames\n"));
    EXPECT_THAT(file_text(path("l/frame_000007.json")), HasSubstr("\"imagePath\": \"frame_000007.jpg\""));
    EXPECT_THAT(file_text(path("l/frame_000007.jpg")), StartsWith("\xFF\xD8\xFF"));
    // The folder of frames is a video of its own, to which the files beside them fit.
    run_well({"new", path("q.inbetween"), "--video", path("l")});
    EXPECT_THAT(run_well({"import", path("q.inbetween"), path("l")}), StartsWith("labelme: 2 tracks"));
    run_well({"frame", media(), "--at", "7", "--out", path("exact")});
    const Ran psnr = run_shell("ffmpeg -v error -i " + shell_word(path("l/frame_000007.jpg")) + " -i " +
                               shell_word(path("exact/frame_000007.png")) +
                               " -lavfi psnr=f=- -f null - | sed 's/.*psnr_avg:\\([0-9]*\\).*/\\1/'");
    EXPECT_GE(std::atoi(psnr.out.c_str()), 30) << psnr.out << psnr.err;
}

TEST_F(CliExport, FramesAreRefusedWhereNoneAreNamed) {
    make_project("all");
    expect_usage(run_program({"export", project_, "--format", "mot", "--out", path("o.txt"), "--frames", "all"}),
                 "mot: names no images, so that no frames can be written beside it");
    expect_usage(run_program({"export", project_, "--format", "voc", "--out", path("v"), "--frames", "every=0"}),
                 "every=0");
    expect_failure(run_program({"export", project_, "--format", "vott", "--out", path("v.json"), "--frames", "all",
                                "--option", "assets=video"}),
                   "names no images as its options are");
    EXPECT_FALSE(fs::exists(path("o.txt")));
    EXPECT_FALSE(fs::exists(path("v")));
}

TEST_F(CliExport, FramesThatCannotAllBeWrittenAreTakenAway) {
    make_project("all");
    fs::create_directories(path("v/frame_000050.png"));
    expect_failure(run_program({"export", project_, "--format", "voc", "--out", path("v"), "--frames", "all"}),
                   "frame_000050.png");
    EXPECT_FALSE(fs::exists(path("v/frame_000000.png")));
}

TEST_F(CliExport, RefusesUnknownFormatsAndOptions) {
    make_project();
    expect_usage(run_program({"export", project_, "--format", "nope", "--out", path("o")}), "nope: no such format");
    expect_usage(run_program({"export", project_, "--format", "mot", "--out", path("o"), "--option", "nope=1"}),
                 "nope");
    EXPECT_FALSE(fs::exists(path("o")));
}

TEST_F(CliExport, WritesTheVideoThatIsNamed) {
    run_well({"new", project_, "--video", media(), "--video", media("h264_no_b.mp4")});
    write_text(path("gt.txt"), two_tracks());
    run_well({"import", project_, "--format", "mot", path("gt.txt"), "--media", "2"});
    run_well({"export", project_, "--format", "mot", "--out", path("1.txt")});
    run_well({"export", project_, "--format", "mot", "--out", path("2.txt"), "--media", "h264_no_b.mp4"});
    EXPECT_EQ(file_text(path("1.txt")), "");
    EXPECT_EQ(lines_of(file_text(path("2.txt"))).size(), 152U);
}

}  // namespace
}  // namespace inbetween::test
