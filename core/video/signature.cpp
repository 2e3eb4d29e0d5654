#include "core/video/signature.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/video/ff.h"
#include "core/video/frame_shaper.h"

namespace inbetween {

namespace {

// Rows looked at in each part of the picture: more tell no more.
constexpr int lines_per_part = 32;

/// Where a part of a row begins, in samples: the sample a border falls into is shared between both sides.
struct Border {
    std::size_t sample = 0;
    double share = 0;  // of that sample, to the left of the border
};

std::vector<Border> borders_of(int length, int parts) {
    std::vector<Border> borders;
    for (int i = 0; i <= parts; ++i) {
        const double at = static_cast<double>(length) * i / parts;
        const auto whole = std::min(static_cast<std::size_t>(at), static_cast<std::size_t>(length) - 1);
        borders.push_back({whole, at - static_cast<double>(whole)});
    }
    return borders;
}

/// Adds the samples of a row to the sums of its parts.
template <class Sample>
void add_row(const Sample* row, std::span<const Border> borders, std::span<double> sums) {
    double before = 0;
    std::uint64_t whole = 0;
    for (std::size_t i = 0; i < borders.size(); ++i) {
        std::uint32_t between = 0;
        for (std::size_t x = i == 0 ? 0 : borders[i - 1].sample; x < borders[i].sample; ++x) between += row[x];
        whole += between;
        const double up_to_here = static_cast<double>(whole) + borders[i].share * row[borders[i].sample];
        if (i > 0) sums[i - 1] += up_to_here - before;
        before = up_to_here;
    }
}

/// Reads the brightness of rows of a picture whose samples do not lie in planes.
class PackedRows {
public:
    explicit PackedRows(const AVFrame& frame)
        : frame_(frame), format_(*av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format))) {}

    const std::uint16_t* read(int y) {
        const bool palette = (format_.flags & AV_PIX_FMT_FLAG_PAL) != 0;
        if (!palette && (format_.flags & AV_PIX_FMT_FLAG_RGB) == 0) return component(y, 0);
        sum_.assign(static_cast<std::size_t>(frame_.width), 0);
        for (std::size_t c = 0; c < 3; ++c) {
            const std::uint16_t* samples = component(y, palette ? 0 : static_cast<int>(c));
            // A palette holds words of alpha, red, green and blue, blue at the lowest address.
            const std::uint8_t* colours = palette ? frame_.data[1] + 2 - c : nullptr;
            for (std::size_t x = 0; x < sum_.size(); ++x)
                sum_[x] += weights[c] * (palette ? colours[4 * samples[x]] : samples[x]);
        }
        for (std::size_t x = 0; x < sum_.size(); ++x) row_[x] = static_cast<std::uint16_t>(sum_[x] >> 8);
        return row_.data();
    }

private:
    // Red, green and blue of BT.601, as good as any other to tell one frame from the next.
    static constexpr std::array<std::uint32_t, 3> weights{77, 150, 29};

    const std::uint16_t* component(int y, int c) {
        row_.resize(static_cast<std::size_t>(frame_.width));
        const std::uint8_t* data[4] = {frame_.data[0], frame_.data[1], frame_.data[2], frame_.data[3]};
        av_read_image_line2(row_.data(), data, frame_.linesize, &format_, 0, y, c, frame_.width, 0,
                            sizeof(std::uint16_t));
        return row_.data();
    }

    const AVFrame& frame_;
    const AVPixFmtDescriptor& format_;
    std::vector<std::uint16_t> row_;
    std::vector<std::uint32_t> sum_;
};

/// Mean brightness of equal parts of a picture, row by row.
struct Parts {
    int columns = 0;
    int rows = 0;
    std::vector<double> means;

    double& at(int x, int y) {
        return means[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(x)];
    }
};

/// Of the picture as decoded.   units: 16 black, 235 white.
Parts parts_of(const Picture& picture, int columns, int rows) {
    const Size size = picture.decoded_size();
    const PixelFormat& format = picture.format();
    const Plane& plane = picture.planes()[0];
    const std::vector<Border> borders = borders_of(size.width, columns);
    const int lines = std::clamp(size.height / rows, 1, lines_per_part);
    PackedRows packed(picture.av_frame());
    Parts parts{columns, rows, std::vector<double>(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows))};
    for (int line = 0; line < rows * lines; ++line) {
        const auto y = static_cast<int>((line + 0.5) / (rows * lines) * size.height);
        const std::span<double> sums(&parts.at(0, line / lines), static_cast<std::size_t>(columns));
        const std::uint8_t* row = plane.data + plane.stride * y;
        if (!format.planar) {
            add_row(packed.read(y), borders, sums);
        } else if (plane.bytes_per_sample == 1) {
            add_row(row, borders, sums);
        } else {
            add_row(reinterpret_cast<const std::uint16_t*>(row), borders, sums);
        }
    }
    const double samples = static_cast<double>(size.width) / columns * lines * std::ldexp(1.0, format.bit_depth - 8);
    for (double& mean : parts.means) {
        mean /= samples;
        if (format.range == ColourRange::Full) mean = 16 + mean * 219 / 255;
    }
    return parts;
}

Parts mirrored(Parts parts) {
    for (int y = 0; y < parts.rows; ++y) std::reverse(&parts.at(0, y), &parts.at(0, y) + parts.columns);
    return parts;
}

Parts turned_clockwise(Parts parts) {
    Parts turned{parts.rows, parts.columns, parts.means};
    for (int y = 0; y < parts.rows; ++y)
        for (int x = 0; x < parts.columns; ++x) turned.at(parts.rows - 1 - y, x) = parts.at(x, y);
    return turned;
}

}  // namespace

FrameSignature signature_of(const Picture& picture) {
    const Orientation& orientation = picture.orientation();
    const bool sideways = orientation.quarter_turns % 2 != 0;
    Parts parts = sideways ? parts_of(picture, FrameSignature::rows, FrameSignature::columns)
                           : parts_of(picture, FrameSignature::columns, FrameSignature::rows);
    if (orientation.mirrored) parts = mirrored(std::move(parts));
    for (int turn = 0; turn < orientation.quarter_turns; ++turn) parts = turned_clockwise(std::move(parts));
    FrameSignature signature;
    std::ranges::transform(parts.means, signature.luma.begin(), [](double mean) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(mean, 0.0, 255.0)));
    });
    return signature;
}

void VideoSigner::see(FrameIndex n, const Picture& picture) {
    const auto at = static_cast<std::size_t>(n.value);
    if (seen_.size() <= at) {
        seen_.resize(at + 1);
        signature_.hashes.resize(at + 1);
        signature_.frames.resize(at + 1);
    }
    seen_[at] = true;
    signature_.hashes[at] = hash64(picture.av_frame());
    signature_.frames[at] = signature_of(picture);
}

bool VideoSigner::has_seen(FrameIndex n) const {
    return n.value < std::ssize(seen_) && seen_[static_cast<std::size_t>(n.value)];
}

std::shared_ptr<const VideoSignature> VideoSigner::signature(std::int64_t frames) const {
    for (FrameIndex n; n.value < frames; ++n)
        if (!has_seen(n)) return nullptr;
    auto whole = std::make_shared<VideoSignature>(signature_);
    whole->hashes.resize(static_cast<std::size_t>(frames));
    whole->frames.resize(static_cast<std::size_t>(frames));
    return whole;
}

Result<std::shared_ptr<const VideoSignature>> sign_video(FrameSource& source, const std::stop_token& stop,
                                                         const std::function<void(double share)>& progress) {
    VideoSigner signer;
    // A source that is not proved shows all of its frames on the way to it.
    const auto watch = [&](FrameIndex n, const PicturePtr& picture) {
        signer.see(n, *picture);
        return true;
    };
    if (auto proved = source.prove(stop, progress, watch); !proved) return proved.error();
    const std::int64_t frames = source.info().frames;
    for (FrameIndex n; n.value < frames; ++n) {
        if (signer.has_seen(n)) continue;
        if (stop.stop_requested()) return cancelled();
        const auto picture = source.frame(n);
        if (!picture) return picture.error();
        signer.see(n, **picture);
        if (progress) progress(static_cast<double>(n.value + 1) / static_cast<double>(frames));
    }
    return signer.signature(frames);
}

}  // namespace inbetween
