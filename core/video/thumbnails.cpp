#include "core/video/thumbnails.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/check.h"

namespace inbetween {

namespace {

constexpr int most_side = 4096;

std::string without_alpha(const Image& image) {
    std::string rgb;
    rgb.reserve(image.pixels.size() / 4 * 3);
    for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
        for (std::size_t c = 0; c < 3; ++c) rgb.push_back(static_cast<char>(image.pixels[i + c]));
    }
    return rgb;
}

Image with_alpha(Size size, std::string_view rgb) {
    Image image{size, 4, {}};
    image.pixels.reserve(rgb.size() / 3 * 4);
    for (std::size_t i = 0; i < rgb.size(); i += 3) {
        for (std::size_t c = 0; c < 3; ++c) image.pixels.push_back(static_cast<std::uint8_t>(rgb[i + c]));
        image.pixels.push_back(255);
    }
    return image;
}

std::optional<Thumbnail> read_thumbnail(ByteReader& in) {
    Thumbnail thumbnail;
    thumbnail.frame = FrameIndex{in.signed_number()};
    const std::uint64_t width = in.unsigned_number();
    const std::uint64_t height = in.unsigned_number();
    const std::string rgb = in.text();
    if (in.failed() || width > most_side || height > most_side || rgb.size() != width * height * 3) return std::nullopt;
    thumbnail.image = with_alpha({static_cast<int>(width), static_cast<int>(height)}, rgb);
    return thumbnail;
}

}  // namespace

Size thumbnail_size(Size upright, double pixel_aspect, const ThumbnailOptions& options) {
    const double width = upright.width * pixel_aspect;
    const double scale =
        std::min({1.0, static_cast<double>(options.height) / upright.height, options.most_width / width});
    return {std::clamp(static_cast<int>(std::lround(width * scale)), 1, options.most_width),
            std::clamp(static_cast<int>(std::lround(upright.height * scale)), 1, options.height)};
}

std::shared_ptr<const Thumbnail> Thumbnails::nearest(FrameIndex n) const {
    const auto size = std::ssize(slots);
    std::shared_ptr<const Thumbnail> best;
    const auto look_at = [&](std::int64_t slot) {
        const auto& found = slots[static_cast<std::size_t>(slot)];
        if (!found) return false;
        const auto gap = [n](const Thumbnail& thumbnail) { return std::abs(thumbnail.frame - n); };
        if (!best || gap(*found) < gap(*best) || (gap(*found) == gap(*best) && found->frame < best->frame))
            best = found;
        return true;
    };
    const std::int64_t at = std::clamp<std::int64_t>(n.value / spacing, 0, std::max<std::int64_t>(size - 1, 0));
    // The slot at hand may hold a frame on either side of n: one more to the left and to the right each.
    for (std::int64_t slot = std::min(at, size - 1); slot >= 0; --slot) {
        if (look_at(slot) && slots[static_cast<std::size_t>(slot)]->frame <= n) break;
    }
    for (std::int64_t slot = at + 1; slot < size; ++slot) {
        if (look_at(slot)) break;
    }
    return best;
}

ThumbnailStrip::ThumbnailStrip(std::int64_t frames, const ThumbnailOptions& options) : options_(options) {
    IB_CHECK(options.most > 0 && options.height > 0 && options.most_width > 0);
    now_.spacing = std::max<std::int64_t>(1, (frames + options.most - 1) / options.most);
}

// Whether frame n is nearer to where its slot begins than what is there.   requires: mutex_ is held.
bool ThumbnailStrip::is_better(FrameIndex n) const {
    if (n.value < 0) return false;
    const auto slot = static_cast<std::size_t>(n.value / now_.spacing);
    if (slot >= now_.slots.size() || !now_.slots[slot]) return true;
    return n < now_.slots[slot]->frame;
}

bool ThumbnailStrip::wants(FrameIndex n) const {
    const std::lock_guard guard(mutex_);
    return is_better(n);
}

Result<bool> ThumbnailStrip::offer(FrameIndex n, const Picture& picture) {
    if (!wants(n)) return false;
    const Size upright = thumbnail_size(picture.upright_size(), picture.pixel_aspect(), options_);
    auto thumbnail = std::make_shared<Thumbnail>();
    thumbnail->frame = n;
    {
        const std::lock_guard guard(shrinker_mutex_);
        auto small = shrinker_.scaled(picture, upright_size(upright, picture.orientation()));
        if (!small) return small.error();
        if (auto shown = converter_.convert(**small, {}, {}, thumbnail->image); !shown) return shown.error();
    }
    const std::lock_guard guard(mutex_);
    if (!is_better(n)) return false;
    put(std::move(thumbnail));
    return true;
}

// requires: mutex_ is held.
void ThumbnailStrip::put(std::shared_ptr<const Thumbnail> thumbnail) {
    while (thumbnail->frame.value / now_.spacing >= options_.most) thin_out();
    const auto slot = static_cast<std::size_t>(thumbnail->frame.value / now_.spacing);
    if (slot >= now_.slots.size()) now_.slots.resize(slot + 1);
    now_.slots[slot] = std::move(thumbnail);
    shared_.reset();
}

// Doubles the spacing; of two that come to share a slot the earlier stays.   requires: mutex_ is held.
void ThumbnailStrip::thin_out() {
    now_.spacing *= 2;
    std::vector<std::shared_ptr<const Thumbnail>> kept((now_.slots.size() + 1) / 2);
    for (std::size_t i = 0; i < now_.slots.size(); ++i) {
        if (!kept[i / 2]) kept[i / 2] = std::move(now_.slots[i]);
    }
    now_.slots = std::move(kept);
}

std::shared_ptr<const Thumbnails> ThumbnailStrip::snapshot() const {
    const std::lock_guard guard(mutex_);
    if (!shared_) shared_ = std::make_shared<const Thumbnails>(now_);
    return shared_;
}

std::string ThumbnailStrip::bytes() const {
    const auto all = snapshot();
    ByteWriter out;
    out.put_signed(all->spacing);
    out.put_unsigned(static_cast<std::uint64_t>(
        std::ranges::count_if(all->slots, [](const auto& slot) { return slot != nullptr; })));
    for (const auto& slot : all->slots) {
        if (!slot) continue;
        out.put_signed(slot->frame.value);
        out.put_unsigned(static_cast<std::uint64_t>(slot->image.size.width));
        out.put_unsigned(static_cast<std::uint64_t>(slot->image.size.height));
        out.put_text(without_alpha(slot->image));
    }
    return std::move(out).bytes();
}

bool ThumbnailStrip::restore(std::string_view bytes) {
    ByteReader in(bytes);
    const std::int64_t spacing = in.signed_number();
    const std::size_t count = in.count(4);
    if (spacing < 1) return false;
    std::vector<std::shared_ptr<const Thumbnail>> found;
    for (std::size_t i = 0; i < count; ++i) {
        auto thumbnail = read_thumbnail(in);
        if (!thumbnail || thumbnail->frame.value < 0 || thumbnail->frame.value / spacing >= options_.most) return false;
        found.push_back(std::make_shared<const Thumbnail>(std::move(*thumbnail)));
    }
    if (!in.finished()) return false;
    const std::lock_guard guard(mutex_);
    now_ = {spacing, {}};
    shared_.reset();
    for (auto& thumbnail : found) put(std::move(thumbnail));
    return true;
}

}  // namespace inbetween
