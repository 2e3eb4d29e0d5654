#include "core/video/clip.h"

#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "app/cli/arguments.h"
#include "app/cli/json.h"
#include "app/cli/open.h"
#include "app/cli/solving.h"
#include "app/cli/subcommand.h"
#include "app/project.h"
#include "core/base/files.h"
#include "core/base/new_folders.h"
#include "core/base/text.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/export.h"
#include "core/video/cache_lock.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string project;
    std::string out;
    std::vector<std::string> labels;
    double pad_secs = 0;
    std::string cut = "exact";
    std::string layout = "flat";
    int crf = 18;
    bool no_sound = false;
    std::string media;
};

/// A segment, and the clip that is to hold it.
struct Piece {
    const Segment* segment = nullptr;
    std::string label;
    FrameRange frames;  ///< with what was asked for on both sides
    fs::path name;      ///< from the folder of all clips, without an extension
    Clip clip;
};

/// A name as one part of a path that every file system takes.
std::string file_name_of(std::string_view name) {
    std::string text(name);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
            std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos)
            c = '_';
    if (text.starts_with('.') || text.empty()) text.insert(0, "_");
    constexpr std::size_t longest = 120;
    if (text.size() <= longest) return text;
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // no half of a letter
    return text.substr(0, end);
}

/// The range with so many seconds more on both sides, within the video.
FrameRange padded(FrameRange range, double pad_secs, const FrameSource& source) {
    const FrameIndex end{source.info().frames};
    range = range.intersect({FrameIndex{0}, end});
    if (range.empty() || pad_secs <= 0) return range;
    constexpr double tolerance = 1e-6;
    const double from = seconds_at(source, range.begin) - pad_secs - tolerance;
    const double to = seconds_at(source, range.end - 1) + pad_secs + tolerance;
    while (range.begin > FrameIndex{0} && seconds_at(source, range.begin - 1) >= from) --range.begin;
    while (range.end < end && seconds_at(source, range.end) <= to) ++range.end;
    return range;
}

/// What each label's files or folder are called: no two alike, nor but for capitals, which some systems do not tell
/// apart.
std::map<std::string, std::string> file_names_of(const std::set<std::string>& labels) {
    std::map<std::string, std::string> names;
    std::set<std::string> taken;
    for (const std::string& label : labels) {
        const std::string base = file_name_of(label);
        std::string name = base;
        for (int n = 2; !taken.insert(to_lower(name)).second; ++n) name = fmt::format("{}_{}", base, n);
        names[label] = name;
    }
    return names;
}

/// The clips to cut, by begin, each with a name of its own.
Result<std::vector<Piece>> pieces_of(Console& console, const Annotations& all, const Media& media,
                                     const FrameSource& source, const Options& o) {
    std::vector<Piece> pieces;
    std::set<std::string> taken;
    const std::string video = file_name_of(fs::path(media.name()).stem().string());
    for (const std::string& label : o.labels)
        if (all.find_label(label) == nullptr) return fail("{}: no label {}", o.project, one_line(label));
    std::vector<const Segment*> segments;
    for (const auto& [id, segment] : all.segments)
        if (segment->media == media.id) segments.push_back(segment.get());
    std::ranges::stable_sort(segments, {}, [](const Segment* each) { return each->range.begin; });
    std::set<std::string> labels;
    for (const Segment* segment : segments) labels.insert(all.label_name(segment->label));
    const auto names = file_names_of(labels);
    for (const Segment* segment : segments) {
        Piece piece{.segment = segment, .label = all.label_name(segment->label), .name = {}, .clip = {}};
        if (!o.labels.empty() && std::ranges::find(o.labels, piece.label) == o.labels.end()) continue;
        piece.frames = padded(segment->range, o.pad_secs, source);
        if (piece.frames.empty()) {
            console.remark(
                fmt::format("segment {} lies past the video's last frame and is left out", number(segment->id)));
            continue;
        }
        const std::string& label = names.at(piece.label);
        const std::string stem = fmt::format("{}_{:06}_{:06}", video, piece.frames.begin.value, piece.frames.end.value);
        const fs::path base = o.layout == "classes" ? fs::path(label) / stem : fs::path(stem + "_" + label);
        piece.name = base;
        for (int n = 2; !taken.insert(piece.name.string()).second; ++n)
            piece.name = fmt::format("{}_{}", base.string(), n);
        pieces.push_back(std::move(piece));
    }
    if (pieces.empty()) return fail("{}: no segment to cut", o.project);
    return pieces;
}

/// The files being made, in a folder beside those that they become; what is not kept goes with the object.
class Staging {
public:
    static Result<std::unique_ptr<Staging>> make(const fs::path& out) {
        NewFolders folders;
        if (auto made = folders.make(out); !made) return made.error();
        remove_leftovers(out);
        const fs::path path = out / fmt::format("{}{}", prefix, static_cast<long>(::getpid()));
        // Where there are no locks, nobody takes anything for left over.
        auto hold = hold_cache_folder(path, CacheHold::Shared);
        if (!hold)
            if (auto made = folders.make(path); !made) return made.error();
        return std::unique_ptr<Staging>(new Staging(std::move(folders), path, hold ? *std::move(hold) : Descriptor()));
    }
    ~Staging() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    const fs::path& path() const { return path_; }

private:
    Staging(NewFolders folders, fs::path path, Descriptor hold)
        : folders_(std::move(folders)), path_(std::move(path)), hold_(std::move(hold)) {}

    /// Removes what programs left that were ended at once.
    static void remove_leftovers(const fs::path& out) {
        std::vector<fs::path> found;
        std::error_code error;
        for (fs::directory_iterator at(out, error), end; !error && at != end; at.increment(error)) {
            std::error_code ignored;
            const std::string name = at->path().filename().string();
            if (name.starts_with(prefix) && parse_int(name.substr(prefix.size())) && at->is_directory(ignored))
                found.push_back(at->path());
        }
        for (const fs::path& folder : found) discard_cache_folder(folder);
    }

    static constexpr std::string_view prefix = ".clips.";
    NewFolders folders_;
    fs::path path_;
    Descriptor hold_;
};

/// Cuts every piece into the staging folder.
Result<Done> cut_pieces(Console& console, FrameSource& source, std::vector<Piece>& pieces, const fs::path& staging,
                        const Options& o) {
    std::stop_source stop;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        Piece& piece = pieces[i];
        const ClipRequest request{piece.frames, staging / std::to_string(i),
                                  o.cut == "copy" ? ClipCut::Copy : ClipCut::Exact, o.crf, !o.no_sound};
        const auto progress = [&](double share) {
            console.progress("Cutting clips", (static_cast<double>(i) + share) / static_cast<double>(pieces.size()));
            if (console.interrupted()) stop.request_stop();
        };
        progress(0);
        auto clip = cut_clip(source, request, stop.get_token(), progress);
        if (stop.stop_requested() || console.interrupted()) {
            console.end_progress();
            return cancelled(o.out);
        }
        if (!clip) {
            console.end_progress();
            return clip.error();
        }
        piece.clip = *std::move(clip);
    }
    console.end_progress();
    return Done{};
}

/// What the manifest says of a clip, by column.
Json manifest_row(const Piece& piece, const Media& media, const FrameSource& source, const fs::path& file,
                  const Options& o) {
    const FrameRange held = piece.clip.frames;
    const FrameRange& range = piece.segment->range;
    Json json{{"file", file.generic_string()},
              {"video", media.name()},
              {"fingerprint", media.fingerprint},
              {"label", piece.label},
              {"segment", number(piece.segment->id)}};
    json["track"] = is_set(piece.segment->track) ? Json(number(piece.segment->track)) : Json();
    json["begin_frame"] = range.begin.value;
    json["end_frame"] = range.end.value;
    json["begin_seconds"] = media.seconds_at(range.begin);
    json["end_seconds"] = media.seconds_at(range.end);
    json["file_begin_frame"] = held.begin.value;
    json["file_end_frame"] = held.end.value;
    json["file_begin_pts"] = source.pts(held.begin);
    json["file_last_pts"] = source.pts(held.end - 1);
    json["file_begin_seconds"] = seconds_at(source, held.begin);
    json["file_last_seconds"] = seconds_at(source, held.end - 1);
    json["timebase"] = fmt::format("{}/{}", source.info().timebase.num, source.info().timebase.den);
    json["sound"] = piece.clip.has_sound;
    json["cut"] = o.cut;
    json["pad_seconds"] = o.pad_secs;
    return json;
}

std::string csv_of(const Json& rows) {
    std::string text;
    for (const auto& [name, value] : rows.front().items()) text += (text.empty() ? "" : ",") + csv_field(name);
    for (const Json& row : rows) {
        text += '\n';
        bool is_first = true;
        for (const auto& [name, value] : row.items()) {
            if (!is_first) text += ',';
            is_first = false;
            if (value.is_string())
                text += csv_field(value.get<std::string>());
            else if (!value.is_null())
                text += value.is_boolean() ? (value.get<bool>() ? "1" : "0") : value.dump();
        }
    }
    return text + "\n";
}

/// What the manifest in a folder says already; an empty list where there is none.
/// errors: the file there is no manifest of clips.
Result<Json> listed_before(const fs::path& out) {
    const fs::path path = out / "clips.json";
    std::error_code error;
    if (!fs::exists(path, error)) {
        if (fs::exists(out / "clips.csv", error))
            return fail("{}: stands there and is no list of clips cut before", (out / "clips.csv").string());
        return Json(Json::array());
    }
    const auto text = read_file(path);
    if (!text) return text.error();
    const Json manifest = Json::parse(*text, nullptr, false);
    if (!manifest.is_object() || manifest.value("schema", "") != "inbetween-clips" || !manifest.contains("clips") ||
        !manifest["clips"].is_array())
        return fail("{}: stands there and is no list of clips cut before", path.string());
    return manifest["clips"];
}

/// The rows of a folder's manifest with new ones in place of those of the same files, by file.
/// errors: a new clip would replace a file that is no earlier clip of the same video.
Result<Json> joined_rows(const Json& before, const Json& rows, const fs::path& out) {
    std::map<std::string, Json> by_file;
    for (const Json& row : before)
        if (row.is_object()) by_file[row.value("file", "")] = row;
    for (const Json& row : rows) {
        const auto file = row["file"].get<std::string>();
        const auto known = by_file.find(file);
        std::error_code error;
        const bool is_own =
            known != by_file.end() && known->second.value("fingerprint", "") == row["fingerprint"].get<std::string>();
        if (!is_own && fs::exists(out / file, error))
            return fail("{}: stands there and is no earlier clip of this video; state another folder",
                        (out / file).string());
        by_file[file] = row;
    }
    Json all = Json::array();
    for (auto& [file, row] : by_file) all.push_back(std::move(row));
    return all;
}

fs::path final_name(const Piece& piece) { return piece.name.string() + piece.clip.file.extension().string(); }

/// Gives every clip its name, and writes what they are.
Result<Done> publish(Console& console, const Annotations& all, const std::vector<Piece>& pieces, const Media& media,
                     const FrameSource& source, const Options& o) {
    const fs::path out(o.out);
    Json rows = Json::array();
    for (const Piece& piece : pieces) {
        const fs::path path = out / final_name(piece);
        if (auto allowed = check_may_write(all, path); !allowed) return allowed;
        rows.push_back(manifest_row(piece, media, source, final_name(piece), o));
    }
    for (const char* name : {"clips.csv", "clips.json"})
        if (auto allowed = check_may_write(all, out / name); !allowed) return allowed;
    const auto before = listed_before(out);
    if (!before) return before.error();
    const auto all_rows = joined_rows(*before, rows, out);
    if (!all_rows) return all_rows.error();
    NewFolders folders;
    for (const Piece& piece : pieces) {
        if (auto made = folders.make_for(out / final_name(piece)); !made) return made;
        std::error_code error;
        fs::rename(piece.clip.file, out / final_name(piece), error);
        if (error) return fail("{}: cannot be written: {}", (out / final_name(piece)).string(), error.message());
    }
    const Json manifest{{"schema", "inbetween-clips"}, {"version", 1}, {"clips", *all_rows}};
    if (auto done = write_file_atomic(out / "clips.json", text_of(manifest) + "\n"); !done) return done;
    if (auto done = write_file_atomic(out / "clips.csv", csv_of(*all_rows)); !done) return done;
    for (const Piece& piece : pieces) {
        console.line(one_line(fmt::format("{}: frames {} to {}", (out / final_name(piece)).string(),
                                          piece.clip.frames.begin.value, piece.clip.frames.end.value - 1)));
        for (const std::string& note : piece.clip.notes)
            console.remark(fmt::format("{}: {}", one_line(final_name(piece).string()), note));
    }
    return Done{};
}

Result<Done> run(Console& console, const Options& o) {
    auto session = open_project(o.project, StoreMode::ReadOnly);
    if (!session) return session.error();
    const Annotations all = without_proposals((*session)->annotations());
    const auto media = choose_media(all, o.media, o.project);
    if (!media) return media.error();
    const fs::path path = media_path(**media, o.project);
    if (auto there = check_video(**media, path); !there) return there;
    console.catch_interrupts();
    auto video = open_video(console, path);
    if (!video) return video.error();
    FrameSource& source = *video->source;
    if (auto proved = prove_up_to(console, *video, FrameIndex{source.info().frames - 1}); !proved) return proved;
    auto pieces = pieces_of(console, all, **media, source, o);
    if (!pieces) return pieces.error();
    const auto staging = Staging::make(o.out);
    if (!staging) return staging.error();
    if (auto done = cut_pieces(console, source, *pieces, (*staging)->path(), o); !done) return done;
    return publish(console, all, *pieces, **media, source, o);
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("PROJECT", o->project, "Project whose segments are cut out")->required();
    app.add_option("--out", o->out, "Folder for the clips, clips.csv and clips.json; made when missing")->required();
    app.add_option("--label", o->labels, "Only segments of this label; may be stated again")->allow_extra_args(false);
    app.add_option("--pad", o->pad_secs, "Seconds more on both sides")->check([](const std::string& text) {
        const double secs = parse_double(text).value_or(-1);
        return secs >= 0 && secs <= 1e6 ? std::string() : text + " is not a number of seconds from 0 to 1000000";
    });
    app.add_option("--cut", o->cut, "exact: encoded again, frame n of the clip is frame begin + n; copy: as it is")
        ->check(CLI::IsMember({"exact", "copy"}));
    app.add_option("--crf", o->crf, "Quality of an exact cut, 0 (lossless) to 51; 18 if not stated")
        ->check(CLI::Range(0, 51));
    app.add_option("--layout", o->layout, "flat: all in one folder; classes: a folder a label, as Kinetics has it")
        ->check(CLI::IsMember({"flat", "classes"}));
    app.add_flag("--no-sound", o->no_sound, "Leave the sound out");
    app.add_option("--media", o->media, "Which video of the project, by number or name; the first if not stated");
    app.footer(
        "Each segment of the video and of its tracks becomes a file of its own; those of proposals do not. An exact\n"
        "cut is H.264 and AAC in MP4, with the video's own times. A copy begins at the sync frame at or before the\n"
        "segment and loses nothing; clips.csv and clips.json say which frames each file really holds. Every clip is\n"
        "decoded again before it gets its name, and either all of them do or none. What clips.json lists of other\n"
        "videos stays there; a file that is no earlier clip of the same video is not replaced.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace

const Subcommand clips_subcommand{
    "clips",
    "PROJECT --out FOLDER [--label NAME ...] [--pad SECS] [--cut exact|copy] [--crf N] [--layout flat|classes] "
    "[--no-sound] [--media NAME|N]",
    "Cut a project's segments out of its video as files", declare};

}  // namespace inbetween::cli
