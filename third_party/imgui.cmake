# The Debian package is a static library with its OpenGL 3 backend and FreeType rasteriser compiled in; it names
# neither FreeType nor stb in its pkg-config file.
pkg_check_modules(IMGUI REQUIRED IMPORTED_TARGET imgui)  # target PkgConfig::IMGUI
find_package(Freetype REQUIRED)
target_link_libraries(PkgConfig::IMGUI INTERFACE Freetype::Freetype)
