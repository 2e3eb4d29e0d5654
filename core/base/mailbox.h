#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace inbetween {

/// Carries moved values from worker threads to the one thread that drains it, in order of arrival.
/// A post calls `wake`, which carries no state and must be callable from any thread.
/// thread: post from any, drain from one.
template <class T>
class Mailbox {
public:
    explicit Mailbox(std::function<void()> wake = {}) : wake_(std::move(wake)) {}
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    void post(T value) {
        {
            std::lock_guard lock(mutex_);
            values_.push_back(std::move(value));
        }
        if (wake_) wake_();
    }

    /// Takes all that has arrived.
    std::vector<T> drain() {
        std::lock_guard lock(mutex_);
        return std::exchange(values_, {});
    }

private:
    std::mutex mutex_;
    std::vector<T> values_;  // guarded by mutex_
    const std::function<void()> wake_;
};

}  // namespace inbetween
