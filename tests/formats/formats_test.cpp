#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>

#include "core/base/files.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/export.h"
#include "core/formats/text/rows.h"
#include "tests/formats/support.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;
using test::add_track;
using test::file_text;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::sample;
using test::TemporaryFolder;
using test::why;
using test::write_text;

/// The sample of a format: its only file that the format itself knows, or the folder where it is one of many files.
fs::path sample_of(const Format& format) {
    const fs::path folder = sample(std::string(format.id));
    if (format.extension.empty()) return folder;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == format.extension &&
            format.sniff(entry.path(), file_text(entry.path()).substr(0, 4096)))
            return entry.path();
    return {};
}

/// The path, or the first file in it where it is a folder.
fs::path file_of(const fs::path& path) {
    if (!fs::is_directory(path)) return path;
    std::set<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file()) files.insert(entry.path());
    return files.empty() ? fs::path() : *files.begin();
}

std::string head_of(const fs::path& path) {
    if (fs::is_directory(path)) return {};
    return file_text(path).substr(0, 4096);
}

TEST(Formats, EveryFormatHasASample) {
    for (const Format* format : all_formats()) {
        SCOPED_TRACE(std::string(format->id));
        const fs::path path = sample_of(*format);
        ASSERT_FALSE(path.empty());
        FormatOptions options;
        if (format->id == "ava") options["time-offset"] = "902";
        const auto read = read_path(format->id, path, made_media(), options);
        IB_ASSERT_OK(read);
        EXPECT_FALSE(read->annotations.tracks.empty() && read->annotations.segments.empty());
    }
}

TEST(Formats, EveryReaderStatesItsKeyframesAsImported) {
    // An import keeps sources, for the plain csv and JSON state those of the project that they came from.
    for (const Format* format : all_formats()) {
        FormatOptions options;
        if (format->id == "ava") options["time-offset"] = "902";
        const auto read = read_path(format->id, sample_of(*format), made_media(), options);
        if (!read) continue;
        for (const auto& [id, track] : read->annotations.tracks)
            for (const Keyframe& each : track->keyframes) EXPECT_EQ(each.source, Source::Imported) << format->id;
    }
}

TEST(Formats, EverySampleIsKnownByItsOwnFormatFirst) {
    for (const Format* format : all_formats()) {
        const fs::path path = sample_of(*format);
        const std::string head = head_of(path);
        const auto first = std::find_if(all_formats().begin(), all_formats().end(),
                                        [&](const Format* other) { return other->sniff(path, head); });
        ASSERT_NE(first, all_formats().end()) << format->id;
        EXPECT_EQ((*first)->id, format->id);
    }
}

TEST(Formats, TheRealFilesAreKnown) {
    const std::vector<std::pair<const char*, const char*>> files{
        {"annotations/caltech/V005.vbb", "vbb"},
        {"annotations/caltech/V005.txt", "vbb-text"},
        {"annotations/cvat/for_video_annotations.xml", "cvat"},
        {"annotations/cvat/for_images_train.xml", "cvat-images"},
        {"annotations/caltech/kaist_set08_V001_I02499.txt", "bbgt"},
        {"annotations/ava/ava_dataset_ava_sample.csv", "ava"},
        {"annotations/activitynet/eval_localization_gt.json", "activitynet"},
        {"actions/asl_dev_activitynet.json", "activitynet"},
        {"annotations/mot/MOT17-02-mini.gt.txt", "mot"},
        {"mot/PETS09-S2L1/gt.txt", "mot"},
        {"mot/MOT16-13_a", "mot"}};
    for (const auto& [name, id] : files) {
        const auto path = test::shared_data(name);
        if (!path) GTEST_SKIP() << "the real annotations are not on this machine";
        const std::string head = head_of(*path);
        const auto first = std::find_if(all_formats().begin(), all_formats().end(),
                                        [&](const Format* format) { return format->sniff(*path, head); });
        ASSERT_NE(first, all_formats().end()) << name;
        EXPECT_EQ((*first)->id, id) << name;
    }
}

TEST(Formats, NothingElseIsTakenForAFormat) {
    const TemporaryFolder folder;
    for (const std::string head :
         {"", "\n\n", "hello world\n", "a,b,c\n", "1 2 3\n", "{\"a\": 1}", "\xFF\xFE\x00", "%"})
        for (const Format* format : all_formats()) EXPECT_FALSE(format->sniff("x.txt", head)) << format->id << head;
    for (const Format* format : all_formats()) EXPECT_FALSE(format->sniff(folder.path(), "")) << format->id;
}

TEST(Formats, IdsAreUniqueAndFound) {
    std::set<std::string_view> ids;
    for (const Format* format : all_formats()) {
        EXPECT_TRUE(ids.insert(format->id).second);
        EXPECT_EQ(find_format(format->id), format);
        EXPECT_FALSE(format->name.empty());
        EXPECT_FALSE(format->reader.empty());
    }
    EXPECT_EQ(find_format("avi"), nullptr);
}

TEST(Formats, EveryDefaultIsAValueOfItsOption) {
    for (const Format* format : all_formats()) {
        FormatOptions defaults;
        for (const FormatOption& option : format->options) {
            EXPECT_FALSE(option.help.empty()) << option.name;
            defaults[std::string(option.name)] = option.default_value;
        }
        const auto checked = check_options(*format, defaults);
        EXPECT_TRUE(checked) << why(checked);
    }
}

TEST(Formats, UnknownOptionsAndValuesAreRefusedByName) {
    const auto unknown = check_options(*find_format("mot"), {{"colour", "red"}});
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("mot: no option 'colour'; it knows one-based, first-frame, class"),
              std::string::npos);
    const auto value = check_options(*find_format("mot"), {{"one-based", "yes"}});
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().message, "mot: option one-based: 'yes' is not one of 0|1");
    const Annotations made = made_annotations();
    const TemporaryFolder folder;
    for (const FormatOptions& options : std::vector<FormatOptions>{{{"class", "car"}}, {{"occluded-below", "2"}}})
        EXPECT_FALSE(write_annotations(*find_format("mot"), {made, MediaId{1}, folder / "gt.txt", options}));
    EXPECT_FALSE(write_annotations(*find_format("bbgt"), {made, MediaId{1}, folder / "b", {{"skip", "0"}}}));
    EXPECT_FALSE(write_annotations(*find_format("ava"), {made, MediaId{1}, folder / "c", {{"time-offset", "soon"}}}));
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Formats, AMissingFileIsOneSentence) {
    for (const Format* format : all_formats()) {
        if (format->extension.empty()) continue;
        const auto read = read_path(format->id, "/nowhere/at/all.txt", made_media());
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().message, "/nowhere/at/all.txt: no such file");
    }
    EXPECT_FALSE(read_annotations(*find_format("mot"), {{}, made_media(), {}}));
}

TEST(Formats, AnEmptyFileHasNoTracksOrIsRefusedButNeverBreaks) {
    for (const Format* format : all_formats()) {
        const auto read = test::read_text(format->id, "", made_media(), {}, "I00001.txt");
        EXPECT_TRUE(!read || read->annotations.tracks.empty()) << format->id;
    }
}

/// Changes a few bytes: another value, one more, one less, a piece doubled, a number made large.
std::string mutated(std::string text, std::mt19937& random) {
    const auto upto = [&](std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random()) % n; };
    for (std::size_t change = 0; change < 1 + upto(4) && !text.empty(); ++change) {
        const std::size_t at = upto(text.size());
        switch (upto(6)) {
            case 0:
                text[at] = static_cast<char>(random());
                break;
            case 1:
                text[at] = "0123456789-.,; \"\n[]x"[upto(21)];
                break;
            case 2:
                text.erase(at, 1 + upto(20));
                break;
            case 3:
                text.insert(at, text.substr(upto(text.size()), upto(30)));
                break;
            case 4:
                text.insert(at, "99999999999999999999");
                break;
            default:
                text.resize(at);
                break;
        }
    }
    return text;
}

TEST(Formats, DamagedSamplesAreReadOrRefusedInOneSentence) {
    const TemporaryFolder folder;
    for (const Format* format : all_formats()) {
        const fs::path path = file_of(sample_of(*format));
        const std::string good = file_text(path);
        const fs::path damaged = folder / path.filename().string();
        for (std::uint32_t seed = 0; seed < 60; ++seed) {
            std::mt19937 random(seed);
            write_text(damaged, mutated(good, random));
            const auto read = read_path(format->id, damaged, made_media());
            if (read) continue;
            EXPECT_NE(read.error().message.find(damaged.string()), std::string::npos)
                << format->id << " seed " << seed << ": " << read.error().message;
            EXPECT_EQ(read.error().message.find('\n'), std::string::npos) << format->id << " seed " << seed;
            EXPECT_EQ(read.error().message.find("cannot be held"), std::string::npos)
                << format->id << " seed " << seed << ": " << read.error().message;
        }
    }
}

TEST(Formats, TheProjectsVideoIsNeverWrittenOver) {
    const TemporaryFolder folder;
    write_text(folder / "walk.avi", "frames");
    Annotations made = made_annotations();
    Media media = made_media();
    media.path = (folder / "walk.avi").string();
    made.media[MediaId{1}] = std::make_shared<const Media>(media);
    add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4})});
    fs::create_symlink(folder / "walk.avi", folder / "link.txt");
    for (const Format* format : all_formats()) {
        if (format->extension.empty()) continue;
        for (const char* name : {"walk.avi", "link.txt"}) {
            const auto refused = write_annotations(*format, {made, MediaId{1}, folder / name, {}});
            ASSERT_FALSE(refused) << format->id;
            EXPECT_NE(refused.error().message.find("is the project's video and is not written over"), std::string::npos)
                << refused.error().message;
        }
    }
    EXPECT_EQ(file_text(folder / "walk.avi"), "frames");
}

TEST(Formats, AVideoStatedRelativeToItsProjectIsKnownByWhatItHolds) {
    const TemporaryFolder folder;
    write_text(folder / "walk.avi", "frames");
    Annotations made = made_annotations();
    Media media = made_media();
    media.bytes = 6;
    media.fingerprint = *fingerprint(folder / "walk.avi");
    made.media[MediaId{1}] = std::make_shared<const Media>(media);
    EXPECT_FALSE(check_may_write(made, folder / "walk.avi"));
    write_text(folder / "other.txt", "other!");
    EXPECT_TRUE(check_may_write(made, folder / "other.txt"));
}

TEST(Formats, AnImageOfTheProjectsFolderAndAProjectAreNeverWrittenOver) {
    const TemporaryFolder folder;
    write_text(folder / "0001.png", "pixels");
    write_text(folder / "a.inbetween", std::string("SQLite format 3\0 and so on", 25));
    Annotations made = made_annotations();
    Media media = made_media();
    media.path = folder.path().string();
    made.media[MediaId{1}] = std::make_shared<const Media>(media);
    EXPECT_FALSE(check_may_write(made, folder / "0001.png"));
    EXPECT_FALSE(check_may_write(made, folder / "a.inbetween"));
    EXPECT_TRUE(check_may_write(made, folder / "gt.txt"));
    EXPECT_FALSE(check_may_write(made, folder / "0002.png")) << "it would be a frame more";
    for (const char* name : {"a.inbetween-journal", "a.inbetween-wal", "a.inbetween-shm"})
        EXPECT_FALSE(check_may_write(made, folder / name)) << name;
    EXPECT_TRUE(check_may_write(made, folder / "b.inbetween-wal")) << "of no project";
}

TEST(Formats, APipeIsNotWrittenOver) {
    const TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_FALSE(check_may_write(made_annotations(), folder / "pipe"));
}

TEST(Formats, AFolderThatCannotBeMadeIsSaidAndNothingIsWritten) {
    const TemporaryFolder folder;
    write_text(folder / "file", "x");
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4})});
    for (const Format* format : all_formats()) {
        const auto refused = write_annotations(*format, {made, MediaId{1}, folder / "file" / "sub" / "out.txt", {}});
        ASSERT_FALSE(refused) << format->id;
        EXPECT_NE(refused.error().message.find((folder / "file").string()), std::string::npos);
    }
    EXPECT_EQ(file_text(folder / "file"), "x");
}

TEST(Formats, AnUnknownVideoIsRefused) {
    const Annotations made = made_annotations();
    const auto refused = write_annotations(*find_format("mot"), {made, MediaId{7}, "x.txt", {}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "mot: the project has no video 7");
}

TEST(Formats, OnlyTheTracksOfTheVideoAskedForAreWritten) {
    Annotations made = made_annotations();
    Media second = made_media();
    second.id = MediaId{2};
    second.path = "second.avi";
    made.media[MediaId{2}] = std::make_shared<const Media>(second);
    add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4})});
    const TrackId id = add_track(made, "car", {keyframe(5, Box{5, 6, 7, 8})});
    Track track = *made.find_track(id);
    track.media = MediaId{2};
    made.tracks[id] = std::make_shared<const Track>(track);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("mot"), {made, MediaId{2}, folder / "gt.txt", {}}));
    EXPECT_EQ(file_text(folder / "gt.txt"), "6,2,5,6,7,8,1,3,1\n");
}

TEST(Formats, FramesPastTheVideoAreCountedNotWritten) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(98, Box{1, 2, 3, 4}), keyframe(103, Box{1, 2, 3, 4})});
    const auto mot = test::write_text_of("mot", made);
    IB_ASSERT_OK(mot);
    EXPECT_EQ(mot->lost("boxes past the video's last frame left out"), 4);
    const auto vatic = test::write_text_of("vatic", made);
    IB_ASSERT_OK(vatic);
    EXPECT_EQ(vatic->lost("frames past the video's last left out"), 4);
}

TEST(Csv, ReadsQuotedFieldsAndWritesThem) {
    using Strings = std::vector<std::string>;
    EXPECT_EQ(csv_fields("a, b ,,c"), (Strings{"a", "b", "", "c"}));
    EXPECT_EQ(csv_fields("\"a,b\",\"say \"\"hi\"\"\","), (Strings{"a,b", "say \"hi\"", ""}));
    EXPECT_EQ(csv_fields(""), (Strings{""}));
    EXPECT_FALSE(csv_fields("\"open"));
    EXPECT_FALSE(csv_fields("\"a\"b,c"));
    for (const std::string text : {"plain", "a,b", "say \"hi\""}) EXPECT_EQ((*csv_fields(csv_field(text)))[0], text);
}

TEST(Rows, Utf8IsToldFromOtherBytes) {
    for (const char* good : {"", "plain", "caf\xC3\xA9", "\xE8\xA1\x8C", "\xF0\x9F\x9A\xB6"})
        EXPECT_TRUE(is_clean_utf8(good));
    for (const char* bad :
         {"\xFF", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "a\tb", "\x7F"})
        EXPECT_FALSE(is_clean_utf8(bad)) << bad;
    EXPECT_EQ(in_quotes("a\x01\xFF"
                        "b"),
              "'a??b'");
    EXPECT_EQ(in_quotes(std::string(90, 'x')).size(), 45U);
}

TEST(Rows, ACoordinateIsWrittenWithTheFewestDecimalsThatLeadBack) {
    EXPECT_EQ(grid_number(12), "12");
    EXPECT_EQ(grid_number(31.03), "31.03");
    EXPECT_EQ(grid_number(-0.5), "-0.5");
    EXPECT_EQ(grid_number(1.0 / 1024), "0.001");
    for (int i = 0; i < 3000; ++i) {
        const double value = i / shape_grid_per_px - 1;
        EXPECT_EQ(std::round(std::stod(grid_number(value)) * shape_grid_per_px), value * shape_grid_per_px);
    }
}

}  // namespace
}  // namespace inbetween
