#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/formats/format.h"

namespace inbetween {

/// The options of one request: what was stated, else the default of the format's table. The first value that makes no
/// sense is kept as error().
class Options {
public:
    Options(const Format& format, const FormatOptions& stated) : format_(format), stated_(stated) {}

    /// requires: the format has an option of that name.
    std::string text(std::string_view name);
    bool is(std::string_view name, std::string_view value) { return text(name) == value; }
    /// "1" is true, "0" false.
    bool flag(std::string_view name);
    double number(std::string_view name, double least, double most);
    std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most);
    /// Keeps the error that the value of an option makes no sense, unless there was one before.
    void reject(std::string_view name, std::string_view why);

    const std::optional<Error>& error() const { return error_; }

private:
    const Format& format_;
    const FormatOptions& stated_;
    std::optional<Error> error_;
};

}  // namespace inbetween
