#include "core/formats/text/xml.h"

#include <fmt/format.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlwriter.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/base/text.h"

namespace inbetween {
namespace {

const xmlChar* chars(const char* text) { return reinterpret_cast<const xmlChar*>(text); }
std::string_view view_of(const xmlChar* text) {
    return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

/// The line of the node at hand. libxml2 counts nodes' lines to 65535; after that, the line that the parser is at, a
/// few hundred bytes on, has to do.
std::int64_t line_at(xmlTextReader* reader) {
    constexpr std::int64_t most = 65535;
    const std::int64_t line = xmlGetLineNo(xmlTextReaderCurrentNode(reader));
    return line > 0 && line != most ? line : std::int64_t{xmlTextReaderGetParserLineNumber(reader)};
}

}  // namespace

struct XmlReader::Parser {
    xmlTextReader* reader = nullptr;
    std::string message;  ///< the first that libxml2 had to say
    std::int64_t message_line = 0;

    static void keep_message(void* self, xmlError* error) {
        auto& parser = *static_cast<Parser*>(self);
        if (error == nullptr || error->level < XML_ERR_ERROR || !parser.message.empty()) return;
        std::string message(trim(error->message == nullptr ? "is not XML" : error->message));
        std::replace(message.begin(), message.end(), '\n', ' ');
        parser.message = one_line_of(message);  // It quotes the file, whatever bytes that holds.
        parser.message_line = error->line;
    }

    static int read(void* in, char* piece, int length) {
        auto& stream = *static_cast<std::istream*>(in);
        stream.read(piece, length);
        return static_cast<int>(stream.gcount());
    }
};

XmlReader::XmlReader(std::string_view file, std::string_view text) : file_(file), parser_(std::make_unique<Parser>()) {
    text = without_bom(text);
    // No entities from elsewhere, no network; libxml2's own bounds on depth and sizes stand.
    parser_->reader = xmlReaderForMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                                         XML_PARSE_NONET | XML_PARSE_COMPACT);
    if (parser_->reader != nullptr)
        xmlTextReaderSetStructuredErrorHandler(parser_->reader, &Parser::keep_message, parser_.get());
}

XmlReader::XmlReader(std::string_view file, std::istream& in) : file_(file), parser_(std::make_unique<Parser>()) {
    parser_->reader =
        xmlReaderForIO(&Parser::read, nullptr, &in, nullptr, nullptr, XML_PARSE_NONET | XML_PARSE_COMPACT);
    if (parser_->reader != nullptr)
        xmlTextReaderSetStructuredErrorHandler(parser_->reader, &Parser::keep_message, parser_.get());
}

XmlReader::~XmlReader() { xmlFreeTextReader(parser_->reader); }

Error XmlReader::syntax_error() const {
    const std::string& message = parser_->message;
    // Of a short text that ends within an element libxml2 says that there is too much of it.
    const bool is_cut = message.empty() || (message.starts_with("Extra content") && (line_ == 0 || !around_.empty()));
    return row_error({file_, std::max<std::int64_t>(parser_->message_line, 1)}, "XML",
                     is_cut ? "ends before its elements do" : message);
}

void XmlReader::take_attributes() {
    attribute_count_ = 0;
    xmlTextReader* reader = parser_->reader;
    for (int has = xmlTextReaderMoveToFirstAttribute(reader); has == 1;
         has = xmlTextReaderMoveToNextAttribute(reader)) {
        if (attribute_count_ == attributes_.size()) attributes_.emplace_back();
        auto& [name, value] = attributes_[attribute_count_++];
        name = view_of(xmlTextReaderConstName(reader));
        value = view_of(xmlTextReaderConstValue(reader));
    }
    xmlTextReaderMoveToElement(reader);
}

Result<XmlReader::Event> XmlReader::next() {
    text_.clear();
    if (closes_next_) {
        closes_next_ = false;
        was_open_ = false;
        return Event::Close;
    }
    if (was_open_) around_.push_back(name_);
    was_open_ = false;
    xmlTextReader* reader = parser_->reader;
    if (reader == nullptr) return syntax_error();
    while (true) {
        const int more = xmlTextReaderRead(reader);
        if (more < 0 || !parser_->message.empty()) return syntax_error();
        if (more == 0) return line_ == 0 ? Result<Event>(syntax_error()) : Result<Event>(Event::End);
        line_ = line_at(reader);
        switch (xmlTextReaderNodeType(reader)) {
            case XML_READER_TYPE_ELEMENT:
                name_ = view_of(xmlTextReaderConstName(reader));
                closes_next_ = xmlTextReaderIsEmptyElement(reader) == 1;
                take_attributes();
                was_open_ = !closes_next_;
                text_.clear();
                return Event::Open;
            case XML_READER_TYPE_END_ELEMENT:
                IB_CHECK(!around_.empty());
                name_ = view_of(xmlTextReaderConstName(reader));
                around_.pop_back();
                return Event::Close;
            case XML_READER_TYPE_TEXT:
            case XML_READER_TYPE_CDATA:
                text_ += view_of(xmlTextReaderConstValue(reader));
                break;
            case XML_READER_TYPE_DOCUMENT_TYPE:
                return row_error(place(), "XML", "declares a document type, which is not read");
            default:
                break;
        }
    }
}

std::optional<std::string_view> XmlReader::attribute(std::string_view name) const {
    for (std::size_t i = 0; i < attribute_count_; ++i)
        if (attributes_[i].first == name) return attributes_[i].second;
    return std::nullopt;
}

Error XmlReader::error(std::string_view field, std::string_view why) const {
    return row_error(place(), fmt::format("{}: {}", name_, field), why);
}

Result<double> XmlReader::number(std::string_view name, double most) const {
    const auto stated = attribute(name);
    if (!stated) return error(name, "is missing");
    const auto value = parse_double(trim(*stated));
    if (!value) return error(name, fmt::format("{} is not a number", in_quotes(*stated)));
    if (std::abs(*value) > most)
        return error(name, fmt::format("{} is larger than {} can be", in_quotes(*stated), most));
    return *value;
}

Result<std::int64_t> XmlReader::integer(std::string_view name, std::int64_t least, std::int64_t most) const {
    const auto stated = attribute(name);
    if (!stated) return error(name, "is missing");
    const auto value = parse_int(trim(*stated));
    if (!value) return error(name, fmt::format("{} is not a whole number", in_quotes(*stated)));
    if (*value < least || *value > most)
        return error(name, fmt::format("{} is not within {} and {}", *value, least, most));
    return *value;
}

Result<bool> XmlReader::flag(std::string_view name, std::optional<bool> absent) const {
    const auto stated = attribute(name);
    if (!stated && absent) return *absent;
    if (!stated) return error(name, "is missing");
    if (*stated != "0" && *stated != "1") return error(name, fmt::format("{} is neither 0 nor 1", in_quotes(*stated)));
    return *stated == "1";
}

Result<Done> skip_element(XmlReader& reader) {
    for (int depth = 1; depth > 0;) {
        const auto event = reader.next();
        if (!event) return event.error();
        depth += *event == XmlReader::Event::Open ? 1 : -1;
    }
    return Done{};
}

struct XmlWriter::Target {
    std::string bytes;
    StreamedFile* file = nullptr;  ///< null: the bytes are held
    xmlTextWriter* writer = nullptr;
    std::string scratch;

    explicit Target(StreamedFile* into);
    /// What XML can hold of a text, until the next one.   source: https://www.w3.org/TR/xml/#charsets
    const xmlChar* printable(std::string_view text) {
        scratch = text;
        std::erase_if(scratch, [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte < 0x20 && c != '\n' && c != '\t';
        });
        return chars(scratch.c_str());
    }

    static int append(void* self, const char* piece, int length) {
        Target& target = *static_cast<Target*>(self);
        const std::string_view text(piece, static_cast<std::size_t>(length));
        if (target.file != nullptr)
            target.file->write(text);
        else
            target.bytes += text;
        return length;
    }
};

XmlWriter::Target::Target(StreamedFile* into) : file(into) {
    writer = xmlNewTextWriter(xmlOutputBufferCreateIO(&Target::append, nullptr, this, nullptr));
    IB_CHECK(writer != nullptr);
    xmlTextWriterSetIndent(writer, 1);
    xmlTextWriterSetIndentString(writer, chars("  "));
    xmlTextWriterStartDocument(writer, nullptr, "UTF-8", nullptr);
}

XmlWriter::XmlWriter() : target_(std::make_unique<Target>(nullptr)) {}

XmlWriter::XmlWriter(StreamedFile& file) : target_(std::make_unique<Target>(&file)) {}

XmlWriter::~XmlWriter() { xmlFreeTextWriter(target_->writer); }

void XmlWriter::open(const char* element) { xmlTextWriterStartElement(target_->writer, chars(element)); }

void XmlWriter::attribute(const char* name, std::string_view value) {
    xmlTextWriterWriteAttribute(target_->writer, chars(name), target_->printable(value));
}

void XmlWriter::attribute(const char* name, std::int64_t value) {
    const fmt::format_int digits(value);
    xmlTextWriterWriteAttribute(target_->writer, chars(name), chars(digits.c_str()));
}

void XmlWriter::text(std::string_view text) { xmlTextWriterWriteString(target_->writer, target_->printable(text)); }

void XmlWriter::close() { xmlTextWriterEndElement(target_->writer); }

void XmlWriter::leaf(const char* element, std::string_view text) {
    open(element);
    this->text(text);
    close();
}

void XmlWriter::leaf(const char* element, std::int64_t value) {
    leaf(element, std::string_view(fmt::to_string(value)));
}

std::string XmlWriter::finish() {
    // Ending the document would put a second line end behind its last element.
    xmlTextWriterFlush(target_->writer);
    return std::move(target_->bytes);
}

bool is_xml_of(std::string_view head, std::string_view root) {
    head = without_bom(head);
    while (true) {
        head = trim(head);
        if (head.size() < 2 || head.front() != '<') return false;
        if (head[1] != '?' && !head.starts_with("<!--")) break;
        const std::string_view end = head[1] == '?' ? "?>" : "-->";
        const auto at = head.find(end);
        if (at == std::string_view::npos) return false;
        head.remove_prefix(at + end.size());
    }
    head.remove_prefix(1);
    if (!head.starts_with(root)) return false;
    head.remove_prefix(root.size());
    return head.empty() || head.front() == '>' || head.front() == '/' || head.front() == ' ' || head.front() == '\n' ||
           head.front() == '\t' || head.front() == '\r';
}

}  // namespace inbetween
