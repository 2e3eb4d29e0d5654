#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: THUMOS 2014, temporal annotation: a file a class, CLASS_val.txt or CLASS_test.txt, and in it a row an action:
// the video, and from which second to which, in tenths. Ambiguous_val.txt holds what may be of any class.

constexpr std::array options{action_video_option, action_time_offset_option,
                             FormatOption{"times", "tenths|exact", "tenths",
                                          "writing: tenths of a second as the field has them, or microseconds"},
                             FormatOption{"subset", "val|test", "val", "writing: the end of the files' names"}};

constexpr std::string_view ambiguous = "Ambiguous";

struct ThumosOptions {
    std::string video;
    double time_offset = 0;
    int decimals = 1;
    std::string subset;
};

Result<ThumosOptions> options_of(const FormatOptions& stated) {
    Options given(thumos_format, stated);
    ThumosOptions how;
    how.video = action_video(given);
    how.time_offset = action_time_offset(given);
    how.decimals = given.is("times", "tenths") ? 1 : 6;
    how.subset = given.text("subset");
    if (given.error()) return *given.error();
    return how;
}

bool is_of_a_class(const fs::path& path) {
    const std::string name = path.filename().string();
    return name.ends_with("_val.txt") || name.ends_with("_test.txt");
}

/// The class that a file's name says.
std::string class_of(const fs::path& path) {
    std::string name = path.stem().string();
    if (is_of_a_class(path)) name.resize(name.rfind('_'));
    return name;
}

/// A file of one class and its text.
struct ClassFile {
    fs::path path;
    std::string text;
};

struct ThumosRow {
    std::string video;
    TimedAction action;
};

Result<ThumosRow> row_of(std::string_view line, const Place& place, const std::string& label) {
    Fields fields(place, split_blanks(line));
    ThumosRow row{.video = std::string(fields.text(0, "video")), .action = {.label = label}};
    if (!is_clean_utf8(row.video)) fields.reject("video", "is no name");
    row.action.begin = fields.number(1, "start", largest_second);
    row.action.end = fields.number(2, "end", largest_second);
    if (fields.size() > 3) fields.reject("row", fmt::format("has {} fields, not 3", fields.size()));
    if (row.action.end < row.action.begin)
        fields.reject("end", fmt::format("{} is before start {}", row.action.end, row.action.begin));
    if (fields.error()) return *fields.error();
    return row;
}

Result<ReadResult> read_files(const std::string& shown, const std::vector<ClassFile>& files, const Media& media,
                              const ThumosOptions& how) {
    std::vector<ThumosRow> rows;
    std::set<std::string> videos;
    for (const ClassFile& file : files) {
        const std::string name = file.path.string();
        const std::string label = class_of(file.path);
        if (label.empty() || !is_clean_utf8(label)) return fail("{}: the file's name says no class", name);
        Lines lines(name, file.text);
        while (const auto line = lines.next_filled()) {
            auto row = row_of(*line, lines.place(), label);
            if (!row) return row.error();
            videos.insert(row->video);
            rows.push_back(std::move(*row));
        }
    }
    const auto video = choose_video(shown, "video", videos, media, how.video);
    if (!video) return video.error();
    ActionReader reader(media, how.time_offset);
    reader.builder().note(video->note);
    std::int64_t doubtful = 0;
    for (const ThumosRow& row : rows) {
        if (row.video != video->name) continue;
        doubtful += row.action.label == ambiguous ? 1 : 0;
        reader.add(row.action);
    }
    reader.builder().note_count(doubtful, "actions are of the class 'Ambiguous', which evaluations leave out");
    return std::move(reader).finish(shown, "start");
}

Result<std::vector<fs::path>> paths_of(const ReadRequest& request) {
    std::vector<fs::path> paths;
    for (const fs::path& path : request.files) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            paths.push_back(path);
            continue;
        }
        const std::size_t before = paths.size();
        for (const auto& entry : fs::directory_iterator(path, error))
            if (is_of_a_class(entry.path())) paths.push_back(entry.path());
        if (error) return fail("{}: cannot be listed: {}", path.string(), error.message());
        if (paths.size() == before) return fail("{}: holds no CLASS_val.txt or CLASS_test.txt", path.string());
        std::sort(paths.begin() + static_cast<std::ptrdiff_t>(before), paths.end());
    }
    return paths;
}

Result<ReadResult> read(const ReadRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    const auto paths = paths_of(request);
    if (!paths) return paths.error();
    std::vector<ClassFile> files;
    for (const fs::path& path : *paths) {
        auto text = read_file(path);
        if (!text) return text.error();
        files.push_back({path, std::move(*text)});
    }
    return read_files(request.files.front().string(), files, request.media, *how);
}

/// What each label's file is called, so that reading gives the label again; a name that no file may have is changed.
std::map<std::string, std::string> class_names(const std::vector<TimedAction>& actions, Losses& losses) {
    std::map<std::string, std::string> names;
    std::set<std::string> taken;
    for (const TimedAction& action : actions) {
        if (names.contains(action.label)) continue;
        std::string name = action.label;
        std::replace(name.begin(), name.end(), '/', '_');
        constexpr std::size_t longest = 200;  // bytes; a file system takes 255, the ending included
        if (name.size() > longest) name = fmt::format("class_{}", taken.size() + 1);
        if (name.front() == '.') name.front() = '_';
        while (!taken.insert(to_lower(name)).second) name += "_";
        names[action.label] = name;
    }
    for (const TimedAction& action : actions)
        losses.add("actions whose label is changed to what a file may be called",
                   names.at(action.label) == action.label ? 0 : 1);
    return names;
}

std::vector<ClassFile> files_of(const WriteRequest& request, std::vector<TimedAction>& actions,
                                const std::string& video, const ThumosOptions& how, Losses& losses) {
    const auto names = class_names(actions, losses);
    std::map<std::string, std::string> texts{{std::string(ambiguous), ""}};
    for (TimedAction& action : actions) {
        action.label = names.at(action.label);
        texts[action.label] +=
            fmt::format("{}  {:.{}f} {:.{}f}\n", video, action.begin, how.decimals, action.end, how.decimals);
    }
    std::vector<ClassFile> files;
    for (auto& [name, text] : texts)
        files.push_back({request.out / fmt::format("{}_{}.txt", name, how.subset), std::move(text)});
    return files;
}

/// Rows of another export in the same folder would be read together with these.
Result<Done> check_no_others(const fs::path& folder, const std::vector<ClassFile>& files) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) return Done{};
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const bool is_own = std::any_of(files.begin(), files.end(), [&](const ClassFile& file) {
            return file.path.filename() == entry.path().filename();
        });
        if (is_of_a_class(entry.path()) && !is_own)
            return fail("{}: the folder holds annotations of another class already; write into another folder",
                        entry.path().string());
    }
    return Done{};
}

Result<WriteReport> write(const WriteRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    const auto exact = timed_actions_of(request, how->time_offset, losses);
    auto in_file = rounded(exact, how->decimals);
    for (std::size_t i = 0; i < exact.size(); ++i) {
        // An action of nothing, or one that begins where the video is over, would not be found again.
        const double step = std::pow(10.0, -how->decimals);
        if (in_file[i].begin >= exact[i].end) in_file[i].begin -= step;
        if (in_file[i].end <= in_file[i].begin) in_file[i].end = in_file[i].begin + step;
    }
    losses.add(how->decimals == 1 ? "actions moved to tenths of a second" : "actions moved to microseconds",
               moved_count(exact, in_file, media, how->time_offset));
    how->video = without_blanks(written_video(media, how->video), losses);
    const auto files = files_of(request, in_file, how->video, *how, losses);
    if (auto alone = check_no_others(request.out, files); !alone) return alone.error();
    const auto back = read_files(request.out.string(), files, media, *how);
    if (auto same = check_actions_read_back(request, in_file, how->time_offset, back); !same) return same.error();
    Output output(request);
    for (const ClassFile& file : files) output.add(file.path, file.text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        const auto entries = fs::directory_iterator(path, error);
        return std::any_of(begin(entries), end(entries), [](const auto& entry) { return is_of_a_class(entry.path()); });
    }
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line) return false;
    const auto fields = split_blanks(*line);
    return fields.size() == 3 && !parse_double(fields[0]) && parse_double(fields[1]) && parse_double(fields[2]);
}

}  // namespace

const Format thumos_format{
    .id = "thumos",
    .name = "THUMOS 2014",
    .extension = "",
    .reader = "THUMOS evaluation kit",
    .convention = "begin and end in seconds",
    .carries = {.video_segments = true},
    .options = options,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
