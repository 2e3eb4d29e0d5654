#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "tracking/detectors.h"
#include "tracking/guard.h"
#include "tracking/image_cache.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr int least_neighbours = 3;        // windows that agree on one object
constexpr double neighbours_at_63 = 8;     // windows by which a detection is 63 % sure
constexpr double level_growth = 1.1;       // from one size of window to the next
constexpr std::array<const char*, 3> homes{// where the package opencv-data and other builds of OpenCV put them
                                           "/usr/share/opencv4", "/usr/local/share/opencv4", "/usr/share/opencv"};

/// What a cascade finds, by its file's name.
std::string class_of(const std::string& stem) {
    for (const char* part : {"body", "people", "pedestrian"})
        if (stem.find(part) != std::string::npos) return "person";
    if (stem.find("catface") != std::string::npos) return "cat face";
    for (const char* part : {"face", "eye", "smile", "plate", "silverware"})
        if (stem.find(part) != std::string::npos) return part;
    return stem;
}

class CascadeDetector : public Detector {
public:
    CascadeDetector(cv::CascadeClassifier cascade, std::vector<std::string> labels)
        : cascade_(std::move(cascade)), labels_(std::move(labels)) {}
    const std::vector<std::string>& labels() const override { return labels_; }

    Result<std::vector<Detection>> find(const FrameImages& frame, double, const std::stop_token&) override {
        return guarded<std::vector<Detection>>("cascade", [&]() -> Result<std::vector<Detection>> {
            cv::Mat even;
            cv::equalizeHist(frame.gray(), even);
            std::vector<cv::Rect> rects;
            std::vector<int> neighbours;
            cascade_.detectMultiScale(even, rects, neighbours, level_growth, least_neighbours);
            std::vector<Detection> found;
            for (std::size_t i = 0; i < rects.size(); ++i) {
                const cv::Rect& r = rects[i];
                found.push_back({{static_cast<double>(r.x), static_cast<double>(r.y), static_cast<double>(r.width),
                                  static_cast<double>(r.height)},
                                 1 - std::exp(-neighbours[i] / neighbours_at_63),
                                 0,
                                 {}});
            }
            return found;
        });
    }

private:
    cv::CascadeClassifier cascade_;
    std::vector<std::string> labels_;
};

/// Cascades of one kind, as the package names them.
struct Family {
    std::string_view id;             ///< "haar"
    std::string_view folder;         ///< "haarcascades"
    std::string_view prefix;         ///< "haarcascade_"
    std::string_view default_model;  ///< "frontalface_default"
};

/// The file that a path or a cascade's name means.   errors: there is none; the sentence says where it was looked for.
Result<fs::path> cascade_file(const Family& family, const std::string& model) {
    std::error_code error;
    const std::string stated = model.empty() ? std::string(family.default_model) : model;
    if (fs::is_regular_file(stated, error)) return fs::path(stated);
    if (stated.find('/') != std::string::npos || stated.ends_with(".xml"))
        return fail("{}: no such cascade file", stated);
    for (const char* home : homes) {
        const fs::path path = fs::path(home) / family.folder / (std::string(family.prefix) + stated + ".xml");
        if (fs::is_regular_file(path, error)) return path;
    }
    return fail("{}={}: no such file, and no {}{}.xml in {}/{} (Debian's package opencv-data)", family.id, stated,
                family.prefix, stated, homes.front(), family.folder);
}

Result<std::unique_ptr<Detector>> open_family(const Family& family, const DetectorSpec& spec) {
    const auto file = cascade_file(family, spec.model);
    if (!file) return file.error();
    cv::CascadeClassifier cascade;
    silence_opencv();
    const bool loaded = guarded_or(false, [&] { return cascade.load(file->string()); });
    if (!loaded || cascade.empty()) return fail("{}: is no cascade that OpenCV can read", file->string());
    auto labels = labels_for(spec, {class_of(file->stem().string())});
    if (!labels) return labels.error();
    return std::unique_ptr<Detector>(std::make_unique<CascadeDetector>(std::move(cascade), std::move(*labels)));
}

constexpr Family haar{"haar", "haarcascades", "haarcascade_", "frontalface_default"};
constexpr Family lbp{"lbp", "lbpcascades", "lbpcascade_", "frontalface_improved"};

}  // namespace

const DetectorKind haar_detector{
    .id = "haar",
    .name = "Haar cascade",
    .model = "NAME|PATH",
    .help =
        "Faces; other things by a cascade's name in Debian's opencv-data (fullbody, upperbody, profileface) or path.",
    .options = {},
    .open = [](const DetectorSpec& spec) { return open_family(haar, spec); }};

const DetectorKind lbp_detector{
    .id = "lbp",
    .name = "LBP cascade",
    .model = "NAME|PATH",
    .help = "Faces, faster; others by a cascade's name in Debian's opencv-data (profileface, frontalcatface) or path.",
    .options = {},
    .open = [](const DetectorSpec& spec) { return open_family(lbp, spec); }};

}  // namespace inbetween
