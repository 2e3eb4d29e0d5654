#include "app/project.h"
#include "core/formats/ava_labels.h"

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

std::vector<Label> ava_labels() {
    std::vector<std::string> names;
    for (const auto& [id, name] : ava_actions()) names.push_back(name);
    std::vector<Label> labels = labels_of(names, LabelKind::Action);
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
