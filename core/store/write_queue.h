#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "core/store/project_file.h"
#include "core/store/store.h"

namespace inbetween {

/// The writes on their way to the file, and the thread that makes them durable one by one, in order. A write that fails
/// stays at the front and is tried again: at the next push or flush, and by itself ever more seldom.
class WriteQueue {
public:
    WriteQueue(std::unique_ptr<ProjectFile> file, std::function<void()> wake);
    ~WriteQueue();  ///< writes what can be written, and closes the file
    WriteQueue(const WriteQueue&) = delete;
    WriteQueue& operator=(const WriteQueue&) = delete;

    void push(StoreWrite write);
    /// Waits until all that was pushed is durable.   errors: why it is not; the queue is kept.
    Result<Done> flush();
    StoreStatus status() const;
    /// The commit of this step, if it is still on its way.
    std::shared_ptr<const StoreWrite> find_commit(std::int64_t seq) const;
    std::filesystem::path file() const { return file_->file(); }

private:
    void run();
    /// returns: whether nothing is left to write.
    bool note_attempt(const Result<Done>& outcome);

    const std::unique_ptr<ProjectFile> file_;  // used by thread_ once it runs, but for its thread-safe parts
    const std::function<void()> wake_;
    mutable std::mutex mutex_;
    std::condition_variable work_;                         // something to do for thread_
    std::condition_variable attempted_;                    // thread_ has tried a write
    std::deque<std::shared_ptr<const StoreWrite>> queue_;  // guarded by mutex_; the front is being written
    std::int64_t durable_ = 0;                             // guarded by mutex_
    std::int64_t attempts_ = 0;                            // guarded by mutex_; begun
    std::int64_t failed_attempt_ = 0;                      // guarded by mutex_; the last that failed
    std::optional<std::string> problem_;                   // guarded by mutex_
    bool try_now_ = false;                                 // guarded by mutex_
    bool stop_ = false;                                    // guarded by mutex_
    std::thread thread_;
};

}  // namespace inbetween
