#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/formats/formats.h"
#include "core/formats/text/builder.h"
#include "core/formats/text/export.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/json.h"
#include "core/formats/text/json_lines.h"
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

/// A video as the file states it.
struct Video {
    std::int64_t id = 0;
    std::string name;                   ///< the folder that its files lie in
    std::vector<std::int64_t> numbers;  ///< at the ends of its files' names; -1: none
    std::int64_t width = -1;
    std::int64_t height = -1;
};

/// A track as the file states it: which of its video's files it is in, and where.
struct VisTrack {
    std::int64_t id = 0;
    std::int64_t video = 0;
    std::int64_t category = 0;
    std::int64_t index = 0;  ///< in the file's list
    std::size_t length = 0;  ///< of its list of boxes
    std::vector<std::pair<std::uint32_t, Box>> boxes;
};

constexpr std::int64_t most = largest_number;

/// Takes the file in as a stream, in whatever order its lists come.
class Reader {
public:
    Reader(std::string file, const Media& media, const VisOptions& how)
        : file_(std::move(file)), errors_(file_), builder_(media), how_(how) {}
    Result<ReadResult> read(const fs::path& path) &&;

private:
    void take(std::string_view member, const JsonAt& value);
    void take_video(const JsonAt& at);
    void take_track(const JsonAt& at);
    std::optional<std::size_t> wanted_video();
    std::vector<FrameIndex> frames_of(std::size_t video);
    void note_size(const Video& video);
    std::vector<StatedBox> rows_of(const VisTrack& stated, const std::vector<FrameIndex>& frames);
    void add_tracks(const Video& video, const std::vector<FrameIndex>& frames);

    std::string file_;
    JsonErrors errors_;
    AnnotationsBuilder builder_;
    const VisOptions& how_;
    std::map<std::int64_t, std::string> categories_;
    std::vector<Video> videos_;
    std::vector<VisTrack> tracks_;
    std::int64_t flat_ = 0;
    std::int64_t empty_ = 0;
};

void Reader::take(std::string_view member, const JsonAt& value) {
    if (member != "videos" && member != "annotations" && member != "categories") return;
    if (value.index() < 0)
        value.want("an array");
    else if (member == "videos")
        take_video(value);
    else if (member == "annotations")
        take_track(value);
    else
        categories_[value["id"].integer(-most, most)] = value["name"].name();
}

void Reader::take_video(const JsonAt& at) {
    Video video{.id = at["id"].integer(-most, most)};
    for (const JsonAt& file : at["file_names"].elements()) {
        const std::string name = file.text();
        if (video.numbers.empty()) video.name = fs::path(name).parent_path().string();
        video.numbers.push_back(number_at_end(name).value_or(-1));
    }
    if (at["width"].is_number() && at["height"].is_number()) {
        video.width = at["width"].integer(0, largest_frame);
        video.height = at["height"].integer(0, largest_frame);
    }
    videos_.push_back(std::move(video));
}

void Reader::take_track(const JsonAt& at) {
    VisTrack track{.id = at["id"].integer(-most, most),
                   .video = at["video_id"].integer(-most, most),
                   .category = at["category_id"].integer(-most, most),
                   .index = at.index()};
    for (const JsonAt& bbox : at["bboxes"].elements()) {
        ++track.length;
        if (!bbox.is_there()) continue;
        std::array<double, 4> numbers{};
        bbox.numbers(numbers.data(), numbers.size(), largest_coordinate_px);
        for (const std::size_t side : {2U, 3U})
            if (numbers[side] < 0) bbox.elements()[side].reject("is negative: a box is x, y, width and height");
        if (errors_.error()) return;
        track.boxes.emplace_back(static_cast<std::uint32_t>(track.length - 1),
                                 Box{numbers[0], numbers[1], numbers[2], numbers[3]});
    }
    track.boxes.shrink_to_fit();
    tracks_.push_back(std::move(track));
}

/// Which video is asked for; that the file has none such is said.
std::optional<std::size_t> Reader::wanted_video() {
    const std::string own = fs::path(builder_.media().name()).stem().string();
    const std::string& wanted = how_.video == "auto" ? own : how_.video;
    for (std::size_t i = 0; i < videos_.size(); ++i)
        if (videos_[i].name == wanted) return i;
    if (how_.video == "auto" && videos_.size() == 1) return 0;
    errors_.reject("/videos",
                   fmt::format("has no {} among its {}; state one by option video", in_quotes(wanted), videos_.size()));
    return std::nullopt;
}

/// The frames that a video's files are of.
std::vector<FrameIndex> Reader::frames_of(std::size_t video) {
    std::vector<FrameIndex> frames;
    const auto& numbers = videos_[video].numbers;
    for (std::size_t i = 0; i < numbers.size() && !errors_.error(); ++i) {
        const std::int64_t number = how_.goes_by_name ? numbers[i] : static_cast<std::int64_t>(i);
        const std::int64_t first = how_.goes_by_name ? how_.first_frame : 0;
        const std::string place = fmt::format("/videos[{}]/file_names[{}]", video, i);
        if (number < 0 || number > largest_frame)
            errors_.reject(place, "does not end with the number of a frame; see option frames");
        else if (number < first)
            errors_.reject(place, fmt::format("{} is before the first frame, which is {}", number, first));
        else if (!frames.empty() && number - first <= frames.back().value)
            errors_.reject(place, "is not after the file before it; see option frames");
        frames.push_back(FrameIndex{number - first});
    }
    return frames;
}

void Reader::note_size(const Video& video) {
    const Media& media = builder_.media();
    if (video.width >= 0 && (video.width != media.width || video.height != media.height))
        builder_.note(fmt::format("the file speaks of pictures of {}x{}, the video's are {}x{}", video.width,
                                  video.height, media.width, media.height));
}

/// The boxes of a track that are within the video.
std::vector<StatedBox> Reader::rows_of(const VisTrack& stated, const std::vector<FrameIndex>& frames) {
    std::vector<StatedBox> rows;
    if (stated.length != frames.size())
        errors_.reject(fmt::format("/annotations[{}]/bboxes", stated.index),
                       fmt::format("has {} elements, not {}", stated.length, frames.size()));
    if (errors_.error()) return rows;
    rows.reserve(stated.boxes.size());
    for (const auto& [at, box] : stated.boxes) {
        const bool is_flat = box.w <= 0 || box.h <= 0;
        flat_ += is_flat ? 1 : 0;
        if (builder_.takes_row_at(frames[at]) && !is_flat) rows.push_back({frames[at], box, false});
    }
    return rows;
}

void Reader::add_tracks(const Video& video, const std::vector<FrameIndex>& frames) {
    std::set<std::int64_t> taken;
    std::vector<Track> others;
    for (VisTrack& stated : tracks_) {
        if (stated.video != video.id) continue;
        const auto category = categories_.find(stated.category);
        if (category == categories_.end())
            errors_.reject(fmt::format("/annotations[{}]/category_id", stated.index), "is none of the categories");
        const auto rows = rows_of(stated, frames);
        if (errors_.error()) return;
        stated.boxes = {};
        empty_ += rows.empty() ? 1 : 0;
        if (rows.empty()) continue;
        Track track = builder_.new_track(builder_.label(category->second));
        track.keyframes = keyframes_of_runs(rows, builder_.end(), how_.step);
        if (stated.id <= 0 || !taken.insert(stated.id).second) {
            others.push_back(std::move(track));
            continue;
        }
        track.id = TrackId{stated.id};
        builder_.add(std::move(track));
    }
    for (Track& track : others) {
        track.id = builder_.new_track(track.label).id;
        builder_.add(std::move(track));
    }
}

Result<ReadResult> Reader::read(const fs::path& path) && {
    const auto root =
        parse_json_members(path, errors_, [&](std::string_view member, const JsonAt& at) { take(member, at); });
    if (!root) return root.error();
    if (!root->is_object) return fail("{}: JSON: is no object", file_);
    for (const char* list : {"categories", "videos", "annotations"})
        if (!root->members.contains(list)) errors_.reject(fmt::format("/{}", list), "is missing; an array is wanted");
    const auto video = errors_.error() ? std::nullopt : wanted_video();
    if (!video) return *errors_.error();
    note_size(videos_[*video]);
    const auto frames = frames_of(*video);
    if (!errors_.error()) add_tracks(videos_[*video], frames);
    if (errors_.error()) return *errors_.error();
    builder_.note_count(flat_, "boxes without area are left out");
    builder_.note_count(empty_, "tracks have no box within the video and are left out");
    return std::move(builder_).finish(file_);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    return Reader(request.files.front().string(), request.media, *how).read(request.files.front());
}

/// The box's outline, as the polygon that readers of masks want.
JsonOut outline_of(const Box& box) {
    return JsonOut::array(
        {JsonOut::array({box.x, box.y, box.right(), box.y, box.right(), box.bottom(), box.x, box.bottom()})});
}

JsonOut annotation_of(const Annotations& annotations, const Track& track, const Media& media, Losses& losses,
                      std::int64_t& count) {
    const auto length = static_cast<std::size_t>(media.frames);
    JsonOut::array_t boxes(length);
    JsonOut::array_t outlines(length);
    JsonOut::array_t areas(length);
    for (const VisibleBox& seen : visible_boxes(annotations, track, losses)) {
        const Box box = std::get<Box>(on_grid(seen.box));
        const auto at = static_cast<std::size_t>(seen.frame.value);
        boxes[at] = JsonOut::array({box.x, box.y, box.w, box.h});
        outlines[at] = outline_of(box);
        areas[at] = box.w * box.h;
        losses.add("occluded flags left out", seen.occluded ? 1 : 0);
        ++count;
    }
    JsonOut json = {{"id", number(track.id)}, {"video_id", 1}, {"category_id", number(track.label)}, {"iscrowd", 0}};
    // A list in braces would be copied.
    json["bboxes"] = std::move(boxes);
    json["segmentations"] = std::move(outlines);
    json["areas"] = std::move(areas);
    json["width"] = media.width;
    json["height"] = media.height;
    return json;
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    Output output(request);
    const auto file = output.stream(request.out);
    if (!file) return file.error();
    JsonOut names = JsonOut::array();
    const std::string folder = fs::path(media.name()).stem().string();
    for (std::int64_t n = 0; n < media.frames; ++n)
        names.push_back(image_name(folder + "/", n + how->first_frame, how->extension));
    JsonOut video = {{"id", 1}, {"width", media.width}, {"height", media.height}, {"length", media.frames}};
    video["file_names"] = std::move(names);
    (*file)->write("{\n\"info\": " + json_line({{"description", media.name()}}) +
                   ",\n\"licenses\": [],\n\"videos\": [\n" + json_line(video) + "\n],\n\"annotations\": [");
    std::int64_t boxes = 0;
    std::set<LabelId> used;
    JsonLines lines(**file);
    for (const Track* track : tracks_of(request.annotations, media.id)) {
        count_attributes(request.annotations, *track, {}, losses);
        lines.add(json_line(annotation_of(request.annotations, *track, media, losses, boxes)));
        used.insert(track->label);
    }
    count_segments(request.annotations, media.id, losses);
    JsonOut categories = JsonOut::array();
    for (const auto& [id, label] : request.annotations.labels)
        if (label.kind == LabelKind::Track || used.contains(id))
            categories.push_back({{"id", number(id)}, {"name", label.name}, {"supercategory", ""}});
    (*file)->write("\n],\n\"categories\": " + json_line(categories) + "\n}\n");
    if (auto closed = (*file)->close(); !closed) return closed.error();
    auto written = output.write();
    if (!written) return written.error();
    WriteReport report{std::move(*written), losses.list()};
    report.read_options = {{"frames", "name"}, {"video", "auto"}};
    report.boxes = boxes;
    return report;
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
