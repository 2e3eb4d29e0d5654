#include "app/session.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>
#include <utility>

#include "app/labelling.h"
#include "app/session_impl.h"
#include "core/edit/renumber.h"

namespace inbetween {
namespace {

constexpr std::size_t most_recent_changes = 512;
constexpr std::size_t most_messages = 50;
constexpr double info_secs = 6;
constexpr double warning_secs = 15;

double lifetime_secs(const Message& message) {
    return message.kind == Message::Kind::Info && !message.can_undo ? info_secs : warning_secs;
}

LabelId first_label(const Annotations& annotations, LabelKind kind) {
    for (const auto& [id, label] : annotations.labels)
        if (label.kind == kind) return id;
    return {};
}

/// The frame at which two states of a track first differ by a keyframe.
std::optional<FrameIndex> first_difference(const Track& a, const Track& b) {
    std::optional<FrameIndex> first;
    const auto look = [&](const Track& track, const Track& other) {
        for (const Keyframe& keyframe : track.keyframes) {
            const Keyframe* same = other.find_keyframe(keyframe.frame);
            if (same != nullptr && *same == keyframe) continue;
            if (!first || keyframe.frame < *first) first = keyframe.frame;
            return;
        }
    };
    look(a, b);
    look(b, a);
    return first;
}

}  // namespace

void Session::Waker::wake() {
    {
        std::lock_guard lock(mutex_);
        was_woken_ = true;
    }
    woken_.notify_all();
    if (pass_on_) pass_on_();
}

void Session::Waker::wait(double seconds) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return was_woken_; });
    was_woken_ = false;
}

Result<std::unique_ptr<Session>> Session::open(const std::filesystem::path& project, Options options) {
    auto waker = std::make_shared<Waker>(options.wake);
    auto opened = Store::open(project, options.mode, [waker] { waker->wake(); });
    if (!opened) return opened.error();
    return std::unique_ptr<Session>(new Session(std::move(options), std::move(waker), *std::move(opened)));
}

Session::Session(Options options, std::shared_ptr<Waker> waker, Store::Opened opened)
    : options_(std::move(options)),
      waker_(std::move(waker)),
      document_(std::move(opened.annotations)),
      history_(std::move(opened.history)),
      store_(std::move(opened.store)),
      signed_media_(std::move(opened.signed_media)) {
    if (!options_.settings.empty()) settings_ = load_settings(options_.settings);
    for (SpanFillPtr& fill : opened.kept_fills) document_.keep_fill(std::move(fill));
    view.label = first_label(annotations(), LabelKind::Track);
    view.action = first_label(annotations(), LabelKind::Action);
    if (opened.notice) say(Message::Kind::Warning, *opened.notice);
    if (is_read_only()) say(Message::Kind::Info, "Opened read-only: nothing will be changed");
    if (annotations().media.empty())
        say(Message::Kind::Warning, "This project has no video");
    else
        select_media(annotations().media.begin()->first);
}

Session::~Session() = default;

void Session::keep_signature(MediaId media, std::shared_ptr<const VideoSignature> signature) {
    const Media* known = annotations().find_media(media);
    if (is_read_only() || known == nullptr || signature == nullptr || signature->size() != known->frames) return;
    store_->write_signature(media, std::move(signature));
    signed_media_.insert(media);
}

std::optional<TrackState> Session::selected_state() const {
    const Track* track = selected_track();
    return track == nullptr ? std::nullopt : annotations().state_at(*track, view.frame);
}

bool Session::refuse_edit() {
    if (!is_read_only()) return false;
    say(Message::Kind::Warning, "Not changed: the project is open read-only");
    return true;
}

/// Changes the document, and what hangs on it.
void Session::apply(const ChangeSet& change) {
    const auto before = snapshot();
    document_.apply(change);
    // The store forgets the signature of a file that another one takes the place of.
    for (const MediaEdit& edit : change.media)
        if (!edit.before || !edit.after || edit.before->fingerprint != edit.after->fingerprint)
            signed_media_.erase(edit.id);
    clean_view();
    clean_proposals();
    wish_for_fills(*before, change);
}

bool Session::commit(ChangeSet change) {
    if (change.empty() || refuse_edit() || refuse_unproved(change)) return false;
    const auto before = snapshot();
    const std::int64_t parent = history_.head();
    apply(change);
    const std::int64_t seq = history_.push(change.name);
    store_->commit(before, snapshot(), change, seq, parent);
    remember(seq, std::move(change));
    return true;
}

void Session::remember(std::int64_t seq, ChangeSet change) {
    recent_changes_.insert_or_assign(seq, std::move(change));
    if (recent_changes_.size() > most_recent_changes) recent_changes_.erase(recent_changes_.begin());
}

bool Session::undo() { return move_in_history(Store::Direction::Inverse); }

bool Session::redo() { return move_in_history(Store::Direction::Forward); }

bool Session::move_in_history(Store::Direction direction) {
    const bool is_undo = direction == Store::Direction::Inverse;
    const HistoryEntry* entry = is_undo ? history_.undoable() : history_.redoable();
    if (entry == nullptr) {
        say(Message::Kind::Info, is_undo ? "Nothing to undo" : "Nothing to redo");
        return false;
    }
    if (refuse_edit()) return false;
    if (is_undo && edit::is_renumbering(entry->name)) return undo_below_renumbering();
    const std::string name = entry->name;
    const auto loaded = load_step(entry->seq, direction, annotations());
    if (!loaded) {
        say(Message::Kind::Error, loaded.error().message);
        return false;
    }
    const ChangeSet& change = *loaded;
    const auto before = snapshot();
    apply(change);
    is_undo ? history_.step_back() : history_.step_forward();
    store_->move_head(before, snapshot(), change, history_.head());
    show_change(change);
    say(Message::Kind::Info, fmt::format("{}: {}", is_undo ? "Undone" : "Redone", name));
    return true;
}

/// A step of the journal as a change to what stands next to it.
Result<ChangeSet> Session::load_step(std::int64_t seq, Store::Direction direction, const Annotations& at) const {
    const auto recent = recent_changes_.find(seq);
    if (recent == recent_changes_.end()) return store_->load_change(seq, direction, at);
    ChangeSet change = direction == Store::Direction::Inverse ? recent->second.inverse() : recent->second;
    if (fits(change, at)) return change;
    return fail("{}: the journal does not fit what the project holds", change.name);
}

/// Selects what an undo or redo changed, and goes to where it changed if one keyframe tells.
void Session::show_change(const ChangeSet& change) {
    const auto still_there = [](const TrackEdit& edit) { return edit.after != nullptr; };
    const auto edit = std::find_if(change.tracks.begin(), change.tracks.end(), still_there);
    if (edit == change.tracks.end()) return;
    if (edit->after->media != media_) select_media(edit->after->media);
    view.track = edit->id;
    if (change.tracks.size() == 1 && edit->before != nullptr) {
        if (const auto frame = first_difference(*edit->before, *edit->after)) go_to(*frame);
    }
}

/// Lets go of what is looked at but no longer there.
void Session::clean_view() {
    const Annotations& now = annotations();
    const auto clean_track = [&](TrackId& id) {
        if (now.find_track(id) == nullptr) id = {};
    };
    clean_track(view.track);
    clean_track(view.merge_with);
    if (view.drag && now.find_track(view.drag->track) == nullptr) view.drag.reset();
    if (!now.segments.contains(view.segment)) view.segment = {};
    const Track* track = selected_track();
    if (track == nullptr || track->kind != ShapeKind::Quad) view.corner_edit = false;
    if (now.find_label(view.label) == nullptr) view.label = first_label(now, LabelKind::Track);
    if (now.find_label(view.action) == nullptr) view.action = first_label(now, LabelKind::Action);
    if (now.find_media(media_) == nullptr && !now.media.empty()) select_media(now.media.begin()->first);
}

void Session::set_fills(const std::vector<SpanFillPtr>& fills) {
    const auto before = snapshot();
    std::set<TrackId> changed;
    for (const SpanFillPtr& fill : fills)
        if (document_.set_fill(fill)) changed.insert(fill->track);
    if (is_read_only()) return;
    for (const TrackId track : changed) store_->write_fills(before, snapshot(), track);
}

void Session::clear_fills(TrackId track, const FrameRange& range) {
    const auto before = snapshot();
    document_.clear_fills(track, range);
    if (snapshot() != before && !is_read_only()) store_->write_fills(before, snapshot(), track);
    std::erase_if(wishes_, [&](const FillWish& wish) { return wish.track == track && range.contains(wish.left + 1); });
}

void Session::set_settings(const Settings& settings) {
    if (settings == settings_) return;
    settings_ = settings;
    if (options_.settings.empty()) return;
    if (const auto saved = save_settings(options_.settings, settings); !saved)
        say(Message::Kind::Warning, "The setting holds until the program ends: " + saved.error().message);
}

double system_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double Session::now() const { return options_.clock ? options_.clock() : system_seconds(); }

void Session::say(Message::Kind kind, std::string text) {
    messages_.push_back({kind, std::move(text), now(), false});
    if (messages_.size() > most_messages) messages_.pop_front();
}

/// Tells once what became of the project file while it was open: moved away, replaced.
void Session::tell_store_notice() {
    const std::optional<std::string> notice = store_->status().notice;
    if (notice && notice != told_store_notice_) say(Message::Kind::Warning, *notice);
    told_store_notice_ = notice;
}

void Session::say_undoable(std::string text) {
    say(Message::Kind::Info, std::move(text));
    messages_.back().can_undo = true;
}

void Session::forget_old_messages() {
    std::erase_if(messages_, [&](const Message& message) { return now() - message.at >= lifetime_secs(message); });
}

double Session::pump() {
    constexpr double progress_secs = 0.25;  // how often a running job's progress is worth a look
    double wait = std::numeric_limits<double>::infinity();
    take_in_video();
    take_in_pictures();
    take_in_proof();
    take_in_signature();
    tell_decoder();
    take_in_jobs();
    tell_store_notice();
    wait = std::min(wait, settle_digits(*this));
    if (!wishes_.empty()) {
        if (now() >= wishes_due_) start_wished_fills();
        if (!wishes_.empty()) wait = std::min(wait, wishes_due_ - now());
    }
    if (!jobs_.empty()) wait = std::min(wait, progress_secs);
    advance_playback();
    wait = std::min(wait, settle_sound());
    if (view.speed != 0) wait = std::min(wait, seconds_to_next_frame());
    keep_track_in_middle();
    watch_quad();
    forget_old_messages();
    for (const Message& message : messages_) wait = std::min(wait, message.at + lifetime_secs(message) - now());
    return std::max(wait, 0.0);
}

Result<Done> Session::wait() {
    constexpr double longest_sleep_secs = 0.05;  // should a wake be missed
    for (;;) {
        wishes_due_ = now();
        pump();
        if (!is_busy()) return flush();
        waker_->wait(longest_sleep_secs);
    }
}

bool Session::is_busy() const {
    if (is_opening() || !jobs_.empty() || !wishes_.empty()) return true;
    if (decoder_ == nullptr || picture_failed_) return false;
    if (decoder_->find(decodable(view.frame)) == nullptr) return true;
    const auto glance = quad_to_see();
    return glance && (quad_watch_ == nullptr || !quad_watch_->has_answered(*glance));
}

}  // namespace inbetween
