#include "core/formats/text/mat.h"

#include <fmt/format.h>
#include <matio.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "core/base/check.h"

namespace inbetween {
namespace {

struct MatFileCloser {
    void operator()(mat_t* file) const { Mat_Close(file); }
};
using MatFile = std::unique_ptr<mat_t, MatFileCloser>;

template <class T>
T element(const matvar_t& variable, std::size_t n) {
    T value{};
    std::memcpy(&value, static_cast<const char*>(variable.data) + n * sizeof(T), sizeof(T));
    return value;
}

/// Tells whether the variable really holds n elements of the size its data type has.
bool holds(const matvar_t* variable, std::size_t n) {
    if (variable == nullptr || variable->data == nullptr || variable->isComplex != 0) return false;
    const std::size_t bytes = Mat_SizeOf(variable->data_type);
    return bytes > 0 && variable->nbytes / bytes >= n;
}

std::size_t element_count(const matvar_t* variable) {
    if (variable == nullptr || variable->dims == nullptr || variable->rank < 1) return 0;
    std::size_t count = 1;
    for (int i = 0; i < variable->rank; ++i) {
        const std::size_t dimension = variable->dims[i];
        if (dimension != 0 && count > SIZE_MAX / dimension) return 0;
        count *= dimension;
    }
    return count;
}

std::optional<double> number_of(const matvar_t& variable, std::size_t n) {
    switch (variable.data_type) {
        case MAT_T_DOUBLE:
            return element<double>(variable, n);
        case MAT_T_SINGLE:
            return element<float>(variable, n);
        case MAT_T_INT8:
            return element<std::int8_t>(variable, n);
        case MAT_T_UINT8:
            return element<std::uint8_t>(variable, n);
        case MAT_T_INT16:
            return element<std::int16_t>(variable, n);
        case MAT_T_UINT16:
            return element<std::uint16_t>(variable, n);
        case MAT_T_INT32:
            return element<std::int32_t>(variable, n);
        case MAT_T_UINT32:
            return element<std::uint32_t>(variable, n);
        case MAT_T_INT64:
            return static_cast<double>(element<std::int64_t>(variable, n));
        case MAT_T_UINT64:
            return static_cast<double>(element<std::uint64_t>(variable, n));
        default:
            return std::nullopt;
    }
}

void append_utf8(std::string& text, std::uint32_t c) {
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0U | c >> 6), put(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
        put(0xE0U | c >> 12), put(0x80U | (c >> 6 & 0x3FU)), put(0x80U | (c & 0x3FU));
    } else {
        put(0xF0U | c >> 18), put(0x80U | (c >> 12 & 0x3FU)), put(0x80U | (c >> 6 & 0x3FU)), put(0x80U | (c & 0x3FU));
    }
}

std::string utf8_of(const std::vector<std::uint16_t>& units) {
    std::string text;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const std::uint32_t unit = units[i];
        const bool is_pair =
            unit >= 0xD800 && unit < 0xDC00 && i + 1 < units.size() && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000;
        if (is_pair)
            append_utf8(text, 0x10000 + ((unit - 0xD800U) << 10) + (units[++i] - 0xDC00U));
        else
            append_utf8(text, unit >= 0xD800 && unit < 0xE000 ? 0xFFFDU : unit);
    }
    return text;
}

std::vector<std::uint16_t> utf16_of(std::string_view text) {
    std::vector<std::uint16_t> units;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    for (std::size_t i = 0; i < text.size();) {
        const std::uint32_t first = byte(i);
        const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        std::uint32_t c = length == 1 ? first : first & (0x7FU >> length);
        for (std::size_t k = 1; k < length && i + k < text.size(); ++k) c = c << 6 | (byte(i + k) & 0x3FU);
        i += length;
        if (c >= 0x10000) {
            units.push_back(static_cast<std::uint16_t>(0xD800U + ((c - 0x10000U) >> 10)));
            units.push_back(static_cast<std::uint16_t>(0xDC00U + ((c - 0x10000U) & 0x3FFU)));
        } else {
            units.push_back(static_cast<std::uint16_t>(c));
        }
    }
    return units;
}

MatVariable made(matvar_t* variable) {
    IB_CHECK(variable != nullptr);
    return MatVariable(variable);
}

}  // namespace

void MatVariableDeleter::operator()(matvar_t* variable) const { Mat_VarFree(variable); }

bool MatView::is_struct() const { return variable_ != nullptr && variable_->class_type == MAT_C_STRUCT; }
bool MatView::is_cell() const { return variable_ != nullptr && variable_->class_type == MAT_C_CELL; }
std::size_t MatView::size() const { return element_count(variable_); }

std::optional<double> MatView::number(std::size_t n) const {
    if (n >= size() || !holds(variable_, n + 1)) return std::nullopt;
    return number_of(*variable_, n);
}

std::optional<std::string> MatView::text() const {
    if (variable_ == nullptr || variable_->class_type != MAT_C_CHAR) return std::nullopt;
    const std::size_t bytes = Mat_SizeOf(variable_->data_type);
    if (size() == 0) return std::string();
    if (bytes == 1 && holds(variable_, 1)) {
        // A text of bytes may take more of them than it has characters.
        std::string text(static_cast<const char*>(variable_->data), variable_->nbytes);
        return text.substr(0, text.find('\0'));
    }
    if (bytes != 2 || !holds(variable_, size())) return std::nullopt;
    std::vector<std::uint16_t> units;
    for (std::size_t i = 0; i < size(); ++i) units.push_back(element<std::uint16_t>(*variable_, i));
    return utf8_of(units);
}

MatView MatView::cell(std::size_t n) const {
    if (!is_cell() || n >= size() || variable_->data == nullptr || variable_->nbytes / sizeof(matvar_t*) <= n)
        return {};
    return MatView(static_cast<matvar_t**>(variable_->data)[n]);
}

MatView MatView::field(const char* name, std::size_t n) const {
    if (!is_struct() || n >= size() || variable_->data == nullptr) return {};
    // The library's own search by name trusts that a damaged file has names at all.
    const std::size_t fields = Mat_VarGetNumberOfFields(variable_);
    char* const* names = Mat_VarGetStructFieldnames(variable_);
    if (names == nullptr || variable_->nbytes / sizeof(matvar_t*) / std::max<std::size_t>(fields, 1) <= n) return {};
    for (std::size_t i = 0; i < fields; ++i)
        if (names[i] != nullptr && std::strcmp(names[i], name) == 0)
            return MatView(static_cast<matvar_t**>(variable_->data)[n * fields + i]);
    return {};
}

Result<MatVariable> read_mat_variable(const std::filesystem::path& path, const char* name) {
    const MatFile file(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
    if (!file) return fail("{}: is not a MATLAB file", path.string());
    MatVariable variable(Mat_VarRead(file.get(), name));
    if (!variable) return fail("{}: has no readable variable {}", path.string(), name);
    return variable;
}

MatVariable mat_row(const std::vector<double>& values) {
    std::array<std::size_t, 2> dims{values.empty() ? 0U : 1U, values.size()};
    return made(
        Mat_VarCreate(nullptr, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, dims.data(), const_cast<double*>(values.data()), 0));
}

MatVariable mat_number(double value) { return mat_row({value}); }

MatVariable mat_text(std::string_view text) {
    auto units = utf16_of(text);
    std::array<std::size_t, 2> dims{1, units.size()};
    // MATLAB writes plain numbers of 16 bits; scipy takes those for ASCII, and only a text marked as UTF-16 for more.
    const bool is_ascii = std::all_of(units.begin(), units.end(), [](std::uint16_t unit) { return unit < 0x80; });
    return made(
        Mat_VarCreate(nullptr, MAT_C_CHAR, is_ascii ? MAT_T_UINT16 : MAT_T_UTF16, 2, dims.data(), units.data(), 0));
}

MatVariable mat_cells(std::vector<MatVariable> cells) {
    std::vector<matvar_t*> owned;
    for (MatVariable& cell : cells) owned.push_back(cell.release());
    std::array<std::size_t, 2> dims{owned.empty() ? 0U : 1U, owned.size()};
    return made(Mat_VarCreate(nullptr, MAT_C_CELL, MAT_T_CELL, 2, dims.data(), owned.data(), 0));
}

MatVariable mat_structs(const std::vector<const char*>& fields, std::vector<std::vector<MatVariable>> values) {
    std::array<std::size_t, 2> dims{1, values.size()};
    std::vector<const char*> names = fields;
    MatVariable result =
        made(Mat_VarCreateStruct(nullptr, 2, dims.data(), names.data(), static_cast<unsigned>(names.size())));
    for (std::size_t n = 0; n < values.size(); ++n) {
        IB_CHECK(values[n].size() == fields.size());
        for (std::size_t i = 0; i < fields.size(); ++i)
            Mat_VarSetStructFieldByIndex(result.get(), i, n, values[n][i].release());
    }
    return result;
}

Result<Done> write_mat_file(const std::filesystem::path& path,
                            std::vector<std::pair<const char*, MatVariable>> variables) {
    // A header of our own holds no date: the same annotations give the same bytes.
    MatFile file(Mat_CreateVer(path.c_str(), "MATLAB 5.0 MAT-file, Caltech vbb, created by inbetween", MAT_FT_MAT5));
    if (!file) return fail("{}: cannot be written", path.string());
    for (auto& [name, variable] : variables) {
        std::free(variable->name);
        variable->name = ::strdup(name);
        if (Mat_VarWrite(file.get(), variable.get(), MAT_COMPRESSION_NONE) != 0)
            return fail("{}: cannot be written", path.string());
    }
    if (Mat_Close(file.release()) != 0) return fail("{}: cannot be written", path.string());
    return Done{};
}

}  // namespace inbetween
