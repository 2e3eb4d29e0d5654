#include "app/cli/bench/footage.h"

#include <algorithm>

namespace inbetween::bench {

namespace {

/// Decoded frames as a source.
class HeldSource final : public FrameSource {
public:
    HeldSource(VideoInfo info, const std::vector<PicturePtr>& pictures) : info_(std::move(info)), pictures_(pictures) {}

    const VideoInfo& info() const override { return info_; }
    using FrameSource::frame;
    Result<PicturePtr> frame(FrameIndex n) override {
        if (n.value < 0 || n.value >= static_cast<std::int64_t>(pictures_.size()))
            return fail("{}: frame {} is not there", info_.path.string(), n.value);
        return pictures_[static_cast<std::size_t>(n.value)];
    }
    Pts pts(FrameIndex n) const override { return n.value; }
    DecodeStats stats() const override { return {}; }

private:
    VideoInfo info_;
    const std::vector<PicturePtr>& pictures_;
};

}  // namespace

Result<Footage> Footage::decode(FrameSource& source, std::int64_t end, std::size_t most_bytes,
                                const std::function<bool(double)>& go_on) {
    Footage footage;
    footage.info_ = source.info();
    footage.opener_ = source.opener();
    for (FrameIndex n; n.value < end; ++n) {
        if (!go_on(static_cast<double>(n.value) / static_cast<double>(end))) return cancelled();
        auto picture = source.frame(n);
        if (!picture) return picture.error();
        footage.pictures_.push_back(*std::move(picture));
        if (footage.pictures_.front()->size_bytes() * static_cast<std::size_t>(end) <= most_bytes) continue;
        footage.pictures_.clear();
        break;
    }
    return footage;
}

Result<std::unique_ptr<FrameSource>> Footage::open() const {
    if (is_held()) return std::unique_ptr<FrameSource>(std::make_unique<HeldSource>(info_, pictures_));
    OpenOptions options;
    options.cache_bytes = std::size_t{64} << 20;
    options.threads = 1;
    return opener_(options);
}

}  // namespace inbetween::bench
