#include "tracking/solve_job.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <thread>

#include "tracking/camera_motion.h"
#include "tracking/guard.h"
#include "tracking/image_cache.h"

namespace inbetween {
namespace {

constexpr std::size_t image_bytes = std::size_t{1536} << 20;      // all workers together
constexpr std::size_t least_image_bytes = std::size_t{96} << 20;  // each worker
constexpr std::size_t most_image_bytes = std::size_t{256} << 20;  // each worker
constexpr std::size_t source_bytes = std::size_t{64} << 20;       // converted images are kept instead
constexpr int most_workers = 8;

/// One piece of work: a span of the request.
struct Piece {
    const SpanTask* task = nullptr;
    const Solver* solver = nullptr;
    std::atomic<float> share = 0;  ///< 0..1 done
    std::int64_t weight = 1;       ///< frames
};

/// Frames over which the camera's motion is measured before the spans are solved: each span asks beyond its ends, and
/// going to and fro would decode everything several times.
struct CameraPiece {
    FrameRange range;
    double object_size = 0;
};

constexpr std::int64_t camera_piece_frames = 120;

/// The frames that the pieces' solvers ask, in runs that one worker takes after the other.
std::vector<CameraPiece> camera_pieces(const std::vector<std::unique_ptr<Piece>>& pieces) {
    std::vector<CameraPiece> asked;
    for (const auto& piece : pieces) {
        if (piece->solver->camera_frames == nullptr) continue;
        const FrameRange range = piece->solver->camera_frames(*piece->task);
        if (range.empty()) continue;
        const Box box = bounding_box(piece->task->track.keyframes[piece->task->left].shape);
        asked.push_back({range, std::sqrt(std::max(1.0, box.w * box.h))});
    }
    std::sort(asked.begin(), asked.end(), [](const CameraPiece& a, const CameraPiece& b) {
        return std::pair(a.range.begin, a.range.end) < std::pair(b.range.begin, b.range.end);
    });
    std::vector<CameraPiece> runs;
    for (const CameraPiece& piece : asked) {
        if (runs.empty() || piece.range.begin > runs.back().range.end)
            runs.push_back(piece);
        else
            runs.back().range.end = std::max(runs.back().range.end, piece.range.end);
    }
    std::vector<CameraPiece> cut;
    for (const CameraPiece& run : runs) {
        // The frame where one piece ends is the next one's first: a step needs both its frames.
        for (FrameIndex at = run.range.begin; at + 1 < run.range.end; at = at + camera_piece_frames)
            cut.push_back({{at, std::min(at + camera_piece_frames + 1, run.range.end)}, run.object_size});
    }
    return cut;
}

}  // namespace

struct SolveJob::State {
    Request request;
    std::function<void()> wake;
    std::vector<std::unique_ptr<Piece>> pieces;  ///< by start frame, so that near spans share decoded frames
    std::vector<CameraPiece> camera;             ///< what is to be known of the camera before
    std::atomic<std::size_t> next_camera = 0;
    std::atomic<std::size_t> next = 0;
    std::atomic<int> running = 0;
    std::atomic<float> follow_share = 0;
    std::string title;
    std::stop_source stop;
    mutable std::mutex mutex;
    JobReport report;                   // guarded by mutex
    std::vector<std::string> told;      // guarded by mutex: errors told already
    std::vector<std::jthread> threads;  // last, so that they end before what they use

    void plan();
    int worker_count() const;
    void work(int workers);
    void solve_pieces(FrameSource& source, int workers);
    void learn_camera(FrameSource& source, ImageCache& cache);
    void run_follow(FrameSource& source);
    void run_errand();
    void solve_or_follow(int workers);
    void tell(const Error& error);
};

void SolveJob::State::plan() {
    for (SpanTask& task : request.spans) {
        if (!task.scene) task.scene = request.scene;
        auto piece = std::make_unique<Piece>();
        piece->task = &task;
        piece->solver = solver_for(request.method, task.track.kind);
        if (piece->solver == nullptr) {
            tell(fail("{}: no such tracking method", request.method));
            continue;
        }
        if (task.left + 1 < task.track.keyframes.size())
            piece->weight = task.track.keyframes[task.left + 1].frame - task.track.keyframes[task.left].frame;
        pieces.push_back(std::move(piece));
    }
    std::stable_sort(pieces.begin(), pieces.end(), [](const auto& a, const auto& b) {
        const auto start = [](const Piece& piece) {
            const auto& keyframes = piece.task->track.keyframes;
            return piece.task->left < keyframes.size() ? keyframes[piece.task->left].frame : FrameIndex{0};
        };
        return start(*a) < start(*b);
    });
    if (request.looked_at) {
        std::stable_partition(pieces.begin(), pieces.end(), [&](const auto& piece) {
            const auto& keyframes = piece->task->track.keyframes;
            const std::size_t left = piece->task->left;
            return left + 1 < keyframes.size() && keyframes[left].frame <= *request.looked_at &&
                   *request.looked_at <= keyframes[left + 1].frame;
        });
    }
    if (!request.known) request.known = std::make_shared<SolveCache>();
    camera = camera_pieces(pieces);
    if (request.errand) {
        title = request.errand->title;
        return;
    }
    if (request.follow) {
        title = "Following a track";
        return;
    }
    const std::string_view method = pieces.empty() ? std::string_view(request.method) : pieces.front()->solver->id;
    title = fmt::format("Filling {} {} with {}", pieces.size(), pieces.size() == 1 ? "span" : "spans", method);
}

int SolveJob::State::worker_count() const {
    if (request.follow || request.errand) return 1;
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const int wanted = request.threads > 0 ? request.threads : std::min(cores, most_workers);
    return std::min(wanted, static_cast<int>(std::min<std::size_t>(pieces.size(), 256)));
}

void SolveJob::State::tell(const Error& error) {
    if (error.kind == ErrorKind::Cancelled) return;
    const std::lock_guard lock(mutex);
    // Every worker meets the same unreadable file; it is told once.
    if (std::find(told.begin(), told.end(), error.message) != told.end()) return;
    told.push_back(error.message);
    report.errors.push_back(error.message);
}

void SolveJob::State::solve_pieces(FrameSource& source, int workers) {
    ImageCache cache(source,
                     std::clamp(image_bytes / static_cast<std::size_t>(workers), least_image_bytes, most_image_bytes));
    learn_camera(source, cache);
    while (!stop.stop_requested()) {
        const std::size_t at = next.fetch_add(1);
        if (at >= pieces.size()) return;
        Piece& piece = *pieces[at];
        const SolveControl control{stop.get_token(), [&](double share) { piece.share = static_cast<float>(share); },
                                   &cache, request.known.get()};
        auto fill = piece.solver->solve(source, *piece.task, control);
        piece.share = 1;
        if (fill) {
            const std::lock_guard lock(mutex);
            report.fills.push_back(std::make_shared<const SpanFill>(std::move(*fill)));
        } else {
            tell(fill.error());
        }
        if (wake) wake();
    }
}

void SolveJob::State::learn_camera(FrameSource& source, ImageCache& cache) {
    const SolveControl control{stop.get_token(), {}, &cache, request.known.get()};
    for (std::size_t at = next_camera.fetch_add(1); at < camera.size(); at = next_camera.fetch_add(1)) {
        // What cannot be read here fails in the span that needs it, and is told there.
        if (!learn_camera_steps(source, control, camera[at].range, camera[at].object_size)) return;
    }
}

void SolveJob::State::run_follow(FrameSource& source) {
    const SolveControl control{stop.get_token(), [&](double share) { follow_share = static_cast<float>(share); }};
    auto followed = inbetween::follow(source, *request.follow, control);
    follow_share = 1;
    if (!followed) return tell(followed.error());
    const std::lock_guard lock(mutex);
    report.follow = std::move(*followed);
}

void SolveJob::State::run_errand() {
    const SolveControl control{stop.get_token(), [&](double share) { follow_share = static_cast<float>(share); }};
    const FrameSource::Opener open = [&](const OpenOptions& options) {
        return request.opener ? request.opener(options) : open_frame_source(request.video, options);
    };
    const auto done = request.errand->run(open, control);
    follow_share = 1;
    if (!done) tell(done.error());
}

void SolveJob::State::solve_or_follow(int workers) {
    OpenOptions options;
    options.cache_bytes = source_bytes;
    options.threads = workers > 1 ? 1 : 0;
    options.stop = stop.get_token();
    auto source = request.opener ? request.opener(options) : open_frame_source(request.video, options);
    if (!source)
        tell(source.error());
    else if (request.follow)
        run_follow(**source);
    else
        solve_pieces(**source, workers);
}

void SolveJob::State::work(int workers) {
    try {
        if (request.errand)
            run_errand();
        else
            solve_or_follow(workers);
    } catch (const std::exception& e) {
        tell(fail("{}: {}", request.video.string(), e.what()));
    }
    running.fetch_sub(1);
    if (wake) wake();
}

SolveJob::SolveJob(Request request, std::function<void()> wake) : state_(std::make_unique<State>()) {
    use_one_opencv_thread();
    state_->request = std::move(request);
    state_->wake = std::move(wake);
    state_->plan();
    const int workers = state_->worker_count();
    state_->running = workers;
    for (int i = 0; i < workers; ++i)
        state_->threads.emplace_back([state = state_.get(), workers] { state->work(workers); });
}

SolveJob::~SolveJob() { cancel(); }

void SolveJob::cancel() { state_->stop.request_stop(); }

bool SolveJob::is_done() const { return state_->running == 0; }

double SolveJob::progress() const {
    if (is_done()) return 1;
    if (state_->request.follow || state_->request.errand) return state_->follow_share;
    double done = 0;
    double all = 0;
    for (const auto& piece : state_->pieces) {
        done += piece->share * static_cast<double>(piece->weight);
        all += static_cast<double>(piece->weight);
    }
    return all > 0 ? done / all : 1;
}

std::string SolveJob::title() const { return state_->title; }

JobReport SolveJob::drain() {
    const std::lock_guard lock(state_->mutex);
    return std::exchange(state_->report, {});
}

}  // namespace inbetween
