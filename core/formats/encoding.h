#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inbetween {

/// Why the text that begins so is read by no format: UTF-16 or UTF-32, or nothing at all.
/// returns: "is UTF-16 text; save it as UTF-8"; nullopt for any other.
std::optional<std::string> fault_of_head(std::string_view head);

/// Why a file that begins so is read by no format: it is packed.   returns: nullopt for any other.
std::optional<std::string> fault_of_packed(std::string_view head);

}  // namespace inbetween
