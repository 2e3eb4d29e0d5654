#include "app/cli/bench/report.h"

#include <algorithm>

#include "app/cli/seek/report.h"

namespace inbetween::bench {

using cli::Json;

namespace {

Json json_of(const Score& s, ShapeKind kind) {
    Json json;
    if (kind == ShapeKind::Quad) {
        json["median_px"] = s.median_px;
        json["under_5"] = s.under_5;
        json["under_2"] = s.under_2;
        json["over_20"] = s.over_20;
    }
    json["miou"] = s.miou;
    json["share_50"] = s.share_50;
    json["share_70"] = s.share_70;
    json["auc"] = s.auc;
    json["frames"] = s.frames;
    json["keyframes"] = s.keyframes;
    json["cpu_ms"] = s.cpu_ms();
    return json;
}

Json gaps_json(const std::vector<GapResult>& gaps, ShapeKind kind) {
    Json json = Json::object();
    for (const MethodRow& row : rows_of(gaps, kind)) {
        Json method = json_of(row.mean, kind);
        method["worse_than_linear"] = row.worse_than_linear;
        method["worse_than_linear_by_any"] = row.worse_by_any;
        Json each = Json::object();
        for (const auto& [sequence, score] : row.each) each[sequence] = json_of(score, kind);
        method["sequences"] = std::move(each);
        json[std::to_string(row.spacing)][row.method] = std::move(method);
    }
    return json;
}

Json or_null(const std::optional<double>& figure) { return figure ? Json(*figure) : Json(nullptr); }
Json or_null(std::int64_t keyframes) { return keyframes > 0 ? Json(keyframes) : Json(nullptr); }

Json simulation_json(const std::vector<SimulationResult>& results) {
    Json json = Json::object();
    for (const EffortRow& row : rows_of(results))
        json[row.method][std::string(name_of(row.placement))] = {
            {"share95", or_null(row.share95)}, {"mean80", or_null(row.mean80)}, {"strict", or_null(row.strict)}};
    return json;
}

Json cpu_json(const std::vector<GapResult>& gaps) {
    std::vector<std::pair<std::string, Score>> sums;
    for (const GapResult& gap : gaps) {
        auto sum = std::ranges::find_if(sums, [&](const auto& s) { return s.first == gap.method; });
        if (sum == sums.end()) sum = sums.insert(sums.end(), {gap.method, {}});
        sum->second.frames += gap.score.frames;
        sum->second.cpu_secs += gap.score.cpu_secs;
    }
    Json json = Json::object();
    for (const auto& [method, sum] : sums) json[method] = sum.cpu_ms();
    return json;
}

Json reliability_json(const std::vector<GapResult>& gaps) {
    Json json = Json::object();
    for (const ShapeKind kind : {ShapeKind::Box, ShapeKind::Quad}) {
        const auto samples = usual_samples(gaps, kind);
        if (samples.empty()) continue;
        Json bins = Json::array();
        for (const Bin& bin : reliability_of(samples))
            bins.push_back({{"from", bin.from},
                            {"to", bin.to},
                            {"frames", bin.frames},
                            {"said", bin.said},
                            {"share_70", bin.share_70},
                            {"miou", bin.miou}});
        json[std::string(usual_method(kind))] = {{"auc", roc_area(samples)}, {"bins", std::move(bins)}};
    }
    return json;
}

Json sequences_json(const Report& report) {
    Json json = Json::object();
    for (const GapResult& gap : report.gaps) {
        json[gap.sequence]["shape"] = gap.kind == ShapeKind::Box ? "box" : "quad";
        json[gap.sequence]["decoded_beforehand"] = std::ranges::find(report.held, gap.sequence) != report.held.end();
    }
    for (const SimulationResult& result : report.simulation) {
        const Effort& effort = result.effort;
        json[result.sequence]["simulated_frames"] = effort.frames;
        json[result.sequence]["simulation"][result.method][std::string(name_of(result.placement))] = {
            {"share95", or_null(effort.share95)},
            {"mean80", or_null(effort.mean80)},
            {"strict", or_null(effort.strict)}};
    }
    return json;
}

}  // namespace

std::vector<Sample> usual_samples(const std::vector<GapResult>& gaps, ShapeKind kind) {
    std::vector<Sample> samples;
    for (const GapResult& gap : gaps) {
        if (gap.kind == kind && gap.method == usual_method(kind))
            samples.insert(samples.end(), gap.samples.begin(), gap.samples.end());
    }
    return samples;
}

Json json_of(const Report& report) {
    return Json{{"gap", gaps_json(report.gaps, ShapeKind::Box)},
                {"quads", gaps_json(report.gaps, ShapeKind::Quad)},
                {"simulation", simulation_json(report.simulation)},
                {"cpu_ms", cpu_json(report.gaps)},
                {"reliability", reliability_json(report.gaps)},
                {"sequences", sequences_json(report)},
                {"machine", seek::machine_json()},
                {"command", report.command}};
}

}  // namespace inbetween::bench
