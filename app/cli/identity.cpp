#include "app/cli/identity.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <future>
#include <stop_token>
#include <system_error>

#include "app/cli/json.h"
#include "app/cli/open.h"
#include "app/project.h"
#include "core/base/files.h"
#include "core/store/store.h"
#include "core/video/signature.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

/// What was found out, whether by looking at the file or at its frames.
struct Finding {
    VideoMatch match;
    Size size;               // of the video's upright pictures
    bool same_file = false;  // the files' content looks the same; no frame was compared
};

Result<Store::SignaturePtr> sign(Console& console, const fs::path& video, Size& size) {
    OpenOptions options;
    options.proof_pixels = 0;  // the proof that comes now shows every frame
    const auto source = open_video(console, video, options);
    if (!source) return source.error();
    std::stop_source stop;
    const std::string what = "Looking at " + one_line(video.filename().string());
    auto signature = sign_video(*source->source, stop.get_token(), [&](double share) {
        if (console.interrupted()) stop.request_stop();
        console.progress(what, share);
    });
    console.end_progress();
    size = source->source->info().upright_size();
    if (!signature && signature.error().kind == ErrorKind::Cancelled) return cancelled(video);
    return signature;
}

/// What the frames of the annotated video look like: kept by the project, or seen in the video itself.
Result<Store::SignaturePtr> annotated_signature(Console& console, const IdentityQuestion& q, const Media& media) {
    const auto kept = Store::read_signature(q.project, media.id);
    if (!kept) return kept.error();
    if (*kept) return *kept;
    const fs::path own = media_path(media, q.project);
    const auto print = fingerprint(own);
    if (!print || *print != media.fingerprint) {
        return fail(
            "{}: is not the file that was annotated, {}; whether it shows the same cannot be told: the project keeps "
            "no signatures of its frames, and {}",
            q.video.string(), media.name(), print ? "the video at its place has changed" : "it is not at its place");
    }
    Size size;
    return sign(console, own, size);
}

Result<Finding> find_out(Console& console, const IdentityQuestion& q, const Media& media) {
    const auto print = fingerprint(q.video);
    if (!print) return print.error();
    Finding finding;
    if (*print == media.fingerprint && !q.every_frame) {
        finding.same_file = true;
        finding.match = {.likeness = Likeness::Identical, .aligned = true};
        finding.match.alignment.sure = 1;
        finding.size = {media.width, media.height};
        return finding;
    }
    const auto annotated = annotated_signature(console, q, media);
    if (!annotated) return annotated.error();
    const auto found = sign(console, q.video, finding.size);
    if (!found) return found.error();
    auto match = compare(console, **annotated, **found);
    if (!match) return match.error().kind == ErrorKind::Cancelled ? cancelled(q.video) : match.error();
    finding.match = *std::move(match);
    return finding;
}

/// Frames of the annotated video that no frame shows.
std::vector<FrameRange> lost_frames(const Alignment& alignment, std::int64_t annotated_frames) {
    std::vector<FrameRange> lost;
    std::int64_t next = 0;
    for (const AlignedRun& run : alignment.runs()) {
        if (run.annotated.value > next) lost.push_back({FrameIndex{next}, run.annotated});
        next = std::max(next, run.annotated.value + run.length);
    }
    if (next < annotated_frames) lost.push_back({FrameIndex{next}, FrameIndex{annotated_frames}});
    return lost;
}

/// Frames that show nothing annotated.
std::vector<FrameRange> foreign_frames(const Alignment& alignment) {
    std::vector<FrameRange> foreign;
    std::int64_t next = 0;
    const auto frames = static_cast<std::int64_t>(alignment.frames.size());
    for (const AlignedRun& run : alignment.runs()) {
        if (run.begin.value > next) foreign.push_back({FrameIndex{next}, run.begin});
        next = run.begin.value + run.length;
    }
    if (next < frames) foreign.push_back({FrameIndex{next}, FrameIndex{frames}});
    return foreign;
}

/// A share as percent; only what is exact is 100.
double percent_of(double share, bool exact) {
    const double percent = std::floor(share * 1000) / 10;
    return exact ? percent : std::min(percent, 99.9);
}

double sure_percent(const VideoMatch& match) {
    return percent_of(match.alignment.sure, match.likeness == Likeness::Identical);
}

const char* name_of(Likeness likeness) {
    switch (likeness) {
        case Likeness::Identical:
            return "identical";
        case Likeness::Reencoded:
            return "reencoded";
        case Likeness::Other:
            break;
    }
    return "other";
}

bool has_size_of(const Finding& finding, const Media& media) { return finding.size == Size{media.width, media.height}; }

/// "frames 0-9", "frame 7".
std::string frames_text(FrameIndex begin, std::int64_t length) {
    return length == 1 ? fmt::format("frame {}", begin.value)
                       : fmt::format("frames {}-{}", begin.value, begin.value + length - 1);
}

std::string runs_text(const AlignedRun& run) {
    return fmt::format("  {} {} {}", frames_text(run.begin, run.length), run.length == 1 ? "is" : "are",
                       frames_text(run.annotated, run.length));
}

/// How the frames compare, in figures.
std::string figures(const Finding& finding, const Media& media) {
    const Alignment& a = finding.match.alignment;
    std::string text =
        fmt::format("{} of {} frames match the {} annotated ones", a.matched, a.frames.size(), media.frames);
    if (a.equal > 0) text += fmt::format(", {} of them in every sample", a.equal);
    if (a.matched > a.equal) {
        text += fmt::format("; they differ by {:.1f} levels of 255, others by {:.0f}", a.difference, a.unrelated);
        text += a.moves ? fmt::format("; what moves in both agrees to {:.3f}", a.movement) : "; little moves";
    }
    if (a.alike > 0) text += fmt::format("; {} look too much like their neighbours to be told apart", a.alike);
    return text;
}

Json json_of(const std::vector<FrameRange>& ranges) {
    Json json = Json::array();
    for (const FrameRange& range : ranges) json.push_back({range.begin.value, range.end.value});
    return json;
}

Json json_of(const Finding& finding, const IdentityQuestion& q, const Media& media) {
    const Alignment& a = finding.match.alignment;
    const auto runs = a.runs();
    Json map = Json::array();
    for (const AlignedRun& run : runs)
        map.push_back({run.begin.value, run.begin.value + run.length, run.annotated.value});
    Json offset;
    if (finding.same_file) {
        offset = 0;
    } else if (runs.size() == 1) {
        offset = runs[0].annotated - runs[0].begin;
    }
    const bool fits = finding.match.aligned && has_size_of(finding, media);
    Json json{{"verdict", name_of(finding.match.likeness)},
              {"aligned", finding.match.aligned},
              {"fits", fits},
              {"sure", sure_percent(finding.match)},
              {"video", q.video.string()},
              {"media", media.name()},
              {"compared", !finding.same_file}};
    json["frames"] = {{"annotated", media.frames},
                      {"video", finding.same_file ? media.frames : std::ssize(a.frames)},
                      {"matched", a.matched},
                      {"equal", a.equal},
                      {"alike", a.alike}};
    json["size"] = {{"annotated", {media.width, media.height}}, {"video", {finding.size.width, finding.size.height}}};
    json["difference"] = a.difference;
    json["unrelated"] = a.unrelated;
    json["movement"] = a.moves ? Json(a.movement) : Json();
    json["backwards"] = finding.match.backwards;
    json["offset"] = std::move(offset);
    json["map"] = std::move(map);
    json["lost"] = json_of(finding.same_file ? std::vector<FrameRange>() : lost_frames(a, media.frames));
    json["foreign"] = json_of(foreign_frames(a));
    return json;
}

std::int64_t total(const std::vector<FrameRange>& ranges) {
    std::int64_t sum = 0;
    for (const FrameRange& range : ranges) sum += range.size();
    return sum;
}

void print_map(Console& console, const Alignment& alignment, const Media& media) {
    constexpr std::size_t most_lines = 20;
    const auto runs = alignment.runs();
    for (std::size_t i = 0; i < std::min(runs.size(), most_lines); ++i) console.line(runs_text(runs[i]));
    if (runs.size() > most_lines) console.print("  and {} more runs, which --json lists", runs.size() - most_lines);
    const std::int64_t lost = total(lost_frames(alignment, media.frames));
    const std::int64_t foreign = total(foreign_frames(alignment));
    if (lost > 0) console.print("  {} annotated frames are not in it", lost);
    if (foreign > 0) console.print("  {} of its frames are not annotated", foreign);
}

std::string sentence(const Finding& finding, const IdentityQuestion& q, const Media& media) {
    const VideoMatch& match = finding.match;
    switch (match.likeness) {
        case Likeness::Identical:
            if (same_file(q.video, media_path(media, q.project)))
                return fmt::format("is the video that was annotated, {}", media.name());
            return finding.same_file
                       ? fmt::format("has the content of the video that was annotated, {}", media.name())
                       : fmt::format("has the very frames of the video that was annotated, {}, in another file",
                                     media.name());
        case Likeness::Reencoded:
            if (match.aligned)
                return fmt::format("is {} encoded anew, frame for frame: frame n is frame n ({} % sure)", media.name(),
                                   sure_percent(match));
            return fmt::format("shows what {} shows, but not frame for frame", media.name());
        case Likeness::Other:
            break;
    }
    return fmt::format("is another video than {}{}", media.name(),
                       match.backwards ? ", or that one played backwards" : "");
}

/// Why the annotations do not fit as they stand.
Result<Done> judge(const Finding& finding, const IdentityQuestion& q, const Media& media) {
    const VideoMatch& match = finding.match;
    const std::string video = q.video.string();
    if (match.likeness == Likeness::Other) {
        return fail("{}: is not the video that was annotated, {}: {} of {} frames match", video, media.name(),
                    match.alignment.matched, match.alignment.frames.size());
    }
    if (!match.aligned && match.alignment.is_identity(media.frames)) {
        return fail(
            "{}: whether its frame n is frame n of {} cannot be told: its frames look too much alike ({} % sure)",
            video, media.name(), sure_percent(match));
    }
    const auto runs = match.alignment.runs();
    const bool same_numbers =
        std::ranges::all_of(runs, [](const AlignedRun& run) { return run.begin == run.annotated; });
    if (!match.aligned && same_numbers && !runs.empty()) {
        return fail("{}: its frame n is frame n of {}, the video that was annotated, but {} of {} frames are not in it",
                    video, media.name(), total(lost_frames(match.alignment, media.frames)), media.frames);
    }
    if (!match.aligned) {
        return fail("{}: its frame n is not frame n of {}, the video that was annotated", video, media.name());
    }
    if (!has_size_of(finding, media)) {
        return fail("{}: its pictures are {}x{}, not {}x{} as those that were annotated: shapes do not fit them", video,
                    finding.size.width, finding.size.height, media.width, media.height);
    }
    return Done{};
}

}  // namespace

Result<VideoMatch> compare(Console& console, const VideoSignature& annotated, const VideoSignature& video) {
    constexpr auto look = std::chrono::milliseconds(50);  // at Ctrl-C
    std::stop_source stop;
    if (console.interrupted()) stop.request_stop();
    auto work = std::async(std::launch::async, [&] { return match_videos(annotated, video, stop.get_token()); });
    while (work.wait_for(look) != std::future_status::ready)
        if (console.interrupted()) stop.request_stop();
    return work.get();
}

Result<Done> check_identity(Console& console, const IdentityQuestion& question, const Media& media) {
    const auto finding = find_out(console, question, media);
    if (!finding) return finding.error();
    if (question.json) {
        console.line(text_of(json_of(*finding, question, media)));
        return judge(*finding, question, media);
    }
    console.line(one_line(fmt::format("{}: {}", question.video.string(), sentence(*finding, question, media))));
    const VideoMatch& match = finding->match;
    if (match.likeness != Likeness::Identical) console.print("  {}", figures(*finding, media));
    if (match.likeness == Likeness::Reencoded && !match.aligned) {
        console.print("  {} % sure:", sure_percent(match));
        print_map(console, match.alignment, media);
    }
    return judge(*finding, question, media);
}

}  // namespace inbetween::cli
