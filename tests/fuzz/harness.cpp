#include "tests/fuzz/harness.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>

#include "core/base/check.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween::fuzz {
namespace {

constexpr std::string_view file_mark = "@@ file ";
constexpr std::string_view option_mark = "@@ option ";
constexpr std::size_t most_files = 24;

/// The video that every input speaks of.
Media fuzz_media() {
    Media media;
    media.id = MediaId{1};
    media.uuid = "00000000-0000-4000-8000-000000000001";
    media.path = "walk.avi";
    media.frames = 100;
    media.width = 768;
    media.height = 576;
    media.timebase = {1, 10};
    for (std::int64_t i = 0; i < media.frames; ++i) media.pts.push_back(i);
    return media;
}

/// Tells whether the name stays in its folder and is one that any file system takes.
bool is_safe_name(std::string_view name) {
    if (name.empty() || name.size() > 120) return false;
    for (const std::string_view part : split(name, '/'))
        if (part.empty() || part == "." || part == "..") return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("._-/ ").find(c) != std::string_view::npos;
    });
}

std::string plain_name(const Format& format) {
    return "I00001" + std::string(format.extension.empty() ? ".txt" : format.extension);
}

std::string text_of(const fs::path& path) {
    auto text = read_file(path, 1 << 20);
    return text ? std::move(*text) : std::string();
}

/// All files of a folder, by name.
std::vector<std::pair<std::string, std::string>> files_in(const fs::path& folder) {
    std::set<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().extension() != ".py") paths.insert(entry.path());
    std::vector<std::pair<std::string, std::string>> files;
    for (const fs::path& path : paths) files.emplace_back(fs::relative(path, folder).string(), text_of(path));
    return files;
}

fs::path samples_of(const Format& format) {
    return fs::path(INBETWEEN_SOURCE_FOLDER) / "tests" / "data" / "formats" / std::string(format.id);
}

/// Puts the input's files into the empty folder.   returns: the paths to read.
std::vector<fs::path> laid_out(const Format& format, const Input& input, const fs::path& folder) {
    fs::create_directories(folder);
    for (const auto& [name, bytes] : input.files) {
        const fs::path path = folder / name;
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        std::ofstream out(path, std::ios::binary);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    if (format.extension.empty() && input.files.size() != 1) return {folder};
    return {folder / input.files.front().first};
}

std::optional<std::string> problem_of_error(const Error& error) {
    if (error.message.empty() || !is_clean_utf8(error.message)) return "the error is no sentence: " + error.message;
    return std::nullopt;
}

/// As read_annotations does, but for the check whether what was read can be held: that one failing is a bug.
Result<ReadResult> read(const Format& format, const Input& input, const fs::path& folder, const Media& media) {
    if (auto checked = check_options(format, input.options); !checked) return checked.error();
    return format.read({laid_out(format, input, folder), media, input.options});
}

/// What is wrong with writing what was read.
std::optional<std::string> problem_with_writing(const Format& format, const Input& input, const ReadResult& read,
                                                const Media& media, const fs::path& folder) {
    const fs::path out = format.extension.empty() ? folder : folder / ("out" + std::string(format.extension));
    const auto written = write_annotations(format, {read.annotations, media.id, out, input.options});
    if (written) return std::nullopt;
    const std::string& message = written.error().message;
    if (message.starts_with(out.string()) && message.find("be read back") != std::string::npos) return message;
    return problem_of_error(written.error());
}

void clear(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) fs::remove_all(entry.path(), ignored);
}

void add_words(std::string_view text, std::set<std::string>& words) {
    const auto is_part = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("_-:.").find(c) != std::string_view::npos;
    };
    const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_part(text[end])) ++end;
        const std::string word(text.substr(at, end - at));
        const bool fits = word.size() > 1 && word.size() < 32 && std::any_of(word.begin(), word.end(), is_letter);
        // An opening tag, a key in quotes, or a word of a row.
        const char before = at == 0 ? '\0' : text[at - 1];
        if (fits && before == '<') words.insert("<" + word + ">");
        if (fits && before == '"') words.insert("\"" + word + "\":");
        if (fits) words.insert(word);
        at = std::max(end, at + 1);
    }
}

/// A word as a line of a libFuzzer dictionary.
std::string dictionary_line(std::string_view word) {
    std::string line = "\"";
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            line += fmt::format("\\{}", c);
        else if (byte < 0x20 || byte > 0x7E)
            line += fmt::format("\\x{:02X}", byte);
        else
            line += c;
    }
    return line + "\"\n";
}

}  // namespace

Input unpacked(const Format& format, std::string_view bytes) {
    Input input;
    if (!bytes.starts_with("@@ ")) {
        input.files.emplace_back(plain_name(format), bytes);
        return input;
    }
    bool is_kept = false;
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const std::string_view line = bytes.substr(0, end);
        const std::string_view whole = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
        bytes.remove_prefix(whole.size());
        if (line.starts_with(file_mark)) {
            const std::string_view name = line.substr(file_mark.size());
            is_kept = is_safe_name(name) && input.files.size() < most_files;
            if (is_kept) input.files.emplace_back(name, "");
        } else if (line.starts_with(option_mark)) {
            const std::string_view option = line.substr(option_mark.size());
            const auto equals = option.find('=');
            if (equals != std::string_view::npos && is_clean_utf8(option))
                input.options.insert_or_assign(std::string(option.substr(0, equals)),
                                               std::string(option.substr(equals + 1)));
        } else if (is_kept) {
            input.files.back().second += whole;
        }
    }
    if (input.files.empty()) input.files.emplace_back(plain_name(format), "");
    return input;
}

std::string packed(const Input& input) {
    std::string bytes;
    for (const auto& [name, value] : input.options) bytes += fmt::format("{}{}={}\n", option_mark, name, value);
    for (const auto& [name, text] : input.files) bytes += fmt::format("{}{}\n{}", file_mark, name, text);
    return bytes;
}

std::vector<std::string> sample_seeds(const Format& format) {
    const fs::path folder = samples_of(format);
    std::error_code error;
    if (!fs::is_directory(folder, error)) return {};
    const auto files = files_in(folder);
    if (format.extension.empty()) return {packed({{}, files})};
    std::vector<std::string> seeds;
    for (const auto& [name, text] : files) {
        if (fs::path(name).extension() != format.extension) continue;
        if (!format.sniff(folder / name, std::string_view(text).substr(0, 4096))) continue;
        if (files.size() == 1) return {text};
        Input input{{}, {{name, text}}};
        for (const auto& other : files)
            if (other.first != name) input.files.push_back(other);
        seeds.push_back(packed(input));
    }
    return seeds;
}

std::string dictionary(const Format& format) {
    std::set<std::string> words{"-1", "0", "99999999999999999999", "1e308", "nan", "-0.0", "\xEF\xBB\xBF", "\r\n"};
    for (const FormatOption& option : format.options)
        for (const std::string_view value : split(option.values, '|'))
            words.insert(fmt::format("{}{}={}\n", option_mark, option.name, value));
    for (const std::string& seed : sample_seeds(format)) {
        for (const auto& [name, text] : unpacked(format, seed).files) {
            words.insert(fmt::format("{}{}\n", file_mark, name));
            add_words(text, words);
        }
    }
    std::string text;
    for (const std::string& word : words) text += dictionary_line(word);
    return text;
}

Scratch::Scratch() {
    std::string name = (fs::temp_directory_path() / "inbetween-fuzz-XXXXXX").string();
    IB_CHECK(::mkdtemp(name.data()) != nullptr);
    path_ = name;
}

Scratch::~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::optional<std::string> problem_with(const Format& format, std::string_view bytes, const Scratch& scratch) {
    static const Media media = fuzz_media();
    clear(scratch.path());
    const Input input = unpacked(format, bytes);
    const auto found = read(format, input, scratch.path() / "in", media);
    if (!found) return problem_of_error(found.error());
    if (const auto breach = find_breach(found->annotations)) return "what was read cannot be held: " + *breach;
    if (found->annotations.media.size() != 1) return "what was read has not one video";
    if (format.write == nullptr) return std::nullopt;
    return problem_with_writing(format, input, *found, media, scratch.path() / "out");
}

bool is_read(const Format& format, std::string_view bytes, const Scratch& scratch) {
    static const Media media = fuzz_media();
    clear(scratch.path());
    return read(format, unpacked(format, bytes), scratch.path() / "in", media).has_value();
}

}  // namespace inbetween::fuzz
