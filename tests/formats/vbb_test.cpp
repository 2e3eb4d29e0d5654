#include <gtest/gtest.h>

#include <map>

#include "tests/formats/support.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;
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
using test::why;
using test::write_text;
using test::write_text_of;

/// What both samples say.
void expect_sample(const Annotations& a) {
    ASSERT_EQ(a.tracks.size(), 2U);
    const Track& person = *a.find_track(TrackId{1});
    EXPECT_EQ(a.label_name(person.label), "person");
    ASSERT_EQ(person.keyframes.size(), 4U);
    EXPECT_EQ(person.keyframes[0].frame, FrameIndex{1});
    EXPECT_EQ(std::get<Box>(person.keyframes[0].shape), (Box{10.5, 20, 30.25, 60}));
    EXPECT_FALSE(person.keyframes[0].occluded);
    EXPECT_TRUE(person.keyframes[1].occluded);
    EXPECT_TRUE(person.keyframes[3].outside);
    const Attribute* visible = a.find_label("person")->find_attribute("visible");
    ASSERT_NE(visible, nullptr);
    EXPECT_EQ(person.attribute_at(visible->id, FrameIndex{1}), "");
    EXPECT_EQ(person.attribute_at(visible->id, FrameIndex{2}), "11.5 20 20 60");
    const Track& unsure = *a.find_track(TrackId{2});
    EXPECT_EQ(a.label_name(unsure.label), "person?");
    const Attribute* hide = a.find_label("person?")->find_attribute("hide");
    ASSERT_NE(hide, nullptr);
    EXPECT_EQ(unsure.attribute_at(hide->id, FrameIndex{2}), "true");
    // Boxes that leave the picture are not cut.
    EXPECT_NEAR(std::get<Box>(unsure.keyframes[0].shape).x, -4.16, 0.001);
}

TEST(Vbb, ReadsACompressedFileOfAnotherWriterByFieldNames) {
    const auto read = read_path("vbb", sample("vbb/sample.vbb"), made_media(6));
    IB_ASSERT_OK(read);
    expect_sample(read->annotations);
    EXPECT_TRUE(read->notes.empty());
}

TEST(VbbText, ReadsTheSample) {
    const auto read = read_path("vbb-text", sample("vbb-text/sample.txt"), made_media(6));
    IB_ASSERT_OK(read);
    expect_sample(read->annotations);
    EXPECT_TRUE(read->notes.empty());
}

TEST(VbbText, GivesTheSampleBackButForTheLog) {
    const auto read = read_path("vbb-text", sample("vbb-text/sample.txt"), made_media(6));
    IB_ASSERT_OK(read);
    const auto written = write_text_of("vbb-text", read->annotations);
    IB_ASSERT_OK(written);
    std::string expected = file_text(sample("vbb-text/sample.txt"));
    // Nobody's edits are logged, and every frame that was read is a keyframe, and so locked.
    expected.replace(expected.find("733360.500000"), 13, "0.000000");
    expected.replace(expected.find("lock=[1 0 1 ]"), 13, "lock=[1 1 1 ]");
    EXPECT_EQ(written->text, expected);
    EXPECT_TRUE(written->losses.empty());
}

TEST(Vbb, ReadOfWriteIsWhatWasInView) {
    for (const char* format : {"vbb", "vbb-text"}) {
        for (std::uint32_t seed = 0; seed < 6; ++seed) {
            SCOPED_TRACE(fmt::format("{} {}", format, seed));
            const Annotations made = test::random_annotations(seed, Coordinates::Fractional);
            const TemporaryFolder folder;
            const auto report = write_annotations(*find_format(format), {made, MediaId{1}, folder / "x.vbb", {}});
            IB_ASSERT_OK(report);
            const auto back = read_path(format, folder / "x.vbb", made_media());
            IB_ASSERT_OK(back);
            // Pauses split a track, so identities differ; per frame the boxes are the same.
            std::multimap<std::int64_t, std::pair<double, double>> expected;
            std::multimap<std::int64_t, std::pair<double, double>> found;
            for (const auto& [key, state] : in_view(made))
                expected.emplace(key.second, std::pair(state.first.x, state.first.h));
            for (const auto& [key, state] : in_view(back->annotations))
                found.emplace(key.second, std::pair(state.first.x, state.first.h));
            EXPECT_TRUE(std::is_permutation(expected.begin(), expected.end(), found.begin(), found.end()));
        }
    }
}

TEST(Vbb, ATrackWithoutPausesKeepsItsIdentityToTheLastBit) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{-4.5, 2.25, 30.125, 40}), keyframe(20, Box{100, 20, 60, 80}, true)});
    add_track(made, "road bicycle", {keyframe(0, Box{1, 2, 3, 4}), keyframe(99, Box{5, 6, 7, 8})});
    const TemporaryFolder folder;
    for (const char* format : {"vbb", "vbb-text"}) {
        const auto report = write_annotations(*find_format(format), {made, MediaId{1}, folder / "x", {}});
        IB_ASSERT_OK(report);
        const auto back = read_path(format, folder / "x", made_media());
        IB_ASSERT_OK(back);
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made)), "");
        EXPECT_EQ(back->annotations.label_name(LabelId{2}),
                  format == std::string("vbb") ? "road bicycle" : "road_bicycle");
        EXPECT_EQ(test::besides_keyframes(report->losses).size(), format == std::string("vbb") ? 0U : 1U);
    }
}

TEST(Vbb, APauseSplitsTheObjectAndIsCounted) {
    Annotations made = made_annotations();
    add_track(made, "car",
              {keyframe(0, Box{1, 2, 3, 4}), keyframe(2, Box{1, 2, 3, 4}, false, true), keyframe(5, Box{1, 2, 3, 4})});
    const auto written = write_text_of("vbb-text", made);
    IB_ASSERT_OK(written);
    EXPECT_NE(written->text.find("nFrame=100 n=2\n"), std::string::npos);
    EXPECT_NE(written->text.find("str=1 end=2 "), std::string::npos);
    EXPECT_NE(written->text.find("str=6 end=6 "), std::string::npos);
    EXPECT_EQ(written->lost("pauses of tracks that split them into separate objects"), 1);
}

TEST(Vbb, TheOffsetIsAnOption) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{10, 20, 30, 40})});
    EXPECT_NE(write_text_of("vbb-text", made)->text.find("pos =[11.000000 21.000000 "), std::string::npos);
    const auto half = write_text_of("vbb-text", made, {{"offset", "0.5"}});
    EXPECT_NE(half->text.find("pos =[10.500000 20.500000 "), std::string::npos);
    const auto back = read_text("vbb-text", half->text, made_media(), {{"offset", "0.5"}});
    IB_ASSERT_OK(back);
    EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made)), "");
}

TEST(Vbb, VisiblePartsComeBackUnlessDropped) {
    const auto read = read_path("vbb", sample("vbb/sample.vbb"), made_media(6));
    IB_ASSERT_OK(read);
    const auto written = write_text_of("vbb-text", read->annotations);
    IB_ASSERT_OK(written);
    EXPECT_NE(written->text.find("12.500000 21.000000 20.000000 60.000000;"), std::string::npos);
    const auto dropped = read_path("vbb", sample("vbb/sample.vbb"), made_media(6), {{"posv", "drop"}});
    IB_ASSERT_OK(dropped);
    ASSERT_EQ(dropped->notes.size(), 1U);
    EXPECT_EQ(dropped->notes[0], "2 visible parts of occluded boxes are left out");
}

TEST(Vbb, TheSameAnnotationsGiveTheSameBytes) {
    const Annotations made = test::random_annotations(3, Coordinates::Fractional);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("vbb"), {made, MediaId{1}, folder / "a.vbb", {}}));
    IB_ASSERT_OK(write_annotations(*find_format("vbb"), {made, MediaId{1}, folder / "b.vbb", {}}));
    EXPECT_EQ(file_text(folder / "a.vbb"), file_text(folder / "b.vbb"));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 2);
}

TEST(Vbb, LabelsOfAnyScriptComeBack) {
    Annotations made = made_annotations();
    made.labels[LabelId{2}].name = "\xE8\xA1\x8C\xE4\xBA\xBA \xF0\x9F\x9A\xB6 caf\xC3\xA9";
    add_track(made, made.labels[LabelId{2}].name, {keyframe(0, Box{1, 2, 3, 4})});
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("vbb"), {made, MediaId{1}, folder / "a.vbb", {}}));
    const auto back = read_path("vbb", folder / "a.vbb", made_media());
    IB_ASSERT_OK(back);
    EXPECT_EQ(back->annotations.label_name(LabelId{1}), made.labels[LabelId{2}].name);
}

TEST(Vbb, AProjectWithoutTracksIsWrittenAndRead) {
    const Annotations made = made_annotations();
    const TemporaryFolder folder;
    for (const char* format : {"vbb", "vbb-text"}) {
        IB_ASSERT_OK(write_annotations(*find_format(format), {made, MediaId{1}, folder / "a.vbb", {}}));
        const auto back = read_path(format, folder / "a.vbb", made_media());
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->annotations.tracks.empty());
    }
}

const char* const python_check = R"py(
import sys, scipy.io
m = scipy.io.loadmat(sys.argv[1])
assert m['vers'].dtype == 'float64' and m['vers'].item() == 1.4
A = m['A']
assert A.shape == (1, 1)
assert sorted(A.dtype.names) == sorted(['nFrame', 'objLists', 'maxObj', 'objInit', 'objLbl', 'objStr', 'objEnd',
                                        'objHide', 'altered', 'log', 'logLen'])
A = A[0, 0]
assert A['nFrame'].item() == 100 and A['maxObj'].item() == 2 and A['objLists'].shape == (1, 100)
assert [str(l[0]) for l in A['objLbl'][0]] == ['car', 'caf\u00e9'], A['objLbl']
assert A['objStr'].tolist() == [[4, 1]] and A['objEnd'].tolist() == [[21, 1]]
assert A['objInit'].tolist() == [[1, 1]] and A['objHide'].tolist() == [[0, 0]]
assert A['objLists'][0, 1].shape == (0, 0) and A['objLists'][0, 1].dtype == 'float64'
f = A['objLists'][0, 3]
assert f.dtype.names == ('id', 'pos', 'occl', 'lock', 'posv') and f.shape == (1, 1)
assert f[0, 0]['pos'].dtype == 'float64' and f[0, 0]['pos'].tolist() == [[-3.5, 3.25, 30.125, 40.0]]
assert f[0, 0]['id'].item() == 1 and f[0, 0]['lock'].item() == 1 and f[0, 0]['occl'].item() == 0
assert A['objLists'][0, 10][0, 0]['lock'].item() == 0
assert f[0, 0]['posv'].tolist() == [[0, 0, 0, 0]]
print('accepted')
)py";

const char* const octave_check = R"m(
s = load('-mat', argv(){1});
A = s.A;
assert(s.vers, 1.4); assert(class(s.vers), 'double');
assert(size(A), [1 1]); assert(A.nFrame, 100); assert(iscell(A.objLists)); assert(size(A.objLists), [1 100]);
assert(A.objLbl{1}, 'car'); assert(ischar(A.objLbl{1})); assert(A.objStr, [4 1]); assert(A.objEnd, [21 1]);
assert(isempty(A.objLists{2})); assert(class(A.objLists{2}), 'double');
f = A.objLists{4};
assert(fieldnames(f), {'id';'pos';'occl';'lock';'posv'});
assert(f(1).pos, [-3.5 3.25 30.125 40]); assert(class(f(1).pos), 'double');
orderfields(A, {'nFrame','objLists','maxObj','objInit','objLbl','objStr','objEnd','objHide','altered','log','logLen'});
disp('accepted');
)m";

/// A file that holds a box out of the picture, a filled span, and a label beyond ASCII.
void write_checked_file(const fs::path& path) {
    Annotations made = made_annotations();
    made.labels[LabelId{3}].name = "caf\xC3\xA9";
    add_track(made, "car", {keyframe(3, Box{-4.5, 2.25, 30.125, 40}), keyframe(20, Box{100, 20, 60, 80}, true)});
    add_track(made, made.labels[LabelId{3}].name, {keyframe(0, Box{1, 2, 3, 4})});
    IB_ASSERT_OK(write_annotations(*find_format("vbb"), {made, MediaId{1}, path, {}}));
}

TEST(Vbb, ScipyAcceptsWhatIsWritten) {
    if (test::run_command("/usr/bin/python3 -c 'import scipy.io'").status != 0)
        GTEST_SKIP() << "python3-scipy is not installed";
    const TemporaryFolder folder;
    write_checked_file(folder / "x.vbb");
    write_text(folder / "check.py", python_check);
    const auto result =
        test::run_command("/usr/bin/python3 " + (folder / "check.py").string() + " " + (folder / "x.vbb").string());
    EXPECT_EQ(result.status, 0) << result.output;
    EXPECT_EQ(result.output, "accepted\n");
}

TEST(Vbb, OctaveAcceptsWhatIsWritten) {
    if (test::run_command("octave-cli --version").status != 0) GTEST_SKIP() << "GNU Octave is not installed";
    const TemporaryFolder folder;
    write_checked_file(folder / "x.vbb");
    write_text(folder / "check.m", octave_check);
    const auto result = test::run_command("octave-cli --no-gui --no-init-file " + (folder / "check.m").string() + " " +
                                          (folder / "x.vbb").string());
    EXPECT_EQ(result.status, 0) << result.output;
    EXPECT_NE(result.output.find("accepted"), std::string::npos) << result.output;
}

TEST(Vbb, AFileThatIsNoneOrIsCutIsRefused) {
    const TemporaryFolder folder;
    write_text(folder / "none.vbb", "hello");
    const auto none = read_path("vbb", folder / "none.vbb", made_media());
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("none.vbb: is not a MATLAB file"), std::string::npos);
    IB_ASSERT_OK(write_annotations(
        *find_format("vbb"), {test::random_annotations(1, Coordinates::Whole), MediaId{1}, folder / "o.vbb", {}}));
    for (const std::string& whole : {file_text(sample("vbb/sample.vbb")), file_text(folder / "o.vbb")}) {
        for (std::size_t size = 0; size + 8 < whole.size(); size += 11 + size / 8) {
            write_text(folder / "cut.vbb", whole.substr(0, size));
            EXPECT_FALSE(read_path("vbb", folder / "cut.vbb", made_media(6))) << size << " of " << whole.size();
        }
    }
    EXPECT_FALSE(read_path("vbb", folder / "missing.vbb", made_media()));
}

TEST(VbbText, AMalformedFileIsRefusedByFileLineAndField) {
    const std::string good = file_text(sample("vbb-text/sample.txt"));
    struct Case {
        std::string from, to, expected;
    };
    const std::vector<Case> cases{
        {"% vbb version", "% bbb version", ":1: version: the file does not start"},
        {"nFrame=6", "frames=6", ":2: nFrame: the line does not start"},
        {"nFrame=6", "nFrame=many", ":2: nFrame: is no number of frames"},
        {"n=2", "n=-2", ":2: n: no number of objects"},
        {"n=2", "n=3", ":17: object: no line of dashes"},
        {"n=2", "n=1", ":12: object: more follows"},
        {"log=[", "lug=[", ":3: log: the line does not start"},
        {"-----------------------------------\nlbl='person' ", "---\nlbl='person' ", ":5: object: no line of dashes"},
        {"lbl='person' ", "lbl='' ", ":6: lbl: no name in quotes"},
        {"lbl='person' ", "lbl=person ", ":6: lbl: no name in quotes"},
        {"str=2", "str=0", ":6: str: no frame from 1"},
        {"end=4", "end=7", ":6: end: no frame from 2 to 6"},
        {"hide=0", "hide=maybe", ":6: hide: neither 0 nor 1"},
        {"pos =[", "pos=[", ":7: pos: the line does not start with 'pos =['"},
        {"30.250000 60", "thirty 60", ":7: pos: 'thirty' is not a number"},
        {"30.250000 60", "nan 60", ":7: pos: 'nan' is not a number"},
        {"30.250000 60", "1e9 60", ":7: pos: '1e9' is larger than"},
        {"30.250000 60", "-1 60", ":7: pos: a width or height is negative"},
        {"11.500000 21.000000 ", "11.500000 ", ":7: pos: frame 1 of the object has 3 numbers, not 4"},
        {"occl=[0 1 1 ]", "occl=[0 1 ]", ":9: occl: states 2 frames, not the 3 from str to end"},
        {"occl=[0 1 1 ]", "occl=[0 1 2 ]", ":9: occl: 2 is neither 0 nor 1"},
        {"occl=[0 1 1 ]", "occl=[0 1 1", ":9: occl: the line does not end with ']'"},
        {"lock=[1 0 1 ]", "look=[1 0 1 ]", ":10: lock: the line does not start"},
    };
    for (const Case& c : cases) {
        std::string text = good;
        ASSERT_NE(text.find(c.from), std::string::npos) << c.from;
        text.replace(text.find(c.from), c.from.size(), c.to);
        const auto read = read_text("vbb-text", text, made_media(6));
        ASSERT_FALSE(read) << c.to;
        EXPECT_NE(read.error().message.find("given.txt" + c.expected), std::string::npos) << read.error().message;
    }
}

TEST(Vbb, ReadsTheRealFilesAndBothSayTheSame) {
    const auto mat = test::shared_data("annotations/caltech/V005.vbb");
    const auto text = test::shared_data("annotations/caltech/V005.txt");
    if (!mat || !text) GTEST_SKIP() << "the real annotations are not on this machine";
    const auto from_mat = read_path("vbb", *mat, made_media(2133));
    IB_ASSERT_OK(from_mat);
    const auto from_text = read_path("vbb-text", *text, made_media(2133));
    IB_ASSERT_OK(from_text);
    EXPECT_EQ(from_mat->annotations.shape_count(), 97);
    EXPECT_EQ(from_mat->annotations.tracks.size(), 2U);
    EXPECT_EQ(test::first_difference(in_view(from_mat->annotations), in_view(from_text->annotations), 0.001), "");
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("vbb"), {from_mat->annotations, MediaId{1}, folder / "a.vbb", {}}));
    const auto again = read_path("vbb", folder / "a.vbb", made_media(2133));
    IB_ASSERT_OK(again);
    EXPECT_TRUE(same_statements(again->annotations, from_mat->annotations));
}

}  // namespace
}  // namespace inbetween
