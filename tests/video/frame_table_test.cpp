#include "core/video/frame_table.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/video/video_index.h"

namespace inbetween::test {
namespace {

FrameTable some_table() {
    FrameTable table;
    for (std::int64_t i = 0; i < 300; ++i) {
        table.pts.push_back(i * 1001 + (i % 7 == 0 ? 3 : 0));
        table.hashes.push_back(0x9e3779b97f4a7c15ULL * static_cast<std::uint64_t>(i + 1));
    }
    table.sync_points = {{0, FrameIndex{0}}, {52, FrameIndex{50}}, {250, FrameIndex{248}}};
    return table;
}

TEST(FrameTable, ComesBackFromItsBytes) {
    const FrameTable table = some_table();
    EXPECT_EQ(frame_table_of(bytes_of(table)), table);
    EXPECT_EQ(frame_table_of(bytes_of(FrameTable{})), FrameTable{});
}

TEST(FrameTable, KeepsTimeStampsThatAreMissingOrExtreme) {
    FrameTable table;
    constexpr auto most = std::numeric_limits<Pts>::max();
    table.pts = {no_pts, 0, most, no_pts, -1, most, most, 7, 7, 3};
    table.hashes.assign(table.pts.size(), ~std::uint64_t{0});
    EXPECT_EQ(frame_table_of(bytes_of(table)), table);
}

TEST(FrameTable, TakesAboutTenBytesAFrame) {
    FrameTable table = some_table();
    for (std::size_t i = 0; i < table.pts.size(); ++i) table.pts[i] = 512 * static_cast<Pts>(i);
    EXPECT_LT(bytes_of(table).size(), table.pts.size() * 10);
}

TEST(FrameTable, IsNotReadFromBytesThatEndTooSoonOrGoOn) {
    const std::string bytes = bytes_of(some_table());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(frame_table_of(std::string_view(bytes).substr(0, size)), std::nullopt) << size;
    }
    EXPECT_EQ(frame_table_of(bytes + "x"), std::nullopt);
    EXPECT_EQ(frame_table_of("\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), std::nullopt) << "more frames than bytes";
}

}  // namespace
}  // namespace inbetween::test
