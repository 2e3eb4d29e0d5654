#include <algorithm>
#include <atomic>
#include <cmath>

#include "app/commands/command.h"
#include "app/project.h"
#include "app/session.h"
#include "tests/support/fake_audio_output.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

constexpr int rate = 48000;
constexpr double frame_secs = 0.04;
constexpr double tick_secs = 0.005;

/// A session on a video of 100 frames, 25 a second, in which a tone sounds exactly while frame 20, 50 or 80 is seen.
/// The clock and the sound device are moved by hand, each at its own pace.
class SessionWithSound : public testing::Test {
protected:
    void open(const std::string& file, OpenAudioOutput sound) {
        const auto project = folder_ / (file + ".inbetween");
        const auto made = create_project(project, {build_folder() / "sound" / file}, labels_of({"person"}));
        IB_ASSERT_OK(made);
        auto opened = Session::open(project, {.clock = [this] { return now_.load(); }, .sound = std::move(sound)});
        IB_ASSERT_OK(opened);
        session = *std::move(opened);
        wait();
        // The sound is looked at on a thread of its own, which a fake clock does not hurry.
        session->view.speed = 0;
    }
    void open(const std::string& file) { open(file, device.opener()); }

    void wait() {
        const auto done = session->wait();
        IB_ASSERT_OK(done);
    }

    void wait_for_info() {
        while (!session->audio()) std::this_thread::yield();
    }

    double shown_frame() const { return static_cast<double>(session->view.frame.value); }

    /// Lets time pass for the session, and for the device as its own pace says.
    void pass(double secs, double pace = 1) {
        for (int i = 0; i < std::lround(secs / tick_secs); ++i) {
            now_ = now_ + tick_secs;
            session->pump();
            if (session->view.speed == 0) return;
            session->wait_for_sound();
            device_owes_ += tick_secs * pace * rate;
            const auto pairs = static_cast<std::size_t>(device_owes_ / 480) * 480;
            device_owes_ -= static_cast<double>(pairs);
            for (std::size_t done = 0; done < pairs; done += 480) {
                const auto samples = device.pull(480);
                heard.insert(heard.end(), samples.begin(), samples.end());
            }
            look();
        }
    }

    /// Compares the picture with what is heard while a tone is: it is seen that long, give or take a frame.
    void look() {
        const auto latency_pairs = static_cast<std::ptrdiff_t>(device.latency_secs() * rate);
        const std::ptrdiff_t now_heard =
            std::ssize(heard) / 2 - latency_pairs + static_cast<std::ptrdiff_t>(device_owes_);
        if (now_heard < 200 || !tones_at_their_frames) return;
        float loud = 0;
        for (std::ptrdiff_t i = now_heard - 200; i < std::min(now_heard, std::ssize(heard) / 2); ++i) {
            loud = std::max(loud, std::abs(heard[static_cast<std::size_t>(i) * 2]));
        }
        if (loud < 0.1F) return;
        ++tones_heard;
        const std::int64_t off = (session->view.frame.value - 20) % 30;
        EXPECT_LE(std::min(off, 30 - off), 1) << "a tone is heard with frame " << session->view.frame.value;
    }

    FakeAudioDevice device{rate, 0.02};
    std::unique_ptr<Session> session;
    std::vector<float> heard;
    int tones_heard = 0;
    bool tones_at_their_frames = true;

private:
    TemporaryFolder folder_;
    std::atomic<double> now_ = 1000;
    double device_owes_ = 0;
};

TEST_F(SessionWithSound, PlaysInStepWithThePicture) {
    open("pcm.mov");
    wait_for_info();
    ASSERT_TRUE(run_command(*session, "play.toggle"));
    pass(3.9);
    EXPECT_TRUE(session->is_sounding());
    EXPECT_NEAR(shown_frame(), 97, 1);
    EXPECT_GT(tones_heard, 15) << "three tones of 40 ms, looked at each 5 ms";
    pass(1);
    EXPECT_EQ(session->view.frame, FrameIndex{99});
    EXPECT_EQ(session->view.speed, 0);
    EXPECT_FALSE(session->is_sounding());
}

/// The device's clock runs off the system's.
class SessionOffPace : public SessionWithSound, public testing::WithParamInterface<double> {};

TEST_P(SessionOffPace, ThePictureFollowsTheSound) {
    open("pcm.mov");
    wait_for_info();
    ASSERT_TRUE(run_command(*session, "play.toggle"));
    const double pace = GetParam();
    const double secs = 3.6;
    double last = -1;
    for (double t = 0; t < secs; t += 0.1) {
        pass(0.1, pace);
        ASSERT_TRUE(session->is_sounding());
        const double frame = shown_frame();
        EXPECT_GE(frame, last) << "it never goes back";
        last = frame;
    }
    // What the device has played, less what it still holds, is the time the picture shows.
    const double played = static_cast<double>(heard.size()) / 2 / rate;
    EXPECT_NEAR(played, secs * pace, 0.02);
    EXPECT_NEAR(last * frame_secs, secs * pace, frame_secs);
    EXPECT_GT(std::abs(secs * pace - secs), frame_secs * 1.5) << "a picture by the system's clock would be off";
    EXPECT_GT(tones_heard, 15);
}

INSTANTIATE_TEST_SUITE_P(Sound, SessionOffPace, testing::Values(1.02, 0.98));

TEST_F(SessionWithSound, BeginsAtThePlaceOfThePictureWhereBothBeginAtDifferentTimes) {
    tones_at_their_frames = false;  // the files are cut
    for (const char* file : {"picture_late.mp4", "sound_late.mkv", "edit_list.mp4", "start_10s.ts"}) {
        open(file);
        wait_for_info();
        heard.clear();
        tones_heard = 0;
        ASSERT_TRUE(run_command(*session, "play.toggle"));
        // Looks for the frames of the tones by the picture that the file itself has there.
        std::vector<double> tones;
        auto source = open_frame_source(session->video_path());
        IB_ASSERT_OK(source);
        for (FrameIndex n; n.value < (*source)->info().frames; ++n) {
            const auto picture = (*source)->frame(n);
            IB_ASSERT_OK(picture);
            const auto image = upright_image(**picture, ImageChannels::Gray);
            IB_ASSERT_OK(image);
            if (image->pixels[image->pixels.size() / 2] > 128) tones.push_back(seconds_at(**source, n));
        }
        ASSERT_GE(tones.size(), 2U);
        pass(2.2);
        for (const double tone : tones) {
            // Heard after the latency that the session has allowed for.
            const auto at = static_cast<std::ptrdiff_t>((tone - device.latency_secs() + 0.02) * rate) * 2;
            if (at >= std::ssize(heard) - 2000) continue;
            float loud = 0;
            for (std::ptrdiff_t i = at; i < at + 200; ++i) {
                loud = std::max(loud, std::abs(heard[static_cast<std::size_t>(i)]));
            }
            EXPECT_GT(loud, 0.1F) << file << ": " << tone;
        }
        session.reset();
    }
}

TEST_F(SessionWithSound, IsSilentAtAnyOtherSpeedAndBackward) {
    open("pcm.mov");
    wait_for_info();
    for (const double speed : {2.0, 0.5, 16.0, -1.0, -4.0}) {
        session->go_to(FrameIndex{speed > 0 ? 10 : 90});
        session->play(speed);
        pass(0.4);
        EXPECT_FALSE(session->is_sounding()) << speed;
    }
    EXPECT_EQ(device.opened(), 0) << "no device is opened for nothing";
    session->go_to(FrameIndex{10});
    session->play(1);
    pass(0.4);
    EXPECT_TRUE(session->is_sounding());
    ASSERT_TRUE(run_command(*session, "play.forward"));
    EXPECT_EQ(session->view.speed, 2);
    const std::size_t before = heard.size();
    pass(0.6);
    EXPECT_FALSE(session->is_sounding());
    EXPECT_TRUE(std::all_of(heard.begin() + static_cast<std::ptrdiff_t>(before) + 960, heard.end(),
                            [](float s) { return s == 0; }));
    EXPECT_NEAR(shown_frame(), 10 + 10 + 30, 1) << "it goes on from where the sound was";
}

TEST_F(SessionWithSound, ScrubbingIsSilent) {
    open("pcm.mov");
    wait_for_info();
    session->play(1);
    pass(0.2);
    EXPECT_TRUE(session->is_sounding());
    for (int i = 0; i < 20; ++i) {
        session->go_to(FrameIndex{10 + i});
        const std::size_t before = heard.size();
        pass(0.02);
        EXPECT_FALSE(session->is_sounding());
        if (i > 0) {
            EXPECT_TRUE(std::all_of(heard.begin() + static_cast<std::ptrdiff_t>(before), heard.end(),
                                    [](float s) { return s == 0; }));
        }
    }
    pass(0.4);
    EXPECT_TRUE(session->is_sounding()) << "it is heard again where the scrubbing ended";
    EXPECT_NEAR(shown_frame(), 29 + 10, 1);
}

TEST_F(SessionWithSound, MutingAndVolume) {
    open("pcm.mov");
    wait_for_info();
    session->go_to(FrameIndex{18});
    ASSERT_TRUE(run_command(*session, "play.mute"));
    session->play(1);
    pass(0.2);
    EXPECT_FALSE(session->is_sounding());
    EXPECT_EQ(device.opened(), 0);
    ASSERT_TRUE(run_command(*session, "play.mute"));
    session->go_to(FrameIndex{40});
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(run_command(*session, "play.softer"));
    EXPECT_EQ(session->messages().back().text, "Volume 50%");
    heard.clear();
    pass(0.7);
    EXPECT_TRUE(session->is_sounding());
    // One channel is spread over two with the same power; half the volume is a quarter of the samples.
    EXPECT_NEAR(*std::ranges::max_element(heard), 0.7 * std::sqrt(0.5) * 0.25, 0.005);
    for (int i = 0; i < 9; ++i) ASSERT_TRUE(run_command(*session, "play.softer"));
    EXPECT_EQ(session->view.volume, 0);
    ASSERT_TRUE(run_command(*session, "play.mute"));
    ASSERT_TRUE(run_command(*session, "play.louder"));
    EXPECT_FALSE(session->view.muted);
    EXPECT_EQ(session->view.volume, 0.1);
}

TEST_F(SessionWithSound, WithoutADevicePlaysOnByTheClockWithOneQuietNote) {
    open("pcm.mov", no_audio_device());
    wait_for_info();
    const std::size_t before = session->messages().size();
    for (int i = 0; i < 3; ++i) {
        session->go_to(FrameIndex{0});
        session->play(1);
        pass(1);
        EXPECT_NEAR(shown_frame(), 25, 1);
        session->play(0);
    }
    ASSERT_EQ(session->messages().size(), before + 1);
    EXPECT_EQ(session->messages().back().kind, Message::Kind::Info);
    EXPECT_EQ(session->messages().back().text, "no sound: there is no device");
}

TEST_F(SessionWithSound, AVideoWithoutSoundPlaysAsBefore) {
    open("silent.mkv");
    session->play(1);
    pass(1);
    EXPECT_NEAR(shown_frame(), 25, 1);
    EXPECT_FALSE(session->audio().has_value());
    EXPECT_EQ(device.opened(), 0);
    EXPECT_TRUE(session->messages().empty());
}

}  // namespace
}  // namespace inbetween::test
