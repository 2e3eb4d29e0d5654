#include "app/cli/pictures.h"

#include <algorithm>
#include <system_error>

#include "app/cli/open.h"
#include "app/project.h"
#include "core/base/files.h"
#include "core/base/new_folders.h"
#include "core/formats/text/export.h"
#include "core/video/encode_jpeg.h"
#include "core/video/screen_converter.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

/// Removes the files that it was told of when it goes out of scope, unless they are to stay.
class Leftovers {
public:
    Leftovers() = default;
    Leftovers(const Leftovers&) = delete;
    Leftovers& operator=(const Leftovers&) = delete;
    ~Leftovers() {
        std::error_code ignored;
        for (const fs::path& path : paths_) fs::remove(path, ignored);
    }
    void add(fs::path path) { paths_.push_back(std::move(path)); }
    void keep() { paths_.clear(); }

private:
    std::vector<fs::path> paths_;
};

/// Refuses a picture in place of one of the project's, and makes the folders.
Result<Done> prepare(const FramePictures& wanted, NewFolders& folders) {
    for (const FrameImage& image : wanted.images) {
        if (auto allowed = check_may_write(wanted.annotations, image.path); !allowed) return allowed.error();
        if (auto made = folders.make_for(image.path); !made) return made.error();
    }
    return Done{};
}

}  // namespace

std::string_view extension_of(PictureKind kind) { return kind == PictureKind::Png ? ".png" : ".jpg"; }

Result<std::string> encoded_picture(ScreenConverter& converter, const Picture& picture, PictureKind kind) {
    Image image;
    const auto converted = converter.convert(picture, {}, {}, image);
    if (!converted) return converted.error();
    return kind == PictureKind::Png ? encode_png(image) : encode_jpeg(image);
}

Result<Done> write_pictures(Console& console, const FramePictures& wanted) {
    if (wanted.images.empty()) return Done{};
    std::vector<FrameImage> images = wanted.images;
    std::sort(images.begin(), images.end());
    NewFolders folders;
    if (auto ready = prepare(wanted, folders); !ready) return ready.error();
    const auto video = open_video(console, wanted.video);
    if (!video) return video.error();
    FrameSource& source = *video->source;
    if (const auto difference = difference_of(source.info(), wanted.media)) console.remark(*difference);
    if (auto proved = prove_up_to(console, *video, images.back().frame); !proved) return proved;
    const std::string name = source.info().path.string();
    if (images.back().frame.value >= source.info().frames)
        return fail("{}: no frame {}: it has {} frames", name, images.back().frame.value, source.info().frames);
    Leftovers leftovers;
    ScreenConverter converter;
    std::string bytes;
    for (std::size_t i = 0; i < images.size(); ++i) {
        console.progress("Writing frames", static_cast<double>(i) / static_cast<double>(images.size()));
        if (console.interrupted()) return fail("{}: stopped before frame {}", name, images[i].frame.value);
        // A frame may be wanted in several folders.
        if (i == 0 || images[i].frame != images[i - 1].frame) {
            const auto picture = source.frame(images[i].frame);
            if (!picture) return picture.error();
            auto encoded = encoded_picture(converter, **picture, wanted.kind);
            if (!encoded) return encoded.error();
            bytes = std::move(*encoded);
        }
        std::error_code error;
        if (fs::exists(images[i].path, error)) {
            const auto there = read_file(images[i].path);
            if (!there) return there.error();
            if (*there == bytes) continue;
            return fail("{}: another picture stands there already; state another folder", images[i].path.string());
        }
        leftovers.add(images[i].path);
        if (auto written = write_file_atomic(images[i].path, bytes, Durability::Loose); !written) return written;
    }
    console.end_progress();
    leftovers.keep();
    return Done{};
}

}  // namespace inbetween::cli
