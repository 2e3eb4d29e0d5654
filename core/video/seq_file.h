#pragma once

#include <memory>
#include <string>

#include "core/base/descriptor.h"
#include "core/video/seq_index.h"
#include "core/video/still_source.h"

namespace inbetween {

/// A Norpix sequence (.seq) as a FrameSource: frame n is the n-th that lies in the file, shown when its time stamp
/// says.
class SeqFile final : public StillSource {
public:
    /// errors: those of scan_seq(); no frame can be decoded.
    static Result<std::unique_ptr<FrameSource>> open(const std::filesystem::path& path, const OpenOptions& options);

    Pts pts(FrameIndex n) const override { return index_->times[static_cast<std::size_t>(n.value)]; }
    Opener opener() const override;

private:
    SeqFile(Descriptor file, std::shared_ptr<const SeqIndex> index, std::size_t cache_bytes)
        : StillSource(cache_bytes), file_(std::move(file)), index_(std::move(index)) {}

    Result<Done> describe_by_first(const OpenOptions& options);
    StillKind kind_of(FrameIndex n) const;
    Result<ff::FramePtr> decode(FrameIndex n) override;
    std::string name_of(FrameIndex n) const override;
    Error past_end(FrameIndex n) const override;
    Error other_size(FrameIndex n, Size size) const override;
    Result<ff::FramePtr> picture_of(const SeqFrame& frame) const;
    Result<ff::FramePtr> still_of(const SeqFrame& frame) const;
    Result<ff::FramePtr> raw_of(const SeqFrame& frame) const;

    Descriptor file_;
    std::shared_ptr<const SeqIndex> index_;
};

}  // namespace inbetween
