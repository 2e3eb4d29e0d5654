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

}  // namespace
}  // namespace inbetween::test
