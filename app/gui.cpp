#include "app/gui.h"

#include "app/platform/glfw_platform.h"
#include "app/platform/headless_platform.h"
#include "app/platform/sdl_audio_output.h"
#include "app/workstation.h"
#include "core/base/files.h"
#include "core/base/text.h"

namespace inbetween {
namespace {

/// Turns the loop until all that was asked for is on the picture.
void settle(Workstation& workstation) {
    do {
        workstation.frame();
    } while (workstation.session()->is_busy() || !workstation.is_settled());
    // What came last, between the drawing and the question.
    workstation.redraw();
    do {
        workstation.frame();
    } while (!workstation.is_settled());
}

Result<Done> select_track(Session& session, const std::string& text) {
    if (text.empty()) return Done{};
    const auto id = parse_int(text);
    const TrackId track = static_cast<TrackId>(id.value_or(0));
    if (session.annotations().find_track(track) == nullptr) {
        return fail("{}: no track {}", session.project().string(), text);
    }
    session.view.track = track;
    return Done{};
}

Result<Done> go_to(Session& session, FrameIndex frame) {
    if (frame.value >= session.frames() && frame.value > 0) {
        return fail("{}: no frame {}; the last one is {}", session.project().string(), frame.value,
                    session.frames() - 1);
    }
    session.go_to(frame);
    return Done{};
}

}  // namespace

Result<int> run_workstation(const cli::WindowRequest& request) {
    const auto& file = request.file;
    // Who mistypes a name is told where they typed it.
    if (std::error_code error; file && !std::filesystem::exists(*file, error))
        return fail("{}: no such file or folder", file->string());
    auto platform = GlfwPlatform::open({});
    if (!platform) return platform.error();
    Workstation::Options options;
    options.sound = open_sdl_audio;
    options.hardware = hardware_for(request.hardware);
    // Without a cache on disk a video's proof and proxy are made anew each time.
    if (auto cache = DiskCache::open(DiskCache::default_folder())) {
        options.disk_cache = std::make_shared<const DiskCache>(*std::move(cache));
    }
    auto workstation = Workstation::create(**platform, std::move(options));
    if (!workstation) return workstation.error();
    if (file) (*workstation)->open_soon(*file);
    while ((*workstation)->frame()) continue;
    if (Session* session = (*workstation)->session()) {
        if (auto flushed = session->flush(); !flushed) return flushed.error();
    }
    return 0;
}

Result<Done> draw_picture(const cli::PictureRequest& request) {
    auto platform = HeadlessPlatform::open({.size = request.size});
    if (!platform) return platform.error();
    Workstation::Options options;
    options.remembers_files = false;
    auto workstation = Workstation::create(**platform, options);
    if (!workstation) return workstation.error();
    if (auto opened = (*workstation)->open(request.file); !opened) return opened.error();
    settle(**workstation);
    Session& session = *(*workstation)->session();
    if (auto gone = go_to(session, request.frame); !gone) return gone.error();
    if (auto selected = select_track(session, request.select); !selected) return selected.error();
    (*workstation)->redraw();
    settle(**workstation);
    const auto png = encode_png((*platform)->read_pixels());
    if (!png) return png.error();
    return write_file_atomic(request.out, *png);
}

}  // namespace inbetween
