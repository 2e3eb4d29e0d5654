#include "tests/support/reference_colour.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/check.h"

namespace inbetween::test {
namespace {

double code_at(const Picture& picture, std::size_t component, int x, int y) {
    const PixelFormat& format = picture.format();
    const SampleLayout& samples = format.samples[component];
    const Plane& plane = picture.planes()[static_cast<std::size_t>(samples.plane)];
    const std::uint8_t* at = plane.data + plane.stride * y + samples.offset + std::ptrdiff_t{samples.step} * x;
    if (format.bytes_per_sample() == 1) return *at;
    std::uint16_t wide = 0;
    std::memcpy(&wide, at, sizeof wide);
    return wide >> format.low_bits;
}

// The place of chroma sample 0 among luma samples, along one axis.
double chroma_start(ChromaSite site, bool across, int shift) {
    const double middle = ((1 << shift) - 1) / 2.0;
    if (across) {
        return site == ChromaSite::Left || site == ChromaSite::TopLeft || site == ChromaSite::BottomLeft ? 0 : middle;
    }
    if (site == ChromaSite::Left || site == ChromaSite::Centre) return middle;
    return site == ChromaSite::TopLeft || site == ChromaSite::Top ? 0 : (1 << shift) - 1;
}

double chroma_code(const Picture& picture, std::size_t component, int x, int y) {
    const PixelFormat& format = picture.format();
    const Size size = picture.decoded_size();
    const int columns = (size.width + (1 << format.chroma_shift_x) - 1) >> format.chroma_shift_x;
    const int rows = (size.height + (1 << format.chroma_shift_y) - 1) >> format.chroma_shift_y;
    const double at_x =
        (x - chroma_start(format.chroma_site, true, format.chroma_shift_x)) / (1 << format.chroma_shift_x);
    const double at_y =
        (y - chroma_start(format.chroma_site, false, format.chroma_shift_y)) / (1 << format.chroma_shift_y);
    const int left = static_cast<int>(std::floor(at_x));
    const int top = static_cast<int>(std::floor(at_y));
    double sum = 0;
    for (int dy = 0; dy < 2; ++dy) {
        for (int dx = 0; dx < 2; ++dx) {
            const double share_x = 1 - std::abs(at_x - (left + dx));
            const double share_y = 1 - std::abs(at_y - (top + dy));
            sum +=
                share_x * share_y *
                code_at(picture, component, std::clamp(left + dx, 0, columns - 1), std::clamp(top + dy, 0, rows - 1));
        }
    }
    return sum;
}

// The decoded pixel that stands at an upright place: turned back step by step, then mirrored back.
std::array<int, 2> decoded_place(const Picture& picture, int x, int y) {
    Size size = picture.upright_size();
    for (int turn = 0; turn < picture.orientation().quarter_turns; ++turn) {
        // A clockwise quarter turn brought the bottom left corner to the top left.
        const int before_x = y;
        const int before_y = size.width - 1 - x;
        x = before_x;
        y = before_y;
        size = {size.height, size.width};
    }
    if (picture.orientation().mirrored) x = size.width - 1 - x;
    return {x, y};
}

struct Shares {
    double red;
    double blue;
};

Shares shares_of(ColourMatrix matrix) {
    switch (matrix) {
        case ColourMatrix::Bt601:
            return {0.299, 0.114};
        case ColourMatrix::Bt709:
            return {0.2126, 0.0722};
        case ColourMatrix::Bt2020:
            return {0.2627, 0.0593};
        case ColourMatrix::Smpte240m:
            return {0.212, 0.087};
        case ColourMatrix::Fcc:
            return {0.30, 0.11};
        default:
            IB_CHECK(false);
            return {0, 0};
    }
}

Colour from_differences(ColourMatrix matrix, double y, double cb, double cr) {
    if (matrix == ColourMatrix::YCgCo) {
        const double rest = y - cb;  // half of red and blue
        return {rest + cr, y + cb, rest - cr};
    }
    const Shares shares = shares_of(matrix);
    Colour colour;
    colour.red = y + cr * 2 * (1 - shares.red);
    colour.blue = y + cb * 2 * (1 - shares.blue);
    colour.green = (y - shares.red * colour.red - shares.blue * colour.blue) / (1 - shares.red - shares.blue);
    return colour;
}

std::array<double, 3> times(const double (&m)[3][3], const std::array<double, 3>& v) {
    std::array<double, 3> result{};
    for (std::size_t i = 0; i < 3; ++i) result[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
    return result;
}

// ITU-R BT.2100, tables 6 and 7, and their inverses as published.
constexpr double lms_of_rgb[3][3] = {{1688.0 / 4096, 2146.0 / 4096, 262.0 / 4096},
                                     {683.0 / 4096, 2951.0 / 4096, 462.0 / 4096},
                                     {99.0 / 4096, 309.0 / 4096, 3688.0 / 4096}};
constexpr double rgb_of_lms[3][3] = {{3.4366066943, -2.5064521187, 0.0698454243},
                                     {-0.7913295556, 1.9836004518, -0.1922708962},
                                     {-0.0259498997, -0.0989137147, 1.1248636144}};
constexpr double ictcp_of_lms[3][3] = {
    {0.5, 0.5, 0}, {6610.0 / 4096, -13613.0 / 4096, 7003.0 / 4096}, {17933.0 / 4096, -17390.0 / 4096, -543.0 / 4096}};
constexpr double lms_of_ictcp[3][3] = {
    {1, 0.0086090370, 0.1110296250}, {1, -0.0086090370, -0.1110296250}, {1, 0.5600313357, -0.3206271750}};
// ITU-R BT.2087, rounded there to four digits; here from the chromaticities.
constexpr double bt709_of_bt2020[3][3] = {{1.66049100, -0.58764114, -0.07284986},
                                          {-0.12455047, 1.13289990, -0.00834942},
                                          {-0.01815076, -0.10057890, 1.11872966}};

double srgb(double light) { return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055; }

// BT.2390's EETF between PQ signals, by Bernstein's form of the same Hermite spline.
double rolled_off(double signal, double peak) {
    const double source = reference_pq_from_nits(peak);
    const double top = reference_pq_from_nits(203) / source;
    const double x = std::min(signal / source, 1.0);
    const double knee = 1.5 * top - 0.5;
    if (x < knee) return signal;
    const double t = (x - knee) / (1 - knee);
    const double u = 1 - t;
    // Ends knee and top, slopes 1 and 0 over a stretch of (1 - knee).
    const double points[4] = {knee, knee + (1 - knee) / 3, top, top};
    const double y =
        u * u * u * points[0] + 3 * u * u * t * points[1] + 3 * u * t * t * points[2] + t * t * t * points[3];
    return y * source;
}

}  // namespace

Colour reference_signal(const Picture& picture, int x, int y) {
    const PixelFormat& format = picture.format();
    const auto [at_x, at_y] = decoded_place(picture, x, y);
    const double top = std::pow(2.0, format.bit_depth) - 1;
    const double unit = std::pow(2.0, format.bit_depth - 8);
    const bool limited = format.range == ColourRange::Limited;
    const auto level = [&](double code) { return limited ? (code - 16 * unit) / (219 * unit) : code / top; };
    const double first = level(code_at(picture, 0, at_x, at_y));
    if (format.model == ColourModel::Gray) return {first, first, first};
    if (format.model == ColourModel::Rgb) {
        return {first, level(code_at(picture, 1, at_x, at_y)), level(code_at(picture, 2, at_x, at_y))};
    }
    const double second = chroma_code(picture, 1, at_x, at_y);
    const double third = chroma_code(picture, 2, at_x, at_y);
    if (format.matrix == ColourMatrix::GreenBlueRed) return {level(third), first, level(second)};
    const auto difference = [&](double code) { return (code - 128 * unit) / (limited ? 224 * unit : top); };
    return from_differences(format.matrix, first, difference(second), difference(third));
}

double reference_nits_from_pq(double signal) {
    const double power = std::pow(signal, 1 / 78.84375);
    return 10000 * std::pow(std::max(power - 0.8359375, 0.0) / (18.8515625 - 18.6875 * power), 1 / 0.1593017578125);
}

double reference_pq_from_nits(double nits) {
    const double power = std::pow(std::max(nits, 0.0) / 10000, 0.1593017578125);
    return std::pow((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power), 78.84375);
}

double reference_scene_from_hlg(double signal) {
    const double a = 0.17883277;
    const double b = 0.28466892;
    const double c = 0.55991073;
    return signal <= 0.5 ? signal * signal / 3 : (std::exp((signal - c) / a) + b) / 12;
}

Colour reference_hlg_nits(const Colour& signal) {
    const Colour scene{reference_scene_from_hlg(signal.red), reference_scene_from_hlg(signal.green),
                       reference_scene_from_hlg(signal.blue)};
    const double luminance = 0.2627 * scene.red + 0.6780 * scene.green + 0.0593 * scene.blue;
    const double gain = luminance > 0 ? 1000 * std::pow(luminance, 0.2) : 0;
    return {scene.red * gain, scene.green * gain, scene.blue * gain};
}

Colour reference_screen(const Colour& nits, double peak) {
    std::array<double, 3> lms = times(lms_of_rgb, {nits.red, nits.green, nits.blue});
    for (double& one : lms) one = reference_pq_from_nits(one);
    std::array<double, 3> ictcp = times(ictcp_of_lms, lms);
    const double intensity = rolled_off(ictcp[0], peak);
    const double share = ictcp[0] > 0 ? intensity / ictcp[0] : 0;
    lms = times(lms_of_ictcp, {intensity, ictcp[1] * share, ictcp[2] * share});
    for (double& one : lms) one = reference_nits_from_pq(std::clamp(one, 0.0, 1.0));
    const std::array<double, 3> light = times(bt709_of_bt2020, times(rgb_of_lms, lms));
    return {srgb(light[0] / 203), srgb(light[1] / 203), srgb(light[2] / 203)};
}

}  // namespace inbetween::test
