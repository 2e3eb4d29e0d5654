#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/subcommand.h"
#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/formats/format.h"
#include "core/model/annotations.h"
#include "core/video/picture.h"

namespace inbetween::cli {

/// The arguments with the values that follow a repeated option each given the option's name, so that "--track 1 2" and
/// "--track 1 --track 2" are one and the positional arguments after it are left alone.
std::vector<std::string> with_repeats(const std::vector<std::string>& arguments,
                                      const std::vector<Subcommand::Repeated>& repeated);

/// Tells whether the text is frame numbers: "7", "1,5,9", "10:20" (20 left out), "10-20" (20 included), mixed.
bool is_frame_list(std::string_view text);
/// The ranges of a frame list, in the order stated; one frame is a range of one.
/// errors: not a frame list; a range without frames.
Result<std::vector<FrameRange>> parse_frame_list(std::string_view text);

/// Reads "A:B", the frames from A up to, not including, B. Either end may be left out.
Result<FrameRange> parse_range(std::string_view text);

/// Reads "WxH", both 1..16384; nullopt for anything else.
std::optional<Size> parse_size(std::string_view text);

/// errors: the range is wholly past the end of a video of so many frames.
Result<Done> check_in_video(const FrameRange& range, std::string_view project, std::int64_t frames);

// Checks for CLI11: an empty text for a good value, else what is wrong with it.
std::string check_frame_list(const std::string& text);
std::string check_range(const std::string& text);
std::string check_size(const std::string& text);
std::string check_frame(const std::string& text);
std::string check_count(const std::string& text);
std::string check_thinning(const std::string& text);
std::string check_format_option(const std::string& text);
std::string check_image_choice(const std::string& text);
/// For an argument of which a function knows whether it is good.
template <class T>
std::string wrong_in(const Result<T>& result) {
    return result ? std::string() : result.error().message;
}

/// Tells whether the text is "name=value".
bool is_format_option(std::string_view text);
/// requires: each is_format_option.
FormatOptions format_options_of(const std::vector<std::string>& stated);

/// Tells whether the text is a whole number, with or without a comma list.
bool is_number_list(std::string_view text);

/// The pieces of comma lists, blanks around them taken off.
std::vector<std::string> split_lists(const std::vector<std::string>& stated);

/// The project's video that `--media` names: by number, name or path; the first for an empty text.
/// errors: there is none; the sentence names those there are.
Result<MediaPtr> choose_media(const Annotations& annotations, std::string_view named, std::string_view project);

}  // namespace inbetween::cli
