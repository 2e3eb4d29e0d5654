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
    parameters.height = 64;
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
    EXPECT_TRUE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 0x40, 1, 0, 0, 1, 19 << 1, 1, 0x80}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 21 << 1, 1, 0x80}).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 1 << 1, 1, 0x80}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 16 << 1, 1, 0x80}).resets);
    EXPECT_FALSE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 21 << 1, 1, 0x80}).resets);
}

TEST(PacketCheck, HiddenFramesAreTold) {
    EXPECT_TRUE(check(AV_CODEC_ID_VP8, {0x10, 0, 0}).shows_frame);
    EXPECT_FALSE(check(AV_CODEC_ID_VP8, {0x01, 0, 0}).shows_frame);
    EXPECT_FALSE(check(AV_CODEC_ID_VP8, {0x11, 0, 0}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_VP9, {0x82, 0, 0}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_VP9, {0x82, 0, 0}).shows_frame);
    EXPECT_FALSE(check(AV_CODEC_ID_VP9, {0x84, 0, 0}).shows_frame);
    // A hidden frame of two bytes and a shown one of three behind it, and the index of both.
    const Bytes superframe{0x84, 0, 0x86, 0, 0, 0xC1, 2, 3, 0xC1};
    EXPECT_TRUE(check(AV_CODEC_ID_VP9, superframe).shows_frame);
    EXPECT_FALSE(check(AV_CODEC_ID_VP9, superframe).malformed);
    EXPECT_TRUE(check(AV_CODEC_ID_VP9, {0x86, 0, 0x86, 0, 0, 0xC1, 2, 3, 0xC1}).may_be_empty) << "two shown frames";
    EXPECT_FALSE(check(AV_CODEC_ID_VP9, {0x84, 0, 0x84, 0, 0, 0xC1, 2, 3, 0xC1}).shows_frame);
    EXPECT_TRUE(check(AV_CODEC_ID_VP9, {0x88, 0}).shows_frame) << "one that is shown again";
    // AV1 frames (type 6, with a size): show_existing_frame, frame_type, show_frame.
    EXPECT_TRUE(check(AV_CODEC_ID_AV1, {0x12, 0, 0x32, 1, 0x10}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_AV1, {0x32, 1, 0x30}).shows_frame);
    EXPECT_FALSE(check(AV_CODEC_ID_AV1, {0x32, 1, 0x30}).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_AV1, {0x32, 1, 0x20}).shows_frame);
    EXPECT_TRUE(check(AV_CODEC_ID_AV1, {0x32, 1, 0x20, 0x1A, 1, 0x80}).shows_frame) << "and one shown again";
    EXPECT_TRUE(check(AV_CODEC_ID_AV1, {0x32, 1, 0x30, 0x32, 1, 0x30}).may_be_empty) << "two shown frames";
    EXPECT_FALSE(check(AV_CODEC_ID_THEORA, {0x80, 't'}).shows_frame) << "a header";
}

TEST(PacketCheck, Mpeg4PicturesThatAreNotCodedAreTold) {
    EXPECT_TRUE(check(AV_CODEC_ID_MPEG4, {0, 0, 1, 0xB6, 0x50, 0x12, 0x34}).may_be_empty);
    const Bytes coded{0, 0, 1, 0xB6, 0x10, 1, 2, 3, 4, 5, 6, 7, 8};
    EXPECT_FALSE(check(AV_CODEC_ID_MPEG4, coded).may_be_empty);
    EXPECT_TRUE(check(AV_CODEC_ID_MPEG4, coded).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_MPEG4, {0, 0, 1, 0xB6, 0x50, 1, 2, 3, 4, 5, 6, 7, 8}).sync);
}

TEST(PacketCheck, Mpeg4TimeTellsWhetherAPictureIsCoded) {
    // A layer with 25 ticks a second: its pictures' time takes 5 bits.
    const Bytes layer{0, 0, 1, 0x20, 0x00, 0x84, 0x40, 0x06, 0x40};
    const auto coded = [&](Bytes bits) {
        bits.insert(bits.begin(), {0, 0, 1, 0xB6});
        bits.resize(20);
        return check(AV_CODEC_ID_MPEG4, bits, false, layer);
    };
    // 01 P, 0 no whole second, 1, 00101 ticks, 1, then coded or not.
    EXPECT_FALSE(coded({0b01010010, 0b11100000}).may_be_empty);
    EXPECT_TRUE(coded({0b01010010, 0b11000000}).may_be_empty);
    EXPECT_FALSE(coded({0b01010010, 0b11000000}).malformed);
    EXPECT_TRUE(coded({0b01000010, 0b11100000}).malformed) << "no marker before the time";
    EXPECT_TRUE(coded({0b01010010, 0b10100000}).malformed) << "no marker behind it";
}

TEST(PacketCheck, PicturesOfOlderCodecsSayTheirKind) {
    const Bytes intra{0, 0, 1, 0, 0x00, 0x08, 0, 0, 0, 0, 1, 1, 0x10};
    const Bytes predicted{0, 0, 1, 0, 0x00, 0x10, 0, 0, 0, 0, 1, 1, 0x10};
    EXPECT_TRUE(check(AV_CODEC_ID_MPEG2VIDEO, intra).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_MPEG2VIDEO, predicted).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_MPEG2VIDEO, predicted).malformed);
    EXPECT_TRUE(check(AV_CODEC_ID_MPEG2VIDEO, {0, 0, 1, 0, 0x00, 0x30, 0, 0, 0, 0, 1, 1, 0x10}).malformed);
    EXPECT_TRUE(check(AV_CODEC_ID_MPEG2VIDEO, {0, 0, 1, 0xB3, 0, 0, 0, 0, 0}).may_be_empty);
    // H.263: start code, temporal reference 0, 10 and three flags, format 2, then intra or not.
    EXPECT_TRUE(check(AV_CODEC_ID_H263, {0, 0, 0x80, 0x02, 0x08, 0}).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_H263, {0, 0, 0x80, 0x02, 0x0A, 0}).sync);
    EXPECT_TRUE(check(AV_CODEC_ID_GIF, {'G', 'I', 'F', '8', '9', 'a'}).sync);
    EXPECT_FALSE(check(AV_CODEC_ID_GIF, {0x21, 0xF9, 4, 0, 0, 0}).sync) << "drawn over what was there";
}

TEST(PacketCheck, HeadersThatCannotBeAreMalformed) {
    const Bytes avcc{1, 0x64, 0, 0x1F, 0xFF, 0xE1, 0, 0};
    EXPECT_FALSE(check(AV_CODEC_ID_H264, {0, 0, 0, 3, 0x41, 0x9A, 0}, false, avcc).malformed);
    EXPECT_TRUE(check(AV_CODEC_ID_H264, {0, 0, 0, 4, 0x41, 0x9A, 0}, false, avcc).malformed)
        << "longer than the packet";
    EXPECT_TRUE(check(AV_CODEC_ID_H264, {0, 0, 0, 0, 0x41, 0x9A, 0}, false, avcc).malformed) << "empty";
    EXPECT_FALSE(check(AV_CODEC_ID_H264, {0, 0, 0, 1, 0x41, 0x9A, 0}, false, avcc).malformed)
        << "start codes after all";
    EXPECT_TRUE(check(AV_CODEC_ID_H264, {0, 0, 1, 0xC1, 0x9A, 0}, false).malformed) << "the forbidden bit";
    EXPECT_TRUE(check(AV_CODEC_ID_H264, {0, 0, 1, 0x41, 0x85, 0x80}, false).malformed) << "a slice of type 10";
    EXPECT_TRUE(check(AV_CODEC_ID_H264, {0, 0, 1, 0x09, 0xF0}, false).may_be_empty) << "no slice";
    EXPECT_TRUE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 1 << 1, 1, 0x00}, false).malformed) << "not the first slice";
    EXPECT_TRUE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 1 << 1, 0, 0x80}, false).malformed) << "no temporal layer";
    EXPECT_TRUE(check(AV_CODEC_ID_HEVC, {0, 0, 1, 1 << 1, 1, 0x80, 0, 0, 1, 36 << 1, 1, 0}, false).ends_sequence);
    EXPECT_FALSE(check(AV_CODEC_ID_MPEG1VIDEO, {0, 0, 1, 0, 0, 0x10, 0, 0, 0, 0, 1, 4, 0, 0}).malformed);
    EXPECT_TRUE(check(AV_CODEC_ID_MPEG1VIDEO, {0, 0, 1, 0, 0, 0x10, 0, 0, 0, 0, 1, 5, 0, 0}).malformed)
        << "below the picture";
    EXPECT_TRUE(check(AV_CODEC_ID_VP8, {0x10, 2, 0, 0x9D, 1, 0x2B, 0, 0, 0, 0}).malformed) << "another start code";
    EXPECT_TRUE(check(AV_CODEC_ID_VP8, {0x11, 2, 0, 0, 0}, false).malformed) << "a first part longer than the packet";
    EXPECT_TRUE(check(AV_CODEC_ID_VP9, {0x44, 0}, false).malformed);
    EXPECT_TRUE(check(AV_CODEC_ID_AV1, {0x32, 9, 0x30}, false).malformed);
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
             {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG4, AV_CODEC_ID_VP8, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1,
              AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_H263, AV_CODEC_ID_THEORA, AV_CODEC_ID_GIF}) {
            EXPECT_FALSE(check(codec, data, false).sync) << "the file does not mark it";
            check(codec, data, true, {1, 0x64, 0, 0x1F, 0xFF, 0xE1, 0, 0});
            check(codec, data, true, data);
        }
    }
}

}  // namespace
}  // namespace inbetween::test
