#include "core/video/frame_table.h"

#include "core/base/bytes.h"
#include "core/base/check.h"

namespace inbetween {

namespace {

// Differences wrap: a missing time stamp is the least of all numbers.
std::int64_t difference(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t sum(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

}  // namespace

std::string bytes_of(const FrameTable& table) {
    IB_CHECK(table.hashes.size() == table.pts.size());
    ByteWriter out;
    out.put_unsigned(table.pts.size());
    Pts before = 0;
    Pts step = 0;
    for (const Pts pts : table.pts) {
        // Steps are mostly alike, so that what is left of them takes a byte.
        const Pts now = difference(pts, before);
        out.put_signed(difference(now, step));
        before = pts;
        step = now;
    }
    for (const std::uint64_t hash : table.hashes) out.put_fixed(hash);
    out.put_unsigned(table.sync_points.size());
    SyncPoint last;
    for (const SyncPoint& point : table.sync_points) {
        out.put_signed(difference(point.packet, last.packet));
        out.put_signed(difference(point.frame.value, last.frame.value));
        last = point;
    }
    return std::move(out).bytes();
}

std::optional<FrameTable> frame_table_of(std::string_view bytes) {
    constexpr std::size_t least_bytes_a_frame = 9;
    constexpr std::size_t least_bytes_a_point = 2;
    ByteReader in(bytes);
    FrameTable table;
    table.pts.resize(in.count(least_bytes_a_frame));
    Pts before = 0;
    Pts step = 0;
    for (Pts& pts : table.pts) {
        step = sum(step, in.signed_number());
        before = pts = sum(before, step);
    }
    table.hashes.resize(table.pts.size());
    for (std::uint64_t& hash : table.hashes) hash = in.fixed_number();
    table.sync_points.resize(in.count(least_bytes_a_point));
    SyncPoint last;
    for (SyncPoint& point : table.sync_points) {
        point.packet = sum(last.packet, in.signed_number());
        point.frame.value = sum(last.frame.value, in.signed_number());
        last = point;
    }
    if (!in.finished()) return std::nullopt;
    return table;
}

}  // namespace inbetween
