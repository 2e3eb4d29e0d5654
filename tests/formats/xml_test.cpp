#include "core/formats/text/xml.h"

#include <gtest/gtest.h>

#include "tests/support/support.h"

namespace inbetween {
namespace {

std::string walk_of(std::string_view text) {
    XmlReader reader("a.xml", text);
    std::string walk;
    while (true) {
        const auto event = reader.next();
        if (!event) return event.error().message;
        if (*event == XmlReader::Event::End) return walk;
        const bool opens = *event == XmlReader::Event::Open;
        walk += std::string(opens ? "+" : "-") + std::string(reader.parent()) + "/" + std::string(reader.name());
        if (!opens) walk += "=" + std::string(reader.text());
        walk += " ";
    }
}

TEST(Xml, ElementsOpenAndCloseWithWhatIsAroundThem) {
    EXPECT_EQ(walk_of("<?xml version=\"1.0\"?>\n<a><b/>x<c>t<!-- no -->u</c></a>"),
              "+/a +a/b -a/b= +a/c -a/c=tu -/a= ");
    EXPECT_EQ(walk_of("\xEF\xBB\xBF<a>&lt;&#233;<![CDATA[<&>]]></a>"), "+/a -/a=<\xC3\xA9<&> ");
}

TEST(Xml, AttributesAreThoseOfTheElementThatOpened) {
    XmlReader reader("a.xml", "<a n=\"1.5\" f=\"1\" s=\"&quot;x&amp;\"><b n=\"-3\"/></a>");
    IB_ASSERT_OK(reader.next());
    EXPECT_EQ(*reader.number("n", 10), 1.5);
    EXPECT_TRUE(*reader.flag("f"));
    EXPECT_FALSE(*reader.flag("g", false));
    EXPECT_EQ(*reader.attribute("s"), "\"x&");
    IB_ASSERT_OK(reader.next());
    EXPECT_EQ(*reader.integer("n", -5, 5), -3);
    EXPECT_FALSE(reader.attribute("s"));
    EXPECT_EQ(reader.integer("n", 0, 5).error().message, "a.xml:1: b: n: -3 is not within 0 and 5");
    EXPECT_EQ(reader.number("x", 5).error().message, "a.xml:1: b: x: is missing");
    EXPECT_EQ(reader.flag("n").error().message, "a.xml:1: b: n: '-3' is neither 0 nor 1");
}

TEST(Xml, WhatIsNotWellFormedIsSaidWithItsLine) {
    EXPECT_EQ(walk_of(""), "a.xml:1: XML: ends before its elements do");
    for (const char* text : {"<a>\n<b></a>", "<a>\n<b x=1/></a>", "<a>\n&who;</a>", "<a>\n\x01</a>", "<a>\n\xFF</a>"})
        EXPECT_TRUE(walk_of(text).starts_with("a.xml:2: XML: ")) << text << walk_of(text);
    EXPECT_NE(walk_of("<a>\n").find("ends before its elements do"), std::string::npos);
    EXPECT_NE(walk_of("plain text").find("a.xml:1: XML: "), std::string::npos);
}

TEST(Xml, EntitiesOfADocumentTypeAreNotRead) {
    const std::string file = "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n<a>&e;</a>";
    EXPECT_NE(walk_of(file).find("declares a document type, which is not read"), std::string::npos) << walk_of(file);
}

TEST(Xml, WhatIsWrittenIsReadBack) {
    XmlWriter writer;
    writer.open("a");
    writer.attribute("name", "\"caf\xC3\xA9\" <&> \n\x01");
    writer.attribute("n", 7);
    writer.leaf("b", "one\ntwo");
    writer.leaf("c", "");
    writer.close();
    const std::string text = writer.finish();
    EXPECT_EQ(text,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a name=\"&quot;caf\xC3\xA9&quot; &lt;&amp;&gt; &#10;\" "
              "n=\"7\">\n  <b>one\ntwo</b>\n  <c></c>\n</a>\n");
    XmlReader reader("a.xml", text);
    IB_ASSERT_OK(reader.next());
    EXPECT_EQ(*reader.attribute("name"), "\"caf\xC3\xA9\" <&> \n");
}

TEST(Xml, TheRootTellsWhatAFileIs) {
    EXPECT_TRUE(is_xml_of("<?xml version=\"1.0\"?>\n<!-- c -->\n<annotations count=\"1\">", "annotations"));
    EXPECT_TRUE(is_xml_of("<annotation>", "annotation"));
    EXPECT_FALSE(is_xml_of("<annotations>", "annotation"));
    EXPECT_FALSE(is_xml_of("annotations", "annotations"));
    EXPECT_FALSE(is_xml_of("<?xml <annotations>", "annotations"));
}

}  // namespace
}  // namespace inbetween
