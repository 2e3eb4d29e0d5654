#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/ava.h"
#include "core/formats/format.h"
#include "core/formats/text/builder.h"
#include "core/formats/text/export.h"
#include "core/formats/text/options.h"

namespace inbetween {

// What the formats of actions in time (Kinetics, ActivityNet, THUMOS, ELAN, BORIS, VIA) have in common: a segment is a
// label from one second to another, and frames are told from seconds by the video's pts.

/// An action as a file states it.   units: seconds of the file's clock; `end` is when it is over.
struct TimedAction {
    std::string label;
    double begin = 0;
    double end = 0;
    friend auto operator<=>(const TimedAction&, const TimedAction&) = default;
};

/// The options that these formats share.
inline constexpr FormatOption action_time_offset_option{"time-offset", "SECONDS", "0",
                                                        "what the file's clock says at the video's first frame"};
inline constexpr FormatOption action_video_option{
    "video-id", "auto|NAME", "auto",
    "the video's name in the file; auto: the name of the video without its extension, or the only one in the file"};

/// The largest amount of seconds that a reader takes.
inline constexpr double largest_second = 1e7;

/// The value of the option time-offset.
double action_time_offset(Options& given);

/// The value of the option video-id, empty for auto.
std::string action_video(Options& given);

/// The last part of an address, or of a path of any system: projects are carried from Windows to elsewhere.
std::string_view file_name_of(std::string_view path);

/// The same of an address, whose bytes may be stated in hexadecimal: "a b.mp4" of "file:///a%20b.mp4".   source: RFC
/// 3986.
std::string file_name_of_address(std::string_view address);

/// The name that a video has in a file that is written: the stated one, else its own without the extension.
std::string written_video(const Media& media, const std::string& stated);

/// Which of a file's videos is meant.
struct ChosenVideo {
    std::string name;  ///< empty: the file names none
    std::string note;  ///< empty, or that the file's only video has another name than this one
    double begin = 0;  ///< seconds of the file's video at which this one, a clip of it, begins
};

/// How a format speaks of what it has one of for each video.
struct VideoWords {
    std::string_view plural = "videos";
    std::string_view option = "video-id";
    bool may_be_clip = false;  ///< whether a video called ID_000010_000020 is that clip of ID
};

/// The video of the stated name, else of the video's own, with or without ActivityNet's "v_" before it, else the only
/// one.   errors: several, and none of that name.
Result<ChosenVideo> choose_video(std::string_view file, std::string_view field, const std::set<std::string>& videos,
                                 const Media& media, const std::string& stated, const VideoWords& words = {});

/// A label as a name that every reader takes: control characters become blanks, counted.
std::string written_name(std::string_view name, Losses& losses);

/// Turns what a file states into segments of the video.
class ActionReader {
public:
    ActionReader(const Media& media, double time_offset);

    /// Takes an action. One that lies outside of the video's time is counted and left out; one that reaches out of it
    /// is cut; one shorter than a frame lasts one.   requires: end >= begin.
    void add(const TimedAction& action);
    AnnotationsBuilder& builder() { return builder_; }
    /// errors: there were actions, but none within the video's time; the error names the field.
    Result<ReadResult> finish(std::string_view file, std::string_view field) &&;

private:
    AnnotationsBuilder builder_;
    AvaTime time_;
    double time_offset_;
    std::int64_t actions_ = 0;
    std::int64_t outside_ = 0;
    std::int64_t cut_ = 0;
    std::int64_t short_ = 0;
    double first_begin_ = 0;
};

/// The segments of the video and of its tracks as they are written, by begin. Counts tracks, which these formats cannot
/// say, and what lies past the video.
std::vector<TimedAction> timed_actions_of(const WriteRequest& request, double time_offset, Losses& losses);

/// The actions with their seconds rounded to so many decimals, as a file is to hold them.
std::vector<TimedAction> rounded(std::vector<TimedAction> actions, int decimals);

/// How many actions lie at other frames in a file than they did before their seconds were rounded for it.
/// requires: both lists in the same order.
std::int64_t moved_count(const std::vector<TimedAction>& exact, const std::vector<TimedAction>& in_file,
                         const Media& media, double time_offset);

/// Checks that a reader finds every action again, at the frames that the file's own seconds mean.
Result<Done> check_actions_read_back(const WriteRequest& request, const std::vector<TimedAction>& in_file,
                                     double time_offset, const Result<ReadResult>& back);

}  // namespace inbetween
