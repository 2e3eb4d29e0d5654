#pragma once

#include <source_location>

namespace inbetween {

/// Logs the failed condition with its place to stderr and aborts. Called by IB_CHECK only.
[[noreturn]] void check_failed(const char* condition, const std::source_location& where);

}  // namespace inbetween

/// States what must hold whatever a user does: a failure is a bug of ours. On in release builds too.
#define IB_CHECK(condition)                                                                       \
    do {                                                                                          \
        if (!(condition)) ::inbetween::check_failed(#condition, std::source_location::current()); \
    } while (false)
