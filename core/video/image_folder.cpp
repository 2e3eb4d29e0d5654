#include "core/video/image_folder.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/video/decoder.h"
#include "core/video/demuxer.h"
#include "core/video/image_header.h"
#include "core/video/orientation.h"

namespace inbetween {

namespace {

namespace fs = std::filesystem;

constexpr std::array image_endings{".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pnm"};

// FFmpeg's default rate of a series of images.
constexpr Timebase image_timebase{1, 25};

bool is_image_name(const fs::path& path) {
    const std::string name = path.filename().string();
    if (name.empty() || name.front() == '.') return false;
    const std::string ending = to_lower(path.extension().string());
    return std::ranges::find(image_endings, ending) != image_endings.end();
}

Result<std::vector<fs::path>> image_files(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (is_image_name(at->path()) && at->is_regular_file(ignored)) files.push_back(at->path());
    }
    if (error) return fail("{}: {}", folder.string(), error.message());
    if (files.empty()) return fail("{}: the folder holds no images", folder.string());
    std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
        return natural_less(a.filename().string(), b.filename().string());
    });
    return files;
}

Result<ff::FramePtr> decode_image(const fs::path& file) {
    auto demuxer = Demuxer::open(file, Demuxer::Probe::None);
    if (!demuxer) return demuxer.error();
    auto decoder = Decoder::open(file.string(), demuxer->stream(), 1);
    if (!decoder) return decoder.error();
    const ff::PacketPtr packet = ff::make_packet();
    ff::FramePtr frame = ff::make_frame();
    for (;;) {
        switch (decoder->receive(*frame)) {
            case Decoder::Got::Frame:
                return frame;
            case Decoder::Got::End:
                return fail("{}: the image cannot be decoded", file.string());
            case Decoder::Got::NeedsPacket:
                break;
        }
        if (demuxer->read(*packet)) {
            decoder->send(*packet);
        } else {
            decoder->drain();
        }
    }
}

MatrixTurn turn_of(const AVFrame& frame) {
    const AVFrameSideData* matrix = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    return turn_of_matrix(matrix != nullptr ? reinterpret_cast<const std::int32_t*>(matrix->data) : nullptr);
}

double aspect_of(const AVFrame& frame) {
    const AVRational aspect = frame.sample_aspect_ratio;
    return aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1;
}

Error other_size(const fs::path& file, Size size, const fs::path& first, Size expected) {
    return fail("{}: the image is {}x{}, but the folder's first image {} is {}x{}", file.string(), size.width,
                size.height, first.filename().string(), expected.width, expected.height);
}

}  // namespace

Result<std::unique_ptr<FrameSource>> ImageFolder::open(const fs::path& folder, const OpenOptions& options) {
    auto files = image_files(folder);
    if (!files) return files.error();
    std::unique_ptr<ImageFolder> source(new ImageFolder);
    source->files_ = std::move(*files);
    source->cache_ = std::make_shared<FrameCache>(options.cache_bytes);
    source->info_.path = folder;
    if (auto described = source->describe(); !described) return described.error();

    const auto count = source->files_.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (options.stop.stop_requested()) return cancelled();
        const auto size = image_size(source->files_[i]);
        if (!size) return size.error();
        if (*size != source->info_.decoded_size) {
            return other_size(source->files_[i], *size, source->files_[0], source->info_.decoded_size);
        }
        if (options.progress) options.progress(static_cast<double>(i + 1) / static_cast<double>(count));
    }
    return std::unique_ptr<FrameSource>(std::move(source));
}

Result<Done> ImageFolder::describe() {
    auto first = decode_image(files_[0]);
    if (!first) return first.error();
    const MatrixTurn turn = turn_of(**first);
    const Picture picture(**first, turn.orientation, aspect_of(**first));
    info_.frames = static_cast<std::int64_t>(files_.size());
    info_.decoded_size = picture.decoded_size();
    info_.orientation = turn.orientation;
    info_.rotation_degrees = turn.clockwise_degrees;
    info_.pixel_aspect = picture.pixel_aspect();
    info_.timebase = image_timebase;
    info_.codec = "images";
    info_.container = "folder";
    info_.format = picture.format();
    info_.exactness = Exactness::Proved;
    info_.sound = true;
    // The first image states the format that the others are brought to.
    auto shaped = shaper_.shape(std::move(*first));
    if (!shaped) return fail("{}: {}", files_[0].string(), shaped.error().message);
    return Done{};
}

Result<PicturePtr> ImageFolder::frame(FrameIndex n) {
    if (n.value < 0 || n.value >= info_.frames) {
        return fail("{}: there is no frame {}; the folder has {} images, counted from 0", info_.path.string(), n.value,
                    info_.frames);
    }
    if (role_ == CacheRole::Keeper) cache_->set_focus(n);
    if (PicturePtr cached = cache_->find(n)) return cached;
    const fs::path& file = files_[static_cast<std::size_t>(n.value)];
    auto frame = decode_image(file);
    if (!frame) return frame.error();
    ++stats_.packets;
    ++stats_.frames;
    const Size size{(*frame)->width, (*frame)->height};
    const Orientation orientation = turn_of(**frame).orientation;
    if (upright_size(size, orientation) != info_.upright_size()) {
        return other_size(file, size, files_[0], info_.decoded_size);
    }
    auto shaped = shaper_.shape(std::move(*frame));
    if (!shaped) return fail("{}: {}", file.string(), shaped.error().message);
    auto picture = std::make_shared<const Picture>(**shaped, orientation, aspect_of(**shaped));
    return cache_->put(n, picture);
}

bool ImageFolder::use_cache(std::shared_ptr<FrameCache> cache, CacheRole role) {
    if (role == CacheRole::Keeper) cache->put_all(*cache_);
    cache_ = std::move(cache);
    role_ = role;
    return true;
}

}  // namespace inbetween
