#include "core/formats/cvat_video.h"

#include <array>

#include "core/formats/text/options.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    FormatOption{
        "generated", "auto|skip|keep", "auto",
        "reading rows with keyframe=0, which CVAT itself skips: auto drops those that the keyframes give again "
        "and keeps the others as keyframes; skip drops all; keep keeps all"},
    FormatOption{"last", "auto|hold|end", "auto",
                 "reading a track whose last keyframe is in view: it stays there until the task ends, as in CVAT, or "
                 "ends with it; auto: it ends where each of its frames is stated as a keyframe, else stays"},
    FormatOption{"polygons", "box|skip", "box",
                 "reading polygons that have no four corners: as their bounding boxes, or not at all"},
    cvat_task_option,
    FormatOption{"rows", "all|keyframes", "all",
                 "writing: also the frames between keyframes, with keyframe=0 as CVAT does, or keyframes only"},
    FormatOption{"quads", "every|keyframes", "every",
                 "writing quads: every frame as a keyframe, since CVAT moves polygons in another way, or only those "
                 "that are"},
    FormatOption{"actions", "attributes|drop", "attributes",
                 "writing: actions of a track as checkboxes of its label, or not at all"},
    FormatOption{"decimals", "exact|2", "exact", "writing coordinates as they are, or with CVAT's two decimals"}};

Result<CvatVideoOptions> options_of(const FormatOptions& stated) {
    Options given(cvat_video_format, stated);
    CvatVideoOptions how{.generated = given.text("generated"),
                         .last = given.text("last"),
                         .takes_polygons = given.is("polygons", "box"),
                         .task = cvat_task_of(given),
                         .writes_all_rows = given.is("rows", "all"),
                         .writes_every_quad = given.is("quads", "every"),
                         .writes_actions = given.is("actions", "attributes"),
                         .is_rounded = given.is("decimals", "2")};
    if (given.error()) return *given.error();
    return how;
}

Result<ReadResult> read(const ReadRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    auto in = open_to_read(request.files.front());
    if (!in) return in.error();
    return read_cvat_video(request.files.front().string(), *in, request.media, *how);
}

Result<WriteReport> write(const WriteRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    Output output(request);
    const auto file = output.stream(request.out);
    if (!file) return file.error();
    write_cvat_video(request.annotations, media, *how, losses, **file);
    if (auto closed = (*file)->close(); !closed) return closed.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list(), {}, {{"generated", "skip"}}};
}

bool sniff(const fs::path&, std::string_view head) { return is_cvat_of_tracks(head); }

}  // namespace

const Format cvat_video_format{
    .id = "cvat",
    .name = "CVAT for video 1.1",
    .extension = ".xml",
    .reader = "CVAT load_anno",
    .convention = "frames from 0; left top right bottom edges in px from 0, fractions",
    .carries = {.boxes = true,
                .quads = true,
                .keyframes = true,
                .occluded = true,
                .outside = true,
                .attributes = true,
                .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
