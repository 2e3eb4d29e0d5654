#include <memory>
#include <system_error>

#include "app/cli/arguments.h"
#include "app/cli/open.h"
#include "app/cli/pictures.h"
#include "app/cli/sequence.h"
#include "app/cli/subcommand.h"
#include "app/project.h"
#include "core/base/files.h"
#include "core/video/screen_converter.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string video;
    std::vector<std::string> at;
    std::string out;
    std::string media;
    bool hash = false;
    bool provisional = false;
    SequenceOptions sequence;
};

/// As --at states every frame.
constexpr std::string_view all_frames = "all";

Result<std::vector<FrameRange>> stated_frames(const Options& o, const VideoInfo& info) {
    std::vector<FrameRange> ranges;
    for (const auto& text : o.at) {
        if (text == all_frames) {
            ranges.push_back({FrameIndex{0}, FrameIndex{info.frames}});
            continue;
        }
        auto some = parse_frame_list(text);
        if (!some) return some.error();
        ranges.insert(ranges.end(), some->begin(), some->end());
    }
    for (const auto& range : ranges) {
        if (range.end.value <= info.frames) continue;
        const FrameIndex missing = std::max(range.begin, FrameIndex{info.frames});
        const char* sure = info.exactness == Exactness::Proved ? "" : " (provisional)";
        if (info.frames == 1)
            return fail("{}: no frame {}: it has frame 0 alone{}", info.path.string(), missing.value, sure);
        return fail("{}: no frame {}: it has {} frames, 0 to {}{}", info.path.string(), missing.value, info.frames,
                    info.frames - 1, sure);
    }
    return ranges;
}

Result<Done> write_picture(Console& console, ScreenConverter& converter, const Picture& picture, FrameIndex frame,
                           const fs::path& folder) {
    const auto png = encoded_picture(converter, picture, PictureKind::Png);
    if (!png) return png.error();
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return fail("{}: {}", folder.string(), error.message());
    const fs::path path = folder / fmt::format("frame_{:06}.png", frame.value);
    const auto written = write_file_atomic(path, *png);
    if (!written) return written.error();
    console.line(path.string());
    return Done{};
}

/// Whether numbers by sound time stamps are to do, because proving them would take long.
bool is_sound_and_far(const VideoInfo& info, FrameIndex last) {
    constexpr std::int64_t soon_decoded = 5'000'000'000;  // pixels of luma: about 12 seconds of one core
    const Size size = info.decoded_size;
    return info.sound && (last.value + 1) * size.width * size.height > soon_decoded;
}

/// Writes the frames as one sequence.
Result<Done> write_ranges(Console& console, const CachedSource& source, const std::vector<FrameRange>& ranges,
                          const Options& o) {
    std::vector<FrameIndex> frames;
    for (const auto& range : ranges)
        for (FrameIndex n = range.begin; n < range.end; ++n) frames.push_back(n);
    return write_sequence(console, source, {}, std::move(frames), o.sequence);
}

Result<Done> run(Console& console, const Options& o) {
    console.catch_interrupts();
    const auto named = video_of(o.video, o.media);
    if (!named) return named.error();
    auto source = open_video(console, named->path);
    if (!source) return source.error();
    const VideoInfo& info = source->source->info();
    if (named->media) {
        if (const auto difference = difference_of(info, *named->media)) console.remark(*difference);
    }
    auto ranges = stated_frames(o, info);
    if (!ranges) return ranges.error();
    FrameIndex last;
    for (const auto& range : *ranges) last = std::max(last, range.end - 1);
    if (info.exactness == Exactness::Provisional && (o.provisional || is_sound_and_far(info, last))) {
        console.remark(fmt::format("{}: {}", info.path.string(), exactness_text(info)));
    } else {
        if (auto proved = prove_up_to(console, *source, last); !proved) return proved;
        // There may be fewer than the file states.
        ranges = stated_frames(o, info);
        if (!ranges) return ranges.error();
    }
    if (!o.sequence.file.empty()) {
        if (auto written = write_ranges(console, *source, *ranges, o); !written) return written;
    }
    ScreenConverter converter;
    const bool pictures = !o.out.empty() || (!o.hash && o.sequence.file.empty());
    if (!o.hash && !pictures) return Done{};
    for (const auto& range : *ranges) {
        for (FrameIndex n = range.begin; n < range.end; ++n) {
            if (console.interrupted()) return fail("{}: stopped before frame {}", info.path.string(), n.value);
            const auto picture = source->source->frame(n);
            if (!picture) return picture.error();
            if (o.hash) console.print("{} {}", n.value, framemd5(**picture));
            if (pictures) {
                const auto done = write_picture(console, converter, **picture, n, o.out.empty() ? "." : o.out);
                if (!done) return done.error();
            }
            console.flush();
            if (console.is_closed()) return Done{};
        }
    }
    return Done{};
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("V", o->video, "Video, folder of images, or project")->required();
    app.add_option("--at", o->at, "Frames from 0, in this order: 7  1,5,9  10:20 (20 left out)  10-19  all")
        ->required()
        ->allow_extra_args(false)
        ->check([](const std::string& text) { return text == all_frames ? "" : check_frame_list(text); });
    app.add_option("--out", o->out, "Folder for the pictures, frame_000007.png; made when missing");
    declare_sequence(app, o->sequence, "Write the frames as one Norpix sequence (.seq); pictures only with --out");
    app.add_flag("--hash", o->hash, "Print `N MD5` of the decoded planes; pictures only with --out");
    app.add_option("--media", o->media, "Which video of a project, by number or name");
    app.add_flag("--provisional", o->provisional, "Go by time stamps where the numbers of a long video are not proved");
    app.footer(
        "Pictures are upright PNG files, into the current folder if --out is not stated: 8 bits by the file's own "
        "matrix\n"
        "and range, HDR (PQ, HLG) and wide colours brought to sRGB as on the screen. The MD5 is the one that\n"
        "`ffmpeg -noautorotate -threads 1 -i V -map 0:v:0 -fps_mode passthrough -f framemd5 -` prints on its N-th\n"
        "line; of a damaged frame, samples that no decoder writes may differ. A video that is not proved is decoded "
        "up\n"
        "to the last of the frames first, and a whole decode is remembered. Where that would take long and time "
        "stamps\n"
        "are sound, and with --provisional, numbers go by time stamps, and standard error says provisional, and why:\n"
        "`inbetween info V --prove` proves them once for all.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace

const Subcommand frame_subcommand{"frame",
                                  "V --at N[,N...]|all [--out DIR] [--seq FILE [--seq-as jpeg|png|raw] "
                                  "[--quality N]] [--hash] [--media NAME|N] [--provisional]",
                                  "Write exact frames as PNG or .seq, or print their hashes",
                                  declare,
                                  {{"--at", is_frame_list}}};

}  // namespace inbetween::cli
