#include "app/cli/bench/sequence.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/base/files.h"
#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween::bench {

namespace {

constexpr std::array<std::string_view, 17> video_endings{".mp4", ".avi",  ".mkv", ".mov",  ".mpg", ".mpeg",
                                                         ".m4v", ".webm", ".ts",  ".mts",  ".ogv", ".wmv",
                                                         ".flv", ".3gp",  ".gif", ".h264", ".seq"};
constexpr std::array<std::string_view, 7> image_endings{".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"};
constexpr std::array<const char*, 2> vtest_places{"/usr/share/doc/opencv-doc/examples/data/vtest.avi",
                                                  "/usr/share/opencv4/samples/data/vtest.avi"};

template <std::size_t n>
bool ends_with_one_of(const fs::path& path, const std::array<std::string_view, n>& endings) {
    return std::ranges::find(endings, to_lower(path.extension().string())) != endings.end();
}

/// What a folder holds, by name.
std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        entries.push_back(it->path());
    std::sort(entries.begin(), entries.end());
    return entries;
}

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

bool is_folder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

bool holds_images(const fs::path& folder) {
    return std::ranges::any_of(entries_of(folder), [](const fs::path& entry) {
        return ends_with_one_of(entry, image_endings) && is_file(entry);
    });
}

/// The folder of images that MOTChallenge's seqinfo.ini names.
std::optional<fs::path> stated_images(const fs::path& folder) {
    const auto text = read_file(folder / "seqinfo.ini");
    if (!text) return std::nullopt;
    for (const std::string_view line : split(*text, '\n')) {
        const std::string_view trimmed = trim(line);
        if (!to_lower(trimmed).starts_with("imdir=")) continue;
        const fs::path images = folder / trim(trimmed.substr(6));
        if (holds_images(images)) return images;
    }
    return std::nullopt;
}

/// The frames that belong to the truth in a folder.   errors: there are none, or it cannot be told which.
Result<fs::path> frames_of(const fs::path& folder) {
    std::vector<fs::path> videos;
    const auto entries = entries_of(folder);
    for (const fs::path& entry : entries) {
        if (!ends_with_one_of(entry, video_endings) || !is_file(entry)) continue;
        if (entry.stem() == folder.filename()) return entry;
        videos.push_back(entry);
    }
    if (videos.size() == 1) return videos.front();
    if (videos.size() > 1)
        return fail("{}: holds {} videos, and none of them is named {}", folder.string(), videos.size(),
                    folder.filename().string());
    if (const auto images = stated_images(folder)) return *images;
    if (holds_images(folder)) return folder;
    for (const fs::path& entry : entries) {
        if (is_folder(entry) && holds_images(entry)) return entry;
    }
    if (folder.filename() != "PETS09-S2L1") return fail("{}: has truth, but no video and no images", folder.string());
    for (const char* place : vtest_places) {
        if (is_file(place)) return fs::path(place);
    }
    return fail("{}: its video is the vtest.avi of the package opencv-doc, which is not installed", folder.string());
}

std::optional<fs::path> truth_in(const fs::path& folder) {
    for (const char* name : {"gt.txt", "gt/gt.txt"}) {
        if (is_file(folder / name)) return folder / name;
    }
    return std::nullopt;
}

/// A folder with truth.
struct Place {
    fs::path folder;
    fs::path truth;
};

void look_into(const fs::path& folder, int depth, std::vector<Place>& places) {
    constexpr int most_deep = 8;
    if (const auto truth = truth_in(folder)) {
        places.push_back({folder, *truth});
        return;
    }
    if (depth == most_deep) return;
    for (const fs::path& entry : entries_of(folder)) {
        if (is_folder(entry)) look_into(entry, depth + 1, places);
    }
}

/// The folder without "." and a slash at its end, so that its last part is its name.
fs::path plain(const fs::path& folder) {
    std::error_code error;
    const fs::path whole = fs::weakly_canonical(folder, error);
    return error ? folder : whole;
}

/// Tells sequences of one name apart by the folders above theirs.
void make_names_differ(std::vector<Sequence>& sequences, const std::vector<fs::path>& folders) {
    std::map<std::string, int> count;
    for (const Sequence& sequence : sequences) ++count[sequence.name];
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        if (count[sequences[i].name] > 1)
            sequences[i].name = (folders[i].parent_path().filename() / folders[i].filename()).string();
    }
}

Result<Done> keep_only(std::vector<Sequence>& sequences, const std::vector<std::string>& only) {
    if (only.empty()) return Done{};
    std::vector<std::string> known;
    for (const Sequence& sequence : sequences) known.push_back(sequence.name);
    for (const std::string& name : only) {
        if (std::ranges::find(known, name) == known.end())
            return fail("{}: no such sequence; there are {}", name, fmt::join(known, ", "));
    }
    std::erase_if(sequences, [&](const Sequence& s) { return std::ranges::find(only, s.name) == only.end(); });
    return Done{};
}

}  // namespace

Result<Found> find_sequences(const std::vector<fs::path>& folders, const std::vector<std::string>& only) {
    std::vector<Place> places;
    for (const fs::path& folder : folders) {
        if (!is_folder(folder)) return fail("{}: is no folder", folder.string());
        const std::size_t before = places.size();
        look_into(plain(folder), 0, places);
        if (places.size() == before)
            return fail("{}: no sequence: no folder in it holds gt.txt or gt/gt.txt", folder.string());
    }
    Found found;
    std::vector<fs::path> of;
    for (const Place& place : places) {
        auto video = frames_of(place.folder);
        if (!video) {
            if (places.size() == 1) return video.error();
            found.remarks.push_back(video.error().message + "; left out");
            continue;
        }
        auto truth = read_truth(place.truth);
        if (!truth) return truth.error();
        found.sequences.push_back({place.folder.filename().string(), *std::move(video), *std::move(truth)});
        of.push_back(place.folder);
    }
    make_names_differ(found.sequences, of);
    if (const auto kept = keep_only(found.sequences, only); !kept) return kept.error();
    if (found.sequences.empty()) return fail("{}: no sequence with its video", folders.front().string());
    return found;
}

}  // namespace inbetween::bench
