#pragma once

#include <string_view>

#include "core/formats/text/streamed_file.h"

namespace inbetween {

/// Writes the elements of a JSON array, each on a line of its own, between the brackets that others write.
class JsonLines {
public:
    explicit JsonLines(StreamedFile& file) : file_(file) {}
    void add(std::string_view element) {
        file_.write(is_first_ ? "\n" : ",\n");
        file_.write(element);
        is_first_ = false;
    }

private:
    StreamedFile& file_;
    bool is_first_ = true;
};

}  // namespace inbetween
