#include <mpv/client.h>

#include <array>
#include <cstring>
#include <string_view>

#include "tests/bench/peers/peers.h"

namespace inbetween::seek {

namespace {

constexpr double patience_secs = 30;

struct HandleDeleter {
    void operator()(mpv_handle* handle) const { mpv_terminate_destroy(handle); }
};

/// A value that mpv gave, freed at the end of its scope.
struct Node {
    Node() = default;
    ~Node() { mpv_free_node_contents(&node); }
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    const mpv_node* find(std::string_view key) const {
        if (node.format != MPV_FORMAT_NODE_MAP) return nullptr;
        for (int i = 0; i < node.u.list->num; ++i) {
            if (key == node.u.list->keys[i]) return &node.u.list->values[i];
        }
        return nullptr;
    }
    int number(std::string_view key) const {
        const mpv_node* value = find(key);
        return value != nullptr && value->format == MPV_FORMAT_INT64 ? static_cast<int>(value->u.int64) : 0;
    }

    mpv_node node{};
};

class MpvSeeker final : public Seeker {
public:
    explicit MpvSeeker(const Footing& footing) : footing_(footing) {}

    Result<Done> open(const std::filesystem::path& video) {
        handle_.reset(mpv_create());
        if (!handle_) return fail("mpv: no instance");
        constexpr std::array<std::array<const char*, 2>, 12> options{{{"vo", "null"},
                                                                      {"aid", "no"},
                                                                      {"sid", "no"},
                                                                      {"pause", "yes"},
                                                                      {"hwdec", "no"},
                                                                      {"hr-seek", "yes"},
                                                                      {"keep-open", "always"},
                                                                      {"rebase-start-time", "no"},
                                                                      {"video-rotate", "no"},
                                                                      {"config", "no"},
                                                                      {"load-scripts", "no"},
                                                                      {"ytdl", "no"}}};
        for (const auto& [name, value] : options) {
            const int set = mpv_set_option_string(handle_.get(), name, value);
            if (set < 0) return fail("mpv: {}={}: {}", name, value, mpv_error_string(set));
        }
        int status = mpv_initialize(handle_.get());
        if (status < 0) return fail("mpv: {}", mpv_error_string(status));
        const std::string path = video.string();
        std::array<const char*, 3> load{"loadfile", path.c_str(), nullptr};
        status = mpv_command(handle_.get(), load.data());
        if (status < 0) return fail("mpv: {}", mpv_error_string(status));
        return wait_for_picture();
    }

    Result<Done> show(FrameIndex n, Want) override {
        // The picture that is there after opening is the first one.
        if (n.value == 0 && fresh_) return Done{};
        fresh_ = false;
        const std::string time = fmt::format("{:.6f}", footing_.reference->seconds(n));
        std::array<const char*, 4> seek{"seek", time.c_str(), "absolute+exact", nullptr};
        const int status = mpv_command(handle_.get(), seek.data());
        if (status < 0) return fail("mpv: {}", mpv_error_string(status));
        return wait_for_picture();
    }

    Result<Shown> shown() override {
        Node answer;
        std::array<const char*, 3> command{"screenshot-raw", "video", nullptr};
        std::array<mpv_node, 2> words{};
        for (std::size_t i = 0; i < words.size(); ++i) {
            words[i].format = MPV_FORMAT_STRING;
            words[i].u.string = const_cast<char*>(command[i]);
        }
        mpv_node_list list{static_cast<int>(words.size()), words.data(), nullptr};
        mpv_node question{};
        question.format = MPV_FORMAT_NODE_ARRAY;
        question.u.list = &list;
        const int status = mpv_command_node(handle_.get(), &question, &answer.node);
        if (status < 0) return fail("mpv: no screenshot: {}", mpv_error_string(status));
        const mpv_node* data = answer.find("data");
        if (data == nullptr || data->format != MPV_FORMAT_BYTE_ARRAY) return fail("mpv: a screenshot without pixels");
        const auto* bytes = static_cast<const std::uint8_t*>(data->u.ba->data);
        samples_.assign(bytes, bytes + data->u.ba->size);
        const Plane plane{samples_.data(), answer.number("stride"), {answer.number("w"), answer.number("h")}, 4};
        return Shown{{.samples = Samples::Bgr0, .planes = {plane}, .matrix = matrix(), .range = range()}};
    }

private:
    Result<Done> wait_for_picture() {
        for (;;) {
            const mpv_event* event = mpv_wait_event(handle_.get(), patience_secs);
            if (event->event_id == MPV_EVENT_PLAYBACK_RESTART) return Done{};
            if (event->event_id == MPV_EVENT_NONE) return fail("mpv: no picture within {} s", patience_secs);
            if (event->event_id == MPV_EVENT_END_FILE) return fail("mpv: the file ended");
        }
    }

    std::string text(const char* property) const {
        char* value = mpv_get_property_string(handle_.get(), property);
        const std::string copy = value == nullptr ? "" : value;
        mpv_free(value);
        return copy;
    }

    ColourMatrix matrix() const {
        const std::string name = text("video-params/colormatrix");
        if (name == "bt.709") return ColourMatrix::Bt709;
        return name.starts_with("bt.2020") ? ColourMatrix::Bt2020 : ColourMatrix::Bt601;
    }
    ColourRange range() const {
        return text("video-params/colorlevels") == "full" ? ColourRange::Full : ColourRange::Limited;
    }

    const Footing footing_;
    std::unique_ptr<mpv_handle, HandleDeleter> handle_;
    std::vector<std::uint8_t> samples_;
    bool fresh_ = true;
};

}  // namespace

Engine mpv_engine(const Footing& footing) {
    const auto open = [footing](const std::filesystem::path& video, Ahead) -> Result<std::unique_ptr<Seeker>> {
        auto seeker = std::make_unique<MpvSeeker>(footing);
        const auto opened = seeker->open(video);
        if (!opened) return opened.error();
        return std::unique_ptr<Seeker>(std::move(seeker));
    };
    return {"mpv", open};
}

}  // namespace inbetween::seek
