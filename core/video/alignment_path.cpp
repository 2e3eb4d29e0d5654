#include "core/video/alignment_path.h"

#include <algorithm>
#include <array>
#include <deque>
#include <span>

namespace inbetween {

namespace {

// How far from an anchor's step a frame is looked for.
constexpr std::int64_t half_band = 32;
// Anchors out of step by no more than this have all that lies between them looked at as well.
constexpr std::int64_t widest_drift = 512;

constexpr double impossible = 1e18;

/// Annotated frames that a video frame may show: up to three stretches, rising and apart.
struct BandRow {
    struct Stretch {
        std::int64_t begin = 0;
        std::int64_t end = 0;
    };
    std::array<Stretch, 3> stretches{};
    int count = 0;

    /// Adds a stretch in its place; those that touch become one.
    void add(std::int64_t begin, std::int64_t end) {
        if (begin >= end) return;
        BandRow merged;
        const auto append = [&](const Stretch& next) {
            if (merged.count > 0 && next.begin <= merged.stretches[static_cast<std::size_t>(merged.count - 1)].end) {
                std::int64_t& last = merged.stretches[static_cast<std::size_t>(merged.count - 1)].end;
                last = std::max(last, next.end);
            } else {
                merged.stretches[static_cast<std::size_t>(merged.count++)] = next;
            }
        };
        int k = 0;
        for (; k < count && stretches[static_cast<std::size_t>(k)].begin <= begin; ++k)
            append(stretches[static_cast<std::size_t>(k)]);
        append({begin, end});
        for (; k < count; ++k) append(stretches[static_cast<std::size_t>(k)]);
        *this = merged;
    }
};

/// Goes through the video frame by frame and knows its band.
class Band {
public:
    Band(const std::vector<FramePair>& anchors, std::int64_t annotated_frames)
        : anchors_(anchors), frames_(annotated_frames) {}

    /// requires: called for rising frames.
    BandRow row(std::int64_t j) {
        while (next_ < anchors_.size() && anchors_[next_].video <= j) ++next_;
        BandRow row;
        add(row, j, 0, 0);
        if (!anchors_.empty()) {
            const std::int64_t before = offset(next_ > 0 ? next_ - 1 : 0);
            const std::int64_t after = offset(next_ < anchors_.size() ? next_ : next_ - 1);
            const auto [low, high] = std::minmax(before, after);
            if (high - low <= widest_drift) {
                add(row, j, low, high);
            } else {
                add(row, j, low, low);
                add(row, j, high, high);
            }
        }
        return row;
    }

private:
    std::int64_t offset(std::size_t anchor) const { return anchors_[anchor].annotated - anchors_[anchor].video; }
    void add(BandRow& row, std::int64_t j, std::int64_t low, std::int64_t high) const {
        row.add(std::clamp<std::int64_t>(j + low - half_band, 0, frames_),
                std::clamp<std::int64_t>(j + high + half_band + 1, 0, frames_));
    }
    const std::vector<FramePair>& anchors_;
    std::int64_t frames_;
    std::size_t next_ = 0;
};

/// One place of the band: the least cost of any path that ends there.
struct Cell {
    std::int64_t frame = 0;  // annotated
    double cost = impossible;
};

/// Where a cell's best path came from: an annotated frame, the start, or, from -2 downward, a stay in foreign frames.
constexpr std::int32_t from_start = -1;
constexpr std::int32_t first_stay = -2;

/// A stretch of frames that show nothing annotated, up to the frame at hand.
struct Stay {
    double cost = impossible;
    std::int64_t last = -1;  // the annotated frame shown before it; -1: none
    std::size_t entry = 0;   // of PathFinder::entries_
};

/// Stays that differ in the frame shown last: one that comes later must cost less to be worth keeping.
class Stays {
public:
    void offer(const Stay& stay) {
        for (const Stay& other : stays_)
            if (other.last <= stay.last && other.cost <= stay.cost) return;
        std::erase_if(stays_, [&](const Stay& other) { return other.last >= stay.last && other.cost >= stay.cost; });
        stays_.push_back(stay);
        if (stays_.size() <= most) return;
        stays_.erase(std::ranges::max_element(stays_, {}, &Stay::cost));
    }
    void pay(double cost) {
        for (Stay& stay : stays_) stay.cost += cost;
    }
    const std::vector<Stay>& all() const { return stays_; }

private:
    static constexpr std::size_t most = 16;
    std::vector<Stay> stays_;
};

class PathFinder {
public:
    PathFinder(const AlignmentModel& model, const std::vector<FramePair>& anchors)
        : model_(model), band_(anchors, std::ssize(model.annotated)) {}

    Result<std::vector<FramePair>> find(const std::stop_token& stop) {
        const std::int64_t frames = std::ssize(model_.video);
        for (std::int64_t j = 0; j < frames; ++j) {
            if (j % 1024 == 0 && stop.stop_requested()) return cancelled();
            advance(j);
        }
        return trace(frames);
    }

private:
    struct Arrival {
        double cost = impossible;
        std::int32_t from = from_start;
        void offer(double other, std::int64_t place) {
            if (other < cost) *this = {other, static_cast<std::int32_t>(place)};
        }
    };

    void advance(std::int64_t j) {
        const BandRow row = band_.row(j);
        rows_.push_back(row);
        begins_.push_back(from_.size());
        cells_.clear();
        reach_ = {};
        for (int k = 0; k < row.count; ++k) {
            const auto& stretch = row.stretches[static_cast<std::size_t>(k)];
            for (std::int64_t i = stretch.begin; i < stretch.end; ++i) {
                const Arrival arrival = j == 0 ? first(i) : best_arrival(i);
                from_.push_back(arrival.from);
                cells_.push_back({i, arrival.cost + model_.cost({j, i})});
            }
        }
        advance_stays(j);
        std::swap(cells_, before_);
    }

    /// Frames cut off at the start cost what frames left out anywhere do.
    Arrival first(std::int64_t i) const { return {model_.costs.drop(i), from_start}; }

    /// The best of all ways from the row before to frame i.   requires: called for rising i.
    Arrival best_arrival(std::int64_t i) {
        const StepCosts& costs = model_.costs;
        for (; reach_.next < before_.size() && before_[reach_.next].frame <= i - 2; ++reach_.next) {
            const Cell& cell = before_[reach_.next];
            const double level = cell.cost - costs.each_further_drop() * static_cast<double>(cell.frame);
            if (level < reach_.near_level) reach_.near_level = level, reach_.near = cell.frame;
            if (cell.cost < reach_.any_cost) reach_.any_cost = cell.cost, reach_.any = cell.frame;
        }
        Arrival best;
        best.offer(reach_.near_level + costs.each_further_drop() * static_cast<double>(i - 2) + costs.first_drop(),
                   reach_.near);
        best.offer(reach_.any_cost + costs.most_of_drop(), reach_.any);
        for (std::size_t k = reach_.next; k < before_.size() && before_[k].frame <= i; ++k) {
            best.offer(before_[k].cost + (before_[k].frame == i ? costs.twice() : costs.step()), before_[k].frame);
        }
        for (const Stay& stay : stays_.all()) {
            if (stay.last < i) best.offer(stay.cost + StepCosts::leave_foreign, place_of(stay));
        }
        return best;
    }

    /// The stays go on, and the best frames of the row before may begin one.
    void advance_stays(std::int64_t j) {
        if (j == 0) enter({.cost = StepCosts::enter_foreign, .last = -1}, 0);
        std::size_t begin = 0;
        for (int k = 0; j > 0 && k < rows_[static_cast<std::size_t>(j - 1)].count; ++k) {
            const auto& stretch = rows_[static_cast<std::size_t>(j - 1)].stretches[static_cast<std::size_t>(k)];
            const auto length = static_cast<std::size_t>(stretch.end - stretch.begin);
            const auto cells = std::span(before_).subspan(begin, length);
            const Cell& best = *std::ranges::min_element(cells, {}, &Cell::cost);
            enter({.cost = best.cost + StepCosts::enter_foreign, .last = best.frame}, j);
            begin += length;
        }
        stays_.pay(model_.weights[static_cast<std::size_t>(j)] * model_.limit);
    }

    void enter(Stay stay, std::int64_t j) {
        stay.entry = entries_.size();
        entries_.push_back({j, stay.last});
        stays_.offer(stay);
    }

    static std::int64_t place_of(const Stay& stay) { return first_stay - static_cast<std::int64_t>(stay.entry); }

    std::int32_t from(std::int64_t j, std::int64_t i) const {
        std::size_t at = begins_[static_cast<std::size_t>(j)];
        const BandRow& row = rows_[static_cast<std::size_t>(j)];
        for (int k = 0; k < row.count; ++k) {
            const auto& stretch = row.stretches[static_cast<std::size_t>(k)];
            if (i < stretch.end) return from_[at + static_cast<std::size_t>(i - stretch.begin)];
            at += static_cast<std::size_t>(stretch.end - stretch.begin);
        }
        return from_start;
    }

    std::vector<FramePair> trace(std::int64_t frames) const {
        // Frames cut off at the end cost as those at the start.
        const auto cut_off = [&](std::int64_t last) {
            return model_.costs.drop(std::ssize(model_.annotated) - 1 - last);
        };
        Arrival end;
        for (const Stay& stay : stays_.all())
            end.offer(stay.cost + StepCosts::leave_foreign + cut_off(stay.last), place_of(stay));
        for (const Cell& cell : before_) end.offer(cell.cost + cut_off(cell.frame), cell.frame);
        std::vector<FramePair> path;
        std::int64_t at = end.from;
        for (std::int64_t j = frames - 1; j >= 0 && at != from_start; --j) {
            if (at <= first_stay) {
                const FramePair& entry = entries_[static_cast<std::size_t>(first_stay - at)];
                j = entry.video;
                at = entry.annotated;
                continue;
            }
            path.push_back({j, at});
            at = from(j, at);
        }
        std::ranges::reverse(path);
        return path;
    }

    /// What frames two and more before the one at hand offer.
    struct Reach {
        std::size_t next = 0;  // of before_
        double near_level = impossible;
        std::int64_t near = from_start;
        double any_cost = impossible;
        std::int64_t any = from_start;
    };

    const AlignmentModel& model_;
    Band band_;
    Reach reach_;
    std::vector<Cell> before_;
    std::vector<Cell> cells_;
    Stays stays_;                      // as of the row before
    std::vector<FramePair> entries_;   // of all stays: their first frame, and the annotated one shown before it
    std::vector<BandRow> rows_;        // one a video frame
    std::vector<std::size_t> begins_;  // of each row in from_
    std::deque<std::int32_t> from_;    // one a cell
};

}  // namespace

Result<std::vector<FramePair>> find_path(const AlignmentModel& model, const std::vector<FramePair>& anchors,
                                         const std::stop_token& stop) {
    if (model.video.empty() || model.annotated.empty()) return std::vector<FramePair>();
    return PathFinder(model, anchors).find(stop);
}

}  // namespace inbetween
