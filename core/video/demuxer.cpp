#include "core/video/demuxer.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include "core/video/seq_header.h"

namespace inbetween {

namespace {

namespace fs = std::filesystem;

// Formats that name further files or addresses to open, or that make pictures out of text.
constexpr std::array refused_formats{
    "hls",
    "applehttp",
    "dash",
    "concat",
    "image2",
    "image2pipe",
    "rtsp",
    "rtp",
    "sdp",
    "sap",
    "webm_dash_manifest",
    "imf",
    "vobsub",
    "lavfi",
    "svg_pipe",
    "ffmetadata",
    "tty",
    "bin",
    "xbin",
    "adf",
    "idf",
    "alias_pix",
};

bool is_refused(std::string_view names) {
    while (!names.empty()) {
        const std::size_t comma = names.find(',');
        const std::string_view name = names.substr(0, comma);
        if (std::ranges::find(refused_formats, name) != refused_formats.end()) return true;
        if (comma == std::string_view::npos) return false;
        names.remove_prefix(comma + 1);
    }
    return false;
}

std::string allowed_formats() {
    std::string list;
    void* state = nullptr;
    while (const AVInputFormat* format = av_demuxer_iterate(&state)) {
        if (is_refused(format->name)) continue;
        if (!list.empty()) list += ',';
        list += format->name;
    }
    return list;
}

int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EACCES); }

int stop_requested(void* token) { return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0; }

Result<std::int64_t> regular_file_size(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return fail("{}: {}", path.string(), std::strerror(errno));
    if (S_ISDIR(info.st_mode)) return fail("{}: a folder, not a file", path.string());
    if (!S_ISREG(info.st_mode)) return fail("{}: not a regular file", path.string());
    if (info.st_size == 0) return fail("{}: the file is empty", path.string());
    return std::int64_t{info.st_size};
}

// What the ffmpeg program tells the demuxer, so that both see the same packets.
void set_reading_like_ffmpeg(AVFormatContext& format, const AVStream& wanted) {
    for (unsigned i = 0; i < format.nb_streams; ++i) {
        AVStream* stream = format.streams[i];
        stream->discard = stream == &wanted ? AVDISCARD_NONE : AVDISCARD_ALL;
    }
}

int probe_all_streams(AVFormatContext& format) {
    std::vector<AVDictionary*> options(format.nb_streams, nullptr);
    for (AVDictionary*& one : options) av_dict_set_int(&one, "max_pixels", ff::max_pixels, 0);
    const int result = avformat_find_stream_info(&format, options.empty() ? nullptr : options.data());
    for (AVDictionary*& one : options) av_dict_free(&one);
    return result;
}

}  // namespace

Result<Demuxer> Demuxer::open(const fs::path& path, Probe probe, const std::stop_token& stop) {
    auto demuxer = open_file(path, probe, stop);
    if (demuxer && !demuxer->choose(AVMEDIA_TYPE_VIDEO)) return fail("{}: no video stream", path.string());
    return demuxer;
}

Result<std::optional<Demuxer>> Demuxer::open_audio(const fs::path& path, const std::stop_token& stop) {
    if (is_seq_file(path)) return std::optional<Demuxer>();  // pictures alone
    auto demuxer = open_file(path, Probe::Streams, stop);
    if (!demuxer) return demuxer.error();
    if (!demuxer->choose(AVMEDIA_TYPE_AUDIO)) return std::optional<Demuxer>();
    return std::optional<Demuxer>(*std::move(demuxer));
}

Result<Demuxer> Demuxer::open_file(const fs::path& path, Probe probe, const std::stop_token& stop) {
    ff::keep_quiet();
    auto size = regular_file_size(path);
    if (!size) return size.error();
    // FFmpeg does not know it, and may take it for something else.
    if (is_seq_file(path)) return fail("{}: the frames of a Norpix sequence are no packets of a video", path.string());

    Demuxer demuxer;
    demuxer.size_bytes_ = *size;
    demuxer.stop_ = std::make_unique<std::stop_token>(stop);
    const AVIOInterruptCB interrupt{stop_requested, demuxer.stop_.get()};
    ff::Options options;
    options.set("protocol_whitelist", "file");
    AVIOContext* io = nullptr;
    const int opened =
        avio_open2(&io, ("file:" + path.string()).c_str(), AVIO_FLAG_READ, &interrupt, options.address());
    if (opened < 0) return fail("{}: {}", path.string(), ff::error_text(opened));
    demuxer.io_.reset(io);

    const AVInputFormat* kind = nullptr;
    const int probed = av_probe_input_buffer2(io, &kind, path.c_str(), nullptr, 0, 0);
    if (probed >= 0 && kind != nullptr && std::string_view(kind->name) == "image2") {
        // By its name a still image is taken for a numbered series; its content says what it is.
        kind = nullptr;
        av_probe_input_buffer2(io, &kind, "", nullptr, 0, 0);
    }
    if (stop.stop_requested()) return cancelled();
    if (probed < 0 || kind == nullptr) return fail("{}: not a video that FFmpeg can read", path.string());
    if (is_refused(kind->name)) {
        return fail("{}: a file of format {} may point at other files, and is not opened", path.string(), kind->name);
    }
    AVFormatContext* format = avformat_alloc_context();
    if (format == nullptr) return fail("{}: out of memory", path.string());
    format->pb = io;
    format->interrupt_callback = interrupt;
    format->io_open = refuse_to_open;
    format->flags |= AVFMT_FLAG_NONBLOCK;
    ff::Options format_options;
    format_options.set("protocol_whitelist", "file");
    format_options.set("format_whitelist", allowed_formats());
    if (std::string_view(kind->name) == "mpegts") format_options.set("scan_all_pmts", "1");
    const int begun = avformat_open_input(&format, path.c_str(), kind, format_options.address());
    demuxer.format_.reset(format);  // null after a failure: libav has freed it
    if (stop.stop_requested()) return cancelled();
    if (begun == AVERROR_INVALIDDATA) return fail("{}: the file is damaged, cut short or not a video", path.string());
    if (begun < 0) return fail("{}: {}", path.string(), ff::error_text(begun));
    if (probe == Probe::Streams) {
        if (auto probed_streams = demuxer.probe_streams(path.string()); !probed_streams) return probed_streams.error();
    }
    return demuxer;
}

Result<Done> Demuxer::probe_streams(const std::string& name) {
    const int found = probe_all_streams(*format_);
    if (stop_->stop_requested()) return cancelled();
    if (found < 0) return fail("{}: {}", name, ff::error_text(found));
    return Done{};
}

bool Demuxer::choose(AVMediaType kind) {
    for (unsigned i = 0; i < format_->nb_streams && stream_ == nullptr; ++i) {
        if (format_->streams[i]->codecpar->codec_type == kind) stream_ = format_->streams[i];
    }
    if (stream_ == nullptr) return false;
    set_reading_like_ffmpeg(*format_, *stream_);
    return true;
}

bool Demuxer::read(AVPacket& packet) {
    failed_ = false;
    for (;;) {
        av_packet_unref(&packet);
        const int result = av_read_frame(format_.get(), &packet);
        if (result == AVERROR(EAGAIN)) continue;
        if (result < 0) {
            failed_ = result != AVERROR_EOF;
            return false;
        }
        if (packet.stream_index == stream_->index) return true;
        // Streams that appear later are not wanted either.
        if (format_->streams[packet.stream_index] != stream_) {
            format_->streams[packet.stream_index]->discard = AVDISCARD_ALL;
        }
    }
}

bool Demuxer::seek(std::int64_t ts) {
    return av_seek_frame(format_.get(), stream_->index, ts, AVSEEK_FLAG_BACKWARD) >= 0;
}

bool Demuxer::begins_anew() const {
    const std::string_view names = format_->iformat->name;
    return names.find("mp4") != std::string_view::npos || names.find("matroska") != std::string_view::npos;
}

bool Demuxer::seek_bytes(std::int64_t position) {
    return av_seek_frame(format_.get(), stream_->index, position, AVSEEK_FLAG_BYTE) >= 0;
}

}  // namespace inbetween
