#include "app/cli/arguments.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "core/base/text.h"
#include "core/edit/operations.h"

namespace inbetween::cli {

namespace {

const Subcommand::Repeated* find_repeated(const std::vector<Subcommand::Repeated>& repeated, std::string_view name) {
    const auto found =
        std::find_if(repeated.begin(), repeated.end(), [&](const Subcommand::Repeated& r) { return r.option == name; });
    return found == repeated.end() ? nullptr : &*found;
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<FrameRange> range_of_piece(std::string_view piece) {
    const auto cut = piece.find_first_of(":-");
    const auto first = piece.substr(0, cut);
    if (!is_digits(first)) return std::nullopt;
    const auto begin = parse_int(first);
    if (!begin) return std::nullopt;
    if (cut == std::string_view::npos) return FrameRange{FrameIndex{*begin}, FrameIndex{*begin} + 1};
    const auto last = piece.substr(cut + 1);
    const auto end = is_digits(last) ? parse_int(last) : std::nullopt;
    if (!end) return std::nullopt;
    return FrameRange{FrameIndex{*begin}, FrameIndex{*end} + (piece[cut] == '-' ? 1 : 0)};
}

}  // namespace

std::vector<std::string> with_repeats(const std::vector<std::string>& arguments,
                                      const std::vector<Subcommand::Repeated>& repeated) {
    std::vector<std::string> whole;
    const Subcommand::Repeated* open = nullptr;  // the option whose further values may follow
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (argument == "--") {
            whole.insert(whole.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
            break;
        }
        if (const auto* option = find_repeated(repeated, argument);
            option != nullptr && i + 1 < arguments.size() && !arguments[i + 1].starts_with("--")) {
            whole.push_back(argument + "=" + arguments[++i]);
            open = option;
        } else if (open != nullptr && open->is_value(argument)) {
            whole.push_back(std::string(open->option) + "=" + argument);
        } else {
            whole.push_back(argument);
            open = nullptr;
        }
    }
    return whole;
}

Result<std::vector<FrameRange>> parse_frame_list(std::string_view text) {
    std::vector<FrameRange> ranges;
    for (const auto piece : split(text, ',')) {
        const auto range = range_of_piece(trim(piece));
        if (!range) return fail("{} is not a frame number, list (1,5,9) or range (10:20, 10-19)", text);
        if (range->empty()) return fail("{} is a range without frames", piece);
        ranges.push_back(*range);
    }
    return ranges;
}

bool is_frame_list(std::string_view text) { return parse_frame_list(text).has_value(); }

Result<FrameRange> parse_range(std::string_view text) {
    const auto cut = text.find(':');
    if (cut == std::string_view::npos) return fail("{} is not a range of frames A:B", text);
    const auto first = text.substr(0, cut);
    const auto last = text.substr(cut + 1);
    FrameRange range{FrameIndex{0}, FrameIndex{std::int64_t{1} << 40}};
    const auto begin = is_digits(first) ? parse_int(first) : std::nullopt;
    const auto end = is_digits(last) ? parse_int(last) : std::nullopt;
    if ((!first.empty() && !begin) || (!last.empty() && !end)) return fail("{} is not a range of frames A:B", text);
    if (begin) range.begin = FrameIndex{*begin};
    if (end) range.end = FrameIndex{*end};
    if (range.empty()) return fail("{} is a range without frames", text);
    return range;
}

Result<Done> check_in_video(const FrameRange& range, std::string_view project, std::int64_t frames) {
    if (range.begin.value < frames) return Done{};
    return fail("{}: the range begins at frame {}, but the video has {} frames", project, range.begin.value, frames);
}

std::optional<Size> parse_size(std::string_view text) {
    const auto sides = split(text, 'x');
    if (sides.size() != 2 || !is_digits(sides[0]) || !is_digits(sides[1])) return std::nullopt;
    const auto width = parse_int(sides[0]);
    const auto height = parse_int(sides[1]);
    constexpr std::int64_t most = 16384;
    if (!width || !height || *width < 1 || *height < 1 || *width > most || *height > most) return std::nullopt;
    return Size{static_cast<int>(*width), static_cast<int>(*height)};
}

std::string check_frame_list(const std::string& text) {
    const auto ranges = parse_frame_list(text);
    return ranges ? std::string() : ranges.error().message;
}

std::string check_range(const std::string& text) {
    const auto range = parse_range(text);
    return range ? std::string() : range.error().message;
}

std::string check_size(const std::string& text) {
    return parse_size(text) ? std::string() : text + " is not a size WxH from 1x1 to 16384x16384";
}

std::string check_frame(const std::string& text) {
    return parse_int(text).value_or(-1) >= 0 ? std::string() : text + " is not a frame number from 0";
}

std::string check_count(const std::string& text) {
    return parse_int(text).value_or(0) > 0 ? std::string() : text + " is not a number from 1";
}

std::string check_thinning(const std::string& text) {
    const auto thinning = edit::parse_thinning(text);
    return thinning ? std::string() : thinning.error().message;
}

std::string check_format_option(const std::string& text) {
    return is_format_option(text) ? std::string() : text + " is not name=value";
}

std::string check_image_choice(const std::string& text) {
    constexpr std::string_view every = "every=";
    const bool is_every = text.starts_with(every) && parse_int(text.substr(every.size())).value_or(0) > 0;
    return is_every || text == "all" || text == "annotated" ? "" : text + " is not all, annotated or every=N";
}

bool is_format_option(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

FormatOptions format_options_of(const std::vector<std::string>& stated) {
    FormatOptions options;
    for (const auto& text : stated) {
        const auto equals = text.find('=');
        options[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return options;
}

bool is_number_list(std::string_view text) {
    const auto pieces = split(text, ',');
    return std::all_of(pieces.begin(), pieces.end(), [](std::string_view piece) { return is_digits(trim(piece)); });
}

std::vector<std::string> split_lists(const std::vector<std::string>& stated) {
    std::vector<std::string> pieces;
    for (const auto& text : stated) {
        for (const auto piece : split(text, ',')) pieces.emplace_back(trim(piece));
    }
    return pieces;
}

Result<MediaPtr> choose_media(const Annotations& annotations, std::string_view named, std::string_view project) {
    if (annotations.media.empty()) return fail("{}: the project has no video", project);
    if (named.empty()) return annotations.media.begin()->second;
    std::vector<std::string> known;
    for (const auto& [id, media] : annotations.media) {
        if (named == media->name() || named == media->path) return media;
        known.push_back(fmt::format("{} ({})", number(id), media->name()));
    }
    const auto stated_number = parse_int(named);
    const auto found = annotations.media.find(MediaId{stated_number.value_or(0)});
    if (stated_number && found != annotations.media.end()) return found->second;
    return fail("{}: no video {} in the project; it has {}", project, named, fmt::join(known, ", "));
}

}  // namespace inbetween::cli
