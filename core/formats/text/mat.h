#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

struct _mat_t;
struct matvar_t;

namespace inbetween {

/// A variable of a MATLAB file, owned.   source: libmatio.
struct MatVariableDeleter {
    void operator()(matvar_t* variable) const;
};
using MatVariable = std::unique_ptr<matvar_t, MatVariableDeleter>;

/// Looks at a variable of a MATLAB file without owning it. Every question may be asked of every variable: what does
/// not fit is answered with nullopt, or with a view of nothing.
/// source: MathWorks, "MAT-File Format", level 5.
class MatView {
public:
    MatView() = default;
    explicit MatView(matvar_t* variable) : variable_(variable) {}

    explicit operator bool() const { return variable_ != nullptr; }
    bool is_struct() const;
    bool is_cell() const;
    /// How many elements it has: the product of its dimensions.
    std::size_t size() const;
    /// The n-th number of a numeric array. The element's own data type counts: MATLAB stores whole doubles as integers.
    std::optional<double> number(std::size_t n = 0) const;
    /// The characters of a char array, as UTF-8.
    std::optional<std::string> text() const;
    MatView cell(std::size_t n) const;
    /// A field of the n-th element of a struct array, by its name.
    MatView field(const char* name, std::size_t n = 0) const;

private:
    matvar_t* variable_ = nullptr;
};

/// Reads one variable of a MATLAB file, compressed or not.
/// errors: no MATLAB file; no such variable.
Result<MatVariable> read_mat_variable(const std::filesystem::path& path, const char* name);

/// A row of doubles; 0x0 for none.
MatVariable mat_row(const std::vector<double>& values);
MatVariable mat_number(double value);
/// A 1xN char array.   requires: UTF-8.
MatVariable mat_text(std::string_view text);
/// A 1xN cell array.
MatVariable mat_cells(std::vector<MatVariable> cells);

/// A 1xN struct array: values[n][i] is field i of element n. 1x1 for one element.
MatVariable mat_structs(const std::vector<const char*>& fields, std::vector<std::vector<MatVariable>> values);

/// Writes a level 5 file of these variables, uncompressed.
/// errors: the file cannot be written; it may then be there in part.
Result<Done> write_mat_file(const std::filesystem::path& path,
                            std::vector<std::pair<const char*, MatVariable>> variables);

}  // namespace inbetween
