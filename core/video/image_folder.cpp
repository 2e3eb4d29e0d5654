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

}  // namespace

Result<std::unique_ptr<FrameSource>> ImageFolder::open(const fs::path& folder, const OpenOptions& options) {
    auto files = image_files(folder);
    if (!files) return files.error();
    std::unique_ptr<ImageFolder> source(new ImageFolder(options.cache_bytes));
    source->files_ = std::move(*files);
    source->info_.path = folder;
    source->info_.frames = static_cast<std::int64_t>(source->files_.size());
    source->info_.timebase = image_timebase;
    source->info_.codec = "images";
    source->info_.container = "folder";
    auto first = source->decode(FrameIndex{0});
    if (!first) return first.error();
    if (auto described = source->describe(*std::move(first)); !described)
        return fail("{}: {}", source->name_of(FrameIndex{0}), described.error().message);
    for (FrameIndex n; n.value < source->info_.frames; ++n) {
        if (options.stop.stop_requested()) return cancelled();
        const auto size = image_size(source->file_of(n));
        if (!size) return size.error();
        if (*size != source->info_.decoded_size) return source->other_size(n, *size);
        if (options.progress)
            options.progress(static_cast<double>(n.value + 1) / static_cast<double>(source->info_.frames));
    }
    return std::unique_ptr<FrameSource>(std::move(source));
}

Result<ff::FramePtr> ImageFolder::decode(FrameIndex n) { return decode_image(file_of(n)); }

Error ImageFolder::past_end(FrameIndex n) const {
    return fail("{}: there is no frame {}; the folder has {} images, counted from 0", info_.path.string(), n.value,
                info_.frames);
}

Error ImageFolder::other_size(FrameIndex n, Size size) const {
    const Size expected = info_.decoded_size;
    return fail("{}: the image is {}x{}, but the folder's first image {} is {}x{}", file_of(n).string(), size.width,
                size.height, files_.front().filename().string(), expected.width, expected.height);
}

}  // namespace inbetween
