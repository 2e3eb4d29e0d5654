#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "core/edit/change_set.h"
#include "core/edit/document.h"

namespace inbetween::test {

/// Draws numbers for a test; what it draws follows from its seed alone.
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    /// A whole number from `least` to `most`, both included.
    std::int64_t number(std::int64_t least, std::int64_t most);
    /// True once in `n` draws.
    bool once_in(std::int64_t n) { return number(1, n) == 1; }
    double real(double least, double most);
    template <class Range>
    const auto& one_of(const Range& range) {
        return *std::next(range.begin(), number(0, static_cast<std::int64_t>(range.size()) - 1));
    }

private:
    std::mt19937_64 engine_;
};

/// The seed of a random test: from INBETWEEN_TEST_SEED, else a fixed one. Print it with SCOPED_TRACE.
std::uint64_t test_seed();

/// How much random_annotations makes.
struct RandomSize {
    int tracks = 6;
    std::int64_t frames = 200;
};

/// A valid shape on the storage grid.
Shape random_shape(Random& random, ShapeKind kind);

/// A track of valid keyframes, gaps, attribute values and ranges among what `all` has.   requires: `all` has a media.
Track random_track(Random& random, const Annotations& all, TrackId id, std::int64_t frames);

/// What a solver might find for a span of the track: of two or more keyframes, on the storage grid or not.
/// returns: null when no span has a frame to fill.
SpanFillPtr random_fill(Random& random, const Track& track);

/// A whole project's worth, in which find_breach finds nothing: two videos, labels with attributes, names that are not
/// ASCII, boxes and quads, segments and fills.
Annotations random_annotations(Random& random, const RandomSize& size = {});

/// A change that fits, of one of many kinds: keyframes stated and removed, tracks added and removed, labels renamed and
/// swapped, segments, attributes, a video added or relinked.
ChangeSet random_change(Random& random, const Annotations& now, std::int64_t frames = 200);

}  // namespace inbetween::test
