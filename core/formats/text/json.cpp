#include "core/formats/text/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/formats/text/rows.h"

namespace inbetween {

void Json::restart(std::string_view member, std::int64_t index) {
    nodes_.clear();
    texts_.clear();
    open_.clear();
    key_length_ = 0;
    member_ = member;
    index_ = index;
}

void Json::key(std::string_view text) {
    key_begin_ = static_cast<std::uint32_t>(texts_.size());
    key_length_ = static_cast<std::uint32_t>(text.size());
    texts_ += text;
}

Json::Node& Json::add(Kind kind) {
    const auto at = static_cast<std::uint32_t>(nodes_.size());
    Node& node = nodes_.emplace_back();
    node.kind = kind;
    if (open_.empty()) return node;
    Open& within = open_.back();
    Node& parent = nodes_[within.node];
    node.parent = within.node;
    if (parent.kind == Kind::Object) {
        node.key_begin = key_begin_;
        node.key_length = key_length_;
    }
    if (within.last == none)
        parent.begin = at;
    else
        nodes_[within.last].next = at;
    within.last = at;
    ++parent.length;
    return node;
}

void Json::whole(std::int64_t value) {
    Node& node = add(Kind::Number);
    node.whole = value;
    node.is_whole = true;
}

void Json::text(std::string_view value) {
    Node& node = add(Kind::Text);
    node.begin = static_cast<std::uint32_t>(texts_.size());
    node.length = static_cast<std::uint32_t>(value.size());
    texts_ += value;
}

void Json::open(Kind kind) {
    add(kind);
    open_.push_back({static_cast<std::uint32_t>(nodes_.size() - 1), none});
}

namespace {

/// A step of a path, through a name that may hold anything.
std::string step(std::string_view name) {
    const std::string shown = in_quotes(name);
    return "/" + shown.substr(1, shown.size() - 2);
}

std::string_view name_of(Json::Kind kind) {
    switch (kind) {
        case Json::Kind::Null:
            return "null";
        case Json::Kind::Boolean:
            return "boolean";
        case Json::Kind::Number:
            return "number";
        case Json::Kind::Text:
            return "string";
        case Json::Kind::Array:
            return "array";
        case Json::Kind::Object:
            break;
    }
    return "object";
}

}  // namespace

std::string Json::path_of(std::uint32_t node) const {
    std::string path;
    for (; nodes_[node].parent != none; node = nodes_[node].parent) {
        const Node& parent = nodes_[nodes_[node].parent];
        if (parent.kind == Kind::Object) {
            path = step(key_of(nodes_[node])) + path;
            continue;
        }
        std::int64_t index = 0;
        for (std::uint32_t each = parent.begin; each != node; each = nodes_[each].next) ++index;
        path = fmt::format("[{}]{}", index, path);
    }
    if (index_ >= 0) path = fmt::format("[{}]{}", index_, path);
    return member_.empty() ? path : step(member_) + path;
}

std::string json_text(const JsonOut& json) {
    return json.dump(2, ' ', false, JsonOut::error_handler_t::replace) + "\n";
}

std::string json_line(const JsonOut& json) { return json.dump(-1, ' ', false, JsonOut::error_handler_t::replace); }

void JsonErrors::reject(std::string_view path, std::string_view why) {
    if (!error_) error_ = fail("{}: {}: {}", file_, path, why);
}

std::string JsonAt::path() const {
    return node_ != Json::none ? json_->path_of(node_) : json_->path_of(parent_) + step(missing_);
}

void JsonAt::reject(std::string_view why) const {
    if (errors_->error()) return;
    const std::string at = path();
    errors_->reject(at.empty() ? "/" : at, why);
}

void JsonAt::want(std::string_view kind) const {
    if (node_ == Json::none)
        reject(fmt::format("is missing; {} is wanted", kind));
    else
        reject(fmt::format("is {}, not {}", name_of(node().kind), kind));
}

JsonAt JsonAt::operator[](std::string_view name) const {
    std::uint32_t found = Json::none;
    if (is_object()) {
        for (std::uint32_t each = node().begin; each != Json::none; each = json_->nodes_[each].next)
            if (json_->key_of(json_->nodes_[each]) == name) found = each;
    } else {
        want("an object");
    }
    JsonAt at(*this, found);
    if (found != Json::none) return at;
    at.parent_ = node_ != Json::none ? node_ : parent_;
    at.missing_ = name;
    return at;
}

std::vector<std::pair<std::string, JsonAt>> JsonAt::members() const {
    std::vector<std::pair<std::string, JsonAt>> members;
    if (!is_object()) {
        want("an object");
        return members;
    }
    for (std::uint32_t each = node().begin; each != Json::none; each = json_->nodes_[each].next)
        members.emplace_back(json_->key_of(json_->nodes_[each]), JsonAt(*this, each));
    // By name, and of one name the last.
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto last_ones =
        std::unique(members.rbegin(), members.rend(), [](const auto& a, const auto& b) { return a.first == b.first; });
    members.erase(members.begin(), last_ones.base());
    return members;
}

std::vector<JsonAt> JsonAt::elements() const {
    std::vector<JsonAt> elements;
    if (!is_array()) {
        want("an array");
        return elements;
    }
    elements.reserve(node().length);
    for (std::uint32_t each = node().begin; each != Json::none; each = json_->nodes_[each].next)
        elements.push_back(JsonAt(*this, each));
    return elements;
}

std::vector<JsonAt> JsonAt::elements(std::size_t count) const {
    std::vector<JsonAt> all = elements();
    if (is_array() && all.size() != count) reject(fmt::format("has {} elements, not {}", all.size(), count));
    // What is asked of the elements stays within them; the error is kept.
    while (all.size() < count) {
        all.push_back(JsonAt(*this, Json::none));
        all.back().parent_ = node_ != Json::none ? node_ : parent_;
    }
    return all;
}

/// requires: a number.
double JsonAt::amount() const { return node().is_whole ? static_cast<double>(node().whole) : node().number; }

double JsonAt::number(double most) const {
    if (!is_number()) {
        want("a number");
        return 0;
    }
    const double value = amount();
    if (!std::isfinite(value) || std::abs(value) > most) {
        reject(fmt::format("{} is larger than {} can be", value, most));
        return 0;
    }
    return value;
}

std::size_t JsonAt::numbers(double* values, std::size_t count, double most) const {
    if (!is_array()) {
        want("an array");
        return 0;
    }
    if (node().length != count) {
        reject(fmt::format("has {} elements, not {}", node().length, count));
        return 0;
    }
    JsonAt at(*this, node().begin);
    for (std::size_t i = 0; i < count; ++i, at.node_ = at.node().next) values[i] = at.number(most);
    return count;
}

std::int64_t JsonAt::integer(std::int64_t least, std::int64_t most) const {
    const double value = number(9e15);
    if (!is_number()) return least;
    if (value != std::floor(value)) {
        reject(fmt::format("{} is not whole", value));
        return least;
    }
    const auto whole = static_cast<std::int64_t>(value);
    if (whole < least || whole > most) {
        reject(fmt::format("{} is not within {} and {}", whole, least, most));
        return least;
    }
    return whole;
}

std::int64_t JsonAt::whole() const {
    if (is_number() && node().is_whole) return node().whole;
    want("a whole number");
    return 0;
}

std::string JsonAt::text() const {
    if (is_text()) return std::string(json_->text_of(node()));
    want("a text");
    return {};
}

std::string JsonAt::name() const {
    std::string value = text();
    if (is_text() && (value.empty() || !is_clean_utf8(value))) reject("is no name");
    return value;
}

}  // namespace inbetween
