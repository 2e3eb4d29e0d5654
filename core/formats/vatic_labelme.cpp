#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/xml.h"
#include "core/formats/vatic.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{vatic_generated_option,     vatic_gaps_option,     vatic_dimensions_option,
                             vatic_interpolation_option, vatic_integers_option, vatic_hold_option};

using Event = XmlReader::Event;

/// The text of the element that closed as a finite number.
Result<double> number_in(const XmlReader& xml, double most) {
    const auto value = parse_double(trim(xml.text()));
    if (value && std::abs(*value) <= most) return *value;
    return xml.error("text", fmt::format("{} is {}", in_quotes(trim(xml.text())), value ? "too large" : "no number"));
}

/// The text of the element that closed as a whole number.
Result<std::int64_t> integer_in(const XmlReader& xml, std::int64_t most) {
    const auto value = parse_int(trim(xml.text()));
    if (value && *value >= 0 && *value <= most) return *value;
    return xml.error("text", fmt::format("{} is not a whole number from 0 to {}", in_quotes(trim(xml.text())), most));
}

/// The frames of one object in which a sentence says that something hides it.
struct Hidden {
    std::int64_t id = -1;
    std::int64_t first = 0;
    std::int64_t last = -1;
    bool is_occlusion = false;
};

class Reader {
public:
    Reader(std::string_view name, std::string_view text, const VaticOptions& how)
        : name_(name), xml_(name, text), how_(how) {
        file_.is_dense = true;
    }
    Result<ReadResult> read(const Media& media) &&;

private:
    Result<Done> read_object();
    Result<VaticRow> row_of_polygon();
    Result<Done> read_event();
    void hide(const Hidden& hidden);

    std::string_view name_;
    XmlReader xml_;
    const VaticOptions& how_;
    VaticFile file_;
    std::vector<Hidden> hidden_;
    std::int64_t other_shapes_ = 0;
    std::int64_t deleted_ = 0;
};

Result<VaticRow> Reader::row_of_polygon() {
    VaticRow row;
    row.line = static_cast<std::uint32_t>(xml_.place().line);
    std::vector<Point> points;
    bool has_frame = false;
    row.generated = true;
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == Event::Open) {
            if (xml_.name() == "pt") points.emplace_back();
            continue;
        }
        if (xml_.name() == "polygon") break;
        const bool is_of_point = xml_.parent() == "pt" && !points.empty();
        if (xml_.name() == "t") {
            const auto frame = integer_in(xml_, largest_frame);
            if (!frame) return frame.error();
            row.frame = FrameIndex{*frame};
            has_frame = true;
        } else if (is_of_point && (xml_.name() == "x" || xml_.name() == "y")) {
            const auto value = number_in(xml_, largest_coordinate_px);
            if (!value) return value.error();
            (xml_.name() == "x" ? points.back().x : points.back().y) = *value;
        } else if (is_of_point && xml_.name() == "l" && trim(xml_.text()) == "1") {
            row.generated = false;
        }
    }
    if (!has_frame) return xml_.error("t", "is missing");
    if (points.size() < 3) return xml_.error("pt", fmt::format("stands {} times, not four", points.size()));
    const auto [left, right] =
        std::minmax_element(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
    const auto [top, bottom] =
        std::minmax_element(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
    const std::array<double, 4> edges{left->x, top->y, right->x, bottom->y};
    const bool is_box =
        points.size() == 4 && std::all_of(points.begin(), points.end(), [&](const Point& point) {
            return (point.x == edges[0] || point.x == edges[2]) && (point.y == edges[1] || point.y == edges[3]);
        });
    other_shapes_ += is_box ? 0 : 1;
    if (const auto wrong = vatic_box(edges, how_, file_, row.box)) return xml_.error("pt", "encloses no area");
    return row;
}

Result<Done> Reader::read_object() {
    VaticPath path;
    std::int64_t id = -1;
    bool is_deleted = false;
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == Event::Open) {
            if (xml_.name() != "polygon") continue;
            auto row = row_of_polygon();
            if (!row) return row.error();
            path.rows.push_back(std::move(*row));
            continue;
        }
        if (xml_.name() == "object") break;
        if (xml_.parent() != "object") continue;
        if (xml_.name() == "name") {
            if (trim(xml_.text()).empty() || !is_clean_utf8(trim(xml_.text()))) return xml_.error("text", "is no name");
            path.label = file_.keep(trim(xml_.text()));
        } else if (xml_.name() == "id") {
            const auto stated = integer_in(xml_, largest_number);
            if (!stated) return stated.error();
            id = *stated;
        } else if (xml_.name() == "deleted") {
            is_deleted = trim(xml_.text()) == "1";
        }
    }
    if (id < 0) return xml_.error("id", "is missing");
    if (path.label.empty()) return xml_.error("name", "is missing");
    deleted_ += is_deleted ? 1 : 0;
    if (is_deleted) return Done{};
    if (!file_.paths.emplace(id, std::move(path)).second) return xml_.error("id", fmt::format("{} stands twice", id));
    return Done{};
}

/// A sentence like "person is occluded by unknown", whose first word names the object.
Result<Done> Reader::read_event() {
    Hidden hidden;
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == Event::Open) continue;
        if (xml_.name() == "event") break;
        if (xml_.name() == "text" && xml_.text() == "occluded") hidden.is_occlusion = true;
        const bool is_number = xml_.name() == "startFrame" || xml_.name() == "endFrame" ||
                               (xml_.name() == "id" && xml_.parent() == "word" && hidden.id < 0);
        if (!is_number) continue;
        const auto value = integer_in(xml_, largest_number);
        if (!value) return value.error();
        (xml_.name() == "id" ? hidden.id : xml_.name() == "startFrame" ? hidden.first : hidden.last) = *value;
    }
    if (hidden.is_occlusion && hidden.id >= 0) hidden_.push_back(hidden);
    return Done{};
}

void Reader::hide(const Hidden& hidden) {
    const auto path = file_.paths.find(hidden.id);
    if (path == file_.paths.end()) return;
    for (VaticRow& row : path->second.rows)
        if (row.frame.value >= hidden.first && row.frame.value <= hidden.last) row.occluded = true;
}

Result<ReadResult> Reader::read(const Media& media) && {
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == Event::End) break;
        if (*event == Event::Close) continue;
        if (xml_.parent().empty()) {
            if (xml_.name() != "annotation")
                return xml_.error("XML", "is not the element 'annotation' that a LabelMe file begins with");
            continue;
        }
        auto done = xml_.name() == "object"  ? read_object()
                    : xml_.name() == "event" ? read_event()
                                             : skip_element(xml_);
        if (!done) return done.error();
    }
    for (const Hidden& hidden : hidden_) hide(hidden);
    auto result = read_vatic_file(name_, file_, media, how_);
    if (!result) return result;
    if (other_shapes_ > 0)
        result->notes.push_back(
            fmt::format("{} polygons are no boxes and are read as the boxes around them", other_shapes_));
    if (deleted_ > 0) result->notes.push_back(fmt::format("{} objects are deleted and left out", deleted_));
    return result;
}

Result<ReadResult> read_text(std::string_view name, std::string_view text, const Media& media,
                             const VaticOptions& how) {
    return Reader(name, text, how).read(media);
}

Result<ReadResult> read(const ReadRequest& request) {
    Options given(vatic_labelme_format, request.options);
    const VaticOptions how = vatic_options(vatic_labelme_format, given, request.options, request.media);
    if (given.error()) return *given.error();
    auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, how);
}

void write_polygon(XmlWriter& xml, const VaticDumpRow& row) {
    const auto& [left, top, right, bottom] = row.edges;
    xml.open("polygon");
    xml.leaf("t", row.frame.value);
    for (const auto& [x, y] : {std::pair(left, top), {left, bottom}, {right, bottom}, {right, top}}) {
        xml.open("pt");
        xml.leaf("x", x);
        xml.leaf("y", y);
        xml.leaf("l", std::int64_t{!row.generated});
        xml.close();
    }
    xml.close();
}

/// A sentence for every run of frames in which the object is hidden.
struct Occlusion {
    std::string label;
    std::int64_t id = 0;
    FrameRange range;
};

void write_object(XmlWriter& xml, const std::vector<VaticDumpRow>& rows, const std::string& label, std::int64_t id,
                  std::vector<Occlusion>& occlusions) {
    std::vector<const VaticDumpRow*> shown;
    for (const VaticDumpRow& row : rows)
        if (!row.lost) shown.push_back(&row);
    if (shown.empty()) return;
    xml.open("object");
    xml.leaf("name", label);
    xml.leaf("moving", std::string_view("true"));
    xml.leaf("action", std::string_view());
    xml.leaf("verified", std::int64_t{0});
    xml.leaf("id", id);
    xml.leaf("createdFrame", shown.front()->frame.value);
    xml.leaf("startFrame", shown.front()->frame.value);
    xml.leaf("endFrame", shown.back()->frame.value);
    const std::size_t before = occlusions.size();
    for (const VaticDumpRow* row : shown) {
        write_polygon(xml, *row);
        if (!row->occluded) continue;
        if (occlusions.size() > before && occlusions.back().range.end == row->frame)
            ++occlusions.back().range.end;
        else
            occlusions.push_back({label, id, {row->frame, row->frame + 1}});
    }
    xml.close();
}

void write_event(XmlWriter& xml, const Occlusion& occlusion, std::int64_t number) {
    xml.open("event");
    xml.leaf("username", std::string_view("anonymous"));
    xml.leaf("startFrame", occlusion.range.begin.value);
    xml.leaf("endFrame", occlusion.range.end.value - 1);
    xml.leaf("createdFrame", occlusion.range.begin.value);
    xml.leaf("eid", number);
    xml.leaf("x", std::int64_t{0});
    xml.leaf("y", std::int64_t{0});
    xml.open("sentence");
    xml.open("word");
    xml.leaf("text", occlusion.label);
    xml.leaf("id", occlusion.id);
    xml.close();
    for (const std::string_view word : {"is", "occluded", "by", "unknown"}) {
        xml.open("word");
        xml.leaf("text", word);
        xml.close();
    }
    xml.close();
    xml.close();
}

Result<WriteReport> write(const WriteRequest& request) {
    const Media& media = *request.annotations.find_media(request.media);
    Options given(vatic_labelme_format, request.options);
    VaticOptions how = vatic_options(vatic_labelme_format, given, request.options, media);
    if (given.error()) return *given.error();
    how.writes_actions = false;
    Losses losses;
    VaticDump dump(request, how, losses);
    XmlWriter xml;
    xml.open("annotation");
    xml.leaf("folder", std::string_view());
    xml.leaf("filename", media.name());
    xml.open("source");
    xml.leaf("type", std::string_view("video"));
    xml.leaf("sourceImage", std::string_view("vatic frames"));
    xml.leaf("sourceAnnotation", std::string_view("vatic"));
    xml.close();
    std::vector<Occlusion> occlusions;
    std::int64_t id = 0;
    for (const Track* track : tracks_of(request.annotations, request.media)) {
        const auto& rows = dump.rows_of(*track);
        std::int64_t values = 0;
        for (const VaticDumpRow& row : rows) values += static_cast<std::int64_t>(row.attributes.size());
        losses.add("attributes of boxes left out", values);
        if (!rows.empty()) write_object(xml, rows, dump.label_of(*track), id++, occlusions);
    }
    std::int64_t number = 0;
    for (const Occlusion& occlusion : occlusions) write_event(xml, occlusion, number++);
    xml.close();
    dump.count_rest();
    return write_vatic_text(request, xml.finish(), how, dump.boxes(), losses, &read_text);
}

/// LabelMe's files of videos say so; those of images, and PASCAL VOC's, which begin alike, do not.
bool sniff(const fs::path&, std::string_view head) {
    return is_xml_of(head, "annotation") && head.find("<type>video</type>") != std::string_view::npos;
}

}  // namespace

const Format vatic_labelme_format{
    .id = "vatic-labelme",
    .name = "VATIC LabelMe video",
    .extension = ".xml",
    .reader = "its own public source",
    .convention = "frames from 0; four corners in whole px from 0 of the dumped size",
    .carries = {.boxes = true, .keyframes = true, .occluded = true, .outside = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
