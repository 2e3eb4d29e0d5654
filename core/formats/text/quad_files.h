#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/text/quads.h"

namespace inbetween {

// What the formats of quads with a text file an image (ICDAR 2015, DOTA) have in common: the frame is the number at the
// end of the file's name, and nothing tells which quad of one image is which of the next.

/// A quad of one image.
struct ImageQuad {
    Quad quad;
    std::string label;
    std::vector<std::pair<std::string, std::string>> values;  ///< texts of attributes, by name
    bool occluded = false;                                    ///< for counting what the format cannot say
};

/// The option by which quads of neighbouring images become one track.
inline constexpr FormatOption quad_link_option{
    "link", "NUMBER", "0",
    "reading: quads of one label in neighbouring frames whose boxes overlap by this share (intersection over union) "
    "become one track; 0: every quad is a track of its own"};
inline constexpr FormatOption quad_first_option{"first-frame", "N", "1",
                                                "the number of the video's first frame in the "
                                                "files' names"};

/// The text files of a request by frame: those stated, and in a folder those whose name ends in a number.
/// errors: a stated file without a number; two files of one frame; a folder without any.
Result<std::map<FrameIndex, std::filesystem::path>> quad_files(const ReadRequest& request, std::int64_t first);

/// Gathers the quads of one image after another into tracks.
class QuadTracks {
public:
    QuadTracks(const Media& media, double link) : builder_(media), link_(link) {}
    /// requires: frames come in ascending order.
    void add(FrameIndex frame, const std::vector<ImageQuad>& quads);
    Result<ReadResult> finish(std::string_view file) &&;

private:
    struct Chain {
        LabelId label{};
        std::vector<StatedQuad> rows;
        AttributeTrail trail;
    };
    /// The chain of the frame before that overlaps most, if it is free and overlaps enough.
    Chain* chain_for(const ImageQuad& quad, LabelId label, FrameIndex frame);

    AnnotationsBuilder builder_;
    double link_;
    std::vector<Chain> chains_;
    std::int64_t flat_ = 0;
};

/// The quads of the video's tracks by frame, with the values of the attributes named. Counts what is not carried.
std::map<FrameIndex, std::vector<ImageQuad>> image_quads_of(const WriteRequest& request,
                                                            const std::vector<std::string_view>& carried,
                                                            Losses& losses);

/// Refuses a folder that holds files of other frames, which would be read together with these.
Result<Done> check_no_other_frames(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& own);

/// Tells whether a file's name ends in a number and .txt.
bool is_numbered_text(const std::filesystem::path& path);

}  // namespace inbetween
