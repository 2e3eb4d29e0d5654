#include "app/cli/console.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace inbetween::cli {

namespace {

// A signal handler reaches nothing but a global.
volatile std::sig_atomic_t interrupt_seen = 0;

void note_interrupt(int signal_number) {
    interrupt_seen = 1;
    // The second time ends the process at once: a person who asks twice does not want to wait.
    std::signal(signal_number, SIG_DFL);
}

std::string time_left(double seconds) {
    const auto whole = static_cast<long long>(seconds + 0.5);
    if (whole < 60) return fmt::format("{} s", std::max(1LL, whole));
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string line(text);
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return line;
}

Console::Console() : terminal_(::isatty(STDERR_FILENO) == 1) {
    // A reader that goes away must not end the process in the middle of a write to a project.
    std::signal(SIGPIPE, SIG_IGN);
    // Nor a limit on the size of files: the write fails, and says so.
    std::signal(SIGXFSZ, SIG_IGN);
}

void Console::catch_interrupts() {
    std::signal(SIGINT, note_interrupt);
    std::signal(SIGTERM, note_interrupt);
}

void Console::line(std::string_view text) {
    if (write_error_ != 0) return;
    end_progress();
    errno = 0;
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
    if (std::ferror(stdout) != 0) write_error_ = errno != 0 ? errno : EIO;
}

void Console::flush() {
    errno = 0;
    if (write_error_ == 0 && std::fflush(stdout) != 0) write_error_ = errno != 0 ? errno : EIO;
}

void Console::remark(std::string_view text) {
    end_progress();
    const std::string whole = one_line(text) + '\n';
    std::fwrite(whole.data(), 1, whole.size(), stderr);
}

bool Console::interrupted() const { return interrupt_seen != 0; }

void Console::progress(std::string_view what, double share) {
    const auto now = std::chrono::steady_clock::now();
    if (!started_) {
        started_ = true;
        began_ = drawn_ = now;
    }
    const double elapsed_secs = std::chrono::duration<double>(now - began_).count();
    if (!terminal_ || elapsed_secs < 1 || now - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = now;
    share = std::clamp(share, 0.0, 1.0);
    constexpr int width = 30;
    const int full = static_cast<int>(share * width);
    const std::string left =
        share > 0.01 ? ", about " + time_left(elapsed_secs / share * (1 - share)) + " left" : std::string();
    const std::string bar =
        fmt::format("\r\x1b[K{} [{:#<{}}{:.<{}}] {:3.0f}%{}", what, "", full, "", width - full, share * 100, left);
    std::fwrite(bar.data(), 1, bar.size(), stderr);
    std::fflush(stderr);
    shown_ = true;
}

void Console::end_progress() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
    shown_ = started_ = false;
}

Result<Done> Console::finish() {
    end_progress();
    flush();
    if (write_error_ == 0 || write_error_ == EPIPE) return Done{};
    return fail("standard output: {}", std::strerror(write_error_));
}

}  // namespace inbetween::cli
