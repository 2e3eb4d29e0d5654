#pragma once

#include <optional>
#include <string_view>

#include "core/video/picture.h"

namespace inbetween {

/// The size of the picture that an ONNX model states as its input: of its first input of four dimensions that is no
/// weight, the last two.   returns: nullopt where the bytes are no model or the size is not stated.
/// source: onnx.proto3, and the wire format of Protocol Buffers.
std::optional<Size> onnx_input_size(std::string_view bytes);

}  // namespace inbetween
