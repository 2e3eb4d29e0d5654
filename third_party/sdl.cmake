pkg_check_modules(SDL2 REQUIRED IMPORTED_TARGET sdl2)  # target PkgConfig::SDL2
