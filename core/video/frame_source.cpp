#include "core/video/frame_source.h"

#include <algorithm>
#include <cmath>

#include "core/video/image_folder.h"
#include "core/video/seq_file.h"
#include "core/video/video_file.h"

namespace inbetween {

Result<PicturePtr> FrameSource::frame(FrameIndex n, FrameIndex) { return frame(n); }

FrameIndex FrameSource::decode_start(FrameIndex n) const { return n; }

Result<Done> FrameSource::prove(const std::stop_token&, const std::function<void(double)>&, const ProofWatch&) {
    return Done{};
}

std::shared_ptr<const FrameTable> FrameSource::table() const { return nullptr; }

void FrameSource::adopt(const FrameTable&) {}

FrameSource::Opener FrameSource::opener() const {
    return [path = info().path](const OpenOptions& options) { return open_frame_source(path, options); };
}

void FrameSource::set_watch(FrameWatch) {}

bool FrameSource::use_cache(std::shared_ptr<FrameCache>, CacheRole) { return false; }

Result<std::unique_ptr<FrameSource>> open_frame_source(const std::filesystem::path& path, const OpenOptions& options) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return ImageFolder::open(path, options);
    if (is_seq_file(path)) return SeqFile::open(path, options);
    return VideoFile::open(path, options);
}

double seconds_at(const FrameSource& source, FrameIndex n) {
    return source.info().timebase.seconds(source.pts(n) - source.pts(FrameIndex{0}));
}

FrameIndex frame_at_seconds(const FrameSource& source, double seconds) {
    std::int64_t begin = 0;
    std::int64_t end = source.info().frames;
    while (end - begin > 1) {
        const std::int64_t middle = begin + (end - begin) / 2;
        if (seconds_at(source, FrameIndex{middle}) <= seconds) {
            begin = middle;
        } else {
            end = middle;
        }
    }
    return FrameIndex{begin};
}

}  // namespace inbetween
