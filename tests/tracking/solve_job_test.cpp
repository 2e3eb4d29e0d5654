#include "tracking/solve_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"

namespace inbetween {
namespace {

using test::square_at;
using test::track_of;

/// A wake that a test can wait for.
class Bell {
public:
    std::function<void()> wake() {
        return [this] {
            const std::lock_guard lock(mutex_);
            rung_ = true;
            waiting_.notify_all();
        };
    }
    void wait() {
        std::unique_lock lock(mutex_);
        waiting_.wait(lock, [&] { return rung_; });
        rung_ = false;
    }

private:
    std::mutex mutex_;
    std::condition_variable waiting_;
    bool rung_ = false;
};

JobReport run(SolveJob::Request request) {
    Bell bell;
    SolveJob job(std::move(request), bell.wake());
    JobReport all;
    double progress = 0;
    for (bool done = false; !done;) {
        done = job.is_done();
        EXPECT_GE(job.progress(), progress);
        progress = job.progress();
        JobReport report = job.drain();
        all.fills.insert(all.fills.end(), report.fills.begin(), report.fills.end());
        all.errors.insert(all.errors.end(), report.errors.begin(), report.errors.end());
        if (report.follow) all.follow = std::move(report.follow);
        if (!done) bell.wait();
    }
    EXPECT_EQ(job.progress(), 1);
    const JobReport rest = job.drain();
    EXPECT_TRUE(rest.fills.empty() && rest.errors.empty() && !rest.follow);
    std::sort(all.fills.begin(), all.fills.end(),
              [](const auto& a, const auto& b) { return a->from().frame < b->from().frame; });
    return all;
}

class SolveJobs : public testing::Test {
protected:
    void SetUp() override {
        test::PaintedSource source = test::sliding_square(13);
        test::write_images(source, folder_.path());
    }
    SolveJob::Request request(const std::vector<std::int64_t>& keyframes) const {
        SolveJob::Request request;
        request.video = folder_.path();
        const Track track = track_of(keyframes, square_at);
        request.spans = spans_to_solve(track, track.extent());
        return request;
    }
    test::TemporaryFolder folder_;
};

TEST_F(SolveJobs, GiveTheSameFillsWithOneThreadAndWithTwo) {
    SolveJob::Request one = request({0, 3, 6, 9, 12});
    SolveJob::Request two = one;
    one.threads = 1;
    two.threads = 2;
    const JobReport a = run(one);
    const JobReport b = run(two);
    EXPECT_THAT(a.errors, testing::IsEmpty());
    EXPECT_THAT(b.errors, testing::IsEmpty());
    ASSERT_EQ(a.fills.size(), 4U);
    ASSERT_EQ(b.fills.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(*a.fills[i], *b.fills[i]) << i;
        EXPECT_EQ(a.fills[i]->method, default_solver(ShapeKind::Box).id);
    }
}

TEST(SolveJob, GivesTheSameQuadsWithOneThreadAndWithTwo) {
    const test::TemporaryFolder folder;
    test::PaintedSource source = test::turning_card(19);
    test::write_images(source, folder.path());
    const Track track = track_of({0, 6, 12, 18}, test::card_at);
    SolveJob::Request one;
    one.video = folder.path();
    one.spans = spans_to_solve(track, track.extent());
    SolveJob::Request two = one;
    one.threads = 1;
    two.threads = 2;
    const JobReport a = run(one);
    const JobReport b = run(two);
    EXPECT_THAT(a.errors, testing::IsEmpty());
    EXPECT_THAT(b.errors, testing::IsEmpty());
    ASSERT_EQ(a.fills.size(), 3U);
    ASSERT_EQ(b.fills.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(*a.fills[i], *b.fills[i]) << i;
        EXPECT_EQ(a.fills[i]->method, default_solver(ShapeKind::Quad).id);
    }
}

TEST_F(SolveJobs, AreThoseOfTheSolverItself) {
    SolveJob::Request asked = request({2, 8});
    asked.method = "medianflow";
    const JobReport report = run(asked);
    ASSERT_EQ(report.fills.size(), 1U);
    auto source = open_frame_source(folder_.path());
    IB_ASSERT_OK(source);
    const auto direct = find_solver("medianflow")->solve(**source, asked.spans[0], {});
    IB_ASSERT_OK(direct);
    EXPECT_EQ(*report.fills[0], *direct);
}

TEST_F(SolveJobs, SayWhatTheyDo) {
    SolveJob::Request asked = request({0, 6, 12});
    asked.method = "linear";
    SolveJob job(asked, {});
    EXPECT_EQ(job.title(), "Filling 2 spans with linear");
}

TEST_F(SolveJobs, Follow) {
    SolveJob::Request asked;
    asked.video = folder_.path();
    asked.follow = FollowTask{.track = track_of({5}, square_at), .from = FrameIndex{5}, .frames = 5};
    const JobReport report = run(asked);
    ASSERT_TRUE(report.follow.has_value());
    EXPECT_EQ(report.follow->frames.size(), 5U);
}

TEST_F(SolveJobs, EndSoonWhenTheyAreDestroyed) {
    for (int i = 0; i < 3; ++i) {
        SolveJob::Request asked = request({0, 6, 12});
        asked.threads = 2;
        Bell bell;
        const SolveJob job(asked, bell.wake());
    }
}

TEST_F(SolveJobs, FinishWithoutWordsWhenCancelled) {
    SolveJob::Request asked = request({0, 6, 12});
    asked.threads = 1;
    Bell bell;
    SolveJob job(asked, bell.wake());
    job.cancel();
    while (!job.is_done()) bell.wait();
    const JobReport report = job.drain();
    EXPECT_THAT(report.errors, testing::IsEmpty());
    EXPECT_LE(report.fills.size(), 2U);
}

TEST_F(SolveJobs, TellOnceOfAVideoThatIsNotThere) {
    SolveJob::Request asked = request({0, 4, 8, 12});
    asked.video = folder_ / "absent.avi";
    asked.threads = 2;
    const JobReport report = run(asked);
    ASSERT_EQ(report.errors.size(), 1U);
    EXPECT_THAT(report.errors[0], testing::HasSubstr("absent.avi"));
    EXPECT_TRUE(report.fills.empty());
}

TEST_F(SolveJobs, RefuseAnUnknownMethod) {
    SolveJob::Request asked = request({0, 6, 12});
    asked.method = "best";
    const JobReport report = run(asked);
    EXPECT_THAT(report.errors, testing::ElementsAre(testing::HasSubstr("best")));
}

TEST(SolveJob, WithNothingToDoIsDone) {
    const SolveJob job({}, {});
    EXPECT_TRUE(job.is_done());
    EXPECT_EQ(job.progress(), 1);
}

}  // namespace
}  // namespace inbetween
