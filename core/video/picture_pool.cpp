#include "core/video/picture_pool.h"

#include <mutex>
#include <vector>

#include "core/video/ff.h"

namespace inbetween {

namespace {

// Blocks kept for the next picture; more than a few are never free at once while a cache is full.
constexpr std::size_t most_free_blocks = 8;
constexpr int row_alignment = 64;

struct BlockFree {
    void operator()(std::uint8_t* block) const { av_free(block); }
};
using Block = std::unique_ptr<std::uint8_t, BlockFree>;

}  // namespace

struct PicturePool::Blocks {
    std::mutex mutex;
    std::size_t block_bytes = 0;  // guarded by mutex
    std::vector<Block> free;      // guarded by mutex; each of block_bytes

    Block take(std::size_t bytes) {
        {
            std::lock_guard lock(mutex);
            if (bytes != block_bytes) {
                free.clear();
                block_bytes = bytes;
            }
            if (!free.empty()) {
                Block block = std::move(free.back());
                free.pop_back();
                return block;
            }
        }
        return Block(static_cast<std::uint8_t*>(av_malloc(bytes)));
    }

    void give_back(Block block, std::size_t bytes) {
        std::lock_guard lock(mutex);
        if (bytes == block_bytes && free.size() < most_free_blocks) free.push_back(std::move(block));
    }
};

namespace {

// What a buffer of libav remembers of the block it stands for.
template <class Blocks>
struct Lent {
    std::shared_ptr<Blocks> blocks;
    std::size_t bytes;
};

template <class Blocks>
void return_block(void* opaque, std::uint8_t* data) {
    const std::unique_ptr<Lent<Blocks>> lent(static_cast<Lent<Blocks>*>(opaque));
    lent->blocks->give_back(Block(data), lent->bytes);
}

}  // namespace

PicturePool::PicturePool() : blocks_(std::make_shared<Blocks>()) {}

PicturePtr PicturePool::copy(const PicturePtr& picture) const {
    const AVFrame& from = picture->av_frame();
    const auto format = static_cast<AVPixelFormat>(from.format);
    const int bytes = av_image_get_buffer_size(format, from.width, from.height, row_alignment);
    ff::FramePtr to = ff::make_frame();
    if (bytes <= 0) return picture;
    // Decoders and scalers read a little past the end of a row.
    const std::size_t whole = static_cast<std::size_t>(bytes) + AV_INPUT_BUFFER_PADDING_SIZE;
    Block block = blocks_->take(whole);
    if (!block) return picture;
    to->format = from.format;
    to->width = from.width;
    to->height = from.height;
    auto lent = std::make_unique<Lent<Blocks>>(blocks_, whole);
    to->buf[0] = av_buffer_create(block.get(), whole, return_block<Blocks>, lent.get(), 0);
    if (to->buf[0] == nullptr) return picture;
    std::uint8_t* data = block.release();
    lent.release();
    if (av_image_fill_arrays(to->data, to->linesize, data, format, from.width, from.height, row_alignment) < 0 ||
        av_frame_copy(to.get(), &from) < 0 || av_frame_copy_props(to.get(), &from) < 0) {
        return picture;
    }
    return std::make_shared<const Picture>(*to, picture->orientation(), picture->sample_aspect(),
                                           picture->format().peak_nits);
}

std::size_t PicturePool::free_bytes() const {
    std::lock_guard lock(blocks_->mutex);
    return blocks_->free.size() * blocks_->block_bytes;
}

}  // namespace inbetween
