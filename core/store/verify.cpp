#include <algorithm>

#include "core/store/annotation_rows.h"
#include "core/store/journal.h"
#include "core/store/load.h"
#include "core/store/opening.h"
#include "core/store/signature_rows.h"
#include "core/store/store.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// Enough to see what happened to a file.
constexpr std::size_t most_complaints = 100;

/// Looks at one open project from all sides.
class Verifier {
public:
    explicit Verifier(Database& database) : db_(database) {}

    std::vector<std::string> verify() {
        check(check_schema(db_, migrations()));
        complain_of_rows("PRAGMA integrity_check(20)");
        complain_of_rows(
            "SELECT 'a row of ' || \"table\" || ' names a ' || parent || ' that is not there'"
            " FROM pragma_foreign_key_check LIMIT 20");
        auto project = load_project(db_);
        if (project) {
            check_rows(project->annotations);
            check_undo(*project);
        } else {
            check(project.error());
        }
        check_journal_rows();
        for (const std::string& complaint : complaints_of_signatures(db_)) complain("{}", complaint);
        check(db_.outcome());
        return std::move(complaints_);
    }

private:
    template <class... Args>
    void complain(fmt::format_string<Args...> format, Args&&... args) {
        if (complaints_.size() < most_complaints)
            complaints_.push_back(fmt::format(format, std::forward<Args>(args)...));
    }
    void check(const Result<Done>& outcome) {
        if (!outcome) complain("{}", outcome.error().message);
        db_.clear_failure();
    }
    void complain_of_rows(const char* sql);
    void check_rows(const Annotations& annotations);
    void check_rows_of(const Annotations& annotations, const Track& track, Statement& stored);
    void check_journal_rows();
    void check_undo(const LoadedProject& project);

    Database& db_;
    std::vector<std::string> complaints_;
};

void Verifier::complain_of_rows(const char* sql) {
    {
        Statement rows(db_, sql);
        while (rows.next())
            if (rows.text(0) != "ok") complain("{}", rows.text(0));
    }
    check(db_.outcome());
}

AnnotationRow stored_row(const Statement& row) {
    AnnotationRow stored{FrameIndex{row.integer(0)},
                         {row.integer(1), row.integer(2), row.integer(3), row.integer(4), std::nullopt},
                         row.integer(6),
                         source_numbered(row.integer(7)).value_or(Source::Detected),
                         static_cast<float>(row.real(8))};
    if (!row.is_null(5)) stored.shape.corners = corners_of(row.blob(5));
    return stored;
}

void Verifier::check_rows_of(const Annotations& annotations, const Track& track, Statement& stored) {
    stored.with(number(track.id));
    const FrameRange extent = track.extent();
    for (FrameIndex begin = extent.begin; begin < extent.end; begin = begin + frames_per_run) {
        const FrameRange run{begin, std::min(begin + frames_per_run, extent.end)};
        for (const AnnotationRow& row : annotation_rows(track, annotations.fills_of(track.id), run)) {
            if (stored.next() && stored_row(stored) == row && source_numbered(stored.integer(7))) continue;
            return complain("track {}: its row of frame {} is not what its keyframes say", number(track.id),
                            row.frame.value);
        }
    }
    if (stored.next()) complain("track {}: has rows beyond its last keyframe", number(track.id));
}

void Verifier::check_rows(const Annotations& annotations) {
    Statement stored(db_,
                     "SELECT frame, x, y, w, h, corners, flags, source, confidence FROM annotation"
                     " WHERE track_id = ?1 ORDER BY frame");
    for (const auto& [id, track] : annotations.tracks) check_rows_of(annotations, *track, stored);
    check(db_.outcome());
    const std::int64_t strays =
        db_.number("SELECT count(*) FROM annotation WHERE track_id NOT IN (SELECT id FROM track)");
    if (strays > 0) complain("{} rows of tracks that are not there", strays);
    check(db_.outcome());
}

void Verifier::check_journal_rows() {
    Statement steps(db_, "SELECT seq, parent, name, checksum, change FROM history ORDER BY seq");
    while (steps.next()) {
        const std::int64_t seq = steps.integer(0);
        if (journal_checksum(seq, steps.integer(1), steps.text(2), steps.blob(4)) != steps.integer(3))
            complain("step {} of the undo history is damaged", seq);
    }
    check(db_.outcome());
}

/// Takes everything back, step by step, as a person could.
void Verifier::check_undo(const LoadedProject& project) {
    Annotations now = project.annotations;
    const auto& entries = project.history.entries();
    for (std::size_t left = project.history.done(); left > 0; --left) {
        const std::int64_t seq = entries[left - 1].seq;
        const auto row = load_journal_row(db_, seq);
        db_.clear_failure();
        if (!row) return;  // check_journal_rows tells
        const auto change = decode_change(row->change, row->name, ChangeDirection::Backward, now);
        if (!change) return complain("step {} of the undo history does not fit what the project says", seq);
        now = applied(*change, std::move(now));
    }
}

}  // namespace

Result<std::vector<std::string>> Store::verify(const fs::path& path) {
    return read_at_one_moment(path, [](Database& database) -> Result<std::vector<std::string>> {
        if (auto current = check_is_readable(database); !current) return current.error();
        return Verifier(database).verify();
    });
}

}  // namespace inbetween
