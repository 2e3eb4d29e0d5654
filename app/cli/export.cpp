#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/exchange.h"
#include "app/cli/open.h"
#include "app/cli/pictures.h"
#include "app/cli/sequence.h"
#include "app/cli/subcommand.h"
#include "app/importing.h"
#include "app/project.h"
#include "core/base/files.h"
#include "core/base/plural.h"
#include "core/store/store.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string project;
    std::string format;
    std::string out;
    std::vector<std::string> options;
    std::string media;
    bool strict = false;
    std::string frames;
    std::string image = "png";
    SequenceOptions sequence;
};

std::string text_of(const Loss& loss) { return fmt::format("{}: {}", loss.what, loss.count); }

/// A folder that goes with what is in it.
class ScratchFolder {
public:
    static Result<std::unique_ptr<ScratchFolder>> make() {
        std::error_code error;
        const fs::path parent = fs::temp_directory_path(error);
        std::string name = (parent / "inbetween-export-XXXXXX").string();
        if (error || ::mkdtemp(name.data()) == nullptr) return fail("{}: no folder can be made there", parent.string());
        return std::unique_ptr<ScratchFolder>(new ScratchFolder(name));
    }
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const fs::path& path() const { return path_; }

private:
    explicit ScratchFolder(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

/// Writers say what they lose only once they have written, so a strict export is written aside first.
/// errors: the first loss; then nothing was written.
Result<Done> check_lossless(const Format& format, WriteRequest request, const Options& o) {
    const auto scratch = ScratchFolder::make();
    if (!scratch) return scratch.error();
    const fs::path name = request.out.has_filename() ? request.out.filename() : request.out.parent_path().filename();
    request.out = (*scratch)->path() / name;
    const auto report = write_annotations(format, request);
    if (!report) return report.error();
    if (report->losses.empty()) return Done{};
    std::vector<std::string> losses;
    for (const auto& loss : report->losses) losses.push_back(text_of(loss));
    return fail("{}: not written, for {} would lose: {}", o.out, format.id, fmt::join(losses, "; "));
}

bool has_option(const Format& format, std::string_view name) {
    return std::any_of(format.options.begin(), format.options.end(),
                       [&](const FormatOption& option) { return option.name == name; });
}

/// The format's options with which its files name the frames' pictures.
FormatOptions options_with_frames(const Format& format, const Options& o, PictureKind kind) {
    FormatOptions options = format_options_of(o.options);
    if (o.frames.empty()) return options;
    options["images"] = o.frames;
    if (has_option(format, "extension")) options.try_emplace("extension", extension_of(kind));
    return options;
}

/// Writes the whole video as a sequence, its numbers proved.
Result<Done> write_video(Console& console, const Annotations& annotations, const Media& media, const Options& o) {
    const auto video = open_video(console, media_path(media, o.project));
    if (!video) return video.error();
    FrameSource& source = *video->source;
    if (const auto difference = difference_of(source.info(), media)) console.remark(*difference);
    if (auto proved = prove_up_to(console, *video, FrameIndex{source.info().frames - 1}); !proved) return proved;
    std::vector<FrameIndex> frames;
    for (FrameIndex n; n.value < source.info().frames; ++n) frames.push_back(n);
    return write_sequence(console, *video, annotations, std::move(frames), o.sequence);
}

Result<Done> run(Console& console, const Options& o) {
    const auto format = named_format(o.format);
    if (!format) return format.error();
    auto session = open_project(o.project, StoreMode::ReadOnly);
    if (!session) return session.error();
    const Annotations& annotations = (*session)->annotations();
    const auto media = choose_media(annotations, o.media, o.project);
    if (!media) return media.error();
    if (same_file(o.out, o.project)) return fail("{}: is the project itself", o.out);
    if (!o.sequence.file.empty()) {
        const fs::path video = media_path(**media, o.project);
        if (auto allowed = check_may_write_sequence(annotations, video, o.sequence); !allowed) return allowed;
    }
    console.catch_interrupts();
    const PictureKind kind = o.image == "png" ? PictureKind::Png : PictureKind::Jpeg;
    const FormatOptions options = options_with_frames(**format, o, kind);
    // Derived data: where it is not there, or damaged, the file is written without it.
    const auto signature = Store::read_signature(o.project, (*media)->id);
    const WriteRequest request{annotations, (*media)->id, o.out, options, signature ? signature->get() : nullptr};
    if (o.strict) {
        const auto lossless = check_lossless(**format, request, o);
        if (!lossless) return lossless.error();
    }
    const auto report = write_annotations(**format, request);
    if (!report) return report.error();
    if (!o.frames.empty()) {
        if (report->images.empty()) return fail("{}: {} names no images as its options are", o.out, (*format)->id);
        const auto pictures =
            write_pictures(console, {annotations, **media, media_path(**media, o.project), report->images, kind});
        if (!pictures) return pictures.error();
        // Now that they are there, they can go into a file that holds pictures itself.
        if (has_option(**format, "encoded") && !options.contains("encoded")) {
            FormatOptions embedding = options;
            embedding["encoded"] = "beside";
            const auto again = write_annotations(
                **format, {annotations, (*media)->id, o.out, embedding, signature ? signature->get() : nullptr});
            if (!again) return again.error();
        }
    }
    if (!o.sequence.file.empty()) {
        if (auto written = write_video(console, annotations, **media, o); !written) return written;
    }
    constexpr std::size_t most_listed = 20;
    if (report->files.size() > most_listed) {
        console.line(one_line(fmt::format("{}: {}", o.out, counted(std::ssize(report->files), "file"))));
    } else {
        for (const auto& file : report->files) console.line(one_line(file.string()));
    }
    if (!o.frames.empty())
        console.line(one_line(fmt::format("{}: {}", o.out, counted(std::ssize(report->images), "frame"))));
    console.flush();
    for (const auto& loss : report->losses) console.remark(text_of(loss));
    return Done{};
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("PROJECT", o->project, "Project to export")->required();
    app.add_option("--format", o->format, "Format's id (inbetween list formats)")
        ->required()
        ->check(check_format_to_write);
    app.add_option("--out", o->out, "File to write, or folder where the format is one")->required();
    app.add_option("--option", o->options, "name=value of the format")
        ->allow_extra_args(false)
        ->check(check_format_option);
    app.add_option("--frames", o->frames,
                   "Write the frames' pictures too, where the files look for them: all, every=N or annotated")
        ->check(check_image_choice);
    app.add_option("--image", o->image, "Write pictures as png, exactly as `inbetween frame` does, or as jpeg")
        ->check(CLI::IsMember({"png", "jpeg"}));
    declare_sequence(app, o->sequence, "Write the whole video too, as a Norpix sequence (.seq), which goes with vbb");
    app.add_flag("--strict", o->strict, "Write nothing if anything would be lost");
    app.add_option("--media", o->media, "Which video of the project, by number or name; the first if not stated");
    app.footer(
        "Prints the files written, or their number if they are many; standard error says what the format could not "
        "hold, one line a kind.");
    return [o](Console& console) { return run(console, *o); };
}

/// What is wrong with the format and what is stated for it.
std::string misuse(const CLI::App& app) {
    const Format& format = *find_format(app.get_option("--format")->results().back());
    if (app.count("--frames") > 0 && !has_option(format, "images"))
        return fmt::format("{}: names no images, so that no frames can be written beside it", format.id);
    if (app.count("--frames") > 0 && format_options_of(app.get_option("--option")->results()).contains("images"))
        return fmt::format("{}: --frames states option images already", format.id);
    return format_misuse(app);
}

}  // namespace

const Subcommand export_subcommand{
    "export",
    "PROJECT --format F --out PATH [--option k=v ...] [--frames all|every=N|annotated] [--image png|jpeg] "
    "[--seq FILE [--seq-as jpeg|png|raw] [--quality N]] [--strict] [--media NAME|N]",
    "Write a project's annotations in another format",
    declare,
    {{"--option", is_format_option}},
    misuse};

}  // namespace inbetween::cli
