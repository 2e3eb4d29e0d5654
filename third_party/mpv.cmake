pkg_check_modules(MPV REQUIRED IMPORTED_TARGET mpv)  # target PkgConfig::MPV
