#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/builder.h"
#include "core/formats/text/caltech.h"
#include "core/formats/text/options.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    caltech_offset_option, caltech_posv_option,
    FormatOption{"skip", "N", "1",
                 "writing: a file for every Nth frame, the Nth first, as vbbToFiles does; 1: for all"},
    FormatOption{
        "link", "NUMBER", "0",
        "reading: boxes of one label in neighbouring files that overlap at least this much (intersection over "
        "union, 0 to 1) become one track; 0: every box is a track of its own, for the format states no identities"}};

constexpr std::string_view header_start = "% bbGt version=";
constexpr int newest_version = 3;

struct BbgtOptions {
    CaltechOptions caltech;
    std::int64_t skip = 1;
    double link = 0;
};

Result<BbgtOptions> options_of(const FormatOptions& stated) {
    auto caltech = caltech_options(bbgt_format, stated);
    if (!caltech) return caltech.error();
    Options given(bbgt_format, stated);
    const BbgtOptions how{*caltech, given.integer("skip", 1, largest_frame), given.number("link", 0, 1)};
    if (given.error()) return *given.error();
    return how;
}

struct BbgtRow {
    std::string label;
    Box bb;
    bool occluded = false;
    std::array<double, 4> bbv{};
    bool ignore = false;
    bool has_angle = false;
};

struct BbgtFrame {
    FrameIndex frame;
    std::vector<BbgtRow> rows;
};

/// The frame of a file: the digits at the end of its name. I00029.txt is the 30th frame, and so our frame 29.
std::optional<FrameIndex> frame_of(const fs::path& path) {
    const std::string stem = path.stem().string();
    const auto last_other = stem.find_last_not_of("0123456789");
    const auto number = parse_int(std::string_view(stem).substr(last_other == std::string::npos ? 0 : last_other + 1));
    if (!number || *number > largest_frame) return std::nullopt;
    return FrameIndex{*number};
}

/// source: bbGt.m bbLoad: versions 0 and 1 have 10 fields, 2 has 11, 3 has 12; a file without a header is version 0.
constexpr std::array<std::size_t, newest_version + 1> fields_of_version{10, 10, 11, 12};

Result<BbgtRow> row_of(Fields& fields, std::size_t expected) {
    if (fields.size() != expected)
        fields.reject("row", fmt::format("has {} fields, not the {} of its version", fields.size(), expected));
    BbgtRow row;
    row.label = fields.text(0, "lbl");
    if (!is_clean_utf8(row.label)) fields.reject("lbl", "is not UTF-8 text");
    constexpr auto most = static_cast<std::int64_t>(largest_coordinate_px);
    const auto whole = [&](std::size_t i, std::string_view name, std::int64_t least) {
        return static_cast<double>(fields.integer(i, name, least, most));
    };
    row.bb = {whole(1, "l", -most), whole(2, "t", -most), whole(3, "w", 0), whole(4, "h", 0)};
    // KAIST grades occlusion from 0 to 2.
    row.occluded = fields.integer(5, "occ", 0, 9) != 0;
    row.bbv = {whole(6, "lv", -most), whole(7, "tv", -most), whole(8, "wv", 0), whole(9, "hv", 0)};
    if (expected > 10) row.ignore = fields.flag(10, "ign");
    if (expected > 11) row.has_angle = fields.integer(11, "ang", -360, 360) % 360 != 0;
    if (fields.error()) return *fields.error();
    return row;
}

Result<BbgtFrame> frame_in(const std::string& name, std::string_view text, FrameIndex frame) {
    BbgtFrame result{frame, {}};
    Lines lines(name, text);
    std::size_t expected = fields_of_version[0];
    bool is_first = true;
    while (const auto line = lines.next_filled()) {
        if (is_first && line->starts_with(header_start)) {
            const auto version = parse_int(trim(line->substr(header_start.size())));
            if (!version || *version < 0 || *version > newest_version)
                return row_error(lines.place(), "version", "is none of 0 to 3");
            expected = fields_of_version[static_cast<std::size_t>(*version)];
            is_first = false;
            continue;
        }
        is_first = false;
        Fields fields(lines.place(), split_blanks(*line));
        auto row = row_of(fields, expected);
        if (!row) return row.error();
        result.rows.push_back(std::move(*row));
    }
    return result;
}

/// A track in the making.
struct Chain {
    Track track;
    std::vector<StatedBox> rows;
    AttributeTrail trail;
};

/// Turns frames into tracks: a box a track, or linked over neighbouring files by overlap.
class BbgtTracks {
public:
    BbgtTracks(const Media& media, const BbgtOptions& how) : builder_(media), how_(how) {}

    void add(const BbgtFrame& frame);
    Result<ReadResult> finish(std::string_view file) &&;

private:
    /// Which chain of the file before each row goes on with, the best overlap first; none for most.
    std::vector<std::optional<std::size_t>> links_of(const BbgtFrame& frame) const;
    void say(Chain& chain, FrameIndex frame, const BbgtRow& row);

    AnnotationsBuilder builder_;
    const BbgtOptions& how_;
    std::vector<Chain> chains_;
    std::vector<std::size_t> open_;  ///< chains with a box in the file before
    std::int64_t flat_ = 0;
    std::int64_t turned_ = 0;
    std::int64_t dropped_bbv_ = 0;
};

std::vector<std::optional<std::size_t>> BbgtTracks::links_of(const BbgtFrame& frame) const {
    std::vector<std::optional<std::size_t>> links(frame.rows.size());
    if (how_.link <= 0) return links;
    struct Pair {
        double overlap;
        std::size_t row, chain;
    };
    std::vector<Pair> pairs;
    for (std::size_t row = 0; row < frame.rows.size(); ++row) {
        for (const std::size_t chain : open_) {
            const double overlap = iou(frame.rows[row].bb, chains_[chain].rows.back().box);
            const LabelId label = chains_[chain].track.label;
            if (overlap >= how_.link && builder_.label_name(label) == frame.rows[row].label)
                pairs.push_back({overlap, row, chain});
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.overlap > b.overlap; });
    std::vector<std::size_t> taken;
    for (const Pair& pair : pairs) {
        if (links[pair.row] || std::find(taken.begin(), taken.end(), pair.chain) != taken.end()) continue;
        links[pair.row] = pair.chain;
        taken.push_back(pair.chain);
    }
    return links;
}

void BbgtTracks::say(Chain& chain, FrameIndex frame, const BbgtRow& row) {
    const LabelId label = chain.track.label;
    if (row.ignore)
        chain.trail.say(builder_.attribute(label, bbgt_ignore_attribute, AttributeType::Checkbox, true), frame, "true");
    if (!row.occluded || row.bbv == std::array<double, 4>{}) return;
    dropped_bbv_ += how_.caltech.keeps_posv ? 0 : 1;
    if (how_.caltech.keeps_posv)
        chain.trail.say(builder_.attribute(label, visible_attribute, AttributeType::Text, true), frame,
                        visible_text(row.bbv, how_.caltech.offset));
}

void BbgtTracks::add(const BbgtFrame& frame) {
    const auto links = links_of(frame);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < frame.rows.size(); ++i) {
        const BbgtRow& row = frame.rows[i];
        if (!builder_.takes_row_at(frame.frame)) continue;
        turned_ += row.has_angle ? 1 : 0;
        if (row.bb.w == 0 || row.bb.h == 0) {
            ++flat_;
            continue;
        }
        const std::size_t at = links[i].value_or(chains_.size());
        if (at == chains_.size()) {
            Chain& made = chains_.emplace_back();
            made.track = builder_.new_track(builder_.label(row.label));
            made.track.id = TrackId{static_cast<std::int64_t>(chains_.size())};
        }
        chains_[at].rows.push_back({frame.frame, row.bb, row.occluded});
        say(chains_[at], frame.frame, row);
        open.push_back(at);
    }
    open_ = std::move(open);
}

Result<ReadResult> BbgtTracks::finish(std::string_view file) && {
    const double offset = how_.caltech.offset;
    for (Chain& chain : chains_) {
        for (StatedBox& row : chain.rows) row.box.x -= offset, row.box.y -= offset;
        // Rows are only linked from one file to the next, so what lies between two of them is in view.
        chain.track.keyframes = keyframes_of_runs(chain.rows, builder_.end(), std::numeric_limits<std::int64_t>::max());
        chain.track.attribute_ranges = chain.trail.ranges();
        builder_.add(std::move(chain.track));
    }
    builder_.note_count(flat_, "boxes without area are left out");
    builder_.note_count(turned_, "boxes state an angle, which is not kept");
    builder_.note_count(dropped_bbv_, "visible parts of occluded boxes are left out");
    return std::move(builder_).finish(file);
}

Result<std::vector<fs::path>> paths_in(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error))
        paths.push_back(at->path());
    if (error) return fail("{}: the folder cannot be read: {}", folder.string(), error.message());
    return paths;
}

/// Tells whether the file is one of a folder's frames: I00029.txt.
bool is_frame_file(const fs::path& path) {
    return path.filename().string().starts_with('I') && path.extension() == ".txt" && frame_of(path).has_value();
}

/// The files of the request by frame: those stated, and in a folder those called I00000.txt and the like.
Result<std::map<FrameIndex, fs::path>> files_of(const ReadRequest& request) {
    std::map<FrameIndex, fs::path> files;
    const auto add = [&](const fs::path& path) -> Result<Done> {
        const auto frame = frame_of(path);
        if (!frame) return fail("{}: the name does not end in the number of a frame, like I00029.txt", path.string());
        if (!files.emplace(*frame, path).second)
            return fail("{}: states frame {}, as {} does", path.string(), frame->value, files.at(*frame).string());
        return Done{};
    };
    for (const fs::path& stated : request.files) {
        std::error_code error;
        if (!fs::is_directory(stated, error)) {
            if (auto added = add(stated); !added) return added.error();
            continue;
        }
        const auto paths = paths_in(stated);
        if (!paths) return paths.error();
        for (const fs::path& path : *paths) {
            if (!is_frame_file(path)) continue;
            if (auto added = add(path); !added) return added.error();
        }
    }
    if (files.empty()) return fail("{}: holds no files like I00029.txt", request.files.front().string());
    return files;
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto files = files_of(request);
    if (!files) return files.error();
    BbgtTracks tracks(request.media, *how);
    for (const auto& [frame, path] : *files) {
        const auto text = read_file(path);
        if (!text) return text.error();
        const auto rows = frame_in(path.string(), *text, frame);
        if (!rows) return rows.error();
        tracks.add(*rows);
    }
    return std::move(tracks).finish(request.files.front().string());
}

std::int64_t rounded(double value) { return std::llround(value); }

/// One row, rounded as bbSave rounds.
std::string row_text(const std::string& label, const VisibleBox& box, const std::array<double, 4>& bbv, bool ignore,
                     double offset, Losses& losses) {
    const Box exact{box.box.x + offset, box.box.y + offset, box.box.w, box.box.h};
    const std::array<std::int64_t, 4> whole{rounded(exact.x), rounded(exact.y),
                                            std::max<std::int64_t>(1, rounded(exact.w)),
                                            std::max<std::int64_t>(1, rounded(exact.h))};
    const std::array<double, 4> stated{exact.x, exact.y, exact.w, exact.h};
    const bool is_same = std::equal(whole.begin(), whole.end(), stated.begin(),
                                    [](std::int64_t a, double b) { return static_cast<double>(a) == b; });
    losses.add("boxes rounded to whole pixels", is_same ? 0 : 1);
    return fmt::format("{} {} {} {} {} {:d} {} {} {} {} {:d} 0\n", label, whole[0], whole[1], whole[2], whole[3],
                       box.occluded, rounded(bbv[0]), rounded(bbv[1]), rounded(bbv[2]), rounded(bbv[3]), ignore);
}

struct BbgtText {
    std::map<FrameIndex, std::string> files;
    std::int64_t boxes = 0;
};

BbgtText text_of(const Annotations& annotations, MediaId media, const BbgtOptions& how, Losses& losses) {
    BbgtText result;
    for (std::int64_t frame = how.skip - 1; frame < annotations.find_media(media)->frames; frame += how.skip)
        result.files[FrameIndex{frame}] = fmt::format("{}{}\n", header_start, newest_version);
    const double offset = how.caltech.offset;
    for (const Track* track : tracks_of(annotations, media)) {
        count_attributes(annotations, *track, {visible_attribute, bbgt_ignore_attribute}, losses);
        const Attribute* visible = find_attribute(annotations, *track, visible_attribute);
        const Attribute* ignore = find_attribute(annotations, *track, bbgt_ignore_attribute);
        const std::string label = without_blanks(annotations.label_name(track->label), losses);
        std::int64_t written = 0;
        for (const VisibleBox& box : visible_boxes(annotations, *track, losses)) {
            const auto file = result.files.find(box.frame);
            if (file == result.files.end()) {
                losses.add("boxes in frames that are skipped");
                continue;
            }
            std::array<double, 4> bbv{};
            if (box.occluded && how.caltech.keeps_posv)
                bbv = visible_part(value_at(*track, visible, box.frame), offset);
            file->second += row_text(label, box, bbv, value_at(*track, ignore, box.frame) == "true", offset, losses);
            ++written;
        }
        losses.add("tracks whose boxes are no longer linked from frame to frame", written > 1 ? 1 : 0);
        result.boxes += written;
    }
    count_segments(annotations, media, losses);
    return result;
}

/// Files of another export among ours would be read as part of it.
Result<Done> check_folder(const fs::path& folder, const BbgtText& text) {
    std::error_code error;
    if (!fs::exists(folder, error)) return Done{};
    if (!fs::is_directory(folder, error)) return fail("{}: is a file, not a folder", folder.string());
    const auto paths = paths_in(folder);
    if (!paths) return paths.error();
    for (const fs::path& path : *paths)
        if (is_frame_file(path) && !text.files.contains(*frame_of(path)))
            return fail("{}: is of another export; write into an empty folder", path.string());
    return Done{};
}

Result<WriteReport> write(const WriteRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    const BbgtText text = text_of(request.annotations, request.media, *how, losses);
    if (auto free = check_folder(request.out, text); !free) return free.error();
    how->link = 0;
    BbgtTracks tracks(*request.annotations.find_media(request.media), *how);
    Output output(request);
    for (const auto& [frame, rows] : text.files) {
        const fs::path path = request.out / fmt::format("I{:05}.txt", frame.value);
        const auto back = frame_in(path.string(), rows, frame);
        if (!back) return fail("{}: would not be read back: {}", path.string(), back.error().message);
        tracks.add(*back);
        output.add(path, rows);
    }
    const auto read_back = std::move(tracks).finish(request.out.string());
    if (auto same = check_reads_back(request.out, read_back, text.boxes); !same) return same.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return without_bom(head).starts_with(header_start);
    const auto paths = paths_in(path);
    if (!paths) return false;
    // Files of results are called so too; they have no header, and may be empty.
    constexpr int most_looked_at = 200;
    int looked_at = 0;
    return std::any_of(paths->begin(), paths->end(), [&](const fs::path& file) {
        if (!is_frame_file(file) || ++looked_at > most_looked_at) return false;
        const auto text = read_file(file, 1 << 20);
        return text && without_bom(*text).starts_with(header_start);
    });
}

}  // namespace

const Format bbgt_format{
    .id = "bbgt",
    .name = "Caltech bbGt text",
    .extension = "",
    .reader = "bbGt.m bbLoad",
    .convention = "the file of frame n is I(n-1), n from 1; left top width height in whole px from 1 (option offset)",
    .carries = {.boxes = true, .occluded = true, .outside = true},
    .options = options,
    .may_be_empty = true,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
