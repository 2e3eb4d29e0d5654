#include <gtest/gtest.h>

#include <map>

#include "tests/formats/actions.h"

namespace inbetween {
namespace {

using test::add_segment;
using test::file_text;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::Said;
using test::said_in;
using test::sample;
using test::TemporaryFolder;
using test::why;
using test::write_text_of;

TEST(Boris, PointsAreAFrameAndStatesArePairedBySubjectAndCode) {
    const auto read = read_path("boris", sample("boris/walk.boris"), made_media());
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"nod", 5, 6}, {"sit", 10, 30}, {"sit", 20, 40}}));
    EXPECT_EQ(read->notes, (std::vector<std::string>{"2 events name a subject, which is left out",
                                                     "1 modifiers and comments are left out"}));
}

TEST(Boris, TheObservationIsThatOfTheVideoOrTheOneStated) {
    const auto other = read_path("boris", sample("boris/walk.boris"), made_media(), {{"observation", "other"}});
    IB_ASSERT_OK(other);
    EXPECT_EQ(said_in(other->annotations), (Said{{"nod", 10, 11}}));
    Media media = made_media();
    media.path = "third.avi";
    const auto refused = read_path("boris", sample("boris/walk.boris"), media);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("observations: none of its 2 observations is called 'third'; the first is "),
              std::string::npos)
        << refused.error().message;
    EXPECT_NE(refused.error().message.find("; option observation=NAME chooses one"), std::string::npos);
}

TEST(Boris, OfSeveralObservationsOfTheVideoTheFirstIsReadAndSaidSo) {
    const std::string file = R"({"project_format_version": "7.0",
        "behaviors_conf": {"0": {"type": "Point event", "code": "nod"}}, "observations": {
        "Ann": {"type": "MEDIA", "file": {"1": ["walk.avi"]}, "events": [[1, "", "nod", "", ""]]},
        "other": {"type": "MEDIA", "file": {"1": ["other.avi"]}, "events": []},
        "Bob": {"type": "MEDIA", "file": {"1": ["walk.avi"]}, "events": [[1, "", "nod", "", ""], [2, "", "nod", "", ""]]}
        }})";
    const auto read = read_text("boris", file);
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.segments.size(), 1U);
    EXPECT_EQ(read->notes, (std::vector<std::string>{"observations: 2 are of the video, and 'Ann' is read; option "
                                                     "observation=NAME chooses another, such as 'Bob'"}));
}

TEST(Boris, AProjectPackedByGzipIsRead) {
    const TemporaryFolder folder;
    const auto packed = folder / "walk.boris.gz";
    ASSERT_EQ(
        test::run_command("gzip -c '" + sample("boris/walk.boris").string() + "' > '" + packed.string() + "'").status,
        0);
    const std::string bytes = test::file_text(packed);
    EXPECT_TRUE(find_format("boris")->sniff(packed, bytes.substr(0, 4096)));
    const auto read = read_path("boris", packed, made_media());
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"nod", 5, 6}, {"sit", 10, 30}, {"sit", 20, 40}}));
    test::write_text(folder / "cut.boris.gz", bytes.substr(0, bytes.size() / 2));
    const auto cut = read_path("boris", folder / "cut.boris.gz", made_media());
    ASSERT_FALSE(cut);
    EXPECT_NE(cut.error().message.find("cut.boris.gz: gzip: is damaged or too large"), std::string::npos);
}

/// A project whose only observation plays these files and holds these events.
std::string project(const std::string& file, const std::string& media_info, const std::string& events) {
    return R"({"project_format_version": "7.0", "behaviors_conf": {"0": {"type": "Point event", "code": "nod"},
               "1": {"type": "State event", "code": "sit"}}, "observations": {"morning": {"type": "MEDIA", "file": )" +
           file + R"(, "media_info": )" + media_info + R"(, "events": )" + events + "}}}";
}

TEST(Boris, StatesArePairedByTheirModifierToo) {
    const auto read = read_text("boris", project(R"({"1": ["walk.avi"]})", "{}",
                                                 R"([[1.0, "", "sit", "a", "", 10], [1.5, "", "sit", "b", "", 15],
                                                     [2.0, "", "sit", "a", "", 20], [3.0, "", "sit", "b", "", 30]])"));
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"sit", 10, 20}, {"sit", 15, 30}}));
}

TEST(Boris, AStateThatIsNotEndedIsLeftOutAndNamed) {
    const auto one = read_text("boris", project(R"({"1": ["walk.avi"]})", "{}",
                                                R"([[1.0, "", "sit", "", ""], [2.0, "", "sit", "", ""],
                                                    [0.5, "", "nod", "", ""], [4.25, "", "sit", "", ""]])"));
    IB_ASSERT_OK(one);
    EXPECT_EQ(said_in(one->annotations), (Said{{"nod", 5, 6}, {"sit", 10, 20}}));
    EXPECT_EQ(one->notes, (std::vector<std::string>{"1 state events are not ended and are left out: 'sit' at 4.25 s"}));
    const auto many = read_text("boris", project(R"({"1": ["walk.avi"]})", "{}",
                                                 R"([[4, "a", "sit", "", ""], [3, "b", "sit", "", ""],
                                                     [2, "c", "sit", "", ""], [1, "d", "sit", "", ""]])"));
    IB_ASSERT_OK(many);
    EXPECT_TRUE(many->annotations.segments.empty());
    EXPECT_EQ(many->notes, (std::vector<std::string>{
                               "4 events name a subject, which is left out",
                               "4 state events are not ended and are left out: 'sit' at 1 s, 'sit' at 2 s, 'sit' at "
                               "3 s and 1 more"}));
}

TEST(Boris, FilesOfAPlayerFollowOneAnotherOnOneClock) {
    const std::string file = R"({"1": ["first.avi", "C:\\video\\walk.avi", "third.avi"], "2": []})";
    const std::string length =
        R"({"length": {"first.avi": 60.5, "C:\\video\\walk.avi": 10, "third.avi": 8}, "offset": {"1": 0.0}})";
    const std::string events = R"([[5, "", "nod", "", ""], [58, "", "sit", "", ""], [60.5, "", "sit", "", ""],
                                   [60.5, "", "nod", "", ""], [61, "", "sit", "", ""], [62.5, "", "sit", "", ""],
                                   [70, "", "sit", "", ""], [71.5, "", "sit", "", ""], [70.5, "", "nod", "", ""]])";
    const auto read = read_text("boris", project(file, length, events));
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"nod", 0, 1}, {"sit", 5, 20}, {"sit", 95, 100}}));
    EXPECT_EQ(read->notes,
              (std::vector<std::string>{"3 events are of other files that the player plays, and are left out",
                                        "1 actions reach out of the video's time and are cut"}));
    Media media = made_media();
    media.path = "copy.avi";
    const auto another = read_text("boris", project(file, length, R"([[5, "", "nod", "", ""]])"), media);
    IB_ASSERT_OK(another);
    EXPECT_EQ(
        another->notes,
        (std::vector<std::string>{
            "observations: the file speaks of 'morning', which is taken for 'copy'",
            "player 1 plays 3 files, none of which has the video's name; times are taken from the first one's begin, "
            "option time-offset states another"}));
    const auto unknown = read_text("boris", project(file, "{}", events));
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("/observations/morning/file/1[0]: is played before the video, and "
                                           "media_info does not state its length; option time-offset=SECONDS"),
              std::string::npos)
        << unknown.error().message;
    const auto stated = read_text("boris", project(file, "{}", events), made_media(), {{"time-offset", "60"}});
    IB_ASSERT_OK(stated);
    EXPECT_EQ(said_in(stated->annotations), (Said{{"sit", 0, 5}, {"nod", 5, 6}, {"sit", 10, 25}}));
}

TEST(Boris, TheObservationIsFoundByAWindowsPath) {
    const std::string other = R"("another": {"file": {"1": ["D:\\other.avi"]}, "events": [[1, "", "nod", "", ""]]}, )";
    std::string text = project(R"({"1": ["D:\\my videos\\walk.avi"]})", "{}", R"([[2, "", "nod", "", ""]])");
    text.insert(text.find("\"morning\""), other);
    const auto read = read_text("boris", text);
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"nod", 20, 21}}));
}

TEST(Boris, TheOffsetOfAPlayerIsToldAndNotApplied) {
    const std::string file = R"({"1": ["front.avi"], "2": ["walk.avi"]})";
    const std::string info = R"({"length": {"front.avi": 10, "walk.avi": 10}, "offset": {"1": 0, "2": 5}})";
    const auto read = read_text("boris", project(file, info, R"([[2, "", "nod", "", ""]])"));
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"nod", 20, 21}}));
    EXPECT_EQ(
        read->notes,
        (std::vector<std::string>{
            "player 2, which plays the video, has an offset of 5 s, which is not applied; option time-offset is"}));
    const auto front =
        read_text("boris", project(R"({"1": ["walk.avi"], "2": ["front.avi"]})", info, R"([[2, "", "nod", "", ""]])"));
    IB_ASSERT_OK(front);
    EXPECT_TRUE(front->notes.empty());
}

TEST(Boris, LabelsOfSingleFramesArePointEventsAndOverlapsGetSubjects) {
    Annotations made = made_annotations();
    add_segment(made, "nod", 5, 6);
    add_segment(made, "nod", 5, 6);
    add_segment(made, "sit", 10, 30);
    add_segment(made, "sit", 20, 40);
    add_segment(made, "sit", 30, 31);
    add_segment(made, "nod", 99, 100);
    const auto written = write_text_of("boris", made);
    IB_ASSERT_OK(written);
    const auto count = [&](const std::string& what) {
        std::int64_t found = 0;
        for (auto at = written->text.find(what); at != std::string::npos; at = written->text.find(what, at + 1))
            ++found;
        return found;
    };
    EXPECT_EQ(count("\"Point event\""), 1);
    EXPECT_EQ(count("\"State event\""), 1);
    EXPECT_EQ(count("\"name\": \"subject 2\""), 1);
    EXPECT_EQ(count("\"subject 2\""), 3);
    const auto back = read_text("boris", written->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(said_in(back->annotations), said_in(made));
}

TEST(Boris, WhatIsWrongIsNamedByItsPath) {
    const std::string good = file_text(sample("boris/walk.boris"));
    const std::vector<std::tuple<std::string, std::string, std::string>> cases{
        {"[0.5, \"\", \"nod\", \"\", \"\"]", "[0.5, \"\", \"fly\", \"\", \"\"]", "events[1][2]: is no behaviour of"},
        {"[0.5, \"\", \"nod\", \"\", \"\"]", "[0.5, \"\"]", "events[1]: has 2 elements; at least 3 are wanted"},
        {"[0.5, \"\", \"nod\", \"\", \"\"]", "[\"x\", \"\", \"nod\"]", "events[1][0]: is string, not a number"},
        {"[0.5, \"\", \"nod\", \"\", \"\"]", "[]", "events[1]: is empty"},
        {"Point event", "Rare event", "/behaviors_conf/0/type: 'rare event' is neither a point nor a state event"},
        {"behaviors_conf", "behaviours", "/behaviors_conf: is missing; an object is wanted"},
        {"\"events\": [[1.0, \"anna\"", "\"event\": [[1.0, \"anna\"", "/observations/morning/events: is missing"},
    };
    for (const auto& [from, to, expected] : cases) {
        std::string bad = good;
        bad.replace(bad.find(from), from.size(), to);
        const auto read = read_text("boris", bad);
        ASSERT_FALSE(read) << to;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
}

/// Pairs events as BORIS's own check of state events does: an even number for each subject and code.
TEST(Boris, PythonFindsEveryStateStartedAndStopped) {
    const Annotations made = test::random_actions(6);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("boris"), {made, MediaId{1}, folder / "a.boris", {}}));
    const auto result = test::run_python(
        "import collections, json, sys\n"
        "p = json.load(open(sys.argv[1], encoding='utf-8'))\n"
        "assert p['project_format_version'] == '7.0'\n"
        "kind = {b['code']: b['type'] for b in p['behaviors_conf'].values()}\n"
        "o, = p['observations'].values()\n"
        "assert o['events'] == sorted(o['events'], key=lambda e: e[0])\n"
        "states = collections.Counter((e[1], e[2]) for e in o['events'] if kind[e[2]] == 'State event')\n"
        "points = sum(kind[e[2]] == 'Point event' for e in o['events'])\n"
        "assert all(n % 2 == 0 for n in states.values())\n"
        "assert {e[1] for e in o['events']} - {s['name'] for s in p['subjects_conf'].values()} == {''}\n"
        "print(points + sum(states.values()) // 2)\n",
        {(folder / "a.boris").string()}, "json");
    if (!result) GTEST_SKIP() << "no python3 with json on this machine";
    EXPECT_EQ(result->output, std::to_string(made.segments.size()) + "\n");
}

}  // namespace
}  // namespace inbetween
