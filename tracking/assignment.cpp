#include "tracking/assignment.h"

#include <algorithm>
#include <limits>

namespace inbetween {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// The assignment being made. Potentials keep every reduced cost from being negative, so that the cheapest way to give
/// one more row a column is a shortest path.
struct Matching {
    std::vector<double> of_row;
    std::vector<double> of_column;
    std::vector<std::size_t> row_of;  ///< by column; none: free

    template <class Cost>
    void add_row(std::size_t added, const Cost& cost);
};

template <class Cost>
void Matching::add_row(std::size_t added, const Cost& cost) {
    const std::size_t columns = row_of.size();
    std::vector<double> least(columns, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> from(columns, none);  // the column before it on the path; none: the added row itself
    std::vector<char> reached(columns, 0);
    std::size_t row = added;
    std::size_t at = none;
    for (;;) {
        double step = std::numeric_limits<double>::infinity();
        std::size_t next = none;
        for (std::size_t column = 0; column < columns; ++column) {
            if (reached[column] != 0) continue;
            const double reduced = cost(row, column) - of_row[row] - of_column[column];
            if (reduced < least[column]) {
                least[column] = reduced;
                from[column] = at;
            }
            if (least[column] < step) {
                step = least[column];
                next = column;
            }
        }
        of_row[added] += step;
        for (std::size_t column = 0; column < columns; ++column) {
            if (reached[column] != 0) {
                of_row[row_of[column]] += step;
                of_column[column] -= step;
            } else {
                least[column] -= step;
            }
        }
        at = next;
        if (row_of[at] == none) break;
        reached[at] = 1;
        row = row_of[at];
    }
    // Along the path each column goes to the row before it.
    for (; at != none; at = from[at]) row_of[at] = from[at] == none ? added : row_of[from[at]];
}

}  // namespace

std::vector<std::optional<std::size_t>> assign(const CostMatrix& costs, double alone) {
    std::vector<std::optional<std::size_t>> column_of(costs.rows());
    if (costs.rows() == 0 || costs.columns() == 0) return column_of;
    // Rows are added one by one, each to a column: there must be no fewer columns.
    const bool turned = costs.rows() > costs.columns();
    const std::size_t rows = std::min(costs.rows(), costs.columns());
    const std::size_t columns = std::max(costs.rows(), costs.columns());
    const auto cost = [&](std::size_t row, std::size_t column) {
        return std::min(alone, turned ? costs.at(column, row) : costs.at(row, column));
    };
    Matching matching{std::vector<double>(rows), std::vector<double>(columns), std::vector<std::size_t>(columns, none)};
    for (std::size_t row = 0; row < rows; ++row) matching.add_row(row, cost);
    for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t row = matching.row_of[column];
        if (row == none || cost(row, column) >= alone) continue;
        if (turned)
            column_of[column] = row;
        else
            column_of[row] = column;
    }
    return column_of;
}

}  // namespace inbetween
