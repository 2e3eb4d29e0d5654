#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/seek/seeker.h"

namespace inbetween::seek {

/// Requests one after the other. Where it starts from a frame, that frame is shown first, unmeasured.
struct Chain {
    std::optional<FrameIndex> from;
    std::vector<FrameIndex> frames;
};

/// Up to when an engine's computing is charged to a request.
enum class Charge {
    UntilIdle,   ///< until nothing is left to do for it, or the next request comes
    UntilAnswer  ///< until its picture is there: what follows belongs to another pattern
};

/// What a person does with a video, as requests.
struct Pattern {
    std::string id;
    std::string meaning;  ///< one line
    Want want = Want::Exact;
    Ahead ahead = Ahead::Yes;
    double tick_secs = 0;  ///< from request to request; 0: the next as soon as one is answered
    std::size_t unit = 1;  ///< requests that are asked for together where a sample is taken
    bool opens = false;    ///< each request opens the file first
    Charge charge = Charge::UntilIdle;
    bool ends_exact = false;  ///< its last frame is waited for until it is exact
    /// The pattern with the same requests of which the exact picture is awaited: its figures hold for engines without
    /// approximate pictures.
    std::string exact_pattern;
    std::vector<Chain> chains;
};

/// How long patterns are.
enum class Length { Quick, Full };

/// What patterns are made for.
struct Footage {
    std::int64_t frames = 0;
    double frame_rate = 25;
    std::vector<FrameIndex> sync_frames;
};

/// The ids of all patterns, in the order of the table.
const std::vector<std::string>& pattern_ids();

/// Every pattern for this video, in the order of pattern_ids(), the same each time; without those that it is too short
/// for.   requires: frames > 0.
std::vector<Pattern> patterns_for(const Footage& footage, Length length);

/// Pieces of a chain of `length` requests each, every one with the frame before it to start from. They come in an order
/// in which few are worth all: forward and backward ones by turns, and of each the frames that lie in the middle of
/// their groups of pictures first, then those at the quarters, and so on, for how far into its group a frame lies is
/// what it costs.   requires: length > 0; sync frames rising.
std::vector<Chain> pieces_of(const Chain& chain, std::size_t length, const std::vector<FrameIndex>& sync_frames);

}  // namespace inbetween::seek
