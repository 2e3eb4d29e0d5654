#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/xml.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: the schema EAFv3.0.xsd of the Max Planck Institute for Psycholinguistics, and ELAN's manual.

constexpr std::array options{
    action_time_offset_option,
    FormatOption{"label", "value|tier|tier-value", "value",
                 "reading: what becomes the label: an annotation's own text (its tier's name where it is empty), its "
                 "tier's name, or both as 'tier: text'"},
    FormatOption{"tiers", "all|NAME", "all", "reading: annotations of all tiers or of this one"},
    FormatOption{"author", "NAME", "", "writing: who is named as the document's author"}};

struct ElanOptions {
    double time_offset = 0;
    bool is_offset_stated = false;  ///< then no time origin is applied
    std::string label;
    std::string tier;  ///< empty: all
    std::string author;
};

Result<ElanOptions> options_of(const FormatOptions& stated) {
    Options given(elan_format, stated);
    ElanOptions how;
    how.time_offset = action_time_offset(given);
    how.is_offset_stated = stated.contains("time-offset");
    how.label = given.text("label");
    how.tier = given.is("tiers", "all") ? "" : given.text("tiers");
    how.author = given.text("author");
    if (!is_clean_utf8(how.tier)) given.reject("tiers", "is no name");
    if (!is_clean_utf8(how.author)) given.reject("author", "is no name");
    if (given.error()) return *given.error();
    return how;
}

/// The largest time in a file.   units: ms.
constexpr std::int64_t largest_ms = 10'000'000'000;

struct TimeSlot {
    std::string id;
    std::optional<double> ms;
};

/// A media file that the document is about.
struct ElanMedia {
    std::string address;        ///< empty: none is stated
    std::string local_address;  ///< relative to the document
    double origin = 0;          ///< the media file's time at the document's time 0   units: s
};

struct ElanAnnotation {
    std::string tier;
    std::string value;
    std::string begin;   ///< a time slot
    std::string end;     ///< a time slot
    std::string parent;  ///< another annotation, whose time it has; then there are no slots
    std::int64_t line = 0;
};

/// Gathers what the file says, element by element.
class ElanParser {
public:
    ElanParser(std::string_view file, std::string_view text) : file_(file), xml_(file, text) {}

    Result<Done> parse();
    /// The annotation's times in milliseconds.   errors: it names a time slot or annotation that is not there.
    Result<std::pair<double, double>> times_of(const ElanAnnotation& annotation) const;
    const std::vector<ElanAnnotation>& annotations() const { return annotations_; }
    const std::vector<ElanMedia>& media() const { return media_; }
    std::int64_t unaligned() const { return unaligned_; }

private:
    Result<Done> opened();
    Result<std::string> stated(std::string_view attribute) const;
    Result<Done> open_media();
    Result<Done> open_slot();
    Result<Done> open_annotation(bool is_reference);
    void closed();
    /// Slots without a time lie evenly between the times around them, as ELAN draws them.
    void spread_unaligned();

    std::string_view file_;
    XmlReader xml_;
    std::vector<ElanMedia> media_;
    std::vector<TimeSlot> slots_;
    std::map<std::string, std::size_t, std::less<>> slot_ids_;
    std::string tier_;
    std::vector<ElanAnnotation> annotations_;
    std::map<std::string, std::size_t, std::less<>> annotation_ids_;
    std::int64_t unaligned_ = 0;
    bool has_root_ = false;
};

Result<Done> ElanParser::parse() {
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == XmlReader::Event::End) break;
        if (*event == XmlReader::Event::Close) {
            closed();
            continue;
        }
        if (!has_root_ && xml_.name() != "ANNOTATION_DOCUMENT")
            return xml_.error("ANNOTATION_DOCUMENT", "does not stand at the root: this is no ELAN document");
        has_root_ = true;
        if (auto taken = opened(); !taken) return taken;
    }
    spread_unaligned();
    return Done{};
}

Result<std::string> ElanParser::stated(std::string_view attribute) const {
    const auto value = xml_.attribute(attribute);
    if (!value || value->empty()) return xml_.error(attribute, "is missing");
    return std::string(*value);
}

Result<Done> ElanParser::opened() {
    const std::string_view name = xml_.name();
    if (name == "HEADER") {
        const auto units = xml_.attribute("TIME_UNITS");
        if (units && *units != "milliseconds")
            return xml_.error("TIME_UNITS", fmt::format("{} are not read, only milliseconds", in_quotes(*units)));
    }
    if (name == "MEDIA_DESCRIPTOR") return open_media();
    if (name == "TIME_SLOT") return open_slot();
    if (name == "TIER") {
        auto id = stated("TIER_ID");
        if (!id) return id.error();
        if (!is_clean_utf8(*id)) return xml_.error("TIER_ID", "is no name");
        tier_ = std::move(*id);
    }
    if (name == "ALIGNABLE_ANNOTATION" || name == "REF_ANNOTATION") return open_annotation(name == "REF_ANNOTATION");
    return Done{};
}

Result<Done> ElanParser::open_media() {
    ElanMedia media;
    if (const auto address = xml_.attribute("MEDIA_URL")) media.address = *address;
    if (const auto address = xml_.attribute("RELATIVE_MEDIA_URL")) media.local_address = *address;
    if (xml_.attribute("TIME_ORIGIN")) {
        const auto ms = xml_.integer("TIME_ORIGIN", -largest_ms, largest_ms);
        if (!ms) return ms.error();
        media.origin = static_cast<double>(*ms) / 1000;
    }
    media_.push_back(std::move(media));
    return Done{};
}

Result<Done> ElanParser::open_slot() {
    auto id = stated("TIME_SLOT_ID");
    if (!id) return id.error();
    TimeSlot slot{std::move(*id), std::nullopt};
    if (xml_.attribute("TIME_VALUE")) {
        const auto ms = xml_.integer("TIME_VALUE", 0, largest_ms);
        if (!ms) return ms.error();
        slot.ms = static_cast<double>(*ms);
    }
    if (!slot_ids_.emplace(slot.id, slots_.size()).second)
        return xml_.error("TIME_SLOT_ID", fmt::format("{} stands twice", in_quotes(slot.id)));
    slots_.push_back(std::move(slot));
    return Done{};
}

Result<Done> ElanParser::open_annotation(bool is_reference) {
    ElanAnnotation annotation{.tier = tier_, .line = xml_.place().line};
    auto id = stated("ANNOTATION_ID");
    if (!id) return id.error();
    if (is_reference) {
        auto parent = stated("ANNOTATION_REF");
        if (!parent) return parent.error();
        annotation.parent = std::move(*parent);
    } else {
        auto begin = stated("TIME_SLOT_REF1");
        if (!begin) return begin.error();
        auto end = stated("TIME_SLOT_REF2");
        if (!end) return end.error();
        annotation.begin = std::move(*begin);
        annotation.end = std::move(*end);
    }
    if (!annotation_ids_.emplace(*id, annotations_.size()).second)
        return xml_.error("ANNOTATION_ID", fmt::format("{} stands twice", in_quotes(*id)));
    annotations_.push_back(std::move(annotation));
    return Done{};
}

void ElanParser::closed() {
    if (xml_.name() != "ANNOTATION_VALUE" || annotations_.empty()) return;
    std::string value(trim(xml_.text()));
    // A text of several lines becomes a name of one.
    for (char& c : value)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    annotations_.back().value = std::move(value);
}

void ElanParser::spread_unaligned() {
    double before = 0;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].ms) {
            before = *slots_[i].ms;
            continue;
        }
        std::size_t next = i;
        while (next < slots_.size() && !slots_[next].ms) ++next;
        const double after = next < slots_.size() ? std::max(before, *slots_[next].ms) : before;
        const auto gaps = static_cast<double>(next - i + 1);
        for (std::size_t k = i; k < next; ++k)
            slots_[k].ms = before + (after - before) * static_cast<double>(k - i + 1) / gaps;
        unaligned_ += static_cast<std::int64_t>(next - i);
        i = next - 1;
    }
}

Result<std::pair<double, double>> ElanParser::times_of(const ElanAnnotation& annotation) const {
    const ElanAnnotation* at = &annotation;
    for (std::size_t steps = 0; !at->parent.empty(); ++steps) {
        const auto parent = annotation_ids_.find(at->parent);
        if (parent == annotation_ids_.end())
            return row_error({file_, at->line}, "ANNOTATION_REF",
                             fmt::format("no annotation is called {}", in_quotes(at->parent)));
        if (steps > annotations_.size())
            return row_error({file_, at->line}, "ANNOTATION_REF", "annotations refer to one another in a circle");
        at = &annotations_[parent->second];
    }
    const auto begin = slot_ids_.find(at->begin);
    const auto end = slot_ids_.find(at->end);
    if (begin == slot_ids_.end())
        return row_error({file_, at->line}, "TIME_SLOT_REF1",
                         fmt::format("no time slot is called {}", in_quotes(at->begin)));
    if (end == slot_ids_.end())
        return row_error({file_, at->line}, "TIME_SLOT_REF2",
                         fmt::format("no time slot is called {}", in_quotes(at->end)));
    const std::pair times(*slots_[begin->second].ms, *slots_[end->second].ms);
    if (times.second < times.first)
        return row_error({file_, at->line}, "TIME_SLOT_REF2",
                         fmt::format("{} ms is before TIME_SLOT_REF1 {} ms", times.second, times.first));
    return times;
}

std::string label_of(const ElanAnnotation& annotation, const ElanOptions& how) {
    if (how.label == "tier" || annotation.value.empty()) return annotation.tier.empty() ? "unnamed" : annotation.tier;
    if (how.label == "tier-value") return annotation.tier + ": " + annotation.value;
    return annotation.value;
}

/// The time origin of the video among the document's media, and what there is to say of it.
struct Origin {
    double seconds = 0;
    std::string note;
};

Origin origin_of(const std::vector<ElanMedia>& all, const Media& video, const ElanOptions& how) {
    const bool has_any = std::any_of(all.begin(), all.end(), [](const ElanMedia& media) { return media.origin != 0; });
    if (!has_any || how.is_offset_stated) return {};
    auto own = std::find_if(all.begin(), all.end(), [&](const ElanMedia& media) {
        const auto is_name = [&](const std::string& address) {
            return file_name_of(address) == video.name() || file_name_of_address(address) == video.name();
        };
        return is_name(media.address) || is_name(media.local_address);
    });
    const bool is_same =
        std::all_of(all.begin(), all.end(), [&](const ElanMedia& media) { return media.origin == all.front().origin; });
    if (own == all.end() && !is_same)
        return {0, fmt::format("TIME_ORIGIN: none of the {} media has the video's name, and their time origins differ; "
                               "none is applied, option time-offset states the document's time at the first frame",
                               all.size())};
    if (own == all.end()) own = all.begin();
    if (own->origin == 0) return {};
    return {own->origin, fmt::format("the media's time origin of {} s is applied", format_number(own->origin, 3))};
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media, const ElanOptions& how) {
    ElanParser parser(file, text);
    if (auto parsed = parser.parse(); !parsed) return parsed.error();
    const Origin origin = origin_of(parser.media(), media, how);
    ActionReader reader(media, how.time_offset - origin.seconds);
    reader.builder().note(origin.note);
    std::int64_t references = 0;
    for (const ElanAnnotation& annotation : parser.annotations()) {
        const auto times = parser.times_of(annotation);
        if (!times) return times.error();
        if (!how.tier.empty() && annotation.tier != how.tier) continue;
        references += annotation.parent.empty() ? 0 : 1;
        constexpr double ms_per_second = 1000;
        reader.add({label_of(annotation, how), times->first / ms_per_second, times->second / ms_per_second});
    }
    reader.builder().note_count(parser.unaligned(), "time slots without a time lie evenly between those around them");
    reader.builder().note_count(references, "annotations refer to another one and have its time");
    return std::move(reader).finish(file, "TIME_VALUE");
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
}

std::int64_t ms_of(double seconds) { return std::llround(seconds * 1000); }

/// The actions of each tier. Annotations of a tier must not overlap, so a label has as many tiers as it needs.
std::vector<std::pair<std::string, std::vector<TimedAction>>> tiers_of(const std::vector<TimedAction>& actions) {
    std::vector<std::pair<std::string, std::vector<TimedAction>>> tiers;
    std::set<std::string> names;
    std::map<std::string, std::vector<std::size_t>> of_label;
    for (const TimedAction& action : actions) {
        auto& own = of_label[action.label];
        const auto free = std::find_if(own.begin(), own.end(),
                                       [&](std::size_t tier) { return tiers[tier].second.back().end <= action.begin; });
        if (free != own.end()) {
            tiers[*free].second.push_back(action);
            continue;
        }
        std::string name = action.label;
        for (std::size_t n = own.size() + 1; !names.insert(name).second; ++n)
            name = fmt::format("{} ({})", action.label, n);
        own.push_back(tiers.size());
        tiers.emplace_back(name, std::vector<TimedAction>{action});
    }
    return tiers;
}

void write_header(XmlWriter& xml, const Media& media, const ElanOptions& how) {
    xml.open("ANNOTATION_DOCUMENT");
    xml.attribute("AUTHOR", how.author);
    // The same annotations give the same file, so no clock is asked.
    xml.attribute("DATE", "1970-01-01T00:00:00+00:00");
    xml.attribute("FORMAT", "3.0");
    xml.attribute("VERSION", "3.0");
    xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    xml.attribute("xsi:noNamespaceSchemaLocation", "http://www.mpi.nl/tools/elan/EAFv3.0.xsd");
    xml.open("HEADER");
    xml.attribute("MEDIA_FILE", "");
    xml.attribute("TIME_UNITS", "milliseconds");
    xml.open("MEDIA_DESCRIPTOR");
    const std::string extension = to_lower(fs::path(media.name()).extension().string());
    xml.attribute("MEDIA_URL", "./" + media.name());
    xml.attribute("MIME_TYPE", extension == ".mp4"    ? "video/mp4"
                               : extension == ".mov"  ? "video/quicktime"
                               : extension == ".mpg"  ? "video/mpeg"
                               : extension == ".mpeg" ? "video/mpeg"
                                                      : "video/*");
    xml.attribute("RELATIVE_MEDIA_URL", "./" + media.name());
    xml.close();
    xml.close();
}

void write_tier(XmlWriter& xml, const std::string& name, const std::vector<TimedAction>& actions,
                const std::map<std::int64_t, std::size_t>& slots, std::size_t& annotations) {
    const auto slot = [&](double seconds) { return fmt::format("ts{}", slots.at(ms_of(seconds))); };
    xml.open("TIER");
    xml.attribute("LINGUISTIC_TYPE_REF", "default-lt");
    xml.attribute("TIER_ID", name);
    for (const TimedAction& action : actions) {
        xml.open("ANNOTATION");
        xml.open("ALIGNABLE_ANNOTATION");
        xml.attribute("ANNOTATION_ID", fmt::format("a{}", ++annotations));
        xml.attribute("TIME_SLOT_REF1", slot(action.begin));
        xml.attribute("TIME_SLOT_REF2", slot(action.end));
        xml.leaf("ANNOTATION_VALUE", action.label);
        xml.close();
        xml.close();
    }
    xml.close();
}

std::string text_of(const std::vector<TimedAction>& actions, const Media& media, const ElanOptions& how) {
    std::map<std::int64_t, std::size_t> slots;
    for (const TimedAction& action : actions) {
        slots[ms_of(action.begin)] = 0;
        slots[ms_of(action.end)] = 0;
    }
    std::size_t number = 0;
    for (auto& [ms, slot] : slots) slot = ++number;
    XmlWriter xml;
    write_header(xml, media, how);
    xml.open("TIME_ORDER");
    for (const auto& [ms, slot] : slots) {
        xml.open("TIME_SLOT");
        xml.attribute("TIME_SLOT_ID", fmt::format("ts{}", slot));
        xml.attribute("TIME_VALUE", ms);
        xml.close();
    }
    xml.close();
    std::size_t annotations = 0;
    for (const auto& [name, of_tier] : tiers_of(actions)) write_tier(xml, name, of_tier, slots, annotations);
    xml.open("LINGUISTIC_TYPE");
    xml.attribute("GRAPHIC_REFERENCES", "false");
    xml.attribute("LINGUISTIC_TYPE_ID", "default-lt");
    xml.attribute("TIME_ALIGNABLE", "true");
    xml.close();
    xml.close();
    return xml.finish();
}

Result<WriteReport> write(const WriteRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    how->label = "value";
    how->tier.clear();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    const auto exact = timed_actions_of(request, how->time_offset, losses);
    auto in_file = rounded(exact, 3);
    for (TimedAction& action : in_file) action.end = std::max(action.end, action.begin + 0.001);
    if (!in_file.empty() && in_file.front().begin < 0)
        return fail("{}: TIME_VALUE: ELAN knows no time before 0, and option time-offset puts an action at {} s",
                    request.out.string(), format_number(in_file.front().begin, 3));
    losses.add("actions moved to milliseconds", moved_count(exact, in_file, media, how->time_offset));
    const std::string text = text_of(in_file, media, *how);
    const auto back = read_text(request.out.string(), text, media, *how);
    if (auto same = check_actions_read_back(request, in_file, how->time_offset, back); !same) return same.error();
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) { return is_xml_of(head, "ANNOTATION_DOCUMENT"); }

}  // namespace

const Format elan_format{
    .id = "elan",
    .name = "ELAN",
    .extension = ".eaf",
    .reader = "EAFv3.0.xsd, pympi",
    .convention = "begin and end in milliseconds",
    .carries = {.video_segments = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
