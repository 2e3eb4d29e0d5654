#include "tests/tracking/tiny_models.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <vector>

namespace fs = std::filesystem;

namespace inbetween::test {
namespace {

constexpr int cells = tiny_input / tiny_cell;

void write(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
    std::string bytes(values.size() * sizeof(T), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

/// A message of Protocol Buffers, field by field.
class Message {
public:
    Message& number(unsigned field, std::uint64_t value) {
        varint(field << 3U);
        varint(value);
        return *this;
    }
    Message& text(unsigned field, const std::string& bytes) {
        varint(field << 3U | 2U);
        varint(bytes.size());
        bytes_ += bytes;
        return *this;
    }
    Message& part(unsigned field, const Message& message) { return text(field, message.bytes_); }
    const std::string& bytes() const { return bytes_; }

private:
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) bytes_.push_back(static_cast<char>(value | 0x80U));
        bytes_.push_back(static_cast<char>(value));
    }
    std::string bytes_;
};

/// Weights of a convolution over a cell: of all its channels but one they are zero; that one is `gain` times how much
/// more of one colour there is than of the others' mean, in samples of 0..1 or of 0..255.
std::vector<float> redness(int filters, int at, float gain, int red_channel) {
    constexpr int area = tiny_cell * tiny_cell;
    std::vector<float> weights(static_cast<std::size_t>(filters * 3 * area), 0.0F);
    for (int channel = 0; channel < 3; ++channel)
        for (int i = 0; i < area; ++i)
            weights[static_cast<std::size_t>((at * 3 + channel) * area + i)] =
                gain / area * (channel == red_channel ? 1.0F : -0.5F);
    return weights;
}

// ---- ONNX (onnx.proto3)

Message tensor(const std::string& name, const std::vector<std::int64_t>& sides, const std::string& raw, int type) {
    Message message;
    for (const std::int64_t side : sides) message.number(1, static_cast<std::uint64_t>(side));
    return message.number(2, static_cast<std::uint64_t>(type)).text(8, name).text(9, raw);
}

Message floats(const std::string& name, const std::vector<std::int64_t>& sides, const std::vector<float>& values) {
    return tensor(name, sides, bytes_of(values), 1);
}

Message integers(const std::string& name, const std::vector<std::int64_t>& values) {
    return tensor(name, {static_cast<std::int64_t>(values.size())}, bytes_of(values), 7);
}

Message attribute(const std::string& name, const std::vector<std::int64_t>& values) {
    Message message;
    message.text(1, name);
    for (const std::int64_t value : values) message.number(8, static_cast<std::uint64_t>(value));
    return message.number(20, 7);
}

Message node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output) {
    Message message;
    for (const std::string& input : inputs) message.text(1, input);
    return message.text(2, output).text(3, output + "_node").text(4, type);
}

Message value_info(const std::string& name, const std::vector<std::int64_t>& sides) {
    Message shape;
    for (const std::int64_t side : sides) shape.part(1, Message().number(1, static_cast<std::uint64_t>(side)));
    const Message tensor_type = Message().number(1, 1).part(2, shape);
    return Message().text(1, name).part(2, Message().part(1, tensor_type));
}

/// What each cell adds to what the convolution says: its middle and its size.
std::vector<float> places(int numbers) {
    std::vector<float> values(static_cast<std::size_t>(numbers * cells * cells), 0.0F);
    const auto at = [&](int number, int y, int x) -> float& {
        return values[static_cast<std::size_t>((number * cells + y) * cells + x)];
    };
    for (int y = 0; y < cells; ++y) {
        for (int x = 0; x < cells; ++x) {
            at(0, y, x) = static_cast<float>(x * tiny_cell) + tiny_cell / 2.0F;
            at(1, y, x) = static_cast<float>(y * tiny_cell) + tiny_cell / 2.0F;
            at(2, y, x) = tiny_cell;
            at(3, y, x) = tiny_cell;
            if (numbers == 6) at(5, y, x) = 1;
        }
    }
    return values;
}

// ---- Darknet

constexpr const char* darknet_cfg = R"([net]
width=32
height=32
channels=3

[convolutional]
filters=6
size=8
stride=8
pad=0
activation=linear

[yolo]
mask=0
anchors=8,8
classes=1
num=1
)";

// ---- Caffe

constexpr const char* caffe_prototxt = R"(name: "red"
input: "data"
input_shape { dim: 1 dim: 3 dim: 32 dim: 32 }
layer { name: "place" type: "Convolution" bottom: "data" top: "place"
        convolution_param { num_output: 4 kernel_size: 8 stride: 8 } }
layer { name: "place_perm" type: "Permute" bottom: "place" top: "place_perm"
        permute_param { order: 0 order: 2 order: 3 order: 1 } }
layer { name: "place_flat" type: "Flatten" bottom: "place_perm" top: "place_flat" flatten_param { axis: 1 } }
layer { name: "red" type: "Convolution" bottom: "data" top: "red"
        convolution_param { num_output: 2 kernel_size: 8 stride: 8 } }
layer { name: "red_perm" type: "Permute" bottom: "red" top: "red_perm"
        permute_param { order: 0 order: 2 order: 3 order: 1 } }
layer { name: "red_rows" type: "Reshape" bottom: "red_perm" top: "red_rows"
        reshape_param { shape { dim: 0 dim: -1 dim: 2 } } }
layer { name: "red_soft" type: "Softmax" bottom: "red_rows" top: "red_soft" softmax_param { axis: 2 } }
layer { name: "red_flat" type: "Flatten" bottom: "red_soft" top: "red_flat" flatten_param { axis: 1 } }
layer { name: "prior" type: "PriorBox" bottom: "place" bottom: "data" top: "prior"
        prior_box_param { min_size: 8 clip: false variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2 offset: 0.5 } }
layer { name: "found" type: "DetectionOutput" bottom: "place_flat" bottom: "red_flat" bottom: "prior" top: "found"
        detection_output_param { num_classes: 2 share_location: true background_label_id: 0
          nms_param { nms_threshold: 0.45 top_k: 100 } code_type: CENTER_SIZE keep_top_k: 50
          confidence_threshold: 0.05 } }
)";

Message blob(const std::vector<std::int64_t>& sides, const std::vector<float>& values) {
    Message shape;
    for (const std::int64_t side : sides) shape.number(1, static_cast<std::uint64_t>(side));
    return Message().text(5, bytes_of(values)).part(7, shape);
}

Message caffe_layer(const std::string& name, int filters, const std::vector<float>& weights,
                    const std::vector<float>& biases) {
    return Message()
        .text(1, name)
        .text(2, "Convolution")
        .part(7, blob({filters, 3, tiny_cell, tiny_cell}, weights))
        .part(7, blob({filters}, biases));
}

}  // namespace

void write_tiny_onnx(const fs::path& path, TinyLayout layout) {
    const bool v8 = layout == TinyLayout::Yolov8;
    const int numbers = v8 ? 5 : 6;
    const std::int64_t all = std::int64_t{cells} * cells;
    Message graph;
    graph.part(1, node("Conv", {"images", "weights"}, "red")
                      .part(5, attribute("kernel_shape", {tiny_cell, tiny_cell}))
                      .part(5, attribute("strides", {tiny_cell, tiny_cell})));
    graph.part(1, node("Add", {"red", "places"}, "placed"));
    const std::string last = v8 || layout == TinyLayout::Classifier ? "output" : "rows";
    graph.part(1, node("Reshape", {"placed", "shape"}, last));
    if (layout == TinyLayout::Yolov5)
        graph.part(1, node("Transpose", {"rows"}, "output").part(5, attribute("perm", {0, 2, 1})));
    graph.text(2, "red");
    graph.part(5, floats("weights", {numbers, 3, tiny_cell, tiny_cell}, redness(numbers, 4, 1, 0)));
    graph.part(5, floats("places", {1, numbers, cells, cells}, places(numbers)));
    const std::vector<std::int64_t> shape = layout == TinyLayout::Classifier
                                                ? std::vector<std::int64_t>{1, numbers * all}
                                                : std::vector{1L, long{numbers}, long{all}};
    graph.part(5, integers("shape", shape));
    graph.part(11, value_info("images", {1, 3, tiny_input, tiny_input}));
    graph.part(12,
               value_info("output", layout == TinyLayout::Yolov5 ? std::vector<std::int64_t>{1, all, numbers} : shape));
    write(path, Message().number(1, 7).part(7, graph).part(8, Message().number(2, 12)).bytes());
}

void write_tiny_darknet(const fs::path& stem) {
    write(stem.string() + ".cfg", darknet_cfg);
    std::string bytes = bytes_of(std::vector<std::int32_t>{0, 2, 0}) + bytes_of(std::vector<std::int64_t>{0});
    // Place and size as they are without weights: the middle of the cell, the anchor; red is wanted, any class will do.
    bytes += bytes_of(std::vector<float>{0, 0, 0, 0, -10, 10});
    bytes += bytes_of(redness(6, 4, 20, 0));
    write(stem.string() + ".weights", bytes);
}

void write_tiny_caffe(const fs::path& stem) {
    write(stem.string() + ".prototxt", caffe_prototxt);
    const std::vector<float> no_weights(4 * 3 * tiny_cell * tiny_cell, 0.0F);
    Message net;
    net.text(1, "red");
    net.part(100, caffe_layer("place", 4, no_weights, {0, 0, 0, 0}));
    // Blue comes first.
    net.part(100, caffe_layer("red", 2, redness(2, 1, 20.0F / 255, 2), {0, -10}));
    write(stem.string() + ".caffemodel", net.bytes());
}

}  // namespace inbetween::test
