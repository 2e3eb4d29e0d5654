#include "core/store/store.h"

#include "core/store/journal.h"
#include "core/store/load.h"
#include "core/store/opening.h"
#include "core/store/signature_rows.h"
#include "core/store/write_queue.h"

namespace fs = std::filesystem;

namespace inbetween {

struct Store::State {
    fs::path path;
    std::unique_ptr<WriteQueue> queue;  // null for a store that only reads
};

namespace {

/// The path that everybody who means this file comes to: SQLite keeps its side files beside the real file, not a link.
fs::path real_path(const fs::path& path) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    return error ? path : real;
}

struct Inspected {
    LoadedProject project;
    std::optional<std::string> notice;
};

/// Looks at the whole file before a connection may write to it.   requires: the lock is held.
Result<Inspected> inspect_for_writing(const fs::path& path) {
    if (auto rolled_back = roll_back_hot_journal(path); !rolled_back) return rolled_back.error();
    std::optional<std::string> notice;
    for (;;) {
        auto opened = Database::open(path, Database::Access::Quiet);
        if (!opened) return opened.error();
        if (auto sound = check_content(**opened); !sound) return sound.error();
        if ((*opened)->number("PRAGMA user_version") < schema_version()) {
            opened->reset();
            auto upgraded = upgrade_project(path, migrations());
            if (!upgraded) return upgraded.error();
            notice = *upgraded;
            continue;
        }
        auto project = load_project(**opened);
        if (!project) return project.error();
        return Inspected{std::move(*project), std::move(notice)};
    }
}

struct OpenFile {
    Inspected inspected;
    std::unique_ptr<ProjectFile> file;
};

Result<OpenFile> open_file(const fs::path& path) {
    if (auto head = check_head(path); !head) return head.error();
    if (is_on_network(path))
        return fail(
            "{}: lies on a network folder, where it cannot be written safely; copy it to a disk of this machine",
            path.string());
    auto lock = ProjectLock::take(path);
    if (!lock) return lock.error();
    auto inspected = inspect_for_writing(path);
    if (!inspected) return inspected.error();
    auto database = open_for_writing(path);
    if (!database) return database.error();
    if (read_head(**database) != inspected->project.head)
        return fail("{}: is being changed by another program", path.string());
    const Head head = inspected->project.head;
    return OpenFile{std::move(*inspected),
                    std::make_unique<ProjectFile>(path, std::move(*database), std::move(*lock), head)};
}

Result<LoadedProject> read_file_only(const fs::path& path) {
    return read_at_one_moment(path, [](Database& database) -> Result<LoadedProject> {
        if (auto sound = check_content(database); !sound) return sound.error();
        if (auto current = check_is_readable(database); !current) return current.error();
        return load_project(database);
    });
}

}  // namespace

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

Result<Done> Store::create(const fs::path& path, const Annotations& initial, const Signatures& signatures) {
    return create_project(path, initial, signatures);
}

Result<Store::Opened> Store::open(const fs::path& path, StoreMode mode, std::function<void()> wake) {
    const fs::path real = real_path(path);
    auto state = std::make_unique<State>();
    state->path = path;
    LoadedProject project;
    std::optional<std::string> notice;
    if (mode == StoreMode::ReadOnly) {
        auto loaded = read_file_only(real);
        if (!loaded) return loaded.error();
        project = std::move(*loaded);
    } else {
        auto opened = open_file(real);
        if (!opened) return opened.error();
        project = std::move(opened->inspected.project);
        notice = std::move(opened->inspected.notice);
        state->queue = std::make_unique<WriteQueue>(std::move(opened->file), std::move(wake));
    }
    return Opened{std::unique_ptr<Store>(new Store(std::move(state))),
                  std::move(project.annotations),
                  std::move(project.history),
                  std::move(project.kept_fills),
                  std::move(project.signed_media),
                  std::move(notice)};
}

void Store::commit(Snapshot before, Snapshot after, ChangeSet change, std::int64_t seq, std::int64_t parent) {
    IB_CHECK(state_->queue != nullptr);
    state_->queue->push({.kind = StoreWrite::Kind::Commit,
                         .before = std::move(before),
                         .after = std::move(after),
                         .change = std::move(change),
                         .seq = seq,
                         .parent = parent});
}

void Store::move_head(Snapshot before, Snapshot after, ChangeSet change, std::int64_t head) {
    IB_CHECK(state_->queue != nullptr);
    state_->queue->push({.kind = StoreWrite::Kind::MoveHead,
                         .before = std::move(before),
                         .after = std::move(after),
                         .change = std::move(change),
                         .seq = head});
}

void Store::write_fills(Snapshot before, Snapshot after, TrackId track) {
    IB_CHECK(state_->queue != nullptr);
    state_->queue->push({.kind = StoreWrite::Kind::Fills,
                         .before = std::move(before),
                         .after = std::move(after),
                         .change = {},
                         .track = track});
}

void Store::write_signature(MediaId media, SignaturePtr signature) {
    IB_CHECK(state_->queue != nullptr && signature != nullptr);
    state_->queue->push(
        {.kind = StoreWrite::Kind::Signature, .change = {}, .media = media, .signature = std::move(signature)});
}

Result<Store::SignaturePtr> Store::read_signature(const fs::path& path, MediaId media) {
    return read_at_one_moment(real_path(path), [&](Database& database) -> Result<SignaturePtr> {
        auto signature = load_signature(database, media);
        if (database.failure()) return *database.failure();
        return signature ? std::make_shared<const VideoSignature>(*std::move(signature)) : SignaturePtr();
    });
}

Result<ChangeSet> Store::load_change(std::int64_t seq, Direction direction, const Annotations& now) {
    if (state_->queue) {
        if (const auto write = state_->queue->find_commit(seq)) {
            ChangeSet change = direction == Direction::Forward ? write->change : write->change.inverse();
            if (fits(change, now)) return change;
        }
    }
    const fs::path file = state_->queue ? state_->queue->file() : real_path(state_->path);
    auto opened = state_->queue ? Database::open(file, Database::Access::Read) : open_for_reading(file);
    if (!opened) return opened.error();
    auto row = load_journal_row(**opened, seq);
    if (!row) return row.error();
    auto change =
        decode_change(row->change, row->name,
                      direction == Direction::Forward ? ChangeDirection::Forward : ChangeDirection::Backward, now);
    if (!change) return fail("{}: step {} of the undo history is damaged", state_->path.string(), seq);
    return std::move(*change);
}

Result<Done> Store::flush() { return state_->queue ? state_->queue->flush() : Result<Done>(Done{}); }

StoreStatus Store::status() const { return state_->queue ? state_->queue->status() : StoreStatus{}; }

const fs::path& Store::path() const { return state_->path; }

bool Store::is_project(const fs::path& path) { return is_project_file(path); }

}  // namespace inbetween
