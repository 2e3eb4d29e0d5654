#include <fmt/format.h>

#include <array>

#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/plain.h"
#include "core/formats/plain_json.h"
#include "core/formats/text/json.h"
#include "core/formats/text/json_lines.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// Written piece by piece, a row a line, so that no more than a row is held; the pieces are nlohmann's.

constexpr std::array options{plain_proposals_option};

std::string piece(const JsonOut& json) { return json.dump(-1, ' ', false, JsonOut::error_handler_t::replace); }

/// What is within an object's braces.
std::string members(const JsonOut& json) {
    const std::string text = piece(json);
    return text.substr(1, text.size() - 2);
}

double seconds(const Media& media, FrameIndex frame) {
    return *parse_double(format_number(media.seconds_at(frame), 6));
}

JsonOut coordinate(double value) {
    const std::string text = grid_number(value);
    if (const auto whole = parse_int(text)) return *whole;
    return *parse_double(text);
}

JsonOut json_of(const Media& media, const VideoSignature* signature) {
    JsonOut json{{"name", media.name()},
                 {"uuid", media.uuid},
                 {"fingerprint", media.fingerprint},
                 {"bytes", media.bytes},
                 {"frames", media.frames},
                 {"width", media.width},
                 {"height", media.height},
                 {"timebase", JsonOut::array({media.timebase.num, media.timebase.den})},
                 {"pts", media.pts}};
    if (signature == nullptr) return json;
    JsonOut hashes = JsonOut::array();
    for (const std::uint64_t hash : signature->hashes) hashes.push_back(fmt::format("{:016x}", hash));
    json["hashes"] = std::move(hashes);
    return json;
}

JsonOut json_of(const Label& label) {
    JsonOut json{{"id", number(label.id)},
                 {"name", label.name},
                 {"kind", label.kind == LabelKind::Track ? "track" : "action"},
                 {"colour", hex_of(label.colour)},
                 {"hotkey", label.hotkey}};
    json["ava_id"] = label.ava_id ? JsonOut(*label.ava_id) : JsonOut();
    json["attributes"] = JsonOut::array();
    for (const Attribute& attribute : label.attributes)
        json["attributes"].push_back({{"id", number(attribute.id)},
                                      {"name", attribute.name},
                                      {"type", name_of(attribute.type)},
                                      {"mutable", attribute.is_mutable},
                                      {"values", attribute.values},
                                      {"default", attribute.default_value}});
    return json;
}

/// All of a track but its frames.
JsonOut json_of(const Annotations& all, const Track& track) {
    JsonOut json{{"id", number(track.id)},
                 {"label", all.label_name(track.label)},
                 {"shape", track.kind == ShapeKind::Box ? "box" : "quad"}};
    json["proposal"] = track.proposal ? JsonOut(*track.proposal / 1000.0) : JsonOut();
    json["attributes"] = JsonOut::array();
    for (const auto& [id, value] : track.attributes)
        json["attributes"].push_back({{"id", number(id)}, {"name", attribute_name(all, id)}, {"value", value}});
    for (const AttributeRange& range : track.attribute_ranges)
        json["attributes"].push_back({{"id", number(range.attribute)},
                                      {"name", attribute_name(all, range.attribute)},
                                      {"value", range.value},
                                      {"begin", range.range.begin.value},
                                      {"end", range.range.end.value}});
    json["fills"] = JsonOut::array();
    for (const SpanFillPtr& fill : all.fills_of(track.id))
        json["fills"].push_back({{"method", fill->method},
                                 {"from", fill->from().frame.value},
                                 {"to", fill->to().frame.value},
                                 {"first", fill->inputs.front().frame.value},
                                 {"last", fill->inputs.back().frame.value}});
    return json;
}

JsonOut json_of(const PlainRow& row, const Media& media) {
    JsonOut json{{"frame", row.frame.value}};
    if (row.frame.value < static_cast<std::int64_t>(media.pts.size())) {
        json["pts"] = media.pts[static_cast<std::size_t>(row.frame.value)];
        json["seconds"] = seconds(media, row.frame);
    }
    JsonOut numbers = JsonOut::array();
    if (const Box* box = std::get_if<Box>(&row.shape)) {
        for (const double value : {box->x, box->y, box->w, box->h}) numbers.push_back(coordinate(value));
        json["box"] = std::move(numbers);
    } else {
        for (const Point& corner : std::get<Quad>(row.shape).corners)
            for (const double value : {corner.x, corner.y}) numbers.push_back(coordinate(value));
        json["quad"] = std::move(numbers);
    }
    json["provenance"] = name_of(row.provenance);
    json["source"] = name_of(row.source);
    json["occluded"] = row.occluded;
    json["outside"] = row.outside;
    json["confidence"] = *parse_double(confidence_text(row.confidence));
    if (row.solver_saw_it) json["solver_saw_it"] = true;
    return json;
}

JsonOut json_of(const Annotations& all, const Media& media, const Segment& segment) {
    JsonOut json{{"id", number(segment.id)}, {"label", all.label_name(segment.label)}};
    json["track"] = is_set(segment.track) ? JsonOut(number(segment.track)) : JsonOut();
    json["begin"] = segment.range.begin.value;
    json["end"] = segment.range.end.value;
    json["begin_seconds"] = seconds(media, segment.range.begin);
    json["end_seconds"] = seconds(media, segment.range.end);
    return json;
}

void emit(const WriteRequest& request, const Annotations& content, StreamedFile& file) {
    const Media& media = *content.media.at(request.media);
    file.write(fmt::format("{{\n\"schema\": \"{}\",\n\"version\": {},\n\"media\": {},\n\"labels\": [",
                           plain_schema_name, plain_version, piece(json_of(media, request.signature))));
    JsonLines labels(file);
    for (const auto& [id, label] : content.labels) labels.add(piece(json_of(label)));
    file.write("\n],\n\"tracks\": [");
    JsonLines tracks(file);
    for (const auto& [id, track] : content.tracks) {
        tracks.add("{" + members(json_of(content, *track)) + ",\"frames\":[");
        JsonLines frames(file);
        for_each_plain_row(content, *track, [&](const PlainRow& row) { frames.add(piece(json_of(row, media))); });
        file.write("\n]}");
    }
    file.write("\n],\n\"segments\": [");
    JsonLines segments(file);
    for (const auto& [id, segment] : content.segments) segments.add(piece(json_of(content, media, *segment)));
    file.write("\n]\n}\n");
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto keeps = keeps_proposals(json_format, request.options);
    if (!keeps) return keeps.error();
    return write_plain(request, *keeps, emit, read_plain_json);
}

bool sniff(const fs::path&, std::string_view head) {
    return trim(without_bom(head)).starts_with('{') && head.find(fmt::format("\"{}\"", plain_schema_name)) != head.npos;
}

}  // namespace

const Format json_format{
    .id = "json",
    .name = "Inbetween JSON",
    .extension = ".json",
    .reader = "its JSON Schema",
    .convention = "frames from 0; left top width height or corners in px from 0, fractions",
    .carries = plain_carries,
    .options = options,
    .sniff = sniff,
    .read = read_plain_json,
    .write = write,
};

}  // namespace inbetween
