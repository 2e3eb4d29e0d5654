#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/frame_signature.h"
#include "core/base/result.h"
#include "core/model/annotations.h"

namespace inbetween {

/// Something an export could not say. Not an error: shown, and an error only with --strict.
struct Loss {
    std::string what;  ///< "quads written as boxes"
    std::int64_t count = 0;
    friend bool operator==(const Loss&, const Loss&) = default;
};

/// One `--option name=value` that a format knows.
struct FormatOption {
    std::string_view name;
    std::string_view values;  ///< what may be stated: "0|1", "SECONDS", "PATH"
    std::string_view default_value;
    std::string_view help;
};

/// Options as stated; names are checked against the format's table before a reader or writer sees them.
using FormatOptions = std::map<std::string, std::string, std::less<>>;

struct ReadRequest {
    std::vector<std::filesystem::path> files;  ///< one or more; folders where the format is a folder of files
    const Media& media;                        ///< the video that the file speaks of: size, frames, pts
    FormatOptions options;
};

/// Which frames the rows of a file state, those past the video among them.
struct StatedFrames {
    std::int64_t rows = 0;
    std::int64_t rows_past_end = 0;
    FrameIndex first;
    FrameIndex last;
};

/// What a file says, whole: `annotations` has one media (the request's), labels with ids of its own, and tracks in
/// which every frame that the file states as such is a keyframe; where a track pauses or stops before the video's end
/// an outside keyframe follows its last frame. Shapes are on the storage grid.
struct ReadResult {
    Annotations annotations;
    std::vector<std::string> notes;  ///< what was odd but readable: "12 rows lie past the video's last frame"
    StatedFrames stated{};           ///< no rows: the format has none that state a frame each
};

class StreamedFile;

/// A file that is to leave: what it holds, or where that was streamed to since it is much.
struct FileBytes {
    std::filesystem::path path;
    std::string bytes;
    std::shared_ptr<StreamedFile> streamed{};
};

struct WriteRequest {
    const Annotations& annotations;
    MediaId media{};            ///< which video of the project
    std::filesystem::path out;  ///< a file, or a folder for formats of many files
    FormatOptions options;
    const VideoSignature* signature = nullptr;  ///< the hashes of the video's frames, where they are known
    /// Where a writer's Output puts the files for write_annotations, which states it.
    std::vector<FileBytes>* gathered = nullptr;
};

/// Where an export's files look for the picture of a frame.
struct FrameImage {
    FrameIndex frame;
    std::filesystem::path path;
    friend auto operator<=>(const FrameImage&, const FrameImage&) = default;
};

struct WriteReport {
    std::vector<std::filesystem::path> files;  ///< what was written
    std::vector<Loss> losses;                  ///< counts by kind; empty when nothing was lost
    std::vector<FrameImage> images{};          ///< by frame; none of formats that name no images
    FormatOptions read_options{};              ///< by which these files are read again, besides those of the request
    std::optional<std::int64_t> boxes{};       ///< so many must be found in them then; unset: not counted
};

/// What a format can say at all, so that losses are known before writing.
struct Carries {
    bool boxes = false;
    bool quads = false;
    bool keyframes = false;
    bool occluded = false;
    bool outside = false;
    bool attributes = false;
    bool track_segments = false;
    bool video_segments = false;
    bool fractions = false;  ///< of pixels
    bool proposals = false;  ///< tracks that nobody has accepted, marked as such
};

/// One annotation format: all the program knows of it.
struct Format {
    std::string_view id;          ///< "vatic"
    std::string_view name;        ///< "VATIC text"
    std::string_view extension;   ///< ".txt"; empty for a folder
    std::string_view reader;      ///< the tool of the field that decides: "pyvision readpaths"
    std::string_view convention;  ///< how its frames or times, and its coordinates, count: "frames from 0; ..."
    Carries carries;
    std::span<const FormatOption> options;
    /// A file without anything is a good one: an image, or a frame, that shows nothing; a tracker's results of which
    /// none came.
    bool may_be_empty = false;
    bool reads_many = false;  ///< several files, or folders, in one go
    /// Tells by the first bytes of a file (its name only helps) whether this looks like the format.
    bool (*sniff)(const std::filesystem::path& path, std::string_view head);
    /// errors: unreadable file; malformed row (file, line, field). Nothing is read in part.
    Result<ReadResult> (*read)(const ReadRequest& request);
    /// Writes whole or not at all (base/files.h).   errors: the output cannot be written.
    Result<WriteReport> (*write)(const WriteRequest& request);
};

/// Every format, in the order in which they are tried on an unknown file.
std::span<const Format* const> all_formats();

/// The format of that id; null for an unknown one.
const Format* find_format(std::string_view id);

/// errors: an option the format does not know; the sentence names those it does.
Result<Done> check_options(const Format& format, const FormatOptions& options);

/// Reads by the format after check_options; errors name the file.
Result<ReadResult> read_annotations(const Format& format, const ReadRequest& request);

/// Writes by the format after check_options, never over the project's media. Proposals are left out, and told as a
/// loss, unless the format carries them. The files get their place only once the format has read them and found what
/// the project says, but for what is told as lost.
/// errors: what the writer says; files that would not be read back so; then nothing was written.
Result<WriteReport> write_annotations(const Format& format, const WriteRequest& request);

}  // namespace inbetween
