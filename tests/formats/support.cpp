#include "tests/formats/support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/formats/text/export.h"

namespace fs = std::filesystem;

namespace inbetween::test {

Media made_media(std::int64_t frames) {
    Media media;
    media.id = MediaId{1};
    media.uuid = "00000000-0000-4000-8000-000000000001";
    media.path = "walk.avi";
    media.frames = frames;
    media.width = 768;
    media.height = 576;
    media.timebase = {1, 10};
    for (std::int64_t i = 0; i < frames; ++i) media.pts.push_back(i);
    return media;
}

Annotations made_annotations() {
    Annotations made;
    made.media[MediaId{1}] = std::make_shared<const Media>(made_media());
    std::int64_t id = 1;
    for (const char* name : {"pedestrian", "car", "road bicycle"}) {
        made.labels[LabelId{id}] = Label{.id = LabelId{id}, .name = name, .attributes = {}};
        ++id;
    }
    return made;
}

TrackId add_track(Annotations& annotations, std::string_view label, std::vector<Keyframe> keyframes) {
    Track track;
    track.id = annotations.next_track_id();
    track.media = MediaId{1};
    track.label = annotations.find_label(label)->id;
    track.kind = keyframes.empty() ? ShapeKind::Box : kind_of(keyframes.front().shape);
    track.keyframes = std::move(keyframes);
    const TrackId id = track.id;
    annotations.tracks[id] = std::make_shared<const Track>(std::move(track));
    return id;
}

Keyframe keyframe(std::int64_t frame, Shape shape, bool occluded, bool outside) {
    return {FrameIndex{frame}, std::move(shape), occluded, outside, Source::Manual};
}

Annotations random_annotations(std::uint32_t seed, Coordinates coordinates) {
    std::mt19937 random(seed);
    const auto upto = [&](int n) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(n)); };
    const auto coordinate = [&](int n) {
        return static_cast<double>(upto(n)) +
               (coordinates == Coordinates::Whole ? 0 : static_cast<double>(upto(1024)) / 1024);
    };
    Annotations made = made_annotations();
    for (int t = 0; t < 8; ++t) {
        std::vector<Keyframe> keyframes;
        bool was_outside = true;
        for (std::int64_t frame = upto(20); frame < 100 && keyframes.size() < 9; frame += 1 + upto(15)) {
            const bool outside = !was_outside && upto(4) == 0;
            const Box box{coordinate(600), coordinate(400), 2 + coordinate(100), 2 + coordinate(100)};
            keyframes.push_back(
                keyframe(frame, outside ? keyframes.back().shape : Shape(box), !outside && upto(3) == 0, outside));
            was_outside = outside;
        }
        const char* label = t % 3 == 0 ? "pedestrian" : t % 3 == 1 ? "car" : "road bicycle";
        const TrackId id = add_track(made, label, std::move(keyframes));
        if (t % 2 == 1) add_curved_fill(made, id, 0);
    }
    return made;
}

void add_curved_fill(Annotations& annotations, TrackId id, std::size_t index) {
    const Track& track = *annotations.find_track(id);
    if (index + 1 >= track.keyframes.size()) return;
    const Keyframe& left = track.keyframes[index];
    const Keyframe& right = track.keyframes[index + 1];
    if (left.outside || right.outside) return;
    SpanFill fill{.track = id, .method = "csrt", .inputs = {left, right}, .frames = {}};
    const auto length = static_cast<double>(right.frame - left.frame);
    for (std::int64_t i = 1; i < right.frame - left.frame; ++i) {
        const double t = static_cast<double>(i) / length;
        const Shape straight = blend(left.shape, right.shape, t);
        fill.frames.push_back(
            {on_grid(moved(straight, 40 * std::sin(3.14159 * t), 20 * std::sin(3.14159 * t))), 0.9F, i % 2 == 0});
    }
    annotations.fills[id].push_back(std::make_shared<const SpanFill>(std::move(fill)));
}

InView in_view(const Annotations& annotations) {
    InView result;
    for (const auto& [id, track] : annotations.tracks)
        for (const auto& [frame, state] : states_in(*track, annotations.fills_of(id), track->extent()))
            if (!state.outside)
                result[{id, frame.value}] = {std::get<Box>(on_grid(bounding_box(state.shape))), state.occluded};
    return result;
}

std::string first_difference(const InView& found, const InView& expected, double tolerance_px) {
    const auto text = [](const auto& row) {
        const auto& [key, state] = row;
        return fmt::format("track {} frame {}: {} {} {} {}{}", number(key.first), key.second, state.first.x,
                           state.first.y, state.first.w, state.first.h, state.second ? " occluded" : "");
    };
    for (const auto& row : found)
        if (!expected.contains(row.first)) return "not expected: " + text(row);
    for (const auto& row : expected) {
        const auto same = found.find(row.first);
        if (same == found.end()) return "missing: " + text(row);
        if (same->second.second != row.second.second ||
            distance(Shape(same->second.first), Shape(row.second.first)) > tolerance_px)
            return fmt::format("{}, not {}", text(*same), text(row));
    }
    return {};
}

Result<ReadResult> read_path(std::string_view format, const fs::path& path, const Media& media,
                             const FormatOptions& options) {
    auto result = read_annotations(*find_format(format), {{path}, media, options});
    if (result) {
        EXPECT_EQ(find_breach(result->annotations).value_or("none"), "none");
        EXPECT_EQ(result->annotations.media.size(), 1U);
    }
    return result;
}

Result<ReadResult> read_text(std::string_view format, const std::string& text, const Media& media,
                             const FormatOptions& options, const std::string& name) {
    const TemporaryFolder folder;
    write_text(folder / name, text);
    return read_path(format, folder / name, media, options);
}

std::int64_t Written::lost(std::string_view what) const {
    const auto found = std::find_if(losses.begin(), losses.end(), [&](const Loss& loss) { return loss.what == what; });
    return found == losses.end() ? 0 : found->count;
}

Result<Written> write_text_of(std::string_view format, const Annotations& annotations, const FormatOptions& options) {
    const TemporaryFolder folder;
    const WriteRequest request{annotations, MediaId{1}, folder / "out.txt", options};
    auto report = write_annotations(*find_format(format), request);
    if (!report) return report.error();
    return Written{file_text(report->files.front()), std::move(report->losses)};
}

std::vector<Loss> besides_keyframes(std::vector<Loss> losses) {
    std::erase_if(losses, [](const Loss& loss) { return loss.what == keyframes_loss; });
    return losses;
}

std::optional<CommandResult> run_python(const std::string& program, const std::vector<std::string>& arguments,
                                        const std::string& modules) {
    const std::string python = "/usr/bin/python3 ";
    if (run_command(python + "-c 'import " + modules + "'").status != 0) return std::nullopt;
    const TemporaryFolder folder;
    write_text(folder / "check.py", program);
    std::string command = python + "'" + (folder / "check.py").string() + "'";
    for (const std::string& argument : arguments) command += " '" + argument + "'";
    return run_command(command);
}

fs::path sample(const std::string& relative) { return source_folder() / "tests" / "data" / "formats" / relative; }

}  // namespace inbetween::test
