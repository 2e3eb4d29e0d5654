#include "core/store/write_queue.h"

#include <algorithm>
#include <chrono>

namespace inbetween {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds first_wait(100);
constexpr milliseconds longest_wait(5000);

}  // namespace

WriteQueue::WriteQueue(std::unique_ptr<ProjectFile> file, std::function<void()> wake)
    : file_(std::move(file)), wake_(std::move(wake)), thread_([this] { run(); }) {}

WriteQueue::~WriteQueue() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
        try_now_ = true;
    }
    work_.notify_one();
    thread_.join();
}

void WriteQueue::push(StoreWrite write) {
    {
        std::lock_guard lock(mutex_);
        queue_.push_back(std::make_shared<const StoreWrite>(std::move(write)));
        try_now_ = true;
    }
    work_.notify_one();
}

Result<Done> WriteQueue::flush() {
    std::unique_lock lock(mutex_);
    const std::int64_t attempts_before = attempts_;
    try_now_ = true;
    work_.notify_one();
    // An attempt that was under way already may fail of what has been mended since: only later ones count.
    attempted_.wait(lock, [&] { return queue_.empty() || failed_attempt_ > attempts_before; });
    if (queue_.empty()) return Done{};
    return Error{problem_.value_or("the project cannot be written")};
}

StoreStatus WriteQueue::status() const {
    StoreStatus status{.notice = file_->notice()};
    std::lock_guard lock(mutex_);
    status.queued = static_cast<std::int64_t>(queue_.size());
    status.durable = durable_;
    status.problem = problem_;
    return status;
}

std::shared_ptr<const StoreWrite> WriteQueue::find_commit(std::int64_t seq) const {
    std::lock_guard lock(mutex_);
    for (const auto& write : queue_)
        if (write->kind == StoreWrite::Kind::Commit && write->seq == seq) return write;
    return nullptr;
}

void WriteQueue::run() {
    milliseconds wait = first_wait;
    for (;;) {
        std::shared_ptr<const StoreWrite> next;
        bool is_last_try = false;
        {
            std::unique_lock lock(mutex_);
            if (problem_)
                work_.wait_for(lock, wait, [&] { return try_now_; });
            else
                work_.wait(lock, [&] { return stop_ || !queue_.empty(); });
            if (queue_.empty()) return;
            try_now_ = false;
            is_last_try = stop_;
            next = queue_.front();
            ++attempts_;
        }
        const Result<Done> outcome = file_->write(*next);
        const bool idle = note_attempt(outcome);
        if (wake_) wake_();
        if (!outcome && is_last_try) return;
        wait = outcome ? first_wait : std::min(wait * 2, longest_wait);
        if (outcome) file_->keep_wal_short(idle);
    }
}

bool WriteQueue::note_attempt(const Result<Done>& outcome) {
    bool idle = false;
    {
        std::lock_guard lock(mutex_);
        if (outcome) {
            queue_.pop_front();
            ++durable_;
            problem_.reset();
        } else {
            problem_ = outcome.error().message;
            failed_attempt_ = attempts_;
        }
        idle = queue_.empty();
    }
    attempted_.notify_all();
    return idle;
}

}  // namespace inbetween
