#include "tests/house/sources.h"

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>

#include "tests/support/support.h"

namespace fs = std::filesystem;

namespace inbetween::test {
namespace {

SourceFile read_source(const fs::path& root, const fs::path& path) {
    SourceFile file;
    file.path = fs::relative(path, root).generic_string();
    file.text = file_text(path);
    std::istringstream stream(file.text);
    for (std::string line; std::getline(stream, line);) file.lines.push_back(line);
    return file;
}

bool is_cpp(const fs::path& path) { return path.extension() == ".cpp" || path.extension() == ".h"; }

bool is_text(const fs::path& path) {
    static constexpr std::array text_endings{".cpp", ".h",  ".in",  ".txt",  ".md",   ".cmake", ".json",
                                             ".sh",  ".py", ".sql", ".frag", ".vert", ".csv",   ".keymap"};
    if (path.filename() == "run" || path.filename() == "install" || path.filename() == "LICENSE") return true;
    const std::string ending = path.extension().string();
    return std::ranges::find(text_endings, ending) != text_endings.end();
}

std::vector<SourceFile> read_all(const std::vector<fs::path>& tops, bool (*wanted)(const fs::path&)) {
    const fs::path root = source_folder();
    std::vector<fs::path> found;
    for (const fs::path& top : tops) {
        if (fs::is_regular_file(root / top)) found.push_back(root / top);
        if (!fs::is_directory(root / top)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
            if (entry.is_regular_file() && wanted(entry.path())) found.push_back(entry.path());
        }
    }
    std::ranges::sort(found);
    std::vector<SourceFile> files;
    files.reserve(found.size());
    for (const fs::path& path : found) files.push_back(read_source(root, path));
    return files;
}

/// Walks the text of a C++ file and blanks what is not code.
class Blanker {
public:
    explicit Blanker(std::string_view text) : text_(text), out_(text) {}

    std::string run() {
        while (at_ < text_.size()) {
            if (starts("//")) {
                blank_to(text_.find('\n', at_));
            } else if (starts("/*")) {
                blank_past(text_.find("*/", at_ + 2), 2);
            } else if (starts("R\"")) {
                raw_string();
            } else if (text_[at_] == '"') {
                literal('"');
            } else if (text_[at_] == '\'' && !is_digit_separator()) {
                literal('\'');
            } else {
                ++at_;
            }
        }
        return std::move(out_);
    }

private:
    bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

    bool is_digit_separator() const {
        return at_ > 0 && std::isxdigit(static_cast<unsigned char>(text_[at_ - 1])) != 0 && at_ + 1 < text_.size() &&
               std::isxdigit(static_cast<unsigned char>(text_[at_ + 1])) != 0;
    }

    void blank_to(std::size_t end) {
        end = std::min(end, text_.size());
        for (; at_ < end; ++at_) {
            if (out_[at_] != '\n') out_[at_] = ' ';
        }
    }

    void blank_past(std::size_t found, std::size_t length) {
        blank_to(found == std::string_view::npos ? text_.size() : found + length);
    }

    void raw_string() {
        const std::size_t open = text_.find('(', at_);
        if (open == std::string_view::npos) return blank_to(text_.size());
        const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        blank_past(text_.find(close, open), close.size());
    }

    void literal(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
        ++at_;
        blank_to(end);
        at_ = std::min(end + 1, text_.size());
    }

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
};

}  // namespace

std::string without_comments_and_literals(std::string_view text) { return Blanker(text).run(); }

const std::vector<SourceFile>& cpp_files() {
    static const std::vector<SourceFile> files = [] {
        auto read = read_all({"core", "tracking", "app", "tests"}, is_cpp);
        for (SourceFile& file : read) file.code = without_comments_and_literals(file.text);
        return read;
    }();
    return files;
}

const std::vector<SourceFile>& text_files() {
    static const std::vector<SourceFile> files =
        read_all({"core", "tracking", "app", "tests", "shaders", "third_party", ".ci", "CMakeLists.txt", "README.md",
                  "LICENSE", "CMakePresets.json"},
                 is_text);
    return files;
}

std::string room_of(std::string_view path) {
    std::vector<std::string> parts;
    std::istringstream stream{std::string(path)};
    for (std::string part; std::getline(stream, part, '/');) parts.push_back(part);
    if (parts.size() < 2) return {};
    if (parts[0] == "tests" || parts[0] == "tracking") return parts[0];
    if (parts[0] != "core" && parts[0] != "app") return {};
    if (parts.size() > 2) return parts[0] + "/" + parts[1];
    if (parts[0] == "core") return {};
    const std::string stem = parts[1].substr(0, parts[1].find('.'));
    return stem == "main" || stem == "gui" || stem == "workstation" ? "app/main" : "app/session";
}

std::vector<Include> includes_of(const SourceFile& file) {
    static const std::regex pattern(R"rx(^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>))rx");
    std::vector<Include> found;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        std::smatch match;
        if (file.lines[i].find("include") == std::string::npos) continue;
        if (!std::regex_search(file.lines[i], match, pattern)) continue;
        found.push_back({&file, i + 1, match[1].matched ? match[1].str() : match[2].str(), match[1].matched});
    }
    return found;
}

std::optional<std::size_t> find_word(std::string_view text, std::span<const std::string> stems,
                                     const std::regex& pattern) {
    const auto is_of_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    std::optional<std::size_t> first;
    for (const std::string& stem : stems) {
        for (std::size_t at = text.find(stem); at != std::string_view::npos; at = text.find(stem, at + 1)) {
            if (first && at >= *first) break;
            if (at > 0 && is_of_word(stem.front()) && is_of_word(text[at - 1])) continue;
            const std::string_view rest = text.substr(at);
            if (std::regex_search(rest.begin(), rest.end(), pattern, std::regex_constants::match_continuous))
                first = at;
        }
    }
    return first;
}

std::size_t line_at(const SourceFile& file, std::size_t offset) {
    const auto end = file.text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, file.text.size()));
    return static_cast<std::size_t>(std::count(file.text.begin(), end, '\n')) + 1;
}

}  // namespace inbetween::test
