#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace inbetween {

/// Names of actions by their numbers, which start at 1.
using AvaLabelMap = std::map<int, std::string>;

/// The 80 actions of AVA v2.2, of which the challenge evaluates 60.
/// source: AVA v2.2 action list; the 60 as in ActivityNet, ava_action_list_v2.1_for_activitynet_2018.pbtxt.
const AvaLabelMap& ava_actions();

/// Reads a label map (pbtxt), of items (`name`, `id`) or labels (`name`, `label_id`).
/// errors: a number without a name, a number twice, no number at all; the error names file, line and field.
Result<AvaLabelMap> read_ava_label_map(std::string_view file, std::string_view text);

/// The label map as text, indented as the field's parser wants it: two blanks before a field, the number last on its
/// line.   source: ActivityNet, get_ava_performance.py read_labelmap.
std::string ava_label_map_text(const AvaLabelMap& map);

}  // namespace inbetween
