#include <opencv2/videoio.hpp>

#include "tests/bench/peers/peers.h"

namespace inbetween::seek {

namespace {

class OpencvSeeker final : public Seeker {
public:
    explicit OpencvSeeker(ColourRange range) : range_(range) {}

    Result<Done> open(const std::filesystem::path& video) {
        try {
            if (!capture_.open(video.string(), cv::CAP_FFMPEG)) return fail("OpenCV: {} does not open", video.string());
            capture_.set(cv::CAP_PROP_ORIENTATION_AUTO, 0);
        } catch (const cv::Exception& e) {
            return fail("OpenCV: {}", e.what());
        }
        return Done{};
    }

    Result<Done> show(FrameIndex n, Want) override {
        try {
            if (n != next_ && !capture_.set(cv::CAP_PROP_POS_FRAMES, static_cast<double>(n.value))) {
                return fail("OpenCV: the seek to frame {} failed", n.value);
            }
            next_ = n + 1;
            if (!capture_.read(image_)) return fail("OpenCV: frame {} could not be read", n.value);
        } catch (const cv::Exception& e) {
            return fail("OpenCV: {}", e.what());
        }
        return Done{};
    }

    Result<Shown> shown() override {
        const Plane plane{image_.data, static_cast<std::ptrdiff_t>(image_.step), {image_.cols, image_.rows}, 3};
        // It leaves swscale's matrix as it is, whatever the file says.
        return Shown{{.samples = Samples::Bgr, .planes = {plane}, .matrix = ColourMatrix::Bt601, .range = range_}};
    }

private:
    cv::VideoCapture capture_;
    cv::Mat image_;
    FrameIndex next_;
    ColourRange range_;
};

}  // namespace

Engine opencv_engine(const Footing& footing) {
    const bool full = footing.pixel_format.starts_with("yuvj");
    const auto range = full ? ColourRange::Full : ColourRange::Limited;
    const auto open = [range](const std::filesystem::path& video, Ahead) -> Result<std::unique_ptr<Seeker>> {
        auto seeker = std::make_unique<OpencvSeeker>(range);
        const auto opened = seeker->open(video);
        if (!opened) return opened.error();
        return std::unique_ptr<Seeker>(std::move(seeker));
    };
    return {"opencv", open};
}

}  // namespace inbetween::seek
