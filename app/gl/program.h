#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "core/base/result.h"

namespace inbetween {

/// A shader as it stands in shaders/, compiled into the program.
struct ShaderSource {
    std::string_view name;  ///< file name: "yuv.frag"
    std::string_view text;
};
std::span<const ShaderSource> all_shaders();

/// A linked GL program.
/// thread: the one that holds the GL context.
class Program {
public:
    /// Compiles and links two shaders by file name.
    /// errors: what the compiler says, with the shader's name.
    static Result<std::unique_ptr<Program>> link(std::string_view vertex, std::string_view fragment);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    unsigned id() const { return id_; }
    /// The place of a uniform; -1 for one the compiler took away.
    int uniform(const char* name) const;

private:
    explicit Program(unsigned id) : id_(id) {}
    unsigned id_;
};

/// Compiles one shader alone, by its extension.   errors: what the compiler says.
Result<Done> try_compile(const ShaderSource& shader);

}  // namespace inbetween
