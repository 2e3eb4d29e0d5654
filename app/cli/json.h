#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace inbetween::cli {

/// JSON whose keys keep the order in which they were stated, so that output is stable.
using Json = nlohmann::ordered_json;

/// The document as indented text. Bytes that are not UTF-8 (a file's name may hold any) become U+FFFD.
inline std::string text_of(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

}  // namespace inbetween::cli
