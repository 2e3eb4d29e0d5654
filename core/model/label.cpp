#include "core/model/label.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace inbetween {
namespace {

/// By AttributeType.
constexpr std::array<std::string_view, 4> type_names{"checkbox", "number", "text", "select"};

}  // namespace

std::string hex_of(Colour colour) { return fmt::format("#{:02x}{:02x}{:02x}", colour.r, colour.g, colour.b); }

std::optional<Colour> colour_of(std::string_view hex) {
    if (hex.size() != 7 || hex.front() != '#') return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(hex.data() + 1, hex.data() + hex.size(), value, 16);
    if (error != std::errc{} || end != hex.data() + hex.size()) return std::nullopt;
    return Colour{static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8 & 0xffU),
                  static_cast<std::uint8_t>(value & 0xffU)};
}

Colour default_colour(std::size_t n) {
    constexpr std::array<Colour, 7> okabe_ito{{{0xe6, 0x9f, 0x00},
                                               {0x56, 0xb4, 0xe9},
                                               {0x00, 0x9e, 0x73},
                                               {0xf0, 0xe4, 0x42},
                                               {0xcc, 0x79, 0xa7},
                                               {0xd5, 0x5e, 0x00},
                                               {0x00, 0x72, 0xb2}}};
    return okabe_ito[n % okabe_ito.size()];
}

std::string_view name_of(AttributeType type) { return type_names[static_cast<std::size_t>(type)]; }

std::optional<AttributeType> attribute_type_of(std::string_view name) {
    const auto found = std::find(type_names.begin(), type_names.end(), name);
    if (found == type_names.end()) return std::nullopt;
    return static_cast<AttributeType>(found - type_names.begin());
}

const Attribute* Label::find_attribute(AttributeId wanted) const {
    for (const Attribute& attribute : attributes)
        if (attribute.id == wanted) return &attribute;
    return nullptr;
}

const Attribute* Label::find_attribute(std::string_view wanted) const {
    for (const Attribute& attribute : attributes)
        if (attribute.name == wanted) return &attribute;
    return nullptr;
}

}  // namespace inbetween
