#include "core/video/video_index.h"

#include <gtest/gtest.h>

namespace inbetween::test {
namespace {

PacketEntry packet(Pts pts, Pts dts, int size, bool sync = false, bool counted = true) {
    return {.pts = pts, .dts = dts, .pos = dts * 100, .size = size, .sync = sync, .counted = counted};
}

// Two open groups: I0 P3 B1 B2 | I6 B4 B5 P9 B7 B8, in decode order.
VideoIndex open_groups() {
    return VideoIndex::from_packets({packet(0, -2, 90, true), packet(3, -1, 30), packet(1, 0, 10), packet(2, 1, 11),
                                     packet(6, 2, 91, true), packet(4, 3, 12), packet(5, 4, 13), packet(9, 5, 31),
                                     packet(7, 6, 14), packet(8, 7, 15)});
}

TEST(VideoIndex, NumbersFramesInPresentationOrder) {
    const VideoIndex index = open_groups();
    ASSERT_EQ(index.frames(), 10);
    for (std::int64_t n = 0; n < 10; ++n) EXPECT_EQ(index.pts(FrameIndex{n}), n);
    EXPECT_EQ(index.packet_of(FrameIndex{1}), 2U);
    EXPECT_EQ(index.find_frame(4), FrameIndex{4});
    EXPECT_EQ(index.find_frame(10), std::nullopt);
    EXPECT_EQ(index.first_at_or_after(-5), FrameIndex{0});
    EXPECT_EQ(index.first_at_or_after(10), FrameIndex{10});
}

TEST(VideoIndex, FramesShownBeforeASyncFrameStartAtTheOneBefore) {
    VideoIndex index = open_groups();
    EXPECT_EQ(index.start_for(FrameIndex{3}), 0U);
    EXPECT_EQ(index.start_for(FrameIndex{4}), 0U) << "it follows the sync frame in the file but is shown before it";
    EXPECT_EQ(index.start_for(FrameIndex{6}), 4U);
    EXPECT_EQ(index.start_for(FrameIndex{8}), 4U);
    index.distrust_sync(4);
    EXPECT_EQ(index.start_for(FrameIndex{8}), 0U);
    index.distrust_sync(0);
    EXPECT_EQ(index.start_for(FrameIndex{8}), std::nullopt);
}

TEST(VideoIndex, DiscardedPacketsAreDecodedButNotCounted) {
    const VideoIndex index = VideoIndex::from_packets(
        {packet(-2, -2, 90, true, false), packet(-1, -1, 10, false, false), packet(0, 0, 11), packet(1, 1, 12)});
    EXPECT_EQ(index.frames(), 2);
    EXPECT_EQ(index.pts(FrameIndex{0}), 0);
    EXPECT_EQ(index.start_for(FrameIndex{1}), 0U);
    EXPECT_EQ(index.counted_packets(), 2);
}

TEST(VideoIndex, FindsAPacketByTimeAndSize) {
    const VideoIndex index = open_groups();
    EXPECT_EQ(index.find_packet(6, 91), 4U);
    EXPECT_EQ(index.find_packet(6, 90), std::nullopt);
    EXPECT_EQ(index.find_packet(77, 91), std::nullopt);
}

TEST(VideoIndex, FramesThatNeverComeOutAreTakenOut) {
    VideoIndex index = open_groups();
    index.remove_frames({FrameIndex{4}, FrameIndex{6}});
    EXPECT_EQ(index.frames(), 8);
    EXPECT_EQ(index.pts(FrameIndex{4}), 6);
    index.remove_frames({FrameIndex{7}, FrameIndex{100}});
    EXPECT_EQ(index.frames(), 7);
    index.remove_frames({FrameIndex{7}, FrameIndex{7}});
    EXPECT_EQ(index.frames(), 7);
}

TEST(VideoIndex, NamesTheSyncFramesAround) {
    const VideoIndex index = open_groups();
    EXPECT_EQ(index.sync_before(4), 0U);
    EXPECT_EQ(index.sync_before(0), std::nullopt);
    EXPECT_EQ(index.sync_after(0), 4U);
    EXPECT_EQ(index.sync_after(4), std::nullopt);
}

}  // namespace
}  // namespace inbetween::test
