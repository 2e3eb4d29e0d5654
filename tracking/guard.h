#pragma once

#include <exception>
#include <string_view>

#include "core/base/result.h"

namespace inbetween {

/// Keeps OpenCV from starting threads of its own: the jobs' workers are the parallelism, and sums stay in one order.
void use_one_opencv_thread();

/// Keeps OpenCV from writing to standard error what it throws or logs: guarded() hands it on.
void silence_opencv();

/// Runs work that calls OpenCV; what OpenCV throws becomes an Error that names `what` was being done.
template <class T, class Work>
Result<T> guarded(std::string_view what, Work&& work) {
    try {
        return work();
    } catch (const std::exception& e) {
        return fail("{}: {}", what, e.what());
    }
}

/// Runs work that calls OpenCV and whose failure has a harmless answer.
template <class T, class Work>
T guarded_or(T otherwise, Work&& work) {
    try {
        return work();
    } catch (const std::exception&) {
        return otherwise;
    }
}

}  // namespace inbetween
