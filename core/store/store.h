#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/frame_signature.h"
#include "core/base/result.h"
#include "core/edit/change_set.h"
#include "core/edit/history.h"

namespace inbetween {

/// What is known of a project's durability, for the status bar.
struct StoreStatus {
    std::int64_t queued = 0;             ///< writes accepted, not yet durable
    std::int64_t durable = 0;            ///< writes on disk since opening
    std::optional<std::string> problem;  ///< why writing fails at present; the queue is kept and tried again
    std::optional<std::string> notice;   ///< what became of the file while it was open: moved away, replaced
};

enum class StoreMode { ReadWrite, ReadOnly };

/// One project file: an SQLite database that this program alone writes while it is open.
/// One thread of its own holds the write connection; every write is one transaction, durable before it counts.
/// thread: all calls from the owner's; write calls return at once.
class Store {
public:
    using SignaturePtr = std::shared_ptr<const VideoSignature>;
    using Signatures = std::map<MediaId, SignaturePtr>;

    /// Makes a new project file that says what `initial` says, with the signatures of its videos as far as they are
    /// known.
    /// errors: the file exists, the folder is missing or read-only, the disk is full; then no file is left.
    static Result<Done> create(const std::filesystem::path& path, const Annotations& initial,
                               const Signatures& signatures = {});

    struct Opened;
    /// Opens a project file, migrating an older version after a backup copy beside it.
    /// `wake` is called from the store's thread whenever status() has changed.
    /// errors: missing, unreadable, not one of ours, damaged, of a newer version, open elsewhere, read-only (for
    /// ReadWrite); the file is then left untouched.
    static Result<Opened> open(const std::filesystem::path& path, StoreMode mode, std::function<void()> wake = {});

    ~Store();  ///< flushes what can be flushed and closes
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    using Snapshot = std::shared_ptr<const Annotations>;
    /// Writes a committed change, step `seq` after step `parent`, with the per-frame rows that it changes from `before`
    /// to `after`.   requires of this and the next two: opened ReadWrite; shapes stated are on the storage grid.
    void commit(Snapshot before, Snapshot after, ChangeSet change, std::int64_t seq, std::int64_t parent);
    /// Writes an undo or redo: `change` is what was applied, `head` the step one stands on now.
    void move_head(Snapshot before, Snapshot after, ChangeSet change, std::int64_t head);
    /// Writes the fills, and so the per-frame rows, of one track whose fills changed without an edit.
    void write_fills(Snapshot before, Snapshot after, TrackId track);

    /// Writes what the frames of a video look like, by which another file can be held against it: once it has been
    /// decoded whole.   requires: opened ReadWrite; as many frames as the media has.
    void write_signature(MediaId media, SignaturePtr signature);
    /// Reads it from a project file.   returns: null when the project keeps none of this video.
    static Result<SignaturePtr> read_signature(const std::filesystem::path& path, MediaId media);

    /// Step `seq` as a change to apply now: forward for redo, its inverse for undo.
    /// requires: `now` is the state next to that step.   errors: damaged journal.
    enum class Direction { Forward, Inverse };
    Result<ChangeSet> load_change(std::int64_t seq, Direction direction, const Annotations& now);

    /// Waits until all that was queued is durable.   errors: it cannot be written now; the queue is kept.
    Result<Done> flush();
    StoreStatus status() const;
    /// The path it was opened by. While it is open another file may take that place: status().notice tells.
    const std::filesystem::path& path() const;

    /// Checks the file as SQLite sees it and what it holds against the model's invariants.
    /// returns: one sentence a defect; empty for a sound file.   errors: it cannot be opened at all.
    static Result<std::vector<std::string>> verify(const std::filesystem::path& path);

    /// Tells by content whether a file is a project of ours (any version).
    static bool is_project(const std::filesystem::path& path);

private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// An open project: its store and what it said.
struct Store::Opened {
    std::unique_ptr<Store> store;
    Annotations annotations;
    History history;
    /// Every fill that undo may bring back, oldest first, those of `annotations` among them: for Document::keep_fill.
    std::vector<SpanFillPtr> kept_fills;
    std::set<MediaId> signed_media;     ///< videos whose signature the project keeps
    std::optional<std::string> notice;  ///< something a person should know: "migrated from version 1, backup at ..."
};

}  // namespace inbetween
