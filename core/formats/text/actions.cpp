#include "core/formats/text/actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <tuple>

#include "core/base/check.h"
#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// The frame whose beginning is closest to the second; the frame after the last one's stands for the video's end.
FrameIndex boundary_near(const AvaTime& time, double seconds, FrameIndex end) {
    const FrameIndex after = time.first_frame_from(seconds);
    if (after.value == 0) return after;
    const double at_after = after < end ? time.seconds_of(after) : time.end_seconds();
    return seconds - time.seconds_of(after - 1) < at_after - seconds ? after - 1 : after;
}

FrameRange range_of(const AvaTime& time, double begin, double end, FrameIndex frames) {
    FrameRange range{boundary_near(time, begin, frames), boundary_near(time, end, frames)};
    range.begin = std::min(range.begin, frames - 1);
    range.end = std::max(range.end, range.begin + 1);
    return range;
}

double seconds_at(const AvaTime& time, FrameIndex boundary, FrameIndex end) {
    return boundary < end ? time.seconds_of(boundary) : time.end_seconds();
}

}  // namespace

double action_time_offset(Options& given) { return given.number("time-offset", -largest_second, largest_second); }

std::string action_video(Options& given) {
    std::string name = given.is("video-id", "auto") ? std::string() : given.text("video-id");
    if (!is_clean_utf8(name)) given.reject("video-id", "is no name");
    return name;
}

std::string_view file_name_of(std::string_view path) { return path.substr(path.find_last_of("/\\") + 1); }

std::string file_name_of_address(std::string_view address) {
    std::string name;
    for (std::size_t at = 0; at < address.size(); ++at) {
        unsigned char byte = 0;
        const char* digits = address.data() + at + 1;
        const bool is_byte = address[at] == '%' && at + 2 < address.size() && std::isxdigit(digits[0]) != 0 &&
                             std::isxdigit(digits[1]) != 0 &&
                             std::from_chars(digits, digits + 2, byte, 16).ec == std::errc{};
        name += is_byte ? static_cast<char>(byte) : address[at];
        at += is_byte ? 2 : 0;
    }
    return std::string(file_name_of(is_clean_utf8(name) ? std::string_view(name) : address));
}

std::string written_video(const Media& media, const std::string& stated) {
    if (!stated.empty()) return stated;
    std::string name = one_line_of(fs::path(media.name()).stem().string());
    return name.empty() ? "video" : name;
}

/// The video that a clip's name says it is of, and from where on: Kinetics' downloaders call it ID_000010_000020.
/// source: activitynet/ActivityNet Crawler/Kinetics/download.py
std::optional<ChosenVideo> video_of_clip(const std::string& name) {
    const auto end = name.rfind('_');
    const auto begin = end == std::string::npos || end == 0 ? end : name.rfind('_', end - 1);
    constexpr std::size_t digits = 6;
    if (begin == std::string::npos || end - begin - 1 != digits || name.size() - end - 1 != digits) return std::nullopt;
    const auto from = parse_int(name.substr(begin + 1, digits));
    const auto to = parse_int(name.substr(end + 1));
    if (!from || !to || *from < 0 || *to <= *from) return std::nullopt;
    return ChosenVideo{name.substr(0, begin), {}, static_cast<double>(*from)};
}

Result<ChosenVideo> choose_video(std::string_view file, std::string_view field, const std::set<std::string>& videos,
                                 const Media& media, const std::string& stated, const VideoWords& words) {
    if (videos.empty()) return ChosenVideo{};
    const std::string name = written_video(media, stated);
    if (videos.contains(name)) return ChosenVideo{name, ""};
    const auto taken = [&](const std::string& other) {
        return ChosenVideo{other, fmt::format("{}: the file speaks of {}, which is taken for {}", field,
                                              in_quotes(other), in_quotes(name))};
    };
    if (stated.empty()) {
        // The files of ActivityNet's videos are called v_ID.mp4, and its lists speak of ID.
        const std::string other = name.starts_with("v_") ? name.substr(2) : "v_" + name;
        if (videos.contains(other)) return taken(other);
        auto clip = words.may_be_clip ? video_of_clip(name) : std::nullopt;
        if (clip && videos.contains(clip->name)) {
            clip->note =
                fmt::format("{}: the video is called as the clip of {} from {} s on, which the times are lessened by",
                            field, in_quotes(clip->name), clip->begin);
            return *std::move(clip);
        }
        if (videos.size() == 1) return taken(*videos.begin());
    }
    return fail("{}: {}: none of its {} {} is called {}; the first is {}; option {}=NAME chooses one", file, field,
                videos.size(), words.plural, in_quotes(name), in_quotes(*videos.begin()), words.option);
}

std::string written_name(std::string_view name, Losses& losses) {
    std::string text(name);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    text = trim(text);
    if (text.empty()) text = "unnamed";
    if (text != name) losses.add("labels with other characters in place of control characters and outer blanks");
    return text;
}

ActionReader::ActionReader(const Media& media, double time_offset)
    : builder_(media), time_(media), time_offset_(time_offset) {}

void ActionReader::add(const TimedAction& action) {
    if (actions_++ == 0) first_begin_ = action.begin;
    const double begin = action.begin - time_offset_;
    const double end = action.end - time_offset_;
    // Files round their seconds, so what only touches the video by less than half a millisecond is still at its edge.
    constexpr double slack = 0.0005;
    const bool is_before = end < 0 || (end <= 0 && begin < 0);
    if (is_before || begin > time_.end_seconds() - slack || builder_.end().value == 0) {
        ++outside_;
        return;
    }
    const FrameIndex last = builder_.end();
    if (begin < -slack || end > time_.end_seconds() + slack) ++cut_;
    if (boundary_near(time_, end, last) <= boundary_near(time_, begin, last) && end > begin) ++short_;
    builder_.add_segment(builder_.label(action.label, LabelKind::Action), TrackId{}, range_of(time_, begin, end, last));
}

Result<ReadResult> ActionReader::finish(std::string_view file, std::string_view field) && {
    if (actions_ > 0 && outside_ == actions_)
        return fail(
            "{}: {}: none of the {} actions lies within the video's {} seconds, the first begins at {}; option "
            "time-offset=SECONDS states the file's time at the video's first frame",
            file, field, actions_, format_number(time_.end_seconds(), 3), format_number(first_begin_, 3));
    builder_.note_count(outside_, "actions lie outside of the video's time and are left out");
    builder_.note_count(cut_, "actions reach out of the video's time and are cut");
    builder_.note_count(short_, "actions are shorter than a frame and last one");
    return std::move(builder_).finish(file);
}

std::vector<TimedAction> timed_actions_of(const WriteRequest& request, double time_offset, Losses& losses) {
    const Annotations& annotations = request.annotations;
    const Media& media = *annotations.find_media(request.media);
    const AvaTime time(media);
    const FrameIndex end{media.frames};
    losses.add("tracks left out", static_cast<std::int64_t>(tracks_of(annotations, request.media).size()));
    std::vector<TimedAction> actions;
    for (const auto& [id, segment] : annotations.segments) {
        if (segment->media != request.media) continue;
        FrameRange range = segment->range;
        if (range.begin >= end) {
            losses.add("actions past the video's last frame left out");
            continue;
        }
        if (range.end > end) losses.add("actions cut at the video's last frame");
        if (is_set(segment->track)) losses.add("actions of tracks written as the video's");
        range.end = std::min(range.end, end);
        actions.push_back({written_name(annotations.label_name(segment->label), losses),
                           seconds_at(time, range.begin, end) + time_offset,
                           seconds_at(time, range.end, end) + time_offset});
    }
    std::sort(actions.begin(), actions.end(), [](const TimedAction& a, const TimedAction& b) {
        return std::tie(a.begin, a.end, a.label) < std::tie(b.begin, b.end, b.label);
    });
    return actions;
}

std::vector<TimedAction> rounded(std::vector<TimedAction> actions, int decimals) {
    const double scale = std::pow(10.0, decimals);
    for (TimedAction& action : actions) {
        action.begin = std::round(action.begin * scale) / scale;
        action.end = std::round(action.end * scale) / scale;
    }
    return actions;
}

std::int64_t moved_count(const std::vector<TimedAction>& exact, const std::vector<TimedAction>& in_file,
                         const Media& media, double time_offset) {
    IB_CHECK(exact.size() == in_file.size());
    const AvaTime time(media);
    const auto frames_of = [&](const TimedAction& action) {
        return range_of(time, action.begin - time_offset, action.end - time_offset, FrameIndex{media.frames});
    };
    std::int64_t moved = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) moved += frames_of(exact[i]) == frames_of(in_file[i]) ? 0 : 1;
    return moved;
}

Result<Done> check_actions_read_back(const WriteRequest& request, const std::vector<TimedAction>& in_file,
                                     double time_offset, const Result<ReadResult>& back) {
    const std::string out = request.out.string();
    if (!back) return fail("{}: would not be read back: {}", out, back.error().message);
    const auto& segments = back->annotations.segments;
    if (segments.size() != in_file.size())
        return fail("{}: {} actions would be read back of {}", out, segments.size(), in_file.size());
    const Media& media = *request.annotations.find_media(request.media);
    const AvaTime time(media);
    using Said = std::tuple<std::string, std::int64_t, std::int64_t>;
    std::multiset<Said> expected;
    for (const TimedAction& action : in_file) {
        const FrameRange range =
            range_of(time, action.begin - time_offset, action.end - time_offset, FrameIndex{media.frames});
        expected.emplace(action.label, range.begin.value, range.end.value);
    }
    for (const auto& [id, segment] : segments) {
        const FrameRange range = segment->range;
        const auto found =
            expected.find(Said(back->annotations.label_name(segment->label), range.begin.value, range.end.value));
        if (found == expected.end())
            return fail("{}: an action would be read back at frames {} to {}, where none is", out, range.begin.value,
                        range.end.value);
        expected.erase(found);
    }
    return Done{};
}

}  // namespace inbetween
