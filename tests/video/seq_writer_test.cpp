#include "core/video/seq_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "core/base/staged_file.h"
#include "core/video/screen_converter.h"
#include "core/video/seq_header.h"
#include "tests/support/made_seq.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"
#include "tests/video/looks.h"
#include "tests/video/reference.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<FrameIndex> frames(std::int64_t begin, std::int64_t end) {
    std::vector<FrameIndex> all;
    for (; begin < end; ++begin) all.emplace_back(begin);
    return all;
}

class WrittenSeq : public testing::Test {
protected:
    /// What is read back of frames written as a sequence.
    std::unique_ptr<FrameSource> written(FrameSource& source, std::vector<FrameIndex> which, SeqPictures pictures,
                                         int quality = 95) {
        const auto done = write_seq(source, {path_, std::move(which), pictures, quality}, {}, {});
        if (done) return proved_source(path_);
        ADD_FAILURE() << done.error().message;
        return nullptr;
    }
    std::uint64_t number(std::size_t at, std::size_t count) const {
        const std::string bytes = file_text(path_);
        std::uint64_t value = 0;
        for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
        return value;
    }
    /// Nothing half made lies about.
    void expect_alone(std::size_t files) const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder_.path())) ++count;
        EXPECT_EQ(count, files);
    }
    TemporaryFolder folder_;
    fs::path path_ = folder_ / "out.seq";
};

TEST_F(WrittenSeq, HoldsThePixelsOfTheScreenAtTheVideosTimes) {
    for (const char* name : {"h264_b.mp4", "h264_vfr.mp4", "h264_start_10s.mp4", "rotated_90.mp4", "images_png"}) {
        for (const SeqPictures pictures : {SeqPictures::Raw, SeqPictures::Png}) {
            SCOPED_TRACE(name);
            const auto video = proved_source(test_media(name));
            ASSERT_NE(video, nullptr);
            const auto back = written(*video, frames(5, 12), pictures);
            ASSERT_NE(back, nullptr);
            ASSERT_EQ(back->info().frames, 7);
            EXPECT_TRUE(back->info().notes.empty());
            EXPECT_EQ(back->info().decoded_size, video->info().upright_size());
            for (std::int64_t i = 0; i < 7; ++i) {
                const auto there = screen_image(**video->frame(FrameIndex{5 + i}));
                const auto here = screen_image(**back->frame(FrameIndex{i}));
                IB_ASSERT_OK(there);
                IB_ASSERT_OK(here);
                EXPECT_EQ(here->pixels, there->pixels) << i;
                EXPECT_NEAR(back->info().timebase.seconds(back->pts(FrameIndex{i})),
                            video->info().timebase.seconds(video->pts(FrameIndex{5 + i})), 1e-6);
            }
        }
    }
    expect_alone(1);
}

TEST_F(WrittenSeq, OfJpegsLooksLikeTheVideo) {
    const auto video = proved_source(test_media("h264_b.mp4"));
    double before = 255;
    for (const int quality : {20, 60, 100}) {
        const auto back = written(*video, frames(10, 13), SeqPictures::Jpeg, quality);
        ASSERT_NE(back, nullptr);
        EXPECT_EQ(back->info().codec, "mjpeg");
        const double difference = difference_on_screen(**video->frame(FrameIndex{11}), **back->frame(FrameIndex{1}));
        EXPECT_LT(difference, before) << quality;
        before = difference;
        EXPECT_EQ(stamped_index(**back->frame(FrameIndex{1})), 11);
    }
    EXPECT_LT(before, 1.5);
}

TEST_F(WrittenSeq, WrittenAgainIsTheSameFile) {
    const auto video = proved_source(test_media("h264_vfr.mp4"));
    for (const SeqPictures pictures : {SeqPictures::Raw, SeqPictures::Png}) {
        const auto back = written(*video, frames(0, 20), pictures);
        ASSERT_NE(back, nullptr);
        IB_ASSERT_OK(write_seq(*back, {folder_ / "again.seq", frames(0, 20), pictures, 95}, {}, {}));
        EXPECT_TRUE(file_text(path_) == file_text(folder_ / "again.seq"));
        const auto again = proved_source(folder_ / "again.seq");
        for (const FrameIndex n : frames(0, 20)) EXPECT_EQ(framemd5(**again->frame(n)), framemd5(**back->frame(n)));
    }
}

TEST_F(WrittenSeq, HasTheHeadOfTheFormat) {
    const auto video = proved_source(test_media("h264_b.mp4"));
    ASSERT_NE(written(*video, frames(0, 10), SeqPictures::Jpeg), nullptr);
    EXPECT_EQ(number(0, 4), 0xFEEDU);
    const std::string name("N\0o\0r\0p\0i\0x\0 \0s\0e\0q\0\0\0\0\0", 24);
    EXPECT_EQ(file_text(path_).substr(4, 24), name);
    EXPECT_EQ(number(28, 4), 3U) << "version";
    EXPECT_EQ(number(32, 4), 1024U) << "size of the head";
    EXPECT_EQ(number(548, 4), 192U) << "width";
    EXPECT_EQ(number(552, 4), 128U) << "height";
    EXPECT_EQ(number(556, 4), 24U) << "bits a pixel";
    EXPECT_EQ(number(560, 4), 8U) << "bits a sample";
    EXPECT_EQ(number(564, 4), 192U * 128 * 3) << "bytes a picture, not compressed";
    EXPECT_EQ(number(568, 4), 201U) << "colour JPEG";
    EXPECT_EQ(number(572, 4), 10U) << "frames";
    EXPECT_EQ(number(576, 4), 0U);
    EXPECT_EQ(number(580, 4), 74'240U) << "in blocks of 512 bytes";
    double rate = 0;
    std::memcpy(&rate, file_text(path_).data() + 584, sizeof rate);
    EXPECT_NEAR(rate, 25, 1e-9);
    EXPECT_EQ(file_text(path_).substr(592, 432), std::string(432, '\0'));
}

TEST_F(WrittenSeq, OfCompressedFramesStatesLengthStampAndPad) {
    const auto video = proved_source(test_media("h264_b.mp4"));
    ASSERT_NE(written(*video, frames(0, 3), SeqPictures::Jpeg), nullptr);
    const std::string bytes = file_text(path_);
    std::size_t at = 1024;
    for (std::size_t n = 0; n < 3; ++n) {
        const std::size_t length = number(at, 4);
        EXPECT_EQ(bytes.substr(at + 4, 2), "\xFF\xD8") << "the length counts its own four bytes";
        EXPECT_EQ(bytes.substr(at + length - 2, 2), "\xFF\xD9");
        EXPECT_EQ(number(at + length, 4), 0U) << "seconds";
        EXPECT_EQ(number(at + length + 4, 2), 40 * n) << "milliseconds";
        EXPECT_EQ(bytes.substr(at + length + 8, 8), std::string(8, '\0'));
        at += length + 16;
    }
    EXPECT_EQ(bytes.size(), at);
}

TEST_F(WrittenSeq, OfUncompressedFramesAreEquallyFarApart) {
    const auto video = proved_source(test_media("h264_b.mp4"));
    ASSERT_NE(written(*video, frames(0, 3), SeqPictures::Raw), nullptr);
    EXPECT_EQ(number(568, 4), 200U);
    EXPECT_EQ(fs::file_size(path_), 1024 + 3 * number(580, 4));
    EXPECT_EQ(number(1024 + 2 * number(580, 4) + number(564, 4) + 4, 2), 80U) << "the stamp follows the picture";
}

TEST_F(WrittenSeq, OfAGrayVideoIsGray) {
    MadeSeq made{.width = 16, .height = 8, .bit_depth = 8, .image_bytes = 128, .format = 100};
    made.true_image_bytes = 512;
    made.pictures = {std::string(128, '\x11'), std::string(128, '\xEE')};
    write_text(folder_ / "gray.seq", made.bytes());
    const auto video = proved_source(folder_ / "gray.seq");
    for (const auto& [pictures, format] : {std::pair{SeqPictures::Raw, 100U}, std::pair{SeqPictures::Png, 1U}}) {
        const auto back = written(*video, frames(0, 2), pictures);
        ASSERT_NE(back, nullptr);
        EXPECT_EQ(number(568, 4), format);
        EXPECT_EQ(number(556, 4), 8U);
        EXPECT_EQ(framemd5(**back->frame(FrameIndex{1})), framemd5(**video->frame(FrameIndex{1})));
    }
}

TEST_F(WrittenSeq, IsKnownAsTheProgramsOwn) {
    const auto video = proved_source(test_media("h264_b.mp4"));
    ASSERT_NE(written(*video, frames(0, 1), SeqPictures::Raw), nullptr);
    EXPECT_TRUE(is_own_seq(path_));
    write_text(folder_ / "other.seq", MadeSeq{}.bytes());
    EXPECT_FALSE(is_own_seq(folder_ / "other.seq"));
    EXPECT_FALSE(is_own_seq(test_media("h264_b.mp4")));
}

TEST_F(WrittenSeq, IsAllOrNothing) {
    const auto video = proved_source(test_media("h264_b.mp4"));
    write_text(path_, "mine");
    for (const double share : {0.3, 0.9}) {
        std::stop_source stop;
        const auto done = write_seq(*video, {path_, frames(0, 50)}, stop.get_token(), [&](double at) {
            if (at > share) stop.request_stop();
        });
        ASSERT_FALSE(done) << share;
        EXPECT_EQ(done.error().kind, ErrorKind::Cancelled);
        EXPECT_EQ(file_text(path_), "mine");
        expect_alone(1);
    }
    const auto nowhere = write_seq(*video, {folder_ / "none" / "x.seq", frames(0, 2)}, {}, {});
    ASSERT_FALSE(nowhere);
    EXPECT_THAT(nowhere.error().message, HasSubstr("x.seq: cannot be written"));
}

TEST_F(WrittenSeq, TakesAwayWhatAProgramLeftThatWasEndedAtOnce) {
    write_text(folder_ / ".out.seq.abcdef", std::string(5000, '\0'));
    write_text(folder_ / ".out.seq.uvwxyz", "mine");
    const auto busy = StagedFile::make(path_);
    IB_ASSERT_OK(busy);
    IB_ASSERT_OK((*busy)->put(std::string(5000, '\0')));
    const auto video = proved_source(test_media("h264_b.mp4"));
    ASSERT_NE(written(*video, frames(0, 2), SeqPictures::Raw), nullptr);
    EXPECT_FALSE(fs::exists(folder_ / ".out.seq.abcdef"));
    EXPECT_TRUE(fs::exists(folder_ / ".out.seq.uvwxyz")) << "no sequence";
    EXPECT_TRUE(fs::exists((*busy)->place())) << "of a program that still writes";
}

// Reads a sequence as the format's public description has it, in another language and with other decoders.
const char* const octave_reader = R"m(
name = argv(){1};
f = fopen(name, 'r', 'l');
assert(fread(f, 1, 'uint32') == hex2dec('FEED'));
assert(strcmp(char(fread(f, 10, 'uint16'))', 'Norpix seq'));
fseek(f, 28, 'bof');
assert(fread(f, 1, 'int32') == 3 && fread(f, 1, 'uint32') == 1024);
fseek(f, 548, 'bof');
h = fread(f, 9, 'uint32');
assert(h(4) == 8 && h(8) == 0);
w = h(1); hh = h(2); channels = h(3) / 8; n = h(7);
fps = fread(f, 1, 'float64');
printf('%d %d %d %.3f\n', w, hh, n, fps);
at = 1024;
for i = 1:n
  fseek(f, at, 'bof');
  if any(h(6) == [100 200])
    I = fread(f, h(5), '*uint8');
    t = fread(f, 1, 'uint32') + fread(f, 1, 'uint16') / 1000;
    I = permute(reshape(I, channels, w, hh), [3 2 1]);
    if channels == 3, I = I(:, :, [3 2 1]); end
    at += h(9);
  else
    bytes = fread(f, 1, 'uint32');
    d = fread(f, bytes - 4, '*uint8');
    t = fread(f, 1, 'uint32') + fread(f, 1, 'uint16') / 1000;
    picture = [name '.picture'];
    o = fopen(picture, 'w'); fwrite(o, d); fclose(o);
    I = imread(picture); delete(picture);
    if ndims(I) == 2, I = repmat(I, [1 1 3]); end
    at += bytes + 16;
  end
  m = squeeze(mean(mean(double(I), 1), 2));
  printf('%.3f %.3f %.3f %.3f %.3f\n', t, m(1), m(2), m(3), double(I(hh, w, 2)));
end
)m";

TEST_F(WrittenSeq, IsReadByAReaderOfThePublicDescription) {
    if (run_command("octave-cli --version").status != 0) GTEST_SKIP() << "GNU Octave is not installed";
    write_text(folder_ / "read.m", octave_reader);
    const auto video = proved_source(test_media("h264_b.mp4"));
    for (const auto& [pictures, tolerance] :
         {std::pair{SeqPictures::Raw, 0.001}, std::pair{SeqPictures::Png, 0.001}, std::pair{SeqPictures::Jpeg, 1.5}}) {
        ASSERT_NE(written(*video, frames(40, 43), pictures), nullptr);
        const auto read =
            run_command("octave-cli --no-gui --no-init-file " + (folder_ / "read.m").string() + " " + path_.string());
        ASSERT_EQ(read.status, 0) << read.output;
        std::istringstream lines(read.output);
        double width = 0, height = 0, count = 0, rate = 0;
        lines >> width >> height >> count >> rate;
        EXPECT_EQ(width, 192);
        EXPECT_EQ(height, 128);
        EXPECT_EQ(count, 3);
        EXPECT_NEAR(rate, 25, 0.001);
        for (std::int64_t n = 40; n < 43; ++n) {
            const auto image = screen_image(**video->frame(FrameIndex{n}));
            IB_ASSERT_OK(image);
            double time = 0;
            lines >> time;
            EXPECT_NEAR(time, static_cast<double>(n) / 25, 0.001);
            for (std::size_t channel = 0; channel < 3; ++channel) {
                double sum = 0;
                for (std::size_t i = channel; i < image->pixels.size(); i += 4) sum += image->pixels[i];
                double mean = 0;
                lines >> mean;
                EXPECT_NEAR(mean, sum / (192 * 128), tolerance) << n;
            }
            double last = 0;
            lines >> last;
            EXPECT_NEAR(last, image->pixels[image->pixels.size() - 3], tolerance * 8);
        }
        EXPECT_TRUE(lines) << read.output;
    }
}

}  // namespace
}  // namespace inbetween::test
