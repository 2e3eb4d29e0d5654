#include <algorithm>
#include <utility>

#include "app/session_impl.h"
#include "core/edit/renumber.h"

// Frames that come to other numbers once a video is proved. What was said before is said of other numbers, so that the
// renumbering is no step a person takes back: it moves along the line of undo, and always stays done.
namespace inbetween {

/// The steps that can be redone, and what the project says after each; as far as the journal can be read.
std::vector<Session::Later> Session::later_steps() const {
    std::vector<Later> later;
    Document document = document_;
    for (std::size_t i = history_.done(); i < history_.entries().size(); ++i) {
        const HistoryEntry& entry = history_.entries()[i];
        const auto change = load_step(entry.seq, Store::Direction::Forward, document.annotations());
        if (!change) break;
        document.apply(*change);
        later.push_back({entry.name, document.snapshot()});
    }
    return later;
}

/// Makes a step, without what hangs on the document that is shown.
void Session::write_step(Document& document, ChangeSet change) {
    const auto before = document.snapshot();
    const std::int64_t parent = history_.head();
    document.apply(change);
    const std::int64_t seq = history_.push(change.name);
    store_->commit(before, document.snapshot(), change, seq, parent);
    remember(seq, std::move(change));
}

/// Takes the last step back in the same way.   `inverse`: what takes it back.
void Session::write_back(Document& document, const ChangeSet& inverse) {
    const auto before = document.snapshot();
    document.apply(inverse);
    history_.step_back();
    store_->move_head(before, document.snapshot(), inverse, history_.head());
}

/// Makes the steps after which the project said this, and takes them back, so that they can be redone.
void Session::write_later(Document& document, const std::vector<Later>& later) {
    std::vector<ChangeSet> made;
    for (const Later& step : later) {
        ChangeSet change = difference(step.name, document.annotations(), *step.after);
        if (change.empty()) continue;
        made.push_back(change);
        write_step(document, std::move(change));
    }
    for (; !made.empty(); made.pop_back()) write_back(document, made.back().inverse());
}

/// Shows a document that was written step by step.   returns: in what it differs from the one shown before.
ChangeSet Session::take_over(Document document) {
    const auto before = snapshot();
    document_ = std::move(document);
    ChangeSet change = difference({}, *before, annotations());
    clean_view();
    clean_proposals();
    wish_for_fills(*before, change);
    return change;
}

/// Takes back the last step that a person made below the renumberings at the end of the line, and makes those again of
/// what is left. The step can be redone, under the new numbers; so can those after it.
bool Session::undo_below_renumbering() {
    const auto now = snapshot();
    std::vector<ChangeSet> backward;  // the renumberings' inverses, the last one first; then that of the person's step
    Document document = document_;
    for (std::size_t i = history_.done(); i-- > 0;) {
        const HistoryEntry& entry = history_.entries()[i];
        auto change = load_step(entry.seq, Store::Direction::Inverse, document.annotations());
        if (!change) {
            say(Message::Kind::Error, change.error().message);
            return false;
        }
        document.apply(*change);
        backward.push_back(*std::move(change));
        if (!edit::is_renumbering(entry.name)) break;
    }
    if (edit::is_renumbering(backward.back().name)) {
        say(Message::Kind::Info, "Nothing to undo");
        return false;
    }
    std::vector<Later> later = later_steps();
    const std::string name = backward.back().name;
    later.insert(later.begin(), {name, now});
    document = document_;
    for (const ChangeSet& change : backward) write_back(document, change);
    backward.pop_back();
    for (; !backward.empty(); backward.pop_back())
        write_step(document, edit::renumber_again(document.annotations(), backward.back().inverse()));
    write_later(document, later);
    show_change(take_over(std::move(document)));
    say(Message::Kind::Info, fmt::format("Undone: {}", name));
    return true;
}

/// A video whose time stamps seemed sound may hold frames that never come out: what was said of pictures behind them
/// goes with the pictures, also what can be redone. Where they were in doubt nothing was said of numbers not proved.
void Session::take_in_proof() {
    if (!decoder_ || !fits_media_ || is_read_only() || decoder_->info().exactness != Exactness::Proved) return;
    fits_media_ = false;                            // once, whatever comes of it
    solve_cache_ = std::make_shared<SolveCache>();  // what was known was known by numbers that may move
    const Media* now = media();
    if (now == nullptr) return;
    Media after = *now;
    after.frames = decoder_->info().frames;
    after.pts.clear();
    for (FrameIndex n; n.value < after.frames; ++n) after.pts.push_back(decoder_->pts(n));
    if (after == *now) return;
    const auto how = sound_at_open_ ? edit::Renumbering::ByTime : edit::Renumbering::ByNumber;
    const edit::FrameMap map = edit::map_of(*now, after, how);
    const bool moves = after.frames != now->frames && sound_at_open_;
    const std::string told = fmt::format(
        "{}: decoding all of it gave {} frames, not {}; what was annotated has kept its pictures, under "
        "their right numbers",
        now->name(), after.frames, now->frames);
    const bool other_origin = now->pts.empty() || after.pts.empty() || now->pts.front() != after.pts.front();
    std::vector<Later> later = later_steps();
    for (Later& step : later) {
        if (step.after->find_media(after.id) == nullptr) continue;
        step.after = std::make_shared<const Annotations>(applied(edit::renumber(*step.after, after, how), *step.after));
    }
    Document document = document_;
    write_step(document, edit::renumber(annotations(), after, how));
    write_later(document, later);
    const FrameIndex here = map(view.frame);
    if (view.segment_in) view.segment_in = map(*view.segment_in);
    if (view.segment_out) view.segment_out = map(*view.segment_out);
    // What is proposed was followed under the old numbers, and can be followed again.
    if (moves) proposals_.clear(), proposal_starts_.clear(), search_.reset();
    take_over(std::move(document));
    if (moves) say(Message::Kind::Info, told);
    if (other_origin) open_sound();
    if (here != view.frame) go_to(here);
}

}  // namespace inbetween
