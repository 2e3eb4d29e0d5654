#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/files.h"
#include "core/formats/formats.h"
#include "core/formats/text/xml.h"
#include "core/formats/vatic.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{vatic_gaps_option,     vatic_dimensions_option, vatic_interpolation_option,
                             vatic_integers_option, vatic_actions_option,    vatic_hold_option};

using Event = XmlReader::Event;

class Reader {
public:
    Reader(std::string_view name, std::string_view text, const VaticOptions& how)
        : name_(name), xml_(name, text), how_(how) {
        file_.is_dense = true;
    }
    Result<ReadResult> read(const Media& media) &&;

private:
    Result<Done> read_track();
    Result<VaticRow> row_of_box();
    Result<Done> read_attributes(VaticRow& row);

    std::string_view name_;
    XmlReader xml_;
    const VaticOptions& how_;
    VaticFile file_;
};

/// What a box holds: the names of the attributes that are true.
Result<Done> Reader::read_attributes(VaticRow& row) {
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == Event::Open) continue;
        if (xml_.name() == "box") return Done{};
        if (xml_.name() != "attribute") continue;
        if (!is_clean_utf8(xml_.text())) return xml_.error("text", "is no name");
        if (!xml_.text().empty()) file_.say(row, xml_.text());
    }
}

Result<VaticRow> Reader::row_of_box() {
    const auto frame = xml_.integer("frame", 0, largest_frame);
    if (!frame) return frame.error();
    VaticRow row{.frame = FrameIndex{*frame}};
    row.line = static_cast<std::uint32_t>(xml_.place().line);
    constexpr std::array<std::string_view, 4> names{"xtl", "ytl", "xbr", "ybr"};
    std::array<double, 4> edges{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto edge = xml_.number(names[i], largest_coordinate_px);
        if (!edge) return edge.error();
        edges[i] = *edge;
    }
    if (const auto wrong = vatic_box(edges, how_, file_, row.box)) return xml_.error(wrong->first, wrong->second);
    const auto lost = xml_.flag("outside", false);
    if (!lost) return lost.error();
    const auto occluded = xml_.flag("occluded", false);
    if (!occluded) return occluded.error();
    row.lost = *lost;
    row.occluded = *occluded;
    if (auto done = read_attributes(row); !done) return done.error();
    return row;
}

Result<Done> Reader::read_track() {
    const auto id = xml_.integer("id", 0, largest_number);
    if (!id) return id.error();
    const auto label = xml_.attribute("label");
    if (!label) return xml_.error("label", "is missing");
    if (label->empty() || !is_clean_utf8(*label)) return xml_.error("label", "is no name");
    if (file_.paths.contains(*id)) return xml_.error("id", fmt::format("{} stands twice", *id));
    VaticPath& path = file_.paths[*id];
    path.label = file_.keep(*label);
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == Event::Close) return Done{};
        if (xml_.name() != "box") {
            if (auto done = skip_element(xml_); !done) return done;
            continue;
        }
        auto row = row_of_box();
        if (!row) return row.error();
        path.rows.push_back(std::move(*row));
    }
}

Result<ReadResult> Reader::read(const Media& media) && {
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == Event::End) break;
        if (*event == Event::Close) continue;
        if (xml_.parent().empty()) {
            if (xml_.name() != "annotations")
                return xml_.error("XML", "is not the element 'annotations' that a dump of VATIC begins with");
            continue;
        }
        auto done = xml_.name() == "track" ? read_track() : skip_element(xml_);
        if (!done) return done.error();
    }
    return read_vatic_file(name_, file_, media, how_);
}

Result<ReadResult> read_text(std::string_view name, std::string_view text, const Media& media,
                             const VaticOptions& how) {
    return Reader(name, text, how).read(media);
}

Result<ReadResult> read(const ReadRequest& request) {
    Options given(vatic_xml_format, request.options);
    const VaticOptions how = vatic_options(vatic_xml_format, given, request.options, request.media);
    if (given.error()) return *given.error();
    auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, how);
}

void write_row(XmlWriter& xml, const VaticDumpRow& row, std::map<std::string, std::int64_t, std::less<>>& ids) {
    xml.open("box");
    xml.attribute("frame", row.frame.value);
    xml.attribute("xtl", row.edges[0]);
    xml.attribute("ytl", row.edges[1]);
    xml.attribute("xbr", row.edges[2]);
    xml.attribute("ybr", row.edges[3]);
    xml.attribute("outside", std::int64_t{row.lost});
    xml.attribute("occluded", std::int64_t{row.occluded});
    for (const std::string_view name : row.attributes) {
        const auto id = ids.emplace(name, static_cast<std::int64_t>(ids.size()) + 1).first->second;
        xml.open("attribute");
        xml.attribute("id", id);
        xml.text(name);
        xml.close();
    }
    xml.close();
}

Result<WriteReport> write(const WriteRequest& request) {
    const Media& media = *request.annotations.find_media(request.media);
    Options given(vatic_xml_format, request.options);
    const VaticOptions how = vatic_options(vatic_xml_format, given, request.options, media);
    if (given.error()) return *given.error();
    Losses losses;
    VaticDump dump(request, how, losses);
    const auto is_in_video = [&](const Track* track) {
        return track->extent().begin.value < media.frames && !track->keyframes.empty();
    };
    auto tracks = tracks_of(request.annotations, request.media);
    XmlWriter xml;
    xml.open("annotations");
    xml.attribute("count", std::int64_t{std::count_if(tracks.begin(), tracks.end(), is_in_video)});
    std::map<std::string, std::int64_t, std::less<>> ids;  // VATIC states its database's
    std::int64_t id = 0;
    for (const Track* track : tracks) {
        const auto& rows = dump.rows_of(*track);
        if (rows.empty()) continue;
        xml.open("track");
        xml.attribute("id", id++);
        xml.attribute("label", dump.label_of(*track));
        for (const VaticDumpRow& row : rows) write_row(xml, row, ids);
        xml.close();
    }
    xml.close();
    dump.count_rest();
    return write_vatic_text(request, xml.finish(), how, dump.boxes(), losses, &read_text);
}

/// A dump states on its first element how many tracks follow, which no other format of this name does.
bool sniff(const fs::path&, std::string_view head) {
    if (!is_xml_of(head, "annotations")) return false;
    const auto at = head.find("<annotations");
    return head.substr(at, head.find('>', at) - at).find(" count=") != std::string_view::npos;
}

}  // namespace

const Format vatic_xml_format{
    .id = "vatic-xml",
    .name = "VATIC XML",
    .extension = ".xml",
    .reader = "its own public source",
    .convention = "frames from 0; left top right bottom in whole px from 0 of the dumped size",
    .carries = {.boxes = true, .occluded = true, .outside = true, .attributes = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
