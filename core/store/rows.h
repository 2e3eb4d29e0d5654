#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/edit/change_set.h"
#include "core/store/database.h"

// What a write puts into the tables. All of it inside a transaction of the caller's; what fails is kept by the
// database.
namespace inbetween {

/// All rows of `all` into empty tables, the index over frames last.
void insert_all(Database& database, const Annotations& all);

/// The rows that a change makes differ, the per-frame rows and the fills of its tracks included.
void write_change(Database& database, const ChangeSet& change, const Annotations& before, const Annotations& after);

/// The fills of one track and the per-frame rows that they make differ, where its statements stand as they are.
void write_track_fills(Database& database, TrackId track, const Annotations& before, const Annotations& after);

/// One step of the journal.
void insert_history(Database& database, std::int64_t seq, std::int64_t parent, const ChangeSet& change);

/// The undo cursor, and how many writes there have been: by it one tells whether a write happened.
struct Head {
    std::int64_t seq = 0;
    std::int64_t writes = 0;
    friend bool operator==(const Head&, const Head&) = default;
};
void write_head(Database& database, const Head& head);
/// returns: nullopt when the row is damaged, or not there.
std::optional<Head> read_head(Database& database);

/// How many fills of a track are kept for undo; as many as Document keeps.
inline constexpr std::int64_t stored_fills_per_track = 512;

/// The columns of a fill; the track and the inputs name it.
struct FillColumns {
    TrackId track;
    std::string_view method;
    std::string_view inputs;
    std::string_view frames;
    bool shown;
};
std::string fill_inputs_bytes(const SpanFill& fill);
std::string fill_frames_bytes(const SpanFill& fill);
std::int64_t fill_checksum(const FillColumns& columns);

}  // namespace inbetween
