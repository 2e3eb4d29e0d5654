#include "core/formats/text/row_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace inbetween {
namespace {

/// Edges and sizes lie on the storage grid, centres on half steps of it.
constexpr double edge_steps_per_px = shape_grid_per_px;
constexpr double centre_steps_per_px = 2 * shape_grid_per_px;

double snapped(double value, double steps) { return std::round(value * steps) / steps; }

/// A number of pixels, divided by `unit`, with the fewest decimals that lead back to it.
std::string fewest_decimals(double pixels, double unit, double steps) {
    constexpr int most = 14;
    for (int decimals = 0; decimals < most; ++decimals) {
        std::string text = format_number(pixels / unit, decimals);
        if (const auto value = parse_double(text); value && snapped(*value * unit, steps) == snapped(pixels, steps))
            return text;
    }
    return format_number(pixels / unit, most);
}

constexpr std::string_view known_tokens =
    "fn, iname, cname, classid, id, x1, y1, x2, y2, cx, cy, w, h, the same after an n, difficult, c=TEXT, and n before "
    "a group [...]*n";

/// Low end and size of an axis by any two of its parts.
std::optional<std::pair<double, double>> span_of(const std::array<std::optional<double>, 4>& parts) {
    const auto& [low, high, centre, size] = parts;
    if (low && high) return std::pair(*low, *high - *low);
    if (low && size) return std::pair(*low, *size);
    if (high && size) return std::pair(*high - *size, *size);
    if (centre && size) return std::pair(*centre - *size / 2, *size);
    if (low && centre) return std::pair(*low, 2 * (*centre - *low));
    if (high && centre) return std::pair(2 * *centre - *high, 2 * (*high - *centre));
    return std::nullopt;
}

}  // namespace

std::optional<RowTemplate::Item> RowTemplate::item_of(std::string_view name) {
    Item item{.name = std::string(name), .constant = {}};
    if (name.starts_with("c=")) {
        item.constant = name.substr(2);
        return item;
    }
    constexpr std::array<std::pair<std::string_view, Token>, 7> plain{{{"fn", Token::Frame},
                                                                       {"iname", Token::Image},
                                                                       {"cname", Token::Label},
                                                                       {"classid", Token::ClassId},
                                                                       {"id", Token::Identity},
                                                                       {"difficult", Token::Difficult},
                                                                       {"n", Token::Count}}};
    for (const auto& [known, token] : plain) {
        if (name != known) continue;
        item.token = token;
        return item;
    }
    item.token = Token::Coordinate;
    item.is_share = name.starts_with('n');
    if (item.is_share) name.remove_prefix(1);
    constexpr std::array<std::pair<std::string_view, Part>, 8> parts{{{"x1", Part::Low},
                                                                      {"y1", Part::Low},
                                                                      {"x2", Part::High},
                                                                      {"y2", Part::High},
                                                                      {"cx", Part::Centre},
                                                                      {"cy", Part::Centre},
                                                                      {"w", Part::Size},
                                                                      {"h", Part::Size}}};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (name != parts[i].first) continue;
        item.part = parts[i].second;
        item.axis = static_cast<int>(i % 2);
        return item;
    }
    return std::nullopt;
}

Result<std::vector<RowTemplate::Item>> RowTemplate::items_of(std::string_view text) {
    std::vector<Item> items;
    for (const std::string_view piece : split(text, ',')) {
        const std::string_view name = trim(piece);
        if (name.empty()) return fail("a token is missing between two commas or at an end");
        auto item = item_of(name);
        if (!item) return fail("{} is no token; there are {}", in_quotes(name), known_tokens);
        const auto is_same = [&](const Item& other) {
            return item->token == other.token && item->axis == other.axis && item->part == other.part;
        };
        if (item->token != Token::Constant && std::any_of(items.begin(), items.end(), is_same))
            return fail("{} is stated twice", in_quotes(name));
        items.push_back(std::move(*item));
    }
    return items;
}

Result<Done> RowTemplate::take_groups(std::string_view text) {
    text = trim(text);
    const auto open = text.find('[');
    const auto close = text.find(']');
    if ((open == std::string_view::npos) != (close == std::string_view::npos) || open > close)
        return fail("a bracket is not closed or not opened");
    std::string_view row = text;
    std::string_view group;
    if (open != std::string_view::npos) {
        const std::string_view after = trim(text.substr(close + 1));
        const std::string_view inside = text.substr(open + 1, close - open - 1);
        if (inside.find('[') != std::string_view::npos) return fail("a group stands within another one");
        if (open == 0 && after.empty()) {
            row = inside;  // as a list in darklabel.yml
        } else {
            if (after.empty() || after.front() != '*' || trim(after.substr(1)) != "n")
                return fail("a group [...] wants *n after it, and nothing more");
            row = trim(text.substr(0, open));
            if (!row.ends_with(',')) return fail("a group [...]*n wants tokens and a comma before it, n among them");
            row.remove_suffix(1);
            group = inside;
        }
    }
    auto items = items_of(row);
    if (!items) return items.error();
    items_ = std::move(*items);
    if (group.empty()) return Done{};
    auto repeated = items_of(group);
    if (!repeated) return repeated.error();
    group_ = std::move(*repeated);
    return Done{};
}

bool RowTemplate::has(Token token) const {
    const auto is = [&](const Item& item) { return item.token == token; };
    return std::any_of(items_.begin(), items_.end(), is) || std::any_of(group_.begin(), group_.end(), is);
}

Result<Done> RowTemplate::check() const {
    if (has_group() && !has(Token::Count)) return fail("a group [...]*n wants n before it");
    if (!has_group() && has(Token::Count)) return fail("n wants a group [...]*n after it");
    for (const Item& item : items_) {
        const bool is_of_frame = item.token == Token::Frame || item.token == Token::Image ||
                                 item.token == Token::Count || item.token == Token::Constant;
        if (has_group() && !is_of_frame) return fail("{} stands outside of the group", in_quotes(item.name));
    }
    for (const Item& item : group_)
        if (item.token == Token::Frame || item.token == Token::Image || item.token == Token::Count)
            return fail("{} stands within the group", in_quotes(item.name));
    std::array<Axis, 2> axes{};
    for (const auto* items : {&items_, &group_})
        for (const Item& item : *items)
            if (item.token == Token::Coordinate)
                axes.at(static_cast<std::size_t>(item.axis)).at(static_cast<std::size_t>(item.part)) = 0;
    if (!span_of(axes[0])) return fail("wants two of x1, x2, cx and w to tell where a box begins and ends");
    if (!span_of(axes[1])) return fail("wants two of y1, y2, cy and h to tell where a box begins and ends");
    return Done{};
}

Result<RowTemplate> RowTemplate::compile(std::string_view text, std::string delimiter) {
    RowTemplate made;
    made.delimiter_ = std::move(delimiter);
    if (auto taken = made.take_groups(text); !taken) return taken.error();
    if (auto checked = made.check(); !checked) return checked.error();
    return made;
}

std::vector<std::string_view> RowTemplate::pieces_of(std::string_view line) const {
    if (delimiter_ == " ") return split_blanks(line);
    std::vector<std::string_view> pieces;
    while (true) {
        const auto at = line.find(delimiter_);
        pieces.push_back(trim(line.substr(0, at)));
        if (at == std::string_view::npos) break;
        line.remove_prefix(at + delimiter_.size());
    }
    // Some writers end a row with a delimiter.
    if (pieces.size() > 1 && pieces.back().empty()) pieces.pop_back();
    return pieces;
}

void RowTemplate::read_item(const Item& item, Fields& fields, std::size_t index, TemplateBox& box,
                            std::array<Axis, 2>& axes, const std::array<double, 2>& size) const {
    switch (item.token) {
        case Token::Frame:
            box.frame = fields.integer(index, item.name, 0, largest_frame);
            break;
        case Token::Image:
            box.image = fields.text(index, item.name);
            break;
        case Token::Label:
            box.label = fields.text(index, item.name);
            if (box.label.empty() || !is_clean_utf8(box.label)) fields.reject(item.name, "is no name");
            break;
        case Token::ClassId:
            box.class_id = fields.integer(index, item.name, 0, largest_frame);
            break;
        case Token::Identity:
            box.identity = fields.integer(index, item.name, -1, largest_number);
            break;
        case Token::Difficult:
            box.difficult = fields.flag(index, item.name);
            break;
        case Token::Coordinate: {
            const double stated = fields.number(index, item.name, largest_coordinate_px);
            const auto axis = static_cast<std::size_t>(item.axis);
            if (item.is_share && std::abs(stated) > 1000) fields.reject(item.name, "is no share of the picture");
            const double steps = item.part == Part::Centre ? centre_steps_per_px : edge_steps_per_px;
            axes.at(axis).at(static_cast<std::size_t>(item.part)) =
                snapped(stated * (item.is_share ? size.at(axis) : 1), steps);
            break;
        }
        case Token::Constant:
        case Token::Count:
            break;
    }
}

Result<std::vector<TemplateBox>> RowTemplate::read(std::string_view line, const Place& place, double width,
                                                   double height) const {
    std::vector<std::string_view> pieces = pieces_of(line);
    const std::size_t stated = pieces.size();
    Fields fields(place, std::move(pieces));
    std::size_t count = 1;
    for (std::size_t i = 0; i < items_.size(); ++i)
        if (items_[i].token == Token::Count)
            count = static_cast<std::size_t>(fields.integer(i, items_[i].name, 0, largest_frame));
    const std::size_t wanted = items_.size() + (has_group() ? count * group_.size() : 0);
    if (stated != wanted) fields.reject("row", fmt::format("has {} fields, and the template wants {}", stated, wanted));
    if (fields.error()) return *fields.error();
    const std::array<double, 2> size{width, height};
    TemplateBox shared;
    std::array<Axis, 2> axes{};
    for (std::size_t i = 0; i < items_.size(); ++i) read_item(items_[i], fields, i, shared, axes, size);
    std::vector<TemplateBox> boxes(count, shared);
    for (std::size_t n = 0; n < count; ++n) {
        if (has_group()) axes = {};
        for (std::size_t i = 0; i < group_.size(); ++i)
            read_item(group_[i], fields, items_.size() + n * group_.size() + i, boxes[n], axes, size);
        const auto across = span_of(axes[0]);
        const auto down = span_of(axes[1]);
        if (across->second < 0) fields.reject("row", "the box's right edge lies left of its left edge");
        if (down->second < 0) fields.reject("row", "the box's lower edge lies above its upper edge");
        boxes[n].box = {across->first, down->first, across->second, down->second};
    }
    if (fields.error()) return *fields.error();
    return boxes;
}

std::string RowTemplate::text_of(const Item& item, const TemplateBox& box, std::size_t count,
                                 const std::array<double, 2>& size) const {
    switch (item.token) {
        case Token::Frame:
            return fmt::to_string(box.frame);
        case Token::Image:
            return box.image;
        case Token::Label:
            return box.label;
        case Token::ClassId:
            return fmt::to_string(box.class_id);
        case Token::Identity:
            return fmt::to_string(box.identity);
        case Token::Difficult:
            return box.difficult ? "1" : "0";
        case Token::Constant:
            return item.constant;
        case Token::Count:
            return fmt::to_string(count);
        case Token::Coordinate:
            break;
    }
    const double low = item.axis == 0 ? box.box.x : box.box.y;
    const double length = item.axis == 0 ? box.box.w : box.box.h;
    const double value = item.part == Part::Low      ? low
                         : item.part == Part::High   ? low + length
                         : item.part == Part::Centre ? low + length / 2
                                                     : length;
    const double steps = item.part == Part::Centre ? centre_steps_per_px : edge_steps_per_px;
    return fewest_decimals(value, item.is_share ? size.at(static_cast<std::size_t>(item.axis)) : 1, steps);
}

std::string RowTemplate::write(const std::vector<TemplateBox>& boxes, double width, double height) const {
    const std::array<double, 2> size{width, height};
    std::string text;
    const auto add = [&](const std::vector<Item>& items, const TemplateBox& box, bool& is_first) {
        for (const Item& item : items) {
            if (!is_first) text += delimiter_;
            is_first = false;
            text += text_of(item, box, boxes.size(), size);
        }
    };
    bool is_first = true;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        if (i == 0 || !has_group()) {
            is_first = true;
            add(items_, boxes[i], is_first);
        }
        add(group_, boxes[i], is_first);
        if (!has_group() || i + 1 == boxes.size()) text += '\n';
    }
    return text;
}

}  // namespace inbetween
