#pragma once

#include <string_view>

#include "core/formats/format.h"

namespace inbetween {

/// Reads the program's own JSON as a stream, one track held at a time.   errors: file, element and field.
Result<ReadResult> read_plain_json(const ReadRequest& request);

/// The JSON Schema of the program's own JSON.   source: https://json-schema.org, draft 2020-12.
std::string_view plain_json_schema();

}  // namespace inbetween
