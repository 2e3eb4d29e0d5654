pkg_check_modules(FFMS2 REQUIRED IMPORTED_TARGET ffms2)  # target PkgConfig::FFMS2
