#include <fmt/ranges.h>

#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/json.h"
#include "app/cli/open.h"
#include "app/cli/subcommand.h"
#include "app/cli/table.h"
#include "app/project.h"
#include "core/edit/proposals.h"
#include "core/store/store.h"
#include "core/video/audio_source.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string path;
    std::string media;
    bool json = false;
    bool prove = false;
    std::string hardware{hardware_wishes.front()};
};

std::string ratio(const Timebase& timebase) { return fmt::format("{}/{}", timebase.num, timebase.den); }

/// Null where there is none, or none that can be decoded: the picture is there all the same.
Json json_of_audio(const fs::path& path) {
    const auto audio = audio_info(path);
    if (!audio || !*audio) return nullptr;
    return Json{{"codec", (*audio)->codec}, {"rate", (*audio)->rate}, {"channels", (*audio)->channels}};
}

Json json_of(const VideoInfo& info) {
    const Size upright = info.upright_size();
    return Json{{"path", info.path.string()},
                {"frames", info.frames},
                {"width", info.decoded_size.width},
                {"height", info.decoded_size.height},
                {"timebase", ratio(info.timebase)},
                {"rotation", info.rotation_degrees},
                {"codec", info.codec},
                {"exactness", info.exactness == Exactness::Proved ? "proved" : "provisional"},
                {"reasons", info.reasons},
                {"notes", info.notes},
                {"upright_width", upright.width},
                {"upright_height", upright.height},
                {"pixel_aspect", info.pixel_aspect},
                {"pixel_format", info.format.name},
                {"container", info.container},
                {"decoder", info.decoder},
                {"decoder_note", info.decoder_note.empty() ? Json(nullptr) : Json(info.decoder_note)},
                {"audio", json_of_audio(info.path)}};
}

/// What the project remembers of a video that cannot be opened now.
Json json_of(const Media& media, const fs::path& path, const std::string& why) {
    return Json{{"path", path.string()},
                {"frames", media.frames},
                {"width", media.width},
                {"height", media.height},
                {"timebase", ratio(media.timebase)},
                {"rotation", nullptr},
                {"codec", nullptr},
                {"exactness", "provisional"},
                {"reasons", Json::array({why})},
                {"notes", Json::array()},
                {"upright_width", media.width},
                {"upright_height", media.height},
                {"decoder", nullptr},
                {"decoder_note", nullptr},
                {"audio", nullptr}};
}

std::string plain(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_null()) return "unknown";
    return value.dump();
}

/// The description as rows for a person: its reasons beside the exactness, sizes in one.
std::vector<std::vector<std::string>> rows_of(const Json& video) {
    std::vector<std::vector<std::string>> rows{{"video", plain(video["path"])},
                                               {"frames", plain(video["frames"])},
                                               {"size", plain(video["width"]) + "x" + plain(video["height"])}};
    const std::string upright = plain(video["upright_width"]) + "x" + plain(video["upright_height"]);
    if (upright != rows.back()[1]) rows.push_back({"upright", upright});
    rows.push_back({"timebase", plain(video["timebase"])});
    if (video["rotation"] != 0) rows.push_back({"rotation", plain(video["rotation"])});
    rows.push_back({"codec", plain(video["codec"])});
    std::string exactness = plain(video["exactness"]);
    std::vector<std::string> reasons = video["reasons"];
    if (!reasons.empty()) exactness += fmt::format(": {}", fmt::join(reasons, "; "));
    rows.push_back({"exactness", exactness});
    std::string decoder = plain(video["decoder"]);
    if (const Json& note = video["decoder_note"]; note.is_string()) decoder += ": " + note.get<std::string>();
    rows.push_back({"decoder", decoder});
    if (const Json& audio = video["audio"]; !audio.is_null()) {
        const int channels = audio["channels"];
        rows.push_back({"audio", fmt::format("{}, {} Hz, {} channel{}", plain(audio["codec"]), plain(audio["rate"]),
                                             channels, channels == 1 ? "" : "s")});
    }
    return rows;
}

void print_rows(Console& console, const std::vector<std::vector<std::string>>& rows) {
    for (const auto& line : aligned(rows)) console.line(one_line(line));
}

OpenOptions options_of(const Options& o) {
    OpenOptions options;
    options.hardware = hardware_for(o.hardware);
    return options;
}

Result<Done> video_info(Console& console, const Options& o) {
    const auto source = open_video(console, o.path, options_of(o));
    if (!source) return source.error();
    if (o.prove) {
        if (auto proved = prove_up_to(console, *source, FrameIndex{source->source->info().frames}); !proved)
            return proved;
    }
    const Json video = json_of(source->source->info());
    if (o.json) {
        console.line(text_of(video));
    } else {
        print_rows(console, rows_of(video));
    }
    return Done{};
}

Json project_json(const Annotations& a, const fs::path& project, Json video) {
    Json media = Json::array();
    for (const auto& [id, m] : a.media) {
        const fs::path path = media_path(*m, project);
        std::error_code error;
        media.push_back(Json{{"id", number(id)},
                             {"name", m->name()},
                             {"path", path.string()},
                             {"frames", m->frames},
                             {"width", m->width},
                             {"height", m->height},
                             {"present", fs::exists(path, error)}});
    }
    Json labels = Json::array();
    for (const auto& [id, label] : a.labels) labels.push_back(label.name);
    return Json{
        {"path", project.string()},    {"video", std::move(video)},     {"media", std::move(media)},
        {"labels", std::move(labels)}, {"tracks", a.tracks.size()},     {"keyframes", a.keyframe_count()},
        {"boxes", a.shape_count()},    {"segments", a.segments.size()}, {"proposals", edit::proposals_of(a).size()}};
}

void print_project(Console& console, const Json& json) {
    std::vector<std::vector<std::string>> rows{{"project", plain(json["path"])}};
    for (const auto& media : json["media"]) {
        rows.push_back(
            {"media " + plain(media["id"]), plain(media["path"]) + (media["present"].get<bool>() ? "" : " (missing)")});
    }
    for (auto& row : rows_of(json["video"])) rows.push_back(std::move(row));
    if (!json["difference"].is_null()) rows.push_back({"difference", plain(json["difference"])});
    const std::vector<std::string> labels = json["labels"];
    rows.push_back({"labels", fmt::format("{}", fmt::join(labels, ", "))});
    for (const char* count : {"tracks", "keyframes", "boxes", "segments"}) rows.push_back({count, plain(json[count])});
    print_rows(console, rows);
}

Result<Done> project_info(Console& console, const Options& o) {
    auto session = open_project(o.path, StoreMode::ReadOnly);
    if (!session) return session.error();
    const Annotations& annotations = (*session)->annotations();
    Json video;
    std::optional<std::string> difference;
    if (!annotations.media.empty() || !o.media.empty()) {
        const auto media = choose_media(annotations, o.media, o.path);
        if (!media) return media.error();
        const fs::path path = media_path(**media, o.path);
        const auto source = open_video(console, path, options_of(o));
        if (source && o.prove) {
            const FrameIndex end{source->source->info().frames};
            if (auto proved = prove_up_to(console, *source, end); !proved) return proved;
        }
        video = source ? json_of(source->source->info()) : json_of(**media, path, source.error().message);
        if (source) difference = difference_of(source->source->info(), **media);
    }
    Json json = project_json(annotations, o.path, std::move(video));
    json["difference"] = difference ? Json(*difference) : Json();
    if (o.json) {
        console.line(text_of(json));
    } else {
        print_project(console, json);
    }
    return Done{};
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("V|PROJECT", o->path, "Video, folder of images, or project")->required();
    app.add_option("--media", o->media, "Which video of the project, by number or name; the first if not stated");
    app.add_flag("--prove", o->prove, "Decode all of it, so that count and numbers are proved");
    declare_hardware(app, o->hardware);
    app.add_flag("--json", o->json, "As JSON");
    app.footer(
        "Sizes are those of the decoded picture; upright_width and upright_height are those after rotation, to which\n"
        "shapes refer. timebase is the length of a tick in seconds as num/den, rotation clockwise degrees. exactness\n"
        "is proved when frame n is known to be the n-th frame of a plain decode, else provisional, with reasons.\n"
        "decoder is what decodes the frames that are asked for; decoder_note says why no device does where --hardware\n"
        "asks for one. audio is the sound's codec, rate and channels as recorded, or null where there is none.\n"
        "notes says what is damaged in the file and was got round. difference says in what a project's video is not\n"
        "the one that was annotated, or is null. boxes counts the shapes in view: one for each track and frame.");
    return [o](Console& console) -> Result<Done> {
        if (is_project_path(o->path)) return project_info(console, *o);
        if (!o->media.empty()) return fail("{}: --media is for projects, and this is none", o->path);
        return video_info(console, *o);
    };
}

}  // namespace

const Subcommand info_subcommand{"info",
                                 "V|PROJECT [--media NAME|N] [--prove] [--hardware auto|vaapi|cuda|off] [--json]",
                                 "Say what a video or a project holds", declare};

}  // namespace inbetween::cli
