#include "core/video/packet_check.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace inbetween::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

PacketCheck check(AVCodecID codec, const Bytes& data, bool marked = true, Bytes extra = {}) {
    AVCodecParameters parameters{};
    parameters.codec_id = codec;
    parameters.extradata = extra.empty() ? nullptr : extra.data();
    parameters.extradata_size = static_cast<int>(extra.size());
    return check_packet(parameters, data, marked);
}

TEST(PacketCheck, AnInstantRefreshIsASyncFrame) {
    EXPECT_TRUE(check(AV_CODEC_ID_H264, {0, 0, 0, 1, 0x09, 0xF0, 0, 0, 1, 0x65, 0x88, 0x80}).sync);
    const Bytes avcc{1, 0x64, 0, 0x1F, 0xFF, 0xE1, 0, 0};
    EXPECT_TRUE(check(AV_CODEC_ID_H264, {0, 0, 0, 2, 0x06, 0x80, 0, 0, 0, 2, 0x65, 0x88}, true, avcc).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_H264, {0, 0, 1, 0x65, 0x88, 0x80}, false).sync) << "the file does not mark it";
}

TEST(PacketCheck, ARecoveryPointIsASyncFrameOnlyIfWholeAtOnce) {
    // SEI of type 6, one byte: recovery_frame_cnt 0 is the single bit 1, count 2 is 011. Then an intra slice.
    const Bytes whole{0, 0, 1, 0x06, 0x06, 0x01, 0xC0, 0x80, 0, 0, 1, 0x41, 0x88, 0x80};
    const Bytes later{0, 0, 1, 0x06, 0x06, 0x01, 0x60, 0x80, 0, 0, 1, 0x41, 0x88, 0x80};
    const Bytes predicted{0, 0, 1, 0x06, 0x06, 0x01, 0xC0, 0x80, 0, 0, 1, 0x41, 0xC0, 0x80};
    EXPECT_TRUE(check(AV_CODEC_ID_H264, whole).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_H264, later).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_H264, predicted).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_H264, {0, 0, 1, 0x41, 0x88, 0x80}).sync);
}

TEST(PacketCheck, HevcRandomAccessPointsAreSyncFrames) {
    EXPECT_TRUE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 0x40, 1, 0, 0, 1, 19 << 1, 1}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 21 << 1, 1}).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 1 << 1, 1}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 16 << 1, 1}).resets);
    EXPECT_FALSE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 21 << 1, 1}).resets);
}

TEST(PacketCheck, HiddenFramesAreTold) {
    EXPECT_TRUE(check(AV_CODEC_ID_VP8, {0x10, 0, 0}).shows_frame);
    EXPECT_FALSE(check(AV_CODEC_ID_VP8, {0x01, 0, 0}).shows_frame);
    EXPECT_FALSE(check(AV_CODEC_ID_VP8, {0x11, 0, 0}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_VP9, {0x82, 0, 0}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_VP9, {0x82, 0, 0}).shows_frame);
    EXPECT_FALSE(check(AV_CODEC_ID_VP9, {0x84, 0, 0}).shows_frame);
    EXPECT_TRUE(check(AV_CODEC_ID_VP9, {0x84, 0, 0xC0}).shows_frame) << "a superframe ends with a shown frame";
}

TEST(PacketCheck, Mpeg4PicturesThatAreNotCodedAreTold) {
    EXPECT_TRUE(check(AV_CODEC_ID_MPEG4, {0, 0, 1, 0xB6, 0x50, 0x12, 0x34}).may_be_empty);
    const Bytes coded{0, 0, 1, 0xB6, 0x10, 1, 2, 3, 4, 5, 6, 7, 8};
    EXPECT_FALSE(check(AV_CODEC_ID_MPEG4, coded).may_be_empty);
    EXPECT_TRUE(check(AV_CODEC_ID_MPEG4, coded).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_MPEG4, {0, 0, 1, 0xB6, 0x50, 1, 2, 3, 4, 5, 6, 7, 8}).sync);
}

TEST(PacketCheck, ShortOrSenselessBytesAreHarmless) {
    std::uint32_t state = 7;
    for (int round = 0; round < 20000; ++round) {
        Bytes data;
        state = state * 1664525U + 1013904223U;
        for (std::uint32_t i = 0; i < (state >> 20) % 24; ++i) {
            state = state * 1664525U + 1013904223U;
            data.push_back((state >> 24) % 3 == 0 ? 0 : static_cast<std::uint8_t>(state >> 16));
        }
        for (const AVCodecID codec :
             {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG4, AV_CODEC_ID_VP8, AV_CODEC_ID_VP9}) {
            EXPECT_TRUE(check(codec, data).sync || true);
            check(codec, data, true, {1, 0x64, 0, 0x1F, 0xFF, 0xE1, 0, 0});
        }
    }
}

}  // namespace
}  // namespace inbetween::test
