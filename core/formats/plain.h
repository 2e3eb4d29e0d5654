#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/format.h"
#include "core/formats/text/export.h"
#include "core/formats/text/streamed_file.h"

namespace inbetween {

// What the program's own csv and JSON have in common: everything that a project says of one video, a row a track and
// frame, and what of it was stated. `inbetween list schema` prints the JSON's schema; a change that an older reader
// would misread raises the version.

inline constexpr std::string_view plain_schema_name = "inbetween-annotations";
inline constexpr std::int64_t plain_version = 1;

/// Where the shape of a row comes from.
enum class Provenance {
    Keyframe,  ///< a person or a file stated it
    Filled,    ///< a solver found it between two keyframes
    Linear,    ///< an even blend of the keyframes on both sides
    Held       ///< the shape of the keyframe before: ahead of an outside keyframe, and after it
};

/// A track at one frame.
struct PlainRow {
    FrameIndex frame;
    Shape shape;
    Provenance provenance = Provenance::Keyframe;
    Source source = Source::Imported;
    bool occluded = false;
    bool outside = false;
    float confidence = 1;
    bool solver_saw_it = false;  ///< filled, occluded only because the keyframe before says so
    friend bool operator==(const PlainRow&, const PlainRow&) = default;
};

/// A value of an attribute; without a range for the whole track.
struct PlainValue {
    std::int64_t attribute = 0;  ///< its id in the file; 0: known by its name alone
    std::string name;
    std::optional<FrameRange> range;
    std::string value;
};

/// Which keyframes a fill was computed from: those from `first` to `last`; it fills the span from `from` to `to`.
struct PlainFill {
    std::string method;
    FrameIndex from;
    FrameIndex to;
    FrameIndex first;
    FrameIndex last;
};

/// A track as the file states it.
struct PlainTrack {
    std::int64_t id = 0;
    std::string label;
    ShapeKind kind = ShapeKind::Box;
    std::optional<int> proposal;
    std::vector<PlainValue> values;
    std::vector<PlainFill> fills;
    std::vector<PlainRow> rows;
    std::string place;  ///< for errors: "walk.json: /tracks[0]" or "walk.csv:12"
};

/// A segment as the file states it.
struct PlainSegment {
    std::int64_t id = 0;
    std::int64_t track = 0;
    std::string label;
    FrameRange range;
    std::string place;
};

/// What the file says of its video.
struct PlainMedia {
    std::string fingerprint;
    std::int64_t frames = 0;
    int width = 0;
    int height = 0;
    std::vector<Pts> pts;  ///< empty where it states none
};

std::string_view name_of(Provenance provenance);
std::optional<Provenance> provenance_of(std::string_view name);

/// The shortest decimals that lead back to the same float.
std::string confidence_text(float confidence);

/// Hands out the rows of a track, every frame from its first to its last keyframe.
void for_each_plain_row(const Annotations& annotations, const Track& track,
                        const std::function<void(const PlainRow&)>& take);

/// The name of an attribute of any label; empty for an unknown one.
std::string attribute_name(const Annotations& annotations, AttributeId id);

/// What is to be written: all labels, and of one video the tracks with their fills, and the segments, on the storage
/// grid. Without proposals unless they are kept; those left out are counted.
Annotations plain_content(const WriteRequest& request, bool keeps_proposals, Losses& losses);

/// Puts together what a reader of either file finds, in whatever order it comes.
class PlainReader {
public:
    explicit PlainReader(const Media& media);

    void set_media(const PlainMedia& stated);
    /// errors: a second label of the name or id.
    Result<Done> add(Label label, const std::string& place);
    /// errors: a frame that stands twice, a fill without its keyframes or frames, a second track of the id.
    Result<Done> add(PlainTrack track);
    void add(PlainSegment segment) { segments_.push_back(std::move(segment)); }
    /// errors: what names a label, an attribute or a track that is not there.
    Result<ReadResult> finish() &&;

private:
    struct Pending {
        Track track;
        std::string label;
        std::vector<PlainValue> values;
        std::string place;
    };
    LabelId label_id(const std::string& name, LabelKind kind);
    Result<Done> say_values(Track& track, const Pending& pending);
    Result<Done> finish_tracks();
    Result<Done> finish_segments();

    Annotations annotations_;
    MediaId media_{};
    std::vector<std::string> notes_;
    std::vector<Pending> pending_;
    std::set<std::int64_t> track_ids_;
    std::vector<PlainSegment> segments_;
    std::int64_t other_rows_ = 0;
    std::int64_t past_end_ = 0;
};

/// Writes a file piece by piece, reads it back, compares it with what was to be written, and only then gives it its
/// name.
Result<WriteReport> write_plain(const WriteRequest& request, bool keeps_proposals,
                                void (*emit)(const WriteRequest&, const Annotations&, StreamedFile&),
                                Result<ReadResult> (*read)(const ReadRequest&));

/// The option that both have.
inline constexpr FormatOption plain_proposals_option{
    "proposals", "drop|keep", "drop", "writing: whether tracks that nobody has accepted are written, marked as such"};

/// Reads the option proposals.
Result<bool> keeps_proposals(const Format& format, const FormatOptions& stated);

/// What csv and JSON carry.
inline constexpr Carries plain_carries{.boxes = true,
                                       .quads = true,
                                       .keyframes = true,
                                       .occluded = true,
                                       .outside = true,
                                       .attributes = true,
                                       .track_segments = true,
                                       .video_segments = true,
                                       .fractions = true,
                                       .proposals = true};

}  // namespace inbetween
