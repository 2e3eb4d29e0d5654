#include "core/video/screen_converter.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/video/colour_step.h"
#include "core/video/plain_copy.h"
#include "core/video/turn.h"

namespace inbetween {
namespace {

// What is blended in parts comes out in 256ths.
constexpr double parts_scale = 256;

// Which filter of the plan a component goes through.
std::size_t filter_of(const PixelFormat& format, std::size_t component) {
    return component > 0 && format.model == ColourModel::Yuv ? 1 : 0;
}

bool has_same_layout(const PixelFormat& a, const PixelFormat& b) {
    return a.name == b.name && a.chroma_site == b.chroma_site;
}

}  // namespace

void ScreenConverter::plan_for(const Picture& picture, Size target) {
    const PixelFormat& format = picture.format();
    const Size decoded = picture.decoded_size();
    if (plan_.decoded == decoded && plan_.target == target && has_same_layout(plan_.format, format)) return;
    plan_.format = format;
    plan_.decoded = decoded;
    plan_.target = target;
    plan_.across[0] = AxisFilter({decoded.width, decoded.width, 0, 0}, target.width);
    plan_.down[0] = AxisFilter({decoded.height, decoded.height, 0, 0}, target.height);
    if (format.components == 3 && format.model == ColourModel::Yuv) {
        const Size chroma{AxisFilter::samples_for(decoded.width, format.chroma_shift_x),
                          AxisFilter::samples_for(decoded.height, format.chroma_shift_y)};
        const ChromaOffset offset = chroma_offset(format);
        plan_.across[1] = AxisFilter({chroma.width, decoded.width, format.chroma_shift_x, offset.x}, target.width);
        plan_.down[1] = AxisFilter({chroma.height, decoded.height, format.chroma_shift_y, offset.y}, target.height);
    }
    for (std::size_t i = 0; i < 3; ++i) {
        const std::size_t filter = filter_of(format, i);
        plan_.components[i].bytes = format.bytes_per_sample();
        plan_.components[i].step = format.samples[i].step;
        plan_.components[i].samples = AxisFilter::samples_for(decoded.width, filter == 1 ? format.chroma_shift_x : 0);
        plan_.components[i].in_parts = format.bytes_per_sample() == 1 && plan_.down[filter].parts_are_exact();
        plan_.components[i].across = &plan_.across[filter];
        plan_.made[i].resize(static_cast<std::size_t>(target.width));
    }
    plan_.in_parts.resize(static_cast<std::size_t>(decoded.width));
    plan_.blended.resize(static_cast<std::size_t>(decoded.width));
}

void ScreenConverter::set_curve(Transfer transfer, const Adjustment& adjustment) {
    const bool is_kept = !curve_.empty() && curve_adjustment_ == adjustment && curve_transfer_ == transfer;
    if (!is_kept) {
        curve_.resize(curve_size);
        for (std::size_t i = 0; i < curve_.size(); ++i) {
            const double component = static_cast<double>(i) / (curve_size - 1);
            const double coded = transfer == Transfer::Linear ? srgb_from_light(component) : component;
            curve_[i] = static_cast<std::uint8_t>(std::lround(adjustment.applied(coded) * 255));
        }
        curve_adjustment_ = adjustment;
        curve_transfer_ = transfer;
    }
    colour_.curve = curve_.data();
}

void ScreenConverter::set_colours(const PixelFormat& format, const Adjustment& adjustment) {
    const ColourStep step = colour_step(format);
    colour_ = {};
    for (std::size_t row = 0; row < 3; ++row) {
        double offset = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const double factor = step.matrix[3 * row + i];
            const double scale = plan_.components[i].in_parts ? parts_scale : 1 << format.low_bits;
            colour_.matrix[3 * row + i] = static_cast<float>(factor / scale);
            offset -= factor * step.offset[i];
        }
        colour_.offset[row] = static_cast<float>(offset);
    }
    if (!ScreenColour::is_needed(format)) {
        cube_ = nullptr;
    } else if (cube_ == nullptr || !cube_->serves(format)) {
        cube_ = ColourCube::make(format);
    }
    if (cube_ != nullptr) {
        colour_.cube = cube_->entries().data();
        colour_.cube_side = ColourCube::side;
        colour_.cube_scale = static_cast<float>(cube_->scale());
    }
    colour_.gain = static_cast<float>(adjustment.contrast);
    colour_.lift = static_cast<float>(0.5 - 0.5 * adjustment.contrast + adjustment.brightness);
    const bool is_line = adjustment.gamma == 1 && format.transfer != Transfer::Linear;
    if (!is_line) set_curve(format.transfer, adjustment);
}

void ScreenConverter::make_row(const Picture& picture, int row, std::uint32_t* pixels) {
    const PixelFormat& format = picture.format();
    const auto count = static_cast<std::size_t>(format.components);
    for (std::size_t i = 0; i < count; ++i) {
        const AxisFilter& down = plan_.down[filter_of(format, i)];
        const Plane& plane = picture.planes()[static_cast<std::size_t>(format.samples[i].plane)];
        std::vector<RowShare>& rows = plan_.rows[i];
        rows.clear();
        const auto shares = down.shares(row);
        for (std::size_t tap = 0; tap < shares.size(); ++tap) {
            if (shares[tap] <= 0) continue;
            const std::ptrdiff_t y = down.first(row) + static_cast<std::ptrdiff_t>(tap);
            rows.push_back(
                {plane.data + plane.stride * y + format.samples[i].offset, shares[tap], down.parts(row)[tap]});
        }
        plan_.components[i].rows = rows;
    }
    const RowScratch scratch{plan_.in_parts.data(),
                             plan_.blended.data(),
                             {plan_.made[0].data(), plan_.made[1].data(), plan_.made[2].data()}};
    convert_row(std::span(plan_.components).first(count), colour_, scratch, pixels);
}

void ScreenConverter::make_turned(const Picture& picture, std::uint8_t* pixels) {
    const auto width = static_cast<std::size_t>(plan_.target.width);
    plan_.band.resize(width * rows_a_band);
    const Walk walk = walk_of(plan_.target, picture.orientation());
    for (int first = 0; first < plan_.target.height; first += rows_a_band) {
        const int rows = std::min(rows_a_band, plan_.target.height - first);
        for (int y = 0; y < rows; ++y)
            make_row(picture, first + y, plan_.band.data() + width * static_cast<std::size_t>(y));
        copy_turned({reinterpret_cast<const std::uint8_t*>(plan_.band.data()), static_cast<std::ptrdiff_t>(width) * 4,
                     plan_.target.width, first, rows},
                    4, walk, pixels);
    }
}

Result<Done> ScreenConverter::convert(const Picture& picture, Size upright, const Adjustment& adjustment,
                                      Image& image) {
    if (picture.format().components == 0) {
        const auto plain = plain_copy(picture);
        if (!plain) return plain.error();
        return convert(**plain, upright, adjustment, image);
    }
    if (upright == Size{}) upright = picture.upright_size();
    image.size = upright;
    image.channels = 4;
    image.pixels.resize(static_cast<std::size_t>(upright.width) * static_cast<std::size_t>(upright.height) * 4);
    // The way from decoded to upright size goes both ways.
    plan_for(picture, upright_size(upright, picture.orientation()));
    set_colours(picture.format(), adjustment);
    if (picture.orientation() == Orientation{}) {
        auto* pixels = reinterpret_cast<std::uint32_t*>(image.pixels.data());
        for (int y = 0; y < upright.height; ++y) make_row(picture, y, pixels + std::ptrdiff_t{upright.width} * y);
    } else {
        make_turned(picture, image.pixels.data());
    }
    return Done{};
}

Result<Image> screen_image(const Picture& picture) {
    ScreenConverter converter;
    Image image;
    auto done = converter.convert(picture, {}, {}, image);
    if (!done) return done.error();
    return image;
}

}  // namespace inbetween
