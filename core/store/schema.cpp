#include "core/store/schema.h"

#include <algorithm>
#include <array>
#include <vector>

namespace inbetween {
namespace {

constexpr const char* version_1_tables = R"sql(
CREATE TABLE media (
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL, rel_path TEXT NOT NULL, bytes INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, frames INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    tb_num INTEGER NOT NULL, tb_den INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;
CREATE TABLE frame_time (
    media_id INTEGER NOT NULL REFERENCES media DEFERRABLE INITIALLY DEFERRED, segment INTEGER NOT NULL,
    pts BLOB NOT NULL, hash BLOB, PRIMARY KEY (media_id, segment)) STRICT, WITHOUT ROWID;
CREATE TABLE label (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, colour TEXT NOT NULL,
    hotkey INTEGER NOT NULL, ava_id INTEGER, checksum INTEGER NOT NULL) STRICT;
CREATE TABLE attribute (
    id INTEGER PRIMARY KEY, label_id INTEGER NOT NULL REFERENCES label DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, mutable INTEGER NOT NULL,
    "default" TEXT NOT NULL) STRICT;
CREATE INDEX attribute_by_label ON attribute (label_id);
CREATE TABLE attribute_value (
    attribute_id INTEGER NOT NULL REFERENCES attribute DEFERRABLE INITIALLY DEFERRED, position INTEGER NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (attribute_id, position)) STRICT, WITHOUT ROWID;
CREATE TABLE track (
    id INTEGER PRIMARY KEY, media_id INTEGER NOT NULL REFERENCES media DEFERRABLE INITIALLY DEFERRED,
    label_id INTEGER NOT NULL REFERENCES label DEFERRABLE INITIALLY DEFERRED, shape TEXT NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
CREATE INDEX track_by_media ON track (media_id);
CREATE INDEX track_by_label ON track (label_id);
CREATE TABLE keyframe (
    track_id INTEGER NOT NULL REFERENCES track DEFERRABLE INITIALLY DEFERRED, frame INTEGER NOT NULL,
    x INTEGER NOT NULL, y INTEGER NOT NULL, w INTEGER NOT NULL, h INTEGER NOT NULL, corners BLOB,
    flags INTEGER NOT NULL, source INTEGER NOT NULL, PRIMARY KEY (track_id, frame)) STRICT, WITHOUT ROWID;
CREATE TABLE annotation (
    track_id INTEGER NOT NULL REFERENCES track DEFERRABLE INITIALLY DEFERRED, frame INTEGER NOT NULL,
    x INTEGER NOT NULL, y INTEGER NOT NULL, w INTEGER NOT NULL, h INTEGER NOT NULL, corners BLOB,
    flags INTEGER NOT NULL, source INTEGER NOT NULL, confidence REAL NOT NULL,
    PRIMARY KEY (track_id, frame)) STRICT, WITHOUT ROWID;
CREATE TABLE track_attribute (
    track_id INTEGER NOT NULL REFERENCES track DEFERRABLE INITIALLY DEFERRED, attribute_id INTEGER NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (track_id, attribute_id)) STRICT, WITHOUT ROWID;
CREATE TABLE attr_range (
    track_id INTEGER NOT NULL REFERENCES track DEFERRABLE INITIALLY DEFERRED, attribute_id INTEGER NOT NULL,
    begin INTEGER NOT NULL, end INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (track_id, attribute_id, begin)) STRICT, WITHOUT ROWID;
CREATE TABLE segment (
    id INTEGER PRIMARY KEY, media_id INTEGER NOT NULL REFERENCES media DEFERRABLE INITIALLY DEFERRED,
    label_id INTEGER NOT NULL REFERENCES label DEFERRABLE INITIALLY DEFERRED,
    track_id INTEGER REFERENCES track DEFERRABLE INITIALLY DEFERRED,
    begin INTEGER NOT NULL, end INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;
CREATE INDEX segment_by_media ON segment (media_id);
CREATE INDEX segment_by_label ON segment (label_id);
CREATE INDEX segment_by_track ON segment (track_id);
CREATE TABLE fill (
    id INTEGER PRIMARY KEY, track_id INTEGER NOT NULL, begin INTEGER NOT NULL, end INTEGER NOT NULL,
    method TEXT NOT NULL, shown INTEGER NOT NULL, inputs BLOB NOT NULL, checksum INTEGER NOT NULL,
    frames BLOB NOT NULL) STRICT;
CREATE INDEX fill_by_track ON fill (track_id);
CREATE TABLE history (
    seq INTEGER PRIMARY KEY, parent INTEGER NOT NULL, ts INTEGER NOT NULL, name TEXT NOT NULL,
    checksum INTEGER NOT NULL, change BLOB NOT NULL) STRICT;
CREATE TABLE head (
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, writes INTEGER NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
)sql";

/// SQL for the n-th number of a corners blob, in pixels: any client can run it, none has to know the blob.
std::string corner_sql(std::size_t n) {
    std::string sum;
    std::int64_t weight = 1;
    for (std::size_t byte = 0; byte < 4; ++byte) {
        for (const std::size_t digit : {std::size_t{2}, std::size_t{1}}) {
            sum += fmt::format("{}{} * (instr('123456789ABCDEF', substr(hex(a.corners), {}, 1)))",
                               sum.empty() ? "" : " + ", weight, 8 * n + 2 * byte + digit);
            weight *= 16;
        }
    }
    // The sum is unsigned; adding half of its range before and taking it away after makes it signed.
    return fmt::format(
        "CASE WHEN a.corners IS NULL THEN NULL ELSE ((({}) + 2147483648) % 4294967296 - 2147483648)"
        " / 1024.0 END",
        sum);
}

std::string annotation_view_sql() {
    std::string sql =
        "CREATE VIEW annotation_px AS SELECT a.track_id, a.frame, l.name AS label,"
        " a.x / 1024.0 AS x, a.y / 1024.0 AS y, a.w / 1024.0 AS w, a.h / 1024.0 AS h";
    constexpr std::array<const char*, 8> names{"x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4"};
    for (std::size_t n = 0; n < names.size(); ++n) sql += fmt::format(", {} AS {}", corner_sql(n), names[n]);
    return sql +
           ", a.flags & 1 AS outside, (a.flags >> 1) & 1 AS occluded,"
           " CASE a.source WHEN 0 THEN 'manual' WHEN 1 THEN 'tracked' WHEN 2 THEN 'interpolated'"
           " WHEN 3 THEN 'imported' ELSE 'detected' END AS source, a.confidence"
           " FROM annotation a JOIN track t ON t.id = a.track_id JOIN label l ON l.id = t.label_id";
}

void make_version_1(Database& database) {
    database.run_script(fmt::format("PRAGMA application_id = {}", project_application_id));
    database.run_script(version_1_tables);
    database.run_script(annotation_index_sql);
    database.run_script(annotation_view_sql());
}

constexpr const char* version_2_tables = R"sql(
CREATE TABLE frame_signature (
    media_id INTEGER NOT NULL REFERENCES media DEFERRABLE INITIALLY DEFERRED, segment INTEGER NOT NULL,
    hash BLOB NOT NULL, luma BLOB NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (media_id, segment)) STRICT, WITHOUT ROWID;
)sql";

void make_version_2(Database& database) { database.run_script(version_2_tables); }

constexpr const char* version_3_tables = R"sql(
CREATE TABLE review (
    track_id INTEGER PRIMARY KEY REFERENCES track DEFERRABLE INITIALLY DEFERRED, certainty INTEGER NOT NULL) STRICT;
)sql";

void make_version_3(Database& database) { database.run_script(version_3_tables); }

constexpr std::array<Migration, 3> all_migrations{make_version_1, make_version_2, make_version_3};

struct SchemaRow {
    std::string type;
    std::string name;
    std::string table;
    std::string sql;
    friend bool operator==(const SchemaRow&, const SchemaRow&) = default;
};

// What SQLite makes of itself (indexes of keys, statistics of ANALYZE) is not compared.
std::vector<SchemaRow> schema_of(Database& database) {
    Statement rows(database,
                   "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                   " ORDER BY name");
    std::vector<SchemaRow> schema;
    while (rows.next()) schema.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3)});
    return schema;
}

}  // namespace

std::span<const Migration> migrations() { return all_migrations; }

Result<Done> migrate(Database& database, std::span<const Migration> steps) {
    Statement version_of(database, "PRAGMA user_version");
    const auto from = static_cast<std::size_t>(version_of.next() ? version_of.integer(0) : 0);
    version_of.reset();
    for (std::size_t version = from; version < steps.size(); ++version) {
        Transaction transaction(database);
        if (!database.failure()) steps[version](database);
        database.run_script(fmt::format("PRAGMA user_version = {}", version + 1));
        if (auto done = transaction.commit(); !done) return done;
    }
    return database.outcome();
}

Result<Done> check_schema(Database& database, std::span<const Migration> steps) {
    const auto version = static_cast<std::size_t>(database.number("PRAGMA user_version"));
    auto model = Database::open_in_memory();
    if (!model) return model.error();
    if (auto made = migrate(**model, steps.first(std::min(version, steps.size()))); !made) return made;
    const std::vector<SchemaRow> expected = schema_of(**model);
    const std::vector<SchemaRow> found = schema_of(database);
    if (database.failure()) return *database.failure();
    if (found != expected)
        return fail("{}: is damaged: its tables are not those of an Inbetween project", database.path().string());
    return Done{};
}

}  // namespace inbetween
