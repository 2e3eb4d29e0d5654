#include "tests/video/looks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "tests/support/support.h"

namespace inbetween::test {

namespace {

std::uint8_t clipped(double value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)); }

// Red, green, blue and alpha of the picture that all formats are made of.
ff::FramePtr drawing(Size size, int shift) {
    ff::FramePtr frame = ff::make_frame();
    frame->width = size.width;
    frame->height = size.height;
    frame->format = AV_PIX_FMT_RGBA;
    IB_CHECK(av_frame_get_buffer(frame.get(), 0) >= 0);
    for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
            const double u = (x + 0.5) / size.width;
            const double v = (y + 0.5) / size.height;
            const bool bar = static_cast<int>(8 * u + shift) % 4 == 0 && v > 0.5;
            const bool corner = u < 0.25 && v < 0.25;
            std::uint8_t* pixel = frame->data[0] + std::ptrdiff_t{frame->linesize[0]} * y + 4 * x;
            pixel[0] = corner ? 250 : clipped(30 + 200 * u);
            pixel[1] = corner ? 245 : bar ? 40 : clipped(128 + 90 * std::sin(4 * v + shift));
            pixel[2] = corner ? 40 : clipped(40 + 180 * v * (1 - u / 2));
            pixel[3] = 255;
        }
    }
    return frame;
}

// The palette of 6 levels each that a pal8 picture is quantised to by hand: swscale does not write palettes.
void draw_with_palette(const AVFrame& from, AVFrame& to) {
    auto* palette = reinterpret_cast<std::uint32_t*>(to.data[1]);
    const auto level = [](std::uint32_t i) { return i * 51; };
    for (std::uint32_t i = 0; i < 256; ++i) {
        const std::uint32_t n = std::min(i, 215U);
        palette[i] = 0xff000000U | level(n / 36) << 16 | level(n / 6 % 6) << 8 | level(n % 6);
    }
    for (int y = 0; y < from.height; ++y) {
        for (int x = 0; x < from.width; ++x) {
            const std::uint8_t* rgba = from.data[0] + std::ptrdiff_t{from.linesize[0]} * y + 4 * x;
            const auto index = [](int value) { return (value + 25) / 51; };
            to.data[0][std::ptrdiff_t{to.linesize[0]} * y + x] =
                static_cast<std::uint8_t>(index(rgba[0]) * 36 + index(rgba[1]) * 6 + index(rgba[2]));
        }
    }
}

int sws_matrix(AVColorSpace matrix, Size size) {
    if (matrix == AVCOL_SPC_UNSPECIFIED) return size.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    return matrix == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : matrix == AVCOL_SPC_BT2020_NCL ? SWS_CS_BT2020 : SWS_CS_ITU601;
}

// The cells that a pixel lies in, and how much of it lies in each.
struct Share {
    int first = 0;
    double in_first = 0;
    double in_next = 0;
};

std::vector<Share> shares(int pixels, int cells) {
    std::vector<Share> all;
    for (int at = 0; at < pixels; ++at) {
        const int first = at * cells / pixels;
        const double border = static_cast<double>(first + 1) * pixels / cells;
        const double in_first = std::min(1.0, border - at);
        all.push_back({first, in_first, first + 1 < cells ? 1 - in_first : 0});
    }
    return all;
}

// Means of the colours in cells that cover the image, whatever its size: three numbers a cell.
std::vector<double> means_of_cells(const Image& image, Size cells) {
    const std::size_t row_numbers = static_cast<std::size_t>(cells.width) * 3;
    // One cell more each way, for the share of nothing that the last pixels have there.
    std::vector<double> sums(row_numbers * static_cast<std::size_t>(cells.height + 1) + 3);
    const std::vector<Share> columns = shares(image.size.width, cells.width);
    const std::vector<Share> rows = shares(image.size.height, cells.height);
    const std::uint8_t* pixel = image.pixels.data();
    for (const Share& row : rows) {
        std::vector<double> of_row(row_numbers + 3);
        for (const Share& column : columns) {
            double* cell = &of_row[static_cast<std::size_t>(column.first) * 3];
            for (int c = 0; c < 3; ++c) {
                cell[c] += column.in_first * pixel[c];
                cell[c + 3] += column.in_next * pixel[c];
            }
            pixel += image.channels;
        }
        double* cell = &sums[static_cast<std::size_t>(row.first) * row_numbers];
        for (std::size_t i = 0; i < row_numbers; ++i) {
            cell[i] += row.in_first * of_row[i];
            cell[i + row_numbers] += row.in_next * of_row[i];
        }
    }
    sums.resize(row_numbers * static_cast<std::size_t>(cells.height));
    const double area =
        static_cast<double>(image.size.width) * image.size.height / (cells.width * static_cast<double>(cells.height));
    for (double& sum : sums) sum /= area;
    return sums;
}

}  // namespace

PicturePtr colourful_picture(Size size, AVPixelFormat format, AVColorSpace matrix, AVColorRange range,
                             Orientation orientation, double sample_aspect, int shift) {
    const ff::FramePtr from = drawing(size, shift);
    ff::FramePtr to = ff::make_frame();
    to->width = size.width;
    to->height = size.height;
    to->format = format;
    to->colorspace = matrix;
    to->color_range = range;
    IB_CHECK(av_frame_get_buffer(to.get(), 0) >= 0);
    if (format == AV_PIX_FMT_PAL8) {
        draw_with_palette(*from, *to);
    } else {
        const ff::SwsPtr sws(sws_getContext(size.width, size.height, AV_PIX_FMT_RGBA, size.width, size.height, format,
                                            SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
        IB_CHECK(sws != nullptr);
        const bool full = Picture(*to, {}, 1).format().range == ColourRange::Full;
        const int* coefficients = sws_getCoefficients(sws_matrix(matrix, size));
        sws_setColorspaceDetails(sws.get(), coefficients, 1, coefficients, full ? 1 : 0, 0, 1 << 16, 1 << 16);
        IB_CHECK(sws_scale(sws.get(), from->data, from->linesize, 0, size.height, to->data, to->linesize) > 0);
    }
    return std::make_shared<const Picture>(*to, orientation, sample_aspect);
}

double difference_on_screen(const Image& a, const Image& b) {
    const auto cells_along = [](int pixels) { return std::clamp(pixels / 2, 1, 24); };
    const Size cells{cells_along(b.size.width), cells_along(b.size.height)};
    const std::vector<double> first = means_of_cells(a, cells);
    const std::vector<double> second = means_of_cells(b, cells);
    double sum = 0;
    for (std::size_t i = 0; i < first.size(); ++i) sum += std::abs(first[i] - second[i]);
    return sum / static_cast<double>(first.size());
}

double difference_on_screen(const Image& a, const Picture& b) {
    const auto image = upright_image(b, ImageChannels::Rgba);
    EXPECT_TRUE(image.has_value()) << why(image);
    return image ? difference_on_screen(a, *image) : 255;
}

double difference_on_screen(const Picture& a, const Picture& b) {
    const auto image = upright_image(a, ImageChannels::Rgba);
    EXPECT_TRUE(image.has_value()) << why(image);
    return image ? difference_on_screen(*image, b) : 255;
}

const std::vector<AVPixelFormat>& many_formats() {
    static const std::vector<AVPixelFormat> formats{
        AV_PIX_FMT_YUV420P,     AV_PIX_FMT_YUVJ420P,    AV_PIX_FMT_YUV422P,     AV_PIX_FMT_YUVJ422P,
        AV_PIX_FMT_YUV444P,     AV_PIX_FMT_YUVJ444P,    AV_PIX_FMT_YUV440P,     AV_PIX_FMT_YUV411P,
        AV_PIX_FMT_YUV410P,     AV_PIX_FMT_YUVA420P,    AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUV422P10LE,
        AV_PIX_FMT_YUV444P10LE, AV_PIX_FMT_YUV420P12LE, AV_PIX_FMT_YUV444P12LE, AV_PIX_FMT_YUV444P16LE,
        AV_PIX_FMT_YUV420P10BE, AV_PIX_FMT_NV12,        AV_PIX_FMT_P010LE,      AV_PIX_FMT_YUYV422,
        AV_PIX_FMT_UYVY422,     AV_PIX_FMT_GRAY8,       AV_PIX_FMT_GRAY10LE,    AV_PIX_FMT_GRAY16LE,
        AV_PIX_FMT_YA8,         AV_PIX_FMT_RGB24,       AV_PIX_FMT_BGR24,       AV_PIX_FMT_BGRA,
        AV_PIX_FMT_RGB48LE,     AV_PIX_FMT_RGB565LE,    AV_PIX_FMT_GBRP,        AV_PIX_FMT_GBRP10LE,
        AV_PIX_FMT_PAL8,        AV_PIX_FMT_MONOBLACK};
    return formats;
}

}  // namespace inbetween::test
