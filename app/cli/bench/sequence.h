#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/bench/truth.h"

namespace inbetween::bench {

/// A video and what is true of it.
struct Sequence {
    std::string name;             ///< its folder's
    std::filesystem::path video;  ///< or folder of images
    Truth truth;
};

/// What was found under some folders.
struct Found {
    std::vector<Sequence> sequences;   ///< in the order of the folders stated, then by path
    std::vector<std::string> remarks;  ///< folders with truth that were left out, and why: one sentence each
};

/// Finds sequences in folders, however deep: a folder that holds `gt.txt` or `gt/gt.txt` and its video, or images as
/// frames (beside the truth, or in the folder that `seqinfo.ini` names as imDir, or in a folder below). The video of
/// PETS09-S2L1 is the vtest.avi of Debian's package opencv-doc. Of `only`, if it names any, are kept those.
/// errors: a folder is missing or holds no sequence; truth that cannot be read; a name in `only` that is not there.
Result<Found> find_sequences(const std::vector<std::filesystem::path>& folders, const std::vector<std::string>& only);

}  // namespace inbetween::bench
