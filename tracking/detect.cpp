#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <opencv2/core.hpp>
#include <semaphore>
#include <thread>

#include "tracking/detector.h"
#include "tracking/guard.h"
#include "tracking/image_cache.h"

namespace inbetween {
namespace {

constexpr int most_workers = 8;
constexpr std::size_t source_bytes = std::size_t{32} << 20;
constexpr double most_overlap = 0.6;  // of two detections of one class that are two objects

/// Colours of the upper and the lower half of a box, its sides left out, which show what is behind the object: square
/// roots of the shares of 4 x 4 x 4 bins, so that the product of two vectors is their Bhattacharyya coefficient.
std::vector<float> look_of(const cv::Mat& bgr, const Box& box) {
    constexpr int bins = 4;
    std::vector<float> look(std::size_t{2} * bins * bins * bins);
    const cv::Rect picture({}, bgr.size());
    for (int half = 0; half < 2; ++half) {
        const cv::Rect part =
            cv::Rect(cv::Rect2d(box.x + 0.2 * box.w, box.y + (0.1 + 0.4 * half) * box.h, 0.6 * box.w, 0.4 * box.h) &
                     cv::Rect2d(picture)) &
            picture;
        for (int y = part.y; y < part.br().y; ++y) {
            const auto* row = bgr.ptr<cv::Vec3b>(y);
            for (int x = part.x; x < part.br().x; ++x) {
                const cv::Vec3b& pixel = row[x];
                const int bin = (pixel[0] >> 6) * bins * bins + (pixel[1] >> 6) * bins + (pixel[2] >> 6);
                look[static_cast<std::size_t>(half * bins * bins * bins + bin)] += 1;
            }
        }
    }
    float sum = 0;
    for (const float count : look) sum += count;
    if (sum <= 0) return {};
    for (float& count : look) count = std::sqrt(count / sum);
    return look;
}

/// A detection that a track could be made of.
bool is_usable(const Detection& detection, Size picture) {
    const Box all{0, 0, static_cast<double>(picture.width), static_cast<double>(picture.height)};
    return is_valid(detection.box) && std::isfinite(detection.confidence) && detection.box.w >= 1 &&
           detection.box.h >= 1 && overlap_share(detection.box, all) > 0.2;
}

Result<std::vector<Detection>> look_at(Detector& detector, const FrameImages& images, double least_confidence,
                                       const std::stop_token& stop) {
    auto found = detector.find(images, least_confidence, stop);
    if (!found) return found.error();
    std::erase_if(*found, [&](const Detection& detection) {
        return detection.confidence < least_confidence || !is_usable(detection, {images.bgr.cols, images.bgr.rows});
    });
    std::vector<Detection> kept = without_doubles(std::move(*found), most_overlap);
    for (Detection& detection : kept) detection.look = look_of(images.bgr, detection.box);
    return kept;
}

/// One worker's share of the frames.
struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::optional<Error> error;
};

/// What the workers share.
struct Shared {
    const FrameSource::Opener* open;
    const DetectTask* task;
    const SolveControl* control;
    std::stop_source stop;  ///< one that fails stops the others
    std::atomic<std::size_t> looked = 0;
    std::atomic<int> running = 0;
    std::counting_semaphore<> news{0};  ///< a frame was looked at, or a worker ended
    std::vector<FrameDetections>* frames;
};

Result<Done> work(Shared& shared, const Part& part, FrameSource& source, Detector& detector) {
    ImageCache cache(source, 1);
    for (std::size_t i = part.begin; i < part.end; ++i) {
        if (shared.control->stop.stop_requested() || shared.stop.stop_requested()) return cancelled();
        FrameDetections& frame = (*shared.frames)[i];
        auto images = cache.frame(frame.frame, {0, 0}, shared.control->stop);
        if (!images) return images.error();
        auto found = look_at(detector, *images, shared.task->least_confidence, shared.control->stop);
        if (!found) return found.error();
        frame.found = std::move(*found);
        shared.looked.fetch_add(1);
        shared.news.release();
    }
    return Done{};
}

Result<Done> open_and_work(Shared& shared, const Part& part, int threads) {
    OpenOptions options;
    options.cache_bytes = source_bytes;
    options.threads = threads;
    options.stop = shared.control->stop;
    auto source = (*shared.open)(options);
    if (!source) return source.error();
    auto detector = open_detector(shared.task->detector);
    if (!detector) return detector.error();
    return work(shared, part, **source, **detector);
}

void run_part(Shared& shared, Part& part, int threads) {
    const auto done = guarded<Done>("detecting", [&] { return open_and_work(shared, part, threads); });
    if (!done) {
        part.error = done.error();
        shared.stop.request_stop();
    }
    shared.running.fetch_sub(1);
    shared.news.release();
}

/// Waits for the workers and tells how far they are.
void watch(Shared& shared) {
    while (shared.running.load() > 0) {
        shared.news.acquire();
        if (!shared.control->progress) continue;
        shared.control->progress(static_cast<double>(shared.looked.load()) /
                                 static_cast<double>(shared.frames->size()));
    }
}

Result<Done> check_classes(const Detections& all, const DetectTask& task) {
    constexpr std::size_t most_told = 20;
    for (const std::string& name : task.classes) {
        const auto is_known = [&](const std::string& label) { return label == name; };
        // A class without a name goes by its number; without any names nobody knows how many there are.
        const bool is_number = name.starts_with("class ") && (all.labels.empty() || std::ranges::count(all.labels, ""));
        if (is_number || std::ranges::any_of(all.labels, is_known)) continue;
        if (all.labels.empty())
            return fail("{}: the detector's classes have no names, only numbers: \"class 0\"", name);
        const std::size_t told = std::min(most_told, all.labels.size());
        return fail("{}: the detector knows no such class; it knows {}{}", name,
                    fmt::join(all.labels.begin(), all.labels.begin() + static_cast<std::ptrdiff_t>(told), ", "),
                    told < all.labels.size() ? fmt::format(" and {} more", all.labels.size() - told) : "");
    }
    return Done{};
}

}  // namespace

std::string label_name(const Detections& detections, int label) {
    const auto i = static_cast<std::size_t>(label);
    if (label >= 0 && i < detections.labels.size() && !detections.labels[i].empty()) return detections.labels[i];
    return fmt::format("class {}", label);
}

Result<Detections> detect(const FrameSource::Opener& open, const DetectTask& task, const SolveControl& control) {
    use_one_opencv_thread();
    Detections all;
    std::int64_t video_frames = 0;
    {
        OpenOptions options;
        options.stop = control.stop;
        const auto source = open(options);
        if (!source) return source.error();
        video_frames = (*source)->info().frames;
        const auto detector = open_detector(task.detector);
        if (!detector) return detector.error();
        all.labels = (*detector)->labels();
        if (const auto known = check_classes(all, task); !known) return known.error();
    }
    const FrameRange range = task.range.intersect({FrameIndex{0}, FrameIndex{video_frames}});
    for (FrameIndex frame = range.begin; frame < range.end; frame = frame + std::max<std::int64_t>(1, task.every))
        all.frames.push_back({frame, {}});
    if (all.frames.empty()) return all;
    const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const auto wanted = static_cast<std::size_t>(task.threads > 0 ? task.threads : std::min(cores, most_workers));
    const std::size_t workers = std::min(wanted, all.frames.size());
    Shared shared{.open = &open, .task = &task, .control = &control, .frames = &all.frames};
    // Each worker has one run of frames, which is decoded once.
    std::vector<Part> parts(workers);
    for (std::size_t i = 0; i < workers; ++i)
        parts[i] = {all.frames.size() * i / workers, all.frames.size() * (i + 1) / workers, {}};
    shared.running = static_cast<int>(workers);
    {
        std::vector<std::jthread> threads;
        for (Part& part : parts)
            threads.emplace_back([&shared, &part, workers] { run_part(shared, part, workers > 1 ? 1 : 0); });
        watch(shared);
    }
    if (control.progress) control.progress(1);
    if (control.stop.stop_requested()) return cancelled();
    for (const Part& part : parts)
        if (part.error && part.error->kind != ErrorKind::Cancelled) return *part.error;
    return all;
}

}  // namespace inbetween
