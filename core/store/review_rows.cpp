#include "core/store/review_rows.h"

#include <algorithm>

namespace inbetween {

void write_review(Database& database, const Track& track) {
    if (!track.proposal) return remove_review(database, track.id);
    database.run("INSERT OR REPLACE INTO review (track_id, certainty) VALUES (?1, ?2)", number(track.id),
                 static_cast<std::int64_t>(*track.proposal));
}

void remove_review(Database& database, TrackId track) {
    database.run("DELETE FROM review WHERE track_id = ?1", number(track));
}

std::map<TrackId, int> read_reviews(Database& database) {
    std::map<TrackId, int> reviews;
    constexpr std::int64_t first_version = 3;
    if (database.number("PRAGMA user_version") < first_version) return reviews;
    Statement rows(database, "SELECT track_id, certainty FROM review");
    while (rows.next()) {
        // What no certainty can be is caught by the track's checksum.
        const std::int64_t certainty = std::clamp<std::int64_t>(rows.integer(1), -1, 1001);
        reviews[TrackId{rows.integer(0)}] = static_cast<int>(certainty);
    }
    return reviews;
}

}  // namespace inbetween
