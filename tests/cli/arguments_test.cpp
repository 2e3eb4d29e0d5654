#include "app/cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/support.h"

namespace inbetween::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

FrameRange range(std::int64_t begin, std::int64_t end) { return {FrameIndex{begin}, FrameIndex{end}}; }

TEST(FrameList, ReadsNumbersListsAndRanges) {
    const auto list = parse_frame_list("7,1, 10:12,20-21");
    IB_ASSERT_OK(list);
    EXPECT_THAT(*list, ElementsAre(range(7, 8), range(1, 2), range(10, 12), range(20, 22)));
}

TEST(FrameList, RefusesWhatIsNone) {
    for (const char* text :
         {"", "x", "-1", "1,", ",1", "1:", ":5", "3:3", "5-4", "1.5", "1e3", "+1", "1:2:3", "99999999999999999999"}) {
        EXPECT_FALSE(is_frame_list(text)) << text;
        EXPECT_NE(check_frame_list(text), "") << text;
    }
}

TEST(Range, TakesEitherEndAsOpen) {
    const auto both = parse_range("10:20");
    IB_ASSERT_OK(both);
    EXPECT_EQ(*both, range(10, 20));
    const auto from = parse_range("10:");
    IB_ASSERT_OK(from);
    EXPECT_EQ(from->begin, FrameIndex{10});
    EXPECT_TRUE(from->contains(FrameIndex{1000000}));
    const auto to = parse_range(":20");
    IB_ASSERT_OK(to);
    EXPECT_EQ(*to, range(0, 20));
}

TEST(Range, RefusesWhatIsNone) {
    for (const char* text : {"", "5", "a:b", "5:5", "6:5", "-1:5", "1:2:3", "1-5"}) {
        EXPECT_NE(check_range(text), "") << text;
    }
}

TEST(PictureSize, IsTwoNumbersInBounds) {
    EXPECT_EQ(parse_size("1600x1000"), (Size{1600, 1000}));
    for (const char* text : {"", "1600", "x", "0x5", "5x0", "16385x5", "5x-5", "5x5x5", "5.0x5"}) {
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
    }
}

TEST(FormatOption, IsANameAndAValue) {
    EXPECT_TRUE(is_format_option("time-offset=900"));
    EXPECT_TRUE(is_format_option("labels=a=b"));
    EXPECT_TRUE(is_format_option("labels="));
    EXPECT_FALSE(is_format_option("gt.txt"));
    EXPECT_FALSE(is_format_option("=5"));
    EXPECT_FALSE(is_format_option("folder/a=b.txt"));
    const auto options = format_options_of({"a=1", "b=x=y", "a=2"});
    EXPECT_EQ(options.at("a"), "2");
    EXPECT_EQ(options.at("b"), "x=y");
}

TEST(Repeats, GiveFurtherValuesTheOptionsName) {
    const std::vector<Subcommand::Repeated> repeated{{"--track", is_number_list}};
    EXPECT_THAT(with_repeats({"p", "--track", "1", "2", "--method", "kcf"}, repeated),
                ElementsAre("p", "--track=1", "--track=2", "--method", "kcf"));
    EXPECT_THAT(with_repeats({"--track", "1", "p"}, repeated), ElementsAre("--track=1", "p"));
    EXPECT_THAT(with_repeats({"--track", "--method"}, repeated), ElementsAre("--track", "--method"));
    EXPECT_THAT(with_repeats({"--track"}, repeated), ElementsAre("--track"));
    EXPECT_THAT(with_repeats({"--", "--track", "1", "2"}, repeated), ElementsAre("--", "--track", "1", "2"));
}

TEST(Lists, AreSplitAtCommas) {
    EXPECT_THAT(split_lists({"a, b", "c"}), ElementsAre("a", "b", "c"));
    EXPECT_THAT(split_lists({"a,,b"}), ElementsAre("a", "", "b"));
}

Annotations two_videos() {
    Annotations annotations;
    for (const auto& [id, path] : {std::pair{1, "films/walk.avi"}, std::pair{2, "films/run.avi"}}) {
        Media media;
        media.id = MediaId{id};
        media.path = path;
        annotations.media[media.id] = std::make_shared<const Media>(media);
    }
    return annotations;
}

TEST(ChooseMedia, TakesNumberNameOrPath) {
    const Annotations annotations = two_videos();
    for (const char* named : {"2", "run.avi", "films/run.avi"}) {
        const auto chosen = choose_media(annotations, named, "p");
        IB_ASSERT_OK(chosen);
        EXPECT_EQ((*chosen)->id, MediaId{2}) << named;
    }
    const auto first = choose_media(annotations, "", "p");
    IB_ASSERT_OK(first);
    EXPECT_EQ((*first)->id, MediaId{1});
}

TEST(ChooseMedia, NamesThoseThereAre) {
    const auto chosen = choose_media(two_videos(), "3", "p.inbetween");
    ASSERT_FALSE(chosen.has_value());
    EXPECT_THAT(chosen.error().message, HasSubstr("p.inbetween: no video 3"));
    EXPECT_THAT(chosen.error().message, HasSubstr("2 (run.avi)"));
    EXPECT_FALSE(choose_media(Annotations{}, "", "p").has_value());
}

}  // namespace
}  // namespace inbetween::cli
