pkg_check_modules(MATIO REQUIRED IMPORTED_TARGET matio)  # target PkgConfig::MATIO
