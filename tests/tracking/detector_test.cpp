#include "tracking/detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <opencv2/imgproc.hpp>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"
#include "tests/tracking/tiny_models.h"
#include "tracking/image_cache.h"
#include "tracking/net_detector.h"
#include "tracking/onnx_input.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;

using test::PaintedSource;
using test::TinyLayout;
using ::testing::HasSubstr;

/// A gray frame with a red square of the tiny nets' cell (x, y), enlarged to a frame of any size.
FrameImages frame_with_red_cell(int x, int y, cv::Size size) {
    FrameImages images;
    images.bgr = cv::Mat(size, CV_8UC3, cv::Scalar(90, 90, 90));
    const double kx = static_cast<double>(size.width) / test::tiny_input * test::tiny_cell;
    const double ky = static_cast<double>(size.height) / test::tiny_input * test::tiny_cell;
    cv::rectangle(images.bgr, cv::Rect(cvRound(x * kx), cvRound(y * ky), cvRound(kx), cvRound(ky)),
                  cv::Scalar(20, 20, 240), -1);
    return images;
}

std::unique_ptr<Detector> opened(const DetectorSpec& spec) {
    auto detector = open_detector(spec);
    EXPECT_TRUE(detector.has_value()) << (detector ? "" : detector.error().message);
    return detector ? std::move(*detector) : nullptr;
}

std::string error_of(const DetectorSpec& spec) {
    const auto detector = open_detector(spec);
    return detector ? std::string() : detector.error().message;
}

/// The net of one kind finds a red cell wherever it is, and nothing where there is none.
void expect_finds_red_cells(const DetectorSpec& spec, int label) {
    const auto detector = opened(spec);
    ASSERT_NE(detector, nullptr);
    for (const cv::Size size : {cv::Size(64, 64), cv::Size(32, 32), cv::Size(200, 200)}) {
        for (const auto& [x, y] : {std::pair(2, 1), std::pair(0, 3), std::pair(3, 3)}) {
            const auto found = detector->find(frame_with_red_cell(x, y, size), 0.4, {});
            IB_ASSERT_OK(found);
            ASSERT_EQ(found->size(), 1U) << size.width << ": " << x << "," << y;
            const double cell = size.width / 4.0;
            EXPECT_GT(iou(found->front().box, Box{x * cell, y * cell, cell, cell}), 0.9);
            EXPECT_GT(found->front().confidence, 0.6);
            EXPECT_EQ(found->front().label, label);
        }
    }
    FrameImages gray = frame_with_red_cell(9, 9, {64, 64});
    const auto found = detector->find(gray, 0.4, {});
    IB_ASSERT_OK(found);
    EXPECT_TRUE(found->empty());
}

TEST(Detector, TheTableIsWhole) {
    for (const DetectorKind* kind : all_detectors()) {
        EXPECT_EQ(find_detector(kind->id), kind);
        EXPECT_FALSE(kind->name.empty());
        EXPECT_TRUE(kind->help.ends_with('.')) << kind->id;
    }
    EXPECT_EQ(find_detector("nothing"), nullptr);
}

TEST(Detector, IsReadFromItsName) {
    const auto spec = parse_detector("onnx=a=b.onnx");
    IB_ASSERT_OK(spec);
    EXPECT_EQ(spec->kind, "onnx");
    EXPECT_EQ(spec->model, "a=b.onnx");
    EXPECT_THAT(parse_detector("hog=x").error().message, HasSubstr("takes no model"));
    EXPECT_THAT(parse_detector("onnx=").error().message, HasSubstr("path is missing"));
    EXPECT_THAT(parse_detector("yolo").error().message, HasSubstr("no such detector; there are hog"));
    EXPECT_THAT(error_of({.kind = "onnx"}), HasSubstr("onnx=PATH"));
}

TEST(Detector, RunsAnOnnxModelOfYolov5) {
    const test::TemporaryFolder folder;
    write_tiny_onnx(folder / "red.onnx", TinyLayout::Yolov5);
    expect_finds_red_cells({.kind = "onnx", .model = (folder / "red.onnx").string()}, 0);
}

TEST(Detector, RunsAnOnnxModelOfYolov8) {
    const test::TemporaryFolder folder;
    write_tiny_onnx(folder / "red.onnx", TinyLayout::Yolov8);
    expect_finds_red_cells({.kind = "onnx", .model = (folder / "red.onnx").string()}, 0);
}

TEST(Detector, RunsADarknetModelByEitherFile) {
    const test::TemporaryFolder folder;
    test::write_tiny_darknet(folder / "red");
    expect_finds_red_cells({.kind = "darknet", .model = (folder / "red.cfg").string()}, 0);
    expect_finds_red_cells({.kind = "darknet", .model = (folder / "red.weights").string()}, 0);
}

TEST(Detector, RunsACaffeModelOfSsd) {
    const test::TemporaryFolder folder;
    test::write_tiny_caffe(folder / "red");
    // The tiny net was not trained on ImageNet's colours.
    expect_finds_red_cells(
        {.kind = "caffe", .model = (folder / "red.caffemodel").string(), .options = {{"mean", "0/0/0"}}}, 1);
}

TEST(Detector, PadsAFrameOfAnotherShape) {
    const test::TemporaryFolder folder;
    write_tiny_onnx(folder / "red.onnx", TinyLayout::Yolov5);
    const auto detector = opened({.kind = "onnx", .model = (folder / "red.onnx").string()});
    // 128 x 64 becomes 32 x 16 in the middle of the input: the frame's cells lie in its second and third row.
    FrameImages images;
    images.bgr = cv::Mat(64, 128, CV_8UC3, cv::Scalar(90, 90, 90));
    cv::rectangle(images.bgr, cv::Rect(96, 32, 32, 32), cv::Scalar(20, 20, 240), -1);
    const auto found = detector->find(images, 0.4, {});
    IB_ASSERT_OK(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_GT(iou(found->front().box, Box{96, 32, 32, 32}), 0.95);
}

TEST(Detector, TakesClassNamesFromTheFileBesideItOrTheOneStated) {
    const test::TemporaryFolder folder;
    write_tiny_onnx(folder / "red.onnx", TinyLayout::Yolov5);
    const DetectorSpec spec{.kind = "onnx", .model = (folder / "red.onnx").string()};
    EXPECT_TRUE(opened(spec)->labels().empty());
    std::ofstream(folder / "red.names") << "square\r\n\n";
    EXPECT_THAT(opened(spec)->labels(), ::testing::ElementsAre("square"));
    std::ofstream(folder / "other.txt") << "tile\n";
    DetectorSpec other = spec;
    other.labels = folder / "other.txt";
    EXPECT_THAT(opened(other)->labels(), ::testing::ElementsAre("tile"));
    other.labels = folder / "none.txt";
    EXPECT_THAT(error_of(other), HasSubstr("none.txt"));
    EXPECT_EQ(label_name({{"square"}, {}}, 0), "square");
    EXPECT_EQ(label_name({{"square"}, {}}, 3), "class 3");
}

TEST(Detector, NamesALayoutItDoesNotUnderstand) {
    const test::TemporaryFolder folder;
    write_tiny_onnx(folder / "red.onnx", TinyLayout::Classifier);
    const auto detector = opened({.kind = "onnx", .model = (folder / "red.onnx").string()});
    const auto found = detector->find(frame_with_red_cell(1, 1, {64, 64}), 0.4, {});
    ASSERT_FALSE(found.has_value());
    EXPECT_THAT(found.error().message, HasSubstr("red.onnx: its output is 1x96, and only these are understood"));
}

TEST(Detector, RefusesFilesThatAreNoModels) {
    const test::TemporaryFolder folder;
    const auto junk = [&](const std::string& name) {
        std::ofstream(folder / name) << "this is no model\n";
        return (folder / name).string();
    };
    EXPECT_THAT(error_of({.kind = "onnx", .model = junk("a.onnx")}), HasSubstr("is no ONNX model"));
    EXPECT_THAT(error_of({.kind = "onnx", .model = (folder / "none.onnx").string()}), HasSubstr("no such model file"));
    junk("b.weights");
    EXPECT_THAT(error_of({.kind = "darknet", .model = junk("b.cfg")}), HasSubstr("is no Darknet model"));
    EXPECT_THAT(error_of({.kind = "darknet", .model = junk("c.cfg")}),
                HasSubstr("there is no .weights file beside it"));
    junk("d.caffemodel");
    EXPECT_THAT(error_of({.kind = "caffe", .model = junk("d.prototxt")}), HasSubstr("is no Caffe model"));
    EXPECT_THAT(error_of({.kind = "haar", .model = junk("e.xml")}), HasSubstr("is no cascade"));
    EXPECT_THAT(error_of({.kind = "lbp", .model = "nothing"}), HasSubstr("lbpcascade_nothing.xml"));
    std::ofstream(folder / "empty.onnx").flush();
    EXPECT_THAT(error_of({.kind = "onnx", .model = (folder / "empty.onnx").string()}), HasSubstr("is empty"));
}

TEST(Detector, ATruncatedModelIsAnError) {
    const test::TemporaryFolder folder;
    write_tiny_onnx(folder / "red.onnx", TinyLayout::Yolov5);
    const std::string whole = test::file_text(folder / "red.onnx");
    for (const std::size_t length : {whole.size() / 4, whole.size() / 2, whole.size() - 3}) {
        std::ofstream(folder / "cut.onnx", std::ios::binary) << whole.substr(0, length);
        EXPECT_FALSE(error_of({.kind = "onnx", .model = (folder / "cut.onnx").string()}).empty()) << length;
    }
    test::write_tiny_darknet(folder / "red");
    fs::resize_file(folder / "red.weights", fs::file_size(folder / "red.weights") / 2);
    EXPECT_FALSE(error_of({.kind = "darknet", .model = (folder / "red.cfg").string()}).empty());
}

TEST(Detector, RefusesOptionsInWords) {
    EXPECT_THAT(error_of({.kind = "hog", .options = {{"size", "1x1"}}}),
                HasSubstr("hog: no option size; it has enlarge"));
    EXPECT_THAT(error_of({.kind = "hog", .options = {{"enlarge", "9"}}}), HasSubstr("0.25 to 4"));
    const DetectorSpec spec{.kind = "onnx"};
    for (const auto& [name, value] : {std::pair("size", "8x8"), std::pair("scale", "1/0"), std::pair("mean", "1/2"),
                                      std::pair("channels", "rbg"), std::pair("fit", "crop")}) {
        const auto input = with_options({}, {.kind = "onnx", .options = {{name, value}}});
        ASSERT_FALSE(input.has_value()) << name;
        EXPECT_THAT(input.error().message, HasSubstr(value));
    }
    const auto input = with_options(
        {}, {.kind = "onnx",
             .options = {
                 {"size", "320x192"}, {"scale", "1/128"}, {"mean", "1/2/3"}, {"channels", "bgr"}, {"fit", "stretch"}}});
    IB_ASSERT_OK(input);
    EXPECT_EQ(input->size.width, 320);
    EXPECT_EQ(input->scale, 1.0 / 128);
    EXPECT_EQ(input->mean[2], 3);
    EXPECT_FALSE(input->rgb);
    EXPECT_FALSE(input->keeps_aspect);
}

TEST(OnnxInput, IsReadOutOfTheModel) {
    const test::TemporaryFolder folder;
    write_tiny_onnx(folder / "red.onnx", TinyLayout::Yolov5);
    const auto size = onnx_input_size(test::file_text(folder / "red.onnx"));
    ASSERT_TRUE(size.has_value());
    EXPECT_EQ(size->width, 32);
    EXPECT_EQ(size->height, 32);
    EXPECT_FALSE(onnx_input_size("").has_value());
    EXPECT_FALSE(onnx_input_size("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").has_value());
    EXPECT_FALSE(onnx_input_size(std::string(100, 'x')).has_value());
}

/// Opens a painted video as often as it is asked for.
FrameSource::Opener opener_of(std::function<PaintedSource()> make) {
    return [make = std::move(make)](const OpenOptions&) -> Result<std::unique_ptr<FrameSource>> {
        return std::unique_ptr<FrameSource>(std::make_unique<PaintedSource>(make()));
    };
}

PaintedSource moving_red_cell() {
    return {{64, 64}, 24, [](std::int64_t n) { return frame_with_red_cell(static_cast<int>(n / 8), 1, {64, 64}).bgr; }};
}

DetectTask red_task(const test::TemporaryFolder& folder) {
    write_tiny_onnx(folder / "red.onnx", TinyLayout::Yolov5);
    return {.detector = {.kind = "onnx", .model = (folder / "red.onnx").string()},
            .range = {FrameIndex{0}, FrameIndex{1000}}};
}

TEST(Detect, LooksAtEveryFrameWhateverTheNumberOfThreads) {
    const test::TemporaryFolder folder;
    DetectTask task = red_task(folder);
    task.threads = 1;
    double told = 0;
    const auto one =
        detect(opener_of(moving_red_cell), task, {.stop = {}, .progress = [&](double share) { told = share; }});
    IB_ASSERT_OK(one);
    EXPECT_EQ(told, 1);
    ASSERT_EQ(one->frames.size(), 24U);
    task.threads = 3;
    const auto three = detect(opener_of(moving_red_cell), task, {});
    IB_ASSERT_OK(three);
    for (std::size_t i = 0; i < one->frames.size(); ++i) {
        ASSERT_EQ(one->frames[i].found.size(), 1U);
        ASSERT_EQ(three->frames[i].found.size(), 1U);
        EXPECT_EQ(one->frames[i].frame, FrameIndex{static_cast<std::int64_t>(i)});
        EXPECT_EQ(one->frames[i].found[0].box, three->frames[i].found[0].box);
        EXPECT_EQ(one->frames[i].found[0].look, three->frames[i].found[0].look);
        EXPECT_GT(iou(one->frames[i].found[0].box, Box{16.0 * static_cast<double>(i / 8), 16, 16, 16}), 0.9) << i;
    }
}

TEST(Detect, KeepsToItsRangeAndStep) {
    const test::TemporaryFolder folder;
    DetectTask task = red_task(folder);
    task.range = {FrameIndex{5}, FrameIndex{14}};
    task.every = 4;
    const auto some = detect(opener_of(moving_red_cell), task, {});
    IB_ASSERT_OK(some);
    std::vector<std::int64_t> looked;
    for (const auto& frame : some->frames) looked.push_back(frame.frame.value);
    EXPECT_THAT(looked, ::testing::ElementsAre(5, 9, 13));
    task.range = {FrameIndex{500}, FrameIndex{600}};
    const auto none = detect(opener_of(moving_red_cell), task, {});
    IB_ASSERT_OK(none);
    EXPECT_TRUE(none->frames.empty());
}

TEST(Detect, StopsWhenItIsAsked) {
    const test::TemporaryFolder folder;
    DetectTask task = red_task(folder);
    task.threads = 2;
    std::stop_source stop;
    const auto done = detect(opener_of([&stop] {
                                 PaintedSource source = moving_red_cell();
                                 source.on_frame = [&stop](FrameIndex frame) {
                                     if (frame.value == 3) stop.request_stop();
                                 };
                                 return source;
                             }),
                             task, {.stop = stop.get_token()});
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().kind, ErrorKind::Cancelled);
}

TEST(Detect, TellsOfAFrameThatIsDamagedAndOfAVideoThatIsNotThere) {
    const test::TemporaryFolder folder;
    const DetectTask task = red_task(folder);
    const auto damaged = detect(opener_of([] {
                                    PaintedSource source = moving_red_cell();
                                    source.damaged_from = FrameIndex{10};
                                    return source;
                                }),
                                task, {});
    ASSERT_FALSE(damaged.has_value());
    EXPECT_EQ(damaged.error().kind, ErrorKind::Failed);
    const auto missing =
        detect([](const OpenOptions&) -> Result<std::unique_ptr<FrameSource>> { return fail("gone"); }, task, {});
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().message, "gone");
}

TEST(Hog, LooksAtFramesOfAnySize) {
    const auto detector = opened({.kind = "hog"});
    for (const cv::Size size : {cv::Size(1, 1), cv::Size(63, 127), cv::Size(64, 128), cv::Size(65, 400)}) {
        const auto found = detector->find({cv::Mat(size, CV_8UC3, cv::Scalar::all(120)), {}}, 0.25, {});
        IB_ASSERT_OK(found);
        EXPECT_TRUE(found->empty());
    }
}

TEST(Hog, StopsInTheMiddleOfAFrame) {
    const auto detector = opened({.kind = "hog"});
    std::stop_source stop;
    stop.request_stop();
    const auto found = detector->find({cv::Mat(256, 128, CV_8UC3, cv::Scalar::all(120)), {}}, 0.25, stop.get_token());
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().kind, ErrorKind::Cancelled);
}

}  // namespace
}  // namespace inbetween
