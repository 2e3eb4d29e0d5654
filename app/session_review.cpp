#include "app/detecting.h"
#include "app/following.h"
#include "app/session_impl.h"
#include "core/base/plural.h"

namespace inbetween {

void Session::detect(DetectTask task) {
    const MediaId media = media_;
    const std::string name = "Detect with " + task.detector.kind;
    const auto offered = std::make_shared<std::optional<Offer>>();
    Errand errand{"Detecting with " + task.detector.kind, {}};
    errand.run = [offered, media, task = std::move(task), all = snapshot()](
                     const FrameSource::Opener& open, const SolveControl& control) -> Result<Done> {
        auto detections = inbetween::detect(open, task, control);
        if (!detections) return detections.error();
        *offered = offer_of(*all, media, *std::move(detections), {});
        return Done{};
    };
    JobNote note;
    note.finish = [this, offered, media, name] {
        if (!*offered || annotations().find_media(media) == nullptr) return;  // told already, or cancelled
        // The project may have changed while the detector was looking.
        const auto tracks = edit::not_covered(annotations(), media, std::move((*offered)->tracks));
        if (tracks.empty()) return say(Message::Kind::Info, "Nothing was found that is not there already");
        if (commit(edit::propose(annotations(), media, tracks, std::nullopt, name)))
            say(Message::Kind::Info,
                fmt::format("{}: review them one by one", counted(std::ssize(tracks), "proposal")));
    };
    start_job({.video = {}, .opener = {}, .spans = {}, .method = {}, .follow = {}, .errand = std::move(errand)},
              std::move(note));
}

void Session::find_again(FindAgainTask task) {
    const TrackId track = task.track.id;
    const auto found = std::make_shared<std::optional<std::vector<FoundAgain>>>();
    Errand errand{"Looking for a track again", {}};
    errand.run = [found, task = std::move(task)](const FrameSource::Opener& open,
                                                 const SolveControl& control) -> Result<Done> {
        OpenOptions options;
        options.stop = control.stop;
        auto source = open(options);
        if (!source) return source.error();
        auto places = inbetween::find_again(**source, task, control);
        if (!places) return places.error();
        *found = *std::move(places);
        return Done{};
    };
    JobNote note;
    note.finish = [this, found, track] {
        if (!*found || annotations().find_track(track) == nullptr) return;
        if ((*found)->empty()) return say(Message::Kind::Info, "Nothing like it was found");
        search_ = Search{track, std::move(**found), 0};
        show_found();
    };
    start_job({.video = {}, .opener = {}, .spans = {}, .method = {}, .follow = {}, .errand = std::move(errand)},
              std::move(note));
}

void Session::show_found() {
    view.track = search_->track;
    go_to(search_->found[search_->at].frame);
    say(Message::Kind::Info, fmt::format("Place {} of {} where it may be again: accept, or reject for the next",
                                         search_->at + 1, search_->found.size()));
}

void Session::accept_found() {
    if (!search_ || refuse_edit()) return;
    const Search search = *std::exchange(search_, std::nullopt);
    view.track = search.track;
    commit(accept_found_again(annotations(), search.track, search.found[search.at], frames()));
}

void Session::pass_found() {
    if (!search_) return;
    if (++search_->at < search_->found.size()) return show_found();
    search_.reset();
    say(Message::Kind::Info, "No further place was found");
}

}  // namespace inbetween
