#include "core/formats/suspects.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "core/base/text.h"

namespace inbetween {
namespace {

/// Where all boxes of a file lie.
struct Span {
    double left = std::numeric_limits<double>::infinity();
    double top = std::numeric_limits<double>::infinity();
    double right = -std::numeric_limits<double>::infinity();
    double bottom = -std::numeric_limits<double>::infinity();
    std::int64_t boxes = 0;
    std::int64_t at_one = 0;    ///< that begin exactly at the pixel 1
    std::int64_t reaching = 0;  ///< out of the picture by more than a pixel
    std::int64_t outside = 0;   ///< with nothing in the picture
};

Span span_of(const Annotations& annotations, double width, double height) {
    Span span;
    for (const auto& [id, track] : annotations.tracks) {
        for (const Keyframe& keyframe : track->keyframes) {
            if (keyframe.outside) continue;
            const Box box = bounding_box(keyframe.shape);
            ++span.boxes;
            span.left = std::min(span.left, box.x);
            span.top = std::min(span.top, box.y);
            span.right = std::max(span.right, box.right());
            span.bottom = std::max(span.bottom, box.bottom());
            span.at_one += box.x == 1 || box.y == 1 ? 1 : 0;
            const bool is_away = box.right() <= 0 || box.bottom() <= 0 || box.x >= width || box.y >= height;
            const bool reaches = box.x < -1 || box.y < -1 || box.right() > width + 1 || box.bottom() > height + 1;
            span.outside += is_away ? 1 : 0;
            span.reaching += reaches && !is_away ? 1 : 0;
        }
    }
    return span;
}

/// What the boxes say of the picture's size and units; empty where they fit.
std::string suspect_size(const Span& span, double width, double height) {
    // Shares of a picture are within 0 and 1, and a little beyond where a box leaves it.
    constexpr double largest_share = 1.5;
    if (span.right <= largest_share && span.bottom <= largest_share && width > 4 && height > 4)
        return fmt::format("all boxes lie within {} x {} px: the file seems to state shares of the picture, not pixels",
                           format_number(span.right, 3), format_number(span.bottom, 3));
    const bool fits = span.right <= width + 1 && span.bottom <= height + 1;
    if (!fits && span.right <= height + 1 && span.bottom <= width + 1)
        return fmt::format("the boxes fit a picture of {} x {}, not {} x {}: width and height may be exchanged", height,
                           width, width, height);
    constexpr double far = 1.5;
    if (span.right > far * width || span.bottom > far * height)
        return fmt::format(
            "boxes reach to {}, {} in a picture of {} x {}: the file may speak of another size, or state "
            "pixels where the format has shares of the picture",
            format_number(span.right, 1), format_number(span.bottom, 1), width, height);
    return {};
}

/// Whether the boxes begin and end where they do when pixels count from 1.
std::string suspect_pixel_base(const Span& span, double width, double height) {
    const bool none_before = span.left >= 1 && span.top >= 1;
    if (!none_before) return {};
    if (span.right == width + 1 || span.bottom == height + 1)
        return fmt::format(
            "boxes begin at {}, {} or later and end a pixel past the picture: its pixels seem to count "
            "from 1, and here they count from 0",
            format_number(span.left, 1), format_number(span.top, 1));
    constexpr std::int64_t telling = 2;
    if (span.at_one >= telling)
        return fmt::format(
            "no box begins before the pixel 1, and {} do right there: its pixels seem to count from 1, "
            "and here they count from 0",
            span.at_one);
    return {};
}

std::string suspect_frames(const StatedFrames& stated, std::int64_t frames) {
    if (stated.rows_past_end == 0) return {};
    if (stated.first.value >= 1 && stated.last.value == frames)
        return fmt::format(
            "the last row is for frame {}, one past the video's last, and none is for frame 0: its "
            "frames seem to count from 1, and are read as if they did not",
            stated.last.value);
    return fmt::format(
        "rows reach to frame {} of a video whose last is {}: the file may be of another video, another "
        "cut or another frame rate",
        stated.last.value, frames - 1);
}

/// Whether objects are stated so regularly, frames apart, that they hardly are out of view in between.
std::string suspect_gaps(const Annotations& annotations, const Format& format) {
    if (std::none_of(format.options.begin(), format.options.end(),
                     [](const FormatOption& option) { return option.name == "step"; }))
        return {};
    std::map<std::int64_t, std::int64_t> gaps;  // by how many frames they are wide
    std::int64_t steps = 0;                     // from one frame that is stated to the next
    for (const auto& [id, track] : annotations.tracks) {
        const Keyframe* last = nullptr;
        bool is_gone = false;
        for (const Keyframe& keyframe : track->keyframes) {
            if (std::exchange(is_gone, keyframe.outside) && last != nullptr) ++gaps[keyframe.frame - last->frame];
            if (keyframe.outside) continue;
            steps += last != nullptr ? 1 : 0;
            last = &keyframe;
        }
    }
    const auto most =
        std::max_element(gaps.begin(), gaps.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    constexpr std::int64_t telling = 3;
    if (most == gaps.end() || most->second < telling || most->second * 10 < steps * 8) return {};
    return fmt::format(
        "objects are stated every {} frames and count as out of view in between: option step={} fills in what lies "
        "there",
        most->first, most->first);
}

}  // namespace

std::vector<std::string> suspects_in(const ReadResult& read, const Media& media, const Format& format) {
    std::vector<std::string> suspects;
    const auto take = [&](std::string sentence) {
        if (!sentence.empty()) suspects.push_back(std::move(sentence));
    };
    const double width = media.width;
    const double height = media.height;
    const Span span = span_of(read.annotations, width, height);
    if (span.boxes > 0 && width > 0 && height > 0) {
        take(suspect_size(span, width, height));
        if (suspects.empty()) take(suspect_pixel_base(span, width, height));
        if (span.reaching > 0)
            take(
                fmt::format("{} of {} boxes reach out of the picture by more than a pixel", span.reaching, span.boxes));
        if (span.outside > 0) take(fmt::format("{} of {} boxes lie outside of the picture", span.outside, span.boxes));
    }
    take(suspect_frames(read.stated, media.frames));
    take(suspect_gaps(read.annotations, format));
    return suspects;
}

}  // namespace inbetween
