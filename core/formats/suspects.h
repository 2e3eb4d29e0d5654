#pragma once

#include <string>
#include <vector>

#include "core/formats/format.h"

namespace inbetween {

/// What makes it doubtful that a file was read as it was meant, a sentence each: coordinates that seem to be shares of
/// the picture, or to count from another base, or to be of another picture or of one with width and height exchanged;
/// frames that seem to count from another base or to be of another video; boxes out of the picture; objects that are
/// stated every so many frames only where the format has an option to fill in what lies between.
/// Empty where nothing is suspect.
std::vector<std::string> suspects_in(const ReadResult& read, const Media& media, const Format& format);

}  // namespace inbetween
