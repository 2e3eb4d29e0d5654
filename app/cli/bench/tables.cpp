#include <algorithm>

#include "app/cli/bench/report.h"

namespace inbetween::bench {

namespace {

using Table = std::vector<std::vector<std::string>>;

std::string share_text(double share) { return fmt::format("{:.3f}", share); }

Table box_table(const std::vector<MethodRow>& rows) {
    Table table{
        {"every", "method", "mean IoU", ">= .5", ">= .7", "worse", "by any", "AUC", "CPU ms", "keyframes", "frames"}};
    for (const MethodRow& row : rows)
        table.push_back({std::to_string(row.spacing), row.method, share_text(row.mean.miou),
                         share_text(row.mean.share_50), share_text(row.mean.share_70),
                         fmt::format("{} of {}", row.worse_than_linear, row.each.size()),
                         std::to_string(row.worse_by_any), fmt::format("{:.2f}", row.mean.auc),
                         fmt::format("{:.2f}", row.mean.cpu_ms()), std::to_string(row.mean.keyframes),
                         std::to_string(row.mean.frames)});
    return table;
}

Table quad_table(const std::vector<MethodRow>& rows) {
    Table table{
        {"every", "method", "sequence", "median px", "< 5 px", "< 2 px", "> 20 px", "mean IoU", "CPU ms", "frames"}};
    const auto add = [&](const MethodRow& row, const std::string& sequence, const Score& s) {
        table.push_back({std::to_string(row.spacing), row.method, sequence, fmt::format("{:.2f}", s.median_px),
                         share_text(s.under_5), share_text(s.under_2), share_text(s.over_20), share_text(s.miou),
                         fmt::format("{:.2f}", s.cpu_ms()), std::to_string(s.frames)});
    };
    for (const MethodRow& row : rows) {
        for (const auto& [sequence, score] : row.each) add(row, sequence, score);
        if (row.each.size() > 1) add(row, "mean", row.mean);
    }
    return table;
}

/// A column a sequence.
Table each_table(const std::vector<MethodRow>& rows) {
    Table table{{"every", "method"}};
    std::vector<std::string>& head = table.front();
    for (const MethodRow& row : rows) {
        for (const auto& [sequence, score] : row.each) {
            if (std::ranges::find(head, sequence) == head.end()) head.push_back(sequence);
        }
    }
    for (const MethodRow& row : rows) {
        std::vector<std::string> cells{std::to_string(row.spacing), row.method};
        for (std::size_t i = 2; i < table.front().size(); ++i) {
            const auto found =
                std::ranges::find_if(row.each, [&](const auto& each) { return each.first == table.front()[i]; });
            cells.push_back(found == row.each.end() ? "-" : share_text(found->second.share_70));
        }
        table.push_back(std::move(cells));
    }
    return table;
}

Table effort_table(const std::vector<EffortRow>& rows) {
    Table table{
        {"method", "placement", "95 % >= .7", "mean >= .8", "all >= .7", "of linear's", "of linear's", "of linear's"}};
    const auto linear = std::ranges::find_if(
        rows, [](const EffortRow& row) { return row.method == "linear" && row.placement == Placement::Uniform; });
    const auto text = [](const std::optional<double>& figure) { return figure ? fmt::format("{:.0f}", *figure) : "-"; };
    const auto ratio = [&](std::optional<double> EffortRow::*figure, const EffortRow& row) -> std::string {
        if (linear == rows.end() || !(row.*figure) || !((*linear).*figure)) return "-";
        return fmt::format("{:.2f}", *(row.*figure) / *((*linear).*figure));
    };
    for (const EffortRow& row : rows)
        table.push_back({row.method, std::string(name_of(row.placement)), text(row.share95), text(row.mean80),
                         text(row.strict), ratio(&EffortRow::share95, row), ratio(&EffortRow::mean80, row),
                         ratio(&EffortRow::strict, row)});
    return table;
}

/// Keyframes of each sequence, a column each: until 95 % of the frames are good, and until all are.
Table each_effort_table(const std::vector<SimulationResult>& results) {
    std::vector<std::string> head{"method", "placement"};
    Table rows;
    for (const SimulationResult& result : results) {
        const std::string column = fmt::format("{} ({})", result.sequence, result.effort.frames);
        if (std::ranges::find(head, column) == head.end()) head.push_back(column);
        const std::string placement(name_of(result.placement));
        auto row = std::ranges::find_if(
            rows, [&](const auto& cells) { return cells[0] == result.method && cells[1] == placement; });
        if (row == rows.end()) row = rows.insert(rows.end(), {result.method, placement});
        row->resize(head.size(), "-");
        const auto text = [](std::int64_t count) { return count > 0 ? std::to_string(count) : "-"; };
        row->back() = text(result.effort.share95) + " " + text(result.effort.strict);
    }
    rows.insert(rows.begin(), std::move(head));
    return rows;
}

Table bins_table(const std::vector<Sample>& samples) {
    Table table{{"confidence", "frames", "said", "IoU >= .7", "mean IoU"}};
    for (const Bin& bin : reliability_of(samples)) {
        if (bin.frames == 0) continue;
        table.push_back({fmt::format("{:.2f} to {:.2f}", bin.from, bin.to), std::to_string(bin.frames),
                         share_text(bin.said), share_text(bin.share_70), share_text(bin.miou)});
    }
    return table;
}

}  // namespace

std::vector<Section> sections_of(const Report& report, bool each) {
    std::vector<Section> sections;
    const auto append = [&](std::string title, Table table) {
        sections.push_back({std::move(title), std::move(table)});
    };
    const auto boxes = rows_of(report.gaps, ShapeKind::Box);
    const auto quads = rows_of(report.gaps, ShapeKind::Quad);
    const std::string of = report.measured_frames > 0
                               ? fmt::format("the first {} frames of each sequence", report.measured_frames)
                               : std::string("all frames");
    if (!boxes.empty())
        append(fmt::format("Boxes, a keyframe every K frames, {}: mean of the sequences' means; worse: sequences whose "
                           "share >= .7 is more than .02 below linear's",
                           of),
               box_table(boxes));
    if (each && !boxes.empty()) append("Share of frames with an IoU of .7 and more", each_table(boxes));
    if (!quads.empty())
        append(fmt::format("Quadrilaterals, {}: median corner error, shares of frames by their worst corner", of),
               quad_table(quads));
    if (!report.simulation.empty())
        append(fmt::format("Keyframes per 1,000 frames until the frames are good enough, the first {} frames and at "
                           "most {} objects of each sequence; and as a share of linear's, placed uniformly",
                           report.simulated_frames, report.simulated_objects),
               effort_table(rows_of(report.simulation)));
    if (each && !report.simulation.empty())
        append("Keyframes until 95 % of the frames, and until all, have an IoU of .7 (frames simulated)",
               each_effort_table(report.simulation));
    for (const ShapeKind kind : {ShapeKind::Box, ShapeKind::Quad}) {
        const auto samples = usual_samples(report.gaps, kind);
        if (samples.empty()) continue;
        append(fmt::format("Confidence of {}: AUC {:.3f}", usual_method(kind), roc_area(samples)), bins_table(samples));
    }
    return sections;
}

}  // namespace inbetween::bench
