#include "core/formats/text/rle.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace inbetween {
namespace {

// A number is written in groups of five bits, the lowest first, each as a character from '0' on.
constexpr int first_character = '0';
constexpr int bits_per_group = 5;
constexpr int more_follows = 0x20;
constexpr int sign_bit = 0x10;
/// From the fourth length on, what is written is the difference to the one before last.
constexpr std::size_t first_difference = 3;

void append_number(std::string& text, std::int64_t value) {
    while (true) {
        int group = static_cast<int>(value & 0x1F);
        value >>= bits_per_group;
        const bool is_last = (group & sign_bit) != 0 ? value == -1 : value == 0;
        if (!is_last) group |= more_follows;
        text += static_cast<char>(group + first_character);
        if (is_last) return;
    }
}

std::optional<std::int64_t> take_number(std::string_view& text) {
    constexpr int longest = 8;  // groups, of forty bits: more than any picture has pixels
    std::int64_t value = 0;
    for (int n = 0; n < longest && !text.empty(); ++n) {
        const int group = text.front() - first_character;
        if (group < 0 || group > 0x3F) return std::nullopt;
        text.remove_prefix(1);
        value |= static_cast<std::int64_t>(group & 0x1F) << (bits_per_group * n);
        if ((group & more_follows) != 0) continue;
        if ((group & sign_bit) != 0) value -= std::int64_t{1} << (bits_per_group * (n + 1));
        return value;
    }
    return std::nullopt;
}

void append_run(PixelRuns& runs, PixelRun run) {
    if (run.begin >= run.end) return;
    if (!runs.empty() && runs.back().end >= run.begin)
        runs.back().end = std::max(runs.back().end, run.end);
    else
        runs.push_back(run);
}

/// The first pixel whose centre is not before the coordinate.
std::int64_t pixel_from(double coordinate, std::int64_t extent) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(coordinate - 0.5)), 0, extent);
}

/// Where the shape's outline crosses the line down through x, from above.
std::vector<double> crossings_at(const Quad& quad, double x) {
    std::vector<double> ys;
    for (std::size_t i = 0; i < quad.corners.size(); ++i) {
        const Point& a = quad.corners[i];
        const Point& b = quad.corners[(i + 1) % quad.corners.size()];
        if ((a.x <= x) == (b.x <= x)) continue;
        ys.push_back(a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x));
    }
    std::sort(ys.begin(), ys.end());
    return ys;
}

}  // namespace

std::optional<PixelRuns> decode_rle(std::string_view text, std::int64_t width, std::int64_t height) {
    std::vector<std::int64_t> lengths;
    PixelRuns runs;
    std::int64_t at = 0;
    while (!text.empty()) {
        auto length = take_number(text);
        if (!length) return std::nullopt;
        if (lengths.size() >= first_difference) *length += lengths[lengths.size() - 2];
        if (*length < 0 || *length > width * height - at) return std::nullopt;
        // Lengths are of pixels outside and inside by turns.
        if (lengths.size() % 2 == 1) append_run(runs, {at, at + *length});
        at += *length;
        lengths.push_back(*length);
    }
    return at == width * height ? std::optional(runs) : std::nullopt;
}

std::string encode_rle(const PixelRuns& runs, std::int64_t width, std::int64_t height) {
    std::vector<std::int64_t> lengths;
    std::int64_t at = 0;
    for (const PixelRun& run : runs) {
        lengths.push_back(run.begin - at);
        lengths.push_back(run.end - run.begin);
        at = run.end;
    }
    if (at < width * height) lengths.push_back(width * height - at);
    std::string text;
    for (std::size_t i = 0; i < lengths.size(); ++i)
        append_number(text, i >= first_difference ? lengths[i] - lengths[i - 2] : lengths[i]);
    return text;
}

Box box_around(const PixelRuns& runs, std::int64_t height) {
    std::int64_t top = height;
    std::int64_t bottom = 0;
    for (const PixelRun& run : runs) {
        const bool is_one_column = run.begin / height == (run.end - 1) / height;
        top = std::min(top, is_one_column ? run.begin % height : 0);
        bottom = std::max(bottom, is_one_column ? (run.end - 1) % height + 1 : height);
    }
    const std::int64_t left = runs.front().begin / height;
    const std::int64_t right = (runs.back().end - 1) / height + 1;
    return {static_cast<double>(left), static_cast<double>(top), static_cast<double>(right - left),
            static_cast<double>(bottom - top)};
}

PixelRuns pixels_of(const Shape& shape, std::int64_t width, std::int64_t height) {
    const Box box = bounding_box(shape);
    const Quad quad = std::holds_alternative<Quad>(shape) ? std::get<Quad>(shape) : quad_of(box);
    PixelRuns runs;
    for (std::int64_t x = pixel_from(box.x, width); x < pixel_from(box.right(), width); ++x) {
        const auto ys = crossings_at(quad, static_cast<double>(x) + 0.5);
        for (std::size_t i = 0; i + 1 < ys.size(); i += 2)
            append_run(runs, {x * height + pixel_from(ys[i], height), x * height + pixel_from(ys[i + 1], height)});
    }
    return runs;
}

PixelRuns without(const PixelRuns& runs, const PixelRuns& taken) {
    PixelRuns left;
    auto other = taken.begin();
    for (PixelRun run : runs) {
        while (other != taken.end() && other->end <= run.begin) ++other;
        for (auto cut = other; cut != taken.end() && cut->begin < run.end; ++cut) {
            append_run(left, {run.begin, cut->begin});
            run.begin = std::max(run.begin, cut->end);
        }
        append_run(left, run);
    }
    return left;
}

PixelRuns united(const PixelRuns& a, const PixelRuns& b) {
    PixelRuns sorted;
    sorted.reserve(a.size() + b.size());
    std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(sorted),
               [](const PixelRun& x, const PixelRun& y) { return x.begin < y.begin; });
    PixelRuns all;
    for (const PixelRun& run : sorted) append_run(all, run);
    return all;
}

std::int64_t pixel_count(const PixelRuns& runs) {
    std::int64_t count = 0;
    for (const PixelRun& run : runs) count += run.end - run.begin;
    return count;
}

}  // namespace inbetween
