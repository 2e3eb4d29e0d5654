#include "core/store/opening.h"

#include <array>

#include "core/store/signature_rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

using Signatures = std::map<MediaId, std::shared_ptr<const VideoSignature>>;

constexpr std::string_view sqlite_magic("SQLite format 3\0", 16);
constexpr std::int64_t header_size = 100;
// Up to this size a check of every page takes a moment only.
constexpr std::int64_t small_file_bytes = 8 << 20;

std::int64_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

// Fields of the head.   source: https://www.sqlite.org/fileformat.html
std::int64_t application_id_of(std::string_view head) { return big_endian(head, 68, 4); }
std::int64_t version_of(std::string_view head) { return big_endian(head, 60, 4); }

/// The bytes the file must have, as far as its head can tell.
std::int64_t stated_size(std::string_view head) {
    const std::int64_t page = big_endian(head, 16, 2);
    const bool count_is_valid = big_endian(head, 24, 4) == big_endian(head, 92, 4);
    return count_is_valid ? (page == 1 ? 65536 : page) * big_endian(head, 28, 4) : 0;
}

Result<Done> check_is_file(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) return fail("{}: no such file", path.string());
    if (fs::is_directory(status)) return fail("{}: is a folder, not an Inbetween project", path.string());
    if (!fs::is_regular_file(status)) return fail("{}: is not a regular file", path.string());
    return Done{};
}

Result<Database::Header> read_head_of(const fs::path& path) {
    if (auto is_file = check_is_file(path); !is_file) return is_file.error();
    auto database = Database::open(path, Database::Access::Head);
    if (!database) return database.error();
    return (*database)->header();
}

bool is_ours(const Database::Header& head) {
    return static_cast<std::int64_t>(head.bytes.size()) == header_size && head.bytes.starts_with(sqlite_magic) &&
           application_id_of(head.bytes) == project_application_id;
}

bool has_bytes(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return !error && size > 0;
}

/// The first complaint of SQLite's page check; empty for none.
std::string page_complaint(Database& database, const char* check) {
    Statement rows(database, check);
    const std::string first = rows.next() ? rows.text(0) : std::string();
    return first == "ok" ? std::string() : first;
}

// Every table but annotation.
constexpr std::array stated_checks{"PRAGMA quick_check(media)",
                                   "PRAGMA quick_check(frame_time)",
                                   "PRAGMA quick_check(label)",
                                   "PRAGMA quick_check(attribute)",
                                   "PRAGMA quick_check(track)",
                                   "PRAGMA quick_check(keyframe)",
                                   "PRAGMA quick_check(attribute_value)",
                                   "PRAGMA quick_check(fill)",
                                   "PRAGMA quick_check(track_attribute)",
                                   "PRAGMA quick_check(attr_range)",
                                   "PRAGMA quick_check(segment)",
                                   "PRAGMA quick_check(history)",
                                   "PRAGMA quick_check(head)"};

Result<Done> fill_new_project(const fs::path& file, const Annotations& initial, const Signatures& signatures) {
    auto opened = Database::open(file, Database::Access::Create);
    if (!opened) return opened.error();
    Database& database = **opened;
    // The file has no name yet that anybody knows: it is synced once, when it gets it.
    database.run_script("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536");
    if (auto made = migrate(database, migrations()); !made) return made;
    Transaction transaction(database);
    insert_all(database, initial);
    for (const auto& [media, signature] : signatures) put_signature(database, media, *signature);
    return transaction.commit();
}

/// The sentence of a failure on a temporary file, said of the file it was to become.
Error said_of(const Error& error, const fs::path& temporary, const fs::path& path) {
    std::string message = error.message;
    const std::string name = temporary.string();
    if (message.starts_with(name)) message.replace(0, name.size(), path.string());
    return Error{std::move(message), error.kind};
}

/// A whole copy of the file as it is, under the first free name.
Result<fs::path> copy_before_upgrade(Database& database, const fs::path& path, std::int64_t version) {
    auto temporary = make_temporary_beside(path);
    if (!temporary) return temporary.error();
    std::error_code ignored;
    auto target = Database::open(*temporary, Database::Access::Create);
    Result<Done> copied = target ? database.copy_to(**target) : Result<Done>(target.error());
    if (copied) (*target)->run_script("PRAGMA journal_mode = DELETE");
    if (target) (*target).reset();
    for (int n = 1; copied; ++n) {
        const std::string suffix = n == 1 ? "" : fmt::format("-{}", n);
        fs::path name = path;
        name.replace_filename(
            fmt::format("{}-version-{}{}{}", path.stem().string(), version, suffix, path.extension().string()));
        if (is_taken_name(name)) continue;
        copied = publish(*temporary, name);
        if (copied) return name;
    }
    fs::remove(*temporary, ignored);
    return said_of(copied.error(), *temporary, path);
}

}  // namespace

bool is_project_file(const fs::path& path) {
    const auto head = read_head_of(path);
    return head && is_ours(*head);
}

Result<Done> check_head(const fs::path& path) {
    const auto head = read_head_of(path);
    if (!head) return head.error();
    const std::string name = path.string();
    if (head->file_bytes == 0) return fail("{}: is empty, not an Inbetween project", name);
    if (!head->bytes.starts_with(sqlite_magic)) return fail("{}: is not an Inbetween project", name);
    if (head->file_bytes < header_size)
        return fail("{}: is damaged: only its first {} bytes are there", name, head->file_bytes);
    if (!is_ours(*head)) return fail("{}: is a database of another program, not an Inbetween project", name);
    const std::int64_t version = version_of(head->bytes);
    if (version > schema_version())
        return fail("{}: was made by a newer version of Inbetween (format {}; this one knows up to {})", name, version,
                    schema_version());
    if (version < 1) return fail("{}: is damaged: it has no format version", name);
    const std::int64_t stated = stated_size(head->bytes);
    if (!has_bytes(wal_of(path)) && !has_bytes(journal_of(path)) && head->file_bytes < stated)
        return fail("{}: is damaged: it is cut short, {} of {} bytes are there", name, head->file_bytes, stated);
    return Done{};
}

Result<std::unique_ptr<Database>> open_for_reading(const fs::path& path) {
    if (auto head = check_head(path); !head) return head.error();
    if (ProjectLock::is_taken(path)) return Database::open(path, Database::Access::Read);
    if (has_bytes(journal_of(path)))
        return fail("{}: was left in the middle of a write; it has to be opened for writing first", path.string());
    return Database::open(path, Database::Access::Quiet);
}

Result<std::unique_ptr<Database>> open_for_writing(const fs::path& path) {
    auto opened = Database::open(path, Database::Access::Write);
    if (!opened) return opened;
    Database& database = **opened;
    if (database.is_read_only()) return fail("{}: is read-only", path.string());
    Statement mode(database, "PRAGMA journal_mode = WAL");
    const bool is_wal = mode.next() && mode.text(0) == "wal";
    mode.reset();
    if (database.failure()) return *database.failure();
    if (!is_wal) return fail("{}: cannot be written safely where it lies", path.string());
    // The cache is filled by large imports only, which would otherwise write each page many times.
    database.run_script("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 0; PRAGMA cache_size = -131072");
    if (database.failure()) return *database.failure();
    return opened;
}

Result<Done> check_content(Database& database) {
    if (auto schema = check_schema(database, migrations()); !schema) return schema;
    const std::int64_t bytes = database.number("PRAGMA page_count") * database.number("PRAGMA page_size");
    std::string complaint;
    if (bytes <= small_file_bytes) {
        complaint = page_complaint(database, "PRAGMA quick_check(1)");
    } else {
        for (const char* check : stated_checks)
            if (complaint.empty()) complaint = page_complaint(database, check);
    }
    if (database.failure()) return *database.failure();
    if (!complaint.empty()) return fail("{}: is damaged: {}", database.path().string(), complaint);
    return Done{};
}

Result<Done> check_is_readable(Database& database) {
    constexpr std::int64_t oldest_readable = 1;
    const std::int64_t version = database.number("PRAGMA user_version");
    if (database.failure()) return *database.failure();
    if (version >= oldest_readable) return Done{};
    return fail("{}: is of the older format {}; it has to be opened for writing once", database.path().string(),
                version);
}

Result<Done> create_project(const fs::path& path, const Annotations& initial, const Signatures& signatures) {
    if (auto free = check_free_name(path); !free) return free;
    if (const auto breach = find_breach(initial))
        return fail("{}: cannot be made: what it is to say does not hold together: {}", path.string(), *breach);
    auto temporary = make_temporary_beside(path);
    if (!temporary) return temporary.error();
    Result<Done> made = fill_new_project(*temporary, initial, signatures);
    if (made) made = publish(*temporary, path);
    if (made) return made;
    std::error_code ignored;
    fs::remove(*temporary, ignored);
    return said_of(made.error(), *temporary, path);
}

Result<std::optional<std::string>> upgrade_project(const fs::path& path, std::span<const Migration> steps) {
    auto opened = open_for_writing(path);
    if (!opened) return opened.error();
    Database& database = **opened;
    const std::int64_t version = database.number("PRAGMA user_version");
    if (database.failure()) return *database.failure();
    if (version >= static_cast<std::int64_t>(steps.size())) return std::optional<std::string>();
    const auto copy = copy_before_upgrade(database, path, version);
    if (!copy) return copy.error();
    if (auto migrated = migrate(database, steps); !migrated) return migrated.error();
    database.run_script("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
    if (database.failure()) return *database.failure();
    return std::optional(fmt::format("{}: was brought from format {} to {}; as it was it is kept in {}", path.string(),
                                     version, steps.size(), copy->filename().string()));
}

Result<Done> roll_back_hot_journal(const fs::path& path) {
    if (!has_bytes(journal_of(path))) return Done{};
    auto opened = Database::open(path, Database::Access::Write);
    if (!opened) return opened.error();
    (*opened)->run("BEGIN IMMEDIATE");
    (*opened)->run("ROLLBACK");
    return (*opened)->outcome();
}

}  // namespace inbetween
