#pragma once

#include "app/cli/subcommand.h"

namespace inbetween::cli {

// What `inbetween bench` measures, one file each; the table that holds them is in bench.cpp.
Action declare_bench_seek(CLI::App& app);
Action declare_bench_tracking(CLI::App& app);
Action declare_bench_detect(CLI::App& app);

}  // namespace inbetween::cli
