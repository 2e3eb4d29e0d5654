#include "core/store/database.h"

#include <sqlite3.h>

#include <cstring>
#include <map>

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr int busy_timeout_ms = 2000;
constexpr int header_bytes = 100;

/// The path as an SQLite URI, so that parameters can follow and no path is mistaken for one.
std::string uri_of(const fs::path& path, std::string_view parameters) {
    std::error_code ignored;
    const std::string absolute = fs::absolute(path, ignored).string();
    std::string uri = "file:";
    for (const char c : absolute) {
        if (c == '%' || c == '?' || c == '#')
            uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        else
            uri += c;
    }
    return uri + std::string(parameters);
}

std::string reason_of(sqlite3* handle, int code) {
    const int system_error = handle != nullptr ? sqlite3_system_errno(handle) : 0;
    switch (code & 0xff) {
        case SQLITE_FULL:
            return "the disk is full";
        case SQLITE_READONLY:
            return "is read-only";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "is in use by another program";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return "is damaged";
        case SQLITE_NOMEM:
            return "there is not enough memory";
        case SQLITE_IOERR:
            return system_error != 0 ? fmt::format("cannot be read or written: {}", std::strerror(system_error))
                                     : "cannot be read or written";
        case SQLITE_CANTOPEN:
            return system_error != 0 ? fmt::format("cannot be opened: {}", std::strerror(system_error))
                                     : "cannot be opened";
        default:
            return handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    }
}

struct Opening {
    std::string uri;
    int flags;
    const char* vfs;
};

Opening opening_of(const fs::path& path, Database::Access access) {
    constexpr int common = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (access) {
        case Database::Access::Create:
            return {uri_of(path, ""), common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr};
        case Database::Access::Write:
            return {uri_of(path, ""), common | SQLITE_OPEN_READWRITE, nullptr};
        case Database::Access::Read:
            return {uri_of(path, ""), common | SQLITE_OPEN_READONLY, nullptr};
        case Database::Access::Quiet:
            return {uri_of(path, ""), common | SQLITE_OPEN_READONLY, "unix-none"};
        case Database::Access::Head:
            break;
    }
    return {uri_of(path, "?immutable=1"), common | SQLITE_OPEN_READONLY, nullptr};
}

}  // namespace

struct Database::Kept {
    std::map<const char*, Statement> statements;  // by the literal's address
};

// ---- Statement

Statement::Statement(Database& database, const char* sql) : database_(database) {
    if (database_.failure()) return;
    const int code = sqlite3_prepare_v3(database_.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (code != SQLITE_OK) database_.note_failure(code);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::reset() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

bool Statement::next() {
    if (statement_ == nullptr || database_.failure()) return false;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) database_.note_failure(code);
    sqlite3_reset(statement_);
    return false;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::string Statement::text(int column) const {
    const unsigned char* begin = sqlite3_column_text(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (begin == nullptr) return {};
    return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(size)};
}

std::string Statement::blob(int column) const {
    const void* begin = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (begin == nullptr) return {};
    return {static_cast<const char*>(begin), static_cast<std::size_t>(size)};
}

void Statement::bind(int index, std::int64_t value) {
    if (statement_ == nullptr) return;
    const int code = sqlite3_bind_int64(statement_, index, value);
    if (code != SQLITE_OK) database_.note_failure(code);
}

void Statement::bind(int index, double value) {
    if (statement_ == nullptr) return;
    const int code = sqlite3_bind_double(statement_, index, value);
    if (code != SQLITE_OK) database_.note_failure(code);
}

void Statement::bind(int index, std::string_view value) {
    if (statement_ == nullptr) return;
    const char* begin = value.data() != nullptr ? value.data() : "";  // a null pointer would bind NULL
    const int code = sqlite3_bind_text64(statement_, index, begin, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    if (code != SQLITE_OK) database_.note_failure(code);
}

void Statement::bind(int index, Blob value) {
    if (statement_ == nullptr) return;
    const char* begin = value.bytes.data() != nullptr ? value.bytes.data() : "";
    const int code = sqlite3_bind_blob64(statement_, index, begin, value.bytes.size(), SQLITE_TRANSIENT);
    if (code != SQLITE_OK) database_.note_failure(code);
}

void Statement::bind(int index, std::nullopt_t) {
    if (statement_ == nullptr) return;
    const int code = sqlite3_bind_null(statement_, index);
    if (code != SQLITE_OK) database_.note_failure(code);
}

// ---- Database

Database::Database(fs::path path, Access access, sqlite3* handle)
    : path_(std::move(path)), access_(access), handle_(handle), kept_(std::make_unique<Kept>()) {
    sqlite3_wal_hook(
        handle_,
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<Database*>(self)->wal_pages_ = pages;
            return SQLITE_OK;
        },
        this);
}

Database::~Database() {
    kept_.reset();
    sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<Database>> Database::open(const fs::path& path, Access access) {
    const Opening opening = opening_of(path, access);
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(opening.uri.c_str(), &handle, opening.flags, opening.vfs);
    if (code != SQLITE_OK) {
        const Error error = fail("{}: {}", path.string(), reason_of(handle, code));
        sqlite3_close_v2(handle);
        return error;
    }
    std::unique_ptr<Database> database(new Database(path, access, handle));
    database->harden();
    if (access == Access::Quiet || access == Access::Head)
        sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    // With the exclusive mode the WAL's index lives in memory: no -shm file is made.
    if (access == Access::Quiet) database->run("PRAGMA locking_mode = EXCLUSIVE");
    return database;
}

Result<std::unique_ptr<Database>> Database::open_in_memory() {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    if (code != SQLITE_OK) {
        const Error error = fail("memory: {}", reason_of(handle, code));
        sqlite3_close_v2(handle);
        return error;
    }
    return std::unique_ptr<Database>(new Database("memory", Access::Create, handle));
}

void Database::harden() {
    sqlite3_busy_timeout(handle_, busy_timeout_ms);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle_, SQLITE_LIMIT_SQL_LENGTH, 100'000);
    sqlite3_limit(handle_, SQLITE_LIMIT_COLUMN, 100);
    sqlite3_limit(handle_, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
    // These two pragmas only set flags of the connection: neither reads the file.
    sqlite3_exec(handle_, "PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON", nullptr, nullptr, nullptr);
}

Statement& Database::kept(const char* sql) {
    const auto found = kept_->statements.find(sql);
    if (found != kept_->statements.end()) return found->second;
    if (failure_) {  // what cannot be prepared now must not be kept as if it were
        static constexpr const char* nothing = nullptr;
        return kept_->statements.try_emplace(nothing, *this, nothing).first->second;
    }
    Statement& made = kept_->statements.try_emplace(sql, *this, sql).first->second;
    if (!failure_) return made;
    kept_->statements.erase(sql);
    return kept(sql);
}

void Database::run_script(const std::string& sql) {
    if (failure_) return;
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) note_failure(code);
}

void Database::note_failure(int code) {
    const int kind = code & 0xff;
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB) damaged_ = true;
    if (!failure_) failure_ = fail("{}: {}", path_.string(), reason_of(handle_, code));
}

void Database::set_failure(Error error) {
    if (!failure_) failure_ = std::move(error);
}

Result<Done> Database::outcome() const {
    if (failure_) return *failure_;
    return Done{};
}

Result<Database::Header> Database::header() {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    Header header;
    sqlite3_int64 size = 0;
    if (file == nullptr || file->pMethods == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK)
        return fail("{}: cannot be read", path_.string());
    header.file_bytes = size;
    header.bytes.resize(static_cast<std::size_t>(std::min<sqlite3_int64>(size, header_bytes)));
    if (header.bytes.empty()) return header;
    if (file->pMethods->xRead(file, header.bytes.data(), static_cast<int>(header.bytes.size()), 0) != SQLITE_OK)
        return fail("{}: cannot be read", path_.string());
    return header;
}

bool Database::is_read_only() const { return sqlite3_db_readonly(handle_, "main") != 0; }

bool Database::has_moved() {
    int moved = 0;
    sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved != 0;
}

Result<Done> Database::copy_to(Database& target) {
    sqlite3_backup* backup = sqlite3_backup_init(target.handle_, "main", handle_, "main");
    if (backup == nullptr)
        return fail("{}: {}", target.path_.string(), reason_of(target.handle_, sqlite3_errcode(target.handle_)));
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE || finished != SQLITE_OK)
        return fail("{}: {}", target.path_.string(), reason_of(target.handle_, finished));
    return Done{};
}

// ---- Transactions

namespace {
void roll_back(Database& database) {
    if (sqlite3_get_autocommit(database.handle()) == 0)
        sqlite3_exec(database.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}
}  // namespace

ReadTransaction::~ReadTransaction() { roll_back(database_); }

Transaction::Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
    if (open_) roll_back(database_);
}

Result<Done> Transaction::commit() {
    database_.run("COMMIT");
    if (database_.failure()) return *database_.failure();
    open_ = false;
    return Done{};
}

}  // namespace inbetween
