#include "tracking/span_filler.h"

#include "tracking/guard.h"
#include "tracking/image_cache.h"
#include "tracking/solve_cache.h"

namespace inbetween {

SpanFiller::SpanFiller(FrameSource& source, std::size_t image_bytes)
    : source_(source),
      images_(std::make_unique<ImageCache>(source, image_bytes)),
      known_(std::make_unique<SolveCache>()) {
    use_one_opencv_thread();
}

SpanFiller::~SpanFiller() = default;

Result<SpanFill> SpanFiller::fill(const Solver& solver, const SpanTask& task, const std::stop_token& stop) {
    return solver.solve(source_, task, {.stop = stop, .progress = {}, .cache = images_.get(), .known = known_.get()});
}

}  // namespace inbetween
