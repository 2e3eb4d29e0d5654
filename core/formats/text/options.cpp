#include "core/formats/text/options.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace inbetween {

std::string Options::text(std::string_view name) {
    if (const auto found = stated_.find(name); found != stated_.end()) return found->second;
    const auto option = std::find_if(format_.options.begin(), format_.options.end(),
                                     [&](const FormatOption& known) { return known.name == name; });
    IB_CHECK(option != format_.options.end());
    return std::string(option->default_value);
}

bool Options::flag(std::string_view name) {
    const std::string value = text(name);
    if (value != "0" && value != "1") reject(name, fmt::format("{} is neither 0 nor 1", in_quotes(value)));
    return value == "1";
}

double Options::number(std::string_view name, double least, double most) {
    const std::string value = text(name);
    const auto parsed = parse_double(value);
    if (!parsed)
        reject(name, fmt::format("{} is not a number", in_quotes(value)));
    else if (*parsed < least || *parsed > most)
        reject(name, fmt::format("{} is not within {} and {}", *parsed, least, most));
    return parsed.value_or(0);
}

std::int64_t Options::integer(std::string_view name, std::int64_t least, std::int64_t most) {
    const std::string value = text(name);
    const auto parsed = parse_int(value);
    if (!parsed)
        reject(name, fmt::format("{} is not a whole number", in_quotes(value)));
    else if (*parsed < least || *parsed > most)
        reject(name, fmt::format("{} is not within {} and {}", *parsed, least, most));
    return parsed.value_or(0);
}

void Options::reject(std::string_view name, std::string_view why) {
    if (!error_) error_ = fail("{}: option {}: {}", format_.id, name, why);
}

}  // namespace inbetween
