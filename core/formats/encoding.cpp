#include "core/formats/encoding.h"

#include "core/base/text.h"
#include "core/formats/text/inflate.h"
#include "core/formats/text/rows.h"

namespace inbetween {

std::optional<std::string> fault_of_head(std::string_view head) {
    using namespace std::string_view_literals;
    if (trim(without_bom(head)).empty()) return "the file is empty: nothing to import";
    for (const std::string_view mark : {"\xFF\xFE\0\0"sv, "\0\0\xFE\xFF"sv})
        if (head.starts_with(mark)) return "is UTF-32 text; save it as UTF-8";
    for (const std::string_view mark : {"\xFF\xFE"sv, "\xFE\xFF"sv})
        if (head.starts_with(mark)) return "is UTF-16 text; save it as UTF-8";
    return std::nullopt;
}

std::optional<std::string> fault_of_packed(std::string_view head) {
    if (head.starts_with("PK\x03\x04")) return "is a zip archive; unpack it and import what is in it";
    if (is_gzip(head)) return "is packed by gzip; unpack it first";
    return std::nullopt;
}

}  // namespace inbetween
