#pragma once

#include <random>
#include <string>

namespace inbetween::test {

/// A file damaged as transfers, disks and cutters damage files.
struct Mutation {
    std::string bytes;
    std::string what;  ///< what was done, for messages
};

/// Damages `bytes` in one to three ways drawn by `random`: bits turned, bytes overwritten, the end or the beginning cut
/// off, a stretch left out, repeated, moved or inserted, some of it from `other`.
Mutation mutate(const std::string& bytes, const std::string& other, std::mt19937& random);

}  // namespace inbetween::test
