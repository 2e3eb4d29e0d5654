#include "core/video/hardware.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cstring>
#include <random>
#include <thread>

#include "core/video/frame_source.h"
#include "core/video/hardware_device.h"
#include "core/video/video_engine.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"
#include "tests/video/reference.h"

namespace inbetween::test {
namespace {

/// A frame of NV12 or P010, as devices give them, from one in planes.
ff::FramePtr in_two_planes(const AVFrame& planar) {
    const bool wide = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(planar.format))->comp[0].depth > 8;
    ff::FramePtr half = ff::make_frame();
    half->width = planar.width;
    half->height = planar.height;
    half->format = wide ? AV_PIX_FMT_P010LE : AV_PIX_FMT_NV12;
    EXPECT_GE(av_frame_get_buffer(half.get(), 0), 0);
    EXPECT_GE(av_frame_copy_props(half.get(), &planar), 0);
    const auto put = [&](int plane, int x, int y, int step, int offset, int from) {
        const std::uint8_t* source = planar.data[from] + std::ptrdiff_t{planar.linesize[from]} * y;
        std::uint8_t* target = half->data[plane] + std::ptrdiff_t{half->linesize[plane]} * y;
        if (!wide)
            target[x * step + offset] = source[x];
        else
            reinterpret_cast<std::uint16_t*>(target)[x * step + offset] =
                static_cast<std::uint16_t>(reinterpret_cast<const std::uint16_t*>(source)[x] << 6);
    };
    for (int y = 0; y < planar.height; ++y)
        for (int x = 0; x < planar.width; ++x) put(0, x, y, 1, 0, 0);
    for (int y = 0; y < (planar.height + 1) / 2; ++y)
        for (int x = 0; x < (planar.width + 1) / 2; ++x)
            for (const int chroma : {0, 1}) put(1, x, y, 2, chroma, chroma + 1);
    return half;
}

/// Stands in for a device: decodes in software, and hands out frames as a device does, up to a fault.
class FakeDevice final : public HardwareDevice {
public:
    static constexpr int never = 1 << 30;
    struct Faults {
        int differs_from = never;  ///< a sample is changed in every frame from this one on
        int fails_from = never;    ///< frames cannot be read
        bool has_decoder = true;
    };
    explicit FakeDevice(Faults faults) : faults_(faults) {}

    const std::string& name() const override { return name_; }
    const AVCodec* find_decoder(AVCodecID id) const override {
        return faults_.has_decoder ? avcodec_find_decoder(id) : nullptr;
    }
    void prepare(AVCodecContext&) const override {}
    Result<ff::FramePtr> fetch(ff::FramePtr frame, const AVCodecContext& codec) const override {
        const int number = fetched_++;
        if (number >= faults_.fails_from) return fail("fake: a frame cannot be read: the device is gone");
        ff::FramePtr half = in_two_planes(*frame);
        if (number >= faults_.differs_from) half->data[1][0] ^= 64;
        return to_planar(std::move(half), codec.pix_fmt);
    }
    int fetched() const { return fetched_; }

private:
    std::string name_ = "fake";
    Faults faults_;
    mutable std::atomic<int> fetched_ = 0;
};

HardwareMaker maker_of(std::shared_ptr<FakeDevice> device) {
    return {"fake",
            [device]() -> Result<std::shared_ptr<HardwareDevice>> { return std::shared_ptr<HardwareDevice>(device); }};
}

OpenOptions on_device(const std::shared_ptr<FakeDevice>& device) {
    OpenOptions options = small_cache();
    options.proof_pixels = 0;
    options.hardware = {maker_of(device)};
    return options;
}

std::shared_ptr<FakeDevice> make_device(FakeDevice::Faults faults = {}) { return std::make_shared<FakeDevice>(faults); }

/// How many frames check_device() looks at in the test video: up to its sync frame at 60.
constexpr int checked = 61;

TEST(ToPlanar, LosesNothing) {
    std::mt19937 random(7);
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P10LE}) {
        for (const Size size : {Size{64, 36}, Size{33, 19}}) {
            ff::FramePtr planar = ff::make_frame();
            planar->width = size.width;
            planar->height = size.height;
            planar->format = format;
            ASSERT_GE(av_frame_get_buffer(planar.get(), 0), 0);
            const int bytes = format == AV_PIX_FMT_YUV420P10LE ? 2 : 1;
            const auto row = [&](const AVFrame& frame, int plane, int y) {
                return frame.data[plane] + std::ptrdiff_t{frame.linesize[plane]} * y;
            };
            const auto samples = [&](int plane, int side) { return plane == 0 ? side : (side + 1) / 2; };
            for (int plane = 0; plane < 3; ++plane)
                for (int y = 0; y < samples(plane, size.height); ++y)
                    for (int x = 0; x < samples(plane, size.width); ++x) {
                        const auto value = static_cast<std::uint16_t>(random() & (bytes == 2 ? 1023U : 255U));
                        std::memcpy(row(*planar, plane, y) + x * bytes, &value, static_cast<std::size_t>(bytes));
                    }
            const auto again = to_planar(in_two_planes(*planar), format);
            IB_ASSERT_OK(again);
            EXPECT_EQ((*again)->format, format);
            for (int plane = 0; plane < 3; ++plane)
                for (int y = 0; y < samples(plane, size.height); ++y)
                    ASSERT_EQ(std::memcmp(row(**again, plane, y), row(*planar, plane, y),
                                          static_cast<std::size_t>(samples(plane, size.width) * bytes)),
                              0)
                        << av_get_pix_fmt_name(format) << " plane " << plane << " row " << y;
        }
    }
    ff::FramePtr other = ff::make_frame();
    other->width = other->height = 16;
    other->format = AV_PIX_FMT_NV12;
    ASSERT_GE(av_frame_get_buffer(other.get(), 0), 0);
    EXPECT_FALSE(to_planar(std::move(other), AV_PIX_FMT_YUV422P).has_value());
}

TEST(Hardware, IsUsedWhereItsFramesAreThoseOfSoftware) {
    for (const char* name : {"h264_b.mp4", "h264_10bit.mp4", "h264_open_gop.mp4", "hevc.mp4"}) {
        const auto device = make_device();
        auto source = open_frame_source(test_media(name), on_device(device));
        IB_ASSERT_OK(source);
        EXPECT_EQ((*source)->info().decoder, "fake") << name << ": " << (*source)->info().decoder_note;
        EXPECT_EQ((*source)->info().decoder_note, "");
        const int before = device->fetched();
        expect_exact_frames(**source, ffmpeg_hashes(test_media(name)), 11);
        EXPECT_GT(device->fetched(), before + 100) << name;
        EXPECT_EQ((*source)->info().decoder, "fake") << (*source)->info().decoder_note;
    }
}

TEST(Hardware, IsNotUsedWhereAFrameDiffers) {
    const auto device = make_device({.differs_from = 30});
    auto source = open_frame_source(test_media("h264_b.mp4"), on_device(device));
    IB_ASSERT_OK(source);
    EXPECT_EQ((*source)->info().decoder, "software");
    EXPECT_EQ((*source)->info().decoder_note, "fake: its frame 30 is not that of software");
    const int before = device->fetched();
    expect_exact_frames(**source, ffmpeg_hashes(test_media("h264_b.mp4")), 12);
    EXPECT_EQ(device->fetched(), before);
}

TEST(Hardware, IsNotUsedWhereItFailsOrKnowsNoDecoder) {
    auto failing = open_frame_source(test_media("h264_b.mp4"), on_device(make_device({.fails_from = 5})));
    IB_ASSERT_OK(failing);
    EXPECT_EQ((*failing)->info().decoder, "software");
    EXPECT_EQ((*failing)->info().decoder_note, "fake: a frame cannot be read: the device is gone");
    auto without = open_frame_source(test_media("h264_b.mp4"), on_device(make_device({.has_decoder = false})));
    IB_ASSERT_OK(without);
    EXPECT_EQ((*without)->info().decoder, "software");
    EXPECT_EQ((*without)->info().decoder_note, "fake: there is no decoder for h264");
}

TEST(Hardware, TheNextDeviceIsTriedAndEachReasonTold) {
    OpenOptions options = on_device(make_device({.differs_from = 0}));
    const HardwareMaker missing{
        "none", []() -> Result<std::shared_ptr<HardwareDevice>> { return fail("none: there is no such device"); }};
    options.hardware.insert(options.hardware.begin(), missing);
    auto software = open_frame_source(test_media("h264_b.mp4"), options);
    IB_ASSERT_OK(software);
    EXPECT_EQ((*software)->info().decoder_note,
              "none: there is no such device; fake: its frame 0 is not that of software");
    options.hardware.push_back(maker_of(make_device()));
    auto fast = open_frame_source(test_media("h264_b.mp4"), options);
    IB_ASSERT_OK(fast);
    EXPECT_EQ((*fast)->info().decoder, "fake");
}

TEST(Hardware, ADeviceThatFailsLaterLosesNoFrame) {
    const auto hashes = ffmpeg_hashes(test_media("h264_b.mp4"));
    const auto device = make_device({.fails_from = checked + 25});
    auto source = open_frame_source(test_media("h264_b.mp4"), on_device(device));
    IB_ASSERT_OK(source);
    ASSERT_EQ((*source)->info().decoder, "fake");
    for (std::int64_t n = 40; n < 100; ++n) {
        const auto picture = (*source)->frame(FrameIndex{n});
        IB_ASSERT_OK(picture);
        EXPECT_EQ(framemd5(**picture), hashes[static_cast<std::size_t>(n)]) << n;
    }
    EXPECT_EQ((*source)->info().decoder, "software");
    EXPECT_EQ((*source)->info().decoder_note, "fake: a frame cannot be read: the device is gone");
}

TEST(Hardware, AFrameThatIsNotTheProvedOneIsDecodedAgain) {
    const auto hashes = ffmpeg_hashes(test_media("h264_b.mp4"));
    OpenOptions proving;
    auto proved = open_frame_source(test_media("h264_b.mp4"), proving);
    IB_ASSERT_OK(proved);
    ASSERT_EQ((*proved)->info().exactness, Exactness::Proved);
    OpenOptions options = on_device(make_device({.differs_from = checked + 8}));
    options.table = (*proved)->table();
    auto source = open_frame_source(test_media("h264_b.mp4"), options);
    IB_ASSERT_OK(source);
    ASSERT_EQ((*source)->info().decoder, "fake");
    for (std::int64_t n = 60; n < 90; ++n) {
        const auto picture = (*source)->frame(FrameIndex{n});
        IB_ASSERT_OK(picture);
        EXPECT_EQ(framemd5(**picture), hashes[static_cast<std::size_t>(n)]) << n;
    }
    EXPECT_EQ((*source)->info().decoder, "software");
    EXPECT_THAT((*source)->info().decoder_note, testing::EndsWith("is not that of software"));
}

TEST(Hardware, WhatItShowedBeforeTheProofIsHeldAgainstIt) {
    const auto hashes = ffmpeg_hashes(test_media("h264_b.mp4"));
    const auto device = make_device({.differs_from = checked + 2});
    OpenOptions options = on_device(device);
    options.cache_bytes = std::size_t{64} << 20;
    auto source = open_frame_source(test_media("h264_b.mp4"), options);
    IB_ASSERT_OK(source);
    for (std::int64_t n = 60; n < 80; ++n) IB_ASSERT_OK((*source)->frame(FrameIndex{n}));
    ASSERT_EQ((*source)->info().decoder, "fake") << "nothing tells yet";
    auto survey = (*source)->opener()({});
    IB_ASSERT_OK(survey);
    const int before = device->fetched();
    IB_ASSERT_OK((*survey)->prove({}, {}));
    EXPECT_EQ(device->fetched(), before) << "a proof is made in software";
    (*source)->adopt(*(*survey)->table());
    EXPECT_EQ((*source)->info().decoder, "software");
    for (std::int64_t n = 60; n < 80; ++n) {
        const auto picture = (*source)->frame(FrameIndex{n});
        IB_ASSERT_OK(picture);
        EXPECT_EQ(framemd5(**picture), hashes[static_cast<std::size_t>(n)]) << n;
    }
}

TEST(Hardware, TheEngineTellsWhichDecoderIsUsed) {
    const auto device = make_device({.fails_from = checked + 4});
    OpenOptions options = on_device(device);
    auto source = open_frame_source(test_media("h264_b.mp4"), options);
    IB_ASSERT_OK(source);
    VideoEngine engine(*std::move(source), {.fill = false, .survey = false});
    EXPECT_EQ(engine.info().decoder, "fake");
    engine.request(FrameIndex{80});
    while (engine.find(FrameIndex{80}) == nullptr || !engine.is_idle()) std::this_thread::yield();
    EXPECT_EQ(engine.info().decoder, "software");
    EXPECT_EQ(engine.info().decoder_note, "fake: a frame cannot be read: the device is gone");
}

TEST(Hardware, WithoutADeviceSoftwareDecodesAndSaysWhy) {
    for (const HardwareMaker& maker : hardware_for("auto"))
        if (maker.open()) GTEST_SKIP() << maker.name << " is there";
    OpenOptions options = small_cache();
    options.hardware = hardware_for("auto");
    auto source = open_frame_source(test_media("h264_b.mp4"), options);
    IB_ASSERT_OK(source);
    EXPECT_EQ((*source)->info().decoder, "software");
    EXPECT_EQ(
        (*source)->info().decoder_note,
        "cuda: there is no such device, or no driver for it; vaapi: there is no such device, or no driver for it");
    IB_EXPECT_OK((*source)->frame(FrameIndex{50}));
    EXPECT_TRUE(hardware_for("off").empty());
}

TEST(Hardware, ADeviceThatIsThereDecodesExactlyOrNotAtAll) {
    bool any = false;
    for (const std::string_view wish : {"cuda", "vaapi"}) {
        if (!hardware_for(wish).front().open()) continue;
        any = true;
        for (const char* name : {"h264_b.mp4", "h264_10bit.mp4", "hevc.mp4", "vp9.webm", "mpeg2.ts"}) {
            OpenOptions options = small_cache();
            options.proof_pixels = 0;
            options.hardware = hardware_for(wish);
            auto source = open_frame_source(test_media(name), options);
            IB_ASSERT_OK(source);
            RecordProperty(std::string(wish) + "_" + name, (*source)->info().decoder);
            expect_exact_frames(**source, ffmpeg_hashes(test_media(name)), 13);
        }
    }
    if (!any) GTEST_SKIP() << "no device here";
}

}  // namespace
}  // namespace inbetween::test
