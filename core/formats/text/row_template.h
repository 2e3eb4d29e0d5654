#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/formats/text/rows.h"
#include "core/model/shape.h"

namespace inbetween {

/// One box as a row of text states it; what the template has no token for is at its default.
struct TemplateBox {
    std::int64_t frame = 0;      ///< as stated, whatever the first one's number is
    std::string image;           ///< name of the image file
    std::string label;           ///< name of the class
    std::int64_t class_id = 0;   ///< number of the class, from 0
    std::int64_t identity = -1;  ///< number of the object; negative: none
    Box box;                     ///< in pixels, on the storage grid
    bool difficult = false;
};

/// Rows of text as a user describes them, compiled once and used both for reading and for writing.
///
/// Tokens, separated by commas: fn (number of the frame), iname (name of the image), cname (name of the class), classid
/// (its number, from 0), id (of the object), x1 y1 x2 y2 cx cy w h (edges, centre and size in pixels), the same after
/// an n (as shares of the picture: nx1 ... nh), difficult (0 or 1), c=TEXT (that text; anything is read for it).
/// `fn, n, [id, x1, y1, x2, y2, cname]*n` repeats the group n times in a row.
/// source: DarkLabel 2.4, darklabel.yml, of which data_fmt is such a template.
class RowTemplate {
public:
    /// errors: one sentence on what is wrong with the template.   requires: a delimiter of at least a character.
    static Result<RowTemplate> compile(std::string_view text, std::string delimiter);

    bool has_frame() const { return has(Token::Frame); }
    bool has_image() const { return has(Token::Image); }
    bool has_label() const { return has(Token::Label); }
    bool has_class_id() const { return has(Token::ClassId); }
    bool has_identity() const { return has(Token::Identity); }
    bool has_difficult() const { return has(Token::Difficult); }
    /// A row states all boxes of a frame.
    bool has_group() const { return !group_.empty(); }
    const std::string& delimiter() const { return delimiter_; }

    /// The boxes of one line.   errors: what is malformed, by line and token.
    /// requires: the picture's size, where the template has shares of it.
    Result<std::vector<TemplateBox>> read(std::string_view line, const Place& place, double width, double height) const;

    /// The boxes of one frame as lines: one, where there is a group, else one each.
    std::string write(const std::vector<TemplateBox>& boxes, double width, double height) const;

private:
    enum class Token { Frame, Image, Label, ClassId, Identity, Coordinate, Difficult, Constant, Count };
    /// What a coordinate says of its axis.
    enum class Part { Low, High, Centre, Size };
    struct Item {
        Token token = Token::Constant;
        std::string name;  ///< as it stands in the template
        std::string constant;
        int axis = 0;  ///< 0: x, 1: y
        Part part = Part::Low;
        bool is_share = false;
    };
    /// The stated parts of one axis.
    using Axis = std::array<std::optional<double>, 4>;

    static std::optional<Item> item_of(std::string_view name);
    static Result<std::vector<Item>> items_of(std::string_view text);
    Result<Done> take_groups(std::string_view text);
    Result<Done> check() const;
    bool has(Token token) const;
    std::vector<std::string_view> pieces_of(std::string_view line) const;
    void read_item(const Item& item, Fields& fields, std::size_t index, TemplateBox& box, std::array<Axis, 2>& axes,
                   const std::array<double, 2>& size) const;
    std::string text_of(const Item& item, const TemplateBox& box, std::size_t count,
                        const std::array<double, 2>& size) const;

    std::string delimiter_;
    std::vector<Item> items_;  ///< of the row, up to the group
    std::vector<Item> group_;
};

}  // namespace inbetween
