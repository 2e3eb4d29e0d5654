#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/formats/text/json.h"
#include "core/formats/text/quads.h"
#include "core/formats/text/rows.h"
#include "core/formats/via3.h"

namespace inbetween {
namespace {

/// Attributes by the ids that a file gives them.
class Attributes {
public:
    /// Tells whether rows say something of their own by that name.
    static bool is_own(std::string_view name) {
        return name == via3_segment_attribute || name == via3_label_attribute || name == via3_track_attribute ||
               name == via3_occluded_attribute;
    }
    Attributes() {
        for (const std::string_view name :
             {via3_segment_attribute, via3_label_attribute, via3_track_attribute, via3_occluded_attribute})
            id_of(name);
    }
    std::string id_of(std::string_view name) {
        const auto found = std::find(names_.begin(), names_.end(), name);
        if (found != names_.end()) return fmt::to_string(found - names_.begin() + 1);
        names_.emplace_back(name);
        return fmt::to_string(names_.size());
    }
    /// As VIA's head holds them: free texts, of a span of time or of a shape at a moment.
    JsonOut head() const {
        JsonOut head = JsonOut::object();
        for (std::size_t i = 0; i < names_.size(); ++i)
            head[fmt::to_string(i + 1)] = {{"aname", names_[i]},
                                           {"anchor_id", i == 0 ? "FILE1_Z2_XY0" : "FILE1_Z1_XY1"},
                                           {"type", 1},
                                           {"desc", ""},
                                           {"options", JsonOut::object()},
                                           {"default_option_id", ""}};
        return head;
    }

private:
    std::vector<std::string> names_;
};

std::string compact(const JsonOut& json) { return json.dump(-1, ' ', false, JsonOut::error_handler_t::replace); }

std::string quoted(const std::string& text) {
    std::string field = "\"";
    for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
    return field + "\"";
}

/// Makes the rows of a file.
class Writer {
public:
    Writer(const WriteRequest& request, const Via3Options& how, Losses& losses)
        : annotations_(request.annotations),
          media_(*request.annotations.find_media(request.media)),
          how_(how),
          losses_(losses) {
        const std::string name = how.video.empty() ? media_.name() : how.video;
        files_ = quoted(compact(JsonOut::array({name})));
    }
    void add_action(const TimedAction& action) {
        add(fmt::format("[{},{}]", format_number(action.begin, 6), format_number(action.end, 6)), "[]",
            {{attributes_.id_of(via3_segment_attribute), action.label}});
    }
    void add_track(const Track& track);
    std::string text() const;
    std::int64_t boxes() const { return boxes_; }

private:
    void add(const std::string& times, const std::string& shape, const JsonOut& values) {
        rows_ +=
            fmt::format("\"1_{:08}\",{},0,\"{}\",\"{}\",{}\n", ++row_, files_, times, shape, quoted(compact(values)));
    }

    const Annotations& annotations_;
    const Media& media_;
    const Via3Options& how_;
    Losses& losses_;
    std::string files_;
    Attributes attributes_;
    std::string rows_;
    std::int64_t row_ = 0;
    std::int64_t boxes_ = 0;
};

std::string shape_text(const Shape& stated) {
    const Shape shape = on_grid(stated);
    if (const Box* box = std::get_if<Box>(&shape))
        return fmt::format("[2,{},{},{},{}]", grid_number(box->x), grid_number(box->y), grid_number(box->w),
                           grid_number(box->h));
    return "[7," + quad_text(std::get<Quad>(shape), ',') + "]";
}

void Writer::add_track(const Track& track) {
    const AvaTime time(media_);
    const Label* label = annotations_.find_label(track.label);
    for (const auto& [frame, state] : states_in(track, annotations_.fills_of(track.id), track.extent())) {
        if (state.outside) continue;
        if (frame.value >= media_.frames) {
            losses_.add("boxes past the video's last frame left out");
            continue;
        }
        JsonOut values{
            {attributes_.id_of(via3_label_attribute), written_name(annotations_.label_name(track.label), losses_)},
            {attributes_.id_of(via3_track_attribute), fmt::to_string(number(track.id))}};
        if (state.occluded) values[attributes_.id_of(via3_occluded_attribute)] = "true";
        if (label != nullptr) {
            for (const Attribute& attribute : label->attributes) {
                const auto value = value_at(track, &attribute, frame);
                if (value.empty()) continue;
                // These say what a row is of.
                if (Attributes::is_own(attribute.name))
                    losses_.add("attribute values left out");
                else
                    values[attributes_.id_of(attribute.name)] = value;
            }
        }
        add(fmt::format("[{}]", format_number(time.seconds_of(frame) + how_.time_offset, 6)), shape_text(state.shape),
            values);
        ++boxes_;
    }
}

/// source: VIA 3, project_export_csv.
std::string Writer::text() const {
    return "# Exported using VGG Image Annotator (http://www.robots.ox.ac.uk/~vgg/software/via)\n"
           "# SHAPE_ID = "
           "{\"POINT\":1,\"RECTANGLE\":2,\"CIRCLE\":3,\"ELLIPSE\":4,\"LINE\":5,\"POLYLINE\":6,\"POLYGON\":7,"
           "\"EXTREME_RECTANGLE\":8,\"EXTREME_CIRCLE\":9}\n"
           "# FLAG_ID = {\"RESERVED_FOR_FUTURE\":1}\n"
           "# ATTRIBUTE = " +
           compact(attributes_.head()) +
           "\n# CSV_HEADER = metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,metadata\n" + rows_;
}

}  // namespace

Result<WriteReport> write_via3(const WriteRequest& request) {
    const auto how = via3_options(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    Losses of_actions;
    const auto exact = timed_actions_of(request, how->time_offset, of_actions);
    const auto in_file = rounded(exact, 6);
    // Tracks have rows of their own.
    for (const Loss& loss : of_actions.list())
        if (loss.what != "tracks left out") losses.add(loss.what, loss.count);
    losses.add("actions moved to microseconds", moved_count(exact, in_file, media, how->time_offset));
    Writer writer(request, *how, losses);
    for (const TimedAction& action : in_file) writer.add_action(action);
    for (const Track* track : tracks_of(request.annotations, request.media)) writer.add_track(*track);
    const std::string text = writer.text();
    const std::string file = request.out.string();
    Via3Options back = *how;
    back.label.clear();
    back.identity = via3_track_attribute;
    const auto again = read_via3_text(file, text, media, back);
    if (auto same = check_actions_read_back(request, in_file, how->time_offset, again); !same) return same.error();
    if (auto same = check_reads_back(request.out, again, writer.boxes()); !same) return same.error();
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

}  // namespace inbetween
