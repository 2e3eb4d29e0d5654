#include "app/cli/seek/reference.h"

#include <algorithm>
#include <thread>

namespace inbetween::seek {

Result<Reference> Reference::decode(const std::filesystem::path& path,
                                    const std::function<bool(std::int64_t frames)>& progress, std::int64_t most) {
    Reference reference;
    bool stopped = false;
    const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const auto done = plain_decode(path, threads, [&](const PlainFrame& frame) {
        reference.ends_early_ = reference.frames() >= most;
        if (reference.ends_early_) return false;
        reference.add(frame);
        stopped = progress && !progress(reference.frames());
        return !stopped;
    });
    if (!done) return done.error();
    if (stopped) return cancelled();
    if (reference.frames() == 0) return fail("{}: no frame comes out of it", path.string());
    return reference;
}

void Reference::add(const PlainFrame& frame) {
    const Pixels pixels = pixels_of(frame.picture);
    frames_.push_back({hash_of(pixels), frame.seconds, signature_of(pixels)});
    if (frame.sync) sync_frames_.push_back(frame.frame);
}

double Reference::frame_rate() const {
    const double lasts = frames_.back().seconds - frames_.front().seconds;
    return lasts > 0 ? static_cast<double>(frames() - 1) / lasts : 25;
}

bool Reference::is_frame(FrameIndex n, std::uint64_t hash) const {
    return n.value >= 0 && n.value < frames() && hash == at(n).hash;
}

bool Reference::looks_like(FrameIndex n, const Signature& signature) const {
    if (n.value < 0 || n.value >= frames()) return false;
    // Nothing that went a right way is off by a twentieth of the range, whatever it went through.
    constexpr double far = 13.0 * 13.0;
    const double own = difference(signature, at(n).signature, far);
    if (own > far) return false;
    return std::ranges::none_of(frames_, [&](const Entry& other) {
        return other.hash != at(n).hash && difference(signature, other.signature, own) < own;
    });
}

}  // namespace inbetween::seek
