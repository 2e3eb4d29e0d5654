#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace inbetween {

/// What it costs to put rows and columns together, two by two.
class CostMatrix {
public:
    /// Every pair costs `cost` until it is said otherwise.
    CostMatrix(std::size_t rows, std::size_t columns, double cost = 0)
        : rows_(rows), columns_(columns), costs_(rows * columns, cost) {}
    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    double& at(std::size_t row, std::size_t column) { return costs_[row * columns_ + column]; }
    double at(std::size_t row, std::size_t column) const { return costs_[row * columns_ + column]; }

private:
    std::size_t rows_;
    std::size_t columns_;
    std::vector<double> costs_;
};

/// Puts rows and columns together, each at most once, so that the pairs' costs and `alone` for every further pair that
/// could have been made come to the least sum. A pair that costs `alone` or more is not made.
/// requires: no cost is NaN.   returns: the column of each row.
/// source: Kuhn, "The Hungarian method for the assignment problem", 1955; by shortest augmenting paths as in Jonker and
/// Volgenant, 1987.
std::vector<std::optional<std::size_t>> assign(const CostMatrix& costs, double alone);

}  // namespace inbetween
