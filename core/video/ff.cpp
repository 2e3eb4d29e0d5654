#include "core/video/ff.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <string_view>

#include "core/base/check.h"

namespace inbetween::ff {

namespace {

// Messages that are no errors to libav, and after which what comes out depends on the number of threads.
bool tells_of_harm(std::string_view format) {
    // The H.264 decoder finds out that frames are reordered more than it thought, and has put one out too early.
    if (format.starts_with("Increasing reorder buffer")) return true;
    // Part of a picture did not come, and is made up of others. Its frame says so, but not always where several threads
    // decode: it may be handed out before it is whole.
    return format.starts_with("concealing ");
}

// Passes a decoder's errors to whoever hears them. libav calls it from any of its threads, for messages of every level.
void hear_message(void* object, int level, const char* format, std::va_list) {
    if (object == nullptr || *static_cast<const AVClass* const*>(object) != avcodec_get_class()) return;
    const std::string_view text(format);
    if (level > AV_LOG_ERROR && !tells_of_harm(text)) return;
    // A picture that is to be forgotten is not there: so after a seek into an open GOP, which does no harm.
    if (text.starts_with("mmco:")) return;
    const auto& codec = *static_cast<const AVCodecContext*>(object);
    if (codec.opaque != nullptr) static_cast<Complaints*>(codec.opaque)->hear_from(codec);
}

}  // namespace

FramePtr make_frame() {
    FramePtr frame(av_frame_alloc());
    IB_CHECK(frame != nullptr);
    return frame;
}

PacketPtr make_packet() {
    PacketPtr packet(av_packet_alloc());
    IB_CHECK(packet != nullptr);
    return packet;
}

std::string error_text(int code) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    return text.data();
}

void keep_quiet() {
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_callback(hear_message); });
}

void Complaints::hear(AVCodecContext& codec) {
    owner_ = &codec;
    codec.opaque = this;
}

void Complaints::hear_from(const AVCodecContext& codec) {
    // A thread of the decoder has a copy of the context, with the position of the packet it works on.
    note(&codec == owner_ ? current_.load() : codec.reordered_opaque);
}

void Complaints::note(std::int64_t position) {
    ++count_;
    std::lock_guard lock(mutex_);
    if (std::ranges::find(positions_, position) == positions_.end()) positions_.push_back(position);
}

void Complaints::forget_positions() {
    std::lock_guard lock(mutex_);
    positions_.clear();
}

std::vector<std::int64_t> Complaints::positions() const {
    std::lock_guard lock(mutex_);
    return positions_;
}

}  // namespace inbetween::ff
