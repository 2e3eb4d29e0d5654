#include "core/formats/text/name_list.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace inbetween {

Result<std::vector<std::string>> read_name_list(const std::filesystem::path& path) {
    auto text = read_file(path, 1 << 20);
    if (!text) return text.error();
    const std::string file = path.string();
    Lines lines(file, *text);
    std::vector<std::string> names;
    while (const auto line = lines.next_filled()) {
        if (!is_clean_utf8(trim(*line))) return row_error(lines.place(), "label", "is not UTF-8 text");
        names.emplace_back(trim(*line));
    }
    return names;
}

std::string name_list_text(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += name + '\n';
    return text;
}

}  // namespace inbetween
