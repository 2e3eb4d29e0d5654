#include "app/cli/sequence.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/cli/open.h"
#include "core/base/files.h"
#include "core/base/new_folders.h"
#include "core/base/plural.h"
#include "core/formats/text/export.h"
#include "core/video/seq_writer.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

void declare_sequence(CLI::App& app, SequenceOptions& o, const std::string& what) {
    auto* file = app.add_option("--seq", o.file, what);
    app.add_option("--seq-as", o.pictures, "As what a sequence keeps its pictures; jpeg if not stated")
        ->check(CLI::IsMember({"jpeg", "png", "raw"}))
        ->needs(file);
    app.add_option("--quality", o.quality, "Of the JPEGs of a sequence, 1 to 100 (best); 95 if not stated")
        ->check(CLI::Range(1, 100))
        ->needs(file);
}

Result<Done> check_may_write_sequence(const Annotations& annotations, const fs::path& video, const SequenceOptions& o) {
    std::error_code error;
    if (same_file(o.file, video)) return fail("{}: is the video itself and is not written over", o.file);
    if (auto allowed = check_may_write(annotations, o.file); !allowed) return allowed;
    if (!fs::exists(o.file, error) || is_own_seq(o.file)) return Done{};
    return fail("{}: stands there and is no sequence that Inbetween wrote; state another name", o.file);
}

Result<Done> write_sequence(Console& console, const CachedSource& video, const Annotations& annotations,
                            std::vector<FrameIndex> frames, const SequenceOptions& o) {
    FrameSource& source = *video.source;
    if (auto allowed = check_may_write_sequence(annotations, source.info().path, o); !allowed) return allowed;
    if (std::ranges::adjacent_find(frames, std::greater_equal<>()) != frames.end())
        return fail("{}: the frames of a sequence rise", o.file);
    NewFolders folders;
    if (auto made = folders.make_for(o.file); !made) return made;
    SeqRequest request{.out = o.file, .frames = std::move(frames), .quality = o.quality};
    request.pictures = o.pictures == "png"   ? SeqPictures::Png
                       : o.pictures == "raw" ? SeqPictures::Raw
                                             : SeqPictures::Jpeg;
    std::stop_source stop;
    const auto progress = [&](double share) {
        console.progress("Writing " + one_line(fs::path(o.file).filename().string()), share);
        if (console.interrupted()) stop.request_stop();
    };
    const auto written = write_seq(source, request, stop.get_token(), progress);
    console.end_progress();
    if (!written && written.error().kind == ErrorKind::Cancelled) return cancelled(o.file);
    if (!written) return written;
    console.line(one_line(fmt::format("{}: {}", o.file, counted(std::ssize(request.frames), "frame"))));
    return Done{};
}

}  // namespace inbetween::cli
