#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>

#include "core/base/check.h"

namespace inbetween {

enum class ErrorKind {
    Failed,     ///< It could not be done.
    Cancelled,  ///< Somebody asked for it to stop; nothing is wrong.
};

/// Why something could not be done: one sentence, "what: why", fit to be shown to a person as it is.
struct Error {
    std::string message;
    ErrorKind kind = ErrorKind::Failed;
};

/// The value of a function that only succeeds or fails.
struct Done {};

/// A value, or the Error that stands in its place. Spelled like C++23's std::expected, which GCC 12 lacks.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    /// requires: has_value().
    T& value() & {
        IB_CHECK(has_value());
        return *std::get_if<0>(&state_);
    }
    const T& value() const& {
        IB_CHECK(has_value());
        return *std::get_if<0>(&state_);
    }
    T&& value() && {
        IB_CHECK(has_value());
        return std::move(*std::get_if<0>(&state_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    /// requires: !has_value().
    const Error& error() const {
        IB_CHECK(!has_value());
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, Error> state_;
};

/// Makes an Error from a format string: `return fail("{}: no video stream", path.string());`
template <class... Args>
Error fail(fmt::format_string<Args...> format, Args&&... args) {
    return Error{fmt::format(format, std::forward<Args>(args)...), ErrorKind::Failed};
}

/// The Error of work that was asked to stop.
inline Error cancelled() { return Error{"cancelled", ErrorKind::Cancelled}; }

}  // namespace inbetween
