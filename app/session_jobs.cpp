#include <algorithm>
#include <map>
#include <utility>

#include "app/following.h"
#include "app/session_impl.h"
#include "core/base/plural.h"
#include "core/edit/continue_track.h"

namespace inbetween {
namespace {

constexpr double edit_pause_secs = 0.25;  // a burst of nudges is one reason to solve again

bool has_fill(const Annotations& annotations, TrackId track, FrameIndex left) {
    const TrackFills& fills = annotations.fills_of(track);
    return std::any_of(fills.begin(), fills.end(), [&](const SpanFillPtr& fill) { return fill->from().frame == left; });
}

bool same_task(const FillWish& a, const FillWish& b) { return a.track == b.track && a.left == b.left; }

void add_wish(std::vector<FillWish>& wishes, FillWish wish) {
    std::erase_if(wishes, [&](const FillWish& old) { return same_task(old, wish); });
    wishes.push_back(std::move(wish));
}

/// The task of a wish that still stands: the span is there, can be solved and shows no fill.
std::optional<SpanTask> task_of(const FillWish& wish, const Annotations& annotations) {
    const Track* track = annotations.find_track(wish.track);
    if (track == nullptr || has_fill(annotations, wish.track, wish.left)) return std::nullopt;
    const Keyframe* from = track->find_keyframe(wish.left);
    const Keyframe* to = from == nullptr ? nullptr : track->keyframe_after(wish.left);
    if (to == nullptr || from->outside || to->outside || to->frame - from->frame < 2) return std::nullopt;
    return SpanTask{*track, static_cast<std::size_t>(from - track->keyframes.data())};
}

}  // namespace

void Session::start_job(SolveJob::Request request, JobNote note) {
    request.video = video_path();
    if (decoder_) request.opener = decoder_->opener();
    request.scene = snapshot();
    request.looked_at = view.frame;
    request.known = solve_cache_;
    auto job = std::make_unique<SolveJob>(std::move(request), [waker = waker_] { waker->wake(); });
    job_notes_.emplace(job.get(), std::move(note));
    jobs_.push_back(std::move(job));
}

void Session::solve(std::vector<SpanTask> spans, std::string method) {
    if (spans.empty()) return;
    JobNote note;
    for (const SpanTask& task : spans) {
        const Solver* solver = solver_for(method, task.track.kind);
        FillWish wish{task.track.id, task.track.keyframes[task.left].frame,
                      solver == nullptr ? method : std::string(solver->id)};
        std::erase_if(wishes_, [&](const FillWish& old) { return same_task(old, wish); });
        note.wishes.push_back(std::move(wish));
    }
    start_job({.video = {}, .opener = {}, .spans = std::move(spans), .method = std::move(method), .follow = {}},
              std::move(note));
}

void Session::follow(FollowTask task) {
    const Keyframe* from = task.track.find_keyframe(task.from);
    if (from == nullptr || from->outside) {
        say(Message::Kind::Warning, fmt::format("Frame {}: no keyframe in view to follow from", task.from.value));
        return;
    }
    JobNote note{.wishes = {}, .automatic = false, .follow_from = *from};
    start_job({.video = {}, .opener = {}, .spans = {}, .method = {}, .follow = std::move(task)}, std::move(note));
}

void Session::cancel_jobs() {
    wishes_.clear();
    if (jobs_.empty()) return;
    for (const auto& job : jobs_) job->cancel();
    say(Message::Kind::Info, "Cancelled");
}

/// Remembers the spans that an edit left linear though they had been tracked, to be solved when edits pause. Only where
/// somebody looks: commands without a screen solve what they are told to.
void Session::wish_for_fills(const Annotations& before, const ChangeSet& change) {
    if (!options_.decode || change.tracks.empty()) return;
    std::vector<FillWish> under_way = wishes_;
    for (const auto& [job, note] : job_notes_)
        under_way.insert(under_way.end(), note.wishes.begin(), note.wishes.end());
    for (FillWish& wish : fills_to_renew(before, annotations(), change, under_way)) add_wish(wishes_, std::move(wish));
    // A renewal under way for keyframes that have changed is of no use; what of it still stands is wished for again.
    for (const auto& job : jobs_) {
        JobNote& note = job_notes_.at(job.get());
        const bool touched = std::any_of(note.wishes.begin(), note.wishes.end(), [&](const FillWish& wish) {
            return std::any_of(change.tracks.begin(), change.tracks.end(),
                               [&](const TrackEdit& edit) { return edit.id == wish.track; });
        });
        if (!note.automatic || !touched) continue;
        job->cancel();
        for (FillWish& wish : std::exchange(note.wishes, {})) add_wish(wishes_, std::move(wish));
    }
    wishes_due_ = now() + edit_pause_secs;
}

bool Session::is_being_solved(const FillWish& wish) const {
    return std::any_of(job_notes_.begin(), job_notes_.end(), [&](const auto& entry) {
        const std::vector<FillWish>& wishes = entry.second.wishes;
        return std::any_of(wishes.begin(), wishes.end(), [&](const FillWish& other) { return same_task(other, wish); });
    });
}

void Session::start_wished_fills() {
    std::map<std::string, std::pair<std::vector<SpanTask>, JobNote>> by_method;
    wishes_due_ = now() + edit_pause_secs;
    for (FillWish& wish : std::exchange(wishes_, {})) {
        if (is_being_solved(wish)) {  // what comes of that may hold: asked again when it has ended
            wishes_.push_back(std::move(wish));
            continue;
        }
        auto task = task_of(wish, annotations());
        if (!task || task->track.media != media_) continue;
        auto& [tasks, note] = by_method[wish.method];
        tasks.push_back(*std::move(task));
        note.automatic = true;
        note.wishes.push_back(std::move(wish));
    }
    // Without a video there are no pixels to solve by, and nobody asked: the spans stay linear.
    if (decoder_ == nullptr) return;
    for (auto& [method, job] : by_method)
        start_job({.video = {}, .opener = {}, .spans = std::move(job.first), .method = method, .follow = {}},
                  std::move(job.second));
}

void Session::take_in_jobs() {
    for (std::size_t i = 0; i < jobs_.size();) {
        SolveJob& job = *jobs_[i];
        const bool done = job.is_done();  // asked before drain(), so that nothing can come between
        JobNote& note = job_notes_.at(&job);
        JobReport report = job.drain();
        set_fills(report.fills);
        for (std::string& error : report.errors) say(Message::Kind::Error, std::move(error));
        if (report.follow) take_in_follow(*std::move(report.follow), note);
        if (done) {
            const std::function<void()> finish = std::move(note.finish);
            job_notes_.erase(&job);
            jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(i));
            if (finish) finish();
        } else {
            ++i;
        }
    }
}

void Session::take_in_follow(Follow follow, const JobNote& note) {
    const Track* track = annotations().find_track(follow.track);
    const Keyframe* from = track == nullptr ? nullptr : track->find_keyframe(follow.from);
    if (from == nullptr || *from != note.follow_from) return;  // what it started from is no longer there
    if (follow.frames.empty()) {
        say(Message::Kind::Info, fmt::format("Nothing to follow: {}", name_of(follow.reason)));
        return;
    }
    for (std::size_t i = 0; i < proposals_.size(); ++i) {
        if (proposals_[i].track != follow.track || proposals_[i].direction != follow.direction) continue;
        reject_proposal(i);  // the newer one takes its place
        break;
    }
    const std::string reason(name_of(follow.reason));
    proposals_.push_back(std::move(follow));
    proposal_starts_.push_back(*from);
    if (!fit_proposal(proposals_.size() - 1)) return reject_proposal(proposals_.size() - 1);
    say(Message::Kind::Info, fmt::format("Followed for {} ({}): accept or reject",
                                         counted(std::ssize(proposals_.back().frames), "frame"), reason));
}

/// Makes a proposal fit what has been stated since.   returns: false when nothing of it is left.
bool Session::fit_proposal(std::size_t index) {
    Follow& follow = proposals_[index];
    const Track* track = annotations().find_track(follow.track);
    const Keyframe* from = track == nullptr ? nullptr : track->find_keyframe(follow.from);
    if (from == nullptr || *from != proposal_starts_[index]) return false;
    const bool forward = follow.direction == Direction::Forward;
    const Keyframe* stated =
        forward ? track->keyframe_after(from->frame) : track->keyframe_at_or_before(from->frame - 1);
    const bool is_open = stated == &track->keyframes.back() && edit::ends_by_import(*track);
    if (stated == nullptr || (forward && is_open)) return true;
    if (!stated->outside) {
        if (options_.decode) add_wish(wishes_, {track->id, std::min(from->frame, stated->frame), follow.method});
        return false;
    }
    const std::int64_t between = (forward ? stated->frame - from->frame : from->frame - stated->frame) - 1;
    if (between < static_cast<std::int64_t>(follow.frames.size()))
        follow.frames.resize(static_cast<std::size_t>(between));
    return !follow.frames.empty();
}

void Session::clean_proposals() {
    for (std::size_t i = proposals_.size(); i-- > 0;)
        if (!fit_proposal(i)) reject_proposal(i);
    if (search_ && annotations().find_track(search_->track) == nullptr) search_.reset();
}

std::optional<Shape> Session::proposed_shape(TrackId track, FrameIndex frame) const {
    if (search_ && search_->track == track && search_->found[search_->at].frame == frame) {
        const Box box = search_->found[search_->at].box;
        return annotations().find_track(track)->kind == ShapeKind::Box ? Shape(box) : Shape(quad_of(box));
    }
    for (const Follow& follow : proposals_) {
        const std::int64_t away = follow.direction == Direction::Forward ? frame - follow.from : follow.from - frame;
        if (follow.track == track && away >= 1 && away <= static_cast<std::int64_t>(follow.frames.size()))
            return follow.frames[static_cast<std::size_t>(away - 1)].shape;
    }
    return std::nullopt;
}

void Session::accept_proposal(std::size_t index) {
    if (index >= proposals_.size() || refuse_edit()) return;
    const Follow follow = proposals_[index];
    reject_proposal(index);
    if (!commit(accept_follow(annotations(), follow))) return;
    const TrackPtr track = annotations().tracks.at(follow.track);
    set_fills(fills_of(follow, *track));
    std::erase_if(wishes_, [&](const FillWish& wish) { return has_fill(annotations(), wish.track, wish.left); });
}

void Session::reject_proposal(std::size_t index) {
    if (index >= proposals_.size()) return;
    proposals_.erase(proposals_.begin() + static_cast<std::ptrdiff_t>(index));
    proposal_starts_.erase(proposal_starts_.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace inbetween
