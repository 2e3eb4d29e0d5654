#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/base/files.h"
#include "core/formats/formats.h"
#include "core/formats/text/builder.h"
#include "core/formats/text/export.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/json.h"
#include "core/formats/text/options.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: https://youtube-vos.org/dataset/vis/: videos[length, file_names], annotations[video_id, and as many bboxes,
// segmentations and areas as the video is long, null where the object is not in view].

constexpr std::array options{
    FormatOption{"frames", "name|order", "name",
                 "reading: the frame is the number at the end of a file's name, or its place in the list; YouTube-VIS "
                 "names every fifth frame"},
    FormatOption{"first-frame", "N", "0", "the number that the video's first frame has in names"},
    FormatOption{"video", "auto|NAME", "auto",
                 "which of the file's videos, by the folder of its files; auto: the only one, or that of our name"},
    FormatOption{"step", "N", "1", "reading: boxes of a track at most so many frames apart are filled in between"},
    FormatOption{"extension", "NAME", ".jpg", "writing: what an image's name ends with"}};

struct VisOptions {
    bool goes_by_name = true;
    std::int64_t first_frame = 0;
    std::string video;
    std::int64_t step = 1;
    std::string extension;
};

Result<VisOptions> options_of(const FormatOptions& stated) {
    Options given(youtube_vis_format, stated);
    VisOptions how{.goes_by_name = given.is("frames", "name"),
                   .first_frame = given.integer("first-frame", 0, largest_frame),
                   .video = given.text("video"),
                   .step = given.integer("step", 1, largest_frame),
                   .extension = given.text("extension")};
    if (given.error()) return *given.error();
    return how;
}

/// The name of a video: the folder that its files lie in.
std::string name_of_video(const JsonAt& video) {
    const auto files = video["file_names"].elements();
    return files.empty() ? std::string() : fs::path(files.front().text()).parent_path().string();
}

/// The video that is asked for; one that is not there when the file has none such, which is said.
JsonAt wanted_video(const JsonAt& root, const Media& media, const std::string& wanted) {
    const auto videos = root["videos"].elements();
    const std::string own = fs::path(media.name()).stem().string();
    for (const JsonAt& video : videos)
        if (name_of_video(video) == (wanted == "auto" ? own : wanted)) return video;
    if (wanted == "auto" && videos.size() == 1) return videos.front();
    root["videos"].reject(fmt::format("has no {} among its {}; state one by option video",
                                      in_quotes(wanted == "auto" ? own : wanted), videos.size()));
    return root;
}

/// The frames that a video's files are of.
std::vector<FrameIndex> frames_of(const JsonAt& video, const VisOptions& how) {
    std::vector<FrameIndex> frames;
    for (const JsonAt& file : video["file_names"].elements()) {
        const auto number = how.goes_by_name ? number_at_end(file.text()) : std::optional(std::int64_t(frames.size()));
        const std::int64_t first = how.goes_by_name ? how.first_frame : 0;
        if (!number || *number > largest_frame)
            file.reject("does not end with the number of a frame; see option frames");
        else if (*number < first)
            file.reject(fmt::format("{} is before the first frame, which is {}", *number, first));
        else if (!frames.empty() && *number - first <= frames.back().value)
            file.reject("is not after the file before it; see option frames");
        frames.push_back(FrameIndex{number.value_or(first) - first});
    }
    return frames;
}

/// The boxes of a track that are there and within the video.
std::vector<StatedBox> boxes_of(const JsonAt& annotation, const std::vector<FrameIndex>& frames,
                                AnnotationsBuilder& builder, std::int64_t& flat) {
    std::vector<StatedBox> rows;
    const auto boxes = annotation["bboxes"].elements(frames.size());
    for (std::size_t i = 0; i < std::min(boxes.size(), frames.size()); ++i) {
        if (!boxes[i].is_there()) continue;
        const auto numbers = boxes[i].elements(4);
        if (numbers.size() != 4) return rows;
        const auto at = [&](std::size_t n) { return numbers[n].number(largest_coordinate_px); };
        const Box box{at(0), at(1), at(2), at(3)};
        if (box.w < 0) numbers[2].reject("is negative: a box is x, y, width and height");
        if (box.h < 0) numbers[3].reject("is negative: a box is x, y, width and height");
        const bool is_flat = box.w <= 0 || box.h <= 0;
        flat += is_flat ? 1 : 0;
        if (builder.takes_row_at(frames[i]) && !is_flat) rows.push_back({frames[i], box, false});
    }
    return rows;
}

void note_size(const JsonAt& video, AnnotationsBuilder& builder) {
    if (!video["width"].is_number() || !video["height"].is_number()) return;
    const std::int64_t width = video["width"].integer(0, largest_frame);
    const std::int64_t height = video["height"].integer(0, largest_frame);
    const Media& media = builder.media();
    if (width != media.width || height != media.height)
        builder.note(fmt::format("the file speaks of pictures of {}x{}, the video's are {}x{}", width, height,
                                 media.width, media.height));
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media, const VisOptions& how) {
    const auto json = parse_json(file, text);
    if (!json) return json.error();
    JsonErrors errors(file);
    const JsonAt root(errors, *json);
    std::map<std::int64_t, std::string> categories;
    for (const JsonAt& category : root["categories"].elements())
        categories[category["id"].integer(-largest_number, largest_number)] = category["name"].name();
    const JsonAt video = wanted_video(root, media, how.video);
    if (errors.error()) return *errors.error();
    AnnotationsBuilder builder(media);
    note_size(video, builder);
    const std::int64_t video_id = video["id"].integer(-largest_number, largest_number);
    const auto frames = frames_of(video, how);
    std::int64_t flat = 0;
    std::int64_t empty = 0;
    std::set<std::int64_t> taken;
    std::vector<Track> others;
    for (const JsonAt& annotation : root["annotations"].elements()) {
        if (errors.error()) break;
        if (annotation["video_id"].integer(-largest_number, largest_number) != video_id) continue;
        const std::int64_t id = annotation["id"].integer(-largest_number, largest_number);
        const auto category = categories.find(annotation["category_id"].integer(-largest_number, largest_number));
        if (category == categories.end()) annotation["category_id"].reject("is none of the categories");
        if (errors.error()) break;
        const auto rows = boxes_of(annotation, frames, builder, flat);
        empty += rows.empty() ? 1 : 0;
        if (rows.empty()) continue;
        Track track = builder.new_track(builder.label(category->second));
        track.keyframes = keyframes_of_runs(rows, builder.end(), how.step);
        if (id <= 0 || !taken.insert(id).second) {
            others.push_back(std::move(track));
            continue;
        }
        track.id = TrackId{id};
        builder.add(std::move(track));
    }
    if (errors.error()) return *errors.error();
    for (Track& track : others) {
        track.id = builder.new_track(track.label).id;
        builder.add(std::move(track));
    }
    builder.note_count(flat, "boxes without area are left out");
    builder.note_count(empty, "tracks have no box within the video and are left out");
    return std::move(builder).finish(file);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    if (request.files.size() != 1)
        return fail("youtube-vis: {} files are stated; one is read at a time", request.files.size());
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
}

/// The box's outline, as the polygon that readers of masks want.
JsonOut outline_of(const Box& box) {
    return JsonOut::array(
        {JsonOut::array({box.x, box.y, box.right(), box.y, box.right(), box.bottom(), box.x, box.bottom()})});
}

JsonOut annotation_of(const Annotations& annotations, const Track& track, const Media& media, Losses& losses,
                      std::int64_t& count) {
    const auto length = static_cast<std::size_t>(media.frames);
    std::vector<JsonOut> boxes(length);
    std::vector<JsonOut> outlines(length);
    std::vector<JsonOut> areas(length);
    for (const VisibleBox& seen : visible_boxes(annotations, track, losses)) {
        const Box box = std::get<Box>(on_grid(seen.box));
        const auto at = static_cast<std::size_t>(seen.frame.value);
        boxes[at] = JsonOut::array({box.x, box.y, box.w, box.h});
        outlines[at] = outline_of(box);
        areas[at] = box.w * box.h;
        losses.add("occluded flags left out", seen.occluded ? 1 : 0);
        ++count;
    }
    return {{"id", number(track.id)}, {"video_id", 1},        {"category_id", number(track.label)},
            {"iscrowd", 0},           {"bboxes", boxes},      {"segmentations", outlines},
            {"areas", areas},         {"width", media.width}, {"height", media.height}};
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    std::int64_t boxes = 0;
    std::set<LabelId> used;
    JsonOut rows = JsonOut::array();
    for (const Track* track : tracks_of(request.annotations, media.id)) {
        count_attributes(request.annotations, *track, {}, losses);
        rows.push_back(annotation_of(request.annotations, *track, media, losses, boxes));
        used.insert(track->label);
    }
    count_segments(request.annotations, media.id, losses);
    JsonOut names = JsonOut::array();
    const std::string folder = fs::path(media.name()).stem().string();
    for (std::int64_t n = 0; n < media.frames; ++n)
        names.push_back(image_name(folder + "/", n + how->first_frame, how->extension));
    JsonOut categories = JsonOut::array();
    for (const auto& [id, label] : request.annotations.labels)
        if (label.kind == LabelKind::Track || used.contains(id))
            categories.push_back({{"id", number(id)}, {"name", label.name}, {"supercategory", ""}});
    JsonOut video = {{"id", 1},
                     {"width", media.width},
                     {"height", media.height},
                     {"length", media.frames},
                     {"file_names", std::move(names)}};
    const std::string text = json_text({{"info", {{"description", media.name()}}},
                                        {"licenses", JsonOut::array()},
                                        {"videos", JsonOut::array({std::move(video)})},
                                        {"annotations", std::move(rows)},
                                        {"categories", std::move(categories)}});
    VisOptions back = *how;
    back.goes_by_name = true;
    back.video = "auto";
    if (auto same = check_reads_back(request.out, read_text(request.out.string(), text, media, back), boxes); !same)
        return same.error();
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) {
    return without_bom(head).starts_with('{') &&
           (head.find("\"file_names\"") != std::string_view::npos || head.find("\"bboxes\"") != std::string_view::npos);
}

}  // namespace

const Format youtube_vis_format{
    .id = "youtube-vis",
    .name = "YouTube-VIS",
    .extension = ".json",
    .reader = "YouTube-VIS API",
    .convention = "frames by position in the lists; left top width height in px from 0, fractions",
    .carries = {.boxes = true, .outside = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
