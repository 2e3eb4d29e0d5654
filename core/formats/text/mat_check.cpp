#include "core/formats/text/mat_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "core/formats/text/inflate.h"

namespace inbetween {
namespace {

// Data types and array classes of the format, by its own numbers.
constexpr std::uint32_t type_int8 = 1;
constexpr std::uint32_t type_int32 = 5;
constexpr std::uint32_t type_uint32 = 6;
constexpr std::uint32_t type_matrix = 14;
constexpr std::uint32_t type_compressed = 15;
constexpr std::uint32_t class_cell = 1;
constexpr std::uint32_t class_struct = 2;
constexpr std::uint32_t class_char = 4;
constexpr std::uint32_t class_double = 6;
constexpr std::uint32_t class_uint64 = 15;
constexpr std::uint32_t complex_flag = 0x800;

constexpr std::size_t header_bytes = 128;
constexpr std::uint64_t most_elements = 1ULL << 28;
constexpr int deepest = 16;

/// Bytes of one number of a data type; 0 for those that are no numbers.
std::size_t size_of_type(std::uint32_t type) {
    constexpr std::array<std::size_t, 19> sizes{0, 1, 1, 2, 2, 4, 4, 4, 0, 8, 0, 0, 8, 8, 0, 0, 1, 2, 4};
    return type < sizes.size() ? sizes[type] : 0;
}

struct Element {
    std::uint32_t type = 0;
    std::string_view data;
};

/// Walks through the elements of a file.
class MatWalk {
public:
    explicit MatWalk(bool swapped) : swapped_(swapped) {}

    /// Takes one element off the front; nullopt when it does not fit there.
    std::optional<Element> take(std::string_view& rest) const;
    bool is_good_matrix(std::string_view data, int depth) const;

private:
    std::uint32_t word(std::string_view bytes, std::size_t at) const;
    bool take_matrices(std::string_view& rest, std::uint64_t count, int depth) const;
    bool is_good_struct(std::string_view rest, std::uint64_t elements, int depth) const;
    bool take_numbers(std::string_view& rest, std::uint64_t elements, bool is_text) const;

    bool swapped_;
};

std::uint32_t MatWalk::word(std::string_view bytes, std::size_t at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof(value));
    return swapped_ ? __builtin_bswap32(value) : value;
}

std::optional<Element> MatWalk::take(std::string_view& rest) const {
    constexpr std::size_t tag = 8;
    if (rest.size() < tag) return std::nullopt;
    const std::uint32_t first = word(rest, 0);
    Element element;
    std::size_t whole = tag;
    if (first >> 16 != 0) {
        // Up to four bytes stand within the tag itself.
        const std::size_t size = first >> 16;
        if (size > 4) return std::nullopt;
        element = {first & 0xFFFFU, rest.substr(4, size)};
    } else {
        const std::size_t size = word(rest, 4);
        if (size > rest.size() - tag) return std::nullopt;
        element = {first, rest.substr(tag, size)};
        const bool is_padded = first != type_compressed;
        whole = std::min(rest.size(), tag + (is_padded ? (size + 7) / 8 * 8 : size));
    }
    rest.remove_prefix(whole);
    return element;
}

bool MatWalk::take_matrices(std::string_view& rest, std::uint64_t count, int depth) const {
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto element = take(rest);
        if (!element || element->type != type_matrix) return false;
        if (!element->data.empty() && !is_good_matrix(element->data, depth + 1)) return false;
    }
    return true;
}

bool MatWalk::is_good_struct(std::string_view rest, std::uint64_t elements, int depth) const {
    const auto length = take(rest);
    const auto names = take(rest);
    if (!length || length->type != type_int32 || length->data.size() != 4) return false;
    if (!names || names->type != type_int8) return false;
    const std::uint32_t name_bytes = word(length->data, 0);
    if (name_bytes < 1 || name_bytes > 1024 || names->data.size() % name_bytes != 0) return false;
    for (std::size_t at = 0; at < names->data.size(); at += name_bytes)
        if (names->data.substr(at, name_bytes).find('\0') == std::string_view::npos) return false;
    return take_matrices(rest, elements * (names->data.size() / name_bytes), depth);
}

bool MatWalk::take_numbers(std::string_view& rest, std::uint64_t elements, bool is_text) const {
    const auto data = take(rest);
    if (!data) return false;
    const std::size_t size = size_of_type(data->type);
    if (size == 0) return false;
    // A text of UTF-8 takes one to four bytes a character.
    constexpr std::uint32_t type_utf8 = 16;
    if (is_text && data->type == type_utf8) return data->data.size() >= elements && data->data.size() <= 4 * elements;
    return data->data.size() == elements * size;
}

bool MatWalk::is_good_matrix(std::string_view data, int depth) const {
    if (depth > deepest) return false;
    const auto flags = take(data);
    const auto dims = take(data);
    const auto name = take(data);
    if (!flags || flags->type != type_uint32 || flags->data.size() != 8) return false;
    if (!dims || dims->type != type_int32 || dims->data.size() < 8 || dims->data.size() % 4 != 0) return false;
    if (!name || name->type != type_int8) return false;
    std::uint64_t elements = 1;
    for (std::size_t at = 0; at < dims->data.size(); at += 4) {
        elements *= word(dims->data, at);
        if (elements > most_elements) return false;
    }
    const std::uint32_t array_class = word(flags->data, 0) & 0xFFU;
    if (array_class == class_cell) return take_matrices(data, elements, depth);
    if (array_class == class_struct) return is_good_struct(data, elements, depth);
    const bool is_text = array_class == class_char;
    if (!is_text && (array_class < class_double || array_class > class_uint64)) return false;
    const bool is_complex = (word(flags->data, 0) & complex_flag) != 0;
    return take_numbers(data, elements, is_text) && (!is_complex || take_numbers(data, elements, is_text));
}

bool is_good_variable(const MatWalk& walk, const Element& element) {
    if (element.type == type_matrix) return walk.is_good_matrix(element.data, 0);
    if (element.type != type_compressed) return false;
    const auto bytes = inflated(element.data);
    if (!bytes) return false;
    std::string_view rest = *bytes;
    const auto inner = walk.take(rest);
    return inner && inner->type == type_matrix && walk.is_good_matrix(inner->data, 0);
}

}  // namespace

Result<Done> check_mat_bytes(std::string_view file, std::string_view bytes) {
    if (bytes.size() < header_bytes || !bytes.starts_with("MATLAB ")) return fail("{}: is not a MATLAB file", file);
    const std::string_view version = bytes.substr(header_bytes - 4, 4);
    const bool swapped = version == std::string_view("\x01\x00MI", 4);
    if (version == std::string_view("\x00\x02IM", 4) || version == std::string_view("\x02\x00MI", 4))
        return fail("{}: is a MATLAB file of version 7.3; save it with -v6 or -v7", file);
    if (!swapped && version != std::string_view("\x00\x01IM", 4))
        return fail("{}: is not a MATLAB file of level 5", file);
    const MatWalk walk(swapped);
    int variable = 0;
    for (std::string_view rest = bytes.substr(header_bytes); !rest.empty();) {
        ++variable;
        const auto element = walk.take(rest);
        if (!element || !is_good_variable(walk, *element))
            return fail("{}: variable {}: is damaged, cut off or no plain data", file, variable);
    }
    return Done{};
}

}  // namespace inbetween
