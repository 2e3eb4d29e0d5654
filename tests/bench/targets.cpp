#include "tests/bench/targets.h"

#include <fmt/format.h>

#include <algorithm>

namespace inbetween::seek {

namespace {

using cli::Json;

constexpr const char* own = "inbetween";
constexpr double display_frame_ms = 1000.0 / 60;

/// How many times less CPU time a request takes than with a peer.
struct Faster {
    const char* pattern;
    double ffms2, opencv, mpv;  // 0: no target
};

constexpr Faster times_faster[] = {{"cold_random", 1.6, 1.5, 1},
                                   {"cold_random_first_picture", 100, 100, 100},
                                   {"step_back", 60, 60, 50},
                                   {"drag_back", 5, 5, 4},
                                   {"drag_forward", 1.3, 15, 10},
                                   {"jkl", 25, 0, 30},
                                   {"open", 3, 2, 1}};

const Figures* find(const std::vector<PatternFigures>& all, const std::string& pattern, const std::string& engine) {
    const auto found = std::ranges::find_if(all, [&](const auto& each) { return each.pattern.id == pattern; });
    return found == all.end() ? nullptr : found->find(engine);
}

std::optional<double> cpu_mean(const Figures* figures) {
    if (figures == nullptr || figures->cpu_ms.empty()) return std::nullopt;
    return spread_of(figures->cpu_ms).mean;
}

std::optional<double> ratio(std::optional<double> a, std::optional<double> b) {
    if (!a || !b || *b <= 0) return std::nullopt;
    return *a / *b;
}

}  // namespace

std::vector<Target> targets_of(const std::vector<PatternFigures>& all, const Bounds& bounds) {
    std::vector<Target> targets;
    const auto limit = [&](const char* pattern, const char* what, double most, std::optional<double> measured) {
        targets.push_back({pattern, what, most, true, measured});
    };
    const auto own_cpu = [&](const char* pattern) { return cpu_mean(find(all, pattern, own)); };
    for (const Faster& row : times_faster) {
        for (const auto& [peer, wanted] :
             {std::pair{"ffms2", row.ffms2}, std::pair{"opencv", row.opencv}, std::pair{"mpv", row.mpv}}) {
            if (wanted == 0) continue;
            const auto measured = ratio(cpu_mean(find(all, row.pattern, peer)), own_cpu(row.pattern));
            targets.push_back({row.pattern, fmt::format("times less CPU than {}", peer), wanted, false, measured});
        }
    }
    limit("cold_random", "CPU over the NONREF bound", 1.1, ratio(own_cpu("cold_random"), bounds.nonref));
    limit("cold_random_first_picture", "CPU over a proxy's decode", 2,
          ratio(own_cpu("cold_random_first_picture"), bounds.proxy_decode));
    if (const Figures* f = find(all, "step_back", own)) {
        limit("step_back", "p99 wall ms: a display frame", display_frame_ms, spread_of(f->wall_ms).p99);
    }
    if (const Figures* f = find(all, "drag_back", own)) {
        limit("drag_back", "p95 wall ms: a display frame", display_frame_ms, spread_of(f->wall_ms).p95);
    }
    double wrong = 0;
    for (const PatternFigures& each : all) {
        if (const Figures* f = each.find(own)) wrong += static_cast<double>(f->wrong);
    }
    limit("all", "wrong frames", 0, wrong);
    return targets;
}

Json json_of(const std::vector<Target>& targets) {
    Json rows = Json::array();
    for (const Target& target : targets) {
        rows.push_back(Json{{"pattern", target.pattern},
                            {"what", target.what},
                            {target.at_most ? "at_most" : "at_least", target.wanted},
                            {"measured", target.measured ? Json(*target.measured) : Json(nullptr)},
                            {"met", target.is_met()}});
    }
    return rows;
}

Json json_of(const Bounds& bounds) {
    const auto value = [](const std::optional<double>& ms) { return ms ? Json(*ms) : Json(nullptr); };
    return Json{{"nonref_cpu_ms", value(bounds.nonref)},
                {"nonref_wrong", bounds.wrong},
                {"proxy_decode_cpu_ms", value(bounds.proxy_decode)},
                {"open_and_one_frame_cpu_ms", value(bounds.open)}};
}

std::vector<std::vector<std::string>> rows_of(const std::vector<Target>& targets) {
    std::vector<std::vector<std::string>> rows{{"target", "what", "wanted", "measured", "met"}};
    for (const Target& target : targets) {
        rows.push_back({target.pattern, target.what,
                        fmt::format("{} {:.3g}", target.at_most ? "<=" : ">=", target.wanted),
                        target.measured ? fmt::format("{:.3g}", *target.measured) : "-",
                        !target.measured  ? "not measured"
                        : target.is_met() ? "yes"
                                          : "no"});
    }
    return rows;
}

}  // namespace inbetween::seek
