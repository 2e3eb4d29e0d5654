#include "core/video/seq_index.h"

#include <fcntl.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "core/video/seq_times.h"

namespace inbetween {

namespace {

constexpr std::int64_t stamp_bytes = 8;
constexpr std::int64_t length_bytes = 4;
// Where the frames of newer writers begin, whatever the head says.
constexpr std::int64_t late_first_frame = 8192;
constexpr int first_late_version = 5;
std::uint32_t little32(const std::uint8_t* bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | bytes[i];
    return value;
}

// Goes through one file.
class Walk {
public:
    Walk(const Descriptor& file, std::int64_t size_bytes, SeqIndex& index, const std::stop_token& stop,
         const std::function<void(double)>& progress)
        : file_(file), size_(size_bytes), index_(index), stop_(stop), progress_(progress) {}

    Result<Done> compressed(std::int64_t first);
    Result<Done> raw(std::int64_t first);
    std::optional<std::int64_t> first_compressed() const;
    const std::vector<std::optional<SeqStamp>>& stamps() const { return stamps_; }
    StillKind kind_at(std::int64_t at) const { return head_at(at).kind; }

private:
    // How a compressed frame begins.
    struct Head {
        std::int64_t bytes = 0;  // with those that state them
        StillKind kind = StillKind::None;
    };

    Head head_at(std::int64_t at) const;
    bool fits(const Head& head, std::int64_t at) const;
    bool is_frame(std::int64_t at) const;
    bool is_end(std::int64_t at) const { return at + length_bytes >= size_; }
    bool is_whole(std::int64_t at, std::int64_t bytes, StillKind kind) const;
    std::int64_t step() const { return stamp_bytes + pad_.value_or(0); }
    void find_pad(std::int64_t picture_end);
    bool leads_on(std::int64_t at, const Head& head) const;
    std::optional<std::int64_t> find_frame(std::int64_t from);
    void add(std::int64_t at, std::int64_t bytes);
    bool end_at(std::int64_t at, const Head& head);
    void count_lost();
    void tell();
    bool goes_back() const;
    bool goes_on(std::int64_t at);

    const Descriptor& file_;
    const std::int64_t size_;
    SeqIndex& index_;
    const std::stop_token& stop_;
    const std::function<void(double)>& progress_;
    std::optional<std::int64_t> pad_;  // after a time stamp; known once two frames are
    std::vector<std::optional<SeqStamp>> stamps_;
    std::vector<std::int64_t> gaps_;  // frames whose length is wrong
    bool ended_well_ = true;
};

Walk::Head Walk::head_at(std::int64_t at) const {
    std::array<std::uint8_t, 12> bytes{};
    const std::size_t count = read_at(file_, at, bytes.data(), bytes.size());
    if (count < static_cast<std::size_t>(length_bytes)) return {};
    return {little32(bytes.data()), still_kind(bytes.data() + length_bytes, count - length_bytes)};
}

bool Walk::fits(const Head& head, std::int64_t at) const {
    return head.bytes > length_bytes && head.bytes <= most_seq_frame_bytes && at + head.bytes <= size_;
}

bool Walk::is_frame(std::int64_t at) const {
    const Head head = head_at(at);
    return head.kind != StillKind::None && fits(head, at);
}

// Whether the picture ends where its length says.
bool Walk::is_whole(std::int64_t at, std::int64_t bytes, StillKind kind) const {
    std::array<std::uint8_t, 8> end{};
    if (bytes < std::ssize(end) || read_at(file_, at + bytes - std::ssize(end), end.data(), end.size()) < end.size())
        return false;
    if (kind == StillKind::Jpeg) return end[6] == 0xFF && end[7] == 0xD9;
    return kind == StillKind::Png && std::memcmp(end.data(), "IEND", 4) == 0;
}

// How many bytes stand between a frame's time stamp and the next frame: 0 or 8 as a rule.
void Walk::find_pad(std::int64_t picture_end) {
    constexpr std::int64_t most_pad = 512;
    const std::int64_t next = picture_end + stamp_bytes;
    if (is_end(next)) return;
    for (const std::int64_t usual : {std::int64_t{0}, std::int64_t{8}}) {
        if (!pad_ && is_frame(next + usual)) pad_ = usual;
    }
    constexpr std::size_t most_tries = 3;  // a file without any such place is not searched for ever
    if (index_.frames.size() >= most_tries) return;
    for (std::int64_t other = 1; !pad_ && other <= most_pad; ++other) {
        if (is_frame(next + other)) pad_ = other;
    }
}

// Whether the length of the frame at `at` can be believed: it leads to another frame, or to the end.
bool Walk::leads_on(std::int64_t at, const Head& head) const {
    const std::int64_t next = at + head.bytes + step();
    if (is_end(next) || is_frame(next)) return true;
    if (is_whole(at + length_bytes, head.bytes - length_bytes, head.kind)) return true;
    // The next frame may be damaged at its beginning and still say how long it is.
    const Head after = head_at(next);
    return fits(after, next) && is_frame(next + after.bytes + step());
}

// The next place at which a frame begins that leads on to another or to the end of the file.
std::optional<std::int64_t> Walk::find_frame(std::int64_t from) {
    constexpr std::size_t chunk = std::size_t{1} << 20;
    constexpr std::size_t overlap = 16;
    std::vector<std::uint8_t> bytes(chunk + overlap);
    for (std::int64_t at = from; at < size_; at += static_cast<std::int64_t>(chunk)) {
        if (stop_.stop_requested()) return std::nullopt;
        const std::size_t count = read_at(file_, at, bytes.data(), bytes.size());
        for (std::size_t i = length_bytes; i < count && i < chunk + length_bytes; ++i) {
            if (bytes[i] != 0xFF && bytes[i] != 0x89) continue;
            if (still_kind(bytes.data() + i, count - i) == StillKind::None) continue;
            const std::int64_t place = at + static_cast<std::int64_t>(i) - length_bytes;
            const Head head = head_at(place);
            if (!fits(head, place)) continue;
            if (!pad_) find_pad(place + head.bytes);
            const std::int64_t next = place + head.bytes + step();
            if (is_end(next) || is_frame(next)) return place;
        }
    }
    return std::nullopt;
}

void Walk::add(std::int64_t at, std::int64_t bytes) {
    index_.frames.push_back({at, bytes});
    std::array<std::uint8_t, stamp_bytes> stamp{};
    constexpr std::size_t needed = 6;
    if (read_at(file_, at + bytes, stamp.data(), stamp.size()) < needed) return stamps_.emplace_back(), void();
    stamps_.push_back(SeqStamp{little32(stamp.data()), static_cast<std::uint16_t>(stamp[4] | stamp[5] << 8),
                               static_cast<std::uint16_t>(stamp[6] | stamp[7] << 8)});
}

bool Walk::goes_on(std::int64_t at) {
    constexpr std::size_t often = 1024;
    if (index_.frames.size() % often != 0) return true;
    if (progress_) progress_(static_cast<double>(at) / static_cast<double>(size_));
    return !stop_.stop_requested();
}

// Frames begin where the head says, unless they do not: newer writers leave more room.
std::optional<std::int64_t> Walk::first_compressed() const {
    const std::int64_t stated = index_.header.header_bytes;
    for (const std::int64_t at : {stated, static_cast<std::int64_t>(seq_header_bytes), late_first_frame}) {
        if (at >= static_cast<std::int64_t>(seq_header_bytes) && kind_at(at) != StillKind::None) return at;
    }
    return std::nullopt;
}

Result<Done> Walk::compressed(std::int64_t first) {
    std::int64_t at = first;
    while (!is_end(at)) {
        if (!goes_on(at)) return cancelled();
        const Head head = head_at(at);
        if (fits(head, at) && !pad_) find_pad(at + head.bytes);
        if (fits(head, at) && leads_on(at, head)) {
            add(at + length_bytes, head.bytes - length_bytes);
            at += head.bytes + step();
            continue;
        }
        const auto later = head.bytes == 0 && index_.frames.empty() ? std::nullopt : find_frame(at + 1);
        if (stop_.stop_requested()) return cancelled();
        if (!later) {
            if (end_at(at, head)) break;
            ended_well_ = false;
            break;
        }
        gaps_.push_back(std::ssize(index_.frames));
        add(at + length_bytes, std::max<std::int64_t>(*later - step() - at - length_bytes, 0));
        at = *later;
    }
    count_lost();
    tell();
    return Done{};
}

// What stands at the end of the file and leads no further.   returns: whether it is a frame, or nothing at all.
bool Walk::end_at(std::int64_t at, const Head& head) {
    if (head.kind == StillKind::None) {
        if (head.bytes == 0) return true;  // room that was never written to
        index_.notes.push_back(fmt::format("the last {} bytes of the file are no frame", size_ - at));
        return false;
    }
    const std::int64_t from = at + length_bytes;
    if (fits(head, at)) {
        add(from, head.bytes - length_bytes);
        return true;
    }
    // Of a wrong length, and whole all the same; or cut off.
    for (const std::int64_t after : {step(), stamp_bytes}) {
        const std::int64_t bytes = size_ - after - from;
        if (!is_whole(from, bytes, head.kind)) continue;
        gaps_.push_back(std::ssize(index_.frames));
        add(from, bytes);
        return true;
    }
    index_.notes.push_back(fmt::format("the file ends within frame {}, which is left out", index_.frames.size()));
    return false;
}

// Where the head says that there are more frames than were found, and there is one place where they can have been, they
// were there: numbers after it stay what they are.
void Walk::count_lost() {
    constexpr std::int64_t least_bytes = 64;
    const std::int64_t lost = index_.header.frames - std::ssize(index_.frames);
    if (gaps_.size() != 1 || lost <= 0 || !ended_well_) return;
    const auto gap = static_cast<std::size_t>(gaps_.front());
    if (lost > index_.frames[gap].bytes / least_bytes) return;
    const auto count = static_cast<std::size_t>(lost);
    const auto after = static_cast<std::ptrdiff_t>(gap + 1);
    index_.frames.insert(index_.frames.begin() + after, count, SeqFrame{});
    stamps_.insert(stamps_.begin() + after, count, std::nullopt);
    for (std::int64_t i = 1; i <= lost; ++i) gaps_.push_back(static_cast<std::int64_t>(gap) + i);
}

void Walk::tell() {
    constexpr std::size_t most_named = 5;
    if (!gaps_.empty()) {
        const bool many = gaps_.size() > most_named;
        const std::vector<std::int64_t> named(
            gaps_.begin(), gaps_.begin() + static_cast<std::ptrdiff_t>(std::min(gaps_.size(), most_named)));
        index_.notes.push_back(fmt::format("frame{} {}{} {} damaged; the others are as they should be",
                                           gaps_.size() == 1 ? "" : "s", fmt::join(named, ", "),
                                           many ? fmt::format(" and {} more", gaps_.size() - most_named) : "",
                                           gaps_.size() == 1 ? "is" : "are"));
    }
    const std::int64_t stated = index_.header.frames;
    if (stated > 0 && stated != std::ssize(index_.frames))
        index_.notes.push_back(
            fmt::format("its head speaks of {} frames, and {} are there", stated, index_.frames.size()));
}

// Whether the last frame says that it is older than the one before, or nothing.
bool Walk::goes_back() const {
    const auto seconds = [this](std::size_t from_end) {
        const auto& stamp = stamps_[stamps_.size() - from_end];
        return stamp ? std::int64_t{stamp->seconds} : -1;
    };
    return stamps_.size() > 1 && seconds(1) < seconds(2);
}

Result<Done> Walk::raw(std::int64_t first) {
    SeqHeader& header = index_.header;
    if (header.true_image_bytes < header.image_bytes) {
        // Not stated: as its writers have it, or as the file's size has it.
        constexpr std::int64_t sector = 512;
        const std::int64_t room = size_ - first;
        const bool is_even = header.frames > 0 && room % header.frames == 0;
        const std::int64_t used = header.image_bytes + 6;
        header.true_image_bytes = is_even ? room / header.frames : used + sector - used % sector;
        if (header.true_image_bytes < header.image_bytes)
            return fail("its head says that pictures of {} bytes lie {} bytes apart", header.image_bytes,
                        header.true_image_bytes);
    }
    for (std::int64_t at = first; at + header.image_bytes <= size_; at += header.true_image_bytes) {
        if (!goes_on(at)) return cancelled();
        add(at, header.image_bytes);
        if (header.frames <= 0 || std::ssize(index_.frames) <= header.frames || !goes_back()) continue;
        // Room kept for frames that were never recorded.
        index_.frames.pop_back();
        stamps_.pop_back();
        break;
    }
    const std::int64_t rest = size_ - first - std::ssize(index_.frames) * header.true_image_bytes;
    if (rest > stamp_bytes && rest < header.image_bytes)
        index_.notes.push_back(fmt::format("the file ends within frame {}, which is left out", index_.frames.size()));
    tell();
    return Done{};
}

// Where the frames of an uncompressed sequence begin: where its version has them, unless only the other place leaves
// nothing over at the file's end.
std::int64_t first_raw(const SeqHeader& header, std::int64_t size_bytes) {
    const auto early = static_cast<std::int64_t>(seq_header_bytes);
    const bool is_late = header.version >= first_late_version;
    const std::int64_t likely = is_late ? late_first_frame : early;
    const std::int64_t other = is_late ? early : late_first_frame;
    const auto is_even = [&](std::int64_t first) {
        return header.true_image_bytes > 0 && size_bytes > first && (size_bytes - first) % header.true_image_bytes == 0;
    };
    return !is_even(likely) && is_even(other) ? other : likely;
}

bool is_raw(SeqFormat format) {
    return format == SeqFormat::GrayRaw || format == SeqFormat::BayerRaw || format == SeqFormat::ColourRaw;
}

Result<Done> check_raw(const SeqHeader& header) {
    const std::int64_t pixels = std::int64_t{header.size.width} * header.size.height;
    if (header.size.width <= 0 || header.size.height <= 0)
        return fail("its head says that pictures are {}x{}", header.size.width, header.size.height);
    const bool is_colour = header.format == SeqFormat::ColourRaw;
    const bool is_deep = header.format == SeqFormat::GrayRaw && header.bit_depth == 16;
    if (!is_deep && header.bit_depth != (is_colour ? 24 : 8))
        return fail("its head says {} bits a pixel, which pictures of format {} have not", header.bit_depth,
                    static_cast<int>(header.format));
    if (pixels * header.bit_depth / 8 > header.image_bytes || header.image_bytes > most_seq_frame_bytes)
        return fail("its head says that a picture of {}x{} takes {} bytes", header.size.width, header.size.height,
                    header.image_bytes);
    return Done{};
}

Result<Done> walk(const Descriptor& file, std::int64_t size, SeqIndex& index, std::vector<std::optional<SeqStamp>>& out,
                  const std::stop_token& stop, const std::function<void(double)>& progress) {
    Walk walk(file, size, index, stop, progress);
    Result<Done> gone = Done{};
    if (is_raw(index.header.format)) {
        if (auto sound = check_raw(index.header); !sound) return sound;
        gone = walk.raw(first_raw(index.header, size));
    } else {
        const auto first = walk.first_compressed();
        if (!first && index.header.header_bytes == 0) return fail("its head is empty, and frames are not to be found");
        const auto format = static_cast<unsigned>(index.header.format);
        constexpr std::array known{1U, 2U, 102U, 103U, 201U};
        if (!first && std::ranges::find(known, format) == known.end())
            return fail("its pictures are of format {}, which is none of 1, 2, 100 to 103, 200 and 201", format);
        index.compressed = true;
        gone = walk.compressed(first.value_or(static_cast<std::int64_t>(seq_header_bytes)));
    }
    out = walk.stamps();
    return gone;
}

}  // namespace

std::size_t read_at(const Descriptor& file, std::int64_t at, void* to, std::size_t count) {
    std::size_t done = 0;
    while (done < count) {
        const ssize_t n = ::pread(file.fd(), static_cast<char*>(to) + done, count - done,
                                  static_cast<off_t>(at + static_cast<std::int64_t>(done)));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

StillKind still_kind(const std::uint8_t* bytes, std::size_t count) {
    if (count >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF) return StillKind::Jpeg;
    constexpr std::array<std::uint8_t, 8> png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    if (count >= png.size() && std::memcmp(bytes, png.data(), png.size()) == 0) return StillKind::Png;
    return StillKind::None;
}

Result<SeqIndex> scan_seq(const std::filesystem::path& path, const std::stop_token& stop,
                          const std::function<void(double)>& progress) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info {};
    if (!file || ::fstat(file.fd(), &info) != 0) return fail("{}: {}", path.string(), std::strerror(errno));
    std::string head(seq_header_bytes, '\0');
    head.resize(read_at(file, 0, head.data(), head.size()));
    auto header = parse_seq_header(head);
    if (!header) return fail("{}: {}", path.string(), header.error().message);
    SeqIndex index;
    index.header = *header;
    if (!is_seq_head(head)) index.notes.push_back("its head is empty; its frames tell what they are");
    std::vector<std::optional<SeqStamp>> stamps;
    if (auto gone = walk(file, info.st_size, index, stamps, stop, progress); !gone) {
        if (gone.error().kind == ErrorKind::Cancelled) return gone.error();
        return fail("{}: {}", path.string(), gone.error().message);
    }
    if (index.frames.empty()) return fail("{}: the sequence holds no frames", path.string());
    SeqTimes times = times_of(stamps, index.header.fps);
    index.times = std::move(times.times);
    index.timebase = times.timebase;
    if (!times.note.empty()) index.notes.push_back(std::move(times.note));
    return index;
}

}  // namespace inbetween
