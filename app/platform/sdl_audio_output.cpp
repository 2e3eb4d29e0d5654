#include "app/platform/sdl_audio_output.h"

#include <SDL.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

namespace inbetween {
namespace {

/// What SDL is asked to take at a time: at 48 kHz 11 ms.
constexpr Uint16 block_pairs = 512;
/// One block is being played and one waits behind it while SDL asks for the next.
constexpr int blocks_before = 2;
constexpr int least_rate = 8000;
constexpr int most_rate = 192'000;

/// ALSA's library writes to stderr when it looks in vain for a sound card, so it is better not asked.
bool has_sound_card() {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/snd", error)) {
        if (entry.path().filename().string().starts_with("pcm")) return true;
    }
    return false;
}

class SdlAudioOutput final : public AudioOutput {
public:
    explicit SdlAudioOutput(Fill fill) : fill_(std::move(fill)) {}
    ~SdlAudioOutput() override {
        if (device_ != 0) SDL_CloseAudioDevice(device_);
        if (has_sdl_) SDL_QuitSubSystem(SDL_INIT_AUDIO);
    }

    Result<Done> open(int rate) {
        // SDL would catch SIGINT and SIGTERM otherwise, which are the program's.
        SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
        SDL_SetHint(SDL_HINT_APP_NAME, "Inbetween");
        if (SDL_InitSubSystem(SDL_INIT_AUDIO) != 0) return fail("no sound: {}", SDL_GetError());
        has_sdl_ = true;
        if (std::string_view(SDL_GetCurrentAudioDriver()) == "alsa" && !has_sound_card()) {
            return fail("no sound: there is no sound device");
        }
        SDL_AudioSpec wanted{};
        wanted.freq = std::clamp(rate, least_rate, most_rate);
        wanted.format = AUDIO_F32SYS;
        wanted.channels = 2;
        wanted.samples = block_pairs;
        wanted.callback = on_wanted;
        wanted.userdata = this;
        device_ = SDL_OpenAudioDevice(nullptr, 0, &wanted, &got_,
                                      SDL_AUDIO_ALLOW_FREQUENCY_CHANGE | SDL_AUDIO_ALLOW_SAMPLES_CHANGE);
        if (device_ == 0) return fail("no sound: {}", SDL_GetError());
        return Done{};
    }

    int rate() const override { return got_.freq; }
    void start() override { SDL_PauseAudioDevice(device_, 0); }
    void stop() override { SDL_PauseAudioDevice(device_, 1); }

private:
    static void on_wanted(void* self, Uint8* bytes, int size_bytes) {
        const auto& output = *static_cast<SdlAudioOutput*>(self);
        const auto count = static_cast<std::size_t>(size_bytes) / sizeof(float);
        const double latency_secs = static_cast<double>(blocks_before) * output.got_.samples / output.got_.freq;
        output.fill_({reinterpret_cast<float*>(bytes), count}, latency_secs);
    }

    const Fill fill_;
    bool has_sdl_ = false;
    SDL_AudioDeviceID device_ = 0;
    SDL_AudioSpec got_{};
};

}  // namespace

Result<std::unique_ptr<AudioOutput>> open_sdl_audio(int rate, AudioOutput::Fill fill) {
    auto output = std::make_unique<SdlAudioOutput>(std::move(fill));
    if (auto opened = output->open(rate); !opened) return opened.error();
    return std::unique_ptr<AudioOutput>(std::move(output));
}

}  // namespace inbetween
