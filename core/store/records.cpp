#include "core/store/records.h"

#include <algorithm>
#include <cmath>

namespace inbetween {
namespace {

// Set in the number of a track's kind of shape where it is a proposal; its certainty follows.
constexpr std::uint64_t proposal_flag = 2;

// Beyond any video; keeps sums of frame numbers far from overflow.
constexpr std::int64_t most_frames = std::int64_t{1} << 40;
constexpr std::int64_t largest_grid = 2'000'000'000;
// A frame or a confidence, flags, and the numbers of a box.
constexpr std::size_t least_keyframe_bytes = 6;
constexpr std::size_t least_filled_frame_bytes = 9;
constexpr double largest_px = static_cast<double>(largest_grid) / shape_grid_per_px;

std::int32_t grid_of(double px) {
    constexpr auto limit = static_cast<double>(largest_grid);
    if (std::isnan(px)) return 0;
    return static_cast<std::int32_t>(std::llround(std::clamp(px * shape_grid_per_px, -limit, limit)));
}

double px_of(std::int64_t grid) { return static_cast<double>(grid) / shape_grid_per_px; }

/// The numbers of a shape in a fixed order: a box's x, y, w, h, or a quad's corners.
struct Numbers {
    std::array<std::int64_t, 8> values{};
    std::size_t size = 0;
};

Numbers numbers_of(const GridShape& shape) {
    if (!shape.corners) return {{shape.x, shape.y, shape.w, shape.h}, 4};
    Numbers numbers;
    std::copy(shape.corners->begin(), shape.corners->end(), numbers.values.begin());
    numbers.size = 8;
    return numbers;
}

std::optional<GridShape> grid_of(const Numbers& numbers) {
    for (const std::int64_t value : numbers.values)
        if (value > largest_grid || value < -largest_grid) return std::nullopt;
    if (numbers.size == 4)
        return GridShape{numbers.values[0], numbers.values[1], numbers.values[2], numbers.values[3], std::nullopt};
    Quad quad;
    for (std::size_t i = 0; i < 4; ++i)
        quad.corners[i] = {px_of(numbers.values[2 * i]), px_of(numbers.values[2 * i + 1])};
    return inbetween::grid_of(Shape(quad));
}

/// Writes and reads shapes as differences from the one before: neighbours in time are alike.
class ShapeDeltas {
public:
    void put(ByteWriter& out, const GridShape& shape) {
        const Numbers numbers = numbers_of(shape);
        for (std::size_t i = 0; i < numbers.size; ++i) out.put_signed(numbers.values[i] - last_.values[i]);
        last_ = numbers;
    }
    GridShape read(ByteReader& in, bool is_quad) {
        Numbers numbers{{}, is_quad ? std::size_t{8} : std::size_t{4}};
        for (std::size_t i = 0; i < numbers.size; ++i) {
            const auto sum =
                static_cast<std::uint64_t>(last_.values[i]) + static_cast<std::uint64_t>(in.signed_number());
            numbers.values[i] = static_cast<std::int64_t>(sum);
        }
        last_ = numbers;
        const auto shape = grid_of(numbers);
        if (!shape) in.fail();
        return shape.value_or(GridShape{});
    }

private:
    Numbers last_;
};

std::int64_t read_frame(ByteReader& in, std::int64_t last) {
    const std::int64_t step = in.signed_number();
    if (step > most_frames || step < -most_frames || last + step > most_frames || last + step < -most_frames) {
        in.fail();
        return 0;
    }
    return last + step;
}

FrameRange read_range(ByteReader& in) {
    const std::int64_t begin = read_frame(in, 0);
    return {FrameIndex{begin}, FrameIndex{read_frame(in, begin)}};
}

void put_range(ByteWriter& out, const FrameRange& range) {
    out.put_signed(range.begin.value);
    out.put_signed(range.end - range.begin);
}

template <class Id>
Id read_id(ByteReader& in) {
    return Id{in.signed_number()};
}

int read_int(ByteReader& in) {
    const std::int64_t value = in.signed_number();
    if (value < INT32_MIN || value > INT32_MAX) in.fail();
    return in.failed() ? 0 : static_cast<int>(value);
}

template <class Enum>
Enum read_enum(ByteReader& in, std::uint64_t count) {
    const std::uint64_t value = in.unsigned_number();
    if (value >= count) in.fail();
    return static_cast<Enum>(in.failed() ? 0 : value);
}

bool all_on_grid(const std::vector<FilledFrame>& frames) {
    return std::all_of(frames.begin(), frames.end(),
                       [](const FilledFrame& frame) { return shape_of(grid_of(frame.shape)) == frame.shape; });
}

/// A coordinate that can be read back: a solver's slip must not make a file that is refused.
double usable(double px) { return std::isnan(px) ? 0 : std::clamp(px, -largest_px, largest_px); }

void put_exact(ByteWriter& out, const Shape& shape) {
    if (const Box* box = std::get_if<Box>(&shape)) {
        for (const double value : {box->x, box->y, box->w, box->h}) out.put_double(usable(value));
        return;
    }
    for (const Point& corner : std::get<Quad>(shape).corners) {
        out.put_double(usable(corner.x));
        out.put_double(usable(corner.y));
    }
}

double read_coordinate(ByteReader& in) {
    const double value = in.double_number();
    if (!(std::abs(value) <= largest_px)) in.fail();
    return in.failed() ? 0 : value;
}

Shape read_exact(ByteReader& in, bool is_quad) {
    std::array<double, 8> values{};
    for (std::size_t i = 0; i < (is_quad ? 8U : 4U); ++i) values[i] = read_coordinate(in);
    if (!is_quad) return Box{values[0], values[1], values[2], values[3]};
    Quad quad;
    for (std::size_t i = 0; i < 4; ++i) quad.corners[i] = {values[2 * i], values[2 * i + 1]};
    return quad;
}

}  // namespace

GridShape grid_of(const Shape& shape) {
    if (const Box* box = std::get_if<Box>(&shape)) {
        return {grid_of(box->x), grid_of(box->y), std::max(1, grid_of(box->w)), std::max(1, grid_of(box->h)),
                std::nullopt};
    }
    std::array<std::int32_t, 8> corners{};
    for (std::size_t i = 0; i < 4; ++i) {
        corners[2 * i] = grid_of(std::get<Quad>(shape).corners[i].x);
        corners[2 * i + 1] = grid_of(std::get<Quad>(shape).corners[i].y);
    }
    const std::int64_t left = std::min({corners[0], corners[2], corners[4], corners[6]});
    const std::int64_t right = std::max({corners[0], corners[2], corners[4], corners[6]});
    const std::int64_t top = std::min({corners[1], corners[3], corners[5], corners[7]});
    const std::int64_t bottom = std::max({corners[1], corners[3], corners[5], corners[7]});
    return {left, top, right - left, bottom - top, corners};
}

Shape shape_of(const GridShape& grid) {
    if (!grid.corners) return Box{px_of(grid.x), px_of(grid.y), px_of(grid.w), px_of(grid.h)};
    Quad quad;
    for (std::size_t i = 0; i < 4; ++i)
        quad.corners[i] = {px_of((*grid.corners)[2 * i]), px_of((*grid.corners)[2 * i + 1])};
    return quad;
}

std::optional<std::string> corner_bytes(const GridShape& grid) {
    if (!grid.corners) return std::nullopt;
    std::string bytes;
    for (const std::int32_t value : *grid.corners)
        for (unsigned shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<char>(static_cast<std::uint32_t>(value) >> shift & 0xff));
    return bytes;
}

std::optional<std::array<std::int32_t, 8>> corners_of(std::string_view bytes) {
    std::array<std::int32_t, 8> corners{};
    if (bytes.size() != 4 * corners.size()) return std::nullopt;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        std::uint32_t value = 0;
        for (std::size_t k = 0; k < 4; ++k)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[4 * i + k])) << (8 * k);
        corners[i] = static_cast<std::int32_t>(value);
    }
    return corners;
}

std::int64_t flags_of(bool outside, bool occluded) {
    return (outside ? outside_flag : 0) | (occluded ? occluded_flag : 0);
}

std::int64_t number_of(Source source) { return static_cast<std::int64_t>(source); }

std::optional<Source> source_numbered(std::int64_t number) {
    if (number < 0 || number > number_of(Source::Detected)) return std::nullopt;
    return static_cast<Source>(number);
}

void put_keyframes(ByteWriter& out, const std::vector<Keyframe>& keyframes) {
    out.put_unsigned(keyframes.size());
    ShapeDeltas deltas;
    std::int64_t last = 0;
    for (const Keyframe& keyframe : keyframes) {
        const bool is_quad = kind_of(keyframe.shape) == ShapeKind::Quad;
        out.put_signed(keyframe.frame.value - last);
        out.put_signed(flags_of(keyframe.outside, keyframe.occluded) | (is_quad ? 4 : 0) |
                       number_of(keyframe.source) * 8);
        deltas.put(out, grid_of(keyframe.shape));
        last = keyframe.frame.value;
    }
}

std::vector<Keyframe> read_keyframes(ByteReader& in) {
    const std::size_t count = in.count(least_keyframe_bytes);
    std::vector<Keyframe> keyframes;
    keyframes.reserve(count);
    ShapeDeltas deltas;
    std::int64_t last = 0;
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        last = read_frame(in, last);
        const std::int64_t kinds = in.signed_number();
        const auto source = source_numbered(kinds >> 3);
        if (!source) in.fail();
        keyframes.push_back({FrameIndex{last}, shape_of(deltas.read(in, (kinds & 4) != 0)),
                             (kinds & occluded_flag) != 0, (kinds & outside_flag) != 0,
                             source.value_or(Source::Manual)});
    }
    return keyframes;
}

void put_attributes(ByteWriter& out, const std::map<AttributeId, std::string>& attributes) {
    out.put_unsigned(attributes.size());
    for (const auto& [id, value] : attributes) {
        out.put_signed(number(id));
        out.put_text(value);
    }
}

std::map<AttributeId, std::string> read_attributes(ByteReader& in) {
    std::map<AttributeId, std::string> attributes;
    const std::size_t count = in.count();
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        const auto id = read_id<AttributeId>(in);
        attributes[id] = in.text();
    }
    return attributes;
}

void put_attribute_ranges(ByteWriter& out, const std::vector<AttributeRange>& ranges) {
    out.put_unsigned(ranges.size());
    for (const AttributeRange& range : ranges) {
        out.put_signed(number(range.attribute));
        put_range(out, range.range);
        out.put_text(range.value);
    }
}

std::vector<AttributeRange> read_attribute_ranges(ByteReader& in) {
    std::vector<AttributeRange> ranges;
    const std::size_t count = in.count();
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        AttributeRange range;
        range.attribute = read_id<AttributeId>(in);
        range.range = read_range(in);
        range.value = in.text();
        ranges.push_back(std::move(range));
    }
    return ranges;
}

void put_kind_and_proposal(ByteWriter& out, const Track& track) {
    out.put_unsigned(static_cast<std::uint64_t>(track.kind) | (track.proposal ? proposal_flag : 0));
    if (track.proposal) out.put_unsigned(static_cast<std::uint64_t>(*track.proposal));
}

void read_kind_and_proposal(ByteReader& in, Track& track) {
    const auto number = read_enum<std::uint64_t>(in, 4);
    track.kind = (number & 1) == 0 ? ShapeKind::Box : ShapeKind::Quad;
    track.proposal.reset();
    if ((number & proposal_flag) != 0) track.proposal = static_cast<int>(read_enum<std::uint64_t>(in, 1001));
}

void put_track(ByteWriter& out, const Track& track) {
    out.put_signed(number(track.id));
    out.put_signed(number(track.media));
    out.put_signed(number(track.label));
    put_kind_and_proposal(out, track);
    put_keyframes(out, track.keyframes);
    put_attributes(out, track.attributes);
    put_attribute_ranges(out, track.attribute_ranges);
}

Track read_track(ByteReader& in) {
    Track track;
    track.id = read_id<TrackId>(in);
    track.media = read_id<MediaId>(in);
    track.label = read_id<LabelId>(in);
    read_kind_and_proposal(in, track);
    track.keyframes = read_keyframes(in);
    track.attributes = read_attributes(in);
    track.attribute_ranges = read_attribute_ranges(in);
    return track;
}

void put_label(ByteWriter& out, const Label& label) {
    out.put_signed(number(label.id));
    out.put_text(label.name);
    out.put_unsigned(static_cast<std::uint64_t>(label.kind));
    for (const std::uint8_t part : {label.colour.r, label.colour.g, label.colour.b}) out.put_unsigned(part);
    out.put_signed(label.hotkey);
    out.put_unsigned(label.ava_id ? 1 : 0);
    out.put_signed(label.ava_id.value_or(0));
    out.put_unsigned(label.attributes.size());
    for (const Attribute& attribute : label.attributes) {
        out.put_signed(number(attribute.id));
        out.put_text(attribute.name);
        out.put_unsigned(static_cast<std::uint64_t>(attribute.type));
        out.put_unsigned(attribute.is_mutable ? 1 : 0);
        out.put_unsigned(attribute.values.size());
        for (const std::string& value : attribute.values) out.put_text(value);
        out.put_text(attribute.default_value);
    }
}

namespace {
Attribute read_attribute(ByteReader& in) {
    Attribute attribute;
    attribute.id = read_id<AttributeId>(in);
    attribute.name = in.text();
    attribute.type = read_enum<AttributeType>(in, 4);
    attribute.is_mutable = read_enum<int>(in, 2) != 0;
    const std::size_t values = in.count();
    for (std::size_t i = 0; i < values && !in.failed(); ++i) attribute.values.push_back(in.text());
    attribute.default_value = in.text();
    return attribute;
}
}  // namespace

Label read_label(ByteReader& in) {
    Label label;
    label.id = read_id<LabelId>(in);
    label.name = in.text();
    label.kind = read_enum<LabelKind>(in, 2);
    label.colour.r = read_enum<std::uint8_t>(in, 256);
    label.colour.g = read_enum<std::uint8_t>(in, 256);
    label.colour.b = read_enum<std::uint8_t>(in, 256);
    label.hotkey = read_int(in);
    const bool has_ava_id = read_enum<int>(in, 2) != 0;
    const int ava_id = read_int(in);
    if (has_ava_id) label.ava_id = ava_id;
    const std::size_t attributes = in.count();
    for (std::size_t i = 0; i < attributes && !in.failed(); ++i) label.attributes.push_back(read_attribute(in));
    return label;
}

void put_segment(ByteWriter& out, const Segment& segment) {
    out.put_signed(number(segment.id));
    out.put_signed(number(segment.media));
    out.put_signed(number(segment.label));
    out.put_signed(number(segment.track));
    put_range(out, segment.range);
}

Segment read_segment(ByteReader& in) {
    Segment segment;
    segment.id = read_id<SegmentId>(in);
    segment.media = read_id<MediaId>(in);
    segment.label = read_id<LabelId>(in);
    segment.track = read_id<TrackId>(in);
    segment.range = read_range(in);
    return segment;
}

void put_pts(ByteWriter& out, const std::vector<Pts>& pts) {
    out.put_unsigned(pts.size());
    std::uint64_t last = 0;  // differences wrap round rather than overflow
    for (const Pts value : pts) {
        out.put_signed(static_cast<std::int64_t>(static_cast<std::uint64_t>(value) - last));
        last = static_cast<std::uint64_t>(value);
    }
}

std::vector<Pts> read_pts(ByteReader& in) {
    const std::size_t count = in.count();
    std::vector<Pts> pts;
    pts.reserve(count);
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        last += static_cast<std::uint64_t>(in.signed_number());
        pts.push_back(static_cast<Pts>(last));
    }
    return pts;
}

void put_media_facts(ByteWriter& out, const Media& media) {
    out.put_signed(number(media.id));
    out.put_text(media.uuid);
    out.put_text(media.path);
    out.put_signed(media.bytes);
    out.put_text(media.fingerprint);
    out.put_signed(media.frames);
    for (const int value : {media.width, media.height, media.timebase.num, media.timebase.den}) out.put_signed(value);
}

Media read_media_facts(ByteReader& in) {
    Media media;
    media.id = read_id<MediaId>(in);
    media.uuid = in.text();
    media.path = in.text();
    media.bytes = in.signed_number();
    media.fingerprint = in.text();
    media.frames = in.signed_number();
    media.width = read_int(in);
    media.height = read_int(in);
    media.timebase.num = read_int(in);
    media.timebase.den = read_int(in);
    return media;
}

void put_filled_frames(ByteWriter& out, const std::vector<FilledFrame>& frames) {
    const bool on_grid = all_on_grid(frames);
    out.put_unsigned(frames.size());
    out.put_unsigned(on_grid ? 1 : 0);
    ShapeDeltas deltas;
    for (const FilledFrame& frame : frames) {
        const bool is_quad = kind_of(frame.shape) == ShapeKind::Quad;
        out.put_unsigned((frame.occluded ? 1U : 0U) | (is_quad ? 2U : 0U));
        out.put_float(std::isfinite(frame.confidence) ? frame.confidence : 0);
        on_grid ? deltas.put(out, grid_of(frame.shape)) : put_exact(out, frame.shape);
    }
}

std::vector<FilledFrame> read_filled_frames(ByteReader& in) {
    const std::size_t count = in.count(least_filled_frame_bytes);
    const bool on_grid = read_enum<int>(in, 2) != 0;
    std::vector<FilledFrame> frames;
    frames.reserve(in.failed() ? 0 : count);
    ShapeDeltas deltas;
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
        const auto kinds = read_enum<unsigned>(in, 4);
        const bool is_quad = (kinds & 2U) != 0;
        const float confidence = in.float_number();
        if (!std::isfinite(confidence)) in.fail();
        Shape shape = on_grid ? shape_of(deltas.read(in, is_quad)) : read_exact(in, is_quad);
        frames.push_back({std::move(shape), confidence, (kinds & 1U) != 0});
    }
    return frames;
}

std::int64_t checksum_of(const Media& media) {
    ByteWriter out;
    put_media_facts(out, media);
    put_pts(out, media.pts);
    return checksum_of(out.bytes());
}

std::int64_t checksum_of(const Label& label) {
    ByteWriter out;
    put_label(out, label);
    return checksum_of(out.bytes());
}

std::int64_t checksum_of(const Track& track) {
    ByteWriter out;
    put_track(out, track);
    return checksum_of(out.bytes());
}

std::int64_t checksum_of(const Segment& segment) {
    ByteWriter out;
    put_segment(out, segment);
    return checksum_of(out.bytes());
}

}  // namespace inbetween
