#pragma once

#include <set>
#include <vector>

#include "core/edit/history.h"
#include "core/model/annotations.h"
#include "core/store/rows.h"

namespace inbetween {

/// What a project file says.
struct LoadedProject {
    Annotations annotations;
    History history;
    std::vector<SpanFillPtr> kept_fills;  ///< all fills, oldest first; those shown are the ones in `annotations`
    std::set<MediaId> signed_media;       ///< videos whose signature is kept
    Head head;
};

/// Reads a project whole and checks it: checksums of all rows that state something, references, the model's invariants.
/// errors: anything is damaged; the sentence says what.
Result<LoadedProject> load_project(Database& database);

/// One row of the journal.
struct JournalRow {
    std::int64_t parent = 0;
    std::string name;
    std::string change;
};
/// errors: there is no such step, or it is damaged.
Result<JournalRow> load_journal_row(Database& database, std::int64_t seq);

}  // namespace inbetween
