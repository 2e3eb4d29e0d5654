#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/formats/cvat_video.h"

namespace inbetween {
namespace {

/// A shape of a track at a frame.
struct Row {
    FrameIndex frame;
    Shape shape;
    bool occluded = false;
    bool outside = false;
    bool is_keyframe = true;
    CvatValues values;
};

struct Counts {
    std::int64_t kept = 0;      ///< interpolated rows that became keyframes
    std::int64_t moved = 0;     ///< keyframes made where a track moves on until it goes
    std::int64_t held = 0;      ///< tracks that stay in view until the end
    std::int64_t doubled = 0;   ///< rows of a frame that has another
    std::int64_t empty = 0;     ///< tracks without a shape to hold
    std::int64_t unstated = 0;  ///< rows of other programs, which state each frame that they know
    std::int64_t ended = 0;     ///< tracks of which another program states each frame
};

/// CVAT writes two decimals; so much may a row differ from what its keyframes give.
constexpr double tolerance_px = 0.02;

class Reader {
public:
    Reader(std::string_view file, std::istream& in, const Media& media, const CvatVideoOptions& how)
        : file_(file), xml_(file, in), builder_(media), how_(how) {}
    Result<ReadResult> read() &&;

private:
    Result<Done> read_track();
    Result<Done> read_row();
    void tidy_rows();
    std::vector<Row> kept_rows();
    void close_span(std::vector<Row>& kept, std::size_t right);
    void end_track(const std::vector<Row>& kept, Track& track);
    Result<Done> say_attributes(const std::vector<Row>& kept, Track& track);
    Result<Done> finish_track(LabelId label, std::int64_t id);

    std::string_view file_;
    XmlReader xml_;
    AnnotationsBuilder builder_;
    const CvatVideoOptions& how_;
    CvatMeta meta_;
    CvatOthers others_;
    Counts counts_;
    std::vector<Row> rows_;      ///< of the track at hand
    std::int64_t unstated_ = 0;  ///< its rows that do not say whether they are keyframes
    std::int64_t images_ = 0;
    std::vector<std::pair<Track, std::int64_t>> tracks_;  ///< with the id that the file states
};

Result<Done> Reader::read_row() {
    Row row;
    const auto frame = xml_.integer("frame", 0, largest_frame);
    if (!frame) return frame.error();
    row.frame = FrameIndex{*frame};
    const auto outside = xml_.flag("outside", false);
    const auto occluded = xml_.flag("occluded", false);
    const auto keyframe = xml_.flag("keyframe", true);
    if (!outside) return outside.error();
    if (!occluded) return occluded.error();
    if (!keyframe) return keyframe.error();
    row.outside = *outside;
    row.occluded = *occluded && !*outside;
    row.is_keyframe = *keyframe;
    unstated_ += xml_.attribute("keyframe") ? 0 : 1;
    auto shape = cvat_shape_of(xml_, how_.takes_polygons, others_);
    if (!shape) return shape.error();
    const bool is_held = shape->has_value();
    if (is_held) row.shape = **shape;
    auto values = read_cvat_values(xml_);
    if (!values) return values.error();
    row.values = std::move(*values);
    if (is_held && builder_.takes_row_at(row.frame)) rows_.push_back(std::move(row));
    return Done{};
}

Result<Done> Reader::read_track() {
    const auto label = cvat_label_of(xml_, builder_, others_);
    if (!label) return label.error();
    std::int64_t id = -1;
    if (xml_.attribute("id")) {
        const auto stated = xml_.integer("id", 0, largest_number);
        if (!stated) return stated.error();
        id = *stated;
    }
    rows_.clear();
    unstated_ = 0;
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == XmlReader::Event::Close) break;
        const bool is_row = is_cvat_shape(xml_.name());
        // The tracks within a skeleton are its joints.
        if (xml_.name() == "track") ++others_.left_out.try_emplace("skeleton", 0).first->second;
        if (auto done = is_row ? read_row() : skip_element(xml_); !done) return done.error();
    }
    return finish_track(*label, id);
}

/// By frame, one a frame, all of one kind.
void Reader::tidy_rows() {
    std::stable_sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.frame < b.frame; });
    std::vector<Row> rows;
    for (Row& row : rows_) {
        const bool is_doubled = !rows.empty() && rows.back().frame == row.frame;
        counts_.doubled += is_doubled ? 1 : 0;
        if (!is_doubled)
            rows.push_back(std::move(row));
        else if (row.is_keyframe || !rows.back().is_keyframe)
            rows.back() = std::move(row);
    }
    const bool has_quads =
        std::any_of(rows.begin(), rows.end(), [](const Row& row) { return kind_of(row.shape) == ShapeKind::Quad; });
    for (Row& row : rows)
        if (const Box* box = std::get_if<Box>(&row.shape); box != nullptr && has_quads) row.shape = quad_of(*box);
    rows_ = std::move(rows);
}

Shape between(const Row& left, const Row& right, FrameIndex frame) {
    return blend(left.shape, right.shape,
                 static_cast<double>(frame - left.frame) / static_cast<double>(right.frame - left.frame));
}

/// Adds to `kept`, whose last row is the span's left keyframe, what the frames before keyframe rows_[right] need.
void Reader::close_span(std::vector<Row>& kept, std::size_t right) {
    const Row left = kept.back();
    const Row& next = rows_[right];
    std::size_t first = right;
    while (first > 0 && rows_[first - 1].frame > left.frame) --first;
    const std::vector<Row> inner(rows_.begin() + static_cast<std::ptrdiff_t>(first),
                                 rows_.begin() + static_cast<std::ptrdiff_t>(right));
    if (left.outside) return;
    const auto all = [&](const auto& shape_at) {
        return how_.generated != "auto" || std::all_of(inner.begin(), inner.end(), [&](const Row& row) {
                   return !row.outside && row.occluded == left.occluded &&
                          distance(row.shape, shape_at(row.frame)) <= tolerance_px;
               });
    };
    const auto moving = [&](FrameIndex frame) { return between(left, next, frame); };
    const auto holding = [&](FrameIndex) { return left.shape; };
    const bool stays =
        next.outside && (distance(left.shape, next.shape) == 0 || (!inner.empty() && how_.generated == "auto"));
    if (stays ? all(holding) : !next.outside && all(moving)) return;
    if (next.outside && all(moving)) {
        // CVAT moves on towards where the track is stated to be gone; here it would stay.
        if (next.frame - left.frame < 2) return;
        Row last = left;
        last.frame = next.frame - 1;
        last.shape = on_grid(between(left, next, last.frame));
        last.values.clear();
        kept.push_back(std::move(last));
        ++counts_.moved;
        return;
    }
    counts_.kept += static_cast<std::int64_t>(inner.size());
    kept.insert(kept.end(), inner.begin(), inner.end());
}

/// The rows that become keyframes.
std::vector<Row> Reader::kept_rows() {
    std::vector<Row> kept;
    const bool has_keyframes = std::any_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.is_keyframe; });
    if (how_.generated == "skip" && !has_keyframes) return kept;
    if (how_.generated == "keep" || !has_keyframes) {
        counts_.kept += std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return !row.is_keyframe; });
        for (Row& row : rows_) row.is_keyframe = true;
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (!rows_[i].is_keyframe) continue;
        if (!kept.empty()) close_span(kept, i);
        kept.push_back(rows_[i]);
    }
    return kept;
}

/// Tells whether another program states each frame that it knows of the track, all as keyframes: CVAT's own exports go
/// on with rows of keyframe=0 while a track is in view.
bool states_each_frame(const std::vector<Row>& rows) {
    constexpr std::size_t least = 3;
    return rows.size() >= least && rows.back().frame - rows.front().frame + 1 == static_cast<std::int64_t>(rows.size());
}

/// What follows the last keyframe: in CVAT the shape stays in view.
void Reader::end_track(const std::vector<Row>& kept, Track& track) {
    const Row& last = kept.back();
    if (last.outside) return;
    FrameIndex end = last.frame;
    if (rows_.back().frame > last.frame) {
        end = rows_.back().frame;
    } else if (how_.last == "hold" || (how_.last == "auto" && unstated_ == 0 && !states_each_frame(kept))) {
        end = FrameIndex{builder_.end().value - 1};
        if (meta_.task.stop_frame >= last.frame.value) end = std::min(end, FrameIndex{meta_.task.stop_frame});
        counts_.held += end > last.frame ? 1 : 0;
    } else if (unstated_ == 0 && how_.last == "auto") {
        counts_.ended += last.frame + 1 < builder_.end() ? 1 : 0;
    }
    if (end > last.frame) track.keyframes.push_back({end, last.shape, last.occluded, false, Source::Imported});
    if (end + 1 < builder_.end()) track.keyframes.push_back({end + 1, last.shape, false, true, Source::Imported});
}

/// Tells whether a value can be held: UTF-8, of one line or several.
bool is_text(std::string value) {
    std::replace_if(
        value.begin(), value.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
    return is_clean_utf8(value);
}

/// A value holds from the keyframe that states it until another states the next.
Result<Done> Reader::say_attributes(const std::vector<Row>& kept, Track& track) {
    AttributeTrail trail;
    std::map<AttributeId, std::pair<std::string, FrameIndex>> held;
    const FrameIndex end = track.extent().end;
    // Of a value that a row states twice the last counts; one that begins where the track ends holds for no frame.
    const auto say = [&](AttributeId id, const std::pair<std::string, FrameIndex>& value, FrameIndex until) {
        if (value.second < until && says_something(*builder_.label_of(track.label).find_attribute(id), value.first))
            trail.say(id, {value.second, until}, value.first);
    };
    for (const Row& row : kept) {
        for (const auto& [name, value] : row.values) {
            const auto id = cvat_attribute_of(xml_, name, track.label, builder_);
            if (!id) return id.error();
            if (!is_text(value)) return xml_.error(name, "is not UTF-8 text");
            const Attribute& attribute = *builder_.label_of(track.label).find_attribute(*id);
            if (!attribute.is_mutable) {
                if (says_something(attribute, value)) track.attributes.try_emplace(*id, value);
                continue;
            }
            const auto before = held.find(*id);
            if (before != held.end() && before->second.first == value) continue;
            if (before != held.end()) say(*id, before->second, row.frame);
            held[*id] = {value, row.frame};
        }
    }
    for (const auto& [id, since] : held) say(id, since, end);
    track.attribute_ranges = trail.ranges();
    return Done{};
}

Result<Done> Reader::finish_track(LabelId label, std::int64_t id) {
    tidy_rows();
    counts_.unstated += unstated_;
    const std::vector<Row> kept = kept_rows();
    if (kept.empty()) {
        ++counts_.empty;
        return Done{};
    }
    Track track = builder_.new_track(label);
    track.kind = kind_of(kept.front().shape);
    for (const Row& row : kept)
        track.keyframes.push_back({row.frame, row.shape, row.occluded, row.outside, Source::Imported});
    end_track(kept, track);
    if (auto said = say_attributes(kept, track); !said) return said;
    tracks_.emplace_back(std::move(track), id);
    return Done{};
}

Result<ReadResult> Reader::read() && {
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == XmlReader::Event::End) break;
        if (*event == XmlReader::Event::Close) continue;
        if (xml_.parent().empty() && xml_.name() != "annotations")
            return xml_.error("XML", "is not the element 'annotations' that a CVAT file begins with");
        if (xml_.around().size() != 1) continue;
        images_ += xml_.name() == "image" ? 1 : 0;
        if (xml_.name() == "tag") ++others_.left_out.try_emplace("tag", 0).first->second;
        const bool is_known = xml_.name() == "meta" || xml_.name() == "track";
        const bool is_taken = is_known && (xml_.name() == "meta" || meta_.takes(xml_));
        auto done = !is_taken               ? skip_element(xml_)
                    : xml_.name() == "meta" ? meta_.read(xml_, builder_, how_.task)
                                            : read_track();
        if (!done) return done.error();
    }
    if (tracks_.empty() && images_ > 0)
        return fail("{}: holds {} images and no tracks; read it as cvat-images", file_, images_);
    // Identities stay what they are where they can: 0 is none in a project, and some files state one twice.
    std::vector<Track> others;
    std::set<std::int64_t> taken;
    for (auto& [track, id] : tracks_) {
        if (id > 0 && taken.insert(id).second) {
            track.id = TrackId{id};
            builder_.add(std::move(track));
        } else {
            others.push_back(std::move(track));
        }
    }
    for (Track& track : others) {
        track.id = builder_.new_track(track.label).id;
        builder_.add(std::move(track));
    }
    builder_.note_count(meta_.other_rows, "tracks are of the project's other tasks and are left out");
    others_.note(builder_);
    builder_.note_count(counts_.kept, "rows with keyframe=0 are not what the keyframes give and became keyframes");
    builder_.note_count(counts_.moved, "keyframes were made where a track moves on until it goes outside, as in CVAT");
    builder_.note_count(counts_.held, "tracks never go outside and stay in view to the end, as in CVAT");
    builder_.note_count(counts_.ended,
                        "tracks state each of their frames and end with the last; option last=hold keeps "
                        "them in view, as CVAT does");
    builder_.note_count(counts_.unstated,
                        "rows do not say whether they are keyframes, and are; their tracks end with them");
    builder_.note_count(counts_.doubled, "rows state a frame that their track has already, and the last counts");
    builder_.note_count(counts_.empty, "tracks have no shape that can be held within the video and are left out");
    return std::move(builder_).finish(file_);
}

}  // namespace

Result<ReadResult> read_cvat_video(std::string_view file, std::istream& in, const Media& media,
                                   const CvatVideoOptions& how) {
    return Reader(file, in, media, how).read();
}

}  // namespace inbetween
