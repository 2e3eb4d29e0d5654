#include "tracking/solve_cache.h"

#include "tracking/box_evidence.h"
#include "tracking/solve_memory.h"

namespace inbetween {

SolveCache::SolveCache(std::size_t budget_bytes) : state_(std::make_unique<SolveCacheState>()) {
    state_->budget = budget_bytes;
}

SolveCache::~SolveCache() = default;

std::size_t SolveCache::kept_bytes() const {
    const std::lock_guard lock(state_->mutex);
    return state_->chains.bytes() + state_->evidence.bytes() + state_->planes.bytes() + state_->slow_runs.bytes() +
           state_->looks.bytes();
}

}  // namespace inbetween
