#include <gtest/gtest.h>

#include <map>
#include <regex>

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

TEST(Elan, ReadsAlignedUnalignedAndReferringAnnotations) {
    const auto read = read_path("elan", sample("elan/walk.eaf"), made_media());
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"wave & nod", 5, 10}, {"hands", 15, 20}, {"unclear", 15, 20}}));
    EXPECT_EQ(read->notes, (std::vector<std::string>{"1 time slots without a time lie evenly between those around them",
                                                     "1 annotations refer to another one and have its time"}));
}

TEST(Elan, TheLabelIsTheValueOrTheTierOrBothAndATierCanBeChosen) {
    const auto tier = read_path("elan", sample("elan/walk.eaf"), made_media(), {{"label", "tier"}, {"tiers", "hands"}});
    IB_ASSERT_OK(tier);
    EXPECT_EQ(said_in(tier->annotations), (Said{{"hands", 5, 10}, {"hands", 15, 20}}));
    const auto both =
        read_path("elan", sample("elan/walk.eaf"), made_media(), {{"label", "tier-value"}, {"tiers", "notes"}});
    IB_ASSERT_OK(both);
    EXPECT_EQ(said_in(both->annotations), (Said{{"notes: unclear", 15, 20}}));
}

/// The sample, whose media descriptor is this one.
std::string with_media(const std::string& descriptors) {
    static const std::regex media("<MEDIA_DESCRIPTOR[^>]*/>");
    return std::regex_replace(file_text(sample("elan/walk.eaf")), media, descriptors);
}

TEST(Elan, TheTimeOriginOfTheVideoIsApplied) {
    const std::string own =
        R"(<MEDIA_DESCRIPTOR MEDIA_URL="file:///D:/video/walk.avi" MIME_TYPE="video/*" TIME_ORIGIN="2000"/>)";
    const std::string other =
        R"(<MEDIA_DESCRIPTOR MEDIA_URL="file:///other.avi" MIME_TYPE="video/*" TIME_ORIGIN="4000"/>)";
    const Said moved{{"wave & nod", 25, 30}, {"hands", 35, 40}, {"unclear", 35, 40}};
    const Said as_stated{{"wave & nod", 5, 10}, {"hands", 15, 20}, {"unclear", 15, 20}};
    for (const std::string& descriptors : {own, other + own}) {
        const auto read = read_text("elan", with_media(descriptors));
        IB_ASSERT_OK(read);
        EXPECT_EQ(said_in(read->annotations), moved);
        ASSERT_EQ(read->notes.size(), 3U);
        EXPECT_EQ(read->notes.front(), "the media's time origin of 2 s is applied");
    }
    Media blank = made_media();
    blank.path = "a walk.avi";
    const std::string encoded =
        R"(<MEDIA_DESCRIPTOR MEDIA_URL="file:///D:/a%20walk.avi" MIME_TYPE="video/*" TIME_ORIGIN="2000"/>)";
    const auto decoded = read_text("elan", with_media(other + encoded), blank);
    IB_ASSERT_OK(decoded);
    EXPECT_EQ(said_in(decoded->annotations), moved);
    Media media = made_media();
    media.path = "copy.avi";
    const auto only = read_text("elan", with_media(own), media);
    IB_ASSERT_OK(only);
    EXPECT_EQ(said_in(only->annotations), moved);
    const auto unknown = read_text("elan", with_media(other + own), media);
    IB_ASSERT_OK(unknown);
    EXPECT_EQ(said_in(unknown->annotations), as_stated);
    ASSERT_EQ(unknown->notes.size(), 3U);
    EXPECT_EQ(unknown->notes.front().substr(0, 80),
              "TIME_ORIGIN: none of the 2 media has the video's name, and their time origins di");
    const auto stated = read_text("elan", with_media(own), made_media(), {{"time-offset", "0"}});
    IB_ASSERT_OK(stated);
    EXPECT_EQ(said_in(stated->annotations), as_stated);
}

TEST(Elan, AnnotationsOfATierNeverOverlapAndTimeSlotsAscend) {
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
        const auto written = write_text_of("elan", test::random_actions(seed));
        IB_ASSERT_OK(written);
        std::map<std::string, std::int64_t> slots;
        std::int64_t last = -1;
        const std::regex slot("TIME_SLOT_ID=\"(ts[0-9]+)\" TIME_VALUE=\"([0-9]+)\"");
        for (std::sregex_iterator at(written->text.begin(), written->text.end(), slot), end; at != end; ++at) {
            slots[(*at)[1]] = std::stoll((*at)[2]);
            EXPECT_GT(slots[(*at)[1]], last);
            last = slots[(*at)[1]];
        }
        const std::regex row("<TIER |TIME_SLOT_REF1=\"(ts[0-9]+)\" TIME_SLOT_REF2=\"(ts[0-9]+)\"");
        std::int64_t over = 0;
        for (std::sregex_iterator at(written->text.begin(), written->text.end(), row), end; at != end; ++at) {
            if (!(*at)[1].matched) {
                over = 0;
                continue;
            }
            EXPECT_GE(slots.at((*at)[1]), over);
            over = slots.at((*at)[2]);
            EXPECT_LT(slots.at((*at)[1]), over);
        }
    }
}

TEST(Elan, TimesAreRoundedToMillisecondsAndEndsAreExclusive) {
    Annotations made = made_annotations();
    Media media = made_media();
    media.timebase = {1001, 30000};
    made.media[MediaId{1}] = std::make_shared<const Media>(media);
    add_segment(made, "a", 1, 2);
    const auto written = write_text_of("elan", made);
    IB_ASSERT_OK(written);
    EXPECT_NE(written->text.find("TIME_VALUE=\"33\""), std::string::npos);
    EXPECT_NE(written->text.find("TIME_VALUE=\"67\""), std::string::npos);
    const auto negative = write_text_of("elan", made, {{"time-offset", "-1"}});
    ASSERT_FALSE(negative);
    EXPECT_NE(negative.error().message.find("TIME_VALUE: ELAN knows no time before 0"), std::string::npos);
}

TEST(Elan, WhatIsWrongIsNamedByLineElementAndField) {
    const std::string good = file_text(sample("elan/walk.eaf"));
    const std::vector<std::tuple<std::string, std::string, std::string>> cases{
        {"TIME_VALUE=\"500\"", "TIME_VALUE=\"-5\"", "given.txt:9: TIME_SLOT: TIME_VALUE"},
        {"TIME_VALUE=\"500\"", "TIME_VALUE=\"1.5\"", "given.txt:9: TIME_SLOT: TIME_VALUE"},
        {"TIME_VALUE=\"1500\"", "TIME_VALUE=\"3000\"", "TIME_SLOT_REF2: 2040 ms is before TIME_SLOT_REF1 3000 ms"},
        {"TIME_SLOT_ID=\"ts2\"", "TIME_SLOT_ID=\"ts1\"", "TIME_SLOT_ID: 'ts1' stands twice"},
        {"TIME_SLOT_REF2=\"ts2\"", "TIME_SLOT_REF2=\"ts9\"", "TIME_SLOT_REF2: no time slot is called 'ts9'"},
        {"TIME_SLOT_REF1=\"ts1\" ", "", "ALIGNABLE_ANNOTATION: TIME_SLOT_REF1: is missing"},
        {"ANNOTATION_REF=\"a2\"", "ANNOTATION_REF=\"a3\"", "annotations refer to one another in a circle"},
        {"ANNOTATION_REF=\"a2\"", "ANNOTATION_REF=\"a7\"", "ANNOTATION_REF: no annotation is called 'a7'"},
        {"RELATIVE_MEDIA_URL=\"./walk.avi\"", "TIME_ORIGIN=\"2 s\"", "MEDIA_DESCRIPTOR: TIME_ORIGIN"},
        {"TIER_ID=\"hands\"", "", "TIER: TIER_ID: is missing"},
        {"milliseconds", "PAL-frames", "HEADER: TIME_UNITS: 'PAL-frames' are not read, only milliseconds"},
        {"<ANNOTATION_DOCUMENT", "<ANNOTATIONS", "ANNOTATION_DOCUMENT: does not stand at the root"},
        {"</TIER>", "</TIERS>", "given.txt:"},
    };
    for (const auto& [from, to, expected] : cases) {
        std::string bad = good;
        bad.replace(bad.find(from), from.size(), to);
        const auto read = read_text("elan", bad);
        ASSERT_FALSE(read) << to;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
}

/// A reader of ELAN's files that is not ours, where it happens to be installed.
TEST(Elan, PympiReadsWhatIsWritten) {
    const Annotations made = test::random_actions(2);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("elan"), {made, MediaId{1}, folder / "a.eaf", {}}));
    const auto result = test::run_python(
        "import pympi, sys\n"
        "e = pympi.Elan.Eaf(sys.argv[1])\n"
        "print(sum(len(e.get_annotation_data_for_tier(t)) for t in e.get_tier_names()))\n",
        {(folder / "a.eaf").string()}, "pympi");
    if (!result) GTEST_SKIP() << "no python3 with pympi on this machine";
    EXPECT_EQ(result->output, std::to_string(made.segments.size()) + "\n");
}

TEST(Elan, XmllintReadsWhatIsWritten) {
    if (test::run_command("xmllint --version").status != 0) GTEST_SKIP() << "xmllint is not installed";
    const Annotations made = test::random_actions(2);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("elan"), {made, MediaId{1}, folder / "a.eaf", {}}));
    const auto result = test::run_command(
        "xmllint --xpath 'count(//ALIGNABLE_ANNOTATION[@TIME_SLOT_REF1=//TIME_SLOT/@TIME_SLOT_ID]"
        "[@TIME_SLOT_REF2=//TIME_SLOT/@TIME_SLOT_ID])' " +
        (folder / "a.eaf").string());
    EXPECT_EQ(result.output.substr(0, result.output.find('\n')), std::to_string(made.segments.size()));
}

}  // namespace
}  // namespace inbetween
