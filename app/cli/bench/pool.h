#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace inbetween::bench {

/// A piece of work that no other depends on.
using Piece = std::function<Result<Done>(const std::stop_token& stop)>;

/// Runs all pieces, so many at a time, each on one thread.
/// `go_on` is asked about ten times a second by the caller's thread, with the share of the pieces done.
/// errors: the first error by the order of the pieces; cancelled, once `go_on` says false.
Result<Done> run_all(const std::vector<Piece>& pieces, int threads, const std::function<bool(double share)>& go_on);

/// An error of a piece, with what it was working on said before it.
Error named(const Error& error, const std::string& sequence, const std::string& method);

/// CPU time that the calling thread has taken so far.
double thread_cpu_secs();

}  // namespace inbetween::bench
