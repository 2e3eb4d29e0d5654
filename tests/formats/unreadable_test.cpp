#include <gtest/gtest.h>

#include "core/formats/encoding.h"
#include "tests/formats/support.h"

namespace inbetween {
namespace {

using test::made_media;
using test::read_text;

std::string why_not(std::string_view format, const std::string& text) {
    const auto read = read_text(format, text);
    return read ? "was read" : read.error().message.substr(read.error().message.find("given.txt"));
}

TEST(Unreadable, ACutJsonSaysAtWhichByteAndColumnThatIs) {
    const std::string text = R"({"images":[{"id":1,"file_name":"a_07.png"}],"annotations":[{"id":1,"ima)";
    const std::string place = std::to_string(text.size());
    EXPECT_EQ(why_not("coco", text), "given.txt:1: JSON: is cut: it ends within a value at byte " + place +
                                         " (column " + std::to_string(text.size() + 1) + ")");
    EXPECT_EQ(why_not("activitynet", "{\n\"version\": "),
              "given.txt:2: JSON: is cut: it ends within a value at byte 13 (column 12)");
}

TEST(Unreadable, MalformedJsonSaysWhereWholeOrAsAStream) {
    for (const char* format : {"coco", "activitynet"})
        EXPECT_EQ(why_not(format, "{\"a\": 1,\n \"b\" 2}"), "given.txt:2: JSON: is malformed at byte 14 (column 6)")
            << format;
}

TEST(Unreadable, Latin1InJsonIsSaidToBeNoUtf8) {
    for (const char* format : {"coco", "activitynet"})
        EXPECT_EQ(why_not(format, "{\"label\": \"caf\xE9\"}"),
                  "given.txt:1: JSON: is not UTF-8 at byte 15 (column 16); save it as UTF-8")
            << format;
}

TEST(Unreadable, Utf16IsSaidToBeThat) {
    const std::string utf16("\xFF\xFE{\0}\0", 6);
    for (const char* format : {"coco", "vatic", "csv", "mot", "darklabel"})
        EXPECT_EQ(why_not(format, utf16), "given.txt: is UTF-16 text; save it as UTF-8") << format;
    EXPECT_EQ(fault_of_head(utf16), "is UTF-16 text; save it as UTF-8");
    EXPECT_EQ(fault_of_head(std::string("\0\0\xFE\xFF", 4)), "is UTF-32 text; save it as UTF-8");
    EXPECT_FALSE(fault_of_head("\xEF\xBB\xBF{}"));
    EXPECT_EQ(fault_of_packed("PK\x03\x04 and more"), "is a zip archive; unpack it and import what is in it");
    EXPECT_EQ(fault_of_packed("\x1F\x8B\x08 and more"), "is packed by gzip; unpack it first");
    EXPECT_FALSE(fault_of_packed("{}"));
}

TEST(Unreadable, AnEmptyFileIsNothingToImportUnlessItIsAnImageThatShowsNothing) {
    for (const char* format : {"vatic", "vott-csv", "active-speaker", "mots", "darklabel", "tfrecord", "coco", "csv"})
        for (const char* text : {"", "\n", "\xEF\xBB\xBF"})
            EXPECT_EQ(why_not(format, text), "given.txt: the file is empty: nothing to import") << format;
    EXPECT_TRUE(read_text("mot", ""));
}

TEST(Unreadable, AnXmlOfUtf16IsRead) {
    const std::string plain =
        "<annotations><version>1.1</version><track id=\"0\" label=\"a\"><box frame=\"3\" "
        "keyframe=\"1\" outside=\"0\" xtl=\"1\" ytl=\"2\" xbr=\"3\" ybr=\"4\"/></track></annotations>";
    std::string wide = "\xFF\xFE";
    for (const char c : plain) wide += {c, '\0'};
    const auto read = read_text("cvat", wide);
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 1U);
}

TEST(Unreadable, AnAttributeOfThePlainCsvHasAName) {
    const std::string text =
        "record,label,attribute,name,value\nschema,,,inbetween-annotations,1\nattribute,person,3,type,text\n";
    const std::string why = why_not("csv", text);
    EXPECT_NE(why.find("the attribute 3 of the label 'person' has no name"), std::string::npos) << why;
}

}  // namespace
}  // namespace inbetween
