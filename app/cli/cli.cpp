#include "app/cli/cli.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

#include "app/cli/arguments.h"
#include "app/cli/open.h"
#include "app/cli/subcommand.h"
#include "app/cli/version.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

/// Every subcommand, in the order of help.
const std::array subcommands{&new_subcommand,    &info_subcommand,   &frame_subcommand, &track_subcommand,
                             &import_subcommand, &export_subcommand, &clips_subcommand, &detect_subcommand,
                             &review_subcommand, &verify_subcommand, &list_subcommand,  &bench_subcommand};

constexpr std::string_view root_usage =
    "[--hardware auto|vaapi|cuda|off] [FILE] | --picture PNG [--at FRAME] [--select TRACK] [--size WxH] FILE";

constexpr int status_done = 0;
constexpr int status_failed = 1;
constexpr int status_usage = 2;

/// CLI11's help with our own usage line, which says more than it can know.
class Help : public CLI::Formatter {
public:
    explicit Help(std::string usage) : usage_(std::move(usage)) { column_width(28); }
    std::string make_usage(const CLI::App*, std::string) const override { return "Usage: " + usage_ + "\n"; }

private:
    std::string usage_;
};

const Subcommand* find_subcommand(std::string_view id) {
    const auto* const found =
        std::find_if(subcommands.begin(), subcommands.end(), [&](const Subcommand* s) { return s->id == id; });
    return found == subcommands.end() ? nullptr : *found;
}

std::string program_usage(std::string_view usage) { return "inbetween " + std::string(usage); }

std::string program_usage(const Subcommand& subcommand) {
    return fmt::format("inbetween {} {}", subcommand.id, subcommand.usage);
}

std::string root_footer() {
    std::string text = "Subcommands:\n";
    for (const Subcommand* s : subcommands) text += fmt::format("  {:<8} {}\n", s->id, s->help);
    text += "\n`inbetween SUBCOMMAND --help` says more of each.\n";
    text +=
        "Exit status: 0 done, 1 it could not be done, 2 wrong usage: what is missing, or not known by that name or\n"
        "value (options, formats and their options, methods, detectors, presets).";
    return text;
}

int wrong_usage(Console& console, std::string_view who, std::string_view what, std::string_view usage) {
    console.remark(fmt::format("{}: {}; usage: {}", who, what, usage));
    return status_usage;
}

int could_not(Console& console, const Error& error) {
    console.flush();
    console.remark(error.message);
    return status_failed;
}

/// Parses by CLI11, whose exceptions end here.
/// returns: nullopt when the arguments were read and there is something to do; else the exit status.
std::optional<int> parse(Console& console, CLI::App& app, std::vector<std::string> arguments, std::string_view who,
                         const std::string& usage) {
    app.formatter(std::make_shared<Help>(usage));
    app.set_help_flag("-h,--help", "Print this help");
    app.set_version_flag("--version", "inbetween " + std::string(program_version));
    // CLI11 takes them from the back.
    std::reverse(arguments.begin(), arguments.end());
    bool told = false;  // help or the version, of the subcommand or of a part of it
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
        std::string text = app.help();
        while (!text.empty() && text.back() == '\n') text.pop_back();
        console.line(text);
        told = true;
    } catch (const CLI::CallForVersion& version) {
        console.line(version.what());
        told = true;
    } catch (const CLI::Error& error) {
        return wrong_usage(console, who, error.what(), usage);
    } catch (const std::exception& error) {
        return wrong_usage(console, who, error.what(), usage);
    }
    if (!told) return std::nullopt;
    if (const auto written = console.finish(); !written) return could_not(console, written.error());
    return status_done;
}

int run_subcommand(const Subcommand& subcommand, const std::vector<std::string>& arguments) {
    Console console;
    CLI::App app{std::string(subcommand.help)};
    const Action action = subcommand.declare(app);
    const std::string who = "inbetween " + std::string(subcommand.id);
    const auto over = parse(console, app, with_repeats(arguments, subcommand.repeated), who, program_usage(subcommand));
    if (over) return *over;
    if (const std::string wrong = subcommand.misuse == nullptr ? std::string() : subcommand.misuse(app); !wrong.empty())
        return wrong_usage(console, who, wrong, program_usage(subcommand));
    const auto done = action(console);
    console.end_progress();
    if (!done) return could_not(console, done.error());
    if (const auto written = console.finish(); !written) return could_not(console, written.error());
    return status_done;
}

/// A bare word that names no file was meant as a subcommand: that is wrong usage, not a missing video.
bool is_mistaken_subcommand(const std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments[0].empty() || arguments[0][0] == '-') return false;
    std::error_code error;
    if (fs::exists(arguments[0], error)) return false;
    const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
    return std::all_of(arguments[0].begin(), arguments[0].end(), is_plain);
}

struct RootOptions {
    std::string file;
    std::string picture;
    std::int64_t frame = 0;
    std::string select;
    std::string size;
    std::string hardware{hardware_wishes.front()};
};

void declare_root(CLI::App& app, RootOptions& o) {
    app.add_option("FILE", o.file, "Project, video, or folder of images or videos to open");
    auto* picture = app.add_option("--picture", o.picture, "Draw the workstation into this PNG, without a display");
    app.add_option("--at", o.frame, "Frame to show, from 0")->needs(picture)->check(check_frame);
    app.add_option("--select", o.select, "Number of the track to select")->needs(picture);
    app.add_option("--size", o.size, "Size of the picture in pixels, WxH")->needs(picture)->check(check_size);
    declare_hardware(app, o.hardware);
    app.footer(root_footer());
}

int open_workstation(Console& console, const RootOptions& o, const Workstation& workstation) {
    if (workstation.run == nullptr || workstation.draw == nullptr) {
        return could_not(console, fail("the workstation was left out of this build: rebuild with INBETWEEN_GUI=ON"));
    }
    std::error_code error;
    if (!o.file.empty() && !fs::exists(o.file, error)) {
        return could_not(console, fail("{}: no such file or folder", o.file));
    }
    if (o.picture.empty()) {
        WindowRequest request;
        if (!o.file.empty()) request.file = o.file;
        request.hardware = o.hardware;
        const auto status = workstation.run(request);
        if (status) return *status;
        const bool needs_display = status.error().message.find("needs a display") != std::string::npos;
        const char* const way_out = needs_display ? "; inbetween --picture PNG FILE draws it without one" : "";
        return could_not(console, Error{status.error().message + way_out});
    }
    PictureRequest request{o.picture, o.file, FrameIndex{o.frame}, o.select, {}};
    if (const auto size = parse_size(o.size)) request.size = *size;
    if (request.size.width == 0) request.size = PictureRequest{}.size;
    const auto drawn = workstation.draw(request);
    if (!drawn) return could_not(console, drawn.error());
    console.line(o.picture);
    const auto written = console.finish();
    return written ? status_done : could_not(console, written.error());
}

}  // namespace

std::vector<SubcommandName> all_subcommands() {
    std::vector<SubcommandName> names;
    std::transform(subcommands.begin(), subcommands.end(), std::back_inserter(names), [](const Subcommand* s) {
        return SubcommandName{s->id, s->usage, s->help};
    });
    return names;
}

int run_program(const std::vector<std::string>& arguments, const Workstation& workstation) {
    if (!arguments.empty()) {
        if (const Subcommand* subcommand = find_subcommand(arguments[0])) {
            return run_subcommand(*subcommand, {arguments.begin() + 1, arguments.end()});
        }
    }
    Console console;
    const std::string usage = program_usage(root_usage);
    if (is_mistaken_subcommand(arguments)) {
        return wrong_usage(console, "inbetween", arguments[0] + " is neither a subcommand nor a file",
                           usage + " | SUBCOMMAND ... (see inbetween --help)");
    }
    RootOptions options;
    CLI::App app{"Video annotation: state keyframes, and every frame in between is filled in."};
    declare_root(app, options);
    if (const auto over = parse(console, app, arguments, "inbetween", usage)) return *over;
    if (!options.picture.empty() && options.file.empty()) {
        return wrong_usage(console, "inbetween", "--picture needs a FILE to draw", usage);
    }
    return open_workstation(console, options, workstation);
}

}  // namespace inbetween::cli
