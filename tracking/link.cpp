#include "tracking/link.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "tracking/assignment.h"
#include "tracking/box_path.h"

namespace inbetween {
namespace {

constexpr double overlap_share_of_cost = 0.7;  // the rest is of colours
constexpr double least_overlap = 0.15;         // of a detection with where a track is expected
constexpr double velocity_memory = 0.7;        // share of the old velocity that stays at a detection
constexpr double neutral_look = 0.3;           // distance of colours that are not known

double look_distance(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.empty() || a.size() != b.size()) return neutral_look;
    return std::clamp(1.0 - std::inner_product(a.begin(), a.end(), b.begin(), 0.0), 0.0, 1.0);
}

/// A track while it grows.
struct Growing {
    LinkedTrack track;
    Pose pose;
    Pose velocity;  ///< a frame; its logarithms are growth
    std::vector<float> look;
    int missed = 0;
    std::int64_t looks = 0;  ///< since its first detection, that one included
    std::int64_t looks_at_last = 0;

    explicit Growing(FrameIndex frame, const Detection& first) : pose(pose_of(first.box)), look(first.look) {
        track.label = first.label;
        track.seen.push_back({frame, first.box, first.confidence});
        looks = looks_at_last = 1;
    }

    Pose expected_at(FrameIndex frame) const {
        const auto ahead = static_cast<double>(frame - track.seen.back().frame);
        return {pose.x + velocity.x * ahead, pose.y + velocity.y * ahead, pose.log_w, pose.log_h};
    }

    void take(FrameIndex frame, const Detection& found) {
        const auto ahead = static_cast<double>(frame - track.seen.back().frame);
        const Pose now = pose_of(found.box);
        // The first two detections alone say how it moves; after that each one corrects it by some.
        const double keep = track.seen.size() == 1 ? 0.0 : velocity_memory;
        velocity.x = keep * velocity.x + (1 - keep) * (now.x - pose.x) / ahead;
        velocity.y = keep * velocity.y + (1 - keep) * (now.y - pose.y) / ahead;
        pose = now;
        if (found.look.size() == look.size()) {
            double norm = 0;
            for (std::size_t i = 0; i < look.size(); ++i) {
                look[i] = 0.9F * look[i] + 0.1F * found.look[i];
                norm += static_cast<double>(look[i]) * look[i];
            }
            const auto scale = static_cast<float>(1 / std::sqrt(std::max(norm, 1e-12)));
            for (float& value : look) value *= scale;
        }
        missed = 0;
        looks_at_last = looks;
        track.seen.push_back({frame, found.box, found.confidence});
    }
};

class Linker {
public:
    explicit Linker(const LinkParams& params) : params_(params) {}

    void look(const FrameDetections& frame) {
        for (Growing& growing : growing_) {
            ++growing.looks;
            ++growing.missed;
        }
        std::vector<const Detection*> sure;
        std::vector<const Detection*> unsure;
        for (const Detection& detection : frame.found)
            (detection.confidence >= params_.start_confidence ? sure : unsure).push_back(&detection);
        extend(frame.frame, sure);
        extend(frame.frame, unsure);
        for (const Detection* detection : sure)
            if (detection != nullptr) growing_.emplace_back(frame.frame, *detection);
        end([this](const Growing& growing) { return growing.missed > params_.most_missed; });
    }

    std::vector<LinkedTrack> finish() {
        end([](const Growing&) { return true; });
        std::stable_sort(done_.begin(), done_.end(), [](const LinkedTrack& a, const LinkedTrack& b) {
            return a.seen.front().frame < b.seen.front().frame;
        });
        return std::move(done_);
    }

private:
    /// Gives tracks not yet seen in this look their detections, which become null.
    void extend(FrameIndex frame, std::vector<const Detection*>& found) {
        std::vector<Growing*> waiting;
        for (Growing& growing : growing_)
            if (growing.missed > 0) waiting.push_back(&growing);
        constexpr double impossible = 2;
        CostMatrix costs(waiting.size(), found.size(), impossible);
        for (std::size_t row = 0; row < waiting.size(); ++row) {
            const Pose expected = waiting[row]->expected_at(frame);
            for (std::size_t column = 0; column < found.size(); ++column) {
                if (found[column]->label != waiting[row]->track.label) continue;
                const double overlap = iou(expected, pose_of(found[column]->box));
                if (overlap < least_overlap) continue;
                costs.at(row, column) =
                    overlap_share_of_cost * (1 - overlap) +
                    (1 - overlap_share_of_cost) * look_distance(waiting[row]->look, found[column]->look);
            }
        }
        const auto column_of = assign(costs, 1);
        for (std::size_t row = 0; row < waiting.size(); ++row) {
            if (!column_of[row]) continue;
            waiting[row]->take(frame, *found[*column_of[row]]);
            found[*column_of[row]] = nullptr;
        }
        std::erase(found, nullptr);
    }

    template <class IsOver>
    void end(IsOver is_over) {
        for (Growing& growing : growing_) {
            if (!is_over(growing) || static_cast<int>(growing.track.seen.size()) < params_.least_seen) continue;
            double sum = 0;
            for (const auto& seen : growing.track.seen) sum += seen.confidence;
            growing.track.certainty = sum / static_cast<double>(growing.looks_at_last);
            done_.push_back(std::move(growing.track));
        }
        std::erase_if(growing_, is_over);
    }

    LinkParams params_;
    std::vector<Growing> growing_;
    std::vector<LinkedTrack> done_;
};

/// A line through the neighbours of one detection, by weighted least squares.   returns: its value at that detection.
struct LocalLine {
    double weight = 0;
    double t = 0;
    double tt = 0;
    std::array<double, 4> z{};
    std::array<double, 4> tz{};

    void add(double at, const std::array<double, 4>& value, double w) {
        weight += w;
        t += w * at;
        tt += w * at * at;
        for (std::size_t k = 0; k < 4; ++k) {
            z[k] += w * value[k];
            tz[k] += w * at * value[k];
        }
    }
    std::array<double, 4> value_at_zero() const {
        std::array<double, 4> value{};
        // A little of a constant in it keeps neighbours on one side only from deciding the slope alone.
        const double spread = tt - t * t / weight + 1e-3 * weight;
        for (std::size_t k = 0; k < 4; ++k) {
            const double slope = (tz[k] - t * z[k] / weight) / spread;
            value[k] = (z[k] - slope * t) / weight;
        }
        return value;
    }
};

using Numbers = std::array<double, 4>;

Numbers smoothed_at(const LinkedTrack& track, const std::vector<Numbers>& numbers, std::size_t at, double sigma,
                    bool with_itself) {
    LocalLine line;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto away = static_cast<double>(track.seen[i].frame - track.seen[at].frame);
        if (std::abs(away) > 3 * sigma || (i == at && !with_itself)) continue;
        const double kernel = std::exp(-away * away / (2 * sigma * sigma));
        line.add(away, numbers[i], kernel * std::max(0.05, track.seen[i].confidence));
    }
    return line.weight > 0 ? line.value_at_zero() : numbers[at];
}

/// Smooths the boxes by the bandwidth at which each detection is told best by the others; where the detections
/// themselves are as good, which two of them next to each other tell, they stay.
void smooth(LinkedTrack& track) {
    std::vector<Numbers> numbers;
    double steps = 0;
    for (const auto& seen : track.seen) {
        const Pose pose = pose_of(seen.box);
        numbers.push_back({pose.x, pose.y, pose.log_w, pose.log_h});
        steps += std::exp((pose.log_w + pose.log_h) / 2) / static_cast<double>(track.seen.size());
    }
    const double size = std::max(1.0, steps);
    const auto frames = static_cast<double>(track.seen.back().frame - track.seen.front().frame);
    const double step = frames / static_cast<double>(std::max<std::size_t>(1, track.seen.size() - 1));
    double best = std::numeric_limits<double>::infinity();
    double sigma = 0;
    for (const double steps_wide : {0.5, 1.0, 2.0, 4.0, 8.0}) {
        double error = 0;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const Numbers told = smoothed_at(track, numbers, i, steps_wide * step, false);
            for (std::size_t k = 0; k < 4; ++k)
                error += std::min(0.25, std::abs(told[k] - numbers[i][k]) / (k < 2 ? size : 1.0));
        }
        if (error < best) {
            best = error;
            sigma = steps_wide * step;
        }
    }
    if (sigma <= 0.5 * step) return;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const Numbers told = smoothed_at(track, numbers, i, sigma, true);
        track.seen[i].box = box_of({told[0], told[1], told[2], told[3]});
    }
}

}  // namespace

std::vector<Detection> without_doubles(std::vector<Detection> found, double most_overlap) {
    std::stable_sort(found.begin(), found.end(),
                     [](const Detection& a, const Detection& b) { return a.confidence > b.confidence; });
    std::vector<Detection> kept;
    for (Detection& detection : found) {
        const bool is_double = std::any_of(kept.begin(), kept.end(), [&](const Detection& other) {
            return other.label == detection.label && iou(other.box, detection.box) > most_overlap;
        });
        if (!is_double) kept.push_back(std::move(detection));
    }
    return kept;
}

std::vector<LinkedTrack> link(const std::vector<FrameDetections>& frames, const LinkParams& params) {
    Linker linker(params);
    for (const FrameDetections& frame : frames) linker.look(frame);
    std::vector<LinkedTrack> tracks = linker.finish();
    for (LinkedTrack& track : tracks)
        if (track.seen.size() >= 3) smooth(track);
    return tracks;
}

}  // namespace inbetween
