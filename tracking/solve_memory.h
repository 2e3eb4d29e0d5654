#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <opencv2/core.hpp>
#include <optional>
#include <tuple>

#include "tracking/box_tracker.h"
#include "tracking/lk_step.h"
#include "tracking/solve_cache.h"

namespace inbetween {

struct BoxEvidence;

/// A keyframe as an input of a solve: its frame, its box in picture coordinates, and the width of the images looked at.
struct StatedBox {
    std::int64_t frame = 0;
    Box box;
    int image_width = 0;
    auto key() const { return std::make_tuple(frame, box.x, box.y, box.w, box.h, image_width); }
    friend bool operator<(const StatedBox& a, const StatedBox& b) { return a.key() < b.key(); }
};

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
    friend bool operator<(const EvidenceKey& a, const EvidenceKey& b) {
        return std::tie(a.from, a.to, a.slow) < std::tie(b.from, b.to, b.slow);
    }
};

/// An optical flow chain as far as it has come: [k] is k frames from its keyframe.
using FlowChain = std::vector<LkState>;

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
    std::size_t budget = 0;
    mutable std::mutex mutex;
    std::map<std::pair<std::int64_t, int>, cv::Matx23d> camera_steps;  ///< by frame and image width
    KeptValues<ChainKey, FlowChain> chains;
    KeptValues<EvidenceKey, BoxEvidence> evidence;
};

}  // namespace inbetween
