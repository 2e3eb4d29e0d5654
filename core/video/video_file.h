#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/video/cursor.h"
#include "core/video/frame_cache.h"
#include "core/video/frame_shaper.h"
#include "core/video/frame_source.h"
#include "core/video/frame_table.h"
#include "core/video/video_index.h"

namespace inbetween {

/// A video file as a FrameSource. Frames are numbered by their time stamps where those can be trusted, else by counting
/// from the start of the file; every seek is checked against what the index expects and, by hash, against what was seen
/// before, and given up for an earlier start when it disagrees.
class VideoFile final : public FrameSource {
public:
    /// errors: those of open_frame_source.
    static Result<std::unique_ptr<FrameSource>> open(const std::filesystem::path& path, const OpenOptions& options);

    const VideoInfo& info() const override { return known_.info; }
    Result<PicturePtr> frame(FrameIndex n) override { return frame(n, FrameIndex{0}); }
    Result<PicturePtr> frame(FrameIndex n, FrameIndex keep_from) override;
    FrameIndex decode_start(FrameIndex n) const override;
    Pts pts(FrameIndex n) const override;
    DecodeStats stats() const override { return cursor_.stats(); }
    Result<Done> prove(const std::stop_token& stop, const std::function<void(double share)>& progress,
                       const ProofWatch& watch) override;
    std::shared_ptr<const FrameTable> table() const override;
    void adopt(const FrameTable& table) override;
    Opener opener() const override;
    void set_watch(FrameWatch watch) override { watch_ = std::move(watch); }
    bool use_cache(std::shared_ptr<FrameCache> cache, CacheRole role) override;

private:
    enum class Numbering {
        ByPts,   // the index says which frame a time stamp is
        ByOrder  // frames are counted from the start of the file
    };

    // One way through the file, from a seek or from the start, until the next seek.
    struct Run {
        bool live = false;
        bool from_start = false;
        std::size_t start = 0;        // the sync packet it began at, where not from_start
        FrameIndex next;              // the frame that comes out next
        bool begun = false;           // the frame of the sync packet has come out
        std::size_t skip_before = 0;  // packets before it that nothing refers to are not decoded
        bool had_errors = false;
    };

    // What is known of a frame that has come out.
    struct Record {
        Pts pts = no_pts;
        std::uint64_t hash = 0;
        bool known = false;
        bool from_start = false;
    };

    // What is known of the video, whoever found it out: what further sources of it begin with.
    struct Known {
        VideoInfo info;
        VideoIndex index;
        FrameShaper shaper;
        Numbering numbering = Numbering::ByPts;
        std::vector<Record> records;             // one a frame
        std::vector<SyncPoint> waypoints;        // rising; where frames are numbered by order
        double sample_aspect = 1;                // of decoded pixels
        bool beginning_settled = false;          // what is in doubt at the beginning has been decoded
        double peak_nits = 0;                    // the brightest light the container speaks of; 0: it does not
        std::shared_ptr<HardwareDevice> device;  // decodes what is sought; null: the processor does
        bool complete = false;                   // the whole video has been decoded from its start

        void describe(const Demuxer& demuxer, const AVFrame& first);
        Result<PicturePtr> picture_of_first(const Demuxer& demuxer, ff::FramePtr frame);
    };

    // What became of a step: a frame of the video, a frame that is none of it, or a run that cannot be trusted.
    enum class Step { Frame, Skip, GiveUp };

    VideoFile(std::filesystem::path path, Cursor cursor, Known known, const OpenOptions& options, int threads);

    static PicturePtr show_at_a_glance(const std::filesystem::path& path, const OpenOptions& options, Known& known);
    VideoIndex show_first(const std::function<void(PicturePtr)>& first_picture);
    Result<Done> settle(const OpenOptions& options);
    Result<Done> decode_beginning(std::int64_t pixel_budget);
    bool beginning_is_settled() const;
    void trust_time_stamps();

    Result<PicturePtr> decode_to(FrameIndex n, FrameIndex keep_from);
    bool run_serves(FrameIndex n) const;
    Result<Done> begin_run(FrameIndex n);
    Result<Done> begin_from_start();
    Result<PicturePtr> advance_to(FrameIndex n, FrameIndex keep_from);
    void skip_before(FrameIndex n, FrameIndex keep_from);
    void go_on_by_time_stamps();
    Result<PicturePtr> next_picture(Step& step, FrameIndex keep_from);
    Step number_from_start(const AVFrame& frame);
    Step number_after_seek(const AVFrame& frame);
    Step number_after_waypoint(const AVFrame& frame);
    void note_waypoint(FrameIndex n, bool key_frame, std::int64_t packet);
    std::optional<SyncPoint> waypoint_for(FrameIndex n) const;
    bool seek_for(FrameIndex n);
    Pts time_stamp(FrameIndex n, const AVFrame& frame) const;
    Result<Done> settle_beginning();
    std::optional<std::size_t> first_damage() const;
    Step check_errors();
    Result<Done> choose_device(const OpenOptions& options);
    bool take_device();
    void leave_device(const std::string& reason);
    bool device_fails();
    bool agrees_with(const FrameTable& table) const;
    Step record(FrameIndex n, Pts pts, std::uint64_t hash);
    void end_from_start();
    void forget_pictures();
    void number_by_order(const std::string& reason);
    void frames_never_come_out(FrameRange range);
    void adopt_time_stamps();
    void distrust(std::size_t packet);
    void give_up_run();
    Error past_end(FrameIndex n) const;
    Error add_file(const Error& error) const;

    std::filesystem::path path_;
    Known known_;
    Cursor cursor_;
    std::shared_ptr<FrameCache> cache_;
    CacheRole role_ = CacheRole::Keeper;
    std::uint64_t cache_generation_ = 0;
    FrameWatch watch_;
    int threads_;
    Run run_;
    bool opening_ = true;  // numbers nobody has seen may still change without a word
    int rejections_ = 0;   // of runs, in the request at hand
};

}  // namespace inbetween
