pkg_check_modules(EPOXY REQUIRED IMPORTED_TARGET epoxy egl)  # target PkgConfig::EPOXY
