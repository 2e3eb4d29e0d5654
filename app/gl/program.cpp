#include "app/gl/program.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <array>
#include <string>

namespace inbetween {
namespace {

unsigned kind_of_shader(std::string_view name) {
    return name.ends_with(".vert") ? GL_VERTEX_SHADER : GL_FRAGMENT_SHADER;
}

Result<unsigned> compile(const ShaderSource& source) {
    const unsigned shader = glCreateShader(kind_of_shader(source.name));
    const char* text = source.text.data();
    const auto length = static_cast<GLint>(source.text.size());
    glShaderSource(shader, 1, &text, &length);
    glCompileShader(shader);
    GLint compiled = GL_FALSE;
    glGetShaderiv(shader, GL_COMPILE_STATUS, &compiled);
    if (compiled == GL_TRUE) return shader;
    std::array<char, 1024> log{};
    glGetShaderInfoLog(shader, static_cast<GLsizei>(log.size()), nullptr, log.data());
    glDeleteShader(shader);
    return fail("shader {}: {}", source.name, log.data());
}

const ShaderSource* find_shader(std::string_view name) {
    const auto shaders = all_shaders();
    const auto found = std::ranges::find(shaders, name, &ShaderSource::name);
    return found == shaders.end() ? nullptr : &*found;
}

}  // namespace

Result<Done> try_compile(const ShaderSource& shader) {
    auto compiled = compile(shader);
    if (!compiled) return compiled.error();
    glDeleteShader(*compiled);
    return Done{};
}

Result<std::unique_ptr<Program>> Program::link(std::string_view vertex, std::string_view fragment) {
    std::unique_ptr<Program> program(new Program(glCreateProgram()));
    for (const std::string_view name : {vertex, fragment}) {
        const ShaderSource* source = find_shader(name);
        if (source == nullptr) return fail("shader {}: not compiled in", name);
        auto shader = compile(*source);
        if (!shader) return shader.error();
        glAttachShader(program->id(), *shader);
        glDeleteShader(*shader);  // it goes with the program
    }
    glLinkProgram(program->id());
    GLint linked = GL_FALSE;
    glGetProgramiv(program->id(), GL_LINK_STATUS, &linked);
    if (linked == GL_TRUE) return program;
    std::array<char, 1024> log{};
    glGetProgramInfoLog(program->id(), static_cast<GLsizei>(log.size()), nullptr, log.data());
    return fail("shaders {} and {}: {}", vertex, fragment, log.data());
}

Program::~Program() { glDeleteProgram(id_); }

int Program::uniform(const char* name) const { return glGetUniformLocation(id_, name); }

}  // namespace inbetween
