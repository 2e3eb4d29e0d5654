#include "core/video/signature.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "core/video/ff.h"
#include "tests/video/synthetic.h"

// What is left of a picture when it is looked at from afar.
namespace inbetween::test {
namespace {

/// A smooth scene: brightness 0..1 of the place (x, y) of the upright picture, both 0..1.
double scene(double x, double y) { return 0.5 + 0.2 * std::sin(5 * x + 1) + 0.15 * std::cos(7 * y) + 0.1 * x * y; }

using Scene = double (*)(double x, double y);

void put_sample(AVFrame& frame, const AVPixFmtDescriptor& format, int component, int x, int y, double brightness,
                bool full_range) {
    const AVComponentDescriptor& c = format.comp[component];
    const double top = std::ldexp(1.0, c.depth) - 1;
    const double unit = std::ldexp(1.0, c.depth - 8);
    const double level = full_range ? brightness * top : (16 + brightness * 219) * unit;
    const auto value = static_cast<std::uint16_t>(std::lround(level));
    std::uint8_t* at = frame.data[c.plane] + std::ptrdiff_t{frame.linesize[c.plane]} * y + c.step * x + c.offset;
    if (c.depth > 8) {
        at[0] = static_cast<std::uint8_t>((value << c.shift) & 0xff);
        at[1] = static_cast<std::uint8_t>((value << c.shift) >> 8);
    } else {
        at[0] = static_cast<std::uint8_t>(value);
    }
}

/// The scene in a pixel format; chroma is grey.
ff::FramePtr painted(int width, int height, AVPixelFormat pixel_format, Scene of = scene) {
    const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(pixel_format);
    const bool rgb = (format.flags & AV_PIX_FMT_FLAG_RGB) != 0;
    const bool full = rgb || pixel_format == AV_PIX_FMT_YUVJ420P || format.nb_components == 1;
    ff::FramePtr frame = ff::make_frame();
    frame->width = width;
    frame->height = height;
    frame->format = pixel_format;
    IB_CHECK(av_frame_get_buffer(frame.get(), 0) >= 0);
    for (const AVBufferRef* buffer : frame->buf)
        if (buffer != nullptr) std::fill_n(buffer->data, buffer->size, std::uint8_t{128});
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < (rgb ? 3 : 1); ++c)
                put_sample(*frame, format, c, x, y, of((x + 0.5) / width, (y + 0.5) / height), full);
    return frame;
}

FrameSignature signature_of_scene(int width, int height, AVPixelFormat format, Orientation orientation = {},
                                  Scene of = scene) {
    return signature_of(Picture(*painted(width, height, format, of), orientation, 1));
}

/// The greatest difference of any two parts.
int farthest(const FrameSignature& a, const FrameSignature& b) {
    int most = 0;
    for (std::size_t i = 0; i < a.luma.size(); ++i) most = std::max(most, std::abs(int{a.luma[i]} - int{b.luma[i]}));
    return most;
}

TEST(Signature, IsTheMeanOfEachPart) {
    const FrameSignature found = signature_of_scene(320, 180, AV_PIX_FMT_YUV420P);
    for (int y = 0; y < FrameSignature::rows; ++y) {
        for (int x = 0; x < FrameSignature::columns; ++x) {
            // The scene is smooth: its mean is near its middle.
            const double middle = scene((x + 0.5) / FrameSignature::columns, (y + 0.5) / FrameSignature::rows);
            const int level = found.luma[static_cast<std::size_t>(y * FrameSignature::columns + x)];
            EXPECT_NEAR(level, 16 + 219 * middle, 1.6) << x << ", " << y;
        }
    }
}

TEST(Signature, IsTheSameInEveryFormat) {
    const FrameSignature wanted = signature_of_scene(320, 180, AV_PIX_FMT_YUV420P);
    for (const AVPixelFormat format :
         {AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV420P10, AV_PIX_FMT_YUV420P12,
          AV_PIX_FMT_NV12, AV_PIX_FMT_P010, AV_PIX_FMT_YUYV422, AV_PIX_FMT_UYVY422, AV_PIX_FMT_GRAY8, AV_PIX_FMT_RGB24,
          AV_PIX_FMT_BGR24, AV_PIX_FMT_BGRA, AV_PIX_FMT_0RGB, AV_PIX_FMT_GBRP, AV_PIX_FMT_GBRP10, AV_PIX_FMT_RGB48}) {
        EXPECT_LE(farthest(signature_of_scene(320, 180, format), wanted), 1) << av_get_pix_fmt_name(format);
    }
}

TEST(Signature, ReadsColoursThroughAPalette) {
    ff::FramePtr frame = ff::make_frame();
    frame->width = 64;
    frame->height = 36;
    frame->format = AV_PIX_FMT_PAL8;
    ASSERT_GE(av_frame_get_buffer(frame.get(), 0), 0);
    auto* palette = reinterpret_cast<std::uint32_t*>(frame->data[1]);
    std::fill_n(palette, 256, 0xff000000U);
    palette[7] = 0xffffffffU;
    for (int y = 0; y < 36; ++y)
        std::fill_n(frame->data[0] + std::ptrdiff_t{frame->linesize[0]} * y, 64, y < 18 ? 7 : 3);
    const FrameSignature found = signature_of(Picture(*frame, {}, 1));
    EXPECT_NEAR(found.luma[0], 235, 1);
    EXPECT_NEAR(found.luma.back(), 16, 1);
}

TEST(Signature, HardlyChangesWithTheSizeOfThePicture) {
    const FrameSignature wanted = signature_of_scene(1920, 1080, AV_PIX_FMT_YUV420P);
    for (const Size size : {Size{960, 540}, Size{854, 480}, Size{640, 360}, Size{321, 181}}) {
        EXPECT_LE(farthest(signature_of_scene(size.width, size.height, AV_PIX_FMT_YUV420P), wanted), 1)
            << size.width << "x" << size.height;
    }
}

TEST(Signature, OfPicturesSmallerThanItsPartsIsNoMoreThanThey) {
    for (const Size size : {Size{1, 1}, Size{3, 2}, Size{15, 8}, Size{16, 9}, Size{2, 100}}) {
        const FrameSignature found = signature_of_scene(size.width, size.height, AV_PIX_FMT_GRAY8);
        for (const int level : found.luma) {
            EXPECT_GE(level, 16);
            EXPECT_LE(level, 235);
        }
    }
}

// What a picture must look like as decoded so that, mirrored and turned as stated, the scene stands upright.
template <int Turns, bool Mirrored>
double as_decoded(double x, double y) {
    double up_x = Mirrored ? 1 - x : x;
    double up_y = y;
    for (int turn = 0; turn < Turns; ++turn) {
        const double turned = 1 - up_y;
        up_y = up_x;
        up_x = turned;
    }
    return scene(up_x, up_y);
}

TEST(Signature, IsOfTheUprightPicture) {
    const FrameSignature wanted = signature_of_scene(320, 192, AV_PIX_FMT_YUV420P);
    const auto expect = [&](Orientation orientation, Scene decoded) {
        const bool sideways = orientation.quarter_turns % 2 != 0;
        const FrameSignature found =
            signature_of_scene(sideways ? 192 : 320, sideways ? 320 : 192, AV_PIX_FMT_YUV420P, orientation, decoded);
        EXPECT_LE(farthest(found, wanted), 1) << orientation.quarter_turns << (orientation.mirrored ? " mirrored" : "");
    };
    expect({0, true}, as_decoded<0, true>);
    expect({1, false}, as_decoded<1, false>);
    expect({1, true}, as_decoded<1, true>);
    expect({2, false}, as_decoded<2, false>);
    expect({2, true}, as_decoded<2, true>);
    expect({3, false}, as_decoded<3, false>);
    expect({3, true}, as_decoded<3, true>);
}

TEST(VideoSigner, HasASignatureOnceItHasSeenAllFrames) {
    VideoSigner signer;
    const PicturePtr dark = flat_picture(32, 18, AV_PIX_FMT_GRAY8, 10);
    const PicturePtr light = flat_picture(32, 18, AV_PIX_FMT_GRAY8, 200);
    signer.see(FrameIndex{2}, *dark);
    signer.see(FrameIndex{0}, *light);
    EXPECT_EQ(signer.signature(3), nullptr);
    signer.see(FrameIndex{1}, *dark);
    signer.see(FrameIndex{1}, *light);  // seen again where decoding began anew
    const auto whole = signer.signature(3);
    ASSERT_NE(whole, nullptr);
    EXPECT_EQ(whole->size(), 3);
    EXPECT_EQ(whole->hashes[0], whole->hashes[1]);
    EXPECT_EQ(whole->frames[1], signature_of(*light));
    EXPECT_EQ(whole->frames[2], signature_of(*dark));
    EXPECT_EQ(signer.signature(2)->size(), 2);
}

}  // namespace
}  // namespace inbetween::test
