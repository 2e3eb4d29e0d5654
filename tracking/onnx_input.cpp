#include "tracking/onnx_input.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace inbetween {
namespace {

/// One field of a message: a number, or the bytes of a text or of another message.
struct Field {
    std::uint64_t number = 0;
    std::uint64_t value = 0;
    std::string_view bytes;
};

/// Reads a message field by field; nullopt at its end and at damage.
class Message {
public:
    explicit Message(std::string_view bytes) : left_(bytes) {}

    std::optional<Field> next() {
        const auto tag = varint();
        if (!tag) return std::nullopt;
        Field field{*tag >> 3, 0, {}};
        switch (*tag & 7) {
            case 0: {
                const auto value = varint();
                if (!value) return std::nullopt;
                field.value = *value;
                return field;
            }
            case 1:
                return take(field, 8);
            case 2: {
                const auto length = varint();
                return length ? take(field, *length) : std::nullopt;
            }
            case 5:
                return take(field, 4);
            default:
                return std::nullopt;
        }
    }

private:
    std::optional<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !left_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(left_.front());
            left_.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80) return value;
        }
        return std::nullopt;
    }
    std::optional<Field> take(Field field, std::uint64_t length) {
        if (length > left_.size()) return std::nullopt;
        field.bytes = left_.substr(0, length);
        left_.remove_prefix(length);
        return field;
    }

    std::string_view left_;
};

/// The bytes of all fields of one number.
std::vector<std::string_view> parts(std::string_view message, std::uint64_t number) {
    std::vector<std::string_view> found;
    Message reader(message);
    while (const auto field = reader.next())
        if (field->number == number) found.push_back(field->bytes);
    return found;
}

std::string_view part(std::string_view message, std::uint64_t number) {
    const auto found = parts(message, number);
    return found.empty() ? std::string_view() : found.front();
}

/// ValueInfoProto.type.tensor_type.shape.dim[].dim_value; 0 for one that is not stated.
std::vector<std::int64_t> sides_of(std::string_view input) {
    std::vector<std::int64_t> sides;
    for (const std::string_view dimension : parts(part(part(part(input, 2), 1), 2), 1)) {
        std::int64_t side = 0;
        Message reader(dimension);
        while (const auto field = reader.next())
            if (field->number == 1) side = static_cast<std::int64_t>(field->value);
        sides.push_back(side);
    }
    return sides;
}

}  // namespace

std::optional<Size> onnx_input_size(std::string_view bytes) {
    constexpr std::int64_t largest = 4096;
    const std::string_view graph = part(bytes, 7);
    std::set<std::string_view> weights;
    for (const std::string_view tensor : parts(graph, 5)) weights.insert(part(tensor, 8));
    for (const std::string_view input : parts(graph, 11)) {
        const auto sides = sides_of(input);
        if (weights.contains(part(input, 1)) || sides.size() != 4) continue;
        if (sides[2] < 1 || sides[3] < 1 || sides[2] > largest || sides[3] > largest) return std::nullopt;
        return Size{static_cast<int>(sides[3]), static_cast<int>(sides[2])};
    }
    return std::nullopt;
}

}  // namespace inbetween
