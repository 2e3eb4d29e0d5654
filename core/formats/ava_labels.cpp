#include "core/formats/ava_labels.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace inbetween {

const AvaLabelMap& ava_actions() {
    static const AvaLabelMap actions{{1, "bend/bow (at the waist)"},
                                     {2, "crawl"},
                                     {3, "crouch/kneel"},
                                     {4, "dance"},
                                     {5, "fall down"},
                                     {6, "get up"},
                                     {7, "jump/leap"},
                                     {8, "lie/sleep"},
                                     {9, "martial art"},
                                     {10, "run/jog"},
                                     {11, "sit"},
                                     {12, "stand"},
                                     {13, "swim"},
                                     {14, "walk"},
                                     {15, "answer phone"},
                                     {16, "brush teeth"},
                                     {17, "carry/hold (an object)"},
                                     {18, "catch (an object)"},
                                     {19, "chop"},
                                     {20, "climb (e.g., a mountain)"},
                                     {21, "clink glass"},
                                     {22, "close (e.g., a door, a box)"},
                                     {23, "cook"},
                                     {24, "cut"},
                                     {25, "dig"},
                                     {26, "dress/put on clothing"},
                                     {27, "drink"},
                                     {28, "drive (e.g., a car, a truck)"},
                                     {29, "eat"},
                                     {30, "enter"},
                                     {31, "exit"},
                                     {32, "extract"},
                                     {33, "fishing"},
                                     {34, "hit (an object)"},
                                     {35, "kick (an object)"},
                                     {36, "lift/pick up"},
                                     {37, "listen (e.g., to music)"},
                                     {38, "open (e.g., a window, a car door)"},
                                     {39, "paint"},
                                     {40, "play board game"},
                                     {41, "play musical instrument"},
                                     {42, "play with pets"},
                                     {43, "point to (an object)"},
                                     {44, "press"},
                                     {45, "pull (an object)"},
                                     {46, "push (an object)"},
                                     {47, "put down"},
                                     {48, "read"},
                                     {49, "ride (e.g., a bike, a car, a horse)"},
                                     {50, "row boat"},
                                     {51, "sail boat"},
                                     {52, "shoot"},
                                     {53, "shovel"},
                                     {54, "smoke"},
                                     {55, "stir"},
                                     {56, "take a photo"},
                                     {57, "text on/look at a cellphone"},
                                     {58, "throw"},
                                     {59, "touch (an object)"},
                                     {60, "turn (e.g., a screwdriver)"},
                                     {61, "watch (e.g., TV)"},
                                     {62, "work on a computer"},
                                     {63, "write"},
                                     {64, "fight/hit (a person)"},
                                     {65, "give/serve (an object) to (a person)"},
                                     {66, "grab (a person)"},
                                     {67, "hand clap"},
                                     {68, "hand shake"},
                                     {69, "hand wave"},
                                     {70, "hug (a person)"},
                                     {71, "kick (a person)"},
                                     {72, "kiss (a person)"},
                                     {73, "lift (a person)"},
                                     {74, "listen to (a person)"},
                                     {75, "play with kids"},
                                     {76, "push (another person)"},
                                     {77, "sing to (e.g., self, a person, a group)"},
                                     {78, "take (an object) from (a person)"},
                                     {79, "talk to (e.g., self, a person, a group)"},
                                     {80, "watch (a person)"}};
    return actions;
}

Result<AvaLabelMap> read_ava_label_map(std::string_view file, std::string_view text) {
    constexpr int most = 1'000'000;
    AvaLabelMap map;
    Lines lines(file, text);
    std::string name;
    while (const auto line = lines.next_filled()) {
        const std::string_view field = trim(*line);
        if (field.starts_with("name:")) {
            const auto open = field.find('"');
            const auto close = field.rfind('"');
            if (open == close) return row_error(lines.place(), "name", "does not stand in double quotes");
            name = field.substr(open + 1, close - open - 1);
            if (name.empty() || !is_clean_utf8(name)) return row_error(lines.place(), "name", "is no name");
        } else if (field.starts_with("id:") || field.starts_with("label_id:")) {
            const auto number = parse_int(split_blanks(field).back());
            if (!number || *number < 1 || *number > most)
                return row_error(lines.place(), "id", "no number from 1 stands last on the line");
            if (name.empty()) return row_error(lines.place(), "id", fmt::format("{} has no name before it", *number));
            if (!map.emplace(static_cast<int>(*number), std::move(name)).second)
                return row_error(lines.place(), "id", fmt::format("{} stands twice", *number));
            name.clear();
        }
    }
    if (map.empty()) return fail("{}: holds no label map: no line 'id: NUMBER'", file);
    return map;
}

std::string ava_label_map_text(const AvaLabelMap& map) {
    std::string text;
    for (const auto& [id, name] : map) text += fmt::format("item {{\n  name: \"{}\"\n  id: {}\n}}\n", name, id);
    return text;
}

}  // namespace inbetween
