#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inbetween {

/// One committed ChangeSet in the order of undo, by its name and its number in the project's journal.
struct HistoryEntry {
    std::int64_t seq = 0;
    std::string name;
    friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

/// The line of undo steps and where one stands on it. Knows names and numbers only; the changes themselves are in the
/// store's journal, so that undo reaches back for ever.
class History {
public:
    History() = default;
    /// The line as a store loaded it: `done` of the entries are done, the rest can be redone.   requires: done <=
    /// entries.size().
    History(std::vector<HistoryEntry> entries, std::size_t done, std::int64_t next_seq);

    /// The step that undo takes back, and the one that redo makes again.
    const HistoryEntry* undoable() const { return done_ == 0 ? nullptr : &entries_[done_ - 1]; }
    const HistoryEntry* redoable() const { return done_ == entries_.size() ? nullptr : &entries_[done_]; }

    /// Makes the next step: what could be redone leaves the line (it stays in the journal).   returns: its number.
    std::int64_t push(std::string name);
    void step_back();
    void step_forward();

    const std::vector<HistoryEntry>& entries() const { return entries_; }
    std::size_t done() const { return done_; }
    /// The number of the last step done; 0 before the first.
    std::int64_t head() const { return done_ == 0 ? 0 : entries_[done_ - 1].seq; }

private:
    std::vector<HistoryEntry> entries_;
    std::size_t done_ = 0;
    std::int64_t next_seq_ = 1;
};

}  // namespace inbetween
