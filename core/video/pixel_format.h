#pragma once

#include <array>
#include <string>

struct AVFrame;
struct AVStream;

namespace inbetween {

/// What the components of a pixel are.
enum class ColourModel { Gray, Yuv, Rgb };

/// How luma and colour differences are made of red, green and blue.
/// source: ITU-T H.273, 8.3 (MatrixCoefficients).
enum class ColourMatrix {
    Bt601,        ///< BT.601, BT.470BG, SMPTE 170M
    Bt709,        ///< BT.709
    Bt2020,       ///< BT.2020, non-constant luminance
    Bt2020Cl,     ///< BT.2020, constant luminance
    Smpte240m,    ///< SMPTE 240M
    Fcc,          ///< FCC 73.682
    DisplayP3,    ///< derived from the primaries of P3
    YCgCo,        ///< luma, green and orange differences
    ICtCp,        ///< BT.2100, for PQ and for HLG
    GreenBlueRed  ///< no differences: planes of green, blue, red
};

/// Whether samples use all codes, or those that video leaves for them.
enum class ColourRange { Limited, Full };

/// From light to samples, as far as it decides what is seen.
enum class Transfer {
    Sdr,     ///< made for an ordinary screen (BT.709, BT.601, sRGB, gamma, unknown): shown as it is
    Linear,  ///< proportional to light
    Pq,      ///< SMPTE ST 2084, absolute light up to 10000 cd/m2
    Hlg,     ///< ARIB STD-B67, light of the scene
};

/// The colours that red, green and blue stand for, as far as that decides what is seen.
enum class Primaries {
    Bt709,   ///< BT.709, sRGB; and BT.601's and unknown ones, so near to it that they are shown as they are
    Bt2020,  ///< BT.2020, BT.2100
    P3,      ///< SMPTE RP 431-2 and EG 432-1
};

/// Where the first chroma sample stands among the luma samples it belongs to.
/// source: ITU-T H.273, 8.7 (Chroma420SampleLocType).
enum class ChromaSite { Left, Centre, TopLeft, Top, BottomLeft, Bottom };

/// Where the samples of one component lie.   units: bytes.
struct SampleLayout {
    int plane = 0;
    int offset = 0;  ///< of the first sample of a row
    int step = 1;    ///< from sample to sample
    friend bool operator==(const SampleLayout&, const SampleLayout&) = default;
};

/// What the samples of a picture mean; enough to show it without libav.
struct PixelFormat {
    std::string name;  ///< FFmpeg's name: yuv420p, yuv422p10le, bgra, pal8
    ColourModel model = ColourModel::Yuv;
    int bit_depth = 8;
    int low_bits = 0;        ///< unused bits below each sample: 6 of p010
    int chroma_shift_x = 0;  ///< log2 of luma samples a chroma sample, across
    int chroma_shift_y = 0;
    bool planar = true;  ///< planes()[0..2] are Y, U, V (or one Gray plane), one sample a component, native endian
    /// How many components can be read sample by sample: 1, 3, or 0 where pixels are packed too tightly.
    int components = 3;
    std::array<SampleLayout, 3> samples{{{0, 0, 1}, {1, 0, 1}, {2, 0, 1}}};  ///< Y, U, V or R, G, B
    ColourMatrix matrix = ColourMatrix::Bt601;
    ColourRange range = ColourRange::Limited;
    Transfer transfer = Transfer::Sdr;
    Primaries primaries = Primaries::Bt709;
    ChromaSite chroma_site = ChromaSite::Left;
    double peak_nits = 0;  ///< of HDR: the brightest light that is said to be in it; 0: not said

    /// Bytes a sample takes.
    int bytes_per_sample() const { return bit_depth + low_bits > 8 ? 2 : 1; }
};

/// Where the centre of the first chroma sample stands.   units: luma samples, from the centre of the first luma sample.
struct ChromaOffset {
    double x = 0;
    double y = 0;
};
ChromaOffset chroma_offset(const PixelFormat& format);

/// Of a frame in system memory, with what it says of itself. Where it says nothing: a matrix by size (BT.709 from 1280
/// wide or over 576 high, else BT.601), limited range but for formats made for the full one, chroma to the left but
/// for JPEG's in the centre.
PixelFormat pixel_format_of(const AVFrame& frame);

/// The brightest light of HDR that a container says of its stream: of the film, else of the screen it was made on; 0
/// where it says neither.   units: cd/m2.
double peak_nits_of(const AVStream& stream);

/// In words: "BT.2020, PQ, limited range, chroma left".
std::string colour_text(const PixelFormat& format);

}  // namespace inbetween
