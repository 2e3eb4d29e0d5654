#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/support.h"

namespace inbetween::test {

/// What a run of the program gave.
struct Ran {
    int status = -1;
    std::string out;
    std::string err;
};

/// Runs the built program with these arguments.
Ran run_program(const std::vector<std::string>& arguments);
/// Runs a line of bash in which "$IB" is the built program.
Ran run_shell(const std::string& line);

std::string shell_word(const std::string& text);
std::vector<std::string> lines_of(const std::string& text);
nlohmann::json json_of(const Ran& ran);

/// A video of the test media by its name: 100 frames of 192x128.
std::string media(const std::string& name = "h264_b.mp4");

/// MOTChallenge rows of two objects: one in view in frames 0 to 99, one in 20 to 60 and 70 to 80. 152 boxes.
std::string two_tracks();

/// A folder, and in it a project on the test video, with or without what two_tracks() says.
class ProjectTest : public ::testing::Test {
protected:
    void make_project(const std::string& keyframes = "");
    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    /// The program with these arguments, which must succeed without a word on stderr.
    std::string run_well(const std::vector<std::string>& arguments) const;
    /// Exports the project as MOT, whose losses may be told.   returns: what was printed.
    std::string export_mot(const std::string& project, const std::string& out) const;
    nlohmann::json info() const;

    TemporaryFolder folder_;
    std::string project_ = path("p.inbetween");
};

/// Status 1, one line on stderr, nothing on stdout.
void expect_failure(const Ran& ran, const std::string& what);
/// Status 2, one line with a usage on stderr, nothing on stdout.
void expect_usage(const Ran& ran, const std::string& what);

}  // namespace inbetween::test
