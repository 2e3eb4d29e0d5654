#include "tracking/guard.h"

#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>

namespace inbetween {

void use_one_opencv_thread() {
    static std::once_flag once;
    std::call_once(once, [] { cv::setNumThreads(1); });
}

void silence_opencv() {
    static std::once_flag once;
    std::call_once(once, [] {
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
    });
}

}  // namespace inbetween
