#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <opencv2/core.hpp>
#include <optional>
#include <tuple>
#include <vector>

#include "tracking/box_tracker.h"
#include "tracking/lk_step.h"
#include "tracking/sized_look.h"
#include "tracking/solve_cache.h"

namespace inbetween {

struct BoxEvidence;

/// A chain from a keyframe, one way.
struct ChainKey {
    StatedBox start;
    bool forward = true;
    friend bool operator<(const ChainKey& a, const ChainKey& b) {
        return std::tie(a.start, a.forward) < std::tie(b.start, b.forward);
    }
};

/// What the pixels say of a span; `slow` with what the slow trackers say too.
struct EvidenceKey {
    StatedBox from;
    StatedBox to;
    bool slow = false;
    std::vector<StatedBox> others;  ///< BoxSpan::others
    friend bool operator<(const EvidenceKey& a, const EvidenceKey& b) {
        return std::tie(a.from, a.to, a.slow, a.others) < std::tie(b.from, b.to, b.slow, b.others);
    }
};

/// What around a span's frames are features taken of.
enum class Around { Flow, Even, Slow };

/// The features around a path that depends on the span's two keyframes only, whatever filters look at them.
struct PlanesKey {
    StatedBox from;
    StatedBox to;
    Around around = Around::Flow;
    friend bool operator<(const PlanesKey& a, const PlanesKey& b) {
        return std::tie(a.from, a.to, a.around) < std::tie(b.from, b.to, b.around);
    }
};

/// A slow tracker's run from a keyframe, one way, for so many frames.
struct SlowKey {
    StatedBox start;
    bool forward = true;
    std::size_t steps = 0;
    friend bool operator<(const SlowKey& a, const SlowKey& b) {
        return std::tie(a.start, a.forward, a.steps) < std::tie(b.start, b.forward, b.steps);
    }
};

/// An optical flow chain as far as it has come: [k] is k frames from its keyframe.
using FlowChain = std::vector<LkState>;

/// One frame's features each, packed; empty where none could be taken.
using SpanPlanes = std::vector<cv::Mat1b>;

/// Values by key within a number of bytes, the longest unused dropped first.
/// thread: one at a time.
template <class Key, class Value>
class KeptValues {
public:
    std::shared_ptr<const Value> find(const Key& key) {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return nullptr;
        order_.splice(order_.begin(), order_, found->second.place);
        return found->second.value;
    }
    void keep(const Key& key, std::shared_ptr<const Value> value, std::size_t bytes, std::size_t budget) {
        drop(key);
        order_.push_front(key);
        entries_[key] = {std::move(value), bytes, order_.begin()};
        bytes_ += bytes;
        while (bytes_ > budget && entries_.size() > 1) drop(order_.back());
    }
    std::size_t bytes() const { return bytes_; }

private:
    struct Entry {
        std::shared_ptr<const Value> value;
        std::size_t bytes = 0;
        typename std::list<Key>::iterator place;
    };
    void drop(const Key key) {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return;
        bytes_ -= found->second.bytes;
        order_.erase(found->second.place);
        entries_.erase(found);
    }
    std::map<Key, Entry> entries_;
    std::list<Key> order_;  ///< the latest used first
    std::size_t bytes_ = 0;
};

/// What a SolveCache holds. thread: under `mutex`.
struct SolveCacheState {
    std::size_t budget = 0;  ///< half of it is the features', a quarter the evidence's, an eighth the chains'
    mutable std::mutex mutex;
    std::map<std::pair<std::int64_t, int>, cv::Matx23d> camera_steps;  ///< by frame and image width
    KeptValues<ChainKey, FlowChain> chains;
    KeptValues<EvidenceKey, BoxEvidence> evidence;
    KeptValues<PlanesKey, SpanPlanes> planes;
    KeptValues<SlowKey, std::vector<TrackerStep>> slow_runs;
    KeptValues<StatedBox, SizedLooks> looks;
};

}  // namespace inbetween
