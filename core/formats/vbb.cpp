#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "core/base/files.h"
#include "core/base/new_folders.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/caltech.h"
#include "core/formats/text/mat.h"
#include "core/formats/text/mat_check.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{caltech_offset_option, caltech_posv_option};

/// Reads the struct A. Everything is looked up by name: real files order the fields of a frame in two ways.
class VbbReader {
public:
    VbbReader(std::string_view file, MatView a) : file_(file), a_(a) {}

    Result<CaltechVideo> read();

private:
    Error wrong(std::string_view field, std::string_view why) const { return row_error({file_, 0}, field, why); }
    Result<std::int64_t> whole(std::string_view name, MatView value, std::size_t n, std::int64_t least,
                               std::int64_t most) const;
    Result<std::array<double, 4>> place(std::string_view name, MatView value) const;
    Result<Done> read_objects(CaltechVideo& video);
    Result<Done> read_frame(std::int64_t frame, MatView list, CaltechVideo& video);
    Result<Done> read_row(std::int64_t frame, MatView list, std::size_t n, CaltechVideo& video);

    std::string_view file_;
    MatView a_;
};

Result<std::int64_t> VbbReader::whole(std::string_view name, MatView value, std::size_t n, std::int64_t least,
                                      std::int64_t most) const {
    const auto number = value.number(n);
    if (!number || !std::isfinite(*number) || *number != std::floor(*number))
        return wrong(name, "is not a whole number");
    if (*number < static_cast<double>(least) || *number > static_cast<double>(most))
        return wrong(name, fmt::format("{} is not within {} and {}", *number, least, most));
    return static_cast<std::int64_t>(*number);
}

Result<std::array<double, 4>> VbbReader::place(std::string_view name, MatView value) const {
    std::array<double, 4> numbers{};
    if (value.size() != numbers.size()) return wrong(name, "is not left, top, width and height");
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto number = value.number(i);
        if (!number || !std::isfinite(*number)) return wrong(name, "is not four numbers");
        if (std::abs(*number) > largest_coordinate_px)
            return wrong(name, fmt::format("{} is larger than a place in a picture can be", *number));
        numbers[i] = *number;
    }
    if (numbers[2] < 0 || numbers[3] < 0) return wrong(name, "a width or height is negative");
    return numbers;
}

Result<Done> VbbReader::read_objects(CaltechVideo& video) {
    const MatView labels = a_.field("objLbl");
    const MatView inits = a_.field("objInit");
    const MatView hides = a_.field("objHide");
    const auto objects = whole("A.maxObj", a_.field("maxObj"), 0, 0, largest_frame);
    if (!objects) return objects.error();
    if (labels.size() < static_cast<std::size_t>(*objects)) return wrong("A.objLbl", "has fewer entries than maxObj");
    video.objects.resize(static_cast<std::size_t>(*objects));
    for (std::size_t i = 0; i < video.objects.size(); ++i) {
        const std::string name = fmt::format("A.objLbl{{{}}}", i + 1);
        // A place kept for an object that was never made has no label.
        if (inits.number(i).value_or(1) == 0) continue;
        const auto label = labels.cell(i).text();
        if (!label || label->empty() || !is_clean_utf8(*label)) return wrong(name, "is no label");
        video.objects[i].label = *label;
        video.objects[i].hide = hides.number(i).value_or(0) != 0;
    }
    return Done{};
}

Result<Done> VbbReader::read_row(std::int64_t frame, MatView list, std::size_t n, CaltechVideo& video) {
    const auto name = [&](std::string_view field) {
        return fmt::format("A.objLists{{{}}}({}).{}", frame, n + 1, field);
    };
    const auto most = static_cast<std::int64_t>(video.objects.size());
    const auto id = whole(name("id"), list.field("id", n), 0, 1, most);
    if (!id) return id.error();
    const auto pos = place(name("pos"), list.field("pos", n));
    if (!pos) return pos.error();
    const auto occluded = whole(name("occl"), list.field("occl", n), 0, 0, 1);
    if (!occluded) return occluded.error();
    CaltechRow row{.frame = frame, .pos = {(*pos)[0], (*pos)[1], (*pos)[2], (*pos)[3]}, .occluded = *occluded == 1};
    row.lock = list.field("lock", n).number().value_or(0) != 0;
    // Versions before 1.3 know no visible part.
    if (const MatView posv = list.field("posv", n); posv.size() > 0) {
        const auto part = place(name("posv"), posv);
        if (!part) return part.error();
        row.posv = *part;
    }
    CaltechObject& object = video.objects[static_cast<std::size_t>(*id - 1)];
    if (object.label.empty()) return wrong(name("id"), fmt::format("object {} has no label", *id));
    if (!object.rows.empty() && object.rows.back().frame == frame)
        return wrong(name("id"), fmt::format("object {} stands twice in the frame", *id));
    object.rows.push_back(row);
    return Done{};
}

Result<Done> VbbReader::read_frame(std::int64_t frame, MatView list, CaltechVideo& video) {
    if (list.size() == 0) return Done{};
    if (!list.is_struct()) return wrong(fmt::format("A.objLists{{{}}}", frame), "is not a list of objects");
    for (std::size_t n = 0; n < list.size(); ++n)
        if (auto done = read_row(frame, list, n, video); !done) return done.error();
    return Done{};
}

Result<CaltechVideo> VbbReader::read() {
    if (!a_.is_struct() || a_.size() != 1) return wrong("A", "is not a struct");
    const auto frames = whole("A.nFrame", a_.field("nFrame"), 0, 0, largest_frame);
    if (!frames) return frames.error();
    CaltechVideo video;
    video.frames = *frames;
    if (auto done = read_objects(video); !done) return done.error();
    const MatView lists = a_.field("objLists");
    const bool is_list = lists.is_cell() || (lists && lists.size() == 0);
    if (!is_list || lists.size() != static_cast<std::size_t>(*frames))
        return wrong("A.objLists", fmt::format("is not a list of {} frames", *frames));
    for (std::int64_t frame = 1; frame <= *frames; ++frame)
        if (auto done = read_frame(frame, lists.cell(static_cast<std::size_t>(frame - 1)), video); !done)
            return done.error();
    return video;
}

Result<CaltechVideo> read_video(const fs::path& path) {
    const auto bytes = read_file(path);
    if (!bytes) return bytes.error();
    const std::string file = path.string();
    if (auto good = check_mat_bytes(file, *bytes); !good) return good.error();
    const auto version = read_mat_variable(path, "vers");
    if (!version) return version.error();
    const auto number = MatView(version->get()).number();
    if (!number || *number < 1 || *number > 1.4 + 1e-6)
        return row_error({file, 0}, "vers", "is none of the versions 1.0 to 1.4");
    auto a = read_mat_variable(path, "A");
    if (!a) return a.error();
    return VbbReader(file, MatView(a->get())).read();
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = caltech_options(vbb_format, request.options);
    if (!how) return how.error();
    const fs::path& path = request.files.front();
    const auto video = read_video(path);
    if (!video) return video.error();
    return annotations_of(path.string(), *video, request.media, *how);
}

/// The objects that are present in each frame, as the file lists them: (id, row).
using FrameLists = std::vector<std::vector<std::pair<std::int64_t, const CaltechRow*>>>;

FrameLists lists_of(const CaltechVideo& video) {
    FrameLists lists(static_cast<std::size_t>(video.frames));
    std::int64_t id = 0;
    for (const CaltechObject& object : video.objects) {
        ++id;
        for (const CaltechRow& row : object.rows) lists[static_cast<std::size_t>(row.frame - 1)].emplace_back(id, &row);
    }
    return lists;
}

MatVariable list_variable(const FrameLists::value_type& list) {
    if (list.empty()) return mat_row({});
    std::vector<std::vector<MatVariable>> elements;
    for (const auto& [id, row] : list) {
        auto& fields = elements.emplace_back();
        fields.push_back(mat_number(static_cast<double>(id)));
        fields.push_back(mat_row({row->pos.x, row->pos.y, row->pos.w, row->pos.h}));
        fields.push_back(mat_number(row->occluded ? 1 : 0));
        fields.push_back(mat_number(row->lock ? 1 : 0));
        fields.push_back(mat_row({row->posv[0], row->posv[1], row->posv[2], row->posv[3]}));
    }
    // Converters that read by position, not by name, expect this order.
    return mat_structs({"id", "pos", "occl", "lock", "posv"}, std::move(elements));
}

MatVariable struct_a(const CaltechVideo& video) {
    std::vector<MatVariable> lists;
    for (const auto& list : lists_of(video)) lists.push_back(list_variable(list));
    std::vector<MatVariable> labels;
    std::vector<double> first;
    std::vector<double> last;
    std::vector<double> hide;
    for (const CaltechObject& object : video.objects) {
        labels.push_back(mat_text(object.label));
        first.push_back(static_cast<double>(object.rows.front().frame));
        last.push_back(static_cast<double>(object.rows.back().frame));
        hide.push_back(object.hide ? 1 : 0);
    }
    std::vector<std::vector<MatVariable>> a(1);
    a[0].push_back(mat_number(static_cast<double>(video.frames)));
    a[0].push_back(mat_cells(std::move(lists)));
    a[0].push_back(mat_number(static_cast<double>(video.objects.size())));
    a[0].push_back(mat_row(std::vector<double>(video.objects.size(), 1)));
    a[0].push_back(mat_cells(std::move(labels)));
    a[0].push_back(mat_row(first));
    a[0].push_back(mat_row(last));
    a[0].push_back(mat_row(hide));
    a[0].push_back(mat_number(0));
    a[0].push_back(mat_row({0}));
    a[0].push_back(mat_number(1));
    return mat_structs({"nFrame", "objLists", "maxObj", "objInit", "objLbl", "objStr", "objEnd", "objHide", "altered",
                        "log", "logLen"},
                       std::move(a));
}

/// A file that is gone when the name goes out of scope.
class TemporaryFile {
public:
    static Result<TemporaryFile> beside(const fs::path& path) {
        std::string name = (path.parent_path() / ("." + path.filename().string() + ".XXXXXX")).string();
        const int fd = ::mkstemp(name.data());
        if (fd < 0) return fail("{}: cannot be written: {}", path.string(), std::strerror(errno));
        ::close(fd);
        return TemporaryFile(name);
    }
    TemporaryFile(TemporaryFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryFile& operator=(TemporaryFile&&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove(path_, ignored);
    }
    const fs::path& path() const { return path_; }

private:
    explicit TemporaryFile(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

/// The bytes of the file, read back by our own reader before they go to their place.
Result<std::string> bytes_of(const CaltechVideo& video, const WriteRequest& request, const CaltechOptions& how) {
    if (auto allowed = check_may_write(request.annotations, request.out); !allowed) return allowed.error();
    NewFolders folders;
    if (auto made = folders.make_for(request.out); !made) return made.error();
    auto temporary = TemporaryFile::beside(request.out);
    if (!temporary) return temporary.error();
    std::vector<std::pair<const char*, MatVariable>> variables;
    variables.emplace_back("A", struct_a(video));
    variables.emplace_back("vers", mat_number(1.4));
    if (auto written = write_mat_file(temporary->path(), std::move(variables)); !written)
        return fail("{}: cannot be written: the disk may be full", request.out.string());
    const auto back = read_video(temporary->path());
    if (!back) return fail("{}: would not be read back: {}", request.out.string(), back.error().message);
    const auto read_back =
        annotations_of(request.out.string(), *back, *request.annotations.find_media(request.media), how);
    if (auto same = check_reads_back(request.out, read_back, box_count(video)); !same) return same.error();
    return read_file(temporary->path());
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = caltech_options(vbb_format, request.options);
    if (!how) return how.error();
    Losses losses;
    const CaltechVideo video = caltech_video_of(request.annotations, request.media, *how, losses);
    auto bytes = bytes_of(video, request, *how);
    if (!bytes) return bytes.error();
    Output output(request);
    output.add(request.out, std::move(*bytes));
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path& path, std::string_view head) {
    return head.starts_with("MATLAB ") &&
           (to_lower(path.extension().string()) == ".vbb" || head.find("objLists") != std::string_view::npos);
}

}  // namespace

const Format vbb_format{
    .id = "vbb",
    .name = "Caltech vbb",
    .extension = ".vbb",
    .reader = "vbb.m vbbLoad",
    .convention = "frames from 1; left top width height in px from 1 (option offset), fractions",
    .carries = {.boxes = true, .keyframes = true, .occluded = true, .outside = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
