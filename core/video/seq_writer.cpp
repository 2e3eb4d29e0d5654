#include "core/video/seq_writer.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/base/check.h"
#include "core/base/staged_file.h"
#include "core/video/encode_jpeg.h"
#include "core/video/screen_converter.h"
#include "core/video/seq_file.h"

namespace fs = std::filesystem;

namespace inbetween {

namespace {

constexpr std::string_view own_description = "Written by Inbetween";
constexpr std::int64_t us_a_second = 1'000'000;
// After the seconds and milliseconds of a compressed frame, as the format's own writer has it.
constexpr std::size_t bytes_after_stamp = 8;

// Frames as they are to stand in a sequence: blue, green, red; or gray.
class Packer {
public:
    explicit Packer(bool gray) : channels_(gray ? 1 : 3) {}

    Result<Done> pack(const Picture& picture) {
        if (auto converted = converter_.convert(picture, {}, {}, shown_); !converted) return converted;
        packed_.size = shown_.size;
        packed_.channels = channels_;
        const std::size_t count = shown_.pixels.size() / 4;
        packed_.pixels.resize(count * static_cast<std::size_t>(channels_));
        const std::uint8_t* from = shown_.pixels.data();
        std::uint8_t* to = packed_.pixels.data();
        for (std::size_t i = 0; i < count; ++i, from += 4) {
            if (channels_ == 3) {
                *to++ = from[2];
                *to++ = from[1];
            }
            *to++ = from[0];
        }
        return Done{};
    }
    const Image& image() const { return packed_; }
    std::uint64_t hash() const { return XXH3_64bits(packed_.pixels.data(), packed_.pixels.size()); }

private:
    int channels_;
    ScreenConverter converter_;
    Image shown_;
    Image packed_;
};

std::string little(std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
    return text;
}

// When each frame is shown, never falling, from the first of them on where the video's own times do not fit into a
// stamp.   units: microseconds.
std::vector<std::int64_t> stamps_of(const FrameSource& source, const std::vector<FrameIndex>& frames) {
    const Timebase& base = source.info().timebase;
    const auto us = [&base](Pts pts) {
        return std::llround(static_cast<long double>(pts) * base.num * us_a_second / base.den);
    };
    std::vector<std::int64_t> times;
    for (const FrameIndex n : frames) {
        const std::int64_t time = us(source.pts(n));
        times.push_back(times.empty() ? time : std::max(time, times.back()));
    }
    constexpr std::int64_t most = ((std::int64_t{1} << 32) - 1) * us_a_second;
    const bool fits = times.front() >= 0 && times.back() <= most;
    const bool stands = times.size() > 1 && times.front() == times.back();
    const std::int64_t origin = times.front();
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (!fits) times[i] -= origin;
        if (stands) times[i] = static_cast<std::int64_t>(i) * us_a_second / 25;
    }
    return times;
}

SeqFormat format_of(SeqPictures pictures, bool gray) {
    switch (pictures) {
        case SeqPictures::Jpeg:
            return SeqFormat::ColourJpeg;
        case SeqPictures::Png:
            return gray ? SeqFormat::GrayPng : SeqFormat::ColourPng;
        case SeqPictures::Raw:
            break;
    }
    return gray ? SeqFormat::GrayRaw : SeqFormat::ColourRaw;
}

SeqHeader header_of(const SeqRequest& request, const std::vector<std::int64_t>& times, Size size, bool gray) {
    SeqHeader header;
    const int channels = gray ? 1 : 3;
    constexpr std::int64_t sector = 512;
    constexpr std::int64_t stamp = 6;
    header.description = own_description;
    header.size = size;
    header.bit_depth = 8 * channels;
    header.image_bytes = std::int64_t{size.width} * size.height * channels;
    header.format = format_of(request.pictures, gray);
    header.frames = std::ssize(times);
    const std::int64_t used = header.image_bytes + stamp;
    header.true_image_bytes = used + sector - used % sector;
    std::vector<double> seconds;
    for (const std::int64_t time : times) seconds.push_back(static_cast<double>(time) / us_a_second);
    constexpr double usual = 25;
    const double rate = seq_rate(seconds);
    header.fps = rate > 0 ? rate : usual;
    return header;
}

// FFmpeg's scale of quality for a share of libjpeg's standard tables: both halve steps alike.
int jpeg_scale(int quality) {
    const double percent = quality < 50 ? 5000.0 / quality : 200.0 - 2 * quality;
    constexpr double scale_of_standard = 16;
    return std::clamp(static_cast<int>(std::lround(scale_of_standard * percent / 100)), 2, 31);
}

Result<std::string> picture_bytes(const Image& image, const SeqRequest& request) {
    switch (request.pictures) {
        case SeqPictures::Jpeg:
            return encode_jpeg(image, jpeg_scale(request.quality));
        case SeqPictures::Png:
            return encode_png(image);
        case SeqPictures::Raw:
            break;
    }
    return std::string(reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size());
}

// A picture with its length, time stamp and what follows it.
std::string frame_bytes(std::string picture, std::int64_t time_us, const SeqRequest& request, const SeqHeader& header) {
    const bool raw = request.pictures == SeqPictures::Raw;
    std::string bytes = raw ? std::string() : little(picture.size() + 4, 4);
    bytes += picture;
    bytes += little(static_cast<std::uint64_t>(time_us / us_a_second), 4);
    bytes += little(static_cast<std::uint64_t>(time_us / 1000 % 1000), 2);
    bytes += little(static_cast<std::uint64_t>(time_us % 1000), 2);
    bytes.resize(raw ? static_cast<std::size_t>(header.true_image_bytes) : bytes.size() + bytes_after_stamp);
    return bytes;
}

// What one writing goes by.
struct Work {
    const SeqRequest& request;
    const std::stop_token& stop;
    const std::function<void(double)>& progress;
    std::vector<std::int64_t> times;
    bool gray = false;
    std::vector<std::uint64_t> hashes;  // of the frames as they were written

    void show(std::size_t done, double from, double to) const {
        if (progress) progress(from + (to - from) * static_cast<double>(done) / static_cast<double>(times.size()));
    }
};

constexpr double writing_share = 0.7;

Result<Done> write_frames(FrameSource& source, Work& work, StagedFile& file) {
    const SeqRequest& request = work.request;
    Packer packer(work.gray);
    const SeqHeader header = header_of(request, work.times, source.info().upright_size(), work.gray);
    if (header.true_image_bytes > most_seq_frame_bytes)
        return fail("{}: pictures of {}x{} are too large for a sequence", request.out.string(), header.size.width,
                    header.size.height);
    // The head comes last: a sequence without one is none.
    if (auto put = file.put(std::string(seq_header_bytes, '\0')); !put) return put;
    for (std::size_t i = 0; i < request.frames.size(); ++i) {
        if (work.stop.stop_requested()) return cancelled();
        work.show(i, 0, writing_share);
        const auto picture = source.frame(request.frames[i], request.frames[i]);
        if (!picture) return picture.error();
        if (auto packed = packer.pack(**picture); !packed) return packed;
        if (packer.image().size != header.size)
            return fail("{}: frame {} is of another size", source.info().path.string(), request.frames[i].value);
        work.hashes.push_back(packer.hash());
        auto bytes = picture_bytes(packer.image(), request);
        if (!bytes) return bytes.error();
        if (auto put = file.put(frame_bytes(*std::move(bytes), work.times[i], request, header)); !put) return put;
    }
    if (auto back = file.rewind(); !back) return back;
    return file.put(bytes_of(header));
}

Result<Done> read_back(const Work& work, const fs::path& path) {
    OpenOptions options;
    options.cache_bytes = 0;
    options.stop = work.stop;
    const auto back = SeqFile::open(path, options);
    const std::string name = work.request.out.string();
    if (!back)
        return back.error().kind == ErrorKind::Cancelled
                   ? back.error()
                   : fail("{}: would not be read back: {}", name, back.error().message);
    if ((*back)->info().frames != std::ssize(work.times))
        return fail("{}: {} frames would be read back of {}", name, (*back)->info().frames, work.times.size());
    Packer packer(work.gray);
    for (std::size_t i = 0; i < work.times.size(); ++i) {
        if (work.stop.stop_requested()) return cancelled();
        work.show(i, writing_share, 1);
        const FrameIndex n{static_cast<std::int64_t>(i)};
        const auto picture = (*back)->frame(n);
        if (!picture) return fail("{}: frame {} would not be read back: {}", name, i, picture.error().message);
        constexpr double tolerance_secs = 1e-6;
        const double time = (*back)->info().timebase.seconds((*back)->pts(n));
        if (std::abs(time - static_cast<double>(work.times[i]) / us_a_second) > tolerance_secs)
            return fail("{}: frame {} would be read back at another time", name, i);
        if (work.request.pictures == SeqPictures::Jpeg) continue;
        if (auto packed = packer.pack(**picture); !packed) return packed;
        if (packer.hash() != work.hashes[i]) return fail("{}: frame {} would be read back as another picture", name, i);
    }
    return Done{};
}

// Takes away what programs left that were ended while they wrote a sequence there: it has no head yet.
void remove_leftovers(const fs::path& out) {
    for (const fs::path& path : StagedFile::leftovers(out)) {
        std::ifstream in(path, std::ios::binary);
        std::string head(seq_header_bytes, 'x');
        in.read(head.data(), static_cast<std::streamsize>(head.size()));
        const bool is_unfinished = in && std::ranges::all_of(head, [](char c) { return c == 0; });
        std::error_code ignored;
        if (is_unfinished || is_own_seq(path)) fs::remove(path, ignored);
    }
}

}  // namespace

bool is_own_seq(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return false;
    std::ifstream in(path, std::ios::binary);
    std::string head(seq_header_bytes, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (!in || !is_seq_head(head)) return false;
    const auto header = parse_seq_header(head);
    return header && header->description == own_description;
}

Result<Done> write_seq(FrameSource& source, const SeqRequest& request, const std::stop_token& stop,
                       const std::function<void(double)>& progress) {
    IB_CHECK(!request.frames.empty() && std::ranges::is_sorted(request.frames) && request.frames.front().value >= 0 &&
             request.frames.back().value < source.info().frames);
    remove_leftovers(request.out);
    auto file = StagedFile::make(request.out);
    if (!file) return file.error();
    Work work{request, stop, progress, stamps_of(source, request.frames), false, {}};
    // FFmpeg writes no gray JPEGs.
    work.gray = source.info().format.model == ColourModel::Gray && request.pictures != SeqPictures::Jpeg;
    if (auto written = write_frames(source, work, **file); !written) return written;
    if (auto same = read_back(work, (*file)->place()); !same) return same;
    return (*file)->publish(Durability::Synced);
}

}  // namespace inbetween
