#include "core/video/screen_colour.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/video/colour_cube.h"
#include "core/video/screen_converter.h"
#include "tests/support/made_picture.h"
#include "tests/support/reference_colour.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

PixelFormat hdr(Transfer transfer, double peak = 0) {
    PixelFormat format;
    format.matrix = ColourMatrix::Bt2020;
    format.primaries = Primaries::Bt2020;
    format.transfer = transfer;
    format.peak_nits = peak;
    return format;
}

double spread(const Triple& colour) { return *std::ranges::max_element(colour) - *std::ranges::min_element(colour); }

bool is_inside(const Colour& colour, double margin) {
    const auto [low, high] = std::minmax({colour.red, colour.green, colour.blue});
    return low > margin && high < 1;
}

TEST(Light, FollowsTheStandards) {
    for (double signal = 0.01; signal <= 1; signal += 0.01) {
        EXPECT_NEAR(nits_from_pq(signal) / reference_nits_from_pq(signal), 1, 1e-9);
        EXPECT_NEAR(pq_from_nits(nits_from_pq(signal)), signal, 1e-9);
        EXPECT_NEAR(scene_from_hlg(signal), reference_scene_from_hlg(signal), 1e-7);
        EXPECT_NEAR(hlg_from_scene(scene_from_hlg(signal)), signal, 1e-6);
        EXPECT_NEAR(sdr_from_scene(scene_from_sdr(signal)), signal, 1e-9);
    }
    // BT.2408, table 1: the signals of 203 cd/m2.
    EXPECT_NEAR(pq_from_nits(203), 0.58, 0.005);
    EXPECT_NEAR(scene_from_hlg(0.75), 0.265, 0.0005);
    EXPECT_EQ(nits_from_pq(0), 0);
    EXPECT_EQ(scene_from_hlg(0), 0);
}

TEST(Light, StepsBetweenPrimariesAreThePublishedOnes) {
    // BT.2087 and what CSS Color 4 gives for P3, to four digits.
    const Matrix3 wide{1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187};
    const Matrix3 p3{1.2249, -0.2249, 0, -0.0420, 1.0420, 0, -0.0196, -0.0786, 1.0983};
    for (std::size_t i = 0; i < 9; ++i) {
        EXPECT_NEAR(primaries_step(Primaries::Bt2020, Primaries::Bt709)[i], wide[i], 1e-4);
        EXPECT_NEAR(primaries_step(Primaries::P3, Primaries::Bt709)[i], p3[i], 1e-3);
        EXPECT_NEAR(primaries_step(Primaries::P3, Primaries::P3)[i], i % 4 == 0 ? 1 : 0, 1e-12);
    }
}

TEST(ScreenColour, IsNeededForWhatIsNotMadeForThisScreen) {
    PixelFormat format;
    EXPECT_FALSE(ScreenColour::is_needed(format));
    format.matrix = ColourMatrix::Bt2020Cl;
    EXPECT_TRUE(ScreenColour::is_needed(format));
    EXPECT_TRUE(ScreenColour::is_needed(hdr(Transfer::Pq)));
    EXPECT_TRUE(ScreenColour::is_needed(hdr(Transfer::Hlg)));
    EXPECT_TRUE(ScreenColour::is_needed(hdr(Transfer::Sdr))) << "wide colours";
    format = hdr(Transfer::Sdr);
    format.model = ColourModel::Gray;
    EXPECT_FALSE(ScreenColour::is_needed(format)) << "gray is gray by any primaries";
}

TEST(ScreenColour, GraysStayGrayAndRiseWithTheLight) {
    for (const Transfer transfer : {Transfer::Pq, Transfer::Hlg, Transfer::Sdr}) {
        const ScreenColour screen(hdr(transfer));
        double before = -1;
        for (int i = 0; i <= 1000; ++i) {
            const double signal = i / 1000.0;
            const Triple shown = screen({signal, signal, signal});
            EXPECT_LT(spread(shown), 2e-4) << signal;
            EXPECT_GE(shown[1], before - 1e-12) << signal;
            before = shown[1];
        }
        EXPECT_NEAR(before, 1, 1e-6) << "the brightest light is the screen's white";
        EXPECT_EQ(screen({0, 0, 0})[0], 0);
    }
}

TEST(ScreenColour, PaperWhiteIsALittleBelowTheScreensWhite) {
    const double paper_pq = reference_pq_from_nits(203);
    const double expected = 255 * reference_screen({203, 203, 203}, 1000).green;
    EXPECT_NEAR(expected, 229, 0.5);
    EXPECT_NEAR(255 * ScreenColour(hdr(Transfer::Pq))({paper_pq, paper_pq, paper_pq})[1], expected, 0.1);
    EXPECT_NEAR(255 * ScreenColour(hdr(Transfer::Hlg))({0.75, 0.75, 0.75})[1], expected, 0.5);
    // A film that is nowhere brighter than paper is not made darker.
    EXPECT_NEAR(255 * ScreenColour(hdr(Transfer::Pq, 203))({paper_pq, paper_pq, paper_pq})[1], 255, 0.1);
    // A brighter film leaves less for paper.
    EXPECT_LT(255 * ScreenColour(hdr(Transfer::Pq, 4000))({paper_pq, paper_pq, paper_pq})[1], expected - 10);
    // Half of paper's light is below the roll-off, and is what sRGB codes.
    const double half = reference_pq_from_nits(80);
    EXPECT_NEAR(ScreenColour(hdr(Transfer::Pq))({half, half, half})[0], 1.055 * std::pow(80.0 / 203, 1 / 2.4) - 0.055,
                1e-3);
}

TEST(ScreenColour, FollowsTheEquationsInsideTheScreensColours) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> any(0, 1);
    std::normal_distribution<double> near(0, 0.04);
    for (const double peak : {0.0, 600.0, 4000.0}) {
        const ScreenColour pq(hdr(Transfer::Pq, peak));
        const ScreenColour hlg(hdr(Transfer::Hlg));
        int inside = 0;
        for (int i = 0; i < 4000; ++i) {
            const double level = any(random) * (peak > 0 ? reference_pq_from_nits(peak) : 0.75);
            const auto signal = [&] { return std::clamp(level + near(random), 0.0, 1.0); };
            const Triple colour{signal(), signal(), signal()};
            const Colour nits{reference_nits_from_pq(colour[0]), reference_nits_from_pq(colour[1]),
                              reference_nits_from_pq(colour[2])};
            const auto expect_same = [&inside](const Triple& shown, const Colour& right) {
                // Nearer to the edge saturation is taken back.
                const double highest = std::max({right.red, right.green, right.blue});
                if (!is_inside(right, 0.4 * highest)) return;
                ++inside;
                EXPECT_NEAR(shown[0], right.red, 1e-3);
                EXPECT_NEAR(shown[1], right.green, 1e-3);
                EXPECT_NEAR(shown[2], right.blue, 1e-3);
            };
            expect_same(pq(colour), reference_screen(nits, peak > 0 ? peak : 1000));
            expect_same(hlg(colour), reference_screen(reference_hlg_nits({colour[0], colour[1], colour[2]}), 1000));
        }
        EXPECT_GT(inside, 1500);
    }
}

TEST(ScreenColour, ColoursTheScreenLacksKeepTheirHueAndOrder) {
    const ScreenColour screen(hdr(Transfer::Pq));
    for (std::size_t pure = 0; pure < 3; ++pure) {
        double before = 2;
        // From gray to pure, the other components sink and never come back.
        for (int i = 1; i <= 50; ++i) {
            const double high = reference_pq_from_nits(100);
            const double low = reference_pq_from_nits(100 * (1 - i / 50.0));
            Triple colour{low, low, low};
            colour[pure] = high;
            const Triple shown = screen(colour);
            for (const double component : shown) {
                EXPECT_GE(component, 0);
                EXPECT_LE(component, 1);
            }
            EXPECT_EQ(std::ranges::max_element(shown) - shown.begin(), static_cast<std::ptrdiff_t>(pure));
            const double least = *std::ranges::min_element(shown);
            EXPECT_LT(least, before + 1e-9) << pure << " step " << i;
            before = least;
        }
    }
}

TEST(ScreenColour, WideColoursOfOrdinaryVideoStayWhereTheScreenHasThem) {
    const ScreenColour screen(hdr(Transfer::Sdr));
    const Matrix3 back = primaries_step(Primaries::Bt709, Primaries::Bt2020);
    for (const Triple& colour : {Triple{0.5, 0.5, 0.5}, Triple{0.6, 0.4, 0.5}, Triple{0.3, 0.7, 0.6}}) {
        Triple light = colour;
        for (double& component : light) component = std::pow(component, 2.4);
        Triple wide = transformed(back, light);
        for (double& component : wide) component = std::pow(component, 1 / 2.4);
        const Triple shown = screen(wide);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(shown[i], colour[i], 1e-6);
    }
}

TEST(ScreenColour, UndoesConstantLuminanceAndIctcp) {
    // Colours of ordinary light are coded by the standards' equations and must come back.
    PixelFormat constant = hdr(Transfer::Sdr);
    constant.matrix = ColourMatrix::Bt2020Cl;
    PixelFormat plain = hdr(Transfer::Sdr);
    const ScreenColour from_constant(constant);
    const ScreenColour from_plain(plain);
    const auto coded = [](double light) {
        return light < 0.018053968510807 ? 4.5 * light : 1.09929682680944 * std::pow(light, 0.45) - 0.09929682680944;
    };
    for (const Triple& light : {Triple{0.2, 0.2, 0.2}, Triple{0.4, 0.2, 0.1}, Triple{0.1, 0.3, 0.5}}) {
        const Triple signal{coded(light[0]), coded(light[1]), coded(light[2])};
        const double y = coded(0.2627 * light[0] + 0.6780 * light[1] + 0.0593 * light[2]);
        // BT.2020-2, table 4.
        const auto difference = [y](double component, double down, double up) {
            return (component - y) / (component <= y ? down : up);
        };
        const Triple differences{y, difference(signal[2], 1.9404, 1.5816) + 0.5,
                                 difference(signal[0], 1.7184, 0.9936) + 0.5};
        const Triple shown = from_constant(differences);
        const Triple right = from_plain(signal);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(shown[i], right[i], 1e-3);
    }
    PixelFormat ictcp = hdr(Transfer::Pq);
    ictcp.matrix = ColourMatrix::ICtCp;
    for (const double nits : {0.5, 20.0, 203.0, 900.0}) {
        const double signal = reference_pq_from_nits(nits);
        const Triple shown = ScreenColour(ictcp)({signal, 0.5, 0.5});
        const Triple right = ScreenColour(hdr(Transfer::Pq))({signal, signal, signal});
        for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(shown[i], right[i], 1e-3) << nits;
    }
}

/// A colour through the table, by the same way in double precision.
Triple through(const ColourCube& cube, const Triple& colour) {
    constexpr int side = ColourCube::side;
    std::array<int, 3> below{};
    std::array<double, 3> beyond{};
    for (std::size_t i = 0; i < 3; ++i) {
        const double at = std::clamp(colour[i] * cube.scale(), 0.0, 1.0) * (side - 1);
        below[i] = std::min(static_cast<int>(at), side - 2);
        beyond[i] = at - below[i];
    }
    std::array<std::size_t, 3> order{0, 1, 2};
    std::ranges::stable_sort(order, std::greater{}, [&beyond](std::size_t i) { return beyond[i]; });
    Triple sum{};
    double left = 1;
    for (std::size_t corner = 0; corner < 4; ++corner) {
        const double next = corner < 3 ? beyond[order[corner]] : 0;
        const int index = below[0] + side * (below[1] + side * below[2]);
        for (std::size_t i = 0; i < 3; ++i) {
            sum[i] += (left - next) * static_cast<double>(cube.entries()[static_cast<std::size_t>(index) * 4 + i]);
        }
        left = next;
        if (corner < 3) ++below[order[corner]];
    }
    return sum;
}

TEST(ColourCube, IsNearTheColoursItStandsFor) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> any(0, 1);
    std::normal_distribution<double> near(0, 0.05);
    for (const Transfer transfer : {Transfer::Pq, Transfer::Hlg, Transfer::Sdr}) {
        const PixelFormat format = hdr(transfer, transfer == Transfer::Pq ? 1000 : 0);
        const auto cube = ColourCube::make(format);
        ASSERT_NE(cube, nullptr);
        const ScreenColour screen(format);
        std::vector<double> errors;
        const double top = screen.highest_signal();
        for (int i = 0; i < 20000; ++i) {
            const double level = any(random) * top;
            const auto signal = [&] { return std::clamp(level + near(random), 0.0, top); };
            const Triple colour{signal(), signal(), signal()};
            const Triple shown = through(*cube, colour);
            const Triple right = screen(colour);
            for (std::size_t c = 0; c < 3; ++c) errors.push_back(255 * std::abs(shown[c] - right[c]));
        }
        std::ranges::sort(errors);
        EXPECT_LT(errors[errors.size() / 2], 0.1);
        EXPECT_LT(errors[errors.size() * 99 / 100], 2);
        for (int i = 0; i <= 1000; ++i) {
            const double gray = top * i / 1000;
            const Triple shown = through(*cube, {gray, gray, gray});
            EXPECT_NEAR(255 * shown[0], 255 * screen({gray, gray, gray})[0], 0.5);
            EXPECT_LT(255 * spread(shown), 0.05);
        }
    }
}

TEST(ColourCube, IsKeptWhileTheColoursStayTheSame) {
    const auto cube = ColourCube::make(hdr(Transfer::Pq, 1000));
    PixelFormat other = hdr(Transfer::Pq, 1000);
    other.bit_depth = 12;
    other.chroma_site = ChromaSite::Centre;
    EXPECT_TRUE(cube->serves(other));
    EXPECT_FALSE(cube->serves(hdr(Transfer::Pq, 600)));
    EXPECT_FALSE(cube->serves(hdr(Transfer::Hlg, 1000)));
    EXPECT_EQ(ColourCube::make(PixelFormat{}), nullptr);
}

TEST(ScreenConverter, ToneMapsHdrThroughTheTable) {
    ScreenConverter converter;
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_P010LE}) {
        for (const int nits : {0, 1, 10, 50, 100, 203, 400, 1000}) {
            const double signal = reference_pq_from_nits(nits);
            const int code = static_cast<int>(std::lround(64 + 876 * signal));
            const Made made{.format = format, .matrix = AVCOL_SPC_BT2020_NCL, .transfer = AVCOL_TRC_SMPTE2084};
            const double coded = reference_nits_from_pq((code - 64) / 876.0);
            const double right = nits == 0 ? 0 : 255 * reference_screen({coded, coded, coded}, 1000).green;
            Image image;
            IB_ASSERT_OK(converter.convert(*make_flat(made, {code, 512, 512}), {}, {}, image));
            for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(image.pixels[i], std::min(right, 255.0), 1) << nits;
        }
    }
}

}  // namespace
}  // namespace inbetween::test
