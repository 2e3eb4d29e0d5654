#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>

#include "core/base/new_folders.h"
#include "core/formats/format.h"
#include "core/formats/text/compare.h"
#include "core/formats/text/export.h"
#include "core/formats/text/rows.h"
#include "core/formats/text/streamed_file.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// Waits until the file system that holds the folder has everything on its disk.
Result<Done> flush_to_disk(const fs::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_flushed = fd >= 0 && ::syncfs(fd) == 0;
    const int reason = errno;
    if (fd >= 0) ::close(fd);
    if (!is_flushed) return fail("{}: cannot be written: {}", folder.string(), std::strerror(reason));
    return Done{};
}

/// The files of an export where they are read again before anybody else sees them: in a folder beside their place, with
/// their own names, so that they get there by being renamed. What is left in it goes with it.
class Staged {
public:
    static Result<std::unique_ptr<Staged>> put(const WriteRequest& request, const std::vector<FileBytes>& files);
    ~Staged() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    Staged(const Staged&) = delete;
    Staged& operator=(const Staged&) = delete;

    /// Where a path of the export lies until then.
    fs::path now(const fs::path& path) const {
        return folder_ / path.lexically_normal().lexically_relative(base_.lexically_normal());
    }
    /// Gives each file its place, in the order of the list.
    Result<Done> move_out(const std::vector<FileBytes>& files) const;

private:
    Staged(NewFolders made, fs::path base, fs::path folder)
        : made_(std::move(made)), base_(std::move(base)), folder_(std::move(folder)) {}
    Result<Done> write(const FileBytes& file) const;

    NewFolders made_;
    fs::path base_;  ///< the folder that holds what is written
    fs::path folder_;
};

Result<std::unique_ptr<Staged>> Staged::put(const WriteRequest& request, const std::vector<FileBytes>& files) {
    const fs::path out = request.out.has_filename() ? request.out : request.out.parent_path();
    const fs::path base = out.has_parent_path() ? out.parent_path() : fs::path(".");
    NewFolders folders;
    for (const FileBytes& file : files)
        if (auto made = folders.make_for(file.path); !made) return made.error();
    std::string name = (base / ".inbetween-export-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        return fail("{}: cannot be written: {}", request.out.string(), std::strerror(errno));
    std::unique_ptr<Staged> staged(new Staged(std::move(folders), base, name));
    for (const FileBytes& file : files)
        if (auto written = staged->write(file); !written) return written.error();
    if (auto flushed = flush_to_disk(staged->folder_); !flushed) return flushed.error();
    return staged;
}

Result<Done> Staged::write(const FileBytes& file) const {
    const fs::path staged = now(file.path);
    if (auto made = make_folder_of(staged); !made) return made;
    if (file.streamed != nullptr) return file.streamed->hand_over(staged);
    std::ofstream out(staged, std::ios::binary | std::ios::trunc);
    out.write(file.bytes.data(), static_cast<std::streamsize>(file.bytes.size()));
    out.close();
    if (!out) return fail("{}: cannot be written: {}", file.path.string(), std::strerror(errno));
    return Done{};
}

Result<Done> Staged::move_out(const std::vector<FileBytes>& files) const {
    for (const FileBytes& file : files) {
        std::error_code error;
        fs::rename(now(file.path), file.path, error);
        if (error) return fail("{}: cannot be written: {}", file.path.string(), error.message());
    }
    return flush_to_disk(base_);
}

/// What a person would read again of what was written: the folder, else the files that the format knows for its own
/// (lists of names and the like lie beside them).
std::vector<fs::path> files_to_read(const Format& format, const WriteRequest& request, const WriteReport& report,
                                    const Staged& staged) {
    std::error_code error;
    if (fs::is_directory(staged.now(request.out), error)) return {staged.now(request.out)};
    std::vector<fs::path> files;
    for (const fs::path& path : report.files) {
        std::string head(4096, '\0');
        std::ifstream in(staged.now(path), std::ios::binary);
        in.read(head.data(), static_cast<std::streamsize>(head.size()));
        head.resize(static_cast<std::size_t>(in.gcount()));
        if (format.sniff(staged.now(path), head)) files.push_back(staged.now(path));
    }
    if (files.empty()) files.push_back(staged.now(report.files.front()));
    return files;
}

/// Reads the staged files by the format itself and holds what it finds against what was to be written: what differs
/// must be told as a loss.   returns: what it finds.
Result<Annotations> check_read_back(const Format& format, const WriteRequest& request, const WriteReport& report,
                                    const Staged& staged) {
    const std::string out = request.out.string();
    const std::vector<fs::path> files = files_to_read(format, request, report, staged);
    const Media& media = *request.annotations.find_media(request.media);
    FormatOptions options = report.read_options;
    options.insert(request.options.begin(), request.options.end());
    // Not as an import is read: that of a project without tracks may be an empty file.
    const auto checked = check_options(format, options);
    auto back = checked ? format.read({files, media, options}) : Result<ReadResult>(checked.error());
    if (!back) return fail("{}: not written, for it would not be read back: {}", out, back.error().message);
    if (const auto breach = find_breach(back->annotations))
        return fail("{}: not written, for what would be read back cannot be held: {}", out, *breach);
    const Differences found = compare_statements(format.carries, request.annotations, request.media, back->annotations);
    std::int64_t told = 0;
    for (const Loss& loss : report.losses) told += loss.count;
    if (found.count > told)
        return fail(
            "{}: not written, for {} tracks, segments or names would be read back otherwise, {} told as lost: {}", out,
            found.count, told, found.first);
    // What is told as lost may hide what is missing; the boxes are counted besides.
    if (report.boxes)
        if (auto same = check_reads_back(request.out, back, *report.boxes); !same) return same.error();
    return std::move(back->annotations);
}

/// A name on one line: control characters become blanks, what is no UTF-8 "?".
std::string printable_name(std::string_view name) {
    std::string text(name);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return one_line_of(text, text.size());
}

/// Gives videos, labels and attributes names that any file can hold.   returns: how many names changed.
std::int64_t clean_names(Annotations& annotations) {
    std::int64_t changed = 0;
    std::set<std::string> taken;
    const auto clean = [&](std::string& name, const std::set<std::string>& others) {
        if (is_clean_utf8(name)) return;
        ++changed;
        name = printable_name(name);
        const std::string plain = name;
        for (int n = 2; others.contains(name); ++n) name = fmt::format("{} ({})", plain, n);
    };
    for (auto& [id, media] : annotations.media) {
        if (is_clean_utf8(media->path)) continue;
        ++changed;
        Media named = *media;
        named.path = printable_name(named.path);
        media = std::make_shared<const Media>(std::move(named));
    }
    for (const auto& [id, label] : annotations.labels) taken.insert(label.name);
    for (auto& [id, label] : annotations.labels) {
        clean(label.name, taken);
        taken.insert(label.name);
        std::set<std::string> attributes;
        for (const Attribute& attribute : label.attributes) attributes.insert(attribute.name);
        for (Attribute& attribute : label.attributes) {
            clean(attribute.name, attributes);
            attributes.insert(attribute.name);
        }
    }
    return changed;
}

/// How many places in the video people or files state, or a reader found.
std::int64_t stated_places(const Annotations& annotations, MediaId media) {
    const FrameIndex end{annotations.find_media(media)->frames};
    std::int64_t count = 0;
    for (const Track* track : tracks_of(annotations, media))
        for (const Keyframe& keyframe : track->keyframes) count += !keyframe.outside && keyframe.frame < end ? 1 : 0;
    return count;
}

}  // namespace

Result<WriteReport> write_annotations(const Format& format, const WriteRequest& request) {
    if (auto checked = check_options(format, request.options); !checked) return checked.error();
    if (request.annotations.find_media(request.media) == nullptr)
        return fail("{}: the project has no video {}", format.id, number(request.media));
    if (request.out.empty()) return fail("{}: no path to write to", format.id);
    std::int64_t proposals = 0;
    for (const auto& [id, track] : request.annotations.tracks)
        proposals += !format.carries.proposals && track->proposal && track->media == request.media ? 1 : 0;
    const auto is_named_well = [](const auto& one) { return is_clean_utf8(one.name); };
    const auto& media = request.annotations.media;
    const bool are_named_well =
        std::all_of(media.begin(), media.end(), [](const auto& entry) { return is_clean_utf8(entry.second->path); }) &&
        std::all_of(request.annotations.labels.begin(), request.annotations.labels.end(), [&](const auto& entry) {
            const auto& attributes = entry.second.attributes;
            return is_named_well(entry.second) && std::all_of(attributes.begin(), attributes.end(), is_named_well);
        });
    const bool is_as_it_is = proposals == 0 && are_named_well;
    Annotations changed = is_as_it_is      ? Annotations()
                          : proposals == 0 ? request.annotations
                                           : without_proposals(request.annotations);
    const std::int64_t renamed = is_as_it_is ? 0 : clean_names(changed);
    std::vector<FileBytes> files;
    const WriteRequest own{is_as_it_is ? request.annotations : changed,
                           request.media,
                           request.out,
                           request.options,
                           request.signature,
                           &files};
    auto report = format.write(own);
    if (!report) return report;
    for (const FileBytes& file : files)
        if (auto allowed = check_may_write(request.annotations, file.path); !allowed) return allowed.error();
    std::int64_t became_keyframes = 0;
    if (!files.empty()) {
        const auto staged = Staged::put(own, files);
        if (!staged) return staged.error();
        const auto back = check_read_back(format, own, *report, **staged);
        if (!back) return back.error();
        if (!format.carries.keyframes)
            became_keyframes =
                stated_places(*back, back->media.begin()->first) - stated_places(own.annotations, own.media);
        if (auto moved = (*staged)->move_out(files); !moved) return moved.error();
    }
    if (became_keyframes > 0) report->losses.push_back({std::string(keyframes_loss), became_keyframes});
    if (renamed > 0) report->losses.push_back({"names with blanks in place of control characters", renamed});
    if (proposals > 0) report->losses.push_back({"proposals left out, which nobody has accepted", proposals});
    return report;
}

}  // namespace inbetween
