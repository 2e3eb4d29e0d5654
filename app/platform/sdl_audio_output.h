#pragma once

#include "core/video/audio_output.h"

namespace inbetween {

/// Opens the system's own sound device through SDL, of which nothing but sound is used: no window, no signal handlers.
/// errors: there is no device.   thread: any; SDL asks for samples on one of its own.
Result<std::unique_ptr<AudioOutput>> open_sdl_audio(int rate, AudioOutput::Fill fill);

}  // namespace inbetween
