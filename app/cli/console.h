#pragma once

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace inbetween::cli {

/// The text on one line: line ends and other control characters become blanks, so that a file's name cannot forge a
/// line of output.
std::string one_line(std::string_view text);

/// Where a subcommand talks: results to stdout, remarks and progress to stderr. Writes that fail are remembered and
/// told by finish(); a reader that went away is no failure.
/// thread: one.
class Console {
public:
    Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    /// Writes one line of results.
    void line(std::string_view text);
    template <class... Args>
    void print(fmt::format_string<Args...> format, Args&&... args) {
        line(fmt::format(format, std::forward<Args>(args)...));
    }
    /// Hands what was written to whoever reads it.
    void flush();
    /// Tells whether nobody reads the results any more, so that going on is in vain.
    bool is_closed() const { return write_error_ != 0; }

    /// Writes one line that is no result: a remark, a loss, an error.
    void remark(std::string_view text);

    /// From here on Ctrl-C, or being asked to end, no longer ends the process at once: what runs looks at
    /// interrupted() or finishes what it is writing. The second time ends it.
    void catch_interrupts();
    bool interrupted() const;

    /// Shows how far a long piece of work is, on a terminal, once it has taken a second.
    void progress(std::string_view what, double share);
    /// Takes the progress line away. The next progress() starts a new piece of work.
    void end_progress();

    /// Ends the output.   errors: the results could not be written (a full disk); none when the reader went away.
    Result<Done> finish();

private:
    int write_error_ = 0;  // errno of the first write that failed
    bool terminal_ = false;
    bool shown_ = false;
    bool started_ = false;
    std::chrono::steady_clock::time_point began_;
    std::chrono::steady_clock::time_point drawn_;
};

}  // namespace inbetween::cli
