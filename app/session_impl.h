#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "app/session.h"
#include "core/base/mailbox.h"
#include "core/video/cached_source.h"

// For the session's own source files.
namespace inbetween {

/// The system's clock, monotonic.   units: seconds.
double system_seconds();

/// Passes wakes on to the owner's function and to Session::wait().
/// thread: wake from any; wait from the owner's.
class Session::Waker {
public:
    explicit Waker(std::function<void()> pass_on) : pass_on_(std::move(pass_on)) {}
    void wake();
    /// Returns at once if there was a wake since the last call, else at the next one, or after the time at the latest.
    void wait(double seconds);

private:
    std::mutex mutex_;
    std::condition_variable woken_;
    bool was_woken_ = false;  // guarded by mutex_
    const std::function<void()> pass_on_;
};

/// A video being opened and indexed on a thread of its own.
struct Session::Opening {
    struct Arrival {
        Result<CachedSource> opened;
        std::optional<std::string> warning;  ///< how it differs from the video that was annotated
    };
    explicit Opening(const std::function<void()>& wake) : arrivals(wake), pictures(wake) {}

    Mailbox<Arrival> arrivals;
    Mailbox<PicturePtr> pictures;  ///< frame 0, before the rest is indexed
    std::jthread thread;           // last, so that it is joined before its mailbox goes
};

}  // namespace inbetween
