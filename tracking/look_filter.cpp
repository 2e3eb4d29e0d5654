#include "tracking/look_filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <opencv2/imgproc.hpp>

namespace inbetween {
namespace {

constexpr int orientations = 9;
constexpr int training_cells = 37;
constexpr double support_share = 0.75;  // of the object's sides to each side of its middle
constexpr std::array<double, 3> training_scales{1.0, 0.95, 1.05};

/// A square of `out` pixels around (x, y), in which an image pixel is `scale` pixels large.
cv::Mat crop(const cv::Mat& bgr, double x, double y, double scale, int out) {
    const double half = out / 2.0 / scale;
    cv::Mat from = bgr;
    double from_x = 0;
    double from_y = 0;
    double sx = scale;
    double sy = scale;
    if (scale < 0.6) {
        // Averages over the pixels that fall together before sampling, so that fine texture does not alias.
        const cv::Rect2d around(x - half - 4, y - half - 4, 2 * half + 8, 2 * half + 8);
        const cv::Rect part = cv::Rect(around & cv::Rect2d(0, 0, bgr.cols, bgr.rows)) & cv::Rect({}, bgr.size());
        if (part.width > 8 && part.height > 8) {
            cv::resize(bgr(part), from,
                       cv::Size(std::max(2, cvRound(part.width * scale)), std::max(2, cvRound(part.height * scale))), 0,
                       0, cv::INTER_AREA);
            from_x = part.x;
            from_y = part.y;
            sx = static_cast<double>(from.cols) / part.width;
            sy = static_cast<double>(from.rows) / part.height;
        }
    }
    const bool shrunk = from.data != bgr.data;
    // From whole-number pixel centres of `from` to those of the crop.
    const double kx = scale / (shrunk ? sx : 1);
    const double ky = scale / (shrunk ? sy : 1);
    const double left = (x - half - from_x) * (shrunk ? sx : 1);
    const double top = (y - half - from_y) * (shrunk ? sy : 1);
    const cv::Matx23d map(kx, 0, (0.5 - left) * kx - 0.5, 0, ky, (0.5 - top) * ky - 0.5);
    cv::Mat patch;
    cv::warpAffine(from, patch, map, {out, out}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return patch;
}

/// The orientations' directions, as the cosine and sine of k * pi / orientations.
struct Direction {
    float x;
    float y;
};

std::array<Direction, orientations> directions() {
    std::array<Direction, orientations> all{};
    for (std::size_t k = 0; k < all.size(); ++k) {
        const double angle = static_cast<double>(k) * CV_PI / orientations;
        all[k] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
    }
    return all;
}

/// Adds to `sums` how far each pixel's gradient goes along a direction beyond nine tenths of its length: edges of that
/// orientation, and nothing else. Plain arrays, so that the compiler makes vectors of it.
void add_edges(const float* gx, const float* gy, const float* threshold, Direction along, float* sums, int count) {
    for (int x = 0; x < count; ++x) {
        const float v = std::abs(gx[x] * along.x + gy[x] * along.y) - threshold[x];
        sums[x] += v > 0 ? v : 0;
    }
}

/// The patch's edges by orientation, one value a cell.
void add_orientations(const cv::Mat& bgr, cv::Size cells, LookPlanes& planes) {
    static const std::array<Direction, orientations> along = directions();
    constexpr float gain = 6.0F / 255 / (look_cell_px * look_cell_px);
    cv::Mat gray;
    cv::cvtColor(bgr, gray, cv::COLOR_BGR2GRAY);
    cv::Mat1f gx;
    cv::Mat1f gy;
    cv::Mat1f threshold;
    cv::Sobel(gray, gx, CV_32F, 1, 0, 1);
    cv::Sobel(gray, gy, CV_32F, 0, 1, 1);
    cv::magnitude(gx, gy, threshold);
    threshold *= 0.9;
    const int width = cells.width * look_cell_px;
    std::vector<float> sums(static_cast<std::size_t>(width));
    cv::Mat energy = cv::Mat::zeros(cells, CV_32F);
    const std::size_t first = planes.size();
    for (int k = 0; k < orientations; ++k) planes.emplace_back(cells, CV_32F);
    for (int row = 0; row < cells.height; ++row) {
        for (std::size_t k = 0; k < orientations; ++k) {
            std::fill(sums.begin(), sums.end(), 0.0F);
            for (int y = row * look_cell_px; y < (row + 1) * look_cell_px; ++y)
                add_edges(gx[y], gy[y], threshold[y], along[k], sums.data(), width);
            auto* out = planes[first + k].ptr<float>(row);
            for (int c = 0; c < cells.width; ++c) {
                float sum = 0;
                for (int x = c * look_cell_px; x < (c + 1) * look_cell_px; ++x)
                    sum += sums[static_cast<std::size_t>(x)];
                out[c] = gain * sum;
            }
        }
    }
    for (std::size_t k = 0; k < orientations; ++k) energy += planes[first + k];
    cv::blur(energy, energy, {3, 3});
    energy += 0.02;
    for (std::size_t k = 0; k < orientations; ++k) {
        cv::divide(planes[first + k], energy, planes[first + k]);
        cv::sqrt(planes[first + k], planes[first + k]);
    }
}

/// OpenCV makes the tables of its Lab conversion at the first call, without a lock: two threads would both make them,
/// and one could read them half made.
void make_lab_tables() {
    static std::once_flag made;
    std::call_once(made, [] {
        cv::Mat lab;
        cv::cvtColor(cv::Mat::zeros(1, 1, CV_8UC3), lab, cv::COLOR_BGR2Lab);
    });
}

/// Of the channels L, a and b: colours that differ little are often all there is to tell by.
double colour_gain(std::size_t channel) { return channel == 0 ? 1.0 / 128 : 2.5 / 128; }

/// How a plane's values become bytes.
struct Code {
    double steps = 1;  ///< a unit
    double zero = 0;
};

Code code_of(int plane) {
    constexpr double edge_steps = 140;  // edges reach 1.8, where all of a cell's surroundings have one of them
    if (plane < orientations) return {edge_steps, 0};
    return {1 / colour_gain(static_cast<std::size_t>(plane - orientations)), 128};
}

void add_colours(const cv::Mat& bgr, cv::Size cells, LookPlanes& planes) {
    make_lab_tables();
    cv::Mat small;
    cv::Mat lab;
    cv::resize(bgr, small, cells, 0, 0, cv::INTER_AREA);
    cv::cvtColor(small, lab, cv::COLOR_BGR2Lab);
    std::vector<cv::Mat> channels;
    cv::split(lab, channels);
    for (std::size_t k = 0; k < channels.size(); ++k) {
        const double gain = colour_gain(k);
        cv::Mat plane;
        channels[k].convertTo(plane, CV_32F, gain, -128 * gain);
        planes.push_back(plane);
    }
}

cv::Mat hann_window(int n) {
    cv::Mat window;
    cv::createHanningWindow(window, {n, n}, CV_32F);
    return window;
}

/// The wished-for answer to the training patch: a narrow bump in the middle, as a spectrum around the origin.
cv::Mat wished_spectrum(int n) {
    constexpr double sigma = 0.9;
    cv::Mat bump(n, n, CV_32F);
    for (int y = 0; y < n; ++y) {
        for (int x = 0; x < n; ++x) {
            const double dx = x <= n / 2 ? x : x - n;
            const double dy = y <= n / 2 ? y : y - n;
            bump.at<float>(y, x) = static_cast<float>(std::exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)));
        }
    }
    cv::Mat spectrum;
    cv::dft(bump, spectrum, cv::DFT_COMPLEX_OUTPUT);
    return spectrum;
}

}  // namespace

LookPlanes look_around(const cv::Mat& bgr, double x, double y, double size, int cells) {
    const cv::Mat patch = crop(bgr, x, y, look_object_px / std::max(1.0, size), cells * look_cell_px);
    LookPlanes planes;
    planes.reserve(look_planes);
    add_orientations(patch, {cells, cells}, planes);
    add_colours(patch, {cells, cells}, planes);
    return planes;
}

cv::Mat1b packed(const LookPlanes& planes) {
    const cv::Size cells = planes.front().size();
    cv::Mat1b bytes(cells.height * look_planes, cells.width);
    for (int k = 0; k < look_planes; ++k) {
        const auto [steps, zero] = code_of(k);
        cv::Mat part = bytes.rowRange(k * cells.height, (k + 1) * cells.height);
        planes[static_cast<std::size_t>(k)].convertTo(part, CV_8U, steps, zero);
    }
    return bytes;
}

LookPlanes unpacked(const cv::Mat1b& bytes) {
    LookPlanes planes;
    const int rows = bytes.rows / look_planes;
    for (int k = 0; k < look_planes; ++k) {
        const auto [steps, zero] = code_of(k);
        cv::Mat plane;
        bytes.rowRange(k * rows, (k + 1) * rows).convertTo(plane, CV_32F, 1 / steps, -zero / steps);
        planes.push_back(plane);
    }
    return planes;
}

LookFilter::LookFilter(const cv::Mat& bgr, const Box& box, double larger) { train(bgr, box, larger); }

void LookFilter::train(const cv::Mat& bgr, const Box& box, double larger) {
    constexpr int n = training_cells;
    const Pose pose = pose_of(box);
    const double size = std::max(1.0, pose.size()) / larger;
    const cv::Mat wished = wished_spectrum(n);
    const cv::Mat window = hann_window(n);
    LookPlanes numerator(look_planes);
    cv::Mat denominator = cv::Mat::zeros(n, n, CV_32F);
    LookPlanes first;
    for (const double scale : training_scales) {
        const LookPlanes planes = look_around(bgr, pose.x, pose.y, size * scale, n);
        if (first.empty()) {
            first = planes;
            for (const cv::Mat& plane : planes) mean_.push_back(cv::mean(plane)[0]);
        }
        for (std::size_t k = 0; k < planes.size(); ++k) {
            cv::Mat spectrum;
            cv::Mat product;
            cv::dft((planes[k] - mean_[k]).mul(window), spectrum, cv::DFT_COMPLEX_OUTPUT);
            cv::mulSpectrums(spectrum, wished, product, 0, true);
            if (numerator[k].empty()) numerator[k] = cv::Mat::zeros(product.size(), product.type());
            numerator[k] += product;
            std::vector<cv::Mat> parts;
            cv::split(spectrum, parts);
            denominator += parts[0].mul(parts[0]) + parts[1].mul(parts[1]);
        }
    }
    denominator += 0.01 * cv::mean(denominator)[0] + 1e-9;
    const auto half = [&](double side) {
        return std::clamp(static_cast<int>(std::ceil(side / size * look_object_px / look_cell_px * support_share)), 1,
                          n / 2 - 1);
    };
    const int half_w = half(box.w);
    const int half_h = half(box.h);
    for (std::size_t k = 0; k < numerator.size(); ++k) {
        std::vector<cv::Mat> parts;
        cv::split(numerator[k], parts);
        parts[0] /= denominator;
        parts[1] /= denominator;
        cv::Mat whole;
        cv::merge(parts, whole);
        cv::Mat taps;
        cv::idft(whole, taps, cv::DFT_REAL_OUTPUT | cv::DFT_SCALE);
        taps_.push_back(taps(cv::Rect(n / 2 - half_w, n / 2 - half_h, 2 * half_w + 1, 2 * half_h + 1)).clone());
        bias_ += cv::sum(taps_.back())[0] * mean_[k];
    }
    peak_ = std::max(1e-6, response_in_middle(first));
}

double LookFilter::response_in_middle(const LookPlanes& planes) const {
    double sum = 0;
    const cv::Size taps = taps_.front().size();
    const cv::Rect middle(planes.front().cols / 2 - taps.width / 2, planes.front().rows / 2 - taps.height / 2,
                          taps.width, taps.height);
    for (std::size_t k = 0; k < planes.size(); ++k) sum += planes[k](middle).dot(taps_[k]);
    return sum - bias_;
}

LookFilter::Spectrum LookFilter::spectrum_of(const LookPlanes& planes) {
    const cv::Size cells = planes.front().size();
    Spectrum spectrum{{}, {cv::getOptimalDFTSize(cells.width), cv::getOptimalDFTSize(cells.height)}};
    for (const cv::Mat& plane : planes) {
        cv::Mat padded;
        cv::copyMakeBorder(plane, padded, 0, spectrum.size.height - cells.height, 0, spectrum.size.width - cells.width,
                           cv::BORDER_CONSTANT, 0);
        cv::Mat transformed;
        cv::dft(padded, transformed, 0, cells.height);
        spectrum.planes.push_back(transformed);
    }
    return spectrum;
}

cv::Mat LookFilter::response(const LookPlanes& planes) const {
    return response(spectrum_of(planes), planes.front().size());
}

cv::Mat LookFilter::response(const Spectrum& spectrum, cv::Size cells) const {
    if (spectrum_size_ != spectrum.size) {
        spectrum_.clear();
        for (const cv::Mat& taps : taps_) {
            // The middle tap goes to the origin, the taps before it wrap around to the far side.
            cv::Mat wrapped = cv::Mat::zeros(spectrum.size, CV_32F);
            for (int y = 0; y < taps.rows; ++y) {
                for (int x = 0; x < taps.cols; ++x) {
                    const int to_y = (y - taps.rows / 2 + spectrum.size.height) % spectrum.size.height;
                    const int to_x = (x - taps.cols / 2 + spectrum.size.width) % spectrum.size.width;
                    wrapped.at<float>(to_y, to_x) = taps.at<float>(y, x);
                }
            }
            cv::Mat transformed;
            cv::dft(wrapped, transformed);
            spectrum_.push_back(transformed);
        }
        spectrum_size_ = spectrum.size;
    }
    cv::Mat sum = cv::Mat::zeros(spectrum.size, CV_32F);
    cv::Mat product;
    for (std::size_t k = 0; k < spectrum_.size(); ++k) {
        cv::mulSpectrums(spectrum.planes[k], spectrum_[k], product, 0, true);
        sum += product;
    }
    cv::Mat response;
    cv::idft(sum, response, cv::DFT_SCALE | cv::DFT_REAL_OUTPUT);
    return (response(cv::Rect({}, cells)) - bias_) / peak_;
}

void LookFilter::add(const LookFilter& other, double share) {
    const double gain = share / other.peak_;
    bias_ += other.bias_ * gain;
    if (taps_.empty()) {
        for (const cv::Mat& taps : other.taps_) taps_.push_back(taps * gain);
        return;
    }
    for (std::size_t k = 0; k < taps_.size(); ++k) {
        const cv::Size both(std::max(taps_[k].cols, other.taps_[k].cols), std::max(taps_[k].rows, other.taps_[k].rows));
        cv::Mat sum = cv::Mat::zeros(both, CV_32F);
        const auto middle = [&](cv::Size size) {
            return sum(cv::Rect({(both.width - size.width) / 2, (both.height - size.height) / 2}, size));
        };
        middle(taps_[k].size()) += taps_[k];
        middle(other.taps_[k].size()) += other.taps_[k] * gain;
        taps_[k] = sum;
    }
}

LookFilter LookFilter::joined_with(const std::vector<const LookFilter*>& others) const {
    LookFilter joined;
    joined.add(*this, 0.5);
    for (const LookFilter* other : others) joined.add(*other, 0.5 / static_cast<double>(others.size()));
    return joined;
}

std::size_t LookFilter::bytes() const { return taps_.size() * taps_.front().total() * sizeof(float); }

double LookFilter::score(const cv::Mat& bgr, const Pose& pose) const {
    const int cells = std::max(taps_.front().cols, taps_.front().rows) + 2;
    return response_in_middle(look_around(bgr, pose.x, pose.y, pose.size(), cells | 1)) / peak_;
}

}  // namespace inbetween
