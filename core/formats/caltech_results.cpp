#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/builder.h"
#include "core/formats/text/caltech.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/options.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: Dollar et al., evaluation code 3.2.1, dbEval.m, loadDt: of a video either a folder with a file for every 30th
// frame, I00029.txt the first, of rows left,top,width,height,score, where a missing file is an error and an empty one
// says that nothing was found; or one file of rows frame,left,top,width,height,score with frames from 1.

constexpr std::array options{
    caltech_offset_option,
    FormatOption{"skip", "N", "30", "writing: a row for every Nth frame, the Nth first, as the evaluation looks at"},
    FormatOption{"layout", "auto|frames|file", "auto",
                 "writing: a file a frame in a folder, or one file of the video; auto: one file where its name ends in "
                 ".txt"},
    FormatOption{"label", "NAME", "person",
                 "reading: the label of the rows, which state none; writing: the label that is written, or all"},
    FormatOption{"link", "NUMBER", "0",
                 "reading: boxes of neighbouring frames of the file that overlap at least this much (intersection over "
                 "union) become one track; 0: every box is a track of its own"}};

constexpr std::string_view score_attribute = "score";

struct ResultsOptions {
    double offset = 1;
    std::int64_t skip = 30;
    std::string layout;
    std::string label;
    double link = 0;
};

Result<ResultsOptions> options_of(const FormatOptions& stated) {
    Options given(caltech_results_format, stated);
    ResultsOptions how{.offset = given.number("offset", 0, 1),
                       .skip = given.integer("skip", 1, largest_frame),
                       .layout = given.text("layout"),
                       .label = given.text("label"),
                       .link = given.number("link", 0, 1)};
    if (how.label.empty() || !is_clean_utf8(how.label)) given.reject("label", "is no name");
    if (given.error()) return *given.error();
    return how;
}

/// A box that a detector found.
struct Detection {
    Box box;
    std::string score;
};
using Detections = std::map<FrameIndex, std::vector<Detection>>;

/// Commas and blanks part the numbers, as MATLAB's load takes both.
std::vector<std::string_view> numbers_in(std::string& line) {
    std::replace(line.begin(), line.end(), ',', ' ');
    return split_blanks(line);
}

/// Adds the rows of a file: of one frame, or, without one, of the whole video with the frame in front.
std::optional<Error> add_rows(std::string_view file, std::string_view text, std::optional<FrameIndex> frame,
                              double offset, Detections& found) {
    Lines lines(file, text);
    const std::size_t first = frame ? 0 : 1;
    while (const auto line = lines.next_filled()) {
        std::string copy(*line);
        Fields fields(lines.place(), numbers_in(copy));
        if (fields.size() != first + 5)
            fields.reject("row", fmt::format("has {} numbers, not the {} of a {}", fields.size(), first + 5,
                                             frame ? "frame's file" : "video's file"));
        const FrameIndex at = frame ? *frame : FrameIndex{fields.integer(0, "frame", 1, largest_frame) - 1};
        const auto number = [&](std::size_t i, std::string_view name) {
            return fields.number(first + i, name, largest_coordinate_px);
        };
        const Box box{number(0, "left") - offset, number(1, "top") - offset, number(2, "width"), number(3, "height")};
        const double score = fields.number(first + 4, "score", 1e12);
        if (box.w < 0) fields.reject("width", "is negative");
        if (box.h < 0) fields.reject("height", "is negative");
        if (fields.error()) return fields.error();
        found[at].push_back({box, fmt::format("{}", score)});
    }
    return std::nullopt;
}

/// Turns detections into tracks.
class ResultTracks {
public:
    ResultTracks(const Media& media, const ResultsOptions& how) : builder_(media), how_(how) {}

    void add(FrameIndex frame, const std::vector<Detection>& found) {
        for (const Detection& each : found) {
            if (!builder_.takes_row_at(frame)) continue;
            if (each.box.w <= 0 || each.box.h <= 0) {
                ++flat_;
                continue;
            }
            Chain& chain = chain_for(each.box, frame);
            chain.rows.push_back({frame, each.box, false});
            chain.trail.say(
                builder_.attribute(builder_.label(how_.label), score_attribute, AttributeType::Number, true), frame,
                each.score);
        }
        before_ = frame;
    }

    Result<ReadResult> finish(std::string_view file) && {
        for (Chain& chain : chains_) {
            Track track = builder_.new_track(builder_.label(how_.label));
            // What is linked is in view between two frames that the file looks at.
            track.keyframes = keyframes_of_runs(chain.rows, builder_.end(), largest_frame);
            track.attribute_ranges = chain.trail.ranges();
            builder_.add(std::move(track));
        }
        builder_.note_count(flat_, "boxes without width or height are left out");
        return std::move(builder_).finish(file);
    }

private:
    struct Chain {
        std::vector<StatedBox> rows;
        AttributeTrail trail;
    };
    Chain& chain_for(const Box& box, FrameIndex frame) {
        Chain* best = nullptr;
        double most = how_.link;
        for (Chain& chain : chains_) {
            if (how_.link <= 0 || !before_ || chain.rows.back().frame != *before_ || *before_ == frame) continue;
            const double overlap = iou(chain.rows.back().box, box);
            if (overlap < most) continue;
            most = overlap;
            best = &chain;
        }
        return best != nullptr ? *best : chains_.emplace_back();
    }

    AnnotationsBuilder builder_;
    const ResultsOptions& how_;
    std::vector<Chain> chains_;
    std::optional<FrameIndex> before_;  // the frame added last
    std::int64_t flat_ = 0;
};

Result<ReadResult> annotations_of(std::string_view file, const Detections& found, const Media& media,
                                  const ResultsOptions& how) {
    ResultTracks tracks(media, how);
    for (const auto& [frame, boxes] : found) tracks.add(frame, boxes);
    return std::move(tracks).finish(file);
}

/// The frame of I00029.txt: 29, for it is the video's 30th.
std::optional<FrameIndex> frame_of(const fs::path& path) {
    const std::string name = path.filename().string();
    if (path.extension() != ".txt" || !name.starts_with('I')) return std::nullopt;
    const auto number = number_at_end(name);
    if (!number || *number > largest_frame) return std::nullopt;
    return FrameIndex{*number};
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    std::vector<fs::path> files;
    for (const fs::path& path : request.files) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            files.push_back(path);
            continue;
        }
        const std::size_t before = files.size();
        for (const auto& entry : fs::directory_iterator(path, error))
            if (frame_of(entry.path())) files.push_back(entry.path());
        if (error) return fail("{}: cannot be listed: {}", path.string(), error.message());
        if (files.size() == before) return fail("{}: holds no file like I00029.txt", path.string());
    }
    Detections found;
    for (const fs::path& file : files) {
        const auto text = read_file(file);
        if (!text) return text.error();
        if (auto wrong = add_rows(file.string(), *text, frame_of(file), how->offset, found)) return *wrong;
    }
    return annotations_of(request.files.front().string(), found, request.media, *how);
}

/// The score of a box: what the track says of it, else how sure its frame is.
std::string score_of(const Annotations& all, const Track& track, const TrackState& state, FrameIndex frame,
                     Losses& losses) {
    const auto said = value_at(track, find_attribute(all, track, score_attribute), frame);
    if (said.empty()) return fmt::format("{}", state.confidence);
    if (parse_double(said)) return std::string(said);
    losses.add("values of 'score' that are no numbers left out");
    return fmt::format("{}", state.confidence);
}

/// Every frame that the evaluation looks at, with the boxes there.
Detections detections_of(const WriteRequest& request, const ResultsOptions& how, Losses& losses) {
    const Annotations& all = request.annotations;
    const std::int64_t frames = all.find_media(request.media)->frames;
    Detections found;
    for (std::int64_t n = how.skip - 1; n < frames; n += how.skip) found[FrameIndex{n}];
    for (const Track* track : tracks_of(all, request.media)) {
        if (how.label != "all" && all.label_name(track->label) != how.label) {
            losses.add("tracks of other labels left out; option label=all writes them");
            continue;
        }
        if (all.label_name(track->label) != how.label) losses.add("labels left out");
        count_attributes(all, *track, {score_attribute}, losses);
        std::int64_t shown = 0;
        std::int64_t written = 0;
        for (const auto& [frame, state] : states_in(*track, all.fills_of(track->id), track->extent())) {
            if (state.outside) continue;
            ++shown;
            const auto at = found.find(frame);
            if (at == found.end()) continue;
            ++written;
            losses.add("quads written as boxes", kind_of(state.shape) == ShapeKind::Quad ? 1 : 0);
            losses.add("occluded flags left out", state.occluded ? 1 : 0);
            at->second.push_back({bounding_box(state.shape), score_of(all, *track, state, frame, losses)});
        }
        losses.add("boxes of frames that the evaluation does not look at left out", shown - written);
        losses.add("tracks whose boxes are no longer linked from frame to frame", written > 1 ? 1 : 0);
    }
    count_segments(all, request.media, losses);
    return found;
}

std::string row_text(const Detection& each, double offset) {
    return fmt::format("{},{},{},{},{}\n", grid_number(each.box.x + offset), grid_number(each.box.y + offset),
                       grid_number(each.box.w), grid_number(each.box.h), each.score);
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    const Detections found = detections_of(request, *how, losses);
    const bool is_one = how->layout == "file" || (how->layout == "auto" && request.out.extension() == ".txt");
    Detections back;
    std::int64_t rows = 0;
    std::string whole;
    for (const auto& [frame, boxes] : found) {
        std::string text;
        for (const Detection& each : boxes) {
            const std::string row = row_text(each, how->offset);
            text += is_one ? fmt::format("{},{}", frame.value + 1, row) : row;
        }
        rows += static_cast<std::int64_t>(boxes.size());
        const fs::path path = is_one ? request.out : request.out / fmt::format("I{:05}.txt", frame.value);
        const auto own = is_one ? std::nullopt : std::optional(frame);
        if (auto wrong = add_rows(path.string(), text, own, how->offset, back)) return *wrong;
        if (is_one)
            whole += text;
        else
            output.add(path, std::move(text));
    }
    if (is_one) output.add(request.out, std::move(whole));
    if (!is_one && found.empty())
        return fail("{}: the video has fewer frames than the {} that option skip goes by", request.out.string(),
                    how->skip);
    ResultsOptions plainly = *how;
    plainly.link = 0;
    const Media& media = *request.annotations.find_media(request.media);
    if (auto same = check_reads_back(request.out, annotations_of(request.out.string(), back, media, plainly), rows);
        !same)
        return same.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

/// The first row has so many numbers and nothing else.
bool has_rows_of(std::string_view text, std::size_t numbers) {
    Lines lines("", text);
    const auto line = lines.next_filled();
    if (!line) return false;
    std::string copy(*line);
    const auto fields = numbers_in(copy);
    return fields.size() == numbers &&
           std::all_of(fields.begin(), fields.end(), [](auto field) { return parse_double(field).has_value(); });
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        if (frame_of(path)) return has_rows_of(head, 5);
        return path.filename().string().starts_with('V') && number_at_end(path.filename().string()) &&
               has_rows_of(head, 6);
    }
    constexpr int most_looked_at = 200;
    int looked_at = 0;
    for (const auto& entry : fs::directory_iterator(path, error)) {
        if (!frame_of(entry.path())) continue;
        if (++looked_at > most_looked_at) break;
        const auto text = read_file(entry.path(), 1 << 20);
        if (text && !trim(*text).empty()) return has_rows_of(*text, 5);
    }
    // Where nothing was found files are empty, and there all the same.
    return looked_at > 0;
}

}  // namespace

const Format caltech_results_format{
    .id = "caltech-results",
    .name = "Caltech results",
    .extension = "",
    .reader = "dbEval.m loadDt",
    .convention = "frames from 1, less one in file names; left top width height in px from 1 (option offset)",
    .carries = {.boxes = true, .fractions = true},
    .options = options,
    .may_be_empty = true,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
