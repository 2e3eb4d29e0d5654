#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>

#include "tracking/solver.h"

namespace inbetween {

/// Fills spans of one video one after the other on the caller's thread, and keeps converted frames, and what the
/// pixels said, from one to the next. thread: one at a time, that of its source.
class SpanFiller {
public:
    explicit SpanFiller(FrameSource& source, std::size_t image_bytes = std::size_t{256} << 20);
    ~SpanFiller();
    SpanFiller(const SpanFiller&) = delete;
    SpanFiller& operator=(const SpanFiller&) = delete;

    /// errors: those of the solver.
    Result<SpanFill> fill(const Solver& solver, const SpanTask& task, const std::stop_token& stop);

private:
    FrameSource& source_;
    std::unique_ptr<ImageCache> images_;
    std::unique_ptr<SolveCache> known_;
};

}  // namespace inbetween
