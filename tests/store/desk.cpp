#include "tests/store/desk.h"

#include <sqlite3.h>

#include <algorithm>

namespace fs = std::filesystem;

namespace inbetween::test {

void Desk::create(const Annotations& initial) {
    const auto made = Store::create(path_, initial);
    IB_ASSERT_OK(made);
    open();
}

void Desk::open() {
    auto opened = Store::open(path_, StoreMode::ReadWrite);
    IB_ASSERT_OK(opened);
    store_ = std::move(opened->store);
    document_ = std::make_unique<Document>(std::move(opened->annotations));
    for (const SpanFillPtr& fill : opened->kept_fills) document_->keep_fill(fill);
    history_ = std::move(opened->history);
}

void Desk::commit(ChangeSet change) {
    const auto before = document_->snapshot();
    document_->apply(change);
    const std::int64_t parent = history_.head();
    const std::int64_t seq = history_.push(change.name);
    store_->commit(before, document_->snapshot(), std::move(change), seq, parent);
}

void Desk::move(std::int64_t seq, Store::Direction direction) {
    auto change = store_->load_change(seq, direction, annotations());
    IB_ASSERT_OK(change);
    ASSERT_TRUE(fits(*change, annotations()));
    const auto before = document_->snapshot();
    document_->apply(*change);
    direction == Store::Direction::Forward ? history_.step_forward() : history_.step_back();
    store_->move_head(before, document_->snapshot(), std::move(*change), history_.head());
}

bool Desk::undo() {
    if (history_.undoable() == nullptr) return false;
    move(history_.undoable()->seq, Store::Direction::Inverse);
    return true;
}

bool Desk::redo() {
    if (history_.redoable() == nullptr) return false;
    move(history_.redoable()->seq, Store::Direction::Forward);
    return true;
}

void Desk::show_fill(const SpanFillPtr& fill) {
    const auto before = document_->snapshot();
    if (document_->set_fill(fill)) store_->write_fills(before, document_->snapshot(), fill->track);
}

void Desk::clear_fills(TrackId track, const FrameRange& range) {
    const auto before = document_->snapshot();
    document_->clear_fills(track, range);
    store_->write_fills(before, document_->snapshot(), track);
}

void Desk::do_something(Random& random, std::int64_t frames) {
    const std::int64_t draw = random.number(1, 20);
    if (draw <= 4 && undo()) return;
    if (draw <= 6 && redo()) return;
    if (draw <= 11 && !annotations().tracks.empty()) {
        const Track& track = *random.one_of(annotations().tracks).second;
        if (draw <= 10) {
            if (const auto fill = random_fill(random, track)) show_fill(fill);
            return;
        }
        const FrameIndex begin{random.number(0, frames)};
        return clear_fills(track.id, {begin, begin + random.number(1, frames)});
    }
    commit(random_change(random, annotations(), frames));
}

void expect_same(const Annotations& found, const Annotations& wanted) {
    EXPECT_TRUE(same_statements(found, wanted));
    EXPECT_EQ(found.fills.size(), wanted.fills.size());
    for (const auto& [id, fills] : wanted.fills) {
        EXPECT_TRUE(std::equal(fills.begin(), fills.end(), found.fills_of(id).begin(), found.fills_of(id).end(),
                               [](const SpanFillPtr& a, const SpanFillPtr& b) { return *a == *b; }))
            << "fills of track " << number(id);
    }
}

void expect_sound(const fs::path& path) {
    const auto complaints = Store::verify(path);
    IB_ASSERT_OK(complaints);
    EXPECT_TRUE(complaints->empty()) << complaints->front();
}

Annotations read_project(const fs::path& path) {
    auto opened = Store::open(path, StoreMode::ReadOnly);
    EXPECT_TRUE(opened.has_value()) << why(opened);
    return opened ? std::move(opened->annotations) : Annotations{};
}

namespace {
/// Another program's connection: plain, and with its own idea of everything.
class Client {
public:
    explicit Client(const fs::path& path) { EXPECT_EQ(sqlite3_open(path.c_str(), &handle_), SQLITE_OK); }
    ~Client() { sqlite3_close(handle_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    std::vector<std::string> run(const std::string& sql) {
        std::vector<std::string> rows;
        const auto add = [](void* to, int columns, char** values, char**) {
            std::string row;
            for (int i = 0; i < columns; ++i) row += std::string(i == 0 ? "" : "|") + (values[i] ? values[i] : "NULL");
            static_cast<std::vector<std::string>*>(to)->push_back(std::move(row));
            return 0;
        };
        EXPECT_EQ(sqlite3_exec(handle_, sql.c_str(), add, &rows, nullptr), SQLITE_OK) << sqlite3_errmsg(handle_);
        return rows;
    }

private:
    sqlite3* handle_ = nullptr;
};
}  // namespace

std::vector<std::string> query(const fs::path& path, const std::string& sql) { return Client(path).run(sql); }
void tamper(const fs::path& path, const std::string& sql) { Client(path).run(sql); }

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace inbetween::test
