#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/bench/keyframes.h"
#include "app/cli/bench/sequence.h"
#include "app/cli/bench/truth.h"
#include "tests/support/support.h"

namespace inbetween::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string error_of(const std::string& text) {
    const auto truth = parse_truth("gt.txt", text);
    return truth ? "" : truth.error().message;
}

TEST(BenchTruth, ReadsBoxesThatComeAndGo) {
    const auto truth =
        parse_truth("gt.txt", "frame,x,y,w,h\r\n0,1,2,3,4\n1,nan,nan,nan,nan\n2,1.5,-2,3,4\n3,1,2,0,4\n");
    IB_ASSERT_OK(truth);
    EXPECT_EQ(truth->kind, ShapeKind::Box);
    ASSERT_EQ(truth->objects.size(), 1U);
    const TrueShapes expected{{0, Box{1, 2, 3, 4}}, {2, Box{1.5, -2, 3, 4}}};
    EXPECT_EQ(truth->objects[0], expected);
    EXPECT_EQ(last_frame(*truth), 2);
    EXPECT_EQ(cut(*truth, 2).objects[0].size(), 1U);
    EXPECT_TRUE(cut(*truth, 0).objects.empty());
}

TEST(BenchTruth, ReadsQuadrilaterals) {
    const auto truth = parse_truth("gt.txt", "frame,x1,y1,x2,y2,x3,y3,x4,y4\n7,0,0,10,0,10,10,0,10\n");
    IB_ASSERT_OK(truth);
    EXPECT_EQ(truth->kind, ShapeKind::Quad);
    EXPECT_EQ(std::get<Quad>(truth->objects[0].at(7)).corners[2], (Point{10.5, 10.5}))
        << "the corners of tables count from the middle of the first pixel";
}

TEST(BenchTruth, ReadsMotChallengeRowsThatAreToBeConsidered) {
    const auto truth =
        parse_truth("gt.txt", "1,4,10,20,30,40,1,1,1\n2,4,11,20,30,40,1,-3.5,8.1,0\n1,9,0,0,5,5,0,11,1\n1,2,1,1,5,5\n");
    IB_ASSERT_OK(truth);
    ASSERT_EQ(truth->objects.size(), 2U) << "by identity, without those that are not to be considered";
    EXPECT_EQ(truth->objects[0].begin()->first, 0);
    EXPECT_EQ(truth->objects[1].size(), 2U);
    EXPECT_EQ(truth->objects[1].at(1), Shape(Box{11, 20, 30, 40}));
}

TEST(BenchTruth, SaysWhereItIsMalformed) {
    const std::string head = "frame,x,y,w,h\n";
    EXPECT_THAT(error_of(""), HasSubstr("gt.txt: is empty"));
    EXPECT_THAT(error_of("x,y\n1,2\n"), HasSubstr("gt.txt:1: head"));
    EXPECT_THAT(error_of(head), HasSubstr("states no object"));
    EXPECT_THAT(error_of(head + "0,1,2,3,4\n1,2,3\n"), HasSubstr("gt.txt:3: fields: 3 where the head names 5"));
    EXPECT_THAT(error_of(head + "0,1,2,wide,4\n"), HasSubstr("gt.txt:2: w"));
    EXPECT_THAT(error_of(head + "-1,1,2,3,4\n"), HasSubstr("gt.txt:2: frame"));
    EXPECT_THAT(error_of(head + "0.5,1,2,3,4\n"), HasSubstr("gt.txt:2: frame"));
    EXPECT_THAT(error_of(head + "0,1,nan,3,4\n"), HasSubstr("gt.txt:2: nan"));
    EXPECT_THAT(error_of(head + "0,1,inf,3,4\n"), HasSubstr("gt.txt:2: y"));
    EXPECT_THAT(error_of(head + "0,1,2,3,4\n0,1,2,3,4\n"), HasSubstr("gt.txt:3: frame: is stated twice"));
    EXPECT_THAT(error_of("1,1,10,20,30\n"), HasSubstr("gt.txt:1: height"));
    EXPECT_THAT(error_of("0,1,10,20,30,40,1\n"), HasSubstr("gt.txt:1: frame"));
    EXPECT_THAT(error_of("1,-1,10,20,30,40,1\n"), HasSubstr("names its objects"));
    EXPECT_THAT(error_of("1,1,10,20,30,40,0\n"), HasSubstr("states no object"));
}

TEST(BenchKeyframes, StandAtBothEndsAndAShortRestJoinsTheLastSpan) {
    EXPECT_THAT(keyframes_every({0, 100}, 25), ElementsAre(0, 25, 50, 75, 100));
    EXPECT_THAT(keyframes_every({0, 107}, 25), ElementsAre(0, 25, 50, 75, 107));
    EXPECT_THAT(keyframes_every({0, 108}, 25), ElementsAre(0, 25, 50, 75, 100, 108));
    EXPECT_THAT(keyframes_every({5, 9}, 25), ElementsAre(5, 9)) << "the first keyframe stays whatever the rest";
    EXPECT_THAT(keyframes_every({5, 5}, 25), ElementsAre(5));
}

TEST(BenchKeyframes, ATrackIsOutsideBetweenItsRuns) {
    Truth truth{ShapeKind::Box, {{}}};
    for (const int frame : {0, 1, 2, 3, 4, 10, 12, 13, 14, 15}) truth.objects[0][frame] = Box{1, 2, 3, 4};
    EXPECT_EQ(runs_of(truth.objects[0]).size(), 3U);
    const auto tracks = tracks_every(truth, 2);
    ASSERT_EQ(tracks.size(), 1U);
    EXPECT_EQ(find_breach(tracks[0]), std::nullopt);
    std::vector<std::int64_t> in_view;
    std::vector<std::int64_t> outside;
    for (const Keyframe& k : tracks[0].keyframes) (k.outside ? outside : in_view).push_back(k.frame.value);
    EXPECT_THAT(in_view, ElementsAre(0, 2, 4, 10, 12, 14, 15));
    EXPECT_THAT(outside, ElementsAre(5, 11));
}

class BenchSequences : public ::testing::Test {
protected:
    void put(const std::string& name, const std::string& text = "0") {
        std::filesystem::create_directories((folder_ / name).parent_path());
        test::write_text(folder_ / name, text);
    }
    std::string error_of(const std::vector<std::string>& only = {}) const {
        const auto found = find_sequences({folder_.path()}, only);
        return found ? "" : found.error().message;
    }
    const std::string table_ = "frame,x,y,w,h\n0,1,2,3,4\n";
    test::TemporaryFolder folder_;
};

TEST_F(BenchSequences, AreFoundHoweverDeepWithTheirVideoOrImages) {
    put("set/b/gt.txt", table_);
    put("set/b/b.mp4");
    put("set/b/other.mp4");
    put("set/a/gt.txt", table_);
    put("set/a/clip.MPG");
    put("mot/c/gt/gt.txt", "1,1,2,3,4,5,1\n");
    put("mot/c/seqinfo.ini", "[Sequence]\nname=c\nimDir=frames\n");
    put("mot/c/early/000.jpg");
    put("mot/c/frames/001.jpg");
    put("d/gt.txt", table_);
    put("d/img/001.png");
    put("no_truth/e.mp4");
    const auto found = find_sequences({folder_.path()}, {});
    IB_ASSERT_OK(found);
    EXPECT_TRUE(found->remarks.empty());
    std::vector<std::string> names;
    std::vector<std::string> videos;
    for (const Sequence& sequence : found->sequences) {
        names.push_back(sequence.name);
        videos.push_back(sequence.video.filename().string());
    }
    EXPECT_THAT(names, ElementsAre("d", "c", "a", "b"));
    EXPECT_THAT(videos, ElementsAre("img", "frames", "clip.MPG", "b.mp4"));
    const auto some = find_sequences({folder_ / "set", folder_ / "d"}, {"d", "b"});
    IB_ASSERT_OK(some);
    EXPECT_EQ(some->sequences.size(), 2U);
    EXPECT_THAT(error_of({"b", "x"}), HasSubstr("x: no such sequence; there are d, c, a, b"));
}

TEST_F(BenchSequences, OfOneNameAreToldApart) {
    for (const char* set : {"one", "two"}) {
        put(std::string(set) + "/a/gt.txt", table_);
        put(std::string(set) + "/a/a.mp4");
    }
    const auto found = find_sequences({folder_.path()}, {});
    IB_ASSERT_OK(found);
    EXPECT_EQ(found->sequences[0].name, "one/a");
    EXPECT_EQ(found->sequences[1].name, "two/a");
}

TEST_F(BenchSequences, SayWhatIsMissing) {
    EXPECT_THAT(error_of(), HasSubstr("no sequence"));
    put("a/gt.txt", table_);
    EXPECT_THAT(error_of(), HasSubstr("has truth, but no video and no images"));
    put("a/x.mp4");
    put("a/y.mp4");
    EXPECT_THAT(error_of(), HasSubstr("holds 2 videos, and none of them is named a"));
    put("b/gt.txt", table_);
    put("b/b.mp4");
    const auto found = find_sequences({folder_.path()}, {});
    IB_ASSERT_OK(found);
    EXPECT_EQ(found->sequences.size(), 1U);
    ASSERT_EQ(found->remarks.size(), 1U);
    EXPECT_THAT(found->remarks[0], HasSubstr("left out"));
    put("b/gt.txt", "frame,x,y,w,h\n0,1\n");
    EXPECT_THAT(error_of(), HasSubstr("gt.txt:2: fields"));
    const auto none = find_sequences({folder_ / "nowhere"}, {});
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("is no folder"));
}

}  // namespace
}  // namespace inbetween::bench
