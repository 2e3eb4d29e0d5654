#include "core/video/still_source.h"

#include <utility>

#include "core/video/orientation.h"

namespace inbetween {

namespace {

MatrixTurn turn_of(const AVFrame& frame) {
    const AVFrameSideData* matrix = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    return turn_of_matrix(matrix != nullptr ? reinterpret_cast<const std::int32_t*>(matrix->data) : nullptr);
}

double aspect_of(const AVFrame& frame) {
    const AVRational aspect = frame.sample_aspect_ratio;
    return aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1;
}

}  // namespace

Result<Done> StillSource::describe(ff::FramePtr first) {
    const MatrixTurn turn = turn_of(*first);
    const Picture picture(*first, turn.orientation, aspect_of(*first));
    info_.decoded_size = picture.decoded_size();
    info_.orientation = turn.orientation;
    info_.rotation_degrees = turn.clockwise_degrees;
    info_.pixel_aspect = picture.pixel_aspect();
    info_.format = picture.format();
    info_.exactness = Exactness::Proved;
    info_.sound = true;
    // The first image states the format that the others are brought to.
    auto shaped = shaper_.shape(std::move(first));
    if (!shaped) return shaped.error();
    return Done{};
}

Result<PicturePtr> StillSource::frame(FrameIndex n) {
    if (n.value < 0 || n.value >= info_.frames) return past_end(n);
    if (role_ == CacheRole::Keeper) cache_->set_focus(n);
    if (PicturePtr cached = cache_->find(n)) return cached;
    auto frame = decode(n);
    if (!frame) return frame.error();
    ++stats_.packets;
    ++stats_.frames;
    const Size size{(*frame)->width, (*frame)->height};
    const Orientation orientation = turn_of(**frame).orientation;
    if (inbetween::upright_size(size, orientation) != info_.upright_size()) return other_size(n, size);
    auto shaped = shaper_.shape(std::move(*frame));
    if (!shaped) return fail("{}: {}", name_of(n), shaped.error().message);
    auto picture = std::make_shared<const Picture>(**shaped, orientation, aspect_of(**shaped));
    return cache_->put(n, picture);
}

bool StillSource::use_cache(std::shared_ptr<FrameCache> cache, CacheRole role) {
    if (role == CacheRole::Keeper) cache->put_all(*cache_);
    cache_ = std::move(cache);
    role_ = role;
    return true;
}

}  // namespace inbetween
