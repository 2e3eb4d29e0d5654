#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace inbetween {

/// Bytes to bind as a BLOB.
struct Blob {
    std::string_view bytes;
};

class Database;

/// A prepared statement: bind with with(), then step through its rows.
/// What fails is kept by the Database (Database::failure).
class Statement {
public:
    Statement(Database& database, const char* sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Starts it anew with these values for ?1, ?2, ...: whole numbers, doubles, texts, Blob, std::nullopt, optionals.
    template <class... Values>
    Statement& with(const Values&... values) {
        reset();
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }
    /// Goes to the next row.   returns: false after the last one, or when it failed.
    bool next();
    /// Runs it to its end.
    void run() {
        while (next()) {
        }
    }

    // The current row's columns, from 0. Texts and blobs are copied out.
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;
    std::string blob(int column) const;
    bool is_null(int column) const;

    /// Lets go of the rows, so that no read is left open.
    void reset();

private:
    void bind(int index, std::int64_t value);
    void bind(int index, int value) { bind(index, std::int64_t{value}); }
    void bind(int index, bool value) { bind(index, std::int64_t{value}); }
    void bind(int index, double value);
    void bind(int index, std::string_view value);
    void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
    void bind(int index, const char* value) { bind(index, std::string_view(value)); }
    void bind(int index, Blob value);
    void bind(int index, std::nullopt_t null);
    template <class Value>
    void bind(int index, const std::optional<Value>& value) {
        value ? bind(index, *value) : bind(index, std::nullopt);
    }

    Database& database_;
    sqlite3_stmt* statement_ = nullptr;
};

/// One connection to an SQLite file, hardened against files that somebody else made.
/// The first failure is kept: from then on statements do nothing until clear_failure(), so that a run of statements is
/// checked once, at its end.
/// thread: one at a time.
class Database {
public:
    enum class Access {
        Create,  ///< an empty file or none; written through a rollback journal
        Write,   ///< an existing file, which may be written
        Read,    ///< an existing file that others may be writing
        Quiet,   ///< an existing file that nobody writes: takes no lock and makes no file beside it; reads its WAL
        Head,    ///< as Quiet, without its WAL: enough for the file header, and safe beside a writer
    };
    /// errors: it is not there or cannot be opened. What it holds is not looked at.
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, Access access);
    /// A database in memory, for comparing schemas.
    static Result<std::unique_ptr<Database>> open_in_memory();
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs one statement that is prepared once and kept.   requires: `sql` is a literal.
    template <class... Values>
    void run(const char* sql, const Values&... values) {
        kept(sql).with(values...).run();
    }
    /// The first column of the first row as a number; 0 without rows.
    template <class... Values>
    std::int64_t number(const char* sql, const Values&... values) {
        Statement& statement = kept(sql).with(values...);
        const std::int64_t value = statement.next() ? statement.integer(0) : 0;
        statement.reset();
        return value;
    }
    /// A statement that is prepared once and kept.   requires: `sql` is a literal, no rows of it are being read.
    Statement& kept(const char* sql);
    /// Runs several statements without values.
    void run_script(const std::string& sql);

    const std::optional<Error>& failure() const { return failure_; }
    void clear_failure() { failure_.reset(); }
    /// Done, or the failure.
    Result<Done> outcome() const;
    /// States a failure of our own, if none stands.
    void set_failure(Error error);
    /// Tells whether the failure is one of the file's content: not a database, or a damaged one.
    bool is_damaged() const { return damaged_; }

    /// The first 100 bytes of the file and its size, read through the connection. SQLite's locks fall when another
    /// descriptor of the same file closes, so nothing here opens the file in any other way.
    struct Header {
        std::string bytes;
        std::int64_t file_bytes = 0;
    };
    Result<Header> header();
    bool is_read_only() const;
    /// Tells whether the open file is no longer the one at its path.
    bool has_moved();
    /// Copies all that this database holds, the WAL included, into an empty one.
    Result<Done> copy_to(Database& target);
    /// Pages in the WAL after the last commit of this connection.
    int wal_pages() const { return wal_pages_; }

    const std::filesystem::path& path() const { return path_; }
    Access access() const { return access_; }
    sqlite3* handle() { return handle_; }

private:
    friend class Statement;
    struct Kept;
    Database(std::filesystem::path path, Access access, sqlite3* handle);
    void harden();
    void note_failure(int code);

    std::filesystem::path path_;
    Access access_;
    sqlite3* handle_ = nullptr;
    std::unique_ptr<Kept> kept_;
    std::optional<Error> failure_;
    bool damaged_ = false;
    int wal_pages_ = 0;
};

/// What a database says at one moment, however long the reading takes and whoever writes meanwhile.
class ReadTransaction {
public:
    explicit ReadTransaction(Database& database) : database_(database) { database_.run("BEGIN"); }
    ~ReadTransaction();
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    Database& database_;
};

/// A transaction: all of it or nothing. Rolled back unless commit() succeeds.
class Transaction {
public:
    /// Takes the write lock; what fails is kept by the database.
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// errors: anything that failed since the beginning, or the commit itself; then it is rolled back.
    Result<Done> commit();

private:
    Database& database_;
    bool open_ = true;
};

}  // namespace inbetween
