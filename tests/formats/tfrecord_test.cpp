#include <gtest/gtest.h>

#include "core/formats/text/tfrecord_file.h"
#include "tests/formats/images.h"

namespace inbetween {
namespace {

using test::add_track;
using test::Coordinates;
using test::file_text;
using test::in_view;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::sample;
using test::TemporaryFolder;
using test::write_text_of;

TEST(Tfrecord, TheChecksumIsTheOneOfItsSpecification) {
    // CRC-32C of "123456789" is 0xE3069283 (RFC 3720 and others); masked: turned right by 15 bits, and a constant
    // added.
    const std::uint32_t crc = 0xE3069283;
    EXPECT_EQ(masked_crc32c("123456789"), ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U);
}

TEST(Tfrecord, ReadsTheSample) {
    const auto read = read_path("tfrecord", sample("tfrecord/walk.tfrecord"), made_media());
    IB_ASSERT_OK(read);
    const auto boxes = test::boxes_in_images(read->annotations);
    EXPECT_EQ(boxes.size(), 3U);
    EXPECT_EQ(boxes.count({4, "person", {192, 144, 384, 288}}), 1U);
    EXPECT_EQ(boxes.count({4, "road bicycle", {0, 0, 96, 72}}), 1U);
    EXPECT_EQ(boxes.count({5, "class 2", {0, 0, 96, 72}}), 1U) << "a record without texts has numbers";
}

TEST(Tfrecord, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 5; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{2}].name = "caf\xC3\xA9 \"\xE8\xA1\x8C\"";
        add_track(made, "pedestrian",
                  {keyframe(seed, Box{-20.5, -3.25, 40, 50}, true), keyframe(9, Box{760, 5, 90, 9})});
        const FormatOptions options{{"clip", "0"}, {"images", seed % 2 == 0 ? "all" : "annotated"}};
        const auto written = write_text_of("tfrecord", made, options);
        IB_ASSERT_OK(written);
        EXPECT_TRUE(test::besides_keyframes(written->losses).empty());
        const auto back = read_text("tfrecord", written->text);
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->notes.empty());
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made)), "");
        EXPECT_EQ(write_text_of("tfrecord", made, options)->text, written->text);
    }
}

TEST(Tfrecord, AFlippedBitAnywhereIsRefusedByRecord) {
    const std::string good = file_text(sample("tfrecord/walk.tfrecord"));
    for (std::size_t at = 0; at < good.size(); at += 7) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 4);
        const auto read = read_text("tfrecord", bad);
        ASSERT_FALSE(read) << at;
        EXPECT_NE(read.error().message.find("given.txt: record "), std::string::npos) << read.error().message;
        EXPECT_NE(read.error().message.find("has a wrong checksum"), std::string::npos) << read.error().message;
    }
    const auto cut = read_text("tfrecord", good.substr(0, good.size() - 1));
    ASSERT_FALSE(cut);
    EXPECT_NE(cut.error().message.find("record 2: data: is cut"), std::string::npos) << cut.error().message;
    const auto no_message = read_text("tfrecord", tfrecord_of("\xFF\xFF\xFF"));
    ASSERT_FALSE(no_message);
    EXPECT_NE(no_message.error().message.find("record 1: Example: is no such message"), std::string::npos);
    const auto nameless = read_text("tfrecord", tfrecord_of(""));
    ASSERT_FALSE(nameless);
    EXPECT_NE(nameless.error().message.find("record 1: image/filename: is no name"), std::string::npos);
}

TEST(Tfrecord, ThePicturesBesideGoIntoTheRecordsWhenAsked) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{1, 2, 30, 40})});
    const TemporaryFolder folder;
    const FormatOptions options{{"encoded", "beside"}, {"images", "annotated"}};
    const auto export_it = [&] {
        return write_annotations(*find_format("tfrecord"), {made, MediaId{1}, folder / "a.tfrecord", options});
    };
    const auto missing = export_it();
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("frame_000003.png: no such file"), std::string::npos)
        << missing.error().message;
    test::write_text(folder / "frame_000003.png", "GIF89a");
    EXPECT_NE(test::why(export_it()).find("frame_000003.png: is neither a PNG nor a JPEG"), std::string::npos);
    const std::string picture = "\xFF\xD8\xFF a picture";
    test::write_text(folder / "frame_000003.png", picture);
    IB_ASSERT_OK(export_it());
    const std::string text = file_text(folder / "a.tfrecord");
    EXPECT_NE(text.find("image/encoded"), std::string::npos);
    EXPECT_NE(text.find(picture), std::string::npos);
    EXPECT_NE(text.find("jpeg"), std::string::npos);
    const auto back = read_path("tfrecord", folder / "a.tfrecord", made_media());
    IB_ASSERT_OK(back);
    EXPECT_EQ(back->annotations.tracks.size(), 1U);
}

TEST(Tfrecord, GooglesProtobufReadsWhatIsWritten) {
    Annotations made = test::random_annotations(3, Coordinates::Fractional);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("tfrecord"), {made, MediaId{1}, folder / "a.tfrecord", {}}));
    EXPECT_EQ(file_text(folder / "a_label_map.pbtxt").substr(0, 37), "item {\n  id: 1\n  name: 'pedestrian'\n}");
    const auto said = test::run_python(
        "import struct, sys\n"
        "from google.protobuf import descriptor_pb2, descriptor_pool, message_factory\n"
        "f = descriptor_pb2.FileDescriptorProto(name='e.proto', package='t', syntax='proto3')\n"
        "def message(name, *fields):\n"
        "    m = f.message_type.add(name=name)\n"
        "    for i, (n, kind, label, of) in enumerate(fields):\n"
        "        m.field.add(name=n, number=i + 1, type=kind, label=label, type_name=of or None)\n"
        "    return m\n"
        "message('BytesList', ('value', 12, 3, ''))\n"
        "message('FloatList', ('value', 2, 3, ''))\n"
        "message('Int64List', ('value', 3, 3, ''))\n"
        "message('Feature', ('bytes', 11, 1, '.t.BytesList'), ('floats', 11, 1, '.t.FloatList'), "
        "('ints', 11, 1, '.t.Int64List'))\n"
        "m = message('Features', ('feature', 11, 3, '.t.Features.FeatureEntry'))\n"
        "e = m.nested_type.add(name='FeatureEntry')\n"
        "e.options.map_entry = True\n"
        "e.field.add(name='key', number=1, type=9, label=1)\n"
        "e.field.add(name='value', number=2, type=11, label=1, type_name='.t.Feature')\n"
        "message('Example', ('features', 11, 1, '.t.Features'))\n"
        "pool = descriptor_pool.DescriptorPool()\n"
        "pool.Add(f)\n"
        "Example = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName('t.Example'))\n"
        "def masked(data):\n"
        "    crc = 0xFFFFFFFF\n"
        "    for b in data:\n"
        "        crc ^= b\n"
        "        for _ in range(8):\n"
        "            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)\n"
        "    crc ^= 0xFFFFFFFF\n"
        "    return (((crc >> 15) | (crc << 17)) + 0xa282ead8) & 0xFFFFFFFF\n"
        "data = open(sys.argv[1], 'rb').read()\n"
        "boxes = 0\n"
        "while data:\n"
        "    length, = struct.unpack('<Q', data[:8])\n"
        "    assert struct.unpack('<I', data[8:12])[0] == masked(data[:8])\n"
        "    body = data[12:12 + length]\n"
        "    assert struct.unpack('<I', data[12 + length:16 + length])[0] == masked(body)\n"
        "    data = data[16 + length:]\n"
        "    feature = Example.FromString(body).features.feature\n"
        "    assert feature['image/width'].ints.value == [768]\n"
        "    x = feature['image/object/bbox/xmin'].floats.value\n"
        "    assert len(x) == len(feature['image/object/class/text'].bytes.value) and all(0 <= v <= 1 for v in x)\n"
        "    boxes += len(x)\n"
        "print(boxes)\n",
        {(folder / "a.tfrecord").string()}, "google.protobuf");
    if (!said) GTEST_SKIP() << "no python3-protobuf on this machine";
    EXPECT_EQ(said->output, std::to_string(made.shape_count()) + "\n");
}

}  // namespace
}  // namespace inbetween
