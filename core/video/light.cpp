#include "core/video/light.h"

#include <algorithm>
#include <cmath>

namespace inbetween {
namespace {

constexpr double determinant(const Matrix3& m) {
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

constexpr Matrix3 inverse(const Matrix3& m) {
    const double d = determinant(m);
    return {(m[4] * m[8] - m[5] * m[7]) / d, (m[2] * m[7] - m[1] * m[8]) / d, (m[1] * m[5] - m[2] * m[4]) / d,
            (m[5] * m[6] - m[3] * m[8]) / d, (m[0] * m[8] - m[2] * m[6]) / d, (m[2] * m[3] - m[0] * m[5]) / d,
            (m[3] * m[7] - m[4] * m[6]) / d, (m[1] * m[6] - m[0] * m[7]) / d, (m[0] * m[4] - m[1] * m[3]) / d};
}

constexpr Matrix3 product(const Matrix3& a, const Matrix3& b) {
    Matrix3 result{};
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column) {
            for (std::size_t i = 0; i < 3; ++i) result[row * 3 + column] += a[row * 3 + i] * b[i * 3 + column];
        }
    }
    return result;
}

/// Chromaticities x, y of red, green and blue.
using Chromaticities = std::array<double, 6>;
constexpr Chromaticities bt709{0.640, 0.330, 0.300, 0.600, 0.150, 0.060};
constexpr Chromaticities bt2020{0.708, 0.292, 0.170, 0.797, 0.131, 0.046};
constexpr Chromaticities p3{0.680, 0.320, 0.265, 0.690, 0.150, 0.060};

constexpr const Chromaticities& chromaticities(Primaries primaries) {
    switch (primaries) {
        case Primaries::Bt2020:
            return bt2020;
        case Primaries::P3:
            return p3;
        case Primaries::Bt709:
            break;
    }
    return bt709;
}

// source: SMPTE RP 177.
constexpr Matrix3 xyz_from(const Chromaticities& of) {
    Matrix3 m{};
    for (std::size_t i = 0; i < 3; ++i) {
        const double x = of[2 * i];
        const double y = of[2 * i + 1];
        m[i] = x / y;
        m[3 + i] = 1;
        m[6 + i] = (1 - x - y) / y;
    }
    constexpr double white_x = 0.3127;  // D65
    constexpr double white_y = 0.3290;
    const Triple white{white_x / white_y, 1, (1 - white_x - white_y) / white_y};
    const Triple scale = transformed(inverse(m), white);
    for (std::size_t i = 0; i < 9; ++i) m[i] *= scale[i % 3];
    return m;
}

constexpr Matrix3 divided(Matrix3 m, double by) {
    for (double& value : m) value /= by;
    return m;
}

constexpr Matrix3 lms_of_bt2020 = divided({1688, 2146, 262, 683, 2951, 462, 99, 309, 3688}, 4096);
constexpr Matrix3 ictcp_of_pq = divided({2048, 2048, 0, 6610, -13613, 7003, 17933, -17390, -543}, 4096);
constexpr Matrix3 ictcp_of_hlg = divided({2048, 2048, 0, 3625, -7465, 3840, 9500, -9212, -288}, 4096);

// The constants of SMPTE ST 2084.
constexpr double pq_m1 = 2610.0 / 16384;
constexpr double pq_m2 = 2523.0 / 4096 * 128;
constexpr double pq_c1 = 3424.0 / 4096;
constexpr double pq_c2 = 2413.0 / 4096 * 32;
constexpr double pq_c3 = 2392.0 / 4096 * 32;
constexpr double pq_top_nits = 10000;

// Those of ARIB STD-B67.
constexpr double hlg_a = 0.17883277;
constexpr double hlg_b = 1 - 4 * hlg_a;
constexpr double hlg_c = 0.55991073;

// Those of BT.2020, to as many digits as twelve bits want.
constexpr double sdr_alpha = 1.09929682680944;
constexpr double sdr_beta = 0.018053968510807;

}  // namespace

double nits_from_pq(double signal) {
    const double root = std::pow(std::clamp(signal, 0.0, 1.0), 1 / pq_m2);
    return pq_top_nits * std::pow(std::max(root - pq_c1, 0.0) / (pq_c2 - pq_c3 * root), 1 / pq_m1);
}

double pq_from_nits(double nits) {
    const double power = std::pow(std::clamp(nits / pq_top_nits, 0.0, 1.0), pq_m1);
    return std::pow((pq_c1 + pq_c2 * power) / (1 + pq_c3 * power), pq_m2);
}

double scene_from_hlg(double signal) {
    signal = std::clamp(signal, 0.0, 1.0);
    if (signal <= 0.5) return signal * signal / 3;
    return (std::exp((signal - hlg_c) / hlg_a) + hlg_b) / 12;
}

double hlg_from_scene(double light) {
    light = std::clamp(light, 0.0, 1.0);
    if (light <= 1.0 / 12) return std::sqrt(3 * light);
    return hlg_a * std::log(12 * light - hlg_b) + hlg_c;
}

double scene_from_sdr(double signal) {
    signal = std::clamp(signal, 0.0, 1.0);
    if (signal < 4.5 * sdr_beta) return signal / 4.5;
    return std::pow((signal + sdr_alpha - 1) / sdr_alpha, 1 / 0.45);
}

double sdr_from_scene(double light) {
    light = std::clamp(light, 0.0, 1.0);
    if (light < sdr_beta) return 4.5 * light;
    return sdr_alpha * std::pow(light, 0.45) - (sdr_alpha - 1);
}

double srgb_from_light(double light) {
    light = std::clamp(light, 0.0, 1.0);
    return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

Matrix3 primaries_step(Primaries from, Primaries to) {
    return product(inverse(xyz_from(chromaticities(to))), xyz_from(chromaticities(from)));
}

Matrix3 lms_from_bt2020() { return lms_of_bt2020; }

Matrix3 bt2020_from_lms() {
    static constexpr Matrix3 matrix = inverse(lms_of_bt2020);
    return matrix;
}

Matrix3 ictcp_from_pq_lms() { return ictcp_of_pq; }

Matrix3 pq_lms_from_ictcp() {
    static constexpr Matrix3 matrix = inverse(ictcp_of_pq);
    return matrix;
}

Matrix3 hlg_lms_from_ictcp() {
    static constexpr Matrix3 matrix = inverse(ictcp_of_hlg);
    return matrix;
}

}  // namespace inbetween
