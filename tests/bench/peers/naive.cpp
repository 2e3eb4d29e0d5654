#include <thread>

#include "tests/bench/peers/libav.h"
#include "tests/bench/peers/peers.h"

namespace inbetween::seek {

namespace {

class NaiveSeeker final : public Seeker {
public:
    explicit NaiveSeeker(Libav libav) : libav_(std::move(libav)) {
        const AVStream& stream = libav_.stream();
        rate_ = av_guess_frame_rate(&libav_.format(), &libav_.stream(), nullptr);
        if (rate_.num == 0) rate_ = {25, 1};
        start_ = stream.start_time == AV_NOPTS_VALUE ? 0 : stream.start_time;
    }

    Result<Done> show(FrameIndex n, Want) override {
        const auto pts_of = [&](double frame) {
            return start_ +
                   static_cast<std::int64_t>(frame * av_q2d(av_inv_q(rate_)) / av_q2d(libav_.stream().time_base));
        };
        const bool is_next = frame_ && n.value == last_.value + 1;
        last_ = n;
        if (!is_next && !libav_.seek(pts_of(static_cast<double>(n.value))))
            return fail("the seek to {} failed", n.value);
        const std::int64_t wanted = pts_of(static_cast<double>(n.value) - 0.5);
        do {
            frame_ = libav_.next();
            if (!frame_) return fail("the file ended before frame {}", n.value);
        } while (frame_->best_effort_timestamp < wanted);
        return Done{};
    }

    Result<Shown> shown() override { return shown_of(*frame_, picture_); }

private:
    Libav libav_;
    AVRational rate_{25, 1};
    std::int64_t start_ = 0;
    FrameIndex last_;
    ff::FramePtr frame_;
    std::shared_ptr<const Picture> picture_;
};

}  // namespace

Engine naive_engine() {
    const auto open = [](const std::filesystem::path& video, Ahead) -> Result<std::unique_ptr<Seeker>> {
        auto libav = Libav::open(video, static_cast<int>(std::thread::hardware_concurrency()));
        if (!libav) return libav.error();
        return std::unique_ptr<Seeker>(std::make_unique<NaiveSeeker>(std::move(*libav)));
    };
    return {"naive", open};
}

}  // namespace inbetween::seek
