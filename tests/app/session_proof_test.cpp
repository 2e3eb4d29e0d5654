#include <gmock/gmock.h>

#include <algorithm>
#include <cstdio>

#include "app/project.h"
#include "app/session.h"
#include "core/edit/operations.h"
#include "tests/app/app_support.h"
#include "tests/support/stamp.h"

// What may be said of frames whose numbers are not proved yet.
namespace inbetween::test {
namespace {

namespace fs = std::filesystem;

constexpr Box square{20, 30, 40, 40};

/// The test video fourteen times over: more than is proved while a video is opened.
bool make_long_video(const fs::path& file) {
    std::string list;
    for (int i = 0; i < 14; ++i) list += "file '" + test_media("h264_b.mp4").string() + "'\n";
    const fs::path names = file.parent_path() / "list.txt";
    write_text(names, list);
    return run_command("ffmpeg -v error -y -f concat -safe 0 -i '" + names.string() + "' -c copy '" + file.string() +
                       "'")
               .status == 0;
}

/// The video's bytes, and where its 705th packet lies in them: its frame is the 704th, counted from 0, and nothing
/// refers to it.
struct Packet705 {
    explicit Packet705(const fs::path& video) : file(video), bytes(file_text(video)) {
        const auto probed =
            run_command("ffprobe -v error -select_streams v:0 -show_entries packet=pos,size -of csv=p=0 '" +
                        file.string() + "' | sed -n 705p");
        EXPECT_EQ(std::sscanf(probed.output.c_str(), "%zu,%zu", &size, &pos), 2) << probed.output;
    }

    /// Makes it one that holds nothing: the scan sees that.
    void empty() {
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(pos) + 4, size - 4, '\0');
        write_text(file, bytes);
    }
    /// Has its slice ask for parameters that no packet gave: only who decodes it finds out.
    void ask_for_missing_parameters() {
        constexpr std::size_t head = 4 + 1;                   // the unit's length, and its own first byte
        bytes[pos + head] = static_cast<char>(0b1'010'0011);  // first macroblock 0, a B slice, set 5 ...
        bytes[pos + head + 1] = static_cast<char>(bytes[pos + head + 1] & 0x7F);  // ... to its last bit
        write_text(file, bytes);
    }

    fs::path file;
    std::string bytes;
    std::size_t pos = 0;
    std::size_t size = 0;
};

struct Opened {
    explicit Opened(const fs::path& project, bool survey) {
        auto opened = Session::open(project, {.survey = survey});
        EXPECT_TRUE(opened.has_value()) << why(opened);
        session = *std::move(opened);
        IB_EXPECT_OK(session->wait());
    }
    bool add(std::int64_t frame) const {
        return session->commit(
            edit::add_track(session->annotations(), session->media_id(), LabelId{1}, FrameIndex{frame}, square));
    }
    /// The number drawn into the picture shown for a frame, once it is the frame itself.
    std::optional<int> stamp_at(std::int64_t frame) const {
        session->go_to(FrameIndex{frame});
        IB_EXPECT_OK(session->wait());
        const ShownFrame shown = session->shown_frame();
        if (shown.picture == nullptr || shown.kind != ShownFrame::Kind::Exact) return std::nullopt;
        return stamped_index(*shown.picture);
    }
    FrameIndex stated_frame() const { return session->annotations().tracks.begin()->second->keyframes[0].frame; }
    void wait_for_proof() const {
        while (session->video()->exactness != Exactness::Proved) session->pump();
        session->pump();
    }

    std::unique_ptr<Session> session;
};

class SessionProof : public testing::Test {
protected:
    void make_project(const fs::path& video) {
        const auto made = create_project(project, {video}, labels_of({"square"}));
        IB_ASSERT_OK(made);
    }

    TemporaryFolder folder;
    fs::path project = folder / "p.inbetween";
};

TEST_F(SessionProof, NothingIsSaidOfAFrameWhoseNumberIsInDoubt) {
    std::string bytes;
    for (int i = 0; i < 14; ++i) bytes += file_text(test_media("h264_raw.h264"));
    write_text(folder / "raw.h264", bytes);
    make_project(folder / "raw.h264");
    {
        const Opened opened(project, false);
        ASSERT_EQ(opened.session->video()->exactness, Exactness::Provisional);
        EXPECT_FALSE(opened.add(1200));
        EXPECT_TRUE(opened.session->annotations().tracks.empty());
        EXPECT_THAT(
            opened.session->messages().back().text,
            testing::StartsWith("Not changed: the number of frame 1200 is not proved yet (1400 packets carry no"));
    }
    const Opened opened(project, true);
    opened.wait_for_proof();
    EXPECT_TRUE(opened.add(1200));
}

TEST_F(SessionProof, SoundNumbersMayBeAnnotatedBeforeTheyAreProved) {
    ASSERT_TRUE(make_long_video(folder / "long.mp4"));
    make_project(folder / "long.mp4");
    {
        const Opened opened(project, false);
        ASSERT_EQ(opened.session->video()->exactness, Exactness::Provisional);
        EXPECT_TRUE(opened.add(1200));
    }
    const Opened opened(project, true);
    opened.wait_for_proof();
    EXPECT_EQ(opened.session->frames(), 1400);
    // What the frames look like is kept with the project as soon as all of them have been seen.
    while (!opened.session->has_signature(opened.session->media_id())) opened.session->pump();
    IB_ASSERT_OK(opened.session->flush());
    const auto kept = Store::read_signature(project, opened.session->media_id());
    IB_ASSERT_OK(kept);
    ASSERT_NE(*kept, nullptr);
    EXPECT_EQ((*kept)->size(), 1400);
    EXPECT_EQ(opened.session->annotations().tracks.begin()->second->keyframes[0].frame, FrameIndex{1200});
}

TEST_F(SessionProof, APacketThatHoldsNothingPutsNumbersInDoubtUntilTheProof) {
    ASSERT_TRUE(make_long_video(folder / "long.mp4"));
    Packet705(folder / "long.mp4").empty();
    make_project(folder / "long.mp4");
    {
        const Opened opened(project, false);
        ASSERT_EQ(opened.session->frames(), 1400);
        EXPECT_FALSE(opened.session->video()->sound);
        EXPECT_FALSE(opened.add(1200));
    }
    const Opened opened(project, true);
    opened.wait_for_proof();
    Session& session = *opened.session;
    EXPECT_EQ(session.frames(), 1399);
    EXPECT_TRUE(opened.add(1200));
    session.go_to(FrameIndex{1200});
    IB_ASSERT_OK(session.wait());
    // Frame 1200 of the numbers in doubt stood one later: the test video's own frame 0 is the proved 1199.
    EXPECT_EQ(stamped_index(*session.shown_frame().picture), 1);
}

TEST_F(SessionProof, WhatWasAnnotatedKeepsItsPictureWhereDamageShowsOnlyInTheDecode) {
    ASSERT_TRUE(make_long_video(folder / "long.mp4"));
    Packet705(folder / "long.mp4").ask_for_missing_parameters();
    make_project(folder / "long.mp4");
    std::optional<int> stamp;
    {
        const Opened opened(project, false);
        ASSERT_EQ(opened.session->frames(), 1400);
        ASSERT_TRUE(opened.session->video()->sound);
        EXPECT_EQ(opened.session->video()->exactness, Exactness::Provisional);
        stamp = opened.stamp_at(1200);
        ASSERT_TRUE(opened.add(1200));
    }
    const Opened opened(project, true);
    opened.wait_for_proof();
    ASSERT_EQ(opened.session->frames(), 1399);
    EXPECT_EQ(opened.stated_frame(), FrameIndex{1199});
    EXPECT_EQ(opened.stamp_at(1199), stamp);
}

TEST_F(SessionProof, ANumberOfAnEarlierProofIsNotAnnotatedByTimeStamps) {
    ASSERT_TRUE(make_long_video(folder / "long.mp4"));
    Packet705(folder / "long.mp4").ask_for_missing_parameters();
    make_project(folder / "long.mp4");
    {
        const Opened opened(project, true);
        opened.wait_for_proof();
        ASSERT_EQ(opened.session->frames(), 1399);
        ASSERT_TRUE(opened.add(1300));
    }
    // Without what the survey found the video is numbered by its time stamps again, the annotations are not.
    const Opened opened(project, false);
    ASSERT_TRUE(opened.session->video()->sound);
    EXPECT_FALSE(opened.add(1200));
    EXPECT_THAT(opened.session->messages().back().text, testing::HasSubstr("gives frame 1200 another number"));
    EXPECT_TRUE(opened.add(700));
}

TEST_F(SessionProof, NumbersThatChangeBeforeTheProofIsInAreNotAnnotated) {
    ASSERT_TRUE(make_long_video(folder / "long.mp4"));
    Packet705(folder / "long.mp4").ask_for_missing_parameters();
    make_project(folder / "long.mp4");
    const Opened opened(project, true);
    Session& session = *opened.session;
    // Who looks at the damaged place finds that a frame is missing there before the survey has come to the end.
    (void)opened.stamp_at(704);
    std::optional<int> stamp;
    for (bool said = false; !said;) {
        stamp = opened.stamp_at(705);
        said = opened.add(session.view.frame.value);  // one less where the proof came in while it was waited for
    }
    opened.wait_for_proof();
    ASSERT_EQ(session.frames(), 1399);
    const std::int64_t at = opened.stated_frame().value;
    EXPECT_EQ(opened.stamp_at(at), stamp) << "now on " << at;
}

/// A project of 1399 frames that says there are 1400: the one at 704 never comes out.
class SessionRenumbered : public SessionProof {
protected:
    void SetUp() override {
        ASSERT_TRUE(make_long_video(folder / "long.mp4"));
        Packet705(folder / "long.mp4").ask_for_missing_parameters();
        make_project(folder / "long.mp4");
    }
    /// The first keyframe of each track.
    static std::vector<std::int64_t> frames_of(const Opened& opened) {
        std::vector<std::int64_t> frames;
        for (const auto& [id, track] : opened.session->annotations().tracks)
            frames.push_back(track->keyframes[0].frame.value);
        return frames;
    }
    void expect_sound(const Opened& opened) const {
        EXPECT_EQ(opened.session->frames(), 1399);
        IB_ASSERT_OK(opened.session->flush());
        const auto complaints = Store::verify(project);
        IB_ASSERT_OK(complaints);
        EXPECT_THAT(*complaints, testing::IsEmpty());
    }
    using Frames = std::vector<std::int64_t>;
};

TEST_F(SessionRenumbered, UndoGoesPastTheProofAndLeavesItsNumbers) {
    {
        const Opened opened(project, false);
        ASSERT_EQ(opened.session->frames(), 1400);
        ASSERT_TRUE(opened.add(1200));
        ASSERT_TRUE(opened.add(300));
    }
    {
        const Opened opened(project, true);
        opened.wait_for_proof();
        EXPECT_EQ(frames_of(opened), (Frames{1199, 300}));
        ASSERT_TRUE(opened.add(1000));
        EXPECT_TRUE(opened.session->undo());
        EXPECT_EQ(frames_of(opened), (Frames{1199, 300}));
        EXPECT_TRUE(opened.session->undo());
        EXPECT_EQ(frames_of(opened), (Frames{1199}));
        EXPECT_EQ(opened.session->messages().back().text, "Undone: Draw box");
        expect_sound(opened);
    }
    const Opened opened(project, false);
    EXPECT_EQ(frames_of(opened), (Frames{1199}));
    EXPECT_TRUE(opened.session->undo());
    EXPECT_EQ(frames_of(opened), Frames{});
    expect_sound(opened);
    EXPECT_FALSE(opened.session->undo());
    EXPECT_EQ(opened.session->messages().back().text, "Nothing to undo");
    expect_sound(opened);
    EXPECT_TRUE(opened.session->redo());
    EXPECT_TRUE(opened.session->redo());
    EXPECT_TRUE(opened.session->redo());
    EXPECT_EQ(frames_of(opened), (Frames{1199, 300, 1000}));
    EXPECT_FALSE(opened.session->redo());
    expect_sound(opened);
}

TEST_F(SessionRenumbered, WhatCanBeRedoneComesBackUnderTheRightNumber) {
    {
        const Opened opened(project, false);
        ASSERT_TRUE(opened.add(300));
        ASSERT_TRUE(opened.add(1200));
        ASSERT_TRUE(opened.add(900));
        ASSERT_TRUE(opened.session->undo());
        ASSERT_TRUE(opened.session->undo());
    }
    const Opened opened(project, true);
    opened.session->view.segment_in = FrameIndex{800};
    opened.wait_for_proof();
    EXPECT_EQ(opened.session->view.segment_in, FrameIndex{799});
    EXPECT_EQ(frames_of(opened), (Frames{300}));
    expect_sound(opened);
    EXPECT_TRUE(opened.session->redo());
    EXPECT_TRUE(opened.session->redo());
    EXPECT_EQ(frames_of(opened), (Frames{300, 1199, 899}));
    EXPECT_FALSE(opened.session->redo());
    expect_sound(opened);
}

}  // namespace
}  // namespace inbetween::test
