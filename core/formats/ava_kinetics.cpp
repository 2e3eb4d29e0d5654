#include <array>

#include "core/formats/ava.h"
#include "core/formats/formats.h"

namespace inbetween {
namespace {

constexpr std::array options{
    ava_time_offset_option,
    ava_video_option,
    ava_label_map_option,
    ava_label_option,
    FormatOption{"moments", "middle|keyframes|seconds", "middle",
                 "writing: what is labelled: the middle of the clip, as in Kinetics; the frames with keyframes; or "
                 "every whole second, as in AVA"},
    FormatOption{"person-ids", "0|1", "0", "writing: 1 states persons in a last column"},
    ava_no_action_option};

Result<ReadResult> read(const ReadRequest& request) { return read_ava(ava_kinetics_format, request); }

Result<WriteReport> write(const WriteRequest& request) { return write_ava(ava_kinetics_format, request); }

/// AVA's own times are whole seconds.
bool sniff(const std::filesystem::path&, std::string_view head) {
    const auto time = ava_time_in(head);
    return time && time->find('.') != std::string::npos;
}

}  // namespace

const Format ava_kinetics_format{
    .id = "ava-kinetics",
    .name = "AVA-Kinetics csv",
    .extension = ".csv",
    .reader = "get_ava_performance.py",
    .convention = "seconds of the clip; left top right bottom as shares of the picture",
    .carries = {.boxes = true, .outside = true, .track_segments = true},
    .options = options,
    .may_be_empty = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
