#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include <tuple>

#include "core/base/text.h"
#include "tracking/detectors.h"
#include "tracking/guard.h"
#include "tracking/image_cache.h"

namespace inbetween {
namespace {

constexpr double level_growth = 1.05;  // from one size of window to the next
constexpr int most_levels = 64;
constexpr double same_person = 0.5;  // overlap of windows that mean one person

// What of a window the person fills.
constexpr double top_margin = 0.165;
constexpr double height_share = 0.67;
constexpr double width_share = 0.48;

// The logistic curve from the classifier's margin to the share of detections that are right, fitted on vtest.avi.
constexpr double margin_at_even = 0.66;
constexpr double margin_slope = 2.1;

struct Window {
    cv::Rect rect;
    double margin = 0;
};

Box person_in(const Box& window) {
    return {window.x + window.w * (1 - width_share) / 2, window.y + window.h * top_margin, window.w * width_share,
            window.h * height_share};
}

/// Joins windows around one person to their mean, weighted by margin.
std::vector<Detection> people_in(std::vector<Window> windows, double scale) {
    std::sort(windows.begin(), windows.end(), [](const Window& a, const Window& b) {
        return std::tuple(-a.margin, a.rect.x, a.rect.y, a.rect.width) <
               std::tuple(-b.margin, b.rect.x, b.rect.y, b.rect.width);
    });
    std::vector<Detection> people;
    std::vector<char> taken(windows.size(), 0);
    for (std::size_t i = 0; i < windows.size(); ++i) {
        if (taken[i] != 0) continue;
        const auto box_of_rect = [](const cv::Rect& r) {
            return Box{static_cast<double>(r.x), static_cast<double>(r.y), static_cast<double>(r.width),
                       static_cast<double>(r.height)};
        };
        const Box best = box_of_rect(windows[i].rect);
        Box sum{};
        double weights = 0;
        for (std::size_t k = i; k < windows.size(); ++k) {
            const Box box = box_of_rect(windows[k].rect);
            if (taken[k] != 0 || iou(best, box) < same_person) continue;
            taken[k] = 1;
            const double weight = std::max(0.01, windows[k].margin);
            sum = {sum.x + weight * box.x, sum.y + weight * box.y, sum.w + weight * box.w, sum.h + weight * box.h};
            weights += weight;
        }
        weights *= scale;
        const Box mean{sum.x / weights, sum.y / weights, sum.w / weights, sum.h / weights};
        const double sure = 1 / (1 + std::exp(-margin_slope * (windows[i].margin - margin_at_even)));
        people.push_back({person_in(mean), sure, 0, {}});
    }
    return people;
}

class HogDetector : public Detector {
public:
    HogDetector(double scale, std::vector<std::string> labels) : scale_(scale), labels_(std::move(labels)) {
        hog_.setSVMDetector(cv::HOGDescriptor::getDefaultPeopleDetector());
    }
    const std::vector<std::string>& labels() const override { return labels_; }

    Result<std::vector<Detection>> find(const FrameImages& frame, double least_confidence,
                                        const std::stop_token& stop) override {
        return guarded<std::vector<Detection>>("hog", [&]() -> Result<std::vector<Detection>> {
            cv::Mat image = frame.bgr;
            if (scale_ != 1) cv::resize(frame.bgr, image, {}, scale_, scale_, cv::INTER_LINEAR);
            if (image.cols < hog_.winSize.width || image.rows < hog_.winSize.height) return std::vector<Detection>{};
            const double sure = std::clamp(least_confidence, 0.02, 0.98);
            const double least_margin = margin_at_even + std::log(sure / (1 - sure)) / margin_slope;
            std::vector<Window> windows;
            double shrink = 1;
            for (int level = 0; level < most_levels; ++level, shrink *= level_growth) {
                if (stop.stop_requested()) return cancelled();
                const cv::Size size(cvRound(image.cols / shrink), cvRound(image.rows / shrink));
                if (size.width < hog_.winSize.width || size.height < hog_.winSize.height) break;
                search_level(image, size, shrink, least_margin, windows);
            }
            return people_in(std::move(windows), scale_);
        });
    }

private:
    /// Finds windows of one size, as HOGDescriptor::detectMultiScale does, which cannot be stopped between sizes.
    void search_level(const cv::Mat& image, cv::Size size, double shrink, double least_margin,
                      std::vector<Window>& windows) const {
        cv::Mat smaller = image;
        if (size != image.size()) cv::resize(image, smaller, size, 0, 0, cv::INTER_LINEAR_EXACT);
        std::vector<cv::Point> places;
        std::vector<double> margins;
        hog_.detect(smaller, places, margins, least_margin, {8, 8}, {16, 16});
        const cv::Size window(cvRound(hog_.winSize.width * shrink), cvRound(hog_.winSize.height * shrink));
        for (std::size_t i = 0; i < places.size(); ++i) {
            const cv::Rect rect({cvRound(places[i].x * shrink), cvRound(places[i].y * shrink)}, window);
            windows.push_back({rect & cv::Rect({}, image.size()), margins[i]});
        }
    }

    cv::HOGDescriptor hog_;
    double scale_;
    std::vector<std::string> labels_;
};

constexpr std::array options{DetectorOption{"enlarge", "0.25..4", "1"}};

Result<std::unique_ptr<Detector>> open(const DetectorSpec& spec) {
    double scale = 1;
    if (const auto stated = spec.options.find("enlarge"); stated != spec.options.end()) {
        const auto value = parse_double(stated->second);
        if (!value || *value < 0.25 || *value > 4)
            return fail("hog: enlarge takes 0.25 to 4, not '{}'", stated->second);
        scale = *value;
    }
    auto labels = labels_for(spec, {"person"});
    if (!labels) return labels.error();
    return guarded<std::unique_ptr<Detector>>("hog", [&]() -> Result<std::unique_ptr<Detector>> {
        return std::unique_ptr<Detector>(std::make_unique<HogDetector>(scale, std::move(*labels)));
    });
}

}  // namespace

const DetectorKind hog_detector{
    .id = "hog",
    .name = "HOG people",
    .model = "",
    .help = "People who stand or walk and are at least 96 px high; smaller ones with enlarge=2. Nothing to install.",
    .options = options,
    .open = open};

}  // namespace inbetween
