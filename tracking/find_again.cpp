#include "tracking/find_again.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tracking/guard.h"
#include "tracking/look_filter.h"
#include "tracking/span_images.h"

namespace inbetween {
namespace {

constexpr std::size_t most_filters = 5;
constexpr std::array<double, 3> search_scales{0.75, 1.0, 1.33};            // of the size at the keyframes
constexpr std::array<double, 5> fine_scales{0.84, 0.92, 1.0, 1.09, 1.19};  // of a candidate's own
constexpr int tile_cells = 97;
constexpr int margin_cells = 8;  // of a tile, in which the filter does not see all it wants
constexpr std::size_t peaks_a_frame = 4;
constexpr double least_score = 0.1;
constexpr std::int64_t one_visit_frames = 50;  // apart in time, candidates at one place are one visit

/// What is looked for: the object as it was at some keyframes.
struct Target {
    std::vector<LookFilter> filters;
    std::vector<cv::Mat> colours;  ///< histogram of each keyframe's box
    double size = 0;               ///< image pixels, the geometric mean of its sides over the keyframes
    double aspect = 1;             ///< width over height

    /// Half of the best filter's answer and half of their mean.
    double joined(const std::vector<double>& scores) const {
        double sum = 0;
        for (const double score : scores) sum += score;
        return 0.5 * *std::max_element(scores.begin(), scores.end()) + 0.5 * sum / static_cast<double>(scores.size());
    }
};

struct Peak {
    Pose pose;
    double score = 0;
};

Pose pose_at(double x, double y, double size, double aspect) {
    const double half_log = 0.5 * std::log(aspect);
    return {x, y, std::log(size) + half_log, std::log(size) - half_log};
}

/// Hue and saturation of a box, with a cell for what has no colour, brightness for it.
cv::Mat colours_of(const cv::Mat& bgr, const Box& box) {
    const cv::Rect part = cv::Rect(cv::Rect2d(box.x, box.y, box.w, box.h) & cv::Rect2d(0, 0, bgr.cols, bgr.rows)) &
                          cv::Rect({}, bgr.size());
    cv::Mat counts;
    if (part.width < 2 || part.height < 2) return counts;
    cv::Mat lab;
    cv::cvtColor(bgr(part), lab, cv::COLOR_BGR2Lab);
    cv::calcHist(std::vector<cv::Mat>{lab}, {0, 1, 2}, cv::noArray(), counts, {6, 12, 12}, {0, 256, 64, 192, 64, 192});
    cv::GaussianBlur(counts.reshape(1, 6 * 12), counts, {3, 1}, 0.7);
    const double sum = cv::sum(counts)[0];
    return sum > 0 ? cv::Mat(counts / sum) : cv::Mat();
}

double likeness(const cv::Mat& a, const cv::Mat& b) {
    if (a.empty() || b.empty()) return 0;
    return 1 - cv::compareHist(a, b, cv::HISTCMP_BHATTACHARYYA);
}

/// Keyframes in view spread over the track, at most so many.
std::vector<const Keyframe*> teachers(const Track& track) {
    std::vector<const Keyframe*> all;
    for (const Keyframe& keyframe : track.keyframes)
        if (!keyframe.outside && is_valid(keyframe.shape)) all.push_back(&keyframe);
    // The unoccluded ones show more, where there are any.
    std::vector<const Keyframe*> clear = all;
    std::erase_if(clear, [](const Keyframe* keyframe) { return keyframe->occluded; });
    if (!clear.empty()) all = std::move(clear);
    if (all.size() <= most_filters) return all;
    std::vector<const Keyframe*> spread;
    for (std::size_t i = 0; i < most_filters; ++i) spread.push_back(all[i * (all.size() - 1) / (most_filters - 1)]);
    return spread;
}

Result<Target> learn(SpanImages& images, const std::vector<const Keyframe*>& keyframes) {
    Target target;
    double log_size = 0;
    double log_aspect = 0;
    for (const Keyframe* keyframe : keyframes) {
        auto frame = images.frame(keyframe->frame);
        if (!frame) return frame.error();
        const Box box = images.image_from_picture(bounding_box(keyframe->shape));
        auto filter =
            guarded_or(std::optional<LookFilter>(), [&] { return std::optional(LookFilter(frame->bgr, box)); });
        if (!filter) continue;
        target.filters.push_back(std::move(*filter));
        target.colours.push_back(guarded_or(cv::Mat(), [&] { return colours_of(frame->bgr, box); }));
        const Pose pose = pose_of(box);
        log_size += std::log(std::max(2.0, pose.size()));
        log_aspect += pose.log_w - pose.log_h;
    }
    if (target.filters.empty()) return fail("track: nothing can be learnt from its keyframes");
    target.size = std::exp(log_size / static_cast<double>(target.filters.size()));
    target.aspect = std::exp(std::clamp(log_aspect / static_cast<double>(target.filters.size()), -2.3, 2.3));
    return target;
}

/// Keeps the best peaks that are an object apart.
void add_peak(std::vector<Peak>& peaks, const Peak& peak) {
    for (Peak& other : peaks) {
        if (centre_gap(other.pose, peak.pose) > 0.6) continue;
        if (peak.score > other.score) other = peak;
        return;
    }
    peaks.push_back(peak);
}

/// The peaks in one tile at one size.
void search_tile(const cv::Mat& bgr, const Target& target, double x, double y, double size, std::vector<Peak>& peaks) {
    const LookPlanes planes = look_around(bgr, x, y, size, tile_cells);
    const LookFilter::Spectrum spectrum = LookFilter::spectrum_of(planes);
    cv::Mat most;
    cv::Mat sum;
    for (const LookFilter& filter : target.filters) {
        const cv::Mat response = filter.response(spectrum, {tile_cells, tile_cells});
        most = most.empty() ? response.clone() : cv::Mat(cv::max(most, response));
        sum = sum.empty() ? response.clone() : cv::Mat(sum + response);
    }
    cv::Mat joined = 0.5 * most + sum * (0.5 / static_cast<double>(target.filters.size()));
    const double cell = look_cell_px * size / look_object_px;
    // Only places in the picture, and not those that the neighbouring tile sees better.
    for (std::size_t i = 0; i < peaks_a_frame; ++i) {
        cv::Mat inner =
            joined(cv::Rect(margin_cells, margin_cells, tile_cells - 2 * margin_cells, tile_cells - 2 * margin_cells));
        double score = 0;
        cv::Point at;
        cv::minMaxLoc(inner, nullptr, &score, nullptr, &at);
        if (score < least_score) return;
        const double px = x + (at.x + margin_cells - tile_cells / 2) * cell;
        const double py = y + (at.y + margin_cells - tile_cells / 2) * cell;
        if (px >= 0 && py >= 0 && px <= bgr.cols && py <= bgr.rows)
            add_peak(peaks, {pose_at(px, py, size, target.aspect), score});
        cv::circle(inner, at, 4, cv::Scalar(-1), -1);
    }
}

/// Moves a peak to the best size and place near it, and weighs its colours.
Peak refined(const cv::Mat& bgr, const Target& target, const Peak& coarse) {
    Peak best = coarse;
    best.score = -1;
    std::vector<double> scores(target.filters.size());
    const double step = look_cell_px * coarse.pose.size() / look_object_px / 2;
    for (const double scale : fine_scales) {
        for (int dy = -1; dy <= 1; ++dy) {
            for (int dx = -1; dx <= 1; ++dx) {
                const Pose pose = pose_at(coarse.pose.x + dx * step, coarse.pose.y + dy * step,
                                          coarse.pose.size() * scale, target.aspect);
                for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = target.filters[i].score(bgr, pose);
                const double score = target.joined(scores);
                if (score > best.score) best = {pose, score};
            }
        }
    }
    double colour = 0;
    const cv::Mat colours = colours_of(bgr, box_of(best.pose));
    for (const cv::Mat& known : target.colours) colour = std::max(colour, likeness(colours, known));
    best.score = std::clamp(best.score, 0.0, 1.0) * (0.3 + 0.7 * colour);
    return best;
}

/// The peaks of a frame.   errors: cancelled.
Result<std::vector<Peak>> search_frame(const SpanImages& images, const cv::Mat& bgr, const Target& target) {
    std::vector<Peak> peaks;
    for (const double scale : search_scales) {
        const double size = target.size * scale;
        const double cell = look_cell_px * size / look_object_px;
        const double step = (tile_cells - 2 * margin_cells) * cell;
        const int columns = std::max(1, static_cast<int>(std::ceil(bgr.cols / step)));
        const int rows = std::max(1, static_cast<int>(std::ceil(bgr.rows / step)));
        for (int row = 0; row < rows; ++row) {
            for (int column = 0; column < columns; ++column) {
                if (images.stop().stop_requested()) return cancelled();
                const double x = bgr.cols / 2.0 + (column - (columns - 1) / 2.0) * step;
                const double y = bgr.rows / 2.0 + (row - (rows - 1) / 2.0) * step;
                search_tile(bgr, target, x, y, size, peaks);
            }
        }
    }
    std::stable_sort(peaks.begin(), peaks.end(), [](const Peak& a, const Peak& b) { return a.score > b.score; });
    if (peaks.size() > peaks_a_frame) peaks.resize(peaks_a_frame);
    for (Peak& peak : peaks) {
        if (images.stop().stop_requested()) return cancelled();
        peak = refined(bgr, target, peak);
    }
    return peaks;
}

bool is_in_view(const Track& track, FrameIndex frame) {
    const auto state = state_at(track, {}, frame);
    return state && !state->outside;
}

/// The best of each visit, the likeliest first.
std::vector<FoundAgain> ranked(std::vector<FoundAgain> all, std::size_t most) {
    std::stable_sort(all.begin(), all.end(),
                     [](const FoundAgain& a, const FoundAgain& b) { return a.score > b.score; });
    std::vector<FoundAgain> kept;
    for (const FoundAgain& one : all) {
        const bool same_visit = std::any_of(kept.begin(), kept.end(), [&](const FoundAgain& other) {
            const auto apart = static_cast<double>(std::abs(one.frame - other.frame));
            // A moving object gets an eighth of its size further a frame.
            const double near = 0.8 + apart / 8;
            return apart <= one_visit_frames && centre_gap(pose_of(one.box), pose_of(other.box)) < near;
        });
        if (same_visit) continue;
        kept.push_back(one);
        if (kept.size() >= most) break;
    }
    return kept;
}

}  // namespace

FrameRange lost_range(const Track& track, FrameIndex from, std::int64_t frames) {
    const Keyframe* out = nullptr;
    for (const Keyframe& keyframe : track.keyframes) {
        const Keyframe* next = track.keyframe_after(keyframe.frame);
        if (keyframe.outside && next != nullptr && next->frame > from && out == nullptr) out = &keyframe;
    }
    if (out != nullptr) return {out->frame + 1, track.keyframe_after(out->frame)->frame};
    return {track.keyframes.back().frame + 1, FrameIndex{frames}};
}

Result<std::vector<FoundAgain>> find_again(FrameSource& source, const FindAgainTask& task,
                                           const SolveControl& control) {
    const auto keyframes = teachers(task.track);
    if (keyframes.empty()) return fail("track {}: no keyframe in view to look for", number(task.track.id));
    const FrameRange range = task.range.intersect({FrameIndex{0}, FrameIndex{source.info().frames}});
    const std::int64_t every = std::max<std::int64_t>(1, task.every);
    const Box first = bounding_box(keyframes.front()->shape);
    auto images =
        SpanImages::open(source, control, keyframes.front()->frame, std::sqrt(std::max(1.0, first.w * first.h)),
                         range.size() / every + 1 + static_cast<std::int64_t>(keyframes.size()));
    if (!images) return images.error();
    const auto target = learn(*images, keyframes);
    if (!target) return target.error();
    std::vector<FoundAgain> all;
    for (FrameIndex at = range.begin; at < range.end; at = at + every) {
        if (is_in_view(task.track, at) || task.track.find_keyframe(at) != nullptr) continue;
        auto frame = images->frame(at);
        if (!frame) return frame.error();
        auto peaks =
            guarded<std::vector<Peak>>("finding again", [&] { return search_frame(*images, frame->bgr, *target); });
        if (!peaks) return peaks.error();
        for (const Peak& peak : *peaks) {
            const Shape box = on_grid(images->picture_from_image(box_of(peak.pose)));
            if (peak.score >= least_score && is_valid(box)) all.push_back({at, std::get<Box>(box), peak.score});
        }
    }
    return ranked(std::move(all), task.most);
}

}  // namespace inbetween
