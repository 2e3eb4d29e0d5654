#include <gtest/gtest.h>

#include <algorithm>

#include "tests/formats/support.h"

namespace inbetween {
namespace {

// Readers that were not written here, or programs that read as a format's own public description says, with the
// libraries that its tools use. They print what they find: frames from 0, and x y w h in pixels.

using test::add_track;
using test::keyframe;
using test::made_annotations;
using test::TemporaryFolder;

/// Two objects, one of them gone at frames 5 and 6.
Annotations walkers() {
    Annotations made = made_annotations();
    add_track(made, "pedestrian", {keyframe(3, Box{10, 20, 30, 40}), keyframe(5, Box{14, 20, 30, 40})});
    add_track(made, "car",
              {keyframe(4, Box{100, 200, 50, 60}), keyframe(5, Box{100, 200, 50, 60}, false, true),
               keyframe(7, Box{100, 200, 50, 60})});
    return made;
}

std::string said_of_walkers(const std::string& first, const std::string& second) {
    return "3 " + first + " 10 20 30 40\n4 " + first + " 12 20 30 40\n4 " + second + " 100 200 50 60\n5 " + first +
           " 14 20 30 40\n7 " + second + " 100 200 50 60\n";
}

/// One quad at two neighbouring frames, clockwise from its own top left corner.
Annotations poster() {
    Annotations made = made_annotations();
    const Quad quad{{Point{20, 30}, Point{80, 32}, Point{78, 70}, Point{19, 68}}};
    const TrackId id = add_track(made, "car", {keyframe(0, quad), keyframe(1, quad)});
    Track track = *made.find_track(id);
    track.kind = ShapeKind::Quad;
    made.tracks[id] = std::make_shared<const Track>(track);
    return made;
}

/// One object through the whole video, whose actions are 12 to the half and 14 from there.
Annotations actor() {
    Annotations made = made_annotations();
    const Box box{76.8, 57.6, 153.6, 288};
    const TrackId id = add_track(made, "pedestrian", {keyframe(0, box), keyframe(99, box)});
    for (const auto& [number, begin] : {std::pair(12, 0), std::pair(14, 50)}) {
        const LabelId label{100 + number};
        made.labels[label] = {.id = label,
                              .name = "action " + std::to_string(number),
                              .kind = LabelKind::Action,
                              .ava_id = number,
                              .attributes = {}};
        const SegmentId segment{number};
        made.segments[segment] = std::make_shared<const Segment>(
            Segment{segment, MediaId{1}, label, id, {FrameIndex{begin}, FrameIndex{begin + 50}}});
    }
    return made;
}

struct OutsideReader {
    std::string name;
    std::string format;
    Annotations (*project)();
    FormatOptions options;
    std::string out;      ///< what the export is called
    std::string program;  ///< Python; argv[1] is the export
    std::string modules;
    std::string expected;
    friend void PrintTo(const OutsideReader& reader, std::ostream* out) { *out << reader.format; }
};

/// What programs begin and end with.
constexpr const char* python_head = R"(
import csv, glob, json, os, re, sys
path, rows = sys.argv[1], []
def add(frame, name, x1, y1, x2, y2):
    rows.append((frame, name, x1, y1, x2 - x1, y2 - y1))
)";
constexpr const char* python_tail = R"(
for row in sorted(rows, key=lambda row: (row[0], row[2])):
    print(*['%g' % round(v, 2) if isinstance(v, float) else v for v in row])
)";

// source: vatic's vision/annotations and pyvision's readpaths.
constexpr const char* vatic_program = R"(
import shlex
for line in open(path):
    f = shlex.split(line)
    assert len(f) >= 10 and all(v in '01' for v in f[6:9])
    if f[6] == '0':
        add(int(f[5]), f[9], *map(int, f[1:5]))
)";

// source: TrackEval docs/MOTChallenge-Official; what its loader refuses.
constexpr const char* mot_program = R"(
seen = set()
for row in csv.reader(open(path), skipinitialspace=True):
    assert len(row) >= 9
    frame, track = int(float(row[0])), int(float(row[1]))
    assert 1 <= frame <= 100 and track >= 1 and (frame, track) not in seen
    seen.add((frame, track))
    x, y, w, h = map(float, row[2:6])
    assert float(row[6]) == 1 and int(row[7]) in (1, 3) and 0 <= float(row[8]) <= 1
    add(frame - 1, int(row[7]), x, y, x + w, y + h)
)";

// source: the MOTS text format, and how COCO packs run lengths into text (six bits a character, the sixth says that
// more follow, differences to the run before the last from the third on; columns first).
constexpr const char* mots_program = R"(
def runs_of(text):
    runs, at = [], 0
    while at < len(text):
        value, shift = 0, 0
        while True:
            c = ord(text[at]) - 48
            at += 1
            value |= (c & 31) << shift
            shift += 5
            if not c & 32:
                if c & 16:
                    value -= 1 << shift
                break
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
    return runs
for line in open(path):
    frame, track, kind, height, width, rle = line.split(' ')
    assert int(track) // 1000 == int(kind) and (int(height), int(width)) == (576, 768)
    pixels, at = [], 0
    runs = runs_of(rle.strip())
    assert sum(runs) == 576 * 768 and min(runs) >= 0
    for n, run in enumerate(runs):
        if n % 2:
            pixels += [divmod(p, 576) for p in range(at, at + run)]
        at += run
    xs, ys = [x for x, y in pixels], [y for x, y in pixels]
    add(int(frame) - 1, int(kind), min(xs), min(ys), max(xs) + 1, max(ys) + 1)
)";

// source: read_csv of get_ava_performance.py.
constexpr const char* ava_program = R"(
for row in csv.reader(open(path)):
    assert len(row) in (2, 7, 8), row
    edges = [float(v) for v in row[2:6]]
    assert all(0 <= v <= 1 for v in edges)
    person = int(row[7]) if len(row) == 8 else -1
    rows.append((float(row[1]), '%s:%d:%d' % (row[0], int(row[6]), person), *edges))
)";

// source: get_ava_active_speaker_performance.py: which columns it takes, and that a moment of a face stands once.
constexpr const char* speaker_program = R"(
seen = set()
for row in csv.reader(open(path)):
    video, time, x1, y1, x2, y2, label, entity = row
    assert label in ('NOT_SPEAKING', 'SPEAKING_AUDIBLE', 'SPEAKING_NOT_AUDIBLE')
    uid = '%s:%s' % (time, entity)
    assert uid not in seen and entity.startswith(video)
    seen.add(uid)
    add(round(float(time) * 10), label, float(x1) * 768, float(y1) * 576, float(x2) * 768, float(y2) * 576)
)";

// source: vbbSaveTxt and vbbLoad's text branch.
constexpr const char* vbb_text_program = R"(
lines = open(path).read().split('\n')
assert lines[0] == '% vbb version=1.400000' and lines[2].startswith('log=[')
frames, count = map(int, re.fullmatch(r'nFrame=(\d+) n=(\d+)', lines[1]).groups())
assert frames == 100
at = 3
def numbers(text, head):
    assert text.startswith(head + '[') and text.endswith(']'), text
    return [[float(v) for v in row.split()] for row in text[len(head) + 1:-1].split(';') if row.strip()]
for n in range(count):
    assert lines[at] == '' and lines[at + 1] == '-' * 35
    label, first, last = re.fullmatch(r"lbl='(\S+)' str=(\d+) end=(\d+) hide=0", lines[at + 2]).groups()
    size = int(last) - int(first) + 1
    pos, posv = numbers(lines[at + 3], 'pos ='), numbers(lines[at + 4], 'posv=')
    occl, lock = numbers(lines[at + 5], 'occl=')[0], numbers(lines[at + 6], 'lock=')[0]
    assert len(pos) == len(posv) == len(occl) == len(lock) == size
    for i, (x, y, w, h) in enumerate(pos):
        add(int(first) - 1 + i, label, x - 1, y - 1, x - 1 + w, y - 1 + h)
    at += 7
)";

// source: the points file of POT-210: eight numbers a frame, blanks between them.
constexpr const char* pot_program = R"(
import numpy
for frame, row in enumerate(numpy.loadtxt(path)):
    assert row.shape == (8,)
    if row.any():
        rows.append((frame, 'quad', *map(float, row)))
)";

// source: DOTA_devkit's parse_dota_poly: split at blanks, nine fields or more.
constexpr const char* dota_program = R"(
for file in glob.glob(path + '/*.txt'):
    for line in open(file):
        f = line.strip().split(' ')
        if len(f) < 9:
            continue
        assert f[9] in ('0', '1')
        rows.append((int(re.search(r'\d+', os.path.basename(file)).group()) - 1, f[8], *map(float, f[:8])))
)";

// source: the line that rrc_evaluation_funcs.py takes of four points and a transcription, points clockwise.
constexpr const char* icdar_program = R"(
for file in glob.glob(path + '/*.txt'):
    raw = open(file, 'rb').read()
    for line in raw.decode('utf-8-sig').replace('\r', '').split('\n'):
        if not line:
            continue
        f = re.match(r'^\s*' + r'(-?\d+)\s*,\s*' * 8 + r'(.*)$', line).groups()
        p = [float(v) for v in f[:8]]
        xs, ys = p[0::2], p[1::2]
        turn = sum((xs[(i + 1) % 4] - xs[i]) * (ys[(i + 1) % 4] + ys[i]) for i in range(4))
        assert turn <= 0, 'not clockwise'
        rows.append((int(re.search(r'(\d+)\.txt$', file).group(1)) - 1, f[8], *p))
)";

// source: THUMOS 2014: a file a class; the video, a beginning and an end.
constexpr const char* thumos_program = R"(
for file in glob.glob(path + '/*_val.txt'):
    for line in open(file):
        video, begin, end = line.split()
        rows.append((float(begin), os.path.basename(file)[:-len('_val.txt')].replace(' ', '+'), video, float(end)))
)";

// source: YouTube-VIS's public files: lists as long as the video.
constexpr const char* youtube_vis_program = R"(
data = json.load(open(path))
videos = {v['id']: v for v in data['videos']}
names = {c['id']: c['name'] for c in data['categories']}
for a in data['annotations']:
    video = videos[a['video_id']]
    assert len(a['bboxes']) == len(a['areas']) == len(a['segmentations']) == video['length'] == len(video['file_names'])
    for frame, box in enumerate(a['bboxes']):
        if box is not None:
            x, y, w, h = map(float, box)
            add(frame, names[a['category_id']], x, y, x + w, y + h)
)";

// source: LabelMe's label file: which keys it wants, and two points a rectangle.
constexpr const char* labelme_program = R"(
for file in glob.glob(path + '/*.json'):
    data = json.load(open(file))
    for key in ('version', 'imageData', 'imagePath', 'shapes', 'flags', 'imageHeight', 'imageWidth'):
        assert key in data, key
    for shape in data['shapes']:
        assert shape['shape_type'] == 'rectangle' and isinstance(shape['group_id'], int)
        (x1, y1), (x2, y2) = shape['points']
        add(int(re.search(r'(\d+)\.', data['imagePath']).group(1)), shape['label'], *map(float, (x1, y1, x2, y2)))
)";

constexpr const char* darklabel_program = R"(
for frame, name, track, x, y, w, h in csv.reader(open(path)):
    add(int(frame), name, int(x), int(y), int(x) + int(w), int(y) + int(h))
)";

constexpr const char* quads_program = R"(
for row in csv.DictReader(open(path)):
    rows.append((int(row['frame']), row['label'], *[float(row[a + n]) for n in '1234' for a in 'xy']))
)";

const std::string quad_at = " 20 30 80 32 78 70 19 68\n";

std::vector<OutsideReader> outside_readers() {
    return {
        {"Vatic", "vatic", walkers, {}, "out.txt", vatic_program, "shlex", said_of_walkers("pedestrian", "car")},
        {"Mot", "mot", walkers, {}, "gt.txt", mot_program, "csv", said_of_walkers("1", "3")},
        {"Mots", "mots", walkers, {}, "gt.txt", mots_program, "csv", said_of_walkers("2", "1")},
        {"Ava",
         "ava",
         actor,
         {{"time-offset", "900"}, {"video-id", "film"}},
         "out.csv",
         ava_program,
         "csv",
         "900 film:12:1 0.1 0.1 0.3 0.6\n901 film:12:1 0.1 0.1 0.3 0.6\n902 film:12:1 0.1 0.1 0.3 0.6\n"
         "903 film:12:1 0.1 0.1 0.3 0.6\n904 film:12:1 0.1 0.1 0.3 0.6\n905 film:14:1 0.1 0.1 0.3 0.6\n"
         "906 film:14:1 0.1 0.1 0.3 0.6\n907 film:14:1 0.1 0.1 0.3 0.6\n908 film:14:1 0.1 0.1 0.3 0.6\n"
         "909 film:14:1 0.1 0.1 0.3 0.6\n"},
        {"AvaKinetics", "ava-kinetics", actor, {}, "out.csv", ava_program, "csv", "5 walk:14:-1 0.1 0.1 0.3 0.6\n"},
        {"ActiveSpeaker",
         "active-speaker",
         walkers,
         {},
         "out.csv",
         speaker_program,
         "csv",
         said_of_walkers("NOT_SPEAKING", "NOT_SPEAKING")},
        {"VbbText",
         "vbb-text",
         walkers,
         {},
         "out.txt",
         vbb_text_program,
         "re",
         "3 pedestrian 10 20 30 40\n4 pedestrian 12 20 30 40\n4 car 100 200 50 60\n5 pedestrian 14 20 30 40\n7 car 100 "
         "200 50 "
         "60\n"},
        {"Pot",
         "pot",
         poster,
         {},
         "V01_1_gt_points.txt",
         pot_program,
         "numpy",
         "0 quad" + quad_at + "1 quad" + quad_at},
        {"Dota", "dota", poster, {}, "out", dota_program, "glob", "0 car" + quad_at + "1 car" + quad_at},
        {"Icdar", "icdar", poster, {}, "out", icdar_program, "glob", "0 ###" + quad_at + "1 ###" + quad_at},
        {"Quads", "quads", poster, {}, "out.csv", quads_program, "csv", "0 car" + quad_at + "1 car" + quad_at},
        {"Thumos", "thumos", actor, {}, "out", thumos_program, "glob", "0 action+12 walk 5\n5 action+14 walk 10\n"},
        {"YoutubeVis",
         "youtube-vis",
         walkers,
         {},
         "out.json",
         youtube_vis_program,
         "json",
         said_of_walkers("pedestrian", "car")},
        {"Labelme", "labelme", walkers, {}, "out", labelme_program, "json", said_of_walkers("pedestrian", "car")},
        {"DarkLabel",
         "darklabel",
         walkers,
         {},
         "out.txt",
         darklabel_program,
         "csv",
         said_of_walkers("pedestrian", "car")},
    };
}

class OutsideReaders : public testing::TestWithParam<OutsideReader> {};

TEST_P(OutsideReaders, FindWhatIsWritten) {
    const OutsideReader& reader = GetParam();
    const Annotations made = reader.project();
    const TemporaryFolder folder;
    const auto written =
        write_annotations(*find_format(reader.format), {made, MediaId{1}, folder / reader.out, reader.options});
    IB_ASSERT_OK(written);
    const auto said =
        test::run_python(python_head + reader.program + python_tail, {(folder / reader.out).string()}, reader.modules);
    if (!said) GTEST_SKIP() << "no python3 with " << reader.modules << " on this machine";
    EXPECT_EQ(said->status, 0);
    EXPECT_EQ(said->output, reader.expected);
}

INSTANTIATE_TEST_SUITE_P(Table, OutsideReaders, testing::ValuesIn(outside_readers()),
                         [](const auto& given) { return given.param.name; });

// source: dbEval.m loads results with load(file, '-ascii'); bbGt.m's bbLoad reads rows of a name and eleven numbers.
constexpr const char* octave_program = R"m(
args = argv();
d = args{1};
for f = [30 60 90]
  a = load('-ascii', fullfile(d, 'res', sprintf('I%05d.txt', f - 1)));
  printf('%d', [f size(a)]); printf(' %g', a(1, 1:4)); printf('\n');
end
all_frames = load('-ascii', fullfile(d, 'res.txt'));
printf('%g ', all_frames(:, 1:5)'); printf('\n');
fid = fopen(fullfile(d, 'gt', 'I00029.txt'));
printf('%s\n', fgetl(fid));
in = textscan(fid, '%s %f %f %f %f %f %f %f %f %f %f %f');
fclose(fid);
printf('%s', in{1}{1}); printf(' %g', [in{2:end}](1, :)); printf('\n');
)m";

TEST(OutsideReaders, OctaveLoadsCaltechsResultsAndTruthAsTheEvaluationDoes) {
    if (test::run_command("octave-cli --version").status != 0) GTEST_SKIP() << "GNU Octave is not installed";
    Annotations made = made_annotations();
    add_track(made, "pedestrian", {keyframe(0, Box{10, 20, 30, 60}), keyframe(99, Box{10, 20, 30, 60})});
    const TemporaryFolder folder;
    const Format& results = *find_format("caltech-results");
    IB_ASSERT_OK(
        write_annotations(results, {made, MediaId{1}, folder / "res", {{"layout", "frames"}, {"label", "all"}}}));
    IB_ASSERT_OK(
        write_annotations(results, {made, MediaId{1}, folder / "res.txt", {{"layout", "file"}, {"label", "all"}}}));
    IB_ASSERT_OK(write_annotations(*find_format("bbgt"), {made, MediaId{1}, folder / "gt", {}}));
    test::write_text(folder / "check.m", octave_program);
    const auto said = test::run_command("octave-cli --no-gui --no-init-file " + (folder / "check.m").string() + " " +
                                        folder.path().string());
    EXPECT_EQ(said.status, 0);
    EXPECT_EQ(said.output,
              "3015 11 21 30 60\n6015 11 21 30 60\n9015 11 21 30 60\n"
              "30 11 21 30 60 60 11 21 30 60 90 11 21 30 60 \n"
              "% bbGt version=3\npedestrian 11 21 30 60 0 0 0 0 0 0 0\n");
}

}  // namespace
}  // namespace inbetween
