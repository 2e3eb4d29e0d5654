#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/video/image_header.h"

namespace inbetween::test {
namespace {

using namespace std::string_literals;

TEST(ImageNames, AreOrderedByTheirNumbers) {
    std::vector<std::string> names{"img10.png", "img9.png",  "img1.png",  "img02.png", "a2b10.png",
                                   "a2b9.png",  "a10b1.png", "img1a.png", "img.png",   "img001.png"};
    std::ranges::sort(names, [](const auto& a, const auto& b) { return natural_less(a, b); });
    EXPECT_EQ(names, (std::vector<std::string>{"a2b9.png", "a2b10.png", "a10b1.png", "img.png", "img001.png",
                                               "img1.png", "img1a.png", "img02.png", "img9.png", "img10.png"}));
}

TEST(ImageNames, NumbersTooLargeForAnyIntegerStillCompare) {
    EXPECT_TRUE(natural_less("99999999999999999999998", "99999999999999999999999"));
    EXPECT_FALSE(natural_less("99999999999999999999999", "99999999999999999999998"));
    EXPECT_FALSE(natural_less("same1", "same1"));
    EXPECT_TRUE(natural_less("a01", "a1") != natural_less("a1", "a01"));
}

TEST(ImageHeader, StatesTheSize) {
    const std::string png = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xE0\x08\x02"s;
    EXPECT_EQ(size_in_header(png), (Size{640, 480}));
    const std::string jpeg = "\xFF\xD8\xFF\xE0\0\x04xx\xFF\xFF\xC0\0\x11\x08\x01\xE0\x02\x80\x03"s;
    EXPECT_EQ(size_in_header(jpeg), (Size{640, 480}));
    EXPECT_EQ(size_in_header("P6\n# made by hand\n 640\t480\n255\nxxxx"), (Size{640, 480}));
    std::string bmp(54, '\0');
    bmp.replace(0, 2, "BM");
    bmp[14] = 40;
    bmp.replace(18, 4, "\x80\x02\0\0"s);
    bmp.replace(22, 4, "\x20\xFE\xFF\xFF"s);  // rows from top to bottom: -480
    EXPECT_EQ(size_in_header(bmp), (Size{640, 480}));
}

TEST(ImageHeader, ThatIsCutOrWrongSaysNothing) {
    for (const std::string& head : {""s, "P6"s, "P6\n640"s, "P6\n-3 4\n255\n"s, "P6\n99999999999999999999 1\n"s, "BM"s,
                                    "\x89PNG\r\n\x1A\n"s, "\xFF\xD8\xFF"s, "\xFF\xD8\xFF\xE0\xFF\xFF"s,
                                    "\xFF\xD8\xFF\xFF\xFF\xFF"s, "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0"s}) {
        EXPECT_EQ(size_in_header(head), std::nullopt);
    }
}

}  // namespace
}  // namespace inbetween::test
