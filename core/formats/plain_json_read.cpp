#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "core/formats/plain.h"
#include "core/formats/plain_json.h"
#include "core/formats/text/json.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

FrameIndex frame_at(const JsonAt& value) { return FrameIndex{value.integer(0, largest_frame)}; }

bool flag_at(const JsonAt& value) {
    if (value.is_there() && !value.is_true() && !value.is_false()) value.reject("is neither true nor false");
    return value.is_true();
}

PlainMedia media_of(const JsonAt& json) {
    PlainMedia media;
    if (json["fingerprint"].is_there()) media.fingerprint = json["fingerprint"].text();
    if (json["frames"].is_there()) media.frames = json["frames"].integer(0, largest_frame);
    if (json["width"].is_there()) media.width = static_cast<int>(json["width"].integer(0, 1'000'000));
    if (json["height"].is_there()) media.height = static_cast<int>(json["height"].integer(0, 1'000'000));
    if (json["pts"].is_there())
        for (const JsonAt& pts : json["pts"].elements()) media.pts.push_back(pts.whole());
    return media;
}

Attribute attribute_of(const JsonAt& json) {
    Attribute attribute;
    if (json["id"].is_there()) attribute.id = AttributeId{json["id"].integer(1, largest_number)};
    attribute.name = json["name"].name();
    if (json["type"].is_there()) {
        const auto type = attribute_type_of(json["type"].text());
        if (!type) json["type"].reject("is none of checkbox, number, text, select");
        attribute.type = type.value_or(AttributeType::Text);
    }
    attribute.is_mutable = flag_at(json["mutable"]);
    if (json["values"].is_there())
        for (const JsonAt& value : json["values"].elements()) attribute.values.push_back(value.text());
    if (json["default"].is_there()) attribute.default_value = json["default"].text();
    return attribute;
}

Label label_of(const JsonAt& json) {
    Label label;
    if (json["id"].is_there()) label.id = LabelId{json["id"].integer(1, largest_number)};
    label.name = json["name"].name();
    if (json["kind"].is_there()) {
        const std::string kind = json["kind"].text();
        if (kind != "track" && kind != "action") json["kind"].reject("is neither track nor action");
        label.kind = kind == "action" ? LabelKind::Action : LabelKind::Track;
    }
    if (json["colour"].is_there()) {
        const auto colour = colour_of(json["colour"].text());
        if (!colour) json["colour"].reject("is no colour like #e69f00");
        label.colour = colour.value_or(Colour{});
    }
    if (json["hotkey"].is_there()) label.hotkey = static_cast<int>(json["hotkey"].integer(0, 80));
    if (json["ava_id"].is_there())
        label.ava_id = static_cast<int>(json["ava_id"].integer(-2'000'000'000, 2'000'000'000));
    if (json["attributes"].is_there())
        for (const JsonAt& attribute : json["attributes"].elements())
            label.attributes.push_back(attribute_of(attribute));
    return label;
}

PlainValue value_of(const JsonAt& json) {
    PlainValue value;
    if (json["id"].is_there()) value.attribute = json["id"].integer(1, largest_number);
    if (json["name"].is_there() || value.attribute == 0) value.name = json["name"].text();
    value.value = json["value"].text();
    if (json["begin"].is_there() || json["end"].is_there())
        value.range = FrameRange{FrameIndex{json["begin"].integer(-largest_frame, largest_frame)},
                                 FrameIndex{json["end"].integer(-largest_frame, largest_number)}};
    return value;
}

Shape shape_of(const JsonAt& json, ShapeKind kind) {
    if (kind == ShapeKind::Box) {
        const auto numbers = json["box"].elements(4);
        const auto at = [&](std::size_t n) { return numbers[n].number(largest_coordinate_px); };
        const Box box{at(0), at(1), at(2), at(3)};
        if (box.w <= 0) numbers[2].reject("is not positive: a box is x, y, width and height");
        if (box.h <= 0) numbers[3].reject("is not positive: a box is x, y, width and height");
        return on_grid(Shape(box));
    }
    const auto numbers = json["quad"].elements(8);
    Quad quad;
    for (std::size_t i = 0; i < 4; ++i)
        quad.corners[i] = {numbers[2 * i].number(largest_coordinate_px),
                           numbers[2 * i + 1].number(largest_coordinate_px)};
    return on_grid(Shape(quad));
}

PlainRow row_of(const JsonAt& json, ShapeKind kind) {
    PlainRow row{.frame = frame_at(json["frame"]), .shape = shape_of(json, kind)};
    if (json["provenance"].is_there()) {
        const auto provenance = provenance_of(json["provenance"].text());
        if (!provenance) json["provenance"].reject("is none of keyframe, filled, linear, held");
        row.provenance = provenance.value_or(Provenance::Keyframe);
    }
    if (json["source"].is_there()) {
        const auto source = source_of(json["source"].text());
        if (!source) json["source"].reject("is none of manual, tracked, interpolated, imported, detected");
        row.source = source.value_or(Source::Imported);
    }
    row.occluded = flag_at(json["occluded"]);
    row.outside = flag_at(json["outside"]);
    if (json["confidence"].is_there()) row.confidence = static_cast<float>(json["confidence"].number(1));
    if (row.confidence < 0) json["confidence"].reject("is negative");
    row.solver_saw_it = flag_at(json["solver_saw_it"]);
    return row;
}

PlainTrack track_of(const JsonAt& json) {
    PlainTrack track;
    track.id = json["id"].integer(1, largest_number);
    track.label = json["label"].name();
    const std::string shape = json["shape"].text();
    if (shape != "box" && shape != "quad") json["shape"].reject("is neither box nor quad");
    track.kind = shape == "quad" ? ShapeKind::Quad : ShapeKind::Box;
    if (json["proposal"].is_there()) {
        const double certainty = json["proposal"].number(1);
        if (certainty < 0) json["proposal"].reject("is negative");
        track.proposal = static_cast<int>(std::lround(certainty * 1000));
    }
    if (json["attributes"].is_there())
        for (const JsonAt& value : json["attributes"].elements()) track.values.push_back(value_of(value));
    if (json["fills"].is_there())
        for (const JsonAt& fill : json["fills"].elements())
            track.fills.push_back({fill["method"].name(), frame_at(fill["from"]), frame_at(fill["to"]),
                                   frame_at(fill["first"]), frame_at(fill["last"])});
    for (const JsonAt& row : json["frames"].elements()) track.rows.push_back(row_of(row, track.kind));
    return track;
}

PlainSegment segment_of(const JsonAt& json) {
    PlainSegment segment;
    segment.id = json["id"].integer(1, largest_number);
    segment.label = json["label"].name();
    if (json["track"].is_there()) segment.track = json["track"].integer(1, largest_number);
    segment.range = {FrameIndex{json["begin"].integer(-largest_frame, largest_frame)},
                     FrameIndex{json["end"].integer(-largest_frame, largest_number)}};
    return segment;
}

/// Takes the file in, piece by piece, until something is wrong.
class JsonReader {
public:
    JsonReader(std::string file, JsonErrors& errors, const Media& media)
        : file_(std::move(file)), errors_(errors), reader_(media) {}

    void take(std::string_view member, const JsonAt& json) {
        if (error()) return;
        const std::string place = fmt::format("{}: {}", file_, json.path());
        if (member == "schema") schema_ = json.text();
        if (member == "version") version_ = json.integer(1, largest_number);
        if (member == "media") reader_.set_media(media_of(json));
        if (member == "labels") {
            Label label = label_of(json);
            if (!error()) keep(reader_.add(std::move(label), place));
        }
        if (member == "tracks") {
            PlainTrack track = track_of(json);
            track.place = place;
            if (!error()) keep(reader_.add(std::move(track)));
        }
        if (member == "segments") {
            PlainSegment segment = segment_of(json);
            segment.place = place;
            if (!error()) reader_.add(std::move(segment));
        }
    }

    Result<ReadResult> finish() && {
        if (schema_ != plain_schema_name)
            return fail("{}: /schema: is not \"{}\", so this is another JSON", file_, plain_schema_name);
        if (version_ == 0) return fail("{}: /version: is missing", file_);
        if (version_ > plain_version)
            return fail("{}: /version: {} is newer than {}, which this program reads", file_, version_, plain_version);
        if (error()) return *error();
        return std::move(reader_).finish();
    }

private:
    const std::optional<Error>& error() const { return errors_.error() ? errors_.error() : error_; }
    void keep(const Result<Done>& done) {
        if (!done) error_ = done.error();
    }

    std::string file_;
    JsonErrors& errors_;
    PlainReader reader_;
    std::optional<Error> error_;
    std::string schema_;
    std::int64_t version_ = 0;
};

}  // namespace

Result<ReadResult> read_plain_json(const ReadRequest& request) {
    const std::string file = request.files.front().string();
    JsonErrors errors(file);
    JsonReader reader(file, errors, request.media);
    const auto root = parse_json_members(
        request.files.front(), errors, [&](std::string_view member, const JsonAt& json) { reader.take(member, json); });
    if (!root) return root.error();
    if (!root->is_object) return fail("{}: JSON: is no object", file);
    return std::move(reader).finish();
}

}  // namespace inbetween
