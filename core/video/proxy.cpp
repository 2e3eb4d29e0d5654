#include "core/video/proxy.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/video/jpeg_codec.h"
#include "core/video/picture_shrinker.h"
#include "core/video/record_file.h"

namespace inbetween {

namespace {

constexpr std::uint64_t head_version = 2;

// Below so many pixels a frame is decoded as fast as its half.
constexpr std::int64_t small_pixels = 400 * 300;
constexpr std::int64_t most_pixels = 1920 * 1088;

// The disk's free space is asked for once in so many frames.
constexpr std::int64_t frames_a_look = 64;

// What JPEG does not say of a picture.
struct Look {
    Size size;
    Orientation orientation;
    double sample_aspect = 1;
    double peak_nits = 0;
    int colorspace = 0;
    int range = 0;
    int primaries = 0;
    int transfer = 0;
    int chroma_location = 0;
    friend bool operator==(const Look&, const Look&) = default;
};

Look look_of(const Picture& picture) {
    const AVFrame& frame = picture.av_frame();
    return {.size = picture.decoded_size(),
            .orientation = picture.orientation(),
            .sample_aspect = picture.sample_aspect(),
            .peak_nits = picture.format().peak_nits,
            .colorspace = frame.colorspace,
            .range = frame.color_range,
            .primaries = frame.color_primaries,
            .transfer = frame.color_trc,
            .chroma_location = frame.chroma_location};
}

std::string bytes_of(const Look& look) {
    ByteWriter out;
    out.put_unsigned(head_version);
    for (const int number :
         {look.size.width, look.size.height, look.orientation.quarter_turns, look.orientation.mirrored ? 1 : 0,
          look.colorspace, look.range, look.primaries, look.transfer, look.chroma_location}) {
        out.put_signed(number);
    }
    out.put_double(look.sample_aspect);
    out.put_double(look.peak_nits);
    return std::move(out).bytes();
}

std::optional<Look> look_of(std::string_view bytes) {
    ByteReader in(bytes);
    if (in.unsigned_number() != head_version) return std::nullopt;
    Look look;
    const auto number = [&] { return static_cast<int>(in.signed_number()); };
    look.size.width = number();
    look.size.height = number();
    look.orientation.quarter_turns = number();
    look.orientation.mirrored = number() != 0;
    look.colorspace = number();
    look.range = number();
    look.primaries = number();
    look.transfer = number();
    look.chroma_location = number();
    look.sample_aspect = in.double_number();
    look.peak_nits = in.double_number();
    if (!in.finished()) return std::nullopt;
    return look;
}

PicturePtr picture_of(AVFrame& frame, const Look& look) {
    frame.format = AV_PIX_FMT_YUV420P;
    frame.colorspace = static_cast<AVColorSpace>(look.colorspace);
    frame.color_range = static_cast<AVColorRange>(look.range);
    frame.color_primaries = static_cast<AVColorPrimaries>(look.primaries);
    frame.color_trc = static_cast<AVColorTransferCharacteristic>(look.transfer);
    frame.chroma_location = static_cast<AVChromaLocation>(look.chroma_location);
    return std::make_shared<const Picture>(frame, look.orientation, look.sample_aspect, look.peak_nits);
}

}  // namespace

int proxy_halvings(Size decoded_size) {
    const auto pixels = [](Size size) { return std::int64_t{size.width} * size.height; };
    if (pixels(decoded_size) < small_pixels) return 0;
    int times = 1;
    while (pixels(halved_size(decoded_size, times)) > most_pixels) ++times;
    return times;
}

std::uint64_t likely_proxy_bytes(Size decoded_size, std::int64_t frames) {
    const Size size = halved_size(decoded_size, proxy_halvings(decoded_size));
    const auto pixels = static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height);
    // Real footage takes about half of this; the tables of each JPEG count where pictures are small.
    constexpr std::uint64_t pixels_a_byte = 10;
    constexpr std::uint64_t tables_bytes = 1024;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(frames, 0)) * (pixels / pixels_a_byte + tables_bytes);
}

struct Proxy::State {
    State(std::unique_ptr<RecordFile> records, const ProxyOptions& chosen)
        : file(std::move(records)), options(chosen), encoder(chosen.quality) {}

    const std::unique_ptr<RecordFile> file;
    const ProxyOptions options;
    std::atomic<bool> growing = false;

    // Of the thread that appends.
    PictureShrinker shrinker;
    JpegEncoder encoder;

    mutable std::mutex mutex;
    mutable std::vector<std::unique_ptr<JpegDecoder>> idle_decoders;  // guarded by mutex
    mutable std::optional<Look> look;                                 // guarded by mutex

    std::unique_ptr<JpegDecoder> take_decoder() const {
        const std::lock_guard guard(mutex);
        if (idle_decoders.empty()) return std::make_unique<JpegDecoder>();
        auto decoder = std::move(idle_decoders.back());
        idle_decoders.pop_back();
        return decoder;
    }

    void give_back(std::unique_ptr<JpegDecoder> decoder) const {
        const std::lock_guard guard(mutex);
        idle_decoders.push_back(std::move(decoder));
    }

    std::optional<Look> known_look() const {
        {
            const std::lock_guard guard(mutex);
            if (look) return look;
        }
        const auto found = look_of(file->head());
        const std::lock_guard guard(mutex);
        look = found;
        return look;
    }

    // Adds the next frame; false when there can be no further ones.
    bool add(const Picture& picture) {
        const std::int64_t n = file->records();
        if (n % frames_a_look == 0 && file->free_disk_bytes() < options.keep_free_bytes) return false;
        const auto small = shrinker.halved(picture, proxy_halvings(picture.decoded_size()));
        if (!small) return false;
        const Look now = look_of(**small);
        if (file->head().empty() && !file->write_head(bytes_of(now))) return false;
        if (known_look() != now) return false;
        const auto bytes = encoder.encode((*small)->av_frame());
        if (!bytes || file->size_bytes() + bytes->size() > options.limit_bytes) return false;
        return file->append(*bytes).has_value();
    }
};

Proxy::Proxy(std::unique_ptr<State> state) : state_(std::move(state)) {}
Proxy::~Proxy() = default;

Result<std::shared_ptr<Proxy>> Proxy::create(const std::filesystem::path& path, const ProxyOptions& options) {
    auto file = RecordFile::create(path);
    if (!file) return file.error();
    std::shared_ptr<Proxy> proxy(new Proxy(std::make_unique<State>(std::move(*file), options)));
    proxy->state_->growing = true;
    return proxy;
}

Result<std::shared_ptr<Proxy>> Proxy::temporary(const ProxyOptions& options) {
    auto file = RecordFile::temporary();
    if (!file) return file.error();
    std::shared_ptr<Proxy> proxy(new Proxy(std::make_unique<State>(std::move(*file), options)));
    proxy->state_->growing = true;
    return proxy;
}

Result<std::shared_ptr<Proxy>> Proxy::resume(const std::filesystem::path& path, const ProxyOptions& options,
                                             const std::stop_token& stop) {
    auto file = RecordFile::resume(path, stop);
    if (!file) return file.error();
    std::shared_ptr<Proxy> proxy(new Proxy(std::make_unique<State>(std::move(*file), options)));
    if (!proxy->state_->known_look()) return fail("{}: the proxy is of another version", path.string());
    proxy->state_->growing = true;
    return proxy;
}

Result<std::shared_ptr<Proxy>> Proxy::open(const std::filesystem::path& path) {
    auto file = RecordFile::open(path);
    if (!file) return file.error();
    std::shared_ptr<Proxy> proxy(new Proxy(std::make_unique<State>(std::move(*file), ProxyOptions{})));
    if (proxy->state_->known_look()) return proxy;
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    return fail("{}: the proxy is of another version", path.string());
}

std::int64_t Proxy::frames() const { return state_->file->records(); }
std::uint64_t Proxy::size_bytes() const { return state_->file->size_bytes(); }
bool Proxy::finished() const { return state_->file->finished(); }
bool Proxy::growing() const { return state_->growing; }

Result<PicturePtr> Proxy::frame(FrameIndex n) const {
    const std::size_t bytes = state_->file->record_bytes(n.value);
    const auto look = state_->known_look();
    if (bytes == 0 || !look) return fail("the proxy has no frame {}", n.value);
    auto decoder = state_->take_decoder();
    std::uint8_t* room = decoder->prepare(bytes);
    if (room == nullptr) return fail("out of memory");
    if (auto read = state_->file->read(n.value, {room, bytes}); !read) return read.error();
    auto frame = decoder->decode();
    state_->give_back(std::move(decoder));
    if (!frame) return frame.error();
    if (Size{(*frame)->width, (*frame)->height} != look->size) return fail("frame {} of the proxy is damaged", n.value);
    return picture_of(**frame, *look);
}

bool Proxy::append(FrameIndex n, const Picture& picture) {
    if (n.value < frames()) return true;
    if (n.value > frames() || !state_->growing) return false;
    if (state_->add(picture)) return true;
    state_->growing = false;
    return false;
}

Result<Done> Proxy::finish() {
    if (finished()) return Done{};
    state_->growing = false;
    return state_->file->finish();
}

}  // namespace inbetween
