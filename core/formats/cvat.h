#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/text/builder.h"
#include "core/formats/text/export.h"
#include "core/formats/text/options.h"
#include "core/formats/text/xml.h"

namespace inbetween {

/// An attribute as the description of a CVAT task states it.
struct CvatAttribute {
    std::string name;
    bool is_mutable = true;
    std::string input_type = "text";
    std::string default_value;
    std::vector<std::string> values;
};

/// A label as the description of a CVAT task states it.
struct CvatLabel {
    std::string name;
    std::string colour;
    std::string type;
    bool is_part = false;  ///< of a skeleton
    std::vector<CvatAttribute> attributes;
};

/// One video of a CVAT file; a project's file speaks of several, all from frame 0.
struct CvatTask {
    std::int64_t id = -1;  ///< -1: not stated
    std::string name;
    std::string source;  ///< the name of the video's file
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::int64_t stop_frame = -1;  ///< -1: not stated
};

inline constexpr FormatOption cvat_task_option{
    "task", "auto|ID", "auto",
    "reading a project's file: which of its tasks is this video; auto: the one whose name or file is the video's"};

/// The value of the option task: -1 for auto.
std::int64_t cvat_task_of(Options& given);

/// What a CVAT file says of its task before the shapes come.
/// source: https://docs.cvat.ai/docs/manual/advanced/xml_format/
struct CvatMeta {
    std::vector<CvatLabel> labels;
    std::vector<CvatTask> tasks;
    CvatTask task;                ///< the one that is this video
    std::int64_t other_rows = 0;  ///< how many tracks or images of other tasks were met

    /// Reads the description, from where it opened to where it closes; makes the labels, and notes a picture size that
    /// is not the video's. `stated`: the task to read, -1 for auto.
    /// errors: a name that is empty or no text; several tasks, none of which is the video.
    Result<Done> read(XmlReader& reader, AnnotationsBuilder& builder, std::int64_t stated);
    /// Tells whether the track or image that has opened is of the video, and counts those that are not.
    bool takes(const XmlReader& reader);

private:
    void take(const XmlReader& reader, XmlReader::Event event);
    Result<Done> choose(std::string_view file, const Media& media, std::int64_t stated);
    Result<Done> make_labels(std::string_view file, AnnotationsBuilder& builder) const;
};

/// How many shapes of kinds that have no place here, or only as boxes, were met.
struct CvatOthers {
    std::map<std::string, std::int64_t, std::less<>> left_out;  ///< by the name of the element
    std::int64_t polygons_as_boxes = 0;
    std::int64_t unlabelled = 0;

    void note(AnnotationsBuilder& builder) const;
};

/// Tells whether an element is one of CVAT's shapes.
bool is_cvat_shape(std::string_view element);

/// The shape of the element at hand, on the storage grid: a box, a turned box or a polygon of four corners as a quad,
/// another polygon as its bounding box or not at all.   returns: nullopt for a shape without a place here, counted.
/// errors: a coordinate that is missing or none.
Result<std::optional<Shape>> cvat_shape_of(const XmlReader& reader, bool takes_polygons, CvatOthers& others);

/// The label that an element names; an empty one is 'unlabelled', counted.   errors: none stated, or no text.
Result<LabelId> cvat_label_of(const XmlReader& reader, AnnotationsBuilder& builder, CvatOthers& others);

/// The label's attribute of that name as the file speaks of it; text that changes over time when the description has
/// none.   errors: no text.
Result<AttributeId> cvat_attribute_of(const XmlReader& reader, std::string_view name, LabelId label,
                                      AnnotationsBuilder& builder);

/// Tells whether a value states more than what holds anyway.
bool says_something(const Attribute& attribute, std::string_view value);

/// Names and values of attributes at one frame, as the file states them.
using CvatValues = std::vector<std::pair<std::string, std::string>>;

/// Reads the attributes within the element at hand, up to where it closes.
Result<CvatValues> read_cvat_values(XmlReader& reader);

/// What a track's label, and optionally its actions, say as CVAT attributes.
class CvatAttributes {
public:
    CvatAttributes(const Annotations& annotations, const Track& track, bool writes_actions);
    /// All names with their values at a frame: what is unsaid is the default.
    CvatValues values_at(FrameIndex frame) const;
    /// The frames at which a value begins or ends.
    std::vector<FrameIndex> changes() const;
    /// How many actions there are.
    std::int64_t actions() const { return static_cast<std::int64_t>(actions_.size()); }

private:
    const Track& track_;
    const Label* label_;
    std::vector<std::pair<const Segment*, std::string>> actions_;
};

/// Writes version, description and labels; with actions, their names as attributes of the labels they happen to.
void write_cvat_meta(XmlWriter& xml, const Annotations& annotations, const Media& media, const char* mode,
                     bool writes_actions);

/// Writes what makes out the shape: edges of a box, corners of a quad.
void write_cvat_shape(XmlWriter& xml, const Shape& shape, bool is_rounded);
const char* cvat_element_of(const Shape& shape);

/// Tells whether the head of a file is a CVAT file of tracks, or of images.
bool is_cvat_of_tracks(std::string_view head);
bool is_cvat_of_images(std::string_view head);

}  // namespace inbetween
