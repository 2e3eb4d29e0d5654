#include "core/store/signature_rows.h"

#include <algorithm>
#include <string_view>

#include "core/base/bytes.h"

namespace inbetween {
namespace {

// As many frames a row as frame_time has.
constexpr std::int64_t frames_per_row = 64;
constexpr std::size_t hash_size = 8;
constexpr std::size_t luma_size = FrameSignature::columns * FrameSignature::rows;

std::string hash_bytes(const VideoSignature& signature, std::size_t begin, std::size_t end) {
    std::string bytes;
    for (std::size_t i = begin; i < end; ++i)
        for (unsigned shift = 0; shift < 64; shift += 8)
            bytes.push_back(static_cast<char>(signature.hashes[i] >> shift & 0xff));
    return bytes;
}

std::string luma_bytes(const VideoSignature& signature, std::size_t begin, std::size_t end) {
    std::string bytes;
    for (std::size_t i = begin; i < end; ++i)
        for (const std::uint8_t level : signature.frames[i].luma) bytes.push_back(static_cast<char>(level));
    return bytes;
}

std::int64_t row_checksum(std::int64_t media, std::int64_t segment, std::string_view hashes, std::string_view luma) {
    ByteWriter out;
    out.put_signed(media);
    out.put_signed(segment);
    out.put_text(hashes);
    out.put_text(luma);
    return checksum_of(out.bytes());
}

/// Adds a row's frames; false when the row is not what was written.
bool append(const Statement& row, std::int64_t media, VideoSignature& signature) {
    const std::string hashes = row.blob(1);
    const std::string luma = row.blob(2);
    const std::size_t frames = hashes.size() / hash_size;
    if (frames == 0 || hashes.size() != frames * hash_size || luma.size() != frames * luma_size) return false;
    if (row_checksum(media, row.integer(0), hashes, luma) != row.integer(3)) return false;
    for (std::size_t i = 0; i < frames; ++i) {
        std::uint64_t hash = 0;
        for (std::size_t k = 0; k < hash_size; ++k)
            hash |= static_cast<std::uint64_t>(static_cast<unsigned char>(hashes[hash_size * i + k])) << (8 * k);
        signature.hashes.push_back(hash);
        FrameSignature frame;
        std::transform(luma.begin() + static_cast<std::ptrdiff_t>(i * luma_size),
                       luma.begin() + static_cast<std::ptrdiff_t>((i + 1) * luma_size), frame.luma.begin(),
                       [](char level) { return static_cast<std::uint8_t>(level); });
        signature.frames.push_back(frame);
    }
    return true;
}

/// A project of version 1 keeps none.
bool has_table(Database& database) { return database.number("PRAGMA user_version") >= 2; }

}  // namespace

void put_signature(Database& database, MediaId media, const VideoSignature& signature) {
    database.run("DELETE FROM frame_signature WHERE media_id = ?1", number(media));
    for (std::int64_t begin = 0; begin < signature.size(); begin += frames_per_row) {
        const auto first = static_cast<std::size_t>(begin);
        const auto end = static_cast<std::size_t>(std::min(begin + frames_per_row, signature.size()));
        const std::string hashes = hash_bytes(signature, first, end);
        const std::string luma = luma_bytes(signature, first, end);
        const std::int64_t segment = begin / frames_per_row;
        database.run(
            "INSERT INTO frame_signature (media_id, segment, hash, luma, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
            number(media), segment, Blob{hashes}, Blob{luma}, row_checksum(number(media), segment, hashes, luma));
    }
}

void forget_signature(Database& database, MediaId media, const std::string& fingerprint) {
    database.run(
        "DELETE FROM frame_signature WHERE media_id = ?1"
        " AND NOT EXISTS (SELECT 1 FROM media WHERE id = ?1 AND fingerprint = ?2)",
        number(media), fingerprint);
}

std::optional<VideoSignature> load_signature(Database& database, MediaId media) {
    if (!has_table(database)) return std::nullopt;
    const std::int64_t frames = database.number("SELECT frames FROM media WHERE id = ?1", number(media));
    VideoSignature signature;
    Statement rows(database,
                   "SELECT segment, hash, luma, checksum FROM frame_signature WHERE media_id = ?1 ORDER BY segment");
    rows.with(number(media));
    for (std::int64_t segment = 0; rows.next(); ++segment)
        if (rows.integer(0) != segment || !append(rows, number(media), signature)) return std::nullopt;
    if (database.failure() || signature.size() == 0 || signature.size() != frames) return std::nullopt;
    return signature;
}

std::set<MediaId> signed_media(Database& database) {
    std::set<MediaId> media;
    if (!has_table(database)) return media;
    Statement rows(database,
                   "SELECT id FROM media WHERE EXISTS (SELECT 1 FROM frame_signature WHERE media_id = media.id)");
    while (rows.next()) media.insert(MediaId{rows.integer(0)});
    return media;
}

std::vector<std::string> complaints_of_signatures(Database& database) {
    std::vector<std::string> complaints;
    if (!has_table(database)) return complaints;
    Statement rows(database, "SELECT segment, hash, luma, checksum, media_id FROM frame_signature");
    while (rows.next()) {
        VideoSignature signature;
        if (!append(rows, rows.integer(4), signature))
            complaints.push_back(fmt::format("the signatures of video {} are damaged from frame {}", rows.integer(4),
                                             rows.integer(0) * frames_per_row));
    }
    return complaints;
}

}  // namespace inbetween
