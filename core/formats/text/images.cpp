#include "core/formats/text/images.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

bool is_part_of_name(std::string_view text) {
    return is_clean_utf8(text) && text.find_first_of("/\\") == std::string_view::npos;
}

}  // namespace

std::int64_t image_choice_of(Options& given) {
    const std::string choice = given.text("images");
    if (choice == "annotated") return 0;
    if (choice == "all") return 1;
    const auto every = choice.starts_with("every=") ? parse_int(std::string_view(choice).substr(6)) : std::nullopt;
    if (!every || *every < 1 || *every > largest_frame)
        given.reject("images", fmt::format("{} is not annotated, all or every=N", in_quotes(choice)));
    return every.value_or(0);
}

std::string ImageOptions::stem_of(FrameIndex frame) const { return image_name(prefix, frame.value + first_frame, ""); }

ImageOptions image_options_of(Options& given) {
    ImageOptions how{.goes_by_order = given.is("frames", "order"),
                     .first_frame = given.integer("first-frame", 0, largest_frame),
                     .link = given.number("link", 0, 1),
                     .step = given.integer("step", 1, largest_frame),
                     .prefix = given.text("prefix"),
                     .extension = given.text("extension"),
                     .every = image_choice_of(given)};
    if (!is_part_of_name(how.prefix)) given.reject("prefix", "is no beginning of a file's name");
    if (!how.prefix.empty() && how.prefix.back() >= '0' && how.prefix.back() <= '9')
        given.reject("prefix", "ends with a digit, which would pass for one of the frame's");
    if (!is_part_of_name(how.extension) || !how.extension.starts_with('.') || how.extension.size() < 2)
        given.reject("extension", "is no ending of an image's name, like .png");
    return how;
}

ImageNames::ImageNames(const ImageOptions& how, const std::set<std::string>& names) : first_frame_(how.first_frame) {
    if (!how.goes_by_order) return;
    std::vector<std::string> sorted(names.begin(), names.end());
    std::sort(sorted.begin(), sorted.end(), natural_less);
    order_.emplace();
    for (const std::string& name : sorted) order_->emplace(name, static_cast<std::int64_t>(order_->size()));
}

Result<FrameIndex> ImageNames::frame_of(std::string_view where, const std::string& name) const {
    if (order_) return FrameIndex{order_->at(name)};
    const auto number = number_at_end(name + ".");
    if (!number || *number > largest_frame)
        return fail("{}: {} does not end with the number of a frame; see option frames", where, in_quotes(name));
    if (*number < first_frame_)
        return fail("{}: frame {} is before the first, which is {}; option first-frame=N states another", where,
                    *number, first_frame_);
    return FrameIndex{*number - first_frame_};
}

namespace {

/// The files of a folder, however deep, whose name `stem` knows. Hidden ones are left alone.
Result<std::vector<fs::path>> files_in(const fs::path& folder, ImageStemFn stem) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        const bool is_hidden = at->path().filename().string().starts_with('.');
        if (is_hidden && at->is_directory(ignored)) at.disable_recursion_pending();
        if (!is_hidden && at->is_regular_file(ignored) && stem(at->path())) files.push_back(at->path());
    }
    if (error) return fail("{}: cannot be listed: {}", folder.string(), error.message());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

Result<std::vector<std::pair<FrameIndex, fs::path>>> files_of_images(const ReadRequest& request,
                                                                     const ImageOptions& how, ImageStemFn stem,
                                                                     std::string_view like) {
    std::vector<std::pair<fs::path, std::string>> files;
    std::set<std::string> names;
    for (const fs::path& path : request.files) {
        std::error_code error;
        std::vector<fs::path> found{path};
        if (fs::is_directory(path, error)) {
            auto inside = files_in(path, stem);
            if (!inside) return inside.error();
            if (inside->empty()) return fail("{}: holds no file like {}", path.string(), like);
            found = std::move(*inside);
        }
        for (const fs::path& file : found) {
            files.emplace_back(file, stem(file).value_or(file.stem().string()));
            names.insert(files.back().second);
        }
    }
    const ImageNames order(how, names);
    std::vector<std::pair<FrameIndex, fs::path>> by_frame;
    for (const auto& [file, name] : files) {
        const auto frame = order.frame_of(file.string(), name);
        if (!frame) return frame.error();
        by_frame.emplace_back(*frame, file);
    }
    std::sort(by_frame.begin(), by_frame.end());
    return by_frame;
}

Result<std::map<FrameIndex, fs::path>> image_files(const ReadRequest& request, const ImageOptions& how,
                                                   ImageStemFn stem, std::string_view like) {
    const auto files = files_of_images(request, how, stem, like);
    if (!files) return files.error();
    std::map<FrameIndex, fs::path> by_frame;
    for (const auto& [frame, file] : *files) {
        const auto [at, is_new] = by_frame.emplace(frame, file);
        if (!is_new) return fail("{}: is of frame {}, as {} is", file.string(), frame.value, at->second.string());
    }
    return by_frame;
}

std::optional<std::string> first_image_text(const fs::path& folder, ImageStemFn stem) {
    // Many images of a folder may show nothing, so the first file with something in it tells.
    constexpr int most_looked_at = 200;
    const auto files = files_in(folder, stem);
    if (!files) return std::nullopt;
    int looked_at = 0;
    for (const fs::path& file : *files) {
        if (++looked_at > most_looked_at) break;
        auto text = read_file(file, 1 << 24);
        if (text && !trim(*text).empty()) return std::move(*text);
    }
    return std::nullopt;
}

Result<Done> check_no_other_images(const fs::path& folder, const std::set<fs::path>& own, ImageStemFn stem) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) return Done{};
    const auto files = files_in(folder, stem);
    if (!files) return files.error();
    for (const fs::path& file : *files)
        if (!own.contains(file)) return fail("{}: is of another export; write into an empty folder", file.string());
    return Done{};
}

ImageTracks::Rows* ImageTracks::chain_for(const ImageShape& shape, FrameIndex frame) {
    Rows* best = nullptr;
    double most = link_;
    for (const std::size_t index : open_) {
        Rows& chain = chains_[index];
        const Row& last = chain.back();
        if (last.frame == frame || last.shape.label != shape.label) continue;
        const double overlap = iou(bounding_box(last.shape.shape), bounding_box(shape.shape));
        if (overlap < most) continue;
        most = overlap;
        best = &chain;
    }
    return best;
}

void ImageTracks::add(FrameIndex frame, std::vector<ImageShape> shapes) {
    std::erase_if(open_, [&](std::size_t index) { return frame - chains_[index].back().frame > step_; });
    for (ImageShape& shape : shapes) {
        if (!builder_.takes_row_at(frame)) continue;
        const Box box = bounding_box(shape.shape);
        const bool is_flat = box.w <= 0 || box.h <= 0;
        shape.shape = on_grid(shape.shape);
        if (is_flat || !is_valid(shape.shape)) {
            ++flat_;
            continue;
        }
        if (shape.identity > 0) {
            known_[{shape.identity, shape.label}].push_back({frame, std::move(shape)});
            continue;
        }
        Rows* chain = link_ > 0 ? chain_for(shape, frame) : nullptr;
        if (chain == nullptr) {
            open_.push_back(chains_.size());
            chain = &chains_.emplace_back();
        }
        chain->push_back({frame, std::move(shape)});
    }
}

void ImageTracks::add_track(const Rows& rows, std::int64_t id) {
    const LabelId label = builder_.label(rows.front().shape.label);
    Track track = builder_.new_track(label);
    if (id > 0) track.id = TrackId{id};
    std::vector<StatedShape> shapes;
    AttributeTrail trail;
    for (const auto& [frame, shape] : rows) {
        shapes.push_back({frame, shape.shape, shape.occluded});
        std::set<std::string_view> said;
        for (const ImageValue& value : shape.values)
            if (said.insert(value.name).second)
                trail.say(builder_.attribute(label, value.name, value.type, true), frame, value.value);
    }
    state_shapes(track, std::move(shapes), builder_.end(), step_);
    track.attribute_ranges = trail.ranges();
    builder_.add(std::move(track));
}

Result<ReadResult> ImageTracks::finish(std::string_view file) && {
    std::int64_t crowded = 0;
    std::set<std::int64_t> taken;
    std::vector<Rows> unnumbered;
    for (auto& [key, rows] : known_) {
        const auto same_frame = [](const Row& a, const Row& b) { return a.frame == b.frame; };
        if (std::adjacent_find(rows.begin(), rows.end(), same_frame) != rows.end()) {
            ++crowded;
            for (Row& row : rows) unnumbered.push_back({std::move(row)});
        } else if (!taken.insert(key.first).second) {
            unnumbered.push_back(std::move(rows));
        } else {
            add_track(rows, key.first);
        }
    }
    for (const Rows& rows : unnumbered) add_track(rows, 0);
    for (const Rows& rows : chains_) add_track(rows, 0);
    builder_.note_count(crowded, "identities have several shapes in one image, which are a track each");
    builder_.note_count(flat_, "shapes without area are left out");
    note_other_sizes(builder_, sizes_);
    return std::move(builder_).finish(file);
}

void note_other_sizes(AnnotationsBuilder& builder, const std::set<std::pair<std::int64_t, std::int64_t>>& sizes) {
    const Media& media = builder.media();
    for (const auto& [width, height] : sizes)
        if (width != media.width || height != media.height)
            builder.note(fmt::format("the file speaks of pictures of {}x{}, the video's are {}x{}", width, height,
                                     media.width, media.height));
}

ShownImages shown_images(const WriteRequest& request, const ImageOptions& how, Losses& losses) {
    const Annotations& annotations = request.annotations;
    const Media& media = *annotations.find_media(request.media);
    ShownImages images;
    if (how.every > 0)
        for (std::int64_t n = 0; n < media.frames; n += how.every) images[FrameIndex{n}];
    for (const Track* track : tracks_of(annotations, media.id)) {
        for (auto& [frame, state] : states_in(*track, annotations.fills_of(track->id), track->extent())) {
            if (state.outside) continue;
            if (frame.value >= media.frames)
                losses.add("boxes past the video's last frame left out");
            else if (how.every > 0 && frame.value % how.every != 0)
                losses.add("boxes in frames that are not written");
            else
                images[frame].push_back({track, state});
        }
    }
    count_segments(annotations, media.id, losses);
    return images;
}

Error no_image(const fs::path& out) {
    return fail("{}: no frame shows anything; option images=all writes them all", out.string());
}

std::optional<Box> clipped(const Box& box, const Media& media) {
    const double left = std::clamp<double>(box.x, 0, media.width);
    const double top = std::clamp<double>(box.y, 0, media.height);
    const double right = std::clamp<double>(box.right(), 0, media.width);
    const double bottom = std::clamp<double>(box.bottom(), 0, media.height);
    if (right <= left || bottom <= top) return std::nullopt;
    return Box{left, top, right - left, bottom - top};
}

std::optional<Box> written_box(const Shape& shape, const Media& media, bool clips, Losses& losses) {
    if (kind_of(shape) == ShapeKind::Quad) losses.add("quads written as boxes");
    const Box box = std::get<Box>(on_grid(bounding_box(shape)));
    if (!clips) return box;
    const auto inside = clipped(box, media);
    losses.add("boxes beyond the picture left out", inside ? 0 : 1);
    losses.add("boxes cut at the picture's border", !inside || *inside == box ? 0 : 1);
    return inside;
}

std::optional<bool> flag_at(const Annotations& annotations, const Track& track, std::string_view name,
                            FrameIndex frame) {
    const std::string_view value = value_at(track, find_attribute(annotations, track, name), frame);
    if (value.empty()) return std::nullopt;
    return value == "true" || value == "1";
}

}  // namespace inbetween
