#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/model/annotations.h"

// How the model's values look as whole numbers and as bytes. The bytes serve three ends: the journal, the fills, and
// the checksums by which damage to the rows of the other tables is found.
namespace inbetween {

/// A shape on the storage grid.   units: 1/1024 px.
struct GridShape {
    std::int64_t x = 0;  ///< of the bounding box, as the next three
    std::int64_t y = 0;
    std::int64_t w = 0;
    std::int64_t h = 0;
    std::optional<std::array<std::int32_t, 8>> corners;  ///< x, y of each corner of a quad
    friend bool operator==(const GridShape&, const GridShape&) = default;
};

GridShape grid_of(const Shape& shape);
Shape shape_of(const GridShape& grid);

/// A quad's corners as 8 little-endian 32-bit numbers, and back; nullopt for bytes of another length.
std::optional<std::string> corner_bytes(const GridShape& grid);
std::optional<std::array<std::int32_t, 8>> corners_of(std::string_view bytes);

/// How flags and sources are kept in columns.
inline constexpr std::int64_t outside_flag = 1;
inline constexpr std::int64_t occluded_flag = 2;
std::int64_t flags_of(bool outside, bool occluded);
std::int64_t number_of(Source source);
std::optional<Source> source_numbered(std::int64_t number);

// Each put_ writes a value, the function beside it reads it back; a value that makes no sense fails the reader.
void put_keyframes(ByteWriter& out, const std::vector<Keyframe>& keyframes);
std::vector<Keyframe> read_keyframes(ByteReader& in);
void put_attributes(ByteWriter& out, const std::map<AttributeId, std::string>& attributes);
std::map<AttributeId, std::string> read_attributes(ByteReader& in);
void put_attribute_ranges(ByteWriter& out, const std::vector<AttributeRange>& ranges);
std::vector<AttributeRange> read_attribute_ranges(ByteReader& in);
void put_kind_and_proposal(ByteWriter& out, const Track& track);
void read_kind_and_proposal(ByteReader& in, Track& track);
void put_track(ByteWriter& out, const Track& track);
Track read_track(ByteReader& in);
void put_label(ByteWriter& out, const Label& label);
Label read_label(ByteReader& in);
void put_segment(ByteWriter& out, const Segment& segment);
Segment read_segment(ByteReader& in);
void put_pts(ByteWriter& out, const std::vector<Pts>& pts);
std::vector<Pts> read_pts(ByteReader& in);
/// All of a media but its pts.
void put_media_facts(ByteWriter& out, const Media& media);
Media read_media_facts(ByteReader& in);
/// The frames of a fill. Exact, also where shapes are not on the grid.
void put_filled_frames(ByteWriter& out, const std::vector<FilledFrame>& frames);
std::vector<FilledFrame> read_filled_frames(ByteReader& in);

// What the checksum columns hold.
std::int64_t checksum_of(const Media& media);
std::int64_t checksum_of(const Label& label);
std::int64_t checksum_of(const Track& track);
std::int64_t checksum_of(const Segment& segment);

}  // namespace inbetween
