#include <fmt/format.h>

#include <array>

#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/plain.h"
#include "core/formats/plain_csv.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{plain_proposals_option};

using Row = PlainCsvRow;

std::string seconds_text(const Media& media, FrameIndex frame) { return format_number(media.seconds_at(frame), 6); }

std::string pts_text(const Media& media, FrameIndex frame) {
    if (frame.value < 0 || frame.value >= static_cast<std::int64_t>(media.pts.size())) return {};
    return std::to_string(media.pts[static_cast<std::size_t>(frame.value)]);
}

/// Writes the records of the file.
class CsvWriter {
public:
    CsvWriter(const WriteRequest& request, const Annotations& content, StreamedFile& file)
        : request_(request), content_(content), media_(*content.media.at(request.media)), file_(file) {}

    void write() {
        std::string header;
        for (const PlainColumn& column : plain_columns)
            header += fmt::format("{}{}", header.empty() ? "" : ",", column.name);
        file_.write(header + "\n");
        put({.record = "schema", .name = std::string(plain_schema_name), .value = std::to_string(plain_version)});
        write_media();
        for (const auto& [id, label] : content_.labels) write_label(label);
        for (const auto& [id, track] : content_.tracks) write_track(*track);
        for (const auto& [id, segment] : content_.segments) write_segment(*segment);
    }

private:
    void put(const Row& row) {
        std::string text;
        for (const PlainColumn& column : plain_columns) {
            if (column.field != &Row::record) text += ',';
            text += csv_field(row.*column.field);
        }
        file_.write(text + "\n");
    }

    void write_media() {
        const auto say = [&](const char* name, std::string value) {
            put({.record = "media", .name = name, .value = std::move(value)});
        };
        say("name", media_.name());
        say("uuid", media_.uuid);
        say("fingerprint", media_.fingerprint);
        say("bytes", std::to_string(media_.bytes));
        say("frames", std::to_string(media_.frames));
        say("width", std::to_string(media_.width));
        say("height", std::to_string(media_.height));
        say("timebase", fmt::format("{}/{}", media_.timebase.num, media_.timebase.den));
        const auto& hashes = request_.signature == nullptr ? std::vector<std::uint64_t>() : request_.signature->hashes;
        for (std::size_t n = 0; n < media_.pts.size(); ++n) {
            const FrameIndex frame{static_cast<std::int64_t>(n)};
            put({.record = "time",
                 .frame = std::to_string(n),
                 .pts = pts_text(media_, frame),
                 .seconds = seconds_text(media_, frame),
                 .value = n < hashes.size() ? fmt::format("{:016x}", hashes[n]) : std::string()});
        }
    }

    void write_label(const Label& label) {
        const auto say = [&](const char* name, std::string value) {
            put({.record = "label", .label = label.name, .name = name, .value = std::move(value)});
        };
        say("id", std::to_string(number(label.id)));
        say("kind", label.kind == LabelKind::Track ? "track" : "action");
        say("colour", hex_of(label.colour));
        say("hotkey", std::to_string(label.hotkey));
        if (label.ava_id) say("ava_id", std::to_string(*label.ava_id));
        for (const Attribute& attribute : label.attributes) {
            const auto tell = [&](const char* name, std::string value) {
                put({.record = "attribute",
                     .label = label.name,
                     .attribute = std::to_string(number(attribute.id)),
                     .name = name,
                     .value = std::move(value)});
            };
            tell("name", attribute.name);
            tell("type", std::string(name_of(attribute.type)));
            tell("mutable", attribute.is_mutable ? "1" : "0");
            for (const std::string& value : attribute.values) tell("value", value);
            tell("default", attribute.default_value);
        }
    }

    void write_track(const Track& track) {
        const std::string id = std::to_string(number(track.id));
        const std::string label = content_.label_name(track.label);
        put({.record = "track",
             .track = id,
             .label = label,
             .name = "shape",
             .value = track.kind == ShapeKind::Box ? "box" : "quad"});
        if (track.proposal)
            put({.record = "track",
                 .track = id,
                 .label = label,
                 .name = "proposal",
                 .value = format_number(*track.proposal / 1000.0, 3)});
        const auto say = [&](AttributeId attribute, std::string begin, std::string end, const std::string& value) {
            put({.record = "value",
                 .track = id,
                 .label = label,
                 .frame = std::move(begin),
                 .end = std::move(end),
                 .attribute = std::to_string(number(attribute)),
                 .name = attribute_name(content_, attribute),
                 .value = value});
        };
        for (const auto& [attribute, value] : track.attributes) say(attribute, "", "", value);
        for (const AttributeRange& range : track.attribute_ranges)
            say(range.attribute, std::to_string(range.range.begin.value), std::to_string(range.range.end.value),
                range.value);
        for (const SpanFillPtr& fill : content_.fills_of(track.id))
            put({.record = "fill",
                 .track = id,
                 .label = label,
                 .frame = std::to_string(fill->from().frame.value),
                 .end = std::to_string(fill->to().frame.value),
                 .name = fill->method,
                 .value = fmt::format("{} {}", fill->inputs.front().frame.value, fill->inputs.back().frame.value)});
        for_each_plain_row(content_, track, [&](const PlainRow& row) { write_shape(id, label, row); });
    }

    void write_shape(const std::string& track, const std::string& label, const PlainRow& stated) {
        Row row{.record = "shape", .track = track, .label = label};
        row.frame = std::to_string(stated.frame.value);
        row.pts = pts_text(media_, stated.frame);
        row.seconds = seconds_text(media_, stated.frame);
        if (const Box* box = std::get_if<Box>(&stated.shape)) {
            row.x = grid_number(box->x);
            row.y = grid_number(box->y);
            row.w = grid_number(box->w);
            row.h = grid_number(box->h);
        } else {
            const auto& corners = std::get<Quad>(stated.shape).corners;
            for (std::size_t i = 0; i < 4; ++i) {
                row.*plain_corner_fields[2 * i] = grid_number(corners[i].x);
                row.*plain_corner_fields[2 * i + 1] = grid_number(corners[i].y);
            }
        }
        row.provenance = name_of(stated.provenance);
        row.source = name_of(stated.source);
        row.occluded = stated.occluded ? "1" : "0";
        row.outside = stated.outside ? "1" : "0";
        row.confidence = confidence_text(stated.confidence);
        if (stated.solver_saw_it) row.value = "solver_saw_it";
        put(row);
    }

    void write_segment(const Segment& segment) {
        put({.record = "segment",
             .track = is_set(segment.track) ? std::to_string(number(segment.track)) : std::string(),
             .segment = std::to_string(number(segment.id)),
             .label = content_.label_name(segment.label),
             .frame = std::to_string(segment.range.begin.value),
             .end = std::to_string(segment.range.end.value),
             .pts = pts_text(media_, segment.range.begin),
             .seconds = seconds_text(media_, segment.range.begin)});
    }

    const WriteRequest& request_;
    const Annotations& content_;
    const Media& media_;
    StreamedFile& file_;
};

void emit(const WriteRequest& request, const Annotations& content, StreamedFile& file) {
    CsvWriter(request, content, file).write();
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto keeps = keeps_proposals(csv_format, request.options);
    if (!keeps) return keeps.error();
    return write_plain(request, *keeps, emit, read_plain_csv);
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    const auto header = lines.next_filled();
    const auto first = lines.next_filled();
    return header && first && trim(*header).starts_with("record,") &&
           first->find(plain_schema_name) != std::string_view::npos;
}

}  // namespace

const Format csv_format{
    .id = "csv",
    .name = "Inbetween csv",
    .extension = ".csv",
    .reader = "its header names the columns",
    .convention = "frames from 0; left top width height or corners in px from 0, fractions",
    .carries = plain_carries,
    .options = options,
    .sniff = sniff,
    .read = read_plain_csv,
    .write = write,
};

}  // namespace inbetween
