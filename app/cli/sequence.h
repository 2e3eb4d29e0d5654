#pragma once

#include <string>
#include <vector>

#include "app/cli/console.h"
#include "core/base/frame.h"
#include "core/model/annotations.h"
#include "core/video/cached_source.h"

namespace CLI {
class App;
}

namespace inbetween::cli {

/// What is asked for of a Norpix sequence.
struct SequenceOptions {
    std::string file;  ///< empty: none is wanted
    std::string pictures = "jpeg";
    int quality = 95;
};

/// Declares --seq, --seq-as and --quality.
void declare_sequence(CLI::App& app, SequenceOptions& o, const std::string& what);

/// Refuses a file that is a video of the annotations, a project, the video itself or anything else that stands there
/// and is no sequence that this program wrote.
Result<Done> check_may_write_sequence(const Annotations& annotations, const std::filesystem::path& video,
                                      const SequenceOptions& o);

/// Writes the frames, which rise, as a sequence, with progress; Ctrl-C leaves nothing behind.
/// errors: those of check_may_write_sequence() and write_seq().
Result<Done> write_sequence(Console& console, const CachedSource& video, const Annotations& annotations,
                            std::vector<FrameIndex> frames, const SequenceOptions& o);

}  // namespace inbetween::cli
