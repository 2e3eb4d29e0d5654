#include "app/project_opening.h"

#include <utility>
#include <vector>

namespace inbetween {

ProjectOpening::ProjectOpening(std::filesystem::path file, const std::function<void()>& wake, Find find)
    : file_(std::move(file)), reports_(wake), arrivals_(wake) {
    thread_ = std::jthread([this, find = std::move(find)](const std::stop_token& stop) {
        const auto report = [this](const ProjectProgress& progress) { reports_.post(progress); };
        arrivals_.post(find(file_, {stop, report}));
    });
}

std::optional<ProjectProgress> ProjectOpening::progress() {
    std::vector<ProjectProgress> reports = reports_.drain();
    if (!reports.empty()) progress_ = std::move(reports.back());
    return progress_;
}

std::optional<Result<std::filesystem::path>> ProjectOpening::take() {
    std::vector<Result<std::filesystem::path>> arrived = arrivals_.drain();
    if (arrived.empty()) return std::nullopt;
    // Asked too late, it may have been made all the same; nobody waits for it any more.
    if (thread_.get_stop_source().stop_requested()) return Result<std::filesystem::path>(cancelled());
    return std::move(arrived.front());
}

}  // namespace inbetween
