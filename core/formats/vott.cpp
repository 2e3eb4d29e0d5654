#include "core/formats/vott.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/formats/ava.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {

VottOptions vott_options_of(Options& given, const FormatOptions& stated) {
    const std::string assets = given.text("assets");
    return {.names_images = assets == "images" || (assets == "auto" && stated.contains("images")),
            .video = action_video(given),
            .images = image_options_of(given)};
}

double vott_second(const Media& media, FrameIndex frame) {
    constexpr double per_second = 1e6;
    // What is a whole number of microseconds stays one, whatever a double makes of it.
    constexpr double slack = 1e-3;
    return std::ceil(media.seconds_at(frame) * per_second - slack) / per_second;
}

std::string vott_name(const Media& media, const VottOptions& how, FrameIndex frame) {
    if (how.names_images) return how.images.name_of(frame);
    return media.name() + "#t=" + format_number(vott_second(media, frame), 6);
}

std::vector<FrameImage> vott_images(const WriteRequest& request, const VottOptions& how, const ShownImages& images) {
    std::vector<FrameImage> files;
    if (!how.names_images) return files;
    for (const auto& [frame, shown] : images)
        files.push_back({frame, request.out.parent_path() / how.images.name_of(frame)});
    return files;
}

void VottAssets::add(std::string where, std::string name, std::optional<double> second,
                     std::vector<ImageShape> shapes) {
    constexpr std::string_view mark = "#t=";
    const auto at = name.rfind(mark);
    if (at != std::string::npos) {
        // What the name says is what a person sees; the file's number may have more digits.
        if (!second) second = parse_double(std::string_view(name).substr(at + mark.size()));
        name.resize(at);
    }
    assets_.push_back({std::move(where), std::move(name), second, std::move(shapes)});
}

Result<ChosenVideo> VottAssets::wanted_video(const std::string& file) {
    std::set<std::string> videos;
    for (const Asset& asset : assets_)
        if (asset.second) videos.insert(fs::path(asset.name).stem().string());
    return choose_video(file, "assets", videos, tracks_.builder().media(), how_.video);
}

Result<ReadResult> VottAssets::finish(const std::string& file) && {
    const auto video = wanted_video(file);
    if (!video) return video.error();
    std::set<std::string> names;
    for (const Asset& asset : assets_)
        if (!asset.second) names.insert(fs::path(asset.name).stem().string());
    const ImageNames order(how_.images, names);
    const Media& media = tracks_.builder().media();
    const AvaTime time(media);
    std::map<FrameIndex, std::vector<ImageShape>> images;
    for (Asset& asset : assets_) {
        const std::string stem = fs::path(asset.name).stem().string();
        if (asset.second && stem != video->name) continue;
        auto frame = asset.second ? Result<FrameIndex>(time.frame_near(*asset.second).value_or(tracks_.builder().end()))
                                  : order.frame_of(asset.where, stem);
        if (!frame) return frame.error();
        auto& shapes = images[*frame];
        std::move(asset.shapes.begin(), asset.shapes.end(), std::back_inserter(shapes));
    }
    tracks_.builder().note(video->note);
    for (auto& [frame, shapes] : images) tracks_.add(frame, std::move(shapes));
    return std::move(tracks_).finish(file);
}

}  // namespace inbetween
