#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/ava_labels.h"
#include "core/formats/format.h"

namespace inbetween {

/// The options that AVA and AVA-Kinetics share.
inline constexpr FormatOption ava_time_offset_option{
    "time-offset", "SECONDS", "0",
    "the film's time at the video's first frame: 900 for a clip cut out after 15 minutes"};
inline constexpr FormatOption ava_video_option{
    "video-id", "auto|NAME", "auto",
    "which video of the file is read, and what is written as its name; auto: the video's name without its extension, "
    "or the only one in the file"};
inline constexpr FormatOption ava_label_map_option{"label-map", "auto|none|PATH", "auto",
                                                   "names of the actions (pbtxt); auto: NAME_action_list.pbtxt or "
                                                   "NAME.pbtxt beside NAME.csv, else AVA's own 80 names"};
inline constexpr FormatOption ava_label_option{"label", "NAME", "person", "reading: the label of the tracks"};
inline constexpr FormatOption ava_no_action_option{
    "no-action", "drop|N", "drop",
    "writing: boxes whose track does nothing at that second, which the format cannot hold: dropped, or written as the "
    "action of this number"};

/// The times of a film that are labelled.
enum class AvaTimes {
    Seconds,   ///< every whole second, as AVA
    Middle,    ///< the middle of the video, as AVA-Kinetics
    Keyframes  ///< the frames at which a keyframe was stated
};

/// Times of a film in millionths of a second, so that they compare.
using AvaTimestamps = std::set<std::int64_t>;
std::int64_t ava_timestamp(double seconds);

/// What the options of the AVA formats come to.
struct AvaOptions {
    double time_offset = 0;  ///< the film's time at the first frame
    std::string video_id;    ///< empty: auto
    std::string label;
    int default_action = 0;  ///< of boxes without an action; 0: they are dropped
    bool writes_persons = true;
    bool writes_empty = false;
    bool writes_timestamps = false;
    AvaTimes times = AvaTimes::Seconds;
    std::optional<AvaTimestamps> included;          ///< none: all times are
    std::map<std::string, AvaTimestamps> excluded;  ///< by video
    /// Tells whether what is labelled at that time counts.
    bool takes(const std::string& video, double seconds) const;
    AvaLabelMap map;  ///< names of actions
};

/// When each frame of a video is shown, in seconds from the first; by pts.
class AvaTime {
public:
    explicit AvaTime(const Media& media);

    /// When the frame is shown.   requires: a frame of the video.
    double seconds_of(FrameIndex frame) const { return seconds_[static_cast<std::size_t>(frame.value)]; }
    /// The frame shown closest to that second; nullopt when none is within half a second of it.
    std::optional<FrameIndex> frame_near(double seconds) const;
    /// The first frame at or after that second; the frame after the last when there is none.
    FrameIndex first_frame_from(double seconds) const;
    /// When the last frame ends.
    double end_seconds() const { return end_; }

private:
    std::vector<double> seconds_;  ///< of each frame, ascending
    double end_ = 0;
};

/// Reads the csv's text.   errors: malformed row; a video that is not in it; no row within the video's time.
Result<ReadResult> read_ava_text(std::string_view file, std::string_view text, const Media& media,
                                 const AvaOptions& how);

/// Reads the file of a request for AVA or AVA-Kinetics, by that format's options.
Result<ReadResult> read_ava(const Format& format, const ReadRequest& request);

/// Writes the csv, the label map beside it, and what else that format's options ask for.
Result<WriteReport> write_ava(const Format& format, const WriteRequest& request);

/// Tells whether a file begins with a row like AVA's: a video, a time, four shares of the picture.
/// returns: the time as it stands; nullopt for another row.
std::optional<std::string> ava_time_in(std::string_view head);

}  // namespace inbetween
