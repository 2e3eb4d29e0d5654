#include "app/annotation_folder.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// Tells whether a name ends as the files of some format do, which spares a look into each of the images.
bool may_be_annotations(const fs::path& file, const Format* only) {
    const std::string extension = to_lower(file.extension().string());
    const auto formats = all_formats();
    return !extension.empty() && std::any_of(formats.begin(), formats.end(), [&](const Format* format) {
        return (only == nullptr || format == only) && format->extension == extension;
    });
}

struct Level {
    std::vector<fs::path> folders;
    std::vector<fs::path> files;
};

/// What lies in these folders, in the order of names; of much of it the beginning.
Level entries_of(const std::vector<fs::path>& folders, const Format* only) {
    constexpr std::size_t most = 1000;
    Level level;
    for (const fs::path& folder : folders) {
        std::error_code error;
        for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
            const fs::path& path = at->path();
            if (path.filename().string().starts_with('.')) continue;
            std::error_code of_status;
            if (at->is_directory(of_status))
                level.folders.push_back(path);
            else if (may_be_annotations(path, only))
                level.files.push_back(path);
        }
    }
    for (auto* paths : {&level.folders, &level.files}) {
        std::sort(paths->begin(), paths->end());
        if (paths->size() > most) paths->resize(most);
    }
    return level;
}

std::vector<FolderEntry> known_of(const Level& level, const Format* only) {
    std::vector<FolderEntry> known;
    for (const auto* paths : {&level.files, &level.folders}) {
        for (const fs::path& path : *paths) {
            const auto format = format_that_knows(path);
            if (format && *format != nullptr && (only == nullptr || *format == only))
                known.push_back({{path}, *format});
        }
    }
    return known;
}

/// Files of one folder that one format reads together.
std::optional<FolderEntry> one_of_many_files(const std::vector<FolderEntry>& known) {
    if (known.empty() || !known.front().format->extension.empty()) return std::nullopt;
    FolderEntry all{{}, known.front().format};
    for (const FolderEntry& entry : known) {
        std::error_code error;
        const fs::path& path = entry.paths[0];
        if (entry.format != all.format || fs::is_directory(path, error)) return std::nullopt;
        if (!all.paths.empty() && path.parent_path() != all.paths[0].parent_path()) return std::nullopt;
        all.paths.push_back(path);
    }
    return all;
}

}  // namespace

Result<std::string> first_bytes_of(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) return fail("{}: no such file or folder", path.string());
    if (fs::is_directory(status)) return std::string();
    constexpr std::size_t head_bytes = 4096;
    std::string head(head_bytes, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (in.bad() || !in.is_open()) return fail("{}: cannot be read", path.string());
    head.resize(static_cast<std::size_t>(in.gcount()));
    return head;
}

Result<const Format*> format_that_knows(const fs::path& path) {
    const auto head = first_bytes_of(path);
    if (!head) return head.error();
    for (const Format* format : all_formats())
        if (format->sniff(path, *head)) return format;
    return nullptr;
}

Result<std::optional<FolderEntry>> find_in_folder(const fs::path& folder, const Format* only, std::string_view video) {
    constexpr int deepest = 4;
    std::vector<fs::path> folders{folder};
    for (int depth = 0; depth < deepest && !folders.empty(); ++depth) {
        Level level = entries_of(folders, only);
        const auto known = known_of(level, only);
        if (known.size() == 1) return std::optional(known.front());
        const fs::path stem = fs::path(video).stem();
        for (const FolderEntry& entry : known)
            if (!stem.empty() && (entry.paths[0].stem() == stem || entry.paths[0].filename() == stem))
                return std::optional(entry);
        if (auto many = one_of_many_files(known)) return many;
        if (!known.empty()) {
            constexpr std::size_t most = 4;
            std::vector<std::string> names;
            for (const FolderEntry& entry : known)
                if (names.size() < most)
                    names.push_back(
                        fmt::format("{} ({})", entry.paths[0].lexically_relative(folder).string(), entry.format->id));
            if (known.size() > most) names.emplace_back("...");
            return fail("{}: holds {} annotations, of which one is read at a time; state one: {}", folder.string(),
                        known.size(), fmt::join(names, ", "));
        }
        folders = std::move(level.folders);
    }
    return std::optional<FolderEntry>();
}

}  // namespace inbetween
