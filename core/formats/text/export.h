#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/format.h"

namespace inbetween {

/// Counts by kind what an export could not say, in the order in which the kinds turned up.
class Losses {
public:
    void add(std::string_view what, std::int64_t count = 1);
    std::vector<Loss> list() const { return losses_; }

private:
    std::vector<Loss> losses_;
};

/// What write_annotations tells of formats without keyframes: whatever is stated of a frame comes back as one.
inline constexpr std::string_view keyframes_loss = "frames between keyframes that come back as keyframes";

/// A track in view at one frame, as its bounding box.
struct VisibleBox {
    FrameIndex frame;
    Box box;
    bool occluded = false;
    bool is_keyframe = false;
};

/// The tracks of one video, by id.
std::vector<const Track*> tracks_of(const Annotations& annotations, MediaId media);

/// Every frame at which the track is in view, filled frames included. Counts quads, and what lies past the video.
std::vector<VisibleBox> visible_boxes(const Annotations& annotations, const Track& track, Losses& losses);

/// Hands out every track of the video in view, frame by frame and by id within a frame, filled frames included; frames
/// past the video's last too.
void for_each_in_view(const Annotations& annotations, MediaId media,
                      const std::function<void(FrameIndex frame, const Track& track, const TrackState& state)>& take);

/// The track's value of an attribute of its label at a frame; empty for none.
std::string_view value_at(const Track& track, const Attribute* attribute, FrameIndex frame);

/// The attribute of that name of the track's label; null when there is none.
const Attribute* find_attribute(const Annotations& annotations, const Track& track, std::string_view name);

/// Counts the values of all the track's attributes but those of the names given, which the format carries.
void count_attributes(const Annotations& annotations, const Track& track, const std::vector<std::string_view>& carried,
                      Losses& losses);

/// Counts the video's segments, and those of its tracks: for formats that carry neither.
void count_segments(const Annotations& annotations, MediaId media, Losses& losses);

/// The segments of one track, or (unset) of the video itself, by begin.
std::vector<const Segment*> segments_of(const Annotations& annotations, MediaId media, TrackId track);

/// A name in which blanks are underscores, for formats whose fields end at blanks. Counts a name that changed.
std::string without_blanks(std::string_view name, Losses& losses);

/// Files that leave together.
class Output {
public:
    explicit Output(const WriteRequest& request) : request_(request) {}

    void add(std::filesystem::path path, std::string bytes) { files_.push_back({std::move(path), std::move(bytes)}); }
    /// A file for what is too large to be held in memory; whoever writes it closes it before write().
    /// errors: as StreamedFile::open.
    Result<StreamedFile*> stream(const std::filesystem::path& path);
    /// Hands the files over to write_annotations, which lets them be read back before they go to their place.
    /// returns: the paths.   errors: a file that is one of the project's videos or a project.
    Result<std::vector<std::filesystem::path>> write();

private:
    const WriteRequest& request_;
    std::vector<FileBytes> files_;
};

/// Refuses a path at which one of the project's videos, an image of its folders, or a project file stands.
Result<Done> check_may_write(const Annotations& annotations, const std::filesystem::path& path);

/// Makes the folder that the file is to lie in.
Result<Done> make_folder_of(const std::filesystem::path& file);

/// Checks that a reader finds as many boxes in what was written as were put there.
Result<Done> check_reads_back(const std::filesystem::path& out, const Result<ReadResult>& back, std::int64_t boxes);

}  // namespace inbetween
