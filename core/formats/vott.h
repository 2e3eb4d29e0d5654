#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/text/actions.h"
#include "core/formats/text/images.h"

namespace inbetween {

// What VoTT's JSON and csv have in common: an asset is an image, or a frame of a video that is known by its second, as
// in "clip.mp4#t=5.2".   source: microsoft/VoTT src/services/assetService.ts, src/providers/export.

inline constexpr FormatOption vott_assets_option{
    "assets", "auto|video|images", "auto",
    "writing: frames of the video by their seconds, or image files; auto: image files where option images is stated"};

/// What the options of both say.
struct VottOptions {
    bool names_images = false;
    std::string video;  ///< empty: the only one, or that of our name
    ImageOptions images;
};

/// requires: the format has the options of images, vott_assets_option and action_video_option.
VottOptions vott_options_of(Options& given, const FormatOptions& stated);

/// The second at which a frame is shown, rounded up to a microsecond, so that a player that seeks there shows it and
/// not the one before.
double vott_second(const Media& media, FrameIndex frame);

/// The name of a frame's asset.
std::string vott_name(const Media& media, const VottOptions& how, FrameIndex frame);

/// The image files that an export names, beside it; none where it names frames of the video.
std::vector<FrameImage> vott_images(const WriteRequest& request, const VottOptions& how, const ShownImages& images);

/// Gathers what assets show, and finds the frames that they are.
class VottAssets {
public:
    VottAssets(const Media& media, const VottOptions& how) : tracks_(media, how.images), how_(how) {}

    ImageTracks& tracks() { return tracks_; }
    /// `where` begins the sentence when the name turns out to be of no frame; `second`: if the file states it.
    void add(std::string where, std::string name, std::optional<double> second, std::vector<ImageShape> shapes);
    /// errors: a name that is of no frame; several videos, none of which is ours.
    Result<ReadResult> finish(const std::string& file) &&;

private:
    struct Asset {
        std::string where;
        std::string name;  ///< of the image, or of the video that it is a frame of
        std::optional<double> second;
        std::vector<ImageShape> shapes;
    };
    Result<ChosenVideo> wanted_video(const std::string& file);

    ImageTracks tracks_;
    const VottOptions& how_;
    std::vector<Asset> assets_;
};

}  // namespace inbetween
