#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/format.h"
#include "core/formats/text/export.h"
#include "core/formats/text/options.h"
#include "core/formats/text/rows.h"

namespace inbetween {

// What VATIC's dumps (text, XML, JSON, LabelMe video, PASCAL) have in common: a row of whole pixels for every frame
// from a track's first keyframe to its last.   source: cvondrick/vatic, cli.py.

inline constexpr FormatOption vatic_generated_option{
    "generated", "auto|skip|keep", "auto",
    "reading rows that were interpolated: auto drops those that straight lines between keyframes give again within a "
    "pixel and keeps the others as keyframes; skip drops all; keep keeps all"};
inline constexpr FormatOption vatic_gaps_option{
    "gaps", "auto|interpolate|outside", "auto",
    "reading frames that a track has no row for: outside of view, or between keyframes; auto: outside where the file "
    "is one with a row for every frame"};
inline constexpr FormatOption vatic_dimensions_option{
    "dimensions", "video|WxH", "video",
    "the size that the file's pictures were made to fit into, in their own proportions: VATIC shrinks to 720x480 "
    "unless told not to; boxes are scaled between it and the video"};
inline constexpr FormatOption vatic_integers_option{"integers", "truncate|round", "truncate",
                                                    "writing: how a coordinate becomes whole; VATIC truncates"};
inline constexpr FormatOption vatic_actions_option{
    "actions", "attributes|drop", "attributes",
    "writing: actions of a track as attributes over their frames, or not at all"};
inline constexpr FormatOption vatic_interpolation_option{"interpolation", "project|vatic", "project",
                                                         "between keyframes: what the project says; or what VATIC "
                                                         "makes of the keyframes alone, which is even steps, and out "
                                                         "of view from a keyframe on if the next one is outside"};
inline constexpr FormatOption vatic_hold_option{
    "hold", "0|1", "0",
    "writing: 1 also marks the frame before the track goes outside as a keyframe, so that VATIC's own interpolation "
    "keeps the track in view until there"};

/// What the options of these formats come to. Those that a format does not have are at their defaults.
struct VaticOptions {
    std::string generated = "auto";
    std::string gaps = "auto";
    double scale = 1;  ///< pixels of the video for one of the file
    bool rounds = false;
    bool writes_actions = true;
    bool goes_by_keyframes = false;  ///< interpolates as VATIC does
    bool holds = false;
};

/// Reads those of the options above that the format has.
VaticOptions vatic_options(const Format& format, Options& given, const FormatOptions& stated, const Media& media);

/// What a dump says of a track at one frame, in few bytes, for there are many. Names are of the file's text, or kept by
/// its VaticFile.
struct VaticRow {
    FrameIndex frame;
    Box box;  ///< in pixels of the video
    bool lost = false;
    bool occluded = false;
    bool generated = false;
    std::uint32_t attributes = 0;  ///< which list of the file's; 0: none
    std::uint32_t line = 0;        ///< 0 where the file has no lines
};

struct VaticPath {
    std::string_view label;
    std::vector<VaticRow> rows;
};

/// A dump as it was read.
struct VaticFile {
    std::map<std::int64_t, VaticPath> paths;  ///< by id
    bool is_dense = false;                    ///< a frame without a row is one at which the track is out of view
    std::int64_t negative = 0;                ///< boxes that reach past the left or top edge
    std::set<std::string, std::less<>> names;
    std::vector<std::vector<std::string_view>> attribute_lists;  ///< those of row.attributes 1, 2, ...

    /// The name, kept as long as the file is.
    std::string_view keep(std::string_view name);
    /// States an attribute of the row.
    void say(VaticRow& row, std::string_view attribute);
};

/// A row's box from its edges.   returns: what is wrong with them, as field and why.
std::optional<std::pair<std::string_view, std::string>> vatic_box(const std::array<double, 4>& edges,
                                                                  const VaticOptions& how, VaticFile& file, Box& box);

/// Puts each track's rows in order and makes tracks of them.
/// errors: a frame that a track states twice; rows, but none within the video.
Result<ReadResult> read_vatic_file(std::string_view name, VaticFile& file, const Media& media, const VaticOptions& how);

/// A row as VATIC holds it.
struct VaticDumpRow {
    FrameIndex frame;
    std::array<std::int64_t, 4> edges{};  ///< left, top, right, bottom
    bool lost = false;
    bool occluded = false;
    bool generated = false;
    std::vector<std::string_view> attributes;  ///< those that are true, by name; as long as the dump is at this track
};

/// Turns the tracks of one video into rows, one track after another.
class VaticDump {
public:
    VaticDump(const WriteRequest& request, const VaticOptions& how, Losses& losses)
        : annotations_(request.annotations),
          media_(*request.annotations.find_media(request.media)),
          how_(how),
          losses_(losses) {}

    /// The rows of a track, within the video; none for a track past its end.
    const std::vector<VaticDumpRow>& rows_of(const Track& track);
    std::string label_of(const Track& track) const { return annotations_.label_name(track.label); }
    /// How many rows so far are in view.
    std::int64_t boxes() const { return boxes_; }
    /// Counts what no dump can say of the video.
    void count_rest();

private:
    using Edges = std::array<std::int64_t, 4>;
    Edges edges_of(const Shape& shape, Losses& losses) const;
    Edges edges_between(const Keyframe& left, const Keyframe& right, FrameIndex frame) const;
    Edges edges_at(const Track& track, FrameIndex frame, const TrackState& state) const;
    void add_project_rows(const Track& track, const FrameRange& range);
    void add_vatic_rows(const Track& track, const FrameRange& range);
    void find_attributes(const Track& track);
    std::vector<std::string_view> attributes_at(const Track& track, FrameIndex frame) const;

    const Annotations& annotations_;
    const Media& media_;
    const VaticOptions& how_;
    Losses& losses_;
    std::int64_t boxes_ = 0;
    // Of the track at hand.
    std::vector<VaticDumpRow> rows_;
    std::vector<const Attribute*> attributes_;
    std::vector<std::pair<const Segment*, std::string>> actions_;
};

/// Checks that a reader finds the boxes again that were dumped, and writes the one file.
Result<WriteReport> write_vatic_text(const WriteRequest& request, const std::string& text, const VaticOptions& how,
                                     std::int64_t boxes, const Losses& losses,
                                     Result<ReadResult> (*read)(std::string_view name, std::string_view text,
                                                                const Media& media, const VaticOptions& how));

}  // namespace inbetween
