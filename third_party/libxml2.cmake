pkg_check_modules(LIBXML2 REQUIRED IMPORTED_TARGET libxml-2.0)  # target PkgConfig::LIBXML2
