#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/edit/change_set.h"

namespace inbetween {

/// A change as the journal keeps it: of a track that stays, only the keyframes that went and came and the facts that
/// changed, so that one keyframe moved in a long track takes some tens of bytes.
std::string encode_change(const ChangeSet& change);

/// The change made whole again, to be applied to `now`: forward, or backward as its inverse.
/// returns: a change that fits(change, now); nullopt when the bytes are damaged or do not belong to `now`.
enum class ChangeDirection { Forward, Backward };
std::optional<ChangeSet> decode_change(std::string_view bytes, std::string name, ChangeDirection direction,
                                       const Annotations& now);

/// What guards a row of the journal: its number, its parent, its name and its change.
std::int64_t journal_checksum(std::int64_t seq, std::int64_t parent, std::string_view name, std::string_view change);

}  // namespace inbetween
