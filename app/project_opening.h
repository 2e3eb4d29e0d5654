#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <thread>

#include "app/project.h"
#include "core/base/mailbox.h"

namespace inbetween {

/// Finds the project for a file, or makes it, on a thread of its own: a long video is read through for it, and the
/// window goes on drawing.
/// thread: the owner's. The end of the object asks the thread to stop, and joins it.
class ProjectOpening {
public:
    /// What the thread runs: project_for, or what stands in for it in a test.
    using Find = std::function<Result<std::filesystem::path>(const std::filesystem::path&, const ProjectWork&)>;

    /// `wake` is called from the thread whenever there is something new to be asked for.
    ProjectOpening(std::filesystem::path file, const std::function<void()>& wake, Find find);

    /// What the person named.
    const std::filesystem::path& file() const { return file_; }
    /// Asks the thread to stop; take() tells when it has.
    void cancel() { thread_.request_stop(); }
    /// How far the making is; nullopt as long as nothing has to be made.
    std::optional<ProjectProgress> progress();
    /// Where the project is, once; nullopt while that is not known.   errors: those of project_for; cancelled.
    std::optional<Result<std::filesystem::path>> take();

private:
    std::filesystem::path file_;
    std::optional<ProjectProgress> progress_;
    Mailbox<ProjectProgress> reports_;
    Mailbox<Result<std::filesystem::path>> arrivals_;
    std::jthread thread_;  // last, so that it is joined before its mailboxes go
};

}  // namespace inbetween
