#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/frame_signature.h"
#include "core/model/ids.h"
#include "core/store/database.h"

// What a project keeps of the look of each frame of its videos, by which another file is held against them: derived, so
// that damage to it costs nothing but a decode. What fails is kept by the database.
namespace inbetween {

/// Writes the signature of a video in place of the one there is.   requires: inside a transaction.
void put_signature(Database& database, MediaId media, const VideoSignature& signature);

/// Takes a video's signature away, unless the file it was made of is still the one stated.
void forget_signature(Database& database, MediaId media, const std::string& fingerprint);

/// The signature of a video; nullopt when it has none, not of every frame, or a damaged one.
std::optional<VideoSignature> load_signature(Database& database, MediaId media);

/// The videos that have one.
std::set<MediaId> signed_media(Database& database);

/// One sentence for each row that is damaged.
std::vector<std::string> complaints_of_signatures(Database& database);

}  // namespace inbetween
