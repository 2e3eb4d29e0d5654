#pragma once

#include <map>

#include "core/model/track.h"
#include "core/store/database.h"

// The rows of tracks that are proposals. A track's checksum covers its row here too.
namespace inbetween {

/// Writes or takes away the row of a track that is, or was, a proposal.
void write_review(Database& database, const Track& track);
void remove_review(Database& database, TrackId track);

/// The certainty of each proposal; none in a file of a version before there were any.   units: thousandths.
std::map<TrackId, int> read_reviews(Database& database);

}  // namespace inbetween
