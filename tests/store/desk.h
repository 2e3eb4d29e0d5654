#pragma once

#include <filesystem>
#include <memory>

#include "core/edit/document.h"
#include "core/store/store.h"
#include "tests/support/random_annotations.h"
#include "tests/support/support.h"

namespace inbetween::test {

/// A person at work on a project: document, history and store as a session holds them.
class Desk {
public:
    explicit Desk(std::filesystem::path path) : path_(std::move(path)) {}

    /// Makes the file and opens it.
    void create(const Annotations& initial);
    void open();
    void close() { store_.reset(); }
    void reopen() { close(), open(); }

    void commit(ChangeSet change);
    /// returns: false when there is nothing to undo or redo.
    bool undo();
    bool redo();
    void show_fill(const SpanFillPtr& fill);
    void clear_fills(TrackId track, const FrameRange& range);
    /// One random thing: an edit, an undo, a redo, a fill found, fills cleared.
    void do_something(Random& random, std::int64_t frames = 200);

    const Annotations& annotations() const { return document_->annotations(); }
    const History& history() const { return history_; }
    Store& store() { return *store_; }
    const std::filesystem::path& path() const { return path_; }

private:
    void move(std::int64_t seq, Store::Direction direction);

    std::filesystem::path path_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Document> document_;
    History history_;
};

/// Expects two states to say the same and to show the same fills.
void expect_same(const Annotations& found, const Annotations& wanted);

/// Expects Store::verify to find nothing.
void expect_sound(const std::filesystem::path& path);

/// What a project file says, read without writing.
Annotations read_project(const std::filesystem::path& path);

/// The rows of a query on the file, columns joined by '|', as another SQLite client reads them.
std::vector<std::string> query(const std::filesystem::path& path, const std::string& sql);

/// Runs a statement on the file as another program would.
void tamper(const std::filesystem::path& path, const std::string& sql);

/// The names of all files in a folder, sorted.
std::vector<std::string> names_in(const std::filesystem::path& folder);

}  // namespace inbetween::test
