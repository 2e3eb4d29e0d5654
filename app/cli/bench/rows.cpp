#include <algorithm>
#include <array>
#include <map>

#include "app/cli/bench/report.h"

namespace inbetween::bench {

namespace {

constexpr double noise = 0.02;  // a share that is no worse than this is as good

const Score* find_score(const MethodRow& row, const std::string& sequence) {
    const auto found = std::ranges::find_if(row.each, [&](const auto& each) { return each.first == sequence; });
    return found == row.each.end() ? nullptr : &found->second;
}

void hold_against_linear(MethodRow& row, const std::vector<MethodRow>& rows) {
    const auto linear = std::ranges::find_if(
        rows, [&](const MethodRow& other) { return other.spacing == row.spacing && other.method == "linear"; });
    if (linear == rows.end()) return;
    for (const auto& [sequence, score] : row.each) {
        const Score* other = find_score(*linear, sequence);
        if (other == nullptr) continue;
        row.worse_than_linear += score.share_70 < other->share_70 - noise;
        row.worse_by_any += score.share_70 < other->share_70;
    }
}

}  // namespace

std::vector<MethodRow> rows_of(const std::vector<GapResult>& gaps, ShapeKind kind) {
    std::vector<MethodRow> rows;
    std::map<std::pair<std::int64_t, std::string>, std::vector<Sample>> samples;
    for (const GapResult& gap : gaps) {
        if (gap.kind != kind || gap.score.frames == 0) continue;
        auto row = std::ranges::find_if(
            rows, [&](const MethodRow& r) { return r.spacing == gap.spacing && r.method == gap.method; });
        if (row == rows.end()) row = rows.insert(rows.end(), {.spacing = gap.spacing, .method = gap.method});
        row->each.emplace_back(gap.sequence, gap.score);
        auto& pooled = samples[{gap.spacing, gap.method}];
        pooled.insert(pooled.end(), gap.samples.begin(), gap.samples.end());
    }
    std::ranges::stable_sort(rows, {}, [](const MethodRow& row) { return row.spacing; });
    for (MethodRow& row : rows) {
        std::vector<Score> scores;
        for (const auto& [sequence, score] : row.each) scores.push_back(score);
        row.mean = mean_of(scores);
        row.mean.auc = roc_area(samples[{row.spacing, row.method}]);
    }
    for (MethodRow& row : rows) hold_against_linear(row, rows);
    return rows;
}

std::vector<EffortRow> rows_of(const std::vector<SimulationResult>& results) {
    std::vector<EffortRow> rows;
    std::vector<std::int64_t> frames;
    constexpr std::array figures{std::pair{&EffortRow::share95, &Effort::share95},
                                 std::pair{&EffortRow::mean80, &Effort::mean80},
                                 std::pair{&EffortRow::strict, &Effort::strict}};
    for (const SimulationResult& result : results) {
        auto row = std::ranges::find_if(
            rows, [&](const EffortRow& r) { return r.method == result.method && r.placement == result.placement; });
        if (row == rows.end()) {
            row = rows.insert(rows.end(), {result.method, result.placement, 0.0, 0.0, 0.0});
            frames.push_back(0);
        }
        frames[static_cast<std::size_t>(row - rows.begin())] += result.effort.frames;
        for (const auto& [sum, figure] : figures) {
            std::optional<double>& all = (*row).*sum;
            const std::int64_t one = result.effort.*figure;
            if (one == 0) all.reset();
            if (all) *all += static_cast<double>(one);
        }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double per_1000 = 1000 / static_cast<double>(std::max<std::int64_t>(1, frames[i]));
        for (const auto& [sum, figure] : figures) {
            if (rows[i].*sum) *(rows[i].*sum) *= per_1000;
        }
    }
    return rows;
}

}  // namespace inbetween::bench
