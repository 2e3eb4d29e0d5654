#include "core/video/ff.h"

#include <array>
#include <mutex>

#include "core/base/check.h"

namespace inbetween::ff {

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
    std::call_once(once, [] { av_log_set_level(AV_LOG_QUIET); });
}

}  // namespace inbetween::ff
