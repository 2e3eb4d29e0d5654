#include "tests/tracking/quad_scenes.h"

#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <opencv2/imgproc.hpp>

namespace inbetween::test {
namespace {

constexpr double pi = 3.14159265358979;
constexpr double focal_px = 900;
constexpr int shutter_samples = 4;

/// A smooth random swing: three waves of random phase, about -1..1.
class Swing {
public:
    Swing(cv::RNG& random, double pace) {
        for (std::size_t i = 0; i < 3; ++i) {
            phase_[i] = random.uniform(0.0, 2 * pi);
            rate_[i] = pace * (0.6 + 0.9 * static_cast<double>(i)) * random.uniform(0.8, 1.2) * 2 * pi / 100;
        }
    }
    double at(double t) const {
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i) sum += std::sin(rate_[i] * t + phase_[i]) / (1.5 + static_cast<double>(i));
        return sum * 0.8;
    }

private:
    std::array<double, 3> phase_{};
    std::array<double, 3> rate_{};
};

struct Motion {
    Swing x, y, scale, turn, tilt_x, tilt_y, light, spot_x, spot_y;
    Motion(cv::RNG& r, double pace)
        : x(r, pace),
          y(r, pace),
          scale(r, pace),
          turn(r, pace),
          tilt_x(r, pace),
          tilt_y(r, pace),
          light(r, 1),
          spot_x(r, 1),
          spot_y(r, 1) {}
};

/// Something that goes straight through the picture in front of the object.
struct Passer {
    cv::Mat front;
    double meets = 0;  ///< the frame at which it lies before the object
    double dx = 0;     ///< in a frame   units: px
    double dy = 0;
    double beside = 0;  ///< how far from the object's middle it passes   units: px, along its own way turned right
    cv::Size size;
};

/// What lies in front of the object in a frame.
struct Cover {
    const cv::Mat* front = nullptr;
    cv::Point middle;
    cv::Size size;
    cv::Rect place() const { return {middle.x - size.width / 2, middle.y - size.height / 2, size.width, size.height}; }
};

/// All that a frame is painted from.
struct Painting {
    QuadSceneStyle style;
    cv::Mat look;
    cv::Mat front;  ///< what passes before the object
    std::vector<Passer> passers;
    std::vector<cv::Mat> backs;
    Motion motion;
    std::int64_t frames = 0;
    std::uint64_t seed = 0;
    std::map<std::int64_t, cv::Mat> painted;

    Quad quad_at(double t) const {
        const double w = look.cols;
        const double h = look.rows;
        const double scale = style.size / std::sqrt(w * h) * std::exp(0.3 * motion.scale.at(t));
        const double turn = style.turn * motion.turn.at(t) + style.spin * t / static_cast<double>(frames);
        const double a = style.tilt * motion.tilt_x.at(t);
        const double b = style.tilt * motion.tilt_y.at(t);
        const double middle_x = backs.front().cols / 2.0 + style.travel * motion.x.at(t);
        const double middle_y = backs.front().rows / 2.0 + 0.6 * style.travel * motion.y.at(t);
        const double corners[4][2] = {{-w / 2, -h / 2}, {w / 2, -h / 2}, {w / 2, h / 2}, {-w / 2, h / 2}};
        Quad quad;
        for (std::size_t i = 0; i < 4; ++i) {
            const double x = scale * (corners[i][0] * std::cos(turn) - corners[i][1] * std::sin(turn));
            const double y = scale * (corners[i][0] * std::sin(turn) + corners[i][1] * std::cos(turn));
            const double depth = focal_px + x * std::sin(b) + y * std::sin(a) * std::cos(b);
            quad.corners[i] = {middle_x + x * std::cos(b) * focal_px / depth,
                               middle_y + (y * std::cos(a) + x * std::sin(a) * std::sin(b)) * focal_px / depth};
        }
        return quad;
    }
};

cv::Mat map_to(const cv::Mat& look, const Quad& quad) {
    const auto w = static_cast<float>(look.cols) - 0.5F;
    const auto h = static_cast<float>(look.rows) - 0.5F;
    const std::vector<cv::Point2f> from{{-0.5F, -0.5F}, {w, -0.5F}, {w, h}, {-0.5F, h}};
    std::vector<cv::Point2f> to;
    for (const Point& corner : quad.corners)
        to.emplace_back(static_cast<float>(corner.x - 0.5), static_cast<float>(corner.y - 0.5));
    return cv::getPerspectiveTransform(from, to);
}

void lay(cv::Mat& whole, const cv::Mat& look, Quad quad, double gain) {
    const Box box = bounding_box(quad);
    const cv::Rect part = cv::Rect(cv::Point(static_cast<int>(box.x) - 3, static_cast<int>(box.y) - 3),
                                   cv::Point(static_cast<int>(box.right()) + 4, static_cast<int>(box.bottom()) + 4)) &
                          cv::Rect({}, whole.size());
    if (part.empty()) return;
    for (Point& corner : quad.corners) corner = {corner.x - part.x, corner.y - part.y};
    const cv::Mat map = map_to(look, quad);
    cv::Mat image = whole(part);
    cv::Mat warped;
    cv::Mat mask;
    cv::warpPerspective(look, warped, map, image.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::warpPerspective(cv::Mat(look.size(), CV_32F, cv::Scalar(1)), mask, map, image.size());
    for (int y = 0; y < image.rows; ++y) {
        for (int x = 0; x < image.cols; ++x) {
            const float m = mask.at<float>(y, x);
            if (m == 0) continue;
            cv::Vec3f& to = image.at<cv::Vec3f>(y, x);
            to = to * (1 - m) + warped.at<cv::Vec3f>(y, x) * (m * static_cast<float>(gain));
        }
    }
}

void cover(cv::Mat& image, const Cover& cover) {
    const cv::Rect part = cover.place() & cv::Rect({}, image.size());
    if (part.empty()) return;
    cv::Mat scaled;
    cv::resize(*cover.front, scaled, cover.size);
    scaled(part - cover.place().tl()).copyTo(image(part));
}

cv::Point place(const Quad& quad, double u, double v) {
    const auto& c = quad.corners;
    const double x = (c[0].x * (1 - u) + c[1].x * u) * (1 - v) + (c[3].x * (1 - u) + c[2].x * u) * v;
    const double y = (c[0].y * (1 - u) + c[1].y * u) * (1 - v) + (c[3].y * (1 - u) + c[2].y * u) * v;
    return {static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y))};
}

std::vector<Cover> covers_at(const Painting& p, double t) {
    const Quad quad = p.quad_at(t);
    const double size = std::sqrt(std::abs(signed_area(quad)));
    const auto at_least = [](double w, double h) {
        return cv::Size{std::max(2, static_cast<int>(w)), std::max(2, static_cast<int>(h))};
    };
    std::vector<Cover> covers;
    const double along = std::fmod(t, 50) / 25 - 0.5;  // before it in frames 12 to 37 of each 50
    if (p.style.sweeper > 0 && along > -0.5 && along < 1.5)
        covers.push_back({&p.front, place(quad, 2.2 * along - 0.6, 0.55),
                          at_least(p.style.sweeper * size, 1.6 * p.style.sweeper * size)});
    if (p.style.held) covers.push_back({&p.front, place(quad, 0.98, 0.9), at_least(0.4 * size, 0.45 * size)});
    for (const Passer& passer : p.passers) {
        const cv::Point there = place(p.quad_at(passer.meets), 0.5, 0.5);
        const double speed = std::hypot(passer.dx, passer.dy);
        const double x = there.x + passer.dx * (t - passer.meets) - passer.beside * passer.dy / speed;
        const double y = there.y + passer.dy * (t - passer.meets) + passer.beside * passer.dx / speed;
        covers.push_back(
            {&passer.front, {static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y))}, passer.size});
    }
    return covers;
}

/// The share of the object that can be seen, by points spread over it.
double visible_at(const Painting& p, double t) {
    constexpr int points = 24;
    const std::vector<Cover> covers = covers_at(p, t);
    const Quad quad = p.quad_at(t);
    const cv::Rect picture({}, p.backs.front().size());
    int seen = 0;
    for (int i = 0; i < points * points; ++i) {
        const cv::Point at = place(quad, (i % points + 0.5) / points, (i / points + 0.5) / points);
        const bool hidden =
            std::any_of(covers.begin(), covers.end(), [&](const Cover& c) { return c.place().contains(at); });
        seen += picture.contains(at) && !hidden ? 1 : 0;
    }
    return static_cast<double>(seen) / (points * points);
}

/// Things of one colour, of soft texture, and of texture as fine and strong as objects have, at random times and ways.
void add_passers(Painting& p, cv::RNG& random) {
    for (int i = 0; i < p.style.passers; ++i) {
        Passer passer;
        passer.front = cv::Mat(96, 64, CV_8UC3);
        const int kind = random.uniform(0, 3);
        const cv::Scalar colour(random.uniform(30, 200), random.uniform(30, 200), random.uniform(30, 200));
        if (kind == 0) passer.front.setTo(colour);
        if (kind == 1) passer.front = texture({64, 96}, random.uniform(0, 1000), colour, 35);
        if (kind == 2) {
            random.fill(passer.front, cv::RNG::NORMAL, colour, cv::Scalar::all(90));
            cv::GaussianBlur(passer.front, passer.front, {}, 1.2);
        }
        passer.front.convertTo(passer.front, CV_32FC3);
        passer.meets = (i + random.uniform(0.2, 0.8)) * static_cast<double>(p.frames) / p.style.passers;
        const double way = random.uniform(0.0, 2 * pi);
        const double speed = p.style.rate * p.style.size * random.uniform(0.6, 1.6);
        passer.dx = speed * std::cos(way);
        passer.dy = speed * std::sin(way);
        passer.beside = p.style.size * random.uniform(-0.35, 0.35);
        const double w = p.style.passer * p.style.size * random.uniform(0.7, 1.2);
        passer.size = {std::max(4, static_cast<int>(w)), std::max(4, static_cast<int>(1.5 * w))};
        p.passers.push_back(passer);
    }
}

cv::Mat paint(const Painting& p, std::int64_t n) {
    const auto t = static_cast<double>(n);
    const double gain = 1 + p.style.gain * p.motion.light.at(t);
    cv::Mat back;
    p.backs[static_cast<std::size_t>(n) % p.backs.size()].convertTo(back, CV_32FC3);
    cv::Mat sum = cv::Mat::zeros(back.size(), CV_32FC3);
    // The shutter is open for half of the time, around the frame's own moment.
    for (int s = 0; s < shutter_samples; ++s) {
        cv::Mat image = back.clone();
        lay(image, p.look, p.quad_at(t + 0.5 * ((s + 0.5) / shutter_samples - 0.5)), gain);
        sum += image * (1.0 / shutter_samples);
    }
    const Quad quad = p.quad_at(t);
    const double size = std::sqrt(std::abs(signed_area(quad)));
    if (p.style.highlight) {
        cv::Mat spot = cv::Mat::zeros(sum.size(), CV_32FC3);
        cv::circle(spot, place(quad, 0.5 + 0.4 * p.motion.spot_x.at(t), 0.5 + 0.4 * p.motion.spot_y.at(t)),
                   static_cast<int>(0.22 * size), {170, 170, 170}, -1);
        cv::GaussianBlur(spot, spot, {}, 0.08 * size + 1);
        sum += spot;
    }
    for (const Cover& c : covers_at(p, t)) cover(sum, c);
    cv::RNG random(p.seed * 1000 + static_cast<std::uint64_t>(n) + 1);
    cv::Mat noise(sum.size(), CV_32FC3);
    random.fill(noise, cv::RNG::NORMAL, 0, p.style.noise);
    sum += noise;
    cv::Mat image;
    sum.convertTo(image, CV_8UC3);
    return image;
}

}  // namespace

std::vector<QuadSceneStyle> quad_scene_styles() {
    return {{.name = "plain"},
            {.name = "swept", .sweeper = 0.55},
            {.name = "buried", .sweeper = 1.3},
            {.name = "held", .held = true},
            {.name = "dull", .contrast = 0.2, .blur = 2.5},
            {.name = "dim", .contrast = 0.1, .blur = 1.5, .noise = 6},
            {.name = "flat", .contrast = 0.03, .noise = 3},
            {.name = "tiny", .size = 26, .travel = 70},
            {.name = "speck", .size = 15, .travel = 50, .tilt = 0.3},
            {.name = "leaving", .size = 190, .travel = 300},
            {.name = "overfull", .size = 520, .travel = 160},
            {.name = "turning", .turn = 0.3, .spin = 2 * pi, .pace = 1.2},
            {.name = "fast", .travel = 170, .tilt = 0.7, .pace = 2.5},
            {.name = "jumpy", .travel = 150, .tilt = 0.5, .turn = 0.8, .pace = 3},
            {.name = "tiled", .tiles = 5},
            {.name = "glossy", .gain = 0.35, .highlight = true},
            {.name = "dark", .contrast = 0.5, .noise = 9, .gain = 0.3},
            {.name = "tilted", .tilt = 1.15, .turn = 0.3},
            {.name = "passed", .passers = 3},
            {.name = "crowded", .passers = 4, .passer = 0.7, .rate = 0.08},
            {.name = "dull-passed", .contrast = 0.2, .blur = 2.5, .passers = 3},
            {.name = "dim-passed", .contrast = 0.1, .blur = 1.5, .noise = 6, .passers = 3, .passer = 0.6},
            {.name = "glossy-passed", .gain = 0.35, .highlight = true, .passers = 3, .passer = 0.6},
            {.name = "tiny-passed", .size = 30, .travel = 70, .passers = 3, .passer = 0.6},
            {.name = "tilted-passed", .size = 60, .tilt = 1.3, .turn = 0.3, .passers = 3, .passer = 0.6},
            {.name = "jumpy-passed", .travel = 150, .tilt = 0.5, .turn = 0.8, .pace = 3, .passers = 3, .passer = 0.6}};
}

QuadScene quad_scene(const QuadSceneStyle& style, int seed, std::int64_t frames, const cv::Mat& look,
                     const std::vector<cv::Mat>& backs) {
    cv::RNG random(static_cast<std::uint64_t>(seed) * 7919 + 17);
    for (int i = 0; i < 10; ++i) random.next();
    auto painting = std::make_shared<Painting>(
        Painting{style, {}, {}, {}, backs, Motion(random, style.pace), frames, static_cast<std::uint64_t>(seed), {}});
    cv::Mat smooth;
    // Shrunk to about the size it is seen at, so that it does not alias.
    const double shrink = std::min(1.0, 1.4 * style.size / std::sqrt(static_cast<double>(look.total())));
    cv::resize(look, smooth, {}, shrink, shrink, cv::INTER_AREA);
    if (style.blur > 0) cv::GaussianBlur(smooth, smooth, {}, style.blur);
    if (style.tiles > 1) {
        cv::Mat tile;
        cv::resize(smooth, tile, {}, 1.0 / style.tiles, 1.0 / style.tiles, cv::INTER_AREA);
        smooth = cv::repeat(tile, style.tiles, style.tiles);
    }
    smooth.convertTo(smooth, CV_32FC3);
    const cv::Scalar mean = cv::mean(smooth);
    painting->look = (smooth - mean) * style.contrast + mean;
    const cv::Mat front = seed % 2 == 0 ? cv::Mat(40, 40, CV_8UC3, cv::Scalar(60, 80, 140))
                                        : texture({80, 120}, seed + 5, {70, 90, 150}, 35);
    front.convertTo(painting->front, CV_32FC3);
    add_passers(*painting, random);
    std::vector<Quad> truth;
    std::vector<double> visible;
    for (std::int64_t n = 0; n < frames; ++n) {
        truth.push_back(painting->quad_at(static_cast<double>(n)));
        visible.push_back(visible_at(*painting, static_cast<double>(n)));
    }
    const Size size{backs.front().cols, backs.front().rows};
    return {PaintedSource(size, frames,
                          [painting](std::int64_t n) {
                              auto known = painting->painted.find(n);
                              if (known == painting->painted.end())
                                  known = painting->painted.emplace(n, paint(*painting, n)).first;
                              return known->second;
                          }),
            truth, visible};
}

}  // namespace inbetween::test
