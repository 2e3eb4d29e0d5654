#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/ids.h"

namespace inbetween {

/// An 8-bit sRGB colour.
struct Colour {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    friend bool operator==(const Colour&, const Colour&) = default;
};

/// "#rrggbb", and back; nullopt for any other text.
std::string hex_of(Colour colour);
std::optional<Colour> colour_of(std::string_view hex);

/// The n-th colour for a new label, distinguishable for colour-blind people.   source: Okabe, Ito, "Color Universal
/// Design", 2008.
Colour default_colour(std::size_t n);

enum class AttributeType {
    Checkbox,  ///< "true" or "false"
    Number,
    Text,
    Select,  ///< one of `values`
};

/// "checkbox", "number", "text", "select", and back; nullopt for any other text.
std::string_view name_of(AttributeType type);
std::optional<AttributeType> attribute_type_of(std::string_view name);

/// Something to be said about a track of one label besides its shape.
struct Attribute {
    AttributeId id{};
    std::string name;
    AttributeType type = AttributeType::Text;
    bool is_mutable = false;          ///< a value over frame ranges instead of one for the whole track
    std::vector<std::string> values;  ///< what a Select offers
    std::string default_value;
    friend bool operator==(const Attribute&, const Attribute&) = default;
};

enum class LabelKind {
    Track,   ///< a class of objects
    Action,  ///< what happens over a frame range
};

/// A class.
struct Label {
    LabelId id{};
    std::string name;  ///< unique in a project
    LabelKind kind = LabelKind::Track;
    Colour colour;
    int hotkey = 0;             ///< 1..80, typed as one or two digits; 0: none
    std::optional<int> ava_id;  ///< its number in an AVA label map
    std::vector<Attribute> attributes;
    friend bool operator==(const Label&, const Label&) = default;

    const Attribute* find_attribute(AttributeId id) const;
    const Attribute* find_attribute(std::string_view name) const;
};

}  // namespace inbetween
