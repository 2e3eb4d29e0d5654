#include <functional>
#include <memory>

#include "app/cli/json.h"
#include "app/cli/subcommand.h"
#include "app/cli/table.h"
#include "app/commands/command.h"
#include "app/input/keymap.h"
#include "core/base/text.h"
#include "core/formats/format.h"
#include "core/formats/plain_csv.h"
#include "core/formats/plain_json.h"
#include "tracking/detector.h"
#include "tracking/solver.h"

namespace inbetween::cli {

namespace {

/// One of the program's own tables, in its two forms.
struct Table {
    std::vector<std::vector<std::string>> rows;
    Json json = Json::array();
};

std::string carried_text(const Carries& c) {
    std::string text;
    const auto add = [&](bool carried, std::string_view what) {
        if (carried) text += (text.empty() ? "" : ",") + std::string(what);
    };
    add(c.boxes, "boxes");
    add(c.quads, "quads");
    add(c.keyframes, "keyframes");
    add(c.occluded, "occluded");
    add(c.outside, "outside");
    add(c.attributes, "attributes");
    add(c.track_segments, "track-segments");
    add(c.video_segments, "video-segments");
    add(c.fractions, "fractions");
    add(c.proposals, "proposals");
    return text;
}

Json carried_json(const Carries& c) {
    return Json{{"boxes", c.boxes},
                {"quads", c.quads},
                {"keyframes", c.keyframes},
                {"occluded", c.occluded},
                {"outside", c.outside},
                {"attributes", c.attributes},
                {"track_segments", c.track_segments},
                {"video_segments", c.video_segments},
                {"fractions", c.fractions},
                {"proposals", c.proposals}};
}

Table formats_table() {
    Table table;
    for (const Format* format : all_formats()) {
        std::string options;
        Json option_list = Json::array();
        for (const auto& option : format->options) {
            options += fmt::format("{}{}={}", options.empty() ? "" : " ", option.name, option.values);
            option_list.push_back(Json{{"name", option.name},
                                       {"values", option.values},
                                       {"default", option.default_value},
                                       {"help", option.help}});
        }
        table.rows.push_back({std::string(format->id), std::string(format->name),
                              format->extension.empty() ? "folder" : std::string(format->extension),
                              carried_text(format->carries), std::string(format->reader), options});
        table.json.push_back(Json{{"id", format->id},
                                  {"name", format->name},
                                  {"extension", format->extension},
                                  {"reader", format->reader},
                                  {"carries", carried_json(format->carries)},
                                  {"options", std::move(option_list)}});
    }
    return table;
}

Table commands_table() {
    Table table;
    const Keymap& keymap = Keymap::workstation();
    for (const Command* command : all_commands()) {
        const std::string keys = keymap.keys_text(command->id);
        table.rows.push_back({std::string(command->id), keys.empty() ? "-" : keys, std::string(command->help)});
        table.json.push_back(Json{{"id", command->id},
                                  {"title", command->title},
                                  {"help", command->help},
                                  {"context", name_of(command->context)},
                                  {"keys", keys}});
    }
    return table;
}

Table keys_table() {
    Table table;
    for (const auto& binding : Keymap::workstation().bindings()) {
        const Command* const command = find_command(binding.command);
        const std::string title(command == nullptr ? std::string_view() : command->title);
        const std::string chord = inbetween::text_of(binding.chord);
        table.rows.push_back({binding.command, chord, std::string(name_of(binding.context)), title});
        table.json.push_back(
            Json{{"id", binding.command}, {"keys", chord}, {"context", name_of(binding.context)}, {"title", title}});
    }
    return table;
}

Table trackers_table() {
    Table table;
    for (const Solver* solver : all_solvers()) {
        std::string shapes = solver->boxes ? "boxes" : "";
        if (solver->quads) shapes += shapes.empty() ? "quads" : ",quads";
        table.rows.push_back({std::string(solver->id), std::string(solver->name), shapes, std::string(solver->help)});
        table.json.push_back(Json{{"id", solver->id},
                                  {"name", solver->name},
                                  {"help", solver->help},
                                  {"boxes", solver->boxes},
                                  {"quads", solver->quads},
                                  {"reads_pixels", solver->reads_pixels}});
    }
    return table;
}

Table detectors_table() {
    Table table;
    for (const DetectorKind* kind : all_detectors()) {
        std::string options;
        Json option_list = Json::array();
        for (const auto& option : kind->options) {
            options += fmt::format("{}{}={}", options.empty() ? "" : " ", option.name, option.values);
            option_list.push_back(
                Json{{"name", option.name}, {"values", option.values}, {"default", option.default_value}});
        }
        table.rows.push_back({std::string(kind->id), kind->model.empty() ? "-" : std::string(kind->model),
                              std::string(kind->name), std::string(kind->help), options});
        table.json.push_back(Json{{"id", kind->id},
                                  {"name", kind->name},
                                  {"model", kind->model},
                                  {"help", kind->help},
                                  {"options", std::move(option_list)}});
    }
    return table;
}

/// The columns of the program's own csv.
Table columns_table() {
    Table table;
    for (const PlainColumn& column : plain_columns) {
        table.rows.push_back({std::string(column.name), std::string(column.help)});
        table.json.push_back(Json{{"name", column.name}, {"help", column.help}});
    }
    return table;
}

struct TableEntry {
    std::string_view id;
    Table (*make)();
};
constexpr std::array tables{TableEntry{"formats", formats_table},     TableEntry{"commands", commands_table},
                            TableEntry{"keys", keys_table},           TableEntry{"trackers", trackers_table},
                            TableEntry{"detectors", detectors_table}, TableEntry{"columns", columns_table}};

/// Not a table: the JSON Schema, whole.
constexpr std::string_view schema_id = "schema";

struct Options {
    std::string what;
    bool json = false;
};

Result<Done> run(Console& console, const Options& o) {
    for (const auto& entry : tables) {
        if (entry.id != o.what) continue;
        const Table table = entry.make();
        if (o.json) {
            console.line(text_of(table.json));
        } else {
            for (const auto& line : aligned(table.rows)) console.line(line);
        }
        return Done{};
    }
    if (o.what == schema_id) {
        console.line(trim(plain_json_schema()));
        return Done{};
    }
    return fail("{}: no such table", o.what);
}

std::string check_table(const std::string& what) {
    for (const auto& entry : tables) {
        if (entry.id == what) return {};
    }
    if (what == schema_id) return {};
    return what + " is not one of formats, commands, keys, trackers, detectors, columns, schema";
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("TABLE", o->what, "formats, commands, keys, trackers, detectors, columns or schema")
        ->required()
        ->check(check_table);
    app.add_flag("--json", o->json, "As JSON");
    app.footer(
        "One row a line, its id first. columns: those of the format csv; schema: the JSON Schema of the format json.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace

const Subcommand list_subcommand{"list", "formats|commands|keys|trackers|detectors|columns|schema [--json]",
                                 "Print the program's own tables", declare};

}  // namespace inbetween::cli
