#include "core/video/pixel_format.h"

#include <gtest/gtest.h>

#include "core/video/colour_step.h"
#include "tests/support/made_picture.h"

namespace inbetween::test {
namespace {

PixelFormat format_of(const Made& made) { return make_picture(made)->format(); }

TEST(PixelFormat, UnstatedMatrixFollowsTheSize) {
    const auto matrix = [](int width, int height) {
        return format_of({.size = {width, height}, .matrix = AVCOL_SPC_UNSPECIFIED}).matrix;
    };
    EXPECT_EQ(matrix(720, 576), ColourMatrix::Bt601);
    EXPECT_EQ(matrix(960, 540), ColourMatrix::Bt601);
    EXPECT_EQ(matrix(1280, 720), ColourMatrix::Bt709);
    EXPECT_EQ(matrix(720, 1280), ColourMatrix::Bt709);
    EXPECT_EQ(matrix(1280, 272), ColourMatrix::Bt709);
    EXPECT_EQ(matrix(768, 577), ColourMatrix::Bt709);
}

TEST(PixelFormat, KeepsWhatTheFileSays) {
    const auto matrix = [](AVColorSpace stated, AVColorPrimaries primaries = AVCOL_PRI_UNSPECIFIED) {
        return format_of({.size = {1280, 720}, .matrix = stated, .primaries = primaries}).matrix;
    };
    EXPECT_EQ(matrix(AVCOL_SPC_SMPTE170M), ColourMatrix::Bt601);
    EXPECT_EQ(matrix(AVCOL_SPC_BT470BG), ColourMatrix::Bt601);
    EXPECT_EQ(matrix(AVCOL_SPC_SMPTE240M), ColourMatrix::Smpte240m);
    EXPECT_EQ(matrix(AVCOL_SPC_FCC), ColourMatrix::Fcc);
    EXPECT_EQ(matrix(AVCOL_SPC_BT2020_NCL), ColourMatrix::Bt2020);
    EXPECT_EQ(matrix(AVCOL_SPC_BT2020_CL), ColourMatrix::Bt2020Cl);
    EXPECT_EQ(matrix(AVCOL_SPC_YCGCO), ColourMatrix::YCgCo);
    EXPECT_EQ(matrix(AVCOL_SPC_ICTCP), ColourMatrix::ICtCp);
    EXPECT_EQ(matrix(AVCOL_SPC_RGB), ColourMatrix::GreenBlueRed);
    EXPECT_EQ(matrix(AVCOL_SPC_CHROMA_DERIVED_NCL, AVCOL_PRI_SMPTE432), ColourMatrix::DisplayP3);
    EXPECT_EQ(matrix(AVCOL_SPC_CHROMA_DERIVED_NCL, AVCOL_PRI_BT2020), ColourMatrix::Bt2020);
    EXPECT_EQ(matrix(AVCOL_SPC_CHROMA_DERIVED_CL, AVCOL_PRI_BT2020), ColourMatrix::Bt2020Cl);
    EXPECT_EQ(format_of({.transfer = AVCOL_TRC_SMPTE2084}).transfer, Transfer::Pq);
    EXPECT_EQ(format_of({.transfer = AVCOL_TRC_ARIB_STD_B67}).transfer, Transfer::Hlg);
    EXPECT_EQ(format_of({.transfer = AVCOL_TRC_LINEAR}).transfer, Transfer::Linear);
    for (const auto ordinary : {AVCOL_TRC_BT709, AVCOL_TRC_IEC61966_2_1, AVCOL_TRC_GAMMA22, AVCOL_TRC_BT2020_10}) {
        EXPECT_EQ(format_of({.transfer = ordinary}).transfer, Transfer::Sdr);
    }
    EXPECT_EQ(format_of({.primaries = AVCOL_PRI_BT2020}).primaries, Primaries::Bt2020);
    EXPECT_EQ(format_of({.primaries = AVCOL_PRI_SMPTE432}).primaries, Primaries::P3);
    EXPECT_EQ(format_of({.primaries = AVCOL_PRI_SMPTE170M}).primaries, Primaries::Bt709);
    EXPECT_EQ(format_of({.transfer = AVCOL_TRC_SMPTE2084}).primaries, Primaries::Bt2020) << "HDR that says nothing";
}

TEST(PixelFormat, RangeIsLimitedOnlyWhereItIsSaidOrUsual) {
    const auto range = [](AVPixelFormat format, AVColorRange stated) {
        return format_of({.format = format, .range = stated}).range;
    };
    EXPECT_EQ(range(AV_PIX_FMT_YUV420P, AVCOL_RANGE_UNSPECIFIED), ColourRange::Limited);
    EXPECT_EQ(range(AV_PIX_FMT_YUV420P, AVCOL_RANGE_JPEG), ColourRange::Full);
    EXPECT_EQ(range(AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_UNSPECIFIED), ColourRange::Full);
    EXPECT_EQ(range(AV_PIX_FMT_GRAY8, AVCOL_RANGE_UNSPECIFIED), ColourRange::Full);
    EXPECT_EQ(range(AV_PIX_FMT_GRAY8, AVCOL_RANGE_MPEG), ColourRange::Limited);
    EXPECT_EQ(range(AV_PIX_FMT_GBRP, AVCOL_RANGE_UNSPECIFIED), ColourRange::Full);
    EXPECT_EQ(range(AV_PIX_FMT_GBRP, AVCOL_RANGE_MPEG), ColourRange::Limited);
    EXPECT_EQ(range(AV_PIX_FMT_BGRA, AVCOL_RANGE_UNSPECIFIED), ColourRange::Full);
}

TEST(PixelFormat, ChromaStandsWhereItIsSaidElseLeftOrAsInJpeg) {
    const auto site = [](AVPixelFormat format, AVChromaLocation stated) {
        return format_of({.format = format, .chroma = stated}).chroma_site;
    };
    EXPECT_EQ(site(AV_PIX_FMT_YUV420P, AVCHROMA_LOC_UNSPECIFIED), ChromaSite::Left);
    EXPECT_EQ(site(AV_PIX_FMT_YUVJ420P, AVCHROMA_LOC_UNSPECIFIED), ChromaSite::Centre);
    EXPECT_EQ(site(AV_PIX_FMT_YUVJ420P, AVCHROMA_LOC_LEFT), ChromaSite::Left);
    EXPECT_EQ(site(AV_PIX_FMT_YUV420P, AVCHROMA_LOC_TOPLEFT), ChromaSite::TopLeft);
    const ChromaOffset left = chroma_offset(format_of({}));
    EXPECT_EQ(left.x, 0);
    EXPECT_EQ(left.y, 0.5);
    const ChromaOffset wide = chroma_offset(format_of({.format = AV_PIX_FMT_YUV411P, .chroma = AVCHROMA_LOC_CENTER}));
    EXPECT_EQ(wide.x, 1.5);
    EXPECT_EQ(wide.y, 0);
}

TEST(PixelFormat, SaysWhereSamplesLie) {
    const PixelFormat p010 = format_of({.format = AV_PIX_FMT_P010LE});
    EXPECT_EQ(p010.bit_depth, 10);
    EXPECT_EQ(p010.low_bits, 6);
    EXPECT_EQ(p010.samples[1], (SampleLayout{1, 0, 4}));
    EXPECT_EQ(p010.samples[2], (SampleLayout{1, 2, 4}));
    EXPECT_FALSE(p010.planar);
    const PixelFormat nv21 = format_of({.format = AV_PIX_FMT_NV21});
    EXPECT_EQ(nv21.samples[1], (SampleLayout{1, 1, 2})) << "V comes first";
    const PixelFormat gbrp = format_of({.format = AV_PIX_FMT_GBRP});
    EXPECT_EQ(gbrp.samples[0].plane, 2) << "red";
    EXPECT_EQ(gbrp.samples[1].plane, 0) << "green";
    EXPECT_EQ(format_of({.format = AV_PIX_FMT_PAL8}).components, 0);
    EXPECT_EQ(format_of({.format = AV_PIX_FMT_MONOBLACK}).components, 0);
    EXPECT_EQ(format_of({.format = AV_PIX_FMT_YUV420P10BE}).components, 0);
    EXPECT_EQ(format_of({.format = AV_PIX_FMT_XYZ12LE}).model, ColourModel::Rgb);
    EXPECT_EQ(make_picture({.format = AV_PIX_FMT_NV12, .size = {33, 17}})->planes().size(), 2U);
    EXPECT_EQ(make_picture({.format = AV_PIX_FMT_NV12, .size = {33, 17}})->planes()[1].size, (Size{17, 9}));
}

TEST(PixelFormat, PeakIsThatOfTheFilmElseOfItsScreen) {
    const auto peak = [](unsigned brightest, int screen, double of_file) {
        const ff::FramePtr frame = ff::make_frame();
        frame->format = AV_PIX_FMT_YUV420P10LE;
        frame->width = frame->height = 16;
        frame->color_trc = AVCOL_TRC_SMPTE2084;
        EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
        if (brightest > 0) av_content_light_metadata_create_side_data(frame.get())->MaxCLL = brightest;
        if (screen > 0) {
            AVMasteringDisplayMetadata* display = av_mastering_display_metadata_create_side_data(frame.get());
            display->has_luminance = 1;
            display->max_luminance = {screen * 10000, 10000};
        }
        return Picture(*frame, {}, 1, of_file).format().peak_nits;
    };
    EXPECT_EQ(peak(1500, 4000, 0), 1500);
    EXPECT_EQ(peak(0, 4000, 600), 4000);
    EXPECT_EQ(peak(0, 0, 600), 600);
    EXPECT_EQ(peak(0, 0, 0), 0);
}

TEST(PixelFormat, SaysItsColoursInWords) {
    EXPECT_EQ(colour_text(format_of({})), "BT.709, limited range, chroma left");
    EXPECT_EQ(colour_text(format_of({.format = AV_PIX_FMT_YUV444P10LE,
                                     .range = AVCOL_RANGE_JPEG,
                                     .matrix = AVCOL_SPC_BT2020_NCL,
                                     .transfer = AVCOL_TRC_ARIB_STD_B67})),
              "BT.2020, HLG, full range");
}

TEST(ColourStep, LeadsBlackAndWhiteToZeroAndOne) {
    for (const int depth : {8, 10, 12, 16}) {
        for (const ColourRange range : {ColourRange::Limited, ColourRange::Full}) {
            for (const ColourMatrix matrix : {ColourMatrix::Bt601, ColourMatrix::Bt709, ColourMatrix::Bt2020,
                                              ColourMatrix::DisplayP3, ColourMatrix::YCgCo}) {
                PixelFormat format;
                format.bit_depth = depth;
                format.range = range;
                format.matrix = matrix;
                const ColourStep step = colour_step(format);
                const int unit = 1 << (depth - 8);
                const bool full = range == ColourRange::Full;
                const std::array<double, 2> luma{full ? 0.0 : 16.0 * unit, full ? (1 << depth) - 1.0 : 235.0 * unit};
                for (std::size_t end = 0; end < 2; ++end) {
                    for (std::size_t row = 0; row < 3; ++row) {
                        double sum = step.matrix[3 * row] * (luma[end] - step.offset[0]);
                        for (std::size_t i = 1; i < 3; ++i) {
                            sum += step.matrix[3 * row + i] * (128.0 * unit - step.offset[i]);
                        }
                        EXPECT_NEAR(sum, static_cast<double>(end), 1e-12);
                    }
                }
            }
        }
    }
}

}  // namespace
}  // namespace inbetween::test
