#include "core/edit/history.h"

#include <utility>

#include "core/base/check.h"

namespace inbetween {

History::History(std::vector<HistoryEntry> entries, std::size_t done, std::int64_t next_seq)
    : entries_(std::move(entries)), done_(done), next_seq_(next_seq) {
    IB_CHECK(done_ <= entries_.size());
}

std::int64_t History::push(std::string name) {
    entries_.resize(done_);
    entries_.push_back({next_seq_++, std::move(name)});
    ++done_;
    return entries_.back().seq;
}

void History::step_back() {
    IB_CHECK(done_ > 0);
    --done_;
}

void History::step_forward() {
    IB_CHECK(done_ < entries_.size());
    ++done_;
}

}  // namespace inbetween
