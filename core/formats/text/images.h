#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/text/builder.h"
#include "core/formats/text/export.h"
#include "core/formats/text/options.h"

namespace inbetween {

// What the formats of images (VOC, YOLO, LabelMe, VoTT and others) have in common: a frame is an image that is known by
// its name, and what an image shows is a list of shapes.

inline constexpr FormatOption image_frames_option{
    "frames", "name|order", "name",
    "reading: the frame is the number at the end of an image's name; order: images count from 0 in the order of names"};
inline constexpr FormatOption image_first_option{"first-frame", "N", "0",
                                                 "the number that the video's first frame has in names"};
inline constexpr FormatOption image_link_option{
    "link", "NUMBER", "0",
    "reading shapes that state no identity: those of one label in neighbouring images whose boxes overlap by this "
    "share (intersection over union) become one track; 0: each is a track of its own"};
inline constexpr FormatOption image_step_option{
    "step", "N", "1", "reading: images of a track at most so many frames apart are filled in between"};
inline constexpr FormatOption image_prefix_option{"prefix", "NAME", "frame_",
                                                  "writing: what an image's name begins with, before six digits"};
inline constexpr FormatOption image_extension_option{"extension", "NAME", ".png",
                                                     "writing: what an image's name ends with"};
inline constexpr FormatOption image_choice_option{
    "images", "annotated|all|every=N", "annotated",
    "writing: the images that show something, or every frame, or every Nth from the first"};
inline constexpr FormatOption image_clip_option{
    "clip", "0|1", "1", "writing: boxes are cut at the picture's border, and those beyond it left out"};

/// The value of the option images: 0 for those that show something, else every Nth from the first.
std::int64_t image_choice_of(Options& given);

/// What the options above say.
struct ImageOptions {
    bool goes_by_order = false;
    std::int64_t first_frame = 0;
    double link = 0;
    std::int64_t step = 1;
    std::string prefix = "frame_";
    std::string extension = ".png";
    std::int64_t every = 0;  ///< 0: the images that show something

    /// The name of a frame's image without its extension, and with it.
    std::string stem_of(FrameIndex frame) const;
    std::string name_of(FrameIndex frame) const { return stem_of(frame) + extension; }
};

/// Reads the options frames to images above, all of which the format must have.
ImageOptions image_options_of(Options& given);

/// The frames that images are of, by their names.
class ImageNames {
public:
    /// `names`: of all images there are, without extensions.
    ImageNames(const ImageOptions& how, const std::set<std::string>& names);
    /// errors: a name without a number at its end, or with one before the first frame's; `where` begins the sentence.
    Result<FrameIndex> frame_of(std::string_view where, const std::string& name) const;

private:
    std::int64_t first_frame_;
    std::optional<std::map<std::string, std::int64_t>> order_;
};

/// What the name of an annotation file says: the name of its image without the extension; nullopt: it is none.
using ImageStemFn = std::optional<std::string> (*)(const std::filesystem::path& file);

/// The annotation files of a request with their frames, by frame: those stated, and in a folder, however deep, those
/// that `stem` knows.   errors: a folder without any, `like` being a good one's name; what ImageNames says.
Result<std::vector<std::pair<FrameIndex, std::filesystem::path>>> files_of_images(const ReadRequest& request,
                                                                                  const ImageOptions& how,
                                                                                  ImageStemFn stem,
                                                                                  std::string_view like);

/// As above, for formats with one file an image.   errors: two files of one frame.
Result<std::map<FrameIndex, std::filesystem::path>> image_files(const ReadRequest& request, const ImageOptions& how,
                                                                ImageStemFn stem, std::string_view like);

/// The first annotation file with something in it of a folder, however deep, for telling its format.
std::optional<std::string> first_image_text(const std::filesystem::path& folder, ImageStemFn stem);

/// Refuses a folder that holds annotation files besides those that are about to be written, which would be read
/// together with them.
Result<Done> check_no_other_images(const std::filesystem::path& folder, const std::set<std::filesystem::path>& own,
                                   ImageStemFn stem);

/// A value of an attribute, as an image states it.
struct ImageValue {
    std::string name;
    std::string value;
    AttributeType type = AttributeType::Text;
};

/// A shape of an image.
struct ImageShape {
    std::string label;
    Shape shape;
    bool occluded = false;
    std::int64_t identity = 0;  ///< which object it is; 0: not stated
    std::vector<ImageValue> values;
};

/// Notes the sizes, width and height, of pictures that a file speaks of and that are not the video's.
void note_other_sizes(AnnotationsBuilder& builder, const std::set<std::pair<std::int64_t, std::int64_t>>& sizes);

/// Gathers the shapes of one image after another into tracks: by identity, else by overlap if the options say so.
class ImageTracks {
public:
    ImageTracks(const Media& media, const ImageOptions& how) : builder_(media), link_(how.link), step_(how.step) {}

    AnnotationsBuilder& builder() { return builder_; }
    /// Takes what one image shows. Shapes without area are counted and left out.   requires: frames ascend.
    void add(FrameIndex frame, std::vector<ImageShape> shapes);
    /// Keeps a picture size that the file speaks of, to be noted when it is not the video's.
    void speak_of_size(std::int64_t width, std::int64_t height) { sizes_.emplace(width, height); }
    Result<ReadResult> finish(std::string_view file) &&;

private:
    struct Row {
        FrameIndex frame;
        ImageShape shape;
    };
    using Rows = std::vector<Row>;
    Rows* chain_for(const ImageShape& shape, FrameIndex frame);
    void add_track(const Rows& rows, std::int64_t id);

    AnnotationsBuilder builder_;
    double link_;
    std::int64_t step_;
    std::map<std::pair<std::int64_t, std::string>, Rows> known_;
    std::vector<Rows> chains_;
    std::vector<std::size_t> open_;  ///< chains that the next image may go on with
    std::set<std::pair<std::int64_t, std::int64_t>> sizes_;
    std::int64_t flat_ = 0;
};

/// A track in view in an image.
struct ShownShape {
    const Track* track = nullptr;
    TrackState state;
};

/// The images that are written, by frame, with what they show. Counts what lies past the video, or in images that are
/// not written, and segments.
using ShownImages = std::map<FrameIndex, std::vector<ShownShape>>;
ShownImages shown_images(const WriteRequest& request, const ImageOptions& how, Losses& losses);

/// The error of an export that would be of no image at all.
Error no_image(const std::filesystem::path& out);

/// The part of the box that lies within the picture; nullopt when none does.
std::optional<Box> clipped(const Box& box, const Media& media);

/// The box of a shape as it is written: within the picture if `clips`. Counts quads, boxes that are cut, and those
/// beyond the picture.   returns: nullopt for one that is left out.
std::optional<Box> written_box(const Shape& shape, const Media& media, bool clips, Losses& losses);

/// The value of the checkbox of that name at a frame; nullopt when it is not said.
std::optional<bool> flag_at(const Annotations& annotations, const Track& track, std::string_view name,
                            FrameIndex frame);

}  // namespace inbetween
