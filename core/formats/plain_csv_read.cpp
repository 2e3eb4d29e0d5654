#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"
#include "core/formats/plain.h"
#include "core/formats/plain_csv.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

using Row = PlainCsvRow;

/// Tells whether a text is UTF-8; line ends and other control characters are allowed.
bool is_text(std::string text) {
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    return is_clean_utf8(text);
}

/// Takes the values of one row, which are asked for by column.
class CsvRow {
    static std::string_view name_of_column(std::string Row::*column) {
        const auto found = std::find_if(plain_columns.begin(), plain_columns.end(),
                                        [&](const PlainColumn& each) { return each.field == column; });
        return found->name;
    }
    template <class Take>
    auto with(std::string Row::*column, const Take& take) {
        Fields one(place_, {row_.*column});
        const auto value = take(one, name_of_column(column));
        if (one.error() && !fields_.error()) fields_ = std::move(one);
        return value;
    }

public:
    CsvRow(const Place& place, const Row& row) : fields_(place, {}), place_(place), row_(row) {}

    const std::string& text(std::string Row::*column) const { return row_.*column; }
    bool has(std::string Row::*column) const { return !(row_.*column).empty(); }
    std::int64_t integer(std::string Row::*column, std::int64_t least, std::int64_t most) {
        return with(column, [&](Fields& fields, auto name) { return fields.integer(0, name, least, most); });
    }
    double number(std::string Row::*column, double most = largest_coordinate_px) {
        return with(column, [&](Fields& fields, auto name) { return fields.number(0, name, most); });
    }
    bool flag(std::string Row::*column) {
        if (!has(column)) return false;
        return with(column, [&](Fields& fields, auto name) { return fields.flag(0, name); });
    }
    /// A text that may become a name.
    std::string name(std::string Row::*column) {
        if (!has(column) || !is_clean_utf8(row_.*column)) reject(column, "is no name");
        return row_.*column;
    }
    std::string free_text(std::string Row::*column) {
        if (!is_text(row_.*column)) reject(column, "is not UTF-8");
        return row_.*column;
    }
    void reject(std::string Row::*column, std::string_view why) { fields_.reject(name_of_column(column), why); }
    const std::optional<Error>& error() const { return fields_.error(); }
    std::string place() const { return fmt::format("{}:{}", place_.file, place_.line); }

private:
    Fields fields_;  // keeps the first error
    Place place_;
    const Row& row_;
};

/// Takes the rows in, whatever their order, until something is wrong.
class CsvReader {
public:
    explicit CsvReader(const Media& media) : reader_(media) {}

    std::optional<Error> take(const Place& place, const Row& row) {
        CsvRow at(place, row);
        if (row.record == "schema")
            take_schema(at);
        else if (row.record == "media")
            take_media(at);
        else if (row.record == "time")
            media_.pts.push_back(at.integer(&Row::pts, INT64_MIN, INT64_MAX));
        else if (row.record == "label")
            take_label(at);
        else if (row.record == "attribute")
            take_attribute(at);
        else if (row.record == "track")
            take_track(at);
        else if (row.record == "value")
            take_value(at);
        else if (row.record == "fill")
            take_fill(at);
        else if (row.record == "shape")
            take_shape(at);
        else if (row.record == "segment")
            take_segment(at);
        else
            at.reject(&Row::record, fmt::format("{} is no kind of record", in_quotes(row.record)));
        return at.error();
    }

    Result<ReadResult> finish(std::string_view file) && {
        if (!has_schema_) return fail("{}: record: no row states the schema", file);
        reader_.set_media(media_);
        for (auto& [label, place] : labels_)
            if (auto added = reader_.add(std::move(label), place); !added) return added.error();
        for (auto& [id, track] : tracks_)
            if (auto added = reader_.add(std::move(track)); !added) return added.error();
        return std::move(reader_).finish();
    }

private:
    void take_schema(CsvRow& at) {
        if (at.text(&Row::name) != plain_schema_name)
            at.reject(&Row::name, fmt::format("is not {}", plain_schema_name));
        if (at.integer(&Row::value, 1, largest_number) > plain_version)
            at.reject(&Row::value, fmt::format("is newer than {}, which this program reads", plain_version));
        has_schema_ = true;
    }

    void take_media(CsvRow& at) {
        const std::string& name = at.text(&Row::name);
        if (name == "fingerprint") media_.fingerprint = at.text(&Row::value);
        if (name == "frames") media_.frames = at.integer(&Row::value, 0, largest_frame);
        if (name == "width") media_.width = static_cast<int>(at.integer(&Row::value, 0, 1'000'000));
        if (name == "height") media_.height = static_cast<int>(at.integer(&Row::value, 0, 1'000'000));
    }

    Label& label_at(CsvRow& at) {
        const std::string name = at.name(&Row::label);
        const auto found =
            std::find_if(labels_.begin(), labels_.end(), [&](const auto& each) { return each.first.name == name; });
        if (found != labels_.end()) return found->first;
        Label made;
        made.name = name;
        return labels_.emplace_back(std::move(made), at.place()).first;
    }

    void take_label(CsvRow& at) {
        Label& label = label_at(at);
        const std::string& name = at.text(&Row::name);
        const std::string& value = at.text(&Row::value);
        if (name == "id") label.id = LabelId{at.integer(&Row::value, 1, largest_number)};
        if (name == "hotkey") label.hotkey = static_cast<int>(at.integer(&Row::value, 0, 80));
        if (name == "ava_id") label.ava_id = static_cast<int>(at.integer(&Row::value, -2'000'000'000, 2'000'000'000));
        if (name == "colour") {
            const auto colour = colour_of(value);
            if (!colour) at.reject(&Row::value, "is no colour like #e69f00");
            label.colour = colour.value_or(Colour{});
        }
        if (name == "kind") {
            if (value != "track" && value != "action") at.reject(&Row::value, "is neither track nor action");
            label.kind = value == "action" ? LabelKind::Action : LabelKind::Track;
        }
    }

    void take_attribute(CsvRow& at) {
        Label& label = label_at(at);
        const AttributeId id{at.integer(&Row::attribute, 1, largest_number)};
        auto attribute = std::find_if(label.attributes.begin(), label.attributes.end(),
                                      [&](const Attribute& each) { return each.id == id; });
        if (attribute == label.attributes.end()) {
            Attribute made;
            made.id = id;
            attribute = label.attributes.insert(attribute, std::move(made));
        }
        const std::string& name = at.text(&Row::name);
        if (name == "name") attribute->name = at.name(&Row::value);
        if (name == "mutable") attribute->is_mutable = at.flag(&Row::value);
        if (name == "value") attribute->values.push_back(at.free_text(&Row::value));
        if (name == "default") attribute->default_value = at.free_text(&Row::value);
        if (name == "type") {
            const auto type = attribute_type_of(at.text(&Row::value));
            if (!type) at.reject(&Row::value, "is none of checkbox, number, text, select");
            attribute->type = type.value_or(AttributeType::Text);
        }
    }

    PlainTrack& track_at(CsvRow& at) {
        const std::int64_t id = at.integer(&Row::track, 1, largest_number);
        PlainTrack& track = tracks_[id];
        if (track.id != 0) {
            if (at.has(&Row::label) && at.text(&Row::label) != track.label)
                at.reject(&Row::label, fmt::format("is not {}, as for this track before", in_quotes(track.label)));
            return track;
        }
        track.id = id;
        track.label = at.name(&Row::label);
        track.kind = at.has(&Row::x1) ? ShapeKind::Quad : ShapeKind::Box;
        track.place = at.place();
        return track;
    }

    void take_track(CsvRow& at) {
        PlainTrack& track = track_at(at);
        const std::string& value = at.text(&Row::value);
        if (at.text(&Row::name) == "shape") {
            if (value != "box" && value != "quad") at.reject(&Row::value, "is neither box nor quad");
            track.kind = value == "quad" ? ShapeKind::Quad : ShapeKind::Box;
        }
        if (at.text(&Row::name) == "proposal") {
            const double certainty = at.number(&Row::value, 1);
            if (certainty < 0) at.reject(&Row::value, "is negative");
            track.proposal = static_cast<int>(std::lround(certainty * 1000));
        }
    }

    FrameRange range_at(CsvRow& at) {
        return {FrameIndex{at.integer(&Row::frame, -largest_frame, largest_frame)},
                FrameIndex{at.integer(&Row::end, -largest_frame, largest_number)}};
    }

    void take_value(CsvRow& at) {
        PlainValue value{.name = at.free_text(&Row::name), .range = {}, .value = at.free_text(&Row::value)};
        if (at.has(&Row::attribute)) value.attribute = at.integer(&Row::attribute, 1, largest_number);
        if (at.has(&Row::frame) || at.has(&Row::end)) value.range = range_at(at);
        track_at(at).values.push_back(std::move(value));
    }

    void take_fill(CsvRow& at) {
        const FrameRange range = range_at(at);
        const auto inputs = split_blanks(at.text(&Row::value));
        const auto first = inputs.size() == 2 ? parse_int(inputs[0]) : std::nullopt;
        const auto last = inputs.size() == 2 ? parse_int(inputs[1]) : std::nullopt;
        if (!first || !last) at.reject(&Row::value, "is not the frames of two keyframes");
        track_at(at).fills.push_back(
            {at.name(&Row::name), range.begin, range.end, FrameIndex{first.value_or(0)}, FrameIndex{last.value_or(0)}});
    }

    void take_shape(CsvRow& at) {
        PlainTrack& track = track_at(at);
        PlainRow row{.frame = FrameIndex{at.integer(&Row::frame, 0, largest_frame)}, .shape = shape_at(at)};
        if (at.has(&Row::provenance)) {
            const auto provenance = provenance_of(at.text(&Row::provenance));
            if (!provenance) at.reject(&Row::provenance, "is none of keyframe, filled, linear, held");
            row.provenance = provenance.value_or(Provenance::Keyframe);
        }
        if (at.has(&Row::source)) {
            const auto source = source_of(at.text(&Row::source));
            if (!source) at.reject(&Row::source, "is none of manual, tracked, interpolated, imported, detected");
            row.source = source.value_or(Source::Imported);
        }
        row.occluded = at.flag(&Row::occluded);
        row.outside = at.flag(&Row::outside);
        if (at.has(&Row::confidence)) row.confidence = static_cast<float>(at.number(&Row::confidence, 1));
        if (row.confidence < 0) at.reject(&Row::confidence, "is negative");
        row.solver_saw_it = at.text(&Row::value) == "solver_saw_it";
        track.rows.push_back(std::move(row));
    }

    Shape shape_at(CsvRow& at) {
        if (!at.has(&Row::x1)) {
            const Box box{at.number(&Row::x), at.number(&Row::y), at.number(&Row::w), at.number(&Row::h)};
            if (box.w <= 0) at.reject(&Row::w, "is not positive");
            if (box.h <= 0) at.reject(&Row::h, "is not positive");
            return on_grid(Shape(box));
        }
        Quad quad;
        for (std::size_t i = 0; i < 4; ++i)
            quad.corners[i] = {at.number(plain_corner_fields[2 * i]), at.number(plain_corner_fields[2 * i + 1])};
        return on_grid(Shape(quad));
    }

    void take_segment(CsvRow& at) {
        PlainSegment segment{.label = at.name(&Row::label), .range = range_at(at), .place = at.place()};
        segment.id = at.integer(&Row::segment, 1, largest_number);
        if (at.has(&Row::track)) segment.track = at.integer(&Row::track, 1, largest_number);
        if (!at.error()) reader_.add(std::move(segment));
    }

    PlainReader reader_;
    PlainMedia media_;
    std::vector<std::pair<Label, std::string>> labels_;  // in the order of the file, and where each begins
    std::map<std::int64_t, PlainTrack> tracks_;
    bool has_schema_ = false;
};

/// Which field of a row each column of the file goes to; null for a column that is not known.
Result<std::vector<std::string Row::*>> columns_of(const Place& place, std::string_view header) {
    const auto names = csv_fields(header);
    if (!names || names->front() != "record")
        return row_error(place, "header", "does not begin with the column record");
    std::vector<std::string Row::*> columns;
    for (const std::string& name : *names) {
        const auto found = std::find_if(plain_columns.begin(), plain_columns.end(),
                                        [&](const PlainColumn& each) { return each.name == name; });
        columns.push_back(found == plain_columns.end() ? nullptr : found->field);
    }
    return columns;
}

}  // namespace

Result<ReadResult> read_plain_csv(const ReadRequest& request) {
    const std::string file = request.files.front().string();
    auto in = open_to_read(request.files.front());
    if (!in) return in.error();
    CsvRecords records(*in);
    const auto header = records.next();
    if (!header) return row_error({file, 1}, "header", "the file is empty");
    const auto columns = columns_of({file, records.line()}, *header);
    if (!columns) return columns.error();
    CsvReader reader(request.media);
    while (const auto record = records.next()) {
        const Place place{file, records.line()};
        auto fields = csv_fields(*record);
        if (!fields)
            return row_error(place, "row", "a double quote is left open, or something stands after a closed one");
        if (fields->size() != columns->size())
            return row_error(place, "row",
                             fmt::format("has {} fields, the header has {}", fields->size(), columns->size()));
        Row row;
        for (std::size_t i = 0; i < fields->size(); ++i)
            if ((*columns)[i] != nullptr) row.*(*columns)[i] = std::move((*fields)[i]);
        if (auto wrong = reader.take(place, row)) return *wrong;
    }
    return std::move(reader).finish(file);
}

}  // namespace inbetween
