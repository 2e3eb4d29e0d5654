#pragma once

#include <cstddef>
#include <memory>

namespace inbetween {

struct SolveCacheState;

/// What the solves of one video found out and later ones need again: the camera's steps, the chains from keyframes, and
/// all that the pixels say of a span. Each is kept by exactly what it was computed from, so that a solve gives the same
/// with and without it; what was not used for longest goes first.
/// thread: any.
class SolveCache {
public:
    static constexpr std::size_t usual_bytes = std::size_t{256} << 20;
    explicit SolveCache(std::size_t budget_bytes = usual_bytes);
    ~SolveCache();
    SolveCache(const SolveCache&) = delete;
    SolveCache& operator=(const SolveCache&) = delete;

    /// How it is kept: tracking/solve_memory.h.
    SolveCacheState& state() { return *state_; }
    /// Bytes kept of spans and chains.
    std::size_t kept_bytes() const;

private:
    std::unique_ptr<SolveCacheState> state_;
};

}  // namespace inbetween
