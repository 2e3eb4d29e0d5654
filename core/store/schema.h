#pragma once

#include <span>

#include "core/store/database.h"

namespace inbetween {

/// "IBTW" in the application_id of a project file's header.
inline constexpr std::int64_t project_application_id = 0x49425457;

/// One step of the schema: from the version before to the next. What fails is kept by the database.
using Migration = void (*)(Database& database);

/// All steps, the first one from an empty database to version 1. A change of the schema is one more at the end.
std::span<const Migration> migrations();

/// The version that this program writes.
inline std::int64_t schema_version() { return static_cast<std::int64_t>(migrations().size()); }

/// Takes a database from its version to that of the last step, each step in a transaction of its own.
Result<Done> migrate(Database& database, std::span<const Migration> steps);

/// Tells whether the tables, indexes and views are exactly those of the database's version, and nothing else is there.
/// errors: they are not, or it cannot be read.
Result<Done> check_schema(Database& database, std::span<const Migration> steps);

/// The index over annotation rows by frame: dropped and made again around large imports.
inline constexpr const char* annotation_index_sql = "CREATE INDEX annotation_by_frame ON annotation (frame)";

}  // namespace inbetween
