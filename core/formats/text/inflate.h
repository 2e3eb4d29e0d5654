#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inbetween {

/// Tells by its first bytes whether a file is packed by gzip.   source: RFC 1952.
bool is_gzip(std::string_view head);

/// What is packed by zlib or by gzip; nullopt when it is damaged, or swells beyond all measure (1 GiB).
std::optional<std::string> inflated(std::string_view data);

}  // namespace inbetween
