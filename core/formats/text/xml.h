#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/text/rows.h"
#include "core/formats/text/streamed_file.h"

namespace inbetween {

/// Walks through an XML text element by element, without holding a tree of it. The text must outlive it.
class XmlReader {
public:
    enum class Event { Open, Close, End };

    XmlReader(std::string_view file, std::string_view text);
    /// Of an open file, of which little more is held than the element at hand. It must outlive the reader.
    XmlReader(std::string_view file, std::istream& in);
    ~XmlReader();
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    /// Goes on to where the next element opens or closes; an empty element does both.
    /// errors: text that is not well-formed, or declares a document type; the error names file and line.
    Result<Event> next();

    /// The element that opened or closed.
    std::string_view name() const { return name_; }
    /// The elements around the one at hand, outermost first; it is not among them.
    const std::vector<std::string>& around() const { return around_; }
    /// The element right around the one at hand; empty for the root.
    std::string_view parent() const { return around_.empty() ? std::string_view() : std::string_view(around_.back()); }
    /// After Open: an attribute of the element; nullopt when it is not stated.
    std::optional<std::string_view> attribute(std::string_view name) const;
    /// After Close: the characters since the last element opened or closed.
    std::string_view text() const { return text_; }
    /// Where the element at hand stands.
    Place place() const { return {file_, line_}; }

    /// An attribute of the element that opened as a finite number.   errors: not stated, or none; names the attribute.
    Result<double> number(std::string_view attribute, double most) const;
    /// An attribute as a whole number.
    Result<std::int64_t> integer(std::string_view attribute, std::int64_t least, std::int64_t most) const;
    /// An attribute as "0" or "1"; `absent` where it is not stated.   errors: other values; not stated, without
    /// `absent`.
    Result<bool> flag(std::string_view attribute, std::optional<bool> absent = std::nullopt) const;
    /// "file:line: element: field: why".
    Error error(std::string_view field, std::string_view why) const;

private:
    struct Parser;
    Error syntax_error() const;
    void take_attributes();

    std::string_view file_;
    std::unique_ptr<Parser> parser_;
    std::int64_t line_ = 0;
    std::string name_;
    std::string text_;
    std::vector<std::string> around_;
    bool was_open_ = false;     ///< the element at hand opened and its parts follow
    bool closes_next_ = false;  ///< the element at hand is empty: it closes before anything else is read
    std::vector<std::pair<std::string, std::string>> attributes_;
    std::size_t attribute_count_ = 0;  ///< how many of attributes_ are of the element at hand
};

/// Goes on to where the element that has opened closes.
Result<Done> skip_element(XmlReader& reader);

/// Writes an XML text, indented by two blanks. Characters that XML cannot hold are left out.
class XmlWriter {
public:
    XmlWriter();
    /// Writes into a file instead of holding the text.
    explicit XmlWriter(StreamedFile& file);
    ~XmlWriter();
    XmlWriter(const XmlWriter&) = delete;
    XmlWriter& operator=(const XmlWriter&) = delete;

    void open(const char* element);
    /// requires: the element was opened and holds nothing yet.
    void attribute(const char* name, std::string_view value);
    void attribute(const char* name, std::int64_t value);
    void text(std::string_view text);
    void close();
    /// An element that holds this text only.
    void leaf(const char* element, std::string_view text);
    void leaf(const char* element, std::int64_t value);
    /// Ends the document.   requires: every element is closed.   returns: all of it, unless it went into a file.
    std::string finish();

private:
    struct Target;
    std::unique_ptr<Target> target_;
};

/// Tells whether a head of a file is XML whose first element has that name.
bool is_xml_of(std::string_view head, std::string_view root);

}  // namespace inbetween
