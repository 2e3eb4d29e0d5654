#include "core/formats/suspects.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/formats/support.h"

namespace inbetween {
namespace {

using test::add_track;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What is suspect of a file that states these boxes, a frame each, in a video of 768x576 and 100 frames.
std::vector<std::string> suspects_of(const std::vector<Box>& boxes) {
    ReadResult read{made_annotations(), {}};
    std::vector<Keyframe> keyframes;
    for (const Box& box : boxes) keyframes.push_back(keyframe(static_cast<std::int64_t>(keyframes.size()), box));
    add_track(read.annotations, "car", std::move(keyframes));
    return suspects_in(read, made_media(), *find_format("mot"));
}

TEST(Suspects, AreNoneWhereAllFits) {
    EXPECT_THAT(suspects_of({{0, 0, 10, 10}, {758, 566, 10, 10}, {1, 5, 3, 3}}), IsEmpty());
    EXPECT_THAT(suspects_of({}), IsEmpty());
    EXPECT_THAT(suspects_of({{-0.8, 2, 10, 10}}), IsEmpty()) << "a fraction of a pixel is within what people draw";
}

TEST(Suspects, SharesOfThePictureInPlaceOfPixels) {
    EXPECT_THAT(suspects_of({{0.25, 0.5, 0.125, 0.25}, {0, 0, 1, 1}}),
                ElementsAre(HasSubstr("seems to state shares of the picture")));
}

TEST(Suspects, PixelsInPlaceOfShares) {
    EXPECT_THAT(suspects_of({{768 * 30, 576 * 20, 768 * 5, 576 * 4}}).front(),
                HasSubstr("pixels where the format has"));
}

TEST(Suspects, WidthAndHeightExchanged) {
    EXPECT_THAT(suspects_of({{10, 600, 20, 100}, {500, 20, 70, 50}}).front(),
                HasSubstr("fit a picture of 576 x 768, not 768 x 576"));
}

TEST(Suspects, PixelsThatCountFromOne) {
    EXPECT_THAT(suspects_of({{1, 20, 10, 10}, {300, 1, 10, 10}}), ElementsAre(HasSubstr("count from 1")));
    EXPECT_THAT(suspects_of({{700, 20, 69, 10}}), ElementsAre(HasSubstr("a pixel past the picture")));
    EXPECT_THAT(suspects_of({{1, 20, 10, 10}, {300, 1, 10, 10}, {0, 50, 10, 10}}), IsEmpty());
}

TEST(Suspects, BoxesOutOfThePicture) {
    EXPECT_THAT(suspects_of({{-20, 5, 50, 50}, {780, 5, 50, 50}, {5, 5, 50, 50}}),
                ElementsAre(HasSubstr("1 of 3 boxes reach out"), HasSubstr("1 of 3 boxes lie outside")));
}

TEST(Suspects, FramesThatCountFromOneOrAreOfAnotherVideo) {
    const auto suspects = [](const std::string& text) {
        const auto read = test::read_text("mot", text, made_media(), {{"first-frame", "0"}});
        EXPECT_TRUE(read) << test::why(read);
        return suspects_in(*read, made_media(), *find_format("mot"));
    };
    EXPECT_THAT(suspects("1,1,5,5,9,9,1,1,1\n100,1,5,5,9,9,1,1,1\n"), ElementsAre(HasSubstr("seem to count from 1")));
    EXPECT_THAT(suspects("0,1,5,5,9,9,1,1,1\n100,1,5,5,9,9,1,1,1\n"),
                ElementsAre(HasSubstr("rows reach to frame 100 of a video whose last is 99")));
    EXPECT_THAT(suspects("0,1,5,5,9,9,1,1,1\n99,1,5,5,9,9,1,1,1\n"), IsEmpty());
}

TEST(Suspects, ObjectsThatAreStatedEverySoManyFramesOnly) {
    const auto suspects = [](int distance, const FormatOptions& options) {
        std::string images;
        std::string boxes;
        for (int n = 0; n < 5; ++n) {
            const char* comma = n == 0 ? "" : ",";
            images += fmt::format(R"({}{{"id":{},"file_name":"{:06}.jpg","width":768,"height":576}})", comma, n,
                                  n * distance);
            boxes += fmt::format(R"({}{{"id":{},"image_id":{},"category_id":1,"bbox":[{},20,30,40],"track_id":5}})",
                                 comma, n + 1, n, 10 + n);
        }
        const auto read = test::read_text(
            "coco",
            fmt::format(R"({{"images":[{}],"annotations":[{}],"categories":[{{"id":1,"name":"car"}}]}})", images,
                        boxes),
            made_media(), options);
        EXPECT_TRUE(read) << test::why(read);
        return suspects_in(*read, made_media(), *find_format("coco"));
    };
    EXPECT_THAT(suspects(15, {}), ElementsAre(HasSubstr("every 15 frames")));
    EXPECT_THAT(suspects(15, {{"step", "15"}}), IsEmpty());
    EXPECT_THAT(suspects(1, {}), IsEmpty());
}

}  // namespace
}  // namespace inbetween
