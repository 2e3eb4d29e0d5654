#include <fmt/format.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlwriter.h>

#include <map>
#include <vector>

#include "tests/bench/bare/bare.h"

namespace inbetween::bare {
namespace {

const xmlChar* chars(const std::string& text) { return reinterpret_cast<const xmlChar*>(text.c_str()); }
std::string text_of(const xmlChar* text) { return text == nullptr ? "" : reinterpret_cast<const char*>(text); }

/// One call of the writer.
struct Call {
    enum class What : std::int8_t { Open, Attribute, Text, Close };
    What what = What::Open;
    std::int8_t decimals = -1;  ///< -1: the value is a text
    std::int32_t name = 0;
    std::int32_t text = 0;
    double value = 0;
};

class XmlCalls : public Calls {
public:
    explicit XmlCalls(std::string_view text) {
        xmlTextReader* reader = xmlReaderForMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                                                   XML_PARSE_NONET | XML_PARSE_NOBLANKS | XML_PARSE_HUGE);
        while (xmlTextReaderRead(reader) == 1) take_node(reader);
        xmlFreeTextReader(reader);
    }

    void write(const std::filesystem::path& path) const override {
        xmlTextWriter* writer = xmlNewTextWriter(xmlOutputBufferCreateFilename(path.c_str(), nullptr, 0));
        xmlTextWriterSetIndent(writer, 1);
        xmlTextWriterSetIndentString(writer, chars("  "));
        xmlTextWriterStartDocument(writer, nullptr, "UTF-8", nullptr);
        for (const Call& call : calls_) tell(writer, call);
        // Ending the document would put a second line end behind its last element.
        xmlFreeTextWriter(writer);
    }

private:
    std::int32_t keep(const std::string& text) {
        const auto [at, is_new] = known_.try_emplace(text, static_cast<std::int32_t>(texts_.size()));
        if (is_new) texts_.push_back(text);
        return at->second;
    }

    void take_node(xmlTextReader* reader) {
        const int type = xmlTextReaderNodeType(reader);
        if (type == XML_READER_TYPE_TEXT)
            calls_.push_back({Call::What::Text, -1, 0, keep(text_of(xmlTextReaderConstValue(reader))), 0});
        if (type == XML_READER_TYPE_END_ELEMENT) {
            // An element that opens and closes with nothing between was told an empty text.
            if (calls_.back().what == Call::What::Open || calls_.back().what == Call::What::Attribute)
                calls_.push_back({Call::What::Text, -1, 0, keep(""), 0});
            calls_.push_back({Call::What::Close, -1, 0, 0, 0});
        }
        if (type != XML_READER_TYPE_ELEMENT) return;
        calls_.push_back({Call::What::Open, -1, keep(text_of(xmlTextReaderConstName(reader))), 0, 0});
        const bool is_empty = xmlTextReaderIsEmptyElement(reader) == 1;
        while (xmlTextReaderMoveToNextAttribute(reader) == 1) {
            const std::string value = text_of(xmlTextReaderConstValue(reader));
            const Number number = number_of(value);
            calls_.push_back({Call::What::Attribute, static_cast<std::int8_t>(number.decimals),
                              keep(text_of(xmlTextReaderConstName(reader))), number.decimals < 0 ? keep(value) : 0,
                              number.value});
        }
        if (is_empty) calls_.push_back({Call::What::Close, -1, 0, 0, 0});
    }

    void tell(xmlTextWriter* writer, const Call& call) const {
        const auto at = [&](std::int32_t n) { return chars(texts_[static_cast<std::size_t>(n)]); };
        fmt::basic_memory_buffer<char, 64> digits;
        switch (call.what) {
            case Call::What::Open:
                xmlTextWriterStartElement(writer, at(call.name));
                break;
            case Call::What::Close:
                xmlTextWriterEndElement(writer);
                break;
            case Call::What::Text:
                xmlTextWriterWriteString(writer, at(call.text));
                break;
            case Call::What::Attribute:
                if (call.decimals == 0)
                    fmt::format_to(std::back_inserter(digits), "{}", static_cast<std::int64_t>(call.value));
                if (call.decimals > 0) fmt::format_to(std::back_inserter(digits), "{:.{}f}", call.value, call.decimals);
                digits.push_back('\0');
                xmlTextWriterWriteAttribute(
                    writer, at(call.name),
                    call.decimals < 0 ? at(call.text) : reinterpret_cast<const xmlChar*>(digits.data()));
                break;
        }
    }

    std::vector<Call> calls_;
    std::vector<std::string> texts_;
    std::map<std::string, std::int32_t> known_;
};

}  // namespace

std::unique_ptr<Calls> calls_of_xml(std::string_view text) { return std::make_unique<XmlCalls>(text); }

std::int64_t parse_xml(const std::filesystem::path& path) {
    std::int64_t count = 0;
    const auto see = [&](const xmlChar* text) { count += text != nullptr && *text != 0 ? 1 : 0; };
    xmlTextReader* reader = xmlReaderForFile(path.c_str(), nullptr, XML_PARSE_NONET | XML_PARSE_COMPACT);
    while (xmlTextReaderRead(reader) == 1) {
        const int type = xmlTextReaderNodeType(reader);
        see(xmlTextReaderConstName(reader));
        if (type == XML_READER_TYPE_TEXT) see(xmlTextReaderConstValue(reader));
        if (type != XML_READER_TYPE_ELEMENT) continue;
        while (xmlTextReaderMoveToNextAttribute(reader) == 1) {
            see(xmlTextReaderConstName(reader));
            see(xmlTextReaderConstValue(reader));
        }
        xmlTextReaderMoveToElement(reader);
    }
    xmlFreeTextReader(reader);
    return count;
}

}  // namespace inbetween::bare
