#include "core/formats/ava_labels.h"

#include <fmt/format.h>

#include <array>

#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace inbetween {

namespace {

/// Numbered from 1.
constexpr std::array<std::string_view, 80> action_names{"bend/bow (at the waist)",
                                                        "crawl",
                                                        "crouch/kneel",
                                                        "dance",
                                                        "fall down",
                                                        "get up",
                                                        "jump/leap",
                                                        "lie/sleep",
                                                        "martial art",
                                                        "run/jog",
                                                        "sit",
                                                        "stand",
                                                        "swim",
                                                        "walk",
                                                        "answer phone",
                                                        "brush teeth",
                                                        "carry/hold (an object)",
                                                        "catch (an object)",
                                                        "chop",
                                                        "climb (e.g., a mountain)",
                                                        "clink glass",
                                                        "close (e.g., a door, a box)",
                                                        "cook",
                                                        "cut",
                                                        "dig",
                                                        "dress/put on clothing",
                                                        "drink",
                                                        "drive (e.g., a car, a truck)",
                                                        "eat",
                                                        "enter",
                                                        "exit",
                                                        "extract",
                                                        "fishing",
                                                        "hit (an object)",
                                                        "kick (an object)",
                                                        "lift/pick up",
                                                        "listen (e.g., to music)",
                                                        "open (e.g., a window, a car door)",
                                                        "paint",
                                                        "play board game",
                                                        "play musical instrument",
                                                        "play with pets",
                                                        "point to (an object)",
                                                        "press",
                                                        "pull (an object)",
                                                        "push (an object)",
                                                        "put down",
                                                        "read",
                                                        "ride (e.g., a bike, a car, a horse)",
                                                        "row boat",
                                                        "sail boat",
                                                        "shoot",
                                                        "shovel",
                                                        "smoke",
                                                        "stir",
                                                        "take a photo",
                                                        "text on/look at a cellphone",
                                                        "throw",
                                                        "touch (an object)",
                                                        "turn (e.g., a screwdriver)",
                                                        "watch (e.g., TV)",
                                                        "work on a computer",
                                                        "write",
                                                        "fight/hit (a person)",
                                                        "give/serve (an object) to (a person)",
                                                        "grab (a person)",
                                                        "hand clap",
                                                        "hand shake",
                                                        "hand wave",
                                                        "hug (a person)",
                                                        "kick (a person)",
                                                        "kiss (a person)",
                                                        "lift (a person)",
                                                        "listen to (a person)",
                                                        "play with kids",
                                                        "push (another person)",
                                                        "sing to (e.g., self, a person, a group)",
                                                        "take (an object) from (a person)",
                                                        "talk to (e.g., self, a person, a group)",
                                                        "watch (a person)"};

}  // namespace

const AvaLabelMap& ava_actions() {
    static const AvaLabelMap actions = [] {
        AvaLabelMap map;
        for (const std::string_view name : action_names) map.emplace(static_cast<int>(map.size()) + 1, name);
        return map;
    }();
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
