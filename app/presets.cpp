#include <array>

#include "app/project.h"

namespace inbetween {
namespace {

constexpr int largest_hotkey = 80;

// source: MOTChallenge's class numbers 1 to 13, in order (format mot writes them by these names).
std::vector<Label> mot_labels() {
    return labels_of({"pedestrian", "person_on_vehicle", "car", "bicycle", "motorbike", "non_mot_vehicle",
                      "static_person", "distractor", "occluder", "occluder_on_ground", "occluder_full", "reflection",
                      "crowd"});
}

// source: the labels in use in the Caltech Pedestrian annotations, code 3.2.1.
std::vector<Label> caltech_labels() { return labels_of({"person", "people", "person?", "person-fa"}); }

std::vector<Label> quad_labels() { return labels_of({"plane", "sign", "logo", "screen", "page"}); }

std::vector<Label> clips_labels() { return labels_of({"event"}, LabelKind::Action); }

// source: AVA v2.2 action list, ids 1 to 80 in order.
constexpr std::array ava_actions = {"bend/bow (at the waist)",
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

std::vector<Label> ava_labels() {
    std::vector<Label> labels = labels_of({ava_actions.begin(), ava_actions.end()}, LabelKind::Action);
    for (Label& label : labels) label.ava_id = static_cast<int>(number(label.id));
    // Without a hotkey: it is the only class of objects, and all the numbers belong to the actions.
    labels.push_back(
        {.id = LabelId{static_cast<std::int64_t>(labels.size()) + 1}, .name = "person", .colour = default_colour(0)});
    return labels;
}

}  // namespace

std::vector<Preset> all_presets() {
    return {{"mot", "The classes of MOTChallenge", mot_labels},
            {"caltech", "The labels of the Caltech Pedestrian benchmark", caltech_labels},
            {"ava", "A person and AVA's 80 actions, typed by their numbers", ava_labels},
            {"quad", "Planar things drawn as quadrilaterals", quad_labels},
            {"clips", "One action label to mark segments with", clips_labels}};
}

std::vector<Label> labels_of(const std::vector<std::string>& names, LabelKind kind) {
    std::vector<Label> labels;
    for (const std::string& name : names) {
        const int position = static_cast<int>(labels.size()) + 1;
        labels.push_back({.id = LabelId{position},
                          .name = name,
                          .kind = kind,
                          .colour = default_colour(labels.size()),
                          .hotkey = position <= largest_hotkey ? position : 0});
    }
    return labels;
}

}  // namespace inbetween
