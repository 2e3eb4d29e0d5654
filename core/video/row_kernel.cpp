#include "core/video/row_kernel.h"

#include <cstring>

// Loops over rows, written so that the compiler turns them into vector code: once for every processor, and once for
// those with AVX2, which take half the time. Which one runs is decided where the program runs.

#define IB_INLINE [[gnu::always_inline]] inline

namespace inbetween {
namespace {

using Bytes = const std::uint8_t* __restrict;

// --- down: rows of samples become one, in 256ths where that is exact, else as floats ---

template <int Step>
IB_INLINE void blend_parts(const ComponentRow& c, std::uint16_t* __restrict out) {
    const int step = Step > 0 ? Step : c.step;
    const int count = c.samples;
    const Bytes first = c.rows[0].samples;
    const std::uint16_t part = c.rows[0].part;
    if (c.rows.size() == 1) {
        for (int i = 0; i < count; ++i) out[i] = static_cast<std::uint16_t>(first[i * step] << 8);
        return;
    }
    const Bytes second = c.rows[1].samples;
    const std::uint16_t second_part = c.rows[1].part;
    for (int i = 0; i < count; ++i) {
        out[i] = static_cast<std::uint16_t>(first[i * step] * part + second[i * step] * second_part);
    }
    for (std::size_t row = 2; row < c.rows.size(); ++row) {
        const Bytes more = c.rows[row].samples;
        const std::uint16_t more_part = c.rows[row].part;
        for (int i = 0; i < count; ++i) out[i] = static_cast<std::uint16_t>(out[i] + more[i * step] * more_part);
    }
}

template <class Sample>
IB_INLINE float sample_at(Bytes samples, int offset) {
    Sample sample = 0;
    std::memcpy(&sample, samples + offset, sizeof sample);
    return static_cast<float>(sample);
}

template <class Sample, int Step>
IB_INLINE void blend(const ComponentRow& c, float* __restrict out) {
    const int step = Step > 0 ? Step : c.step;
    const int count = c.samples;
    const Bytes first = c.rows[0].samples;
    const float share = c.rows[0].share;
    for (int i = 0; i < count; ++i) out[i] = sample_at<Sample>(first, i * step) * share;
    for (std::size_t row = 1; row < c.rows.size(); ++row) {
        const Bytes more = c.rows[row].samples;
        const float more_share = c.rows[row].share;
        for (int i = 0; i < count; ++i) out[i] += sample_at<Sample>(more, i * step) * more_share;
    }
}

// --- across: samples become pixels ---

template <int Period, int Advance, int Taps, class Sample>
IB_INLINE void repeat(const AxisFilter::Middle& middle, const Sample* __restrict in, float* __restrict out) {
    const Sample* __restrict from = in + middle.first;
    float* __restrict to = out + middle.begin;
    const int groups = (middle.end - middle.begin) / Period;
    float share[Period * Taps];
    for (int i = 0; i < Period * Taps; ++i) share[i] = middle.shares[static_cast<std::size_t>(i)];
    for (int group = 0; group < groups; ++group) {
        for (int pixel = 0; pixel < Period; ++pixel) {
            float sum = 0;
            for (int tap = 0; tap < Taps; ++tap) {
                sum += share[pixel * Taps + tap] * static_cast<float>(from[group * Advance + tap]);
            }
            to[group * Period + pixel] = sum;
        }
    }
}

template <class Sample>
IB_INLINE void one_by_one(const AxisFilter& filter, const Sample* in, float* out, int begin, int end) {
    const int taps = filter.taps();
    for (int pixel = begin; pixel < end; ++pixel) {
        const Sample* from = in + filter.first(pixel);
        const float* share = filter.shares(pixel).data();
        float sum = 0;
        for (int tap = 0; tap < taps; ++tap) sum += share[tap] * static_cast<float>(from[tap]);
        out[pixel] = sum;
    }
}

constexpr int pattern(int period, int advance, int taps) { return period * 100 + advance * 10 + taps; }

// Pictures shown whole, at a half, a third or a quarter, with chroma as dense, half or a quarter as dense.
template <class Sample>
IB_INLINE bool repeat_known(const AxisFilter::Middle& middle, const Sample* in, float* out) {
    switch (pattern(middle.period, middle.advance, middle.taps)) {
        case pattern(1, 1, 1):
            return repeat<1, 1, 1>(middle, in, out), true;
        case pattern(1, 1, 2):
            return repeat<1, 1, 2>(middle, in, out), true;
        case pattern(1, 1, 3):
            return repeat<1, 1, 3>(middle, in, out), true;
        case pattern(2, 1, 2):
            return repeat<2, 1, 2>(middle, in, out), true;
        case pattern(2, 1, 3):
            return repeat<2, 1, 3>(middle, in, out), true;
        case pattern(4, 1, 2):
            return repeat<4, 1, 2>(middle, in, out), true;
        case pattern(1, 2, 2):
            return repeat<1, 2, 2>(middle, in, out), true;
        case pattern(1, 2, 3):
            return repeat<1, 2, 3>(middle, in, out), true;
        case pattern(1, 2, 4):
            return repeat<1, 2, 4>(middle, in, out), true;
        case pattern(1, 3, 3):
            return repeat<1, 3, 3>(middle, in, out), true;
        case pattern(2, 3, 4):
            return repeat<2, 3, 4>(middle, in, out), true;
        case pattern(2, 3, 5):
            return repeat<2, 3, 5>(middle, in, out), true;
        case pattern(1, 4, 4):
            return repeat<1, 4, 4>(middle, in, out), true;
        default:
            return false;
    }
}

template <class Sample>
IB_INLINE void spread(const AxisFilter& filter, const Sample* in, float* out) {
    const AxisFilter::Middle& middle = filter.middle();
    if (middle.end <= middle.begin || !repeat_known(middle, in, out)) {
        one_by_one(filter, in, out, 0, filter.pixels());
        return;
    }
    one_by_one(filter, in, out, 0, middle.begin);
    one_by_one(filter, in, out, middle.end, filter.pixels());
}

IB_INLINE void make_component(const ComponentRow& c, const RowScratch& scratch, float* out) {
    if (c.in_parts) {
        if (c.step == 1) {
            blend_parts<1>(c, scratch.in_parts);
        } else if (c.step == 2) {
            blend_parts<2>(c, scratch.in_parts);
        } else {
            blend_parts<0>(c, scratch.in_parts);
        }
        return spread(*c.across, scratch.in_parts, out);
    }
    if (c.bytes == 1) {
        if (c.step == 1) {
            blend<std::uint8_t, 1>(c, scratch.blended);
        } else {
            blend<std::uint8_t, 0>(c, scratch.blended);
        }
    } else if (c.step == 2) {
        blend<std::uint16_t, 2>(c, scratch.blended);
    } else {
        blend<std::uint16_t, 0>(c, scratch.blended);
    }
    spread(*c.across, scratch.blended, out);
}

// --- colours ---

/// A row's three components, and what becomes of them.
struct Colours {
    const float* __restrict first;
    const float* __restrict second;
    const float* __restrict third;
    std::uint32_t* __restrict pixels;
    int count;
};

constexpr std::uint32_t opaque = 0xFF000000U;

IB_INLINE float clamped(float value, float top) {
    value = value < 0 ? 0 : value;
    return value > top ? top : value;
}

IB_INLINE std::uint32_t whole(float value, float top) {
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(clamped(value, top) + 0.5F));
}

IB_INLINE void finish_plain(const ColourKernel& k, const Colours& row) {
    float m[9];
    float o[3];
    for (std::size_t i = 0; i < 9; ++i) m[i] = k.matrix[i] * 255;
    for (std::size_t i = 0; i < 3; ++i) o[i] = k.offset[i] * 255;
    const float gain = k.gain;
    const float lift = k.lift * 255;
    for (int i = 0; i < row.count; ++i) {
        const float a = row.first[i];
        const float b = row.second[i];
        const float c = row.third[i];
        const float red = clamped(m[0] * a + m[1] * b + m[2] * c + o[0], 255);
        const float green = clamped(m[3] * a + m[4] * b + m[5] * c + o[1], 255);
        const float blue = clamped(m[6] * a + m[7] * b + m[8] * c + o[2], 255);
        row.pixels[i] = whole(red * gain + lift, 255) | whole(green * gain + lift, 255) << 8 |
                        whole(blue * gain + lift, 255) << 16 | opaque;
    }
}

IB_INLINE void finish_curve(const ColourKernel& k, const Colours& row) {
    constexpr float top = curve_size - 1;
    const std::uint8_t* __restrict curve = k.curve;
    for (int i = 0; i < row.count; ++i) {
        const float a = row.first[i];
        const float b = row.second[i];
        const float c = row.third[i];
        std::uint32_t pixel = opaque;
        for (std::size_t j = 0; j < 3; ++j) {
            const float* m = &k.matrix[3 * j];
            const float component = m[0] * a + m[1] * b + m[2] * c + k.offset[j];
            pixel |= static_cast<std::uint32_t>(curve[whole(component * top, top)]) << (8 * j);
        }
        row.pixels[i] = pixel;
    }
}

using Four = float __attribute__((vector_size(16)));
using FourWhole = std::int32_t __attribute__((vector_size(16)));

IB_INLINE Four entry(const float* cube, std::int32_t index) {
    Four loaded;
    std::memcpy(&loaded, cube + std::ptrdiff_t{4} * index, sizeof loaded);
    return loaded;
}

/// So many pixels go through the cube at a time: first where they lie in it, then what is there.
constexpr int block = 64;

/// The four corners of the tetrahedron that each colour lies in, and their shares.
struct CubePlaces {
    std::int32_t corner[4][block];
    float share[4][block];
};

// The corners are reached from the lowest one along the axes, in the order of how far the colour is beyond it.
IB_INLINE void find_places(const ColourKernel& k, const Colours& row, int begin, int count,
                           CubePlaces& __restrict places) {
    const int side = k.cube_side;
    const auto last = static_cast<float>(side - 1);
    const float scale = last * k.cube_scale;
    float m[9];
    float o[3];
    for (std::size_t i = 0; i < 9; ++i) m[i] = k.matrix[i] * scale;
    for (std::size_t i = 0; i < 3; ++i) o[i] = k.offset[i] * scale;
    const float* __restrict first = row.first + begin;
    const float* __restrict second = row.second + begin;
    const float* __restrict third = row.third + begin;
    const std::int32_t along_y = side;
    const std::int32_t along_z = side * side;
    const std::int32_t highest = side - 2;
    for (int i = 0; i < count; ++i) {
        const float a = first[i];
        const float b = second[i];
        const float c = third[i];
        const float x = clamped(m[0] * a + m[1] * b + m[2] * c + o[0], last);
        const float y = clamped(m[3] * a + m[4] * b + m[5] * c + o[1], last);
        const float z = clamped(m[6] * a + m[7] * b + m[8] * c + o[2], last);
        std::int32_t below_x = static_cast<std::int32_t>(x);
        std::int32_t below_y = static_cast<std::int32_t>(y);
        std::int32_t below_z = static_cast<std::int32_t>(z);
        below_x = below_x > highest ? highest : below_x;
        below_y = below_y > highest ? highest : below_y;
        below_z = below_z > highest ? highest : below_z;
        const float beyond_x = x - static_cast<float>(below_x);
        const float beyond_y = y - static_cast<float>(below_y);
        const float beyond_z = z - static_cast<float>(below_z);
        const float larger = beyond_x > beyond_y ? beyond_x : beyond_y;
        const float smaller = beyond_x > beyond_y ? beyond_y : beyond_x;
        const float most = larger > beyond_z ? larger : beyond_z;
        const float least = smaller < beyond_z ? smaller : beyond_z;
        const float middle = beyond_x + beyond_y + beyond_z - most - least;
        // Of equal ones x is taken before y and y before z as the longest, the other way round as the shortest.
        const std::int32_t most_step = most == beyond_x ? 1 : most == beyond_y ? along_y : along_z;
        const std::int32_t least_step = least == beyond_z ? along_z : least == beyond_y ? along_y : 1;
        const std::int32_t base = below_x + along_y * below_y + along_z * below_z;
        const std::int32_t top = base + 1 + along_y + along_z;
        places.corner[0][i] = base;
        places.corner[1][i] = base + most_step;
        places.corner[2][i] = top - least_step;
        places.corner[3][i] = top;
        places.share[0][i] = 1 - most;
        places.share[1][i] = most - middle;
        places.share[2][i] = middle - least;
        places.share[3][i] = least;
    }
}

IB_INLINE Four look_up(const float* cube, const CubePlaces& places, int i) {
    Four sum = entry(cube, places.corner[0][i]) * places.share[0][i];
    for (int j = 1; j < 4; ++j) sum += entry(cube, places.corner[j][i]) * places.share[j][i];
    return sum;
}

IB_INLINE void finish_cube(const ColourKernel& k, const Colours& row) {
    CubePlaces places;
    const float gain = k.gain * 255;
    const float lift = k.lift * 255 + 0.5F;
    constexpr float top = curve_size - 1;
    for (int begin = 0; begin < row.count; begin += block) {
        const int count = row.count - begin < block ? row.count - begin : block;
        find_places(k, row, begin, count, places);
        std::uint32_t* pixels = row.pixels + begin;
        if (k.curve != nullptr) {
            for (int i = 0; i < count; ++i) {
                const FourWhole at = __builtin_convertvector(look_up(k.cube, places, i) * top + 0.5F, FourWhole);
                pixels[i] = opaque | k.curve[at[0]] | static_cast<std::uint32_t>(k.curve[at[1]]) << 8 |
                            static_cast<std::uint32_t>(k.curve[at[2]]) << 16;
            }
            continue;
        }
        for (int i = 0; i < count; ++i) {
            Four shown = look_up(k.cube, places, i) * gain + lift;
            shown = shown < 0 ? Four{} : shown;
            shown = shown > 255 ? Four{} + 255 : shown;
            const FourWhole whole_ones = __builtin_convertvector(shown, FourWhole);
            pixels[i] = opaque | static_cast<std::uint32_t>(whole_ones[0]) |
                        static_cast<std::uint32_t>(whole_ones[1]) << 8 |
                        static_cast<std::uint32_t>(whole_ones[2]) << 16;
        }
    }
}

IB_INLINE void convert(std::span<const ComponentRow> components, const ColourKernel& colour, const RowScratch& scratch,
                       std::uint32_t* pixels) {
    for (std::size_t i = 0; i < components.size(); ++i) {
        make_component(components[i], scratch, scratch.components[i]);
    }
    const bool gray = components.size() == 1;
    const Colours row{scratch.components[0], scratch.components[gray ? 0 : 1], scratch.components[gray ? 0 : 2], pixels,
                      components[0].across->pixels()};
    if (colour.cube != nullptr) {
        finish_cube(colour, row);
    } else if (colour.curve != nullptr) {
        finish_curve(colour, row);
    } else {
        finish_plain(colour, row);
    }
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void convert_avx2(std::span<const ComponentRow> components, const ColourKernel& colour,
                                              const RowScratch& scratch, std::uint32_t* pixels) {
    convert(components, colour, scratch, pixels);
}

bool has_avx2() {
    static const bool has = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    return has;
}
#endif

}  // namespace

void convert_row(std::span<const ComponentRow> components, const ColourKernel& colour, const RowScratch& scratch,
                 std::uint32_t* pixels) {
#if defined(__x86_64__)
    if (has_avx2()) return convert_avx2(components, colour, scratch, pixels);
#endif
    convert(components, colour, scratch, pixels);
}

}  // namespace inbetween
