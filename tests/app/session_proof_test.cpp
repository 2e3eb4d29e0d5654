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

/// Makes the 705th packet one that holds nothing; its frame does not come out, and nothing refers to it.
bool damage(const fs::path& file) {
    const auto probed = run_command("ffprobe -v error -select_streams v:0 -show_entries packet=pos,size -of csv=p=0 '" +
                                    file.string() + "' | sed -n 705p");
    long size = 0;
    long pos = 0;
    if (std::sscanf(probed.output.c_str(), "%ld,%ld", &size, &pos) != 2) return false;
    std::string bytes = file_text(file);
    std::fill_n(bytes.begin() + pos + 4, size - 4, '\0');
    write_text(file, bytes);
    return true;
}

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
    ASSERT_TRUE(damage(folder / "long.mp4"));
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

/// A project of 1400 frames that says there are 1401: one more at 700, which never comes out.
class SessionRenumbered : public SessionProof {
protected:
    void SetUp() override {
        ASSERT_TRUE(make_long_video(folder / "long.mp4"));
        const auto source = open_frame_source(folder / "long.mp4", {.proof_pixels = 0});
        IB_ASSERT_OK(source);
        auto media = describe_media(**source, folder.path());
        IB_ASSERT_OK(media);
        media->id = MediaId{1};
        media->frames += 1;
        media->pts.insert(media->pts.begin() + 700, (media->pts[699] + media->pts[700]) / 2);
        Annotations initial;
        initial.media.emplace(media->id, std::make_shared<const Media>(*std::move(media)));
        for (Label& label : labels_of({"square"})) initial.labels.emplace(label.id, label);
        IB_ASSERT_OK(Store::create(project, initial));
    }
    /// The first keyframe of each track.
    static std::vector<std::int64_t> frames_of(const Opened& opened) {
        std::vector<std::int64_t> frames;
        for (const auto& [id, track] : opened.session->annotations().tracks)
            frames.push_back(track->keyframes[0].frame.value);
        return frames;
    }
    void expect_sound(const Opened& opened) const {
        EXPECT_EQ(opened.session->frames(), 1400);
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
        ASSERT_EQ(opened.session->frames(), 1401);
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
