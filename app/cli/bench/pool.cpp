#include "app/cli/bench/pool.h"

#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <optional>
#include <semaphore>
#include <thread>

namespace inbetween::bench {

namespace {

Result<Done> run_piece(const Piece& piece, const std::stop_token& stop) {
    if (stop.stop_requested()) return cancelled();
    try {
        return piece(stop);
    } catch (const std::exception& e) {
        return fail("bench: {}", e.what());
    }
}

}  // namespace

Result<Done> run_all(const std::vector<Piece>& pieces, int threads, const std::function<bool(double)>& go_on) {
    std::vector<Result<Done>> results(pieces.size(), Done{});
    std::atomic<std::size_t> next = 0;
    std::atomic<std::size_t> done = 0;
    std::stop_source stop;
    std::counting_semaphore<> woken(0);
    std::vector<std::jthread> workers;
    const auto work = [&] {
        for (std::size_t i = next++; i < pieces.size(); i = next++) {
            results[i] = run_piece(pieces[i], stop.get_token());
            if (!results[i]) stop.request_stop();
            ++done;
            woken.release();
        }
    };
    const auto count = std::min(pieces.size(), static_cast<std::size_t>(std::max(1, threads)));
    for (std::size_t i = 0; i < count; ++i) workers.emplace_back(work);
    bool asked_to_stop = false;
    while (done < pieces.size()) {
        (void)woken.try_acquire_for(std::chrono::milliseconds(100));
        if (asked_to_stop || go_on(static_cast<double>(done) / static_cast<double>(pieces.size()))) continue;
        asked_to_stop = true;
        stop.request_stop();
    }
    workers.clear();
    if (asked_to_stop) return cancelled();
    for (const auto& result : results) {
        if (!result && result.error().kind != ErrorKind::Cancelled) return result;
    }
    return Done{};
}

Error named(const Error& error, const std::string& sequence, const std::string& method) {
    if (error.kind == ErrorKind::Cancelled) return error;
    return fail("{}, {}: {}", sequence, method, error.message);
}

double thread_cpu_secs() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace inbetween::bench
