#include "tracking/guard.h"

#include <mutex>
#include <opencv2/core.hpp>

namespace inbetween {

void use_one_opencv_thread() {
    static std::once_flag once;
    std::call_once(once, [] { cv::setNumThreads(1); });
}

}  // namespace inbetween
