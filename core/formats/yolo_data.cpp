#include "core/formats/yolo_data.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

Error error_at(std::string_view file, const YAML::Mark& mark, std::string_view field, std::string_view why) {
    return row_error({file, mark.is_null() ? 0 : mark.line + 1}, field, why);
}

Result<std::string> name_of(std::string_view file, const YAML::Node& node) {
    const std::string name = node.IsScalar() ? node.Scalar() : std::string();
    if (name.empty() || !is_clean_utf8(name))
        return error_at(file, node.Mark(), "names",
                        node.IsScalar() ? in_quotes(name) + " is no name" : "holds no name");
    return name;
}

Result<YoloNames> names_of(std::string_view file, const YAML::Node& node) {
    YoloNames names;
    if (node.IsSequence()) {
        for (const auto& one : node) {
            auto name = name_of(file, one);
            if (!name) return name.error();
            names.emplace(static_cast<std::int64_t>(names.size()), std::move(*name));
        }
        return names;
    }
    if (!node.IsMap()) return error_at(file, node.Mark(), "names", "is neither a list nor numbers with names");
    for (const auto& one : node) {
        const auto number = parse_int(one.first.IsScalar() ? one.first.Scalar() : std::string());
        if (!number || *number < 0) return error_at(file, one.first.Mark(), "names", "has a class without a number");
        auto name = name_of(file, one.second);
        if (!name) return name.error();
        names.emplace(*number, std::move(*name));
    }
    return names;
}

Result<YoloData> data_of(std::string_view file, const YAML::Node& root) {
    if (!root.IsMap() || !root["names"]) return error_at(file, root.Mark(), "names", "is missing");
    auto names = names_of(file, root["names"]);
    if (!names) return names.error();
    YoloData data{.names = std::move(*names), .has_keypoints = static_cast<bool>(root["kpt_shape"])};
    if (const YAML::Node count = root["nc"]) {
        const auto number = parse_int(count.IsScalar() ? count.Scalar() : std::string());
        if (!number || *number != static_cast<std::int64_t>(data.names.size()))
            return error_at(file, count.Mark(), "nc",
                            fmt::format("is not {}, which is how many names there are", data.names.size()));
    }
    if (const YAML::Node path = root["path"]; path && path.IsScalar()) data.path = path.Scalar();
    return data;
}

}  // namespace

Result<YoloData> parse_yolo_data(std::string_view file, const std::string& text) {
    try {
        return data_of(file, YAML::Load(text));
    } catch (const YAML::Exception& error) {
        return error_at(file, error.mark, "YAML", one_line_of(error.msg));
    } catch (const std::exception&) {
        return row_error({file, 0}, "YAML", "cannot be read");
    }
}

std::string yolo_data_text(const YoloNames& names, const std::string& path, const std::string& train,
                           const std::string& val) {
    YAML::Emitter out;
    out << YAML::BeginMap;
    if (!path.empty()) out << YAML::Key << "path" << YAML::Value << path;
    out << YAML::Key << "train" << YAML::Value << train << YAML::Key << "val" << YAML::Value << val;
    out << YAML::Key << "nc" << YAML::Value << names.size();
    out << YAML::Key << "names" << YAML::Value << YAML::BeginMap;
    for (const auto& [number, name] : names) out << YAML::Key << number << YAML::Value << YAML::DoubleQuoted << name;
    out << YAML::EndMap << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

}  // namespace inbetween
